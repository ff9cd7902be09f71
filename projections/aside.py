"""The rows of a whole ledger, worked out by a process of its own while this one inserts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.errors import StoreError
from ledger.aside import Lost, aside, possible
from ledger.connection import connect
from ledger.reader import SQLiteReader
from projections.ground import Ground, PoisonEntry
from projections.rows import BATCH, Flats, cases, rows_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

LARGE = 50_000
"""From how many entries on that pays: before, starting a process costs more than it saves."""

Told = tuple[list[Any], list[Any], int, tuple[int, str] | None]


def path_aside(ledger: SQLiteReader, until: int) -> str | None:
    """Return the path of the store if another process is to work out the rows up to position ``until``."""
    return ledger.path_to_share() if until >= LARGE and possible() else None


def rows_aside(path: str, until: int, skipped: Collection[int]) -> Iterator[tuple[Flats, int]]:
    """Yield the rows of all cases, some at a time, and how many entries they are from.

    Raises ``PoisonEntry`` for the first entry that cannot be read, and ``StoreError`` if the other process
    fails.
    """
    try:
        for cases_, clocks, count, poison in aside("projections.aside", "tell", path, until, sorted(skipped)):
            if poison is not None:
                raise PoisonEntry(*poison)
            yield Flats(cases_, clocks), count
    except Lost as error:
        raise StoreError(f"the population tables could not be worked out: {error}") from error


def tell(path: str, until: int, skipped: list[int]) -> Iterator[Told]:
    """Yield, in the other process, what ``rows_aside`` gives; an entry that cannot be read comes last."""
    read: list[int] = []
    rows = Flats([], [])
    ledger = SQLiteReader(connect(path))
    try:
        ground = Ground(ledger, until, frozenset(skipped))
        for case in cases(ledger.streams_since(0, until), read.append):
            rows.extend(rows_of(case, ground))
            if len(rows.clocks) >= BATCH:
                yield rows.cases, rows.clocks, sum(read), None
                rows, read[:] = Flats([], []), []
        yield rows.cases, rows.clocks, sum(read), None
    except PoisonEntry as poison:
        yield [], [], 0, (poison.position, poison.reason)
    finally:
        ledger.close()
