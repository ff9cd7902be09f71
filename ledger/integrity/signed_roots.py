"""The ledger against roots that were signed: each entry is read once, and the tree over them is made anew.

What the store says of itself is not relied on: commitments, leaves, nodes and roots are worked out from the
entries as they are now. Where a root differs, the first entry that is not as it was signed is named if it can be
told, and otherwise the stretch in which it must be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.entry import HEIGHT, leaf_hash
from ledger.integrity.tally import in_order, misshapen
from ledger.reader import LAST
from transparency.tree import Frontier, node_over

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ledger.entry import StoredEntry
    from ledger.reader import LedgerReader

MOST_DEFECTS: Final = 100
"""How many defects are named; further ones are counted."""

_WIDTH: Final = 1 << HEIGHT
_NODE: Final = "SELECT hash FROM node WHERE level = ? AND number = ?"


class SignedRoot(NamedTuple):
    """A root that was signed: where it is from, of how many entries, what it was, and whether others keep it."""

    source: str
    size: int
    root: bytes
    outside: bool = False


class Defect(NamedTuple):
    """What is wrong: of which kind, with which entries, and why it is, in words.

    ``last`` is another position than ``first`` where it cannot be told which entry of the stretch it is.
    """

    kind: str
    first: int
    last: int
    reason: str
    stream: bytes | None = None
    version: int | None = None


class ReadAgain(NamedTuple):
    """What reading every entry came to."""

    size: int
    root: bytes | None
    """The root over the entries as they are; ``None`` where entries are missing between others."""
    defects: tuple[Defect, ...]
    total: int
    """How many defects there are, those included that are not named."""
    failed: frozenset[SignedRoot]
    """The signed roots that the entries as they are do not have."""


def read_again(
    ledger: LedgerReader, roots: Iterable[SignedRoot], advance: Callable[[], None] = lambda: None
) -> ReadAgain:
    """Read every entry, and compare what they come to with roots that were signed.

    Memory is bounded by the number of streams, some 150 bytes each, and of roots.
    """
    reading = _Reading(ledger, sorted(set(roots), key=lambda one: (one.size, one.outside)))
    last = ledger.head()[0]
    for signed in reading.compare_roots():
        reading.note_root(signed)
    for entry in in_order(ledger, last):
        reading.take(entry)
        advance()
    return reading.result(last)


class _Reading:
    """What was read so far."""

    def __init__(self, ledger: LedgerReader, roots: Sequence[SignedRoot]) -> None:
        self._ledger = ledger
        self._roots = list(reversed(roots))
        self._position = 0
        self._recorded_at = -LAST
        self._versions: dict[bytes, int] = {}
        self._above = Frontier()
        """The tree over the nodes of 256 entries each."""
        self._leaves: list[bytes] = []
        self._torn = False
        """Whether entries are missing, so that the tree from there on cannot be made."""
        self._held = 0
        """Of how many entries a signed root was found again."""
        self._held_outside = 0
        """The same of those kept outside: whoever has the log's keys can sign anew what the store keeps."""
        self._defects: list[Defect] = []
        self._count = 0
        self._failed: list[SignedRoot] = []

    def take(self, entry: StoredEntry) -> None:
        if entry.position != self._position + 1:
            self._missing(entry.position)
        self._position = entry.position
        reason = misshapen(entry)
        leaf = _leaf(entry) if reason is None else None
        if leaf is None:
            self._note_entry("entry", entry, reason or "its header is no text")
        elif leaf != entry.leaf:
            self._note_entry("entry", entry, _CHANGED)
        if type(entry.version) is int and type(entry.recorded_at) is int:
            self._check_order(entry)
        self._grow(leaf)

    def _missing(self, position: int) -> None:
        first, last = self._position + 1, position - 1
        what = "the entry is" if first == last else "the entries are"
        self._note(Defect("missing", first, last, f"{what} gone: the one that follows stands at {position:,}"))
        self._torn = True

    def _check_order(self, entry: StoredEntry) -> None:
        expected = self._versions.get(entry.stream, 0) + 1
        self._versions[entry.stream] = entry.version
        if entry.version != expected:
            why = f"it is said to be entry {entry.version:,} of its case, and is the one after {expected - 1:,}"
            self._note_entry("version", entry, why)
        if entry.recorded_at < self._recorded_at:
            self._note_entry("order", entry, "it is said to be recorded before the one in front of it")
        self._recorded_at = entry.recorded_at

    def _grow(self, leaf: bytes | None) -> None:
        """Add the next leaf to the tree, and compare what became whole with what was kept and signed."""
        if leaf is None:
            self._torn = True
        if self._torn or leaf is None:
            return
        self._leaves.append(leaf)
        differing = self._differing_nodes() if len(self._leaves) == _WIDTH else []
        failed = self.compare_roots()
        for level, number in differing:
            self._note_node(level, number)
        for signed in failed:
            self.note_root(signed)

    def _differing_nodes(self) -> list[tuple[int, int]]:
        """Add a node over the last leaves, and return those kept nodes that are not what became whole with it."""
        self._above, added = self._above.with_leaves([node_over(self._leaves)])
        self._leaves = []
        whole = [(level + HEIGHT, number, digest) for (level, number), digest in added if level % HEIGHT == 0]
        return [(level, number) for level, number, digest in whole if self._kept(level, number) != digest]

    def _kept(self, level: int, number: int) -> bytes | None:
        found = self._ledger.rows(_NODE, (level, number))
        return found[0][0] if found else None

    def _note_node(self, level: int, number: int) -> None:
        first, last = max(number << level, self._held) + 1, (number + 1) << level
        if self._held >= last or self._kept(level, number) is None:
            self._note(Defect("node", (number << level) + 1, last, _NODE_ALONE))
        elif not self._named_in(first, last):
            self._note(Defect("node", first, last, _NOT_AS_IN_TREE))

    def compare_roots(self) -> list[SignedRoot]:
        """Compare the root over what was read with those that were signed of as many entries.

        Returns those that differ, where none of the same size is as it should be; what the store keeps itself
        says nothing against one that is kept outside.
        """
        size, signed = self._position, []
        while self._roots and self._roots[-1].size == size and not self._torn:
            signed.append(self._roots.pop())
        if not signed:
            return []
        root = self._root()
        failed = [one for one in signed if one.root != root]
        self._failed += failed
        if len(failed) == len(signed):
            return failed
        self._held = size
        if any(one.outside for one in set(signed).difference(failed)):
            self._held_outside = size
        forked = [one for one in failed if self._held_outside == size or not one.outside]
        for one in forked:
            self._note(Defect("fork", 0, 0, f"{one.source} {_OF_ANOTHER_TREE}"))
        return [one for one in failed if one not in forked]

    def note_root(self, signed: SignedRoot) -> None:
        """Note that a signed root is not that of the entries as they are, unless the cause is named."""
        first, last = (self._held_outside if signed.outside else self._held) + 1, signed.size
        if not self._named_in(first, last):
            why = f"{_FITTED if first < last else _FITTED_ONE} ({signed.source})"
            anew = _SIGNED_ANEW if signed.outside and self._held == last else ""
            self._note(Defect("root", min(first, last), last, f"{why}{anew}"))

    def _root(self) -> bytes:
        tree = Frontier(self._above.size << HEIGHT, self._above.peaks)
        return tree.with_leaves(self._leaves)[0].root

    def result(self, head: int) -> ReadAgain:
        """Return what all came to, once every entry was read."""
        if self._position < head:
            self._missing(head + 1)
        for signed in reversed(self._roots):
            if signed.size > head:
                what = (
                    f"by {signed.source} the last is at position {signed.size:,}, and the store ends at {head:,}"
                )
                why = f"the entries are gone: {what}"
                if not any(one.kind == "short" for one in self._defects):
                    self._note(Defect("short", head + 1, signed.size, why))
            self._failed.append(signed)
        defects = tuple(sorted(self._defects, key=lambda one: (one.first, one.last)))
        root = None if self._torn else self._root()
        return ReadAgain(self._position, root, defects, self._count, frozenset(self._failed))

    def _named_in(self, first: int, last: int) -> bool:
        """Say whether the cause of a wrong node or root over a stretch is named already."""
        return any(one.first <= last and one.last >= first for one in self._defects if one.kind in _CAUSES)

    def _note_entry(self, kind: str, entry: StoredEntry, reason: str) -> None:
        position = self._position
        self._note(Defect(kind, position, position, reason, entry.stream, entry.version))

    def _note(self, defect: Defect) -> None:
        self._count += 1
        if len(self._defects) < MOST_DEFECTS:
            self._defects.append(defect)


_CAUSES: Final = frozenset({"entry", "missing", "node", "root"})
_CHANGED: Final = "it is not as it was recorded: its payload, header or salt was changed, or its leaf"
_NODE_ALONE: Final = "the node of the tree over these entries was changed, or is gone"
_OF_ANOTHER_TREE: Final = (
    "is of another tree than the store has, of which the root was signed too: there were two histories"
)
_NOT_AS_IN_TREE: Final = (
    "one of these entries at least is not as it was recorded, and its leaf was changed with it: the tree that is"
    " kept has another node over them"
)
_FITTED: Final = (
    "one of these entries at least is not as it was signed, and everything in the store was made to fit: which"
    " one cannot be told from the store"
)
_SIGNED_ANEW: Final = "; the log's own keys have signed the store as it is now, too: there are two histories"
_FITTED_ONE: Final = "the entry is not as it was signed, and everything in the store was made to fit"


def _leaf(entry: StoredEntry) -> bytes | None:
    try:
        return leaf_hash(entry)  # type: ignore[arg-type]  # its types were looked at
    except UnicodeEncodeError:
        return None
