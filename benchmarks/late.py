"""Entries in a long case whose rows are in the tables, late ones or a prompt one, until these are current."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from application.mapper import to_stored
from benchmarks.measure import Result, interleaved, limited, medians, within
from domain.cases import events as ev
from domain.codec import entry_of
from domain.event import Entry
from domain.identity import case_stream
from domain.instant import SECOND, Instant, parse
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from projections.runner.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.plan import Plan
    from domain.event import Event

ENTRIES, LATE = 20_000, 100
MOST: Final = 2.0
"""How many seconds it may take."""

START: Final = parse("2016-02-12T09:12:00+00:00")
END: Final = START + ENTRIES * 600 * SECOND
REFERENCE: Final = "LONG-1"
_KINDS: Final = ("child-seen", "contact-attempted", "arrest", "interview")
_OURS: Final = "tables current again"
_PROMPT: Final = "tables current after a prompt entry"
_READING: Final = "reading and decoding the case"
TIMES: Final = 2.0
"""How many times as long as reading and decoding its case a prompt entry may take."""


def late(plan: Plan) -> Result:
    """Record late entries together in a copy of the store, or a prompt one, and bring its tables up to date."""
    made = plan.folder("late") / "made.db"
    create(str(made), {"zone": "Europe/London"}).close()
    _append(made, START, _prompt())
    _catch_up(made)
    seconds: dict[str, list[float]] = {_OURS: [], _PROMPT: [], _READING: []}
    copy = made.with_name("copy.db")
    for _ in range(plan.rounds(5)):
        for name, events in ((_OURS, _dated_back()), (_PROMPT, iter([(END, _action(0))]))):
            shutil.copy(made, copy)
            _append(copy, END, events)
            seconds[name] += interleaved({name: lambda: _catch_up(copy)}, 1)[name]
        seconds[_READING] += interleaved({_READING: lambda: _read(copy)}, 1)[_READING]
    what = f"{LATE} late entries, or a prompt one, in a case of {ENTRIES:,}"
    result = Result("late", what, "s", medians(seconds, scale=1), len(seconds[_OURS]))
    within(result, seconds, _PROMPT, _READING, TIMES)
    return limited(result, _OURS, result.medians[_OURS], MOST)


def _prompt() -> Iterator[tuple[Instant, Event]]:
    """Yield the report of the case, and something that was done every ten minutes."""
    yield START, ev.Reported(reference=REFERENCE, category="indecent-images")
    for number in range(1, ENTRIES):
        yield START + number * 600 * SECOND, _action(number)


def _action(number: int) -> Event:
    return ev.ActionRecorded(kind=_KINDS[number % 4])


def _dated_back() -> Iterator[tuple[Instant, Event]]:
    """Yield what was done at instants spread over the whole case."""
    for number in range(LATE):
        yield START + (number * ENTRIES // LATE * 600 + 7) * SECOND, _action(number)


def _append(store: Path, recorded_at: Instant, events: Iterator[tuple[Instant, Event]]) -> None:
    stream, now = case_stream(REFERENCE), recorded_at
    recorder = SQLiteRecorder.open(str(store), lambda: now)
    first = recorder.head()[0] + 1
    with recorder.transaction():
        for version, (happened, event) in enumerate(events, start=first):
            now = max(now, happened)
            entry = Entry(0, stream, version, happened, 0, "DC 1", "", version.to_bytes(16), event)
            recorder.append([to_stored(entry)])
    recorder.close()


def _read(store: Path) -> None:
    recorder = SQLiteRecorder.open(str(store))
    for row in recorder.stream(case_stream(REFERENCE)):
        entry_of(row)
    recorder.close()


def _catch_up(store: Path) -> None:
    recorder = SQLiteRecorder.open(str(store), lambda: END + SECOND)
    Runner(recorder).catch_up()
    recorder.close()
