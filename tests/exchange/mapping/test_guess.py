"""A guess is a mapping that can be used as it is, or says in a comment what a person must write."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from application.vocabulary import shipped
from exchange.imports.command import mapping_for
from exchange.mapping.guess import columns, guessed
from exchange.mapping.mapping import check
from exchange.readers.first_rows import FirstRows
from exchange.source.trace import ImportRefused
from tests.exchange.stores import Store

if TYPE_CHECKING:
    from pathlib import Path

NARROW = (
    "Incident Ref;Step;Done At;Collar;Offence\n"
    "N-1;Opened;21/03/2016 09:00;4417;Child abuse\n"
    "N-1;Visit;22/03/2016 10:30;1417;\n"
    "N-2;Opened;23/03/2016 11:00;4417;Missing\n"
    "N-2;Closed;24/03/2016 11:00;4417;\n"
)
WIDE = (
    "Ref,Offence type,Risk level,Reported on,Owner,Allocated on,Closed on,Result\n"
    "W-1,Child abuse,High,2016-03-01,DC 7,2016-03-02,2016-03-09,none\n"
    "W-2,Missing,Low,2016-03-01,DC 8,2016-03-02,,\n"
)


def guess(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    found = FirstRows(path)
    return guessed(columns(found.headings, found.rows), shipped(), found.source)


def test_a_log_of_events_is_read_by_the_guess(tmp_path: Path) -> None:
    path = tmp_path / "north.csv"
    text = guess(path, NARROW)
    content = tomllib.loads(text)
    assert {key: content[key] for key in ("source", "case", "activity", "time", "actor")} == {
        "source": "north",
        "case": "Incident Ref",
        "activity": "Step",
        "time": "Done At",
        "actor": "Collar",
    }
    assert content["time_format"] == ["%d/%m/%Y %H:%M"]
    assert [rule["event"] for rule in content["rule"]] == ["case.reported", "case.resolved"]
    assert content["rule"][0]["fields"]["category"]["values"] == {
        "Child abuse": "child-abuse",
        "Missing": "missing",
    }
    outcome = Store().take(path, mapping_for(check(content, "guess"), None))
    assert (outcome.cases, outcome.entries, outcome.refused) == (2, 4, [])


def test_a_table_with_a_row_a_case_is_read_by_the_guess(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    content = tomllib.loads(guess(path, WIDE))
    assert [one["event"] for one in content["event"]] == [
        "case.reported",
        "case.risk-assessed",
        "case.allocated",
        "case.resolved",
    ]
    assert "actor" not in content
    outcome = Store().take(path, mapping_for(check(content, "guess"), None))
    assert (outcome.cases, outcome.entries, outcome.refused) == (2, 7, [])


def test_what_no_row_tells_is_a_question(tmp_path: Path) -> None:
    text = guess(tmp_path / "a.csv", "a,b\n01/02/2016,x\n03/04/2016,y\n")
    assert '# case = "..."  # which column names the case?' in text
    assert '# activity = "..."  # which column says what happened?' in text
    assert "# Is the day or the month first? No row tells." in text
    assert 'zone = "Europe/London"  # times have no offset' in text
    assert check(tomllib.loads(text), "guess").time == "a"


def test_a_day_and_a_time_in_two_columns_are_joined(tmp_path: Path) -> None:
    text = guess(tmp_path / "a.csv", "case id,activity,day,hour,officer\nC,A,2016-02-13,09:30,DC 1\n")
    content = tomllib.loads(text)
    assert content["time"] == {"join": ["day", "hour"], "with": " "}
    assert "time_format" not in content
    assert Store().take(tmp_path / "a.csv", check(content, "guess")).refused == []


def test_json_lines_are_guessed_too_and_odd_names_are_quoted(tmp_path: Path) -> None:
    line = '{"case id": "C", "what \\"was\\" done": "A", "timestamp": "2016-02-13T09:00:00Z", "who": "x"}\n'
    content = tomllib.loads(guess(tmp_path / "a.jsonl", line))
    assert content["activity"] == 'what "was" done'


@pytest.mark.parametrize("content", ["case id,activity\n", '<?xml version="1.0"?>\n<log></log>\n'])
def test_what_has_no_rows_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(ImportRefused, match="no rows"):
        guess(tmp_path / "a.csv", content)


def test_an_own_export_needs_no_guess(tmp_path: Path) -> None:
    store = Store()
    path = tmp_path / "a.csv"
    path.write_text("case id,activity,timestamp\nC,A,2016-02-13T09:00:00Z\n")
    store.take(path)
    with pytest.raises(ImportRefused, match="export of Longcase"):
        guess(path, store.text("csv"))


def test_a_row_is_not_taken_for_headings(tmp_path: Path) -> None:
    """Of a file without any, the first row would be lost without a word."""
    with pytest.raises(ImportRefused, match="it seems to have no headings: '2016-03-21 09:00' is a time"):
        guess(tmp_path / "bare.csv", "N-1,Opened,2016-03-21 09:00\nN-1,Closed,2016-03-22 09:00\n")


def test_a_heading_that_says_when_goes_before_other_times(tmp_path: Path) -> None:
    """A log of events may have deadlines in front."""
    row = "N-1,2016-04-01,Visit,2016-03-21T09:00:00.500Z\n"
    head = "case id,deadline,activity,timestamp\n"
    assert tomllib.loads(guess(tmp_path / "log.csv", head + row + row))["time"] == "timestamp"
    slashes = row.replace("2016-03-21T09:00:00.500Z", "2016/03/21 09:00:00.500")
    content = tomllib.loads(guess(tmp_path / "log.csv", head + slashes + slashes))
    assert (content["time"], content["time_format"][-1]) == ("timestamp", "%Y/%m/%d %H:%M:%S.%f")


def test_a_guess_claims_no_more_than_one_report(tmp_path: Path) -> None:
    """Taking up again is no report, and which of several is the report is for a person to say."""
    rows = "case id,activity,timestamp\n" + "".join(
        f"N-1,{word},2016-03-2{day}T09:00Z\n"
        for day, word in enumerate(("Print report", "Reopened", "Read report"))
    )
    text = guess(tmp_path / "log.csv", rows)
    assert [rule["event"] for rule in tomllib.loads(text)["rule"]] == ["case.reopened"]
    assert '# Which of these is the report of the case? "Print report", "Read report"' in text


def test_a_time_without_a_meaning_is_no_work(tmp_path: Path) -> None:
    """A guess that nobody looks over stops no clock."""
    text = WIDE.replace("Allocated on", "Looked at")
    events = tomllib.loads(guess(tmp_path / "wide.csv", text))["event"]
    assert {"kind": "note"} in [one["fields"] for one in events]
