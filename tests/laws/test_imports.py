"""A file of any form becomes what a naive reader makes of its cells, or the row is refused: nothing else."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.mapping.mapping import check
from tests import naive_import as naive
from tests.exchange.support import outcome_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from exchange.source.trace import Activity
    from tests.exchange.support import Outcome

HEADINGS = ("case id", "activity", "timestamp", "resource", "note")
QUARTERS = 24
# Around both changes of clocks of a year, and some days far from them.
STARTS = [
    datetime(2016, 3, 26, 22, tzinfo=UTC),
    datetime(2016, 10, 29, 22, tzinfo=UTC),
    datetime(2016, 5, 1, tzinfo=UTC),
]
MOMENTS = st.builds(
    lambda start, quarters: start + timedelta(minutes=15 * quarters),
    st.sampled_from(STARTS),
    st.integers(0, QUARTERS),
) | st.integers(0, 3).map(lambda quarters: datetime(2016, 10, 30, 1, 15 * quarters, tzinfo=UTC))
NO_TIMES = st.sampled_from(
    ["soon", "", " ", "31/02/2016 1:00 AM", "2016-13-01 10:00", "2016-05-01x10:00", "1.5.2016", "0"]
)
WORDS = st.sampled_from(
    ["opened", "visit, late", 'said "no"', ' "so"', "Caf\u00e9 \u2013 \u00a35", "a;b|c", "", " ", "x"]
)


class Style(NamedTuple):
    """How the times of a file are written: what its mapping says, and how a naive reader reads them."""

    mapping: dict[str, Any]
    write: Callable[[datetime], str]
    read: Callable[[str], set[int]]


STYLES = [
    Style({}, lambda at: at.astimezone(timezone(timedelta(minutes=-210))).isoformat(), naive.with_offset),
    Style({}, lambda at: (at + timedelta(microseconds=120)).isoformat(), naive.with_offset),
    Style({}, lambda at: f"{at:%Y%m%d%H%M%S}Z", naive.compact),
    Style({"unit": "ms"}, lambda at: str(int(at.timestamp()) * 1_000), naive.counted),
    Style({"zone": naive.ZONE}, lambda at: f"{at:%Y-%m-%d %H:%M}", naive.local),
    Style(
        {"zone": naive.ZONE, "time_format": "%d/%m/%Y %I:%M %p"},
        lambda at: re.sub(" 0", " ", f"{at:%d/%m/%Y %I:%M %p}"),
        naive.british,
    ),
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]


@st.composite
def tables(draw: st.DrawFn, style: Style) -> list[dict[str, str]]:
    """Draw rows of cells: few cases, times that tie, cells without a value, rows twice."""
    row = st.fixed_dictionaries(
        {
            "case id": st.sampled_from(["A", "B", "C-\u00e9", "", " "]),
            "activity": WORDS,
            "timestamp": st.one_of(MOMENTS.map(style.write), MOMENTS.map(style.write), NO_TIMES),
            "resource": st.sampled_from(["DC 1", "", " ", "DC 2"]),
            "note": st.sampled_from(["", "n"]),
        }
    )
    found = draw(st.lists(row, max_size=8))
    return found + draw(st.lists(st.sampled_from(found), max_size=2) if found else st.just([]))


def as_csv(
    rows: list[dict[str, str]], order: list[str], delimiter: str, told: bool, extra: int
) -> tuple[str, list[int]]:
    """Return a table as CSV, with rows of nothing in between, and the line of each row."""
    text = io.StringIO()
    text.write(f"sep={delimiter}\r\n" if told else "")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(order)
    lines = []
    for row in rows:
        lines.append(text.getvalue().count("\n") + 1)
        writer.writerow([row[heading] for heading in order] + [""] * extra)
        text.write("\r\n" + delimiter * 2 + "\r\n" if extra else "")
    return text.getvalue(), lines


def as_json(rows: list[dict[str, str]], order: list[str]) -> tuple[str, list[int]]:
    """Return a table as JSON Lines, and the line of each row; the first object has every key."""
    first = dict.fromkeys(HEADINGS, "x")
    objects = [first, *({heading: row[heading] for heading in order} for row in rows)]
    text = "".join(json.dumps(one, ensure_ascii=len(rows) % 2 == 0) + "\n" for one in objects)
    return text, list(range(2, len(rows) + 2))


def imported(name: str, content: bytes, mapping: dict[str, Any]) -> Outcome:
    """Read a file of a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return outcome_of(Path(folder), content, name, check(mapping, "law.toml"))


def agree(found: Outcome, rows: list[tuple[int, dict[str, str]]], style: Style, *, first: bool = False) -> None:
    """Hold what was read to what the naive reader makes of the cells."""
    events, refused = naive.naive_events(rows, style.read)
    assert found.refused is None
    assert sorted(found.lines) == sorted([*refused, *([1] if first else [])])
    read = {(one.line): (trace.case, one) for trace in found.traces for one in trace.events}
    assert sorted(read) == [event.line for event in events]
    for event in events:
        case, one = read[event.line]
        assert (case, one.place, one.activity, one.actor) == event[:4]
        assert one.occurred_at in event.instants
    for trace in found.traces:
        assert trace.events == sorted(trace.events, key=lambda one: (one.occurred_at, one.place))
        told_or_proved(found, trace.events, {event.line: event.instants for event in events})


def told_or_proved(found: Outcome, events: list[Activity], meant: dict[int, frozenset[int]]) -> None:
    """Of two instants the one is taken that a rising order leaves; if it leaves both or there is none, the first.

    That one is told by its line, and nothing else is. Every way to choose is tried.
    """
    in_file = sorted(events, key=lambda one: one.place)
    ways = product(*(sorted(meant[one.line]) for one in in_file))
    rising = [way for way in ways if list(way) == sorted(way)]
    told = {int(line) for note in found.notes for line in re.findall(r"[0-9]+", note.partition("(line")[2])}
    for at, one in enumerate(in_file):
        left = {way[at] for way in rising} or meant[one.line]
        assert (one.line in told) == (len(left) > 1)
        assert one.occurred_at == min(left)


@pytest.mark.parametrize("style", STYLES)
@given(data=st.data(), order=st.permutations(HEADINGS), encoding=st.sampled_from(ENCODINGS))
def test_csv_is_read_as_its_cells_or_refused(
    data: st.DataObject, style: Style, order: list[str], encoding: str
) -> None:
    """Whatever parts the columns and in whichever order they are, in any encoding, with gaps and duplicates."""
    rows = data.draw(tables(style))
    delimiter = data.draw(st.sampled_from([",", ";", "\t", "|"]))
    text, lines = as_csv(rows, order, delimiter, data.draw(st.booleans()), data.draw(st.integers(0, 2)))
    mapping = style.mapping | ({"encoding": encoding} if encoding == "cp1252" else {})
    found = imported("law.csv", text.encode(encoding), mapping)
    agree(found, list(zip(lines, rows, strict=True)), style)


@pytest.mark.parametrize("style", STYLES)
@given(data=st.data(), order=st.permutations(HEADINGS), encoding=st.sampled_from(ENCODINGS))
def test_json_lines_are_read_as_their_values_or_refused(
    data: st.DataObject, style: Style, order: list[str], encoding: str
) -> None:
    """In the same ways; the first object, whose time is none, is refused."""
    rows = data.draw(tables(style))
    text, lines = as_json(rows, order)
    mapping = style.mapping | ({"encoding": encoding} if encoding == "cp1252" else {})
    found = imported("law.jsonl", text.encode(encoding), mapping)
    agree(found, list(zip(lines, rows, strict=True)), style, first=True)
