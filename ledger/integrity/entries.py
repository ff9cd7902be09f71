"""The deep checks of a store on either engine: every leaf and every payload is read, and the tree over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.entry import SALT_BYTES, TYPES, StoredEntry, leaf_hash
from ledger.integrity.findings import Finding, Wrong, found
from ledger.integrity.tree import TreeOfEntries, checkpoints_in_words, nodes_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import ModuleType

    from ledger.reader import LedgerReader

_NAMED = 5
"""How many faulty positions are named."""

_NO_LEAF = bytes(32)
"""Stands in the tree for an entry that has no leaf, since a field is of the wrong type."""


class _Tally:
    """What reading every entry has found so far."""

    def __init__(self, complaint: Callable[[StoredEntry], str | None]) -> None:
        self.complaint = complaint
        self.count = 0
        self.changed: list[int] = []
        self.unreadable: list[tuple[int, str]] = []
        self.broken = ""
        self.tree = TreeOfEntries()

    def add(self, row: tuple[Any, ...]) -> None:
        self.count += 1
        if tuple(map(type, row)) != TYPES:
            self.changed.append(self.count)
            self.unreadable.append((self.count, "a field is of the wrong type"))
            self.tree.add(_NO_LEAF)
            return
        entry, leaf = StoredEntry._make(row), leaf_hash(row)
        self.tree.add(leaf)
        if leaf != entry.leaf or len(entry.salt) != SALT_BYTES:
            self.changed.append(entry.position)
        reason = self.complaint(entry)
        if reason is not None:
            self.unreadable.append((entry.position, reason))


def entries_deep(
    rows: Iterable[tuple[Any, ...]],
    ledger: LedgerReader,
    driver: ModuleType,
    *,
    complaint: Callable[[StoredEntry], str | None],
    advance: Callable[[], None],
) -> Iterator[Finding]:
    """Yield what reading every entry of ``ledger`` finds: ``rows`` are all there are, in order of position."""
    tally = _Tally(complaint)
    unread = found("read", driver, lambda: _read(rows, tally, advance))
    tally.broken = (
        "" if unread.ok else f"no entry after the first {tally.count:,} can be read: {unread.explanation}"
    )
    yield found("leaves", driver, lambda: _leaves(tally))
    yield found("payloads", driver, lambda: _payloads(tally))
    yield found("tree", driver, lambda: _tree(tally, ledger))
    yield found("checkpoints", driver, lambda: checkpoints_in_words(ledger))


def _read(rows: Iterable[tuple[Any, ...]], tally: _Tally, advance: Callable[[], None]) -> str:
    for row in rows:
        tally.add(row)
        advance()
    return ""


def _leaves(tally: _Tally) -> str:
    if tally.changed:
        where = ", ".join(f"{position:,}" for position in tally.changed[:_NAMED])
        more = "" if len(tally.changed) <= _NAMED else f" and {len(tally.changed) - _NAMED:,} more"
        raise Wrong(f"not as they were recorded: the entries at position {where}{more}")
    if tally.broken:
        raise Wrong(tally.broken)
    return f"{tally.count:,} entries, each to the byte as it was recorded"


def _tree(tally: _Tally, ledger: LedgerReader) -> str:
    if tally.broken:
        raise Wrong(tally.broken)
    return nodes_in_words(ledger, tally.tree)


def _payloads(tally: _Tally) -> str:
    if tally.unreadable:
        position, reason = tally.unreadable[0]
        more = "" if len(tally.unreadable) == 1 else f" ({len(tally.unreadable) - 1:,} more like it)"
        raise Wrong(f"the entry at position {position:,} cannot be understood: {reason}{more}")
    if tally.broken:
        raise Wrong(tally.broken)
    return f"{tally.count:,} entries, each understood by this version"
