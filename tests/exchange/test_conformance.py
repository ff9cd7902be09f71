"""Files with one defect each, made by others: read right, or refused with line and reason."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest

from domain.instant import parse, zone_of
from exchange.mapping.mapping import Mapping
from tests.exchange.support import DATA, Outcome, mapping_named, outcome, real

FOLDER = DATA / "conformance" / "pm4py_xes_importer"
FILES = sorted(path.name for path in FOLDER.glob("*.xes")) or ["noLog.xes"]

STRAY = "outside a trace"
EMPTY = "no events"
UNNAMED = "has no case"
# Line and reason of what is refused. All other files hold no case at all, and are read as such: what they
# have wrong is an attribute, a classifier or an extension of the log, which no case takes anything from.
UNNAMED_AND_STRAY = [UNNAMED, UNNAMED, STRAY, STRAY]
REFUSED = {
    "attributeEventSwapped": [STRAY],
    "attributeTraceSwapped": [EMPTY],
    "classifierEventSwapped": [STRAY],
    "classifierTraceSwapped": [EMPTY],
    "elementIncorrect": UNNAMED_AND_STRAY,
    "eventCorrectAttributes": UNNAMED_AND_STRAY,
    "eventIdenticalAttributes": UNNAMED_AND_STRAY,
    "eventIncorrectType": UNNAMED_AND_STRAY,
    "eventTooManyAttributes": UNNAMED_AND_STRAY,
    "extensionEventSwapped": [STRAY],
    "extensionIncorrectKey": [UNNAMED],
    "extensionTraceSwapped": [EMPTY],
    "globalEventSwapped": [STRAY],
    "globalTraceSwapped": [EMPTY],
    "logOutOfPlace": UNNAMED_AND_STRAY,
    "traceCorrectAttributes": [EMPTY],
    "traceEventSwapped": [STRAY, EMPTY],
    "traceOutOfPlace": UNNAMED_AND_STRAY,
    "traceTooManyAttributes": [EMPTY],
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_one_defect_is_read_or_refused_with_its_line(name: str) -> None:
    read = outcome(real("conformance", "pm4py_xes_importer", name))
    if name == "noLog.xes":
        assert read.refused is not None
        assert read.refused.refusal.reason == "ill-formed XML: no element found"
        return
    expected = REFUSED.get(name.removesuffix(".xes"), [])
    assert read.refused is None
    assert read.traces == []
    assert len(read.refusals) == len(expected)
    for refusal, reason in zip(read.refusals, expected, strict=True):
        assert reason in refusal.reason
        assert b"<event" in line_of(refusal.file, refusal.line) or reason is EMPTY


def test_events_without_a_time_are_all_that_keeps_the_correct_file_out() -> None:
    """Its traces have no concept:name either; with another name for the case, only the times are missing."""
    path = real("conformance", "pm4py_xes_importer", "eventCorrectAttributes.xes")
    read = outcome(path, Mapping(case="instance"))
    reasons = [refusal.reason for refusal in read.refusals]
    assert reasons[:2] == ["no time: 'time:timestamp' has no value"] * 2


def line_of(file: str, number: int) -> bytes:
    return Path(file).read_bytes().splitlines()[number - 1]


def apromore(name: str, mapping: str = "apromore") -> Outcome:
    return outcome(real("conformance", "apromore_csv", f"{name}.csv"), mapping_named(mapping))


def expected_rows(name: str, delimiter: str = ",") -> list[tuple[str, str, int]]:
    """Return case, activity and completion of the rows that should come out."""
    path = real("conformance", "apromore_csv", f"{name}-expected.csv")
    column = 3 if delimiter == "," else 2
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=delimiter))
    return sorted((row[0], row[1], parse(row[column], zone_of("UTC"))) for row in rows)


def rows(read: Outcome) -> list[tuple[str, str, int]]:
    return sorted((t.case, e.activity, e.occurred_at) for t in read.traces for e in t.events)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("test1-valid", []),
        ("test2-missing-columns", [3]),
        ("test3-invalid-end-timestamp", [5]),
        ("test5-empty-caseID", [2]),
        ("test6-different-delimiters", []),
    ],
)
def test_rows_come_out_as_expected_and_the_others_are_refused(name: str, lines: list[int]) -> None:
    read = apromore(name)
    assert rows(read) == expected_rows(name)
    assert read.lines == lines


def test_the_start_of_an_activity_is_not_judged_unless_a_mapping_reads_it() -> None:
    """The source's own program refuses the row for a wrong start; here it is kept to the letter."""
    name = "test4-invalid-start-timestamp"
    read = apromore(name)
    assert len(read.events) == len(expected_rows(name)) + 1
    kept = read.traces[0].events[1].attributes
    assert kept is not None
    assert kept["start date"] == "not a timestamp"
    by_start = msgspec.structs.replace(mapping_named("apromore"), time="start date")
    assert outcome(real("conformance", "apromore_csv", f"{name}.csv"), by_start).lines == [5]


def test_a_row_with_columns_too_many_is_refused() -> None:
    """Here, too, the row with a wrong start comes in by its completion."""
    read = apromore("test7-record-invalid")
    assert read.lines == [2]
    assert set(expected_rows("test7-record-invalid")) < set(rows(read))


def test_of_a_file_of_wrong_rows_only_that_with_a_wrong_start_is_left() -> None:
    read = apromore("test8-all-invalid")
    assert read.lines == [2, 3]
    assert len(read.events) == 1


def test_day_and_month_are_told_apart_by_the_mapping() -> None:
    read = apromore("test9-differentiate-dates", "apromore_day_month")
    assert rows(read) == expected_rows("test9-differentiate-dates")


def test_columns_of_an_event_are_kept_to_the_letter() -> None:
    read = apromore("test10-eventAttribute")
    assert rows(read) == expected_rows("test10-eventAttribute")
    assert sorted((event.attributes or {})["process type"] for event in read.events) == list("111133")


def test_an_old_encoding_is_read_where_the_mapping_names_it() -> None:
    read = apromore("test11-encoding", "apromore_hebrew")
    assert rows(read) == expected_rows("test11-encoding", "\u00b8")
    assert apromore("test11-encoding").refused is not None
