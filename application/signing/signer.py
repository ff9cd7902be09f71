"""Signing the log: only a tree that goes on from the last one that was signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from application.signing.errors import NotSigned
from application.signing.folder import private_keys, signed_note
from application.signing.memory import SignerMemory
from transparency.checkpoints import new_checkpoint
from transparency.cosignatures import open_checkpoint
from transparency.encoding import to_base64
from transparency.errors import NotVerified, TransparencyError
from transparency.tree import NodeReader, TreeHead, check_consistency, consistency_proof, root_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from application.signing.folder import SigningKey
    from transparency.cosignatures import OpenedCheckpoint
    from transparency.keys import VerifierKey


class LogTree(NodeReader, Protocol):
    """The nodes of the log's tree, and how many leaves it has."""

    def size(self) -> int:
        """Return how many leaves there are now."""
        ...


class StoreSide(NamedTuple):
    """What a store does for whoever signs it."""

    kept: Callable[[int], Iterable[bytes]] = lambda _: ()
    """Returns the checkpoints of at least so many leaves that lie in it."""
    give: Callable[[bytes], None] = lambda _: None
    """Takes the checkpoint when it is remembered, and before another signer has its turn."""
    settle: Callable[[], None] = lambda: None
    """Returns when what can be read cannot be lost any more: what went with its server would be missed."""


class LogSigner:
    """Signs checkpoints with the keys of its folder, and remembers the last one there."""

    def __init__(self, folder: Path, keys: Sequence[SigningKey], clock: Callable[[], int]) -> None:
        """Take the keys, and a clock that says how many seconds have passed since 1970."""
        self.keys = tuple(key.public for key in keys)
        self.memory = SignerMemory(folder, self.keys)
        self._signing = keys
        self._clock = clock

    @classmethod
    def open(cls, folder: Path, passphrase: bytes, clock: Callable[[], int]) -> Self:
        """Open a signer's folder; raise ``SignerUnusable``."""
        return cls(folder, private_keys(folder, passphrase), clock)

    @property
    def origin(self) -> str:
        """The name of the log that it signs."""
        return self.keys[0].name

    def sign(self, tree: LogTree, store: StoreSide, outside: Sequence[OpenedCheckpoint] = ()) -> bytes:
        """Return a signed checkpoint of the tree as it is: a new one, or the last if nothing was added since.

        ``outside`` are checkpoints of its own that somebody gave. The memory may have been restored from an older
        one, so what is newer in them and in the store is remembered first. Raises ``NotSigned`` if the tree does
        not go on from all of them, ``SignerUnusable``, ``OSError``, and what the store raises.
        """
        with self.memory.turn():
            remembered = self._remembered(tree, store, outside)
            head = grown(tree, remembered.checkpoint.head, tree.size())
            note = remembered.note.to_bytes()
            if head != remembered.checkpoint.head:
                store.settle()
                note = signed_note(new_checkpoint(self.origin, head), self._signing, self._clock()).to_bytes()
                self.memory.replace(note)
            store.give(note)
            return note

    def _remembered(
        self, tree: LogTree, store: StoreSide, outside: Sequence[OpenedCheckpoint]
    ) -> OpenedCheckpoint:
        """Return the newest checkpoint that this signer made, once each that it made fits the tree.

        What lies in the store does not stand in for a memory that is gone: both may have been set back together.
        """
        remembered = self.memory.read_if_there() if outside else self.memory.read()
        known = [*([remembered] if remembered else []), *outside]
        least = max(one.checkpoint.size for one in known)
        known += (one for one in own_checkpoints(store.kept(least), self.keys) if one.checkpoint.size >= least)
        for one in known:
            check_part_of(tree, one.checkpoint.head)
        newest = max(known, key=lambda one: one.checkpoint.size)
        if remembered is None or newest.checkpoint.size > remembered.checkpoint.size:
            self.memory.replace(newest.note.to_bytes())
        return newest


def own_checkpoints(notes: Iterable[bytes], keys: Sequence[VerifierKey]) -> list[OpenedCheckpoint]:
    """Return those notes that are checkpoints signed with one of the keys; what others wrote says nothing."""
    own = []
    for note in notes:
        try:
            own.append(open_checkpoint(note, keys))
        except TransparencyError:
            continue
    return own


def grown(tree: LogTree, known: TreeHead, size: int) -> TreeHead:
    """Return the head of the tree at ``size``, once a proof shows that it goes on from a known one.

    Raises ``NotSigned``.
    """
    check_part_of(tree, known)
    new = TreeHead(size, root_at(tree, size))
    if known.size:
        try:
            check_consistency(known, new, consistency_proof(tree, known.size, size))
        except NotVerified as error:
            raise _forked(tree, known) from error
    return new


def check_part_of(tree: LogTree, known: TreeHead) -> None:
    """Check that the tree had this root when it had as many leaves; raise ``NotSigned``."""
    size = tree.size()
    if size < known.size:
        why = f"the store has {size:,} entries, and a tree of {known.size:,} was signed: entries are gone"
        raise NotSigned(f"nothing was signed: {why}", hints=_AFTER_LOSS)
    if root_at(tree, known.size) != known.root:
        raise _forked(tree, known)


_AFTER_LOSS = (
    "longcase log verify says what else is wrong; leave the store and the signer as they are, they are evidence",
    "if an older backup was restored, restore a newer one: see docs/operators.md, When the signer refuses",
)


def _forked(tree: LogTree, known: TreeHead) -> NotSigned:
    signed, now = to_base64(known.root), to_base64(root_at(tree, known.size))
    why = f"the first {known.size:,} entries had the root {signed} when they were signed, and now have {now}"
    return NotSigned(f"nothing was signed: {why}", hints=_AFTER_LOSS)
