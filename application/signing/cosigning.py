"""What goes to a witness and what comes back: requests, and the cosignatures that are kept with a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.errors import Refused
from transparency.cosignatures import open_checkpoint, verifier_of, with_cosignatures
from transparency.encoding import from_utf8
from transparency.errors import MalformedText, NotVerified, TransparencyError
from transparency.notes import Note, parse_note
from transparency.tree import consistency_proof
from transparency.witnessing import Submission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from application.signing.signer import LogTree
    from ledger.reader import LedgerReader
    from ledger.recorder import LedgerRecorder
    from transparency.cosignatures import OpenedCheckpoint
    from transparency.keys import VerifierKey

_LOOKED_AT = 1_000
"""Of how many of the newest checkpoints it is asked which one a witness has cosigned."""


class Cosigned(NamedTuple):
    """A checkpoint with what witnesses made of it."""

    size: int
    note: bytes
    names: tuple[str, ...]
    """Whose cosignatures have come to it."""


def request(tree: LogTree, opened: OpenedCheckpoint, keys: Sequence[VerifierKey], old: int) -> Submission:
    """Return what asks a witness to cosign a checkpoint, which last cosigned ``old`` leaves of its log.

    Only the log's own signatures go with it. Raises ``Refused`` if the checkpoint has fewer leaves than that.
    """
    size = opened.checkpoint.size
    if old > size:
        why = f"the newest checkpoint has {size:,} entries, and the witness has seen {old:,}"
        raise Refused(why, hints=("longcase log checkpoint makes a newer one", *_BEHIND))
    lines = (line for line in opened.note.lines if any(line.key_id == key.key_id for key in keys))
    note = Note(opened.note.text, tuple(lines))
    return Submission(old, consistency_proof(tree, old, size), note.to_bytes())


_BEHIND = (
    "if it does not: the store or the signer was restored from an older state, and entries may be gone",
    "ask the witness for the checkpoint that it last cosigned: longcase log verify --checkpoint FILE compares it",
)


def last_cosigned(ledger: LedgerReader, log: Sequence[VerifierKey], witnesses: Sequence[VerifierKey]) -> int:
    """Return how many leaves the newest checkpoint had that one of these witnesses cosigned; 0 if there is none.

    Without any witness named, the cosignature of anybody but the log counts.
    """
    ids = {key.key_id for key in witnesses}
    of_log = {key.key_id for key in log}
    for size, note in _last(ledger):
        found = {line.key_id for line in note.lines} - of_log
        if found & ids or (found and not witnesses):
            return size
    return 0


def _last(ledger: LedgerReader) -> Iterator[tuple[int, Note]]:
    """Yield checkpoints, the newest first, with their sizes; what is no note is passed over."""
    for row in ledger.last_checkpoints(_LOOKED_AT):
        try:
            yield row.size, parse_note(row.note.encode())
        except MalformedText:
            continue


def keep_cosignatures(
    recorder: LedgerRecorder, log: Sequence[VerifierKey], answer: str, witnesses: Sequence[VerifierKey]
) -> Cosigned:
    """Check a witness's answer against its keys, and keep the checkpoint with the lines in it.

    The answer may be to a checkpoint before the newest. Lines of keys that are not known are passed over.
    Raises ``Refused`` if they are of none, or if one fails.
    """
    first: TransparencyError | None = None
    for note in _newest_of_each_size(recorder):
        try:
            more = with_cosignatures(note, answer, witnesses)
        except TransparencyError as error:
            first = first or error
            continue
        return _kept(recorder, log, note, more)
    why = first or "no checkpoint has been made yet"
    hint = "is it the answer of this witness, to a request of this log? --witness or --policy gives its key"
    raise Refused(f"nothing was kept: {why}", hints=(hint,))


def _newest_of_each_size(ledger: LedgerReader) -> Iterator[Note]:
    """Yield checkpoints, the newest first, each with all the cosignatures that it has got."""
    seen = set()
    for _, note in _last(ledger):
        if note.text not in seen:
            seen.add(note.text)
            yield note


def _kept(recorder: LedgerRecorder, log: Sequence[VerifierKey], note: Note, more: Note) -> Cosigned:
    opened = open_checkpoint(more.to_bytes(), log)
    size, new = opened.checkpoint.size, more.lines[len(note.lines) :]
    if new:
        recorder.keep_checkpoint(size, more.to_bytes().decode())
    return Cosigned(size, more.to_bytes(), tuple(dict.fromkeys(line.name for line in new)))


def cosigners(opened: OpenedCheckpoint, witnesses: Iterable[VerifierKey]) -> list[tuple[str, bool]]:
    """Return who else is said to have signed a checkpoint, each with whether a known key of theirs verifies it.

    Raises ``NotVerified`` if a line of a known key fails.
    """
    verifiers = {(key.name, key.key_id): verifier_of(key) for key in witnesses}
    of_log = {key.key_id for key in opened.log_keys}
    found: dict[str, bool] = {}
    for line in opened.note.lines:
        if line.key_id in of_log and line.name == opened.checkpoint.origin:
            continue
        verifier = verifiers.get((line.name, line.key_id))
        if verifier is not None and not verifier.accepts(opened.note.text, line.signature):
            raise NotVerified(f"the cosignature by {line.name!a} fails")
        found[line.name] = found.get(line.name, False) or verifier is not None
    return list(found.items())


def answer_lines(answer: bytes) -> str:
    """Return the signature lines of what a witness gave back: lines alone, or a whole cosigned checkpoint.

    Raises ``MalformedText``.
    """
    text = from_utf8(answer)
    if "\n\n" not in text:
        return text
    return "".join(map(str, parse_note(answer).lines))
