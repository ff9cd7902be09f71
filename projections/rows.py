"""From the entries of a case to its rows in the population tables, without any database."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from domain.belief import believe
from domain.codec import Unreadable, entry_of
from projections.intervals import intervals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from domain.event import Entry
    from ledger.stored import StoredEntry
    from projections.intervals import Interval

BATCH = 4_000
"""How many rows are inserted together."""

_UNFIT = (Unreadable, TypeError, msgspec.ValidationError)

Flat = tuple[Any, ...]
Progress = Callable[[int], None]


class PoisonEntry(Exception):
    """An entry that the projection cannot read, and why."""

    def __init__(self, position: int, reason: str) -> None:
        """Name the entry by its position."""
        super().__init__(reason)
        self.position = position
        self.reason = reason


def rows_of(stored: Iterable[StoredEntry], skipped: Collection[int] = ()) -> list[Flat]:
    """Return the rows of one case's entries, but for those at the positions ``skipped``.

    Raises ``PoisonEntry`` for the first entry that cannot be read.
    """
    entries = []
    for one in stored:
        if one.position in skipped:
            continue
        try:
            entries.append(entry_of(one))
        except Unreadable as error:
            reason = f"entry {one.version} of its stream, {one.topic}: {error}"
            raise PoisonEntry(one.position, reason) from error
    return [(one.stream, *row[:4], *row.standing) for one in entries[:1] for row in _intervals(entries)]


def _intervals(entries: list[Entry]) -> list[Interval]:
    try:
        return intervals(entries)
    except _UNFIT as error:
        _blame(entries)
        raise error from None


def _blame(entries: list[Entry]) -> None:
    """Raise ``PoisonEntry`` for the first correction whose values fit no field of the event that it names."""
    for count, entry in enumerate(entries, start=1):
        try:
            believe(entries[:count])
        except _UNFIT as error:
            reason = f"entry {entry.version} of its stream, {entry.topic}: {error}"
            raise PoisonEntry(entry.position, reason) from error


def cases(entries: Iterable[StoredEntry], progress: Progress) -> Iterator[list[StoredEntry]]:
    """Yield the entries of one case after the other, of entries that come stream by stream."""
    for _, group in groupby(entries, key=_stream):
        stream = list(group)
        progress(len(stream))
        if stream[0].topic.startswith("case."):
            yield stream


def _stream(stored: StoredEntry) -> bytes:
    return stored.stream
