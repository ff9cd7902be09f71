"""The contract of the output: what each format holds, and what a table leaves out."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.input.requests import RecordingOptions, View
from cli.output import streams
from cli.output.layout import Page
from cli.output.streams import Shape, present, receipt, say
from cli.output.table import Column, as_elapsed, as_instant, draw
from domain.axes import Axes
from domain.instant import from_datetime
from presentation.escaping import unguard_cell
from presentation.formats import write_csv
from presentation.instants import AsOf

if TYPE_CHECKING:
    from collections.abc import Iterator

LONDON = ZoneInfo("Europe/London")
NOW = from_datetime(datetime(2016, 5, 20, 9, 0, tzinfo=UTC))
AS_OF = AsOf(Axes(NOW, NOW), LONDON, NOW)
SHAPE = Shape(
    "cases",
    ("reference", "reported_at", "idle_seconds", "open", "causes", "summary"),
    (
        Column("reference", "case"),
        Column("reported_at", "reported", as_instant),
        Column("idle_seconds", "idle", as_elapsed, right=True),
        Column("open", "open", at_least=100),
        Column("summary", "summary"),
    ),
)
ITEM = {
    "reference": "IMG-0417",
    "reported_at": NOW,
    "idle_seconds": 98 * 86_400,
    "open": True,
    "causes": [{"cause": "dormant", "since": NOW, "due": None}],
    "summary": "an agency's warning about uploads",
}


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)


def shown(capsys: pytest.CaptureFixture[str], view: View, *items: dict[str, Any]) -> str:
    present(iter(items), SHAPE, view, AS_OF)
    return capsys.readouterr().out


def test_json_has_one_envelope(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON holds as_at, known_at, count and items; instants bear the offset of the store's zone."""
    found = json.loads(shown(capsys, View(format="json"), ITEM, ITEM))
    assert list(found) == ["as_at", "known_at", "count", "items"]
    assert found["as_at"] == "2016-05-20T10:00:00+01:00"
    assert found["count"] == len(found["items"]) == 2
    assert found["items"][0]["causes"][0]["since"] == "2016-05-20T10:00:00+01:00"
    assert found["items"][0]["idle_seconds"] == 98 * 86_400


def test_json_of_nothing_is_an_envelope_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing was found, the envelope holds no items, and nothing is said."""
    found = json.loads(shown(capsys, View(format="json")))
    assert (found["count"], found["items"]) == (0, [])


def test_jsonl_is_the_items_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON Lines holds one item a line and nothing else."""
    lines = shown(capsys, View(format="jsonl"), ITEM, ITEM).splitlines()
    assert [json.loads(line)["reference"] for line in lines] == ["IMG-0417"] * 2


def test_jsonl_is_written_as_items_come(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON Lines holds no more than one item at a time."""
    alive: list[int] = []

    def items() -> Iterator[dict[str, Any]]:
        for number in range(3):
            alive.append(out.getvalue().count(b"\n"))
            yield {"number": number}

    out = io.BytesIO()
    monkeypatch.setattr(streams, "_binary", lambda: out)
    present(items(), SHAPE, View(format="jsonl"), AS_OF)
    assert alive == [0, 1, 2]


def test_csv_has_the_fields_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    """CSV starts with the contract's fields; lists are JSON; nothing is an empty cell."""
    rows = list(csv.DictReader(io.StringIO(shown(capsys, View(format="csv"), ITEM), newline="")))
    assert tuple(rows[0]) == SHAPE.fields
    assert rows[0]["open"] == "true"
    assert rows[0]["reported_at"] == "2016-05-20T10:00:00+01:00"
    assert json.loads(rows[0]["causes"])[0]["due"] is None


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_csv_can_be_read_back(texts: list[str]) -> None:
    """Any text comes back from CSV, and no cell starts as a formula would."""
    out = io.BytesIO()
    write_csv([{"a": text} for text in texts], ("n", "a"), UTC, out, readable=False)
    rows = list(csv.reader(io.StringIO(out.getvalue().decode(), newline="")))
    assert [unguard_cell(row[1]) for row in rows[1:]] == texts
    assert not any(row[1].lstrip().startswith(("=", "+", "-", "@")) for row in rows[1:])


def test_numbers_in_csv_are_numbers() -> None:
    """A negative number is no formula and gets no apostrophe."""
    out = io.BytesIO()
    write_csv([{"n": -5}], ("n",), UTC, out, readable=False)
    assert out.getvalue() == b"n\r\n-5\r\n"


def test_a_column_of_csv_may_hold_values_of_several_kinds() -> None:
    """Each is written as what it is: what is true is no 1, and an instant is one by the name of its column."""
    values = [1, True, None, 0, False, 1.5, "1", [{"at": 0}], {"due": 0, "n": 1}, "=1"]
    cells = ["1", "true", "", "0", "false", "1.5", "1", '[{"at":"%s"}]', '{"due":"%s","n":1}', "'=1"]
    epoch = "1970-01-01T00:00:00+00:00"
    out = io.BytesIO()
    write_csv([{"before": one, "at": 0} for one in values], ("before", "at"), UTC, out, readable=False)
    rows = list(csv.reader(io.StringIO(out.getvalue().decode(), newline="")))[1:]
    assert rows == [[one.replace("%s", epoch), epoch] for one in cells]


def test_csv_on_a_terminal_is_readable() -> None:
    """On a terminal, CSV shows escape sequences instead of sending them."""
    out = io.BytesIO()
    write_csv([{"n": "\x1b[2J"}], ("n",), UTC, out, readable=True)
    assert out.getvalue() == b"n\r\n\\x1b[2J\r\n"


def test_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """A table has a head, aligned columns and no blanks at the end of a line."""
    other = ITEM | {"reference": "CSE-1", "idle_seconds": 3_600, "open": False, "summary": None}
    assert shown(capsys, View(), ITEM, other).splitlines() == [
        "CASE      REPORTED           IDLE  OPEN  SUMMARY",
        "IMG-0417  20 May 2016 10:00  98 d  yes   an agency's warning about uploads",
        "CSE-1     20 May 2016 10:00   1 h  no",
    ]


def test_what_a_table_leaves_out_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the terminal is narrow, the last column is broken between words, and a column waits for more room."""
    monkeypatch.setenv("COLUMNS", "53")
    present([ITEM], SHAPE, View(), AS_OF)
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert lines[1] == "IMG-0417  20 May 2016 10:00  98 d  an agency's"
    assert "OPEN" not in lines[0]
    assert said.err == "not shown in 53 columns: open; --format lines has all\n"


def test_a_table_is_safe(capsys: pytest.CaptureFixture[str]) -> None:
    """A cell cannot break its line or steer the terminal."""
    text = shown(capsys, View(), ITEM | {"summary": "a\nb\x1b[2J\u202e"})
    assert text.splitlines()[1].endswith(r"a\x0ab\x1b[2J\u202e")


def test_wide_letters_keep_columns_apart() -> None:
    """Columns stay aligned under wide and combining letters."""
    columns = (Column("a", "a"), Column("b", "b"))
    items = [{"a": "東京", "b": "x"}, {"a": "e\u0301", "b": "x"}]
    assert list(draw(columns, items, Page(None, coloured=False, zone=UTC))) == [
        "A     B",
        "東京  x",
        "e\u0301     x",
    ]


def test_colour_leaves_the_layout() -> None:
    """Colour wraps the text of a cell, not the blanks around it, and only where it is wanted."""
    columns = (Column("a", "a", colour=lambda item: "red" if item["a"] else None), Column("b", "b"))
    items = [{"a": "hot", "b": "x"}]
    coloured = list(draw(columns, items, Page(None, coloured=True, zone=UTC)))
    assert coloured[1] == "\x1b[31mhot\x1b[0m  x"
    assert list(draw(columns, items, Page(None, coloured=False, zone=UTC)))[1] == "hot  x"


@pytest.mark.parametrize(
    ("view", "rows"),
    [
        (View(), 50),
        (View(limit=3), 3),
        (View(limit=0), 60),
        (View(limit=10**23), 60),
        (View(format="jsonl", limit=10**23), 60),
        (View(format="jsonl"), 60),
        (View(format="jsonl", limit=3), 3),
    ],
)
def test_limits(capsys: pytest.CaptureFixture[str], view: View, rows: int) -> None:
    """A table shows 50 and other formats all, unless a limit is given; nought is no limit."""
    lines = shown(capsys, view, *[ITEM] * 60).splitlines()
    assert len(lines) - (view.format == "table") == rows


def test_a_cut_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """A table that was cut says so on standard error, with the number of all where it is known."""
    assert present([ITEM] * 60, SHAPE, View(), AS_OF) == 50
    assert capsys.readouterr().err == "only the first 50 cases are shown; --limit 0 shows all\n"
    present([ITEM] * 50, SHAPE, View(), AS_OF, total=1_384)
    assert capsys.readouterr().err == "50 of 1,384 cases are shown; --limit 0 shows all\n"
    present([ITEM] * 50, SHAPE, View(), AS_OF, total=50)
    assert capsys.readouterr().err == ""


def test_an_empty_table_is_talk(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing was found, standard output stays empty and standard error says what was not."""
    assert present([], SHAPE, View(), AS_OF) == 0
    assert capsys.readouterr() == ("", "no cases\n")


def test_a_receipt(capsys: pytest.CaptureFixture[str]) -> None:
    """A recording command says what it did in a sentence, or as one JSON object."""
    fields = {"reference": "IMG-0417", "position": 17, "occurred_at": NOW}
    receipt(fields, "IMG-0417: entry 3\x1b", RecordingOptions(), LONDON)
    assert capsys.readouterr().out == "IMG-0417: entry 3\\x1b\n"
    receipt(fields, "", RecordingOptions(format="json"), LONDON)
    assert json.loads(capsys.readouterr().out)["occurred_at"] == "2016-05-20T10:00:00+01:00"


def test_extra_keys_of_the_envelope(capsys: pytest.CaptureFixture[str]) -> None:
    """A command may add keys of its own to the envelope."""
    present([], SHAPE, View(format="json"), AS_OF, extra={"position": 7})
    assert json.loads(capsys.readouterr().out)["position"] == 7


def test_talk_is_safe(capsys: pytest.CaptureFixture[str]) -> None:
    """What is said on standard error cannot steer the terminal either."""
    say("case \x1b[2J")
    assert capsys.readouterr().err == "case \\x1b[2J\n"
