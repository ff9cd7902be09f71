"""Entries one after the other, each looked at: what a backup, an archive and a restore have in common.

A ledger is read in portions that are bounded in number and in bytes, and nothing of it is taken on trust:
both leaves of each are worked out anew, positions have no gap, and nothing is recorded before the one in front.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.entry import SALT_BYTES, TYPES, leaf_hash, leaf_hash_v1
from ledger.integrity.findings import Wrong
from ledger.integrity.settings import digest_of
from ledger.integrity.tree import TreeOfEntries, nodes_in_words
from ledger.reader import LAST, SELECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.entry import StoredEntry
    from ledger.reader import LedgerReader

MANY: Final = 10_000
"""How many entries are in memory together at most."""

BYTES: Final = 32 * 2**20
"""How many bytes of payload are in memory together at most, unless a single entry is larger: 32 MiB."""

_SIZES: Final = (
    "SELECT position, length(payload) FROM entry WHERE position > ? AND position <= ? ORDER BY position LIMIT ?"
)
_PORTION: Final = f"{SELECT} WHERE position > ? AND position <= ? ORDER BY position"
_VERSIONS: Final = (
    "SELECT stream, count(*), max(version) FROM entry GROUP BY stream"
    " HAVING min(version) <> 1 OR max(version) <> count(*) LIMIT 1"
)
_WIDTHS: Final = (16, 16, 32)
"""How long a stream, a command's id and a leaf are."""

_LEAST, _MOST = -(1 << 63), (1 << 63) - 1


class Damaged(Exception):
    """What is read is not as it was recorded or written; the text says what is wrong, and with which entry."""


class Held(NamedTuple):
    """What a ledger or a copy of it holds, as far as it was read.

    ``leaf`` is the leaf v1 of the last entry, and ``leaves`` the SHA-256 over all leaves v1 in order: the figures
    that have been noted down of stores from their first version on. ``leaf_v2`` and ``leaves_v2`` are the same of
    the leaves that stand in a store now. All are hexadecimal. ``leaf`` and ``leaf_v2`` are empty where there is
    no entry, and the latter two where entries have no salt. ``settings`` is the digest of the settings that are
    the same wherever the entries are, and empty where entries alone were read.
    """

    entries: int
    leaf: str
    leaves: str
    leaf_v2: str = ""
    leaves_v2: str = ""
    settings: str = ""


class Tally:
    """Looks at entries in their order, and keeps count of them."""

    def __init__(self, *, unsalted: bool = False) -> None:
        """Begin before the first entry; ``unsalted``: of entries without a salt, each with its leaf v1."""
        self.count = 0
        self._unsalted = unsalted
        self._recorded_at = -LAST
        self._last = (b"", b"")
        self.tree = TreeOfEntries()
        self._leaves = (sha256(), sha256())

    def take(self, entry: StoredEntry) -> StoredEntry:
        """Return the entry if it is sound and is the next one; raise ``Damaged`` if not."""
        reason = misshapen(entry, 0 if self._unsalted else SALT_BYTES) or self._misplaced(entry)
        if not reason:
            try:
                reason = self._changed(entry)
            except UnicodeEncodeError:
                reason = "its header is no text"
        if reason:
            raise Damaged(f"entry {self.count + 1:,}: {reason}")
        self.count += 1
        self._recorded_at = entry.recorded_at
        return entry

    def _changed(self, entry: StoredEntry) -> str | None:
        """Count the leaves of an entry in; return what is wrong with that which it has, if anything."""
        row: Any = entry
        v1 = leaf_hash_v1(row)
        v2 = b"" if self._unsalted else leaf_hash(row)
        if entry.leaf != (v2 or v1):
            return "it is not as it was recorded: its leaf is that of another content"
        self._last = (v1, v2)
        self.tree.add(v2 or v1)
        for leaves, leaf in zip(self._leaves, self._last, strict=True):
            leaves.update(leaf)
        return None

    def _misplaced(self, entry: StoredEntry) -> str | None:
        if entry.position != self.count + 1:
            return f"position {entry.position:,} stands in its place"
        if entry.recorded_at < self._recorded_at:
            return "it is said to be recorded before the one in front of it"
        return None

    def end(self, wanted: int) -> Held:
        """Return what was seen; raise ``Damaged`` unless it was ``wanted`` entries."""
        if self.count != wanted:
            raise Damaged(
                f"entry {self.count + 1:,}: it is missing, and so is what follows, of {wanted:,} entries"
            )
        (leaf, leaf_v2), (leaves, leaves_v2) = self._last, self._leaves
        v2 = ("", "") if self._unsalted else (leaf_v2.hex(), leaves_v2.hexdigest())
        return Held(self.count, leaf.hex(), leaves.hexdigest(), *v2)


def misshapen(entry: StoredEntry, salt: int = SALT_BYTES) -> str | None:
    """Return why no ledger could hold an entry, if that is so; its salt has so many bytes."""
    if tuple(map(type, entry)) != TYPES:
        return "a field is of the wrong type"
    if (len(entry.stream), len(entry.command_id), len(entry.leaf)) != _WIDTHS:
        return "a stream, a command's id or a leaf is of the wrong length"
    if len(entry.salt) != salt:
        return "a salt is of the wrong length"
    if "\n" in entry.topic or "\n" in entry.actor or "\n" in entry.role:
        return "its header holds a line break"
    numbers = (entry.version, entry.schema, entry.occurred_at or 0, entry.recorded_at)
    return None if min(numbers) >= _LEAST and max(numbers) <= _MOST else "a number is too large"


def in_order(ledger: LedgerReader, until: int, after: int = 0) -> Iterator[StoredEntry]:
    """Yield the entries after a position up to ``until``, in order of position, as far as they are there."""
    while after < until:
        sizes = ledger.rows(_SIZES, (after, until, MANY))
        if not sizes:
            return
        for last in _ends(sizes):
            yield from ledger.entries(_PORTION, (after, last))
            after = last


def tally_of(ledger: LedgerReader, last: int, advance: Callable[[int], None] = lambda _: None) -> Held:
    """Read the entries up to position ``last``, and return what they are; raise ``Damaged`` if not all are sound.

    So is the tree over them, where there is one.
    ``advance`` is called with numbers of entries.
    """
    tally = Tally(unsalted=ledger.unsalted)
    for entry in in_order(ledger, last):
        tally.take(entry)
        advance(1)
    check_versions(ledger)
    held = tally.end(last)
    check_tree(ledger, tally)
    return held._replace(settings=digest_of(ledger.settings()))


def check_tree(ledger: LedgerReader, tally: Tally) -> None:
    """Raise ``Damaged`` unless a store keeps the tree that is over the entries which were looked at."""
    try:
        if not ledger.unsalted:
            nodes_in_words(ledger, tally.tree)
    except Wrong as error:
        raise Damaged(str(error)) from error


def _ends(sizes: list[tuple[int, int]]) -> Iterator[int]:
    """Yield the last position of each portion."""
    total = before = 0
    for position, size in sizes:
        total += size or 0
        if total > BYTES and before:
            yield before
            total = size or 0
        before = position
    yield before


def check_versions(ledger: LedgerReader) -> None:
    """Raise ``Damaged`` unless the entries of every stream are numbered from 1 without a gap."""
    for stream, count, last in ledger.rows(_VERSIONS):
        raise Damaged(f"stream {stream.hex()} has {count:,} entries, and its last is number {last:,}")
