"""What a witness answers to a log (C2SP tlog-witness), as a function of what it knows and what it is sent.

Nothing is kept here: a witness looks up what it knows, decides and keeps the new head in one transaction, and
cosigns after that, or else two requests at once could make it sign a tree that is shorter than the last.
"""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from transparency.checkpoints import parse_checkpoint
from transparency.cosignatures import open_checkpoint
from transparency.encoding import after, from_base64_hashes, from_decimal, head_and_rest, to_base64
from transparency.errors import MalformedText, NotVerified
from transparency.notes import LARGEST_NOTE, parse_note
from transparency.tree import EMPTY_ROOT, TreeHead, check_consistency

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from transparency.cosignatures import OpenedCheckpoint
    from transparency.keys import VerifierKey
    from transparency.notes import SignatureLine

TEXT = "text/plain; charset=utf-8"
"""The media type of an answer in words and of signature lines."""

SIZE = "text/x.tlog.size"
"""The media type of the answer that says how many leaves the witness has seen."""

LARGEST_REQUEST = LARGEST_NOTE + 4_096
"""How many bytes a request has at most."""

NOTHING_SEEN = TreeHead(0, EMPTY_ROOT)
"""What a witness knows of a log that it has not cosigned yet."""


class Submission(NamedTuple):
    """A request of ``add-checkpoint``; nothing of it is verified yet."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes

    def to_bytes(self) -> bytes:
        """Return the body of the request."""
        lines = [f"old {self.old_size}", *map(to_base64, self.proof)]
        return "\n".join(lines).encode() + b"\n\n" + self.note


class WitnessAnswer(NamedTuple):
    """What a witness answers: to cosign ``accepted`` and keep its head first, or a status and why not."""

    status: HTTPStatus
    body: str = ""
    media_type: str = TEXT
    signed: OpenedCheckpoint | None = None
    """What the log has signed, whatever the answer is: what is refused may prove that it misbehaves."""

    @property
    def accepted(self) -> OpenedCheckpoint | None:
        """Return the checkpoint that is to be cosigned, if it is."""
        return self.signed if self.status is HTTPStatus.OK else None


def parse_submission(body: bytes) -> Submission:
    """Read the body of a request. Raises ``MalformedText``."""
    if len(body) > LARGEST_REQUEST:
        raise MalformedText(f"a request has {LARGEST_REQUEST} bytes at most")
    (old, *proof), note = head_and_rest(body)
    return Submission(from_decimal(after("old", old)), from_base64_hashes(proof), note)


def decide(
    body: bytes, logs: Mapping[str, Sequence[VerifierKey]], known: Mapping[str, TreeHead]
) -> WitnessAnswer:
    """Return the answer to a request, from the keys of each log and the last head that was cosigned of each.

    With the status 200 the caller keeps ``accepted.checkpoint.head``, and then signs.
    """
    try:
        submission = parse_submission(body)
        origin = parse_checkpoint(parse_note(submission.note).text).origin
    except MalformedText as error:
        return _refused(HTTPStatus.BAD_REQUEST, str(error))
    if origin not in logs:
        return _refused(HTTPStatus.NOT_FOUND, "no log of this origin is known")
    try:
        opened = open_checkpoint(submission.note, logs[origin])
    except NotVerified as error:
        return _refused(HTTPStatus.FORBIDDEN, str(error))
    return _compared(submission, opened, known.get(origin, NOTHING_SEEN))._replace(signed=opened)


def _compared(submission: Submission, opened: OpenedCheckpoint, known: TreeHead) -> WitnessAnswer:
    """Return the answer to a request whose checkpoint the log has signed."""
    head = opened.checkpoint.head
    if submission.old_size > head.size:
        return _refused(HTTPStatus.BAD_REQUEST, "the old size is larger than that of the checkpoint")
    if submission.old_size != known.size:
        return WitnessAnswer(HTTPStatus.CONFLICT, f"{known.size}\n", SIZE)
    try:
        _check_growth(known, head, submission.proof)
    except NotVerified as error:
        return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    return WitnessAnswer(HTTPStatus.OK)


def _check_growth(known: TreeHead, head: TreeHead, proof: Sequence[bytes]) -> None:
    """Check that a tree goes on from the one that is known. Raises ``NotVerified``."""
    if known.size:
        check_consistency(known, head, proof)
    elif proof:
        raise NotVerified("nothing is to be proved of a tree without leaves")
    elif not head.size and head.root != EMPTY_ROOT:
        raise NotVerified("the root of a tree without leaves is the hash of nothing")


def _refused(status: HTTPStatus, why: str) -> WitnessAnswer:
    return WitnessAnswer(status, f"{why}\n")


def cosigned_answer(lines: Iterable[SignatureLine]) -> WitnessAnswer:
    """Return the answer that gives a log its cosignatures, once the new head is kept."""
    return WitnessAnswer(HTTPStatus.OK, "".join(map(str, lines)))


def monitoring_path(origin: str) -> str:
    """Return where, below its monitoring prefix, a witness shows the last checkpoint of a log."""
    return f"{sha256(origin.encode()).hexdigest()}/checkpoint"
