"""A store of many cases over many years: the same cases for the same seed, and as many open on any day.

Cases are numbered backwards from the last one reported. So a larger store holds the cases of a smaller one,
exactly, and others before them: asked about the same day, both give the same rows.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from application.mapper import storable
from benchmarks import course, officers
from benchmarks.officers import BLOCK, OFFICERS
from domain.codec import schema_of
from domain.identity import case_stream, officer_stream
from domain.instant import Instant, parse
from ledger.entry import StoredEntry, placed
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from benchmarks.officers import Deed

END: Final[Instant] = parse("2016-06-01T00:00:00+00:00")
CASES_A_BLOCK: Final = 100_000
"""How many cases are reported while one generation of officers serves."""

SPACING: Final = BLOCK // CASES_A_BLOCK
CHUNK: Final = 2_000
SEED: Final = 2016

Placed = tuple[bytes, "Deed"]
"""A deed and the stream that it belongs to."""


class Dated(SQLiteRecorder):
    """A recorder that takes the instant of recording from each entry: only a generator knows it beforehand."""

    def append(self, entries: Iterable[StoredEntry]) -> range:
        """Insert entries, which come in order of recording, in an open transaction; return their positions."""
        position = self.head()[0]
        rows = [
            row
            for before, entry in enumerate(entries, position)
            for row in placed((entry,), before, entry.recorded_at)
        ]
        self._insert(rows)
        return range(position + 1, position + 1 + len(rows))


class Made(NamedTuple):
    """What a store was made of, and how many seconds that took."""

    cases: int
    entries: int
    seconds: float


def first(cases: int) -> Instant:
    """Return an instant before which nothing was reported in a store of that many cases."""
    return END - cases * SPACING


def store(path: Path, cases: int, *, seed: int = SEED) -> Made:
    """Make a store of ``cases`` cases, about ten entries each, and of the officers who served meanwhile."""
    began = time.perf_counter()
    recorder = Dated(create(str(path), {"zone": "Europe/London"}))
    recorder.connection.execute("PRAGMA synchronous = OFF")
    chance = random.Random(seed)
    entries = 0
    for deeds in _in_order(cases, seed):
        with recorder.transaction():
            entries += len(recorder.append([_stored(stream, deed, chance) for stream, deed in deeds]))
    recorder.close()
    return Made(cases, entries, time.perf_counter() - began)


def _stored(stream: bytes, deed: Deed, chance: random.Random) -> StoredEntry:
    event = deed.event
    return StoredEntry(
        0,
        stream,
        deed.version,
        event.TOPIC,
        schema_of(event),
        deed.actor,
        deed.role,
        deed.occurred_at,
        deed.recorded_at,
        chance.randbytes(16),
        b"",
        b"",
        storable(event),
    )  # fmt: skip  (one value a field, in their order)


def _in_order(cases: int, seed: int) -> Iterator[list[Placed]]:
    """Yield all deeds in order of recording, many at a time."""
    waiting = list(_officers(cases, seed))
    for number in range(cases - 1, -1, -1):
        waiting += _case(number, seed)
        if number % CHUNK == 0:
            waiting.sort(key=_recorded)
            bound = END if number == 0 else END - number * SPACING
            ready = sum(deed.recorded_at < bound for _, deed in waiting)
            yield waiting[:ready]
            del waiting[:ready]


def _recorded(one: Placed) -> tuple[Instant, bytes, int]:
    return one[1].recorded_at, one[0], one[1].version


def reference(number: int) -> str:
    """Return the reference of a case by its number, counted backwards from the last."""
    return f"POP-{number:07d}"


def _case(number: int, seed: int) -> Iterator[Placed]:
    chance = random.Random(seed << 40 | number)
    reported_at = END - number * SPACING - chance.randrange(1, SPACING)
    stream = case_stream(reference(number))
    return ((stream, deed) for deed in course.case(chance, reference(number), reported_at, END))


def _officers(cases: int, seed: int) -> Iterator[Placed]:
    """Yield the deeds of every officer of every generation that a store of that many cases needs."""
    for block in range(-(-cases // CASES_A_BLOCK)):
        for number in range(OFFICERS):
            chance = random.Random(seed << 40 | 1 << 39 | block << 16 | number)
            stream = officer_stream(officers.name_of(block, number))
            for deed in officers.officer(chance, block, number, END):
                yield stream, deed
