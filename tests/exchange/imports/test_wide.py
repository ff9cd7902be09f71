"""A row that is a whole case gives several events; value tables, constants, a day and a time in two columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.codec import entry_of
from domain.errors import UsageProblem
from domain.identity import case_stream
from domain.instant import iso
from exchange.imports.command import mapping_for
from exchange.mapping.mapping import Mapping, check
from tests.exchange.stores import Store

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "ref;offence;risk;reported;hour;officer;allocated;closed;result;clerk\n"
ROWS = (
    "W-1;Sect 47;H;01/03/2016;09:30;DC 7;02/03/2016;09/03/2016;no further action;PS 1\n"
    "W-2;Images;L;01/03/2016;10:30;;;;;\n"
)
OFFENCES = {"Sect 47": "child-abuse", "Images": "indecent-images"}
CONTENT: dict[str, Any] = {
    "source": "register",
    "case": "ref",
    "zone": "Europe/London",
    "time_format": ["%d/%m/%Y %H:%M", "%d/%m/%Y"],
    "role": {"value": "register"},
    "event": [
        {
            "event": "case.reported",
            "time": {"join": ["reported", "hour"], "with": " "},
            "actor": {"value": "the front desk"},
            "fields": {"category": {"from": "offence", "values": OFFENCES}},
        },
        {
            "event": "case.risk-assessed",
            "time": "reported",
            "fields": {"risk": {"from": "risk", "values": {"H": "high", "L": "low"}}},
        },
        {
            "event": "case.allocated",
            "time": "allocated",
            "actor": "clerk",
            "fields": {"officer": {"from": "officer"}, "team": "north"},
        },
        {"event": "case.resolved", "time": "closed", "actor": "clerk", "fields": {"outcome": {"from": "result"}}},
    ],
}


def mapping(**more: Any) -> Mapping:
    return check({**CONTENT, **more}, "m.toml")


def table(folder: Path, rows: str = ROWS) -> Path:
    path = folder / "register.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


def entries(store: Store, reference: str) -> list[Any]:
    return [entry_of(row) for row in store.ledger.stream(case_stream(reference))]


def test_a_row_that_is_a_whole_case_gives_its_events(tmp_path: Path) -> None:
    """Each at its own time and by its own person; what has no time did not happen."""
    store = Store()
    outcome = store.take(table(tmp_path), mapping())
    assert (outcome.cases, outcome.entries, outcome.refused) == (2, 6, [])
    first = sorted(entries(store, "W-1"), key=lambda one: one.occurred_at)
    assert [(one.name, iso(one.occurred_at)[:16], one.actor, one.role) for one in first] == [
        ("risk-assessed", "2016-03-01T00:00", "unknown", "register"),
        ("reported", "2016-03-01T09:30", "the front desk", "register"),
        ("allocated", "2016-03-02T00:00", "PS 1", "register"),
        ("resolved", "2016-03-09T00:00", "PS 1", "register"),
    ]
    assert first[0].event.risk == "high"
    assert first[1].event.category == "child-abuse"
    assert (first[2].event.officer, first[2].event.team) == ("DC 7", "north")
    assert first[3].event.outcome == "no further action"
    assert sorted(one.name for one in entries(store, "W-2")) == ["reported", "risk-assessed"]
    again = store.take(table(tmp_path), mapping())
    assert (again.entries, again.already_present, again.refused) == (0, 6, [])


def test_a_row_that_grows_adds_what_has_happened_since(tmp_path: Path) -> None:
    """A later export of the same table: the case was allocated meanwhile."""
    store = Store()
    store.take(table(tmp_path), mapping())
    rows = ROWS.replace("W-2;Images;L;01/03/2016;10:30;;;", "W-2;Images;L;01/03/2016;10:30;DC 8;04/03/2016;")
    outcome = store.take(table(tmp_path, rows), mapping())
    assert (outcome.entries, outcome.already_present, outcome.refused) == (1, 6, [])


def test_another_event_in_the_mapping_adds_that_event(tmp_path: Path) -> None:
    """Places shift, and what says the same is the same."""
    store = Store()
    fewer = [CONTENT["event"][0], *CONTENT["event"][2:]]
    store.take(table(tmp_path), mapping(event=fewer))
    outcome = store.take(table(tmp_path), mapping())
    assert (outcome.entries, outcome.already_present, outcome.refused) == (2, 4, [])


def test_what_does_not_fit_is_refused_by_its_line_and_the_rest_of_the_row_goes_on(tmp_path: Path) -> None:
    rows = ROWS.replace("09/03/2016", "some day") + "W-3;Images;L;;;;;;;\n"
    outcome = Store().take(table(tmp_path, rows), mapping())
    assert (outcome.entries, [one.line for one in outcome.refused]) == (5, [2, 4])
    assert outcome.refused[0].reason.startswith("case.resolved: ")
    assert outcome.refused[1].reason == "it gives no event: none of their times has a value"


def test_a_condition_says_of_which_rows_there_is_an_event(tmp_path: Path) -> None:
    events = [CONTENT["event"][0], {**CONTENT["event"][3], "when": {"result": {"like": "no*"}}}]
    rows = ROWS.replace("no further action", "charged")
    assert Store().take(table(tmp_path, rows), mapping(event=events)).entries == 2
    assert Store().take(table(tmp_path), mapping(event=events)).entries == 3


def test_a_word_that_a_value_table_does_not_have_stays_and_is_told(tmp_path: Path) -> None:
    outcome = Store().take(table(tmp_path, ROWS.replace("Sect 47", "Sect 48").replace(";H;", ";X;")), mapping())
    assert any("'Sect 48' (1)" in note for note in outcome.notes)
    assert [one.reason for one in outcome.refused] == [
        "that makes no case.risk-assessed: there is no risk 'X'; one of: low, medium, high, very high"
    ]


def test_an_activity_goes_through_a_value_table(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("case id,step,timestamp,resource\nC,Spoke to child,2016-03-01T09:00:00Z,DC 1\n")
    rule = {
        "when": {"activity": {"like": "*"}},
        "event": "case.action-recorded",
        "fields": {"kind": {"from": "activity", "values": {"Spoke to child": "child-seen"}}},
    }
    store = Store()
    assert store.take(path, check({"activity": "step", "rule": [rule]}, "m.toml")).refused == []
    assert entries(store, "C")[1].event.kind == "child-seen"


def test_an_action_of_a_row_names_the_child_that_the_mapping_says(tmp_path: Path) -> None:
    """The part's own child, else that of the mapping; what is no action has none."""
    seen = {"event": "case.action-recorded", "time": "allocated", "fields": {"kind": "child-seen"}}
    events = [CONTENT["event"][0], seen, {**seen, "time": "closed", "child": "result"}]
    store = Store()
    assert store.take(table(tmp_path), mapping(event=events, child="officer")).refused == []
    acts = [one for one in entries(store, "W-1") if one.name == "action-recorded"]
    assert [one.event.child for one in acts] == ["DC 7", "no further action"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"activity": "x"}, "key 'activity'"),
        ({"ends": ["x"]}, "key 'ends'"),
        ({"role": {"value": "x", "join": ["y"]}}, "key 'role'"),
        ({"case": {"value": "x"}}, "key 'case'"),
        ({"child": {"value": "x"}}, "key 'child'"),
        ({"event": [{"event": "case.resolved", "fields": {"outcome": "x"}}]}, "missing required field `time`"),
        (
            {"event": [{"event": "case.resolved", "time": {"value": "x"}, "fields": {"outcome": "x"}}]},
            "event[0].time",
        ),
    ],
)
def test_a_mapping_of_events_that_says_nothing_clear_is_refused(more: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        mapping(**more)
    assert message in caught.value.message


def test_the_words_of_a_value_table_are_looked_at_beforehand() -> None:
    events = [{**CONTENT["event"][1], "fields": {"risk": {"from": "risk", "values": {"H": "hihg"}}}}]
    with pytest.raises(UsageProblem, match="there is no risk 'hihg'"):
        mapping_for(mapping(event=events), None)
