"""What checkpoints of one log say of each other: whether whoever had them was shown one history, or two."""

from __future__ import annotations

from enum import Enum
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from transparency.checkpoints import parse_checkpoint
from transparency.cosignatures import open_checkpoint
from transparency.errors import NotVerified
from transparency.notes import parse_note
from transparency.tree import check_consistency
from transparency.witnessing import Submission, parse_submission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from transparency.checkpoints import Checkpoint
    from transparency.keys import VerifierKey
    from witness.state import SeenCheckpoint

LARGEST_FILE = 2_000_000
"""How many bytes of a file are looked at: more than a checkpoint or a request has."""


class Consistency(Enum):
    """What two checkpoints of one log show."""

    SAME = "same"
    """The same tree."""
    CONSISTENT = "consistent"
    """The larger tree is shown to go on from the smaller one."""
    UNPROVEN = "unproven"
    """The trees have two sizes, and no proof that was given connects them."""
    SPLIT = "split"
    """Two trees of one size: the log has signed two histories."""


class Sighting(NamedTuple):
    """A checkpoint that a log has signed, where it was seen, and the proof that came with it."""

    source: str
    checkpoint: Checkpoint
    proved: Submission | None = None


class Comparison(NamedTuple):
    """Two sightings of one log, the smaller tree first, and what they show."""

    first: Sighting
    second: Sighting
    finding: Consistency


def read_sighting(source: str, data: bytes, logs: Iterable[VerifierKey]) -> Sighting:
    """Read a signed checkpoint, or a request of ``add-checkpoint``, which has a proof before it.

    Raises ``MalformedText``, and ``NotVerified`` if none of the logs has signed: anybody could have made it.
    """
    submission = parse_submission(data) if data.startswith(b"old ") else None
    opened = open_checkpoint(submission.note if submission else data, logs)
    return Sighting(source, opened.checkpoint, submission)


def own_sighting(source: str, seen: SeenCheckpoint) -> Sighting:
    """Return what a witness has seen itself."""
    return Sighting(source, parse_checkpoint(parse_note(seen.note.encode()).text))


def compared(sightings: Sequence[Sighting]) -> Iterator[Comparison]:
    """Yield each two sightings of one log, and what they show."""
    for pair in combinations(sightings, 2):
        first, second = sorted(pair, key=lambda one: one.checkpoint.size)
        if first.checkpoint.origin == second.checkpoint.origin:
            yield Comparison(first, second, _finding(first.checkpoint, second.checkpoint, sightings))


def _finding(first: Checkpoint, second: Checkpoint, sightings: Sequence[Sighting]) -> Consistency:
    if first.size == second.size:
        return Consistency.SAME if first.root == second.root else Consistency.SPLIT
    if _goes_on(first, second, sightings):
        return Consistency.CONSISTENT
    # The beginnings of one tree are consistent with each other.
    beyond = (one.checkpoint for one in sightings if one.proved and one.checkpoint.origin == first.origin)
    if any(_goes_on(first, one, sightings) and _goes_on(second, one, sightings) for one in beyond):
        return Consistency.CONSISTENT
    return Consistency.UNPROVEN


def _goes_on(old: Checkpoint, new: Checkpoint, sightings: Sequence[Sighting]) -> bool:
    """Say whether a tree is the other, or a proof that was given shows that it goes on from it."""
    if old.head == new.head or not old.size:
        return True
    proofs = (
        one.proved.proof
        for one in sightings
        if one.proved and one.checkpoint.origin == new.origin
        if (one.proved.old_size, one.checkpoint.head) == (old.size, new.head)
    )
    return any(_proves(old, new, proof) for proof in proofs)


def _proves(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> bool:
    try:
        check_consistency(old.head, new.head, proof)
    except NotVerified:
        return False
    return True
