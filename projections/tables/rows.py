"""From the entries of a case to its rows in the population tables, without any database."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domain.cases.belief import believe
from domain.cases.events import EntryCorrected
from domain.deadlines.facts import HARM, OWNED
from domain.identity import officer_stream
from ledger.entry import StoredEntry
from projections.intervals.building import case_intervals
from projections.intervals.cases import CaseValues
from projections.intervals.cells import cell_of
from projections.intervals.continuing import continuation
from projections.intervals.ownership import unfit
from projections.tables.case_key import key_at
from projections.tables.child_key import key_of_child
from projections.tables.column_values import Flat, case_row, rectangle
from projections.tables.reference import CASES, UNFIT, PoisonEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.event import Entry
    from projections.intervals.continuing import Continuation
    from projections.intervals.rows import Row
    from projections.tables.reference import ReferenceData

BATCH = 10_000
"""How many rows are inserted together."""

_STREAM: Final = StoredEntry._fields.index("stream")

_stream_of = lru_cache(maxsize=4096)(officer_stream)

Progress = Callable[[int], None]


class Flats(NamedTuple):
    """Rows for the table of the cases, and for that of what they wait for."""

    cases: list[Flat]
    clocks: list[Flat]

    def extend(self, other: Flats) -> None:
        """Add the rows of another case."""
        self.cases.extend(other.cases)
        self.clocks.extend(other.clocks)

    def parts(self) -> Iterator[Flats]:
        """Yield these rows in parts small enough for one transaction."""
        for start in range(0, max(len(self.cases), len(self.clocks)), BATCH):
            yield Flats(self.cases[start : start + BATCH], self.clocks[start : start + BATCH])

    @property
    def full(self) -> bool:
        """Whether these are enough to be inserted together."""
        return max(len(self.cases), len(self.clocks)) >= BATCH


def rows_of(stored: Sequence[StoredEntry], reference_data: ReferenceData) -> Flats:
    """Return the rows of one case's entries, by the rulebook and the register of officers in ``reference_data``.

    Raises ``PoisonEntry`` for the first entry that cannot be read.
    """
    entries = reference_data.read(stored, CASES)
    if not entries:
        return Flats([], [])
    try:
        rows = case_intervals(entries, reference_data.laws)
    except UNFIT as error:
        _blame(entries)
        raise error from None
    return flats_of(key_at(stored[0].position), rows, reference_data)


def continuation_of(
    stored: Iterable[StoredEntry], since: int, reference_data: ReferenceData
) -> Continuation | None:
    """Return how the entries after a position continue a case, ``None`` if they do not; raise ``PoisonEntry``."""
    try:
        return continuation(reference_data.read(stored, CASES), since, reference_data.laws)
    except UNFIT:  # (``rows_of`` says which entry does not fit which)
        return None


def flats_of(key: bytes, rows: Iterable[Row[Any]], reference_data: ReferenceData) -> Flats:
    """Return what stands in the tables for rows of a case, with what follows from who its owners were.

    ``key`` is how the case stands there (``case_key``).
    """
    found = Flats([], [])
    for row in rows:
        fact = row[4]
        if isinstance(fact, CaseValues):
            found.cases.append(case_row(key, *row))
            continue
        found.clocks.append(_clock(key, row))
        if fact.kind == OWNED:
            periods = reference_data.periods(_stream_of(fact.name))
            found.clocks.extend(_clock(key, one) for one in unfit(row, periods))
    return found


def flat_of(key: bytes, row: Row[Any]) -> Flat:
    """Return what stands in a table for one row of a case."""
    return case_row(key, *row) if isinstance(row.fact, CaseValues) else _clock(key, row)


def _clock(of: bytes, row: Row[Any]) -> Flat:
    start, end, known_from, known_to, fact = row
    kind, name, standard, key, limit, since, due, _, child = fact
    stalled_from = cell = officer = None
    if kind == OWNED:
        officer = _stream_of(name)
    elif due < end and kind != HARM:
        stalled_from = max(start, due)
        cell = cell_of(stalled_from, end)
    return (
        of,
        start,
        *rectangle(start, end, known_from, known_to),
        kind,
        name,
        standard,
        key_of_child(child) if child else key,
        limit,
        since,
        due,
        stalled_from,
        cell,
        officer,
    )


def _blame(entries: list[Entry]) -> None:
    """Raise ``PoisonEntry`` for the first correction whose values fit no field of the event that it names."""
    for count, entry in enumerate(entries, start=1):
        if not isinstance(entry.event, EntryCorrected):
            continue
        try:
            believe(entries[:count])
        except UNFIT as error:
            reason = f"entry {entry.version} of its stream, {entry.topic}: {error}"
            raise PoisonEntry(entry.position, reason) from error


def streams(entries: Iterable[StoredEntry], progress: Progress) -> Iterator[list[StoredEntry]]:
    """Yield the entries of one stream after the other, of entries that come stream by stream."""
    for _, group in groupby(entries, key=itemgetter(_STREAM)):
        stream = list(group)
        progress(len(stream))
        yield stream


def cases(entries: Iterable[StoredEntry], progress: Progress) -> Iterator[list[StoredEntry]]:
    """Yield the entries of one case after the other, of entries that come stream by stream."""
    return (stream for stream in streams(entries, progress) if stream[0].topic.startswith(CASES))
