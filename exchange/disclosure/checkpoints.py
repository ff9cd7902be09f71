"""The checkpoints of a bundle: the one that it is under, and earlier ones that its recipient may hold."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.errors import Refused, StoreError
from transparency.cosignatures import open_checkpoint
from transparency.encoding import to_base64
from transparency.errors import QuorumMissed, TransparencyError
from transparency.tree import consistency_proof, root_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ledger.reader import LedgerReader
    from transparency.cosignatures import OpenedCheckpoint
    from transparency.keys import VerifierKey
    from transparency.policies import Policy
    from transparency.tree import NodeReader

CONSISTENCY: Final = "longcase consistency v1"
"""The first line of the file of a consistency proof."""

_MAKE: Final = ("longcase log checkpoint signs one of all entries; then give this command again",)
_VERIFY: Final = ("longcase log verify says what is wrong, and from where on",)


class BundleCheckpoints(NamedTuple):
    """The checkpoint of a bundle, and those before it that go into the bundle, by size, the smallest first."""

    newest: OpenedCheckpoint
    earlier: Sequence[OpenedCheckpoint]

    @property
    def size(self) -> int:
        """How many entries the bundle is about."""
        return self.newest.checkpoint.size


def newest_size(ledger: LedgerReader) -> int:
    """Return of how many entries the newest checkpoint in the store is; raise ``Refused`` if there is none."""
    row = ledger.newest_checkpoint()
    if row is None or not row.size:
        raise Refused("no checkpoint of any entry has been made yet", hints=_MAKE)
    return row.size


def checkpoint_of(ledger: LedgerReader, keys: Sequence[VerifierKey], size: int) -> OpenedCheckpoint:
    """Return the checkpoint of ``size`` entries with all cosignatures that it has got by now.

    Raises ``StoreError`` if the store has none, or it is not signed by its log.
    """
    rows = [row for row in ledger.checkpoints_from(size) if row.size == size]
    if not rows:
        raise StoreError(f"the checkpoint of {size:,} entries is not in the store", hints=_VERIFY)
    return _opened(rows[-1].note.encode(), keys, f"the checkpoint of {size:,} entries in the store")


def earlier_checkpoints(
    ledger: LedgerReader, keys: Sequence[VerifierKey], since: int | None, size: int
) -> Iterator[OpenedCheckpoint]:
    """Yield the checkpoints in the store from that of ``since`` entries on to before ``size``; none for ``None``.

    Of several forms of one, the last has the most signatures.
    """
    rows = [] if since is None else ledger.checkpoints_from(since)
    forms = {row.size: row for row in rows if 0 < row.size < size}
    for at in sorted(forms):
        yield _opened(forms[at].note.encode(), keys, f"the checkpoint of {at:,} entries in the store")


def held_checkpoint(source: str, note: bytes, keys: Sequence[VerifierKey], size: int) -> OpenedCheckpoint:
    """Return a checkpoint that the recipient holds, from the file ``source``.

    Raises ``Refused`` if it is not one of this log, or of more entries than the bundle is about.
    """
    try:
        opened = open_checkpoint(note, keys)
    except TransparencyError as error:
        why = f"{source} is no checkpoint that this log has signed: {error}"
        raise Refused(why, hints=("longcase log keys prints the keys of this log",)) from error
    if opened.checkpoint.size > size:
        why = f"{source} is of {opened.checkpoint.size:,} entries, and the newest checkpoint of {size:,}"
        raise Refused(why, hints=("entries may be gone: longcase log verify --checkpoint FILE says so", *_MAKE))
    return opened


def joined(
    tree: NodeReader, newest: OpenedCheckpoint, earlier: Iterable[OpenedCheckpoint], policy: Policy | None
) -> BundleCheckpoints:
    """Return the checkpoints of a bundle, each once, after all that would be said of them was checked.

    Raises ``StoreError`` if the tree is not the one that was signed, and ``Refused`` if a checkpoint before is of
    another, or the newest does not meet the policy.
    """
    head = newest.checkpoint.head
    _check_policy(newest, policy)
    if root_at(tree, head.size) != head.root:
        why = f"the store does not hold the {head.size:,} entries that were signed: nothing is disclosed"
        raise StoreError(why, hints=_VERIFY)
    found = {one.checkpoint.size: one for one in earlier}
    for size, one in found.items():
        if root_at(tree, size) != one.checkpoint.root:
            why = f"the first {size:,} entries are not those of an earlier checkpoint: nothing is disclosed"
            raise StoreError(why, hints=_VERIFY)
    return BundleCheckpoints(newest, [found[size] for size in sorted(found) if 0 < size < head.size])


def consistency_files(tree: NodeReader, checkpoints: BundleCheckpoints) -> Iterator[tuple[str, bytes]]:
    """Yield the files that prove that each checkpoint goes on from the one before, by name."""
    sizes = [*(one.checkpoint.size for one in checkpoints.earlier), checkpoints.size]
    for old, new in pairwise(sizes):
        hashes = map(to_base64, consistency_proof(tree, old, new))
        lines = (CONSISTENCY, f"old {old}", f"new {new}", *hashes)
        yield f"consistency/{old}-{new}", "".join(f"{line}\n" for line in lines).encode()


def _check_policy(newest: OpenedCheckpoint, policy: Policy | None) -> None:
    if policy is None:
        return
    try:
        policy.open(newest.note.to_bytes(), newest.log_keys)
    except QuorumMissed as error:
        hints = ("longcase log request and longcase log cosign, or longcase log submit, have a witness sign",)
        raise Refused(
            f"by the policy given the recipient would not take this bundle: {error}", hints=hints
        ) from error
    except TransparencyError as error:
        raise Refused(f"the newest checkpoint does not fit the policy given: {error}") from error


def _opened(note: bytes, keys: Sequence[VerifierKey], what: str) -> OpenedCheckpoint:
    try:
        return open_checkpoint(note, keys)
    except TransparencyError as error:
        raise StoreError(f"{what} is not signed by its log: {error}", hints=_VERIFY) from error
