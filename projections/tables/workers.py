"""The rows of a whole ledger, worked out by processes of their own while this one inserts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.errors import StoreError
from ledger.stores import open_reader
from ledger.workers.process import WorkerFailed, possible, run_in_process
from projections.tables.reference import PoisonEntry, ReferenceData
from projections.tables.rows import Flats, cases, rows_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ledger.reader import LedgerReader
    from projections.tables.rows import Progress

LARGE = 50_000
"""From how many entries on that pays: before, starting a process costs more than it saves."""

WORKERS: Final = 2
"""How many other processes there are: working out rows takes about twice as long as inserting them."""

SPAN: Final = 10_000
"""How many positions are one task; each process is dealt every second, and works on the cases that begin there.

So rows come in the order of the cases, and the pages of the tables are filled one after the other.
"""

Message = tuple[list[Any], list[Any], int, tuple[int, str] | None, bool]


def location_to_share(ledger: LedgerReader, until: int) -> str | None:
    """Return the location of the store if another process is to work out the rows up to position ``until``."""
    return ledger.location_to_share() if until >= LARGE and possible() else None


def all_rows(ledger: LedgerReader, until: int, skipped: Collection[int], progress: Progress) -> Iterator[Flats]:
    """Yield the rows of all cases up to position ``until``, some at a time.

    ``progress`` is told how many entries were read. No transaction is open meanwhile. Raises as
    ``rows_by_workers`` does.
    """
    location = location_to_share(ledger, until)
    if location is not None:
        for rows, count in rows_by_workers(location, until, skipped):
            progress(count)
            yield rows
        return
    reference_data = ReferenceData(ledger, until, skipped)
    rows = Flats([], [])
    for case in cases(ledger.streams_begun(0, until, until), progress):
        rows.extend(rows_of(case, reference_data))
        if rows.full:
            yield rows
            rows = Flats([], [])
    yield rows


def rows_by_workers(path: str, until: int, skipped: Collection[int]) -> Iterator[tuple[Flats, int]]:
    """Yield the rows of all cases, some at a time, and how many entries they are from.

    Raises ``PoisonEntry`` for the first entry met that cannot be read, and ``StoreError`` if one of the other
    processes fails.
    """
    parts = [
        run_in_process("projections.tables.workers", "rows_of_part", path, part, until, sorted(skipped))
        for part in range(WORKERS)
    ]
    try:
        for cases_, clocks, count, poison, _ in _in_turn(parts):
            if poison is not None:
                raise PoisonEntry(*poison)
            yield Flats(cases_, clocks), count
    except WorkerFailed as error:
        raise StoreError(f"the population tables could not be worked out: {error}") from error
    finally:
        for part in parts:
            part.close()


def _in_turn(parts: Sequence[Iterator[Message]]) -> Iterator[Message]:
    """Yield what comes of one task of each in turn, until all have ended: meanwhile the others work ahead."""
    going = list(parts)
    while going:
        for part in tuple(going):
            for message in part:
                yield message
                if message[-1]:
                    break
            else:
                going.remove(part)


def rows_of_part(path: str, part: int, until: int, skipped: list[int]) -> Iterator[Message]:
    """Yield, in another process, what ``rows_by_workers`` gives of every task that falls to the process ``part``.

    The last message of a task says that it is. An entry that cannot be read comes last.
    """
    read: list[int] = []
    rows = Flats([], [])
    ledger = open_reader(path)
    try:
        reference_data = ReferenceData(ledger, until, frozenset(skipped))
        for start in range(part * SPAN, until, WORKERS * SPAN):
            begun = ledger.streams_begun(start, min(start + SPAN, until), until)
            for case in cases(begun, read.append):
                rows.extend(rows_of(case, reference_data))
                if rows.full:
                    yield rows.cases, rows.clocks, sum(read), None, False
                    rows, read[:] = Flats([], []), []
            yield rows.cases, rows.clocks, sum(read), None, True
            rows, read[:] = Flats([], []), []
    except PoisonEntry as poison:
        yield [], [], 0, (poison.position, poison.reason), True
    finally:
        ledger.close()
