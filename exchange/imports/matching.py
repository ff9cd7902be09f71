"""Which rows of a case are which of its stored entries: by their place, else by all that they say.

What stands where it stood and says the same is the same. Where places have shifted, rows and entries that say
the same belong together. Of the rest, those belong together and differ that tell of one thing at one instant, or
stand at one place. What is left over is new, if every entry has its row; else nobody can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from exchange.imports.brought import key

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from domain.errors import Refused
    from domain.event import Entry
    from exchange.imports.brought import Brought
    from exchange.source.trace import Activity


class SourceRow(NamedTuple):
    """An event of the source, and the entry that it would be, or why it would be none."""

    activity: Activity
    entry: Entry | None
    refused: Refused | None = None

    @property
    def place(self) -> int:
        """Its place in its case."""
        return self.activity.place


class Match(NamedTuple):
    """What became of the rows of a case, and of the entries stored of it.

    ``gone`` are entries whose rows are not in the file. ``shifted`` says that a place holds something else.
    """

    there: int
    differing: list[tuple[SourceRow, Brought]]
    new: list[SourceRow]
    gone: list[Brought]
    shifted: bool

    @property
    def certain(self) -> bool:
        """Whether the new rows are new for certain."""
        return not self.shifted and not any(one.believed is not None for one in self.gone)


class _Pairing:
    """Rows and entries that have no counterpart yet, and what was found for the others."""

    def __init__(self, rows: Sequence[SourceRow], stored: Iterable[Brought]) -> None:
        self.rows = list(rows)
        self.left = {one.entry.command_id: one for one in stored}

    def pair(
        self, of_row: Callable[[SourceRow], Hashable], of_stored: Callable[[Brought], Iterable[Hashable]]
    ) -> list[tuple[SourceRow, Brought]]:
        """Take out and return the rows that have an entry of the same key, each with one of its own."""
        index: dict[Hashable, list[Brought]] = {}
        for one in reversed(self.left.values()):
            for each in of_stored(one):
                index.setdefault(each, []).append(one)
        found, kept = [], []
        for row in self.rows:
            partner = self._next(index.get(of_row(row), []))
            if partner is None:
                kept.append(row)
            else:
                found.append((row, partner))
        self.rows = kept
        return found

    def _next(self, candidates: list[Brought]) -> Brought | None:
        """Take out and return the first of ``candidates`` (the last of the list) that is still left."""
        while candidates:
            if self.left.pop(candidates[-1].entry.command_id, None) is not None:
                return candidates.pop()
            candidates.pop()
        return None

    def drop(self, unaccountable: Callable[[Brought], bool]) -> None:
        """Take out the entries whose rows are there, although nobody can say what they would be."""
        self.left = {own_id: one for own_id, one in self.left.items() if not unaccountable(one)}


def match(rows: Sequence[SourceRow], stored: Sequence[Brought]) -> Match:
    """Return which of ``rows`` (in order of place) are stored already, which differ, and which are new."""
    pairing = _Pairing([row for row in rows if row.entry is not None], stored)
    there = len(pairing.pair(_placed_key, lambda one: ((one.place, each) for each in one.says())))
    moved = len(pairing.pair(_key, lambda one: one.says())) if pairing.rows and pairing.left else 0
    refused = {row.place for row in rows if row.entry is None}
    pairing.drop(lambda one: one.place in refused)
    differing = pairing.pair(
        lambda row: (row.place, _told(row.entry)), lambda one: [(one.place, _told(one.said))]
    )
    differing += pairing.pair(lambda row: _told(row.entry), lambda one: [_told(one.said)])
    shifted = pairing.pair(lambda row: _when(row.entry), lambda one: [_when(one.said)])
    shifted += pairing.pair(lambda row: row.place, lambda one: [one.place])
    if not moved:
        places = {row.place for row in rows}
        last = max(places, default=-1)
        # The file has a row there that could not be read.
        pairing.drop(lambda one: one.place < last and one.place not in places)
    gone = list(pairing.left.values())
    differing = sorted(differing + shifted, key=lambda pair: pair[0].place)
    return Match(there + moved, differing, pairing.rows, gone, shifted=bool(shifted))


def _placed_key(row: SourceRow) -> Hashable:
    return row.place, _key(row)


def _key(row: SourceRow) -> Hashable:
    return None if row.entry is None else key(row.entry)


def _when(entry: Entry | None) -> Hashable:
    return None if entry is None else (entry.topic, entry.occurred_at)


def _told(entry: Entry | None) -> Hashable:
    """Return what an entry tells of, and when."""
    if entry is None:
        return None
    return entry.topic, getattr(entry.event, "kind", None), entry.occurred_at
