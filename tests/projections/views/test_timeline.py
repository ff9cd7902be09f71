"""The timeline: which entries it holds at a pair of instants, in which order, and what it says of each."""

from __future__ import annotations

import pytest

from application.commands import amendments, cases
from domain.axes import Axes
from domain.cases import events as ev
from domain.cases.belief import believe
from domain.codec import topics
from domain.event import Entry, Origin
from domain.identity import case_stream
from domain.instant import FOREVER
from projections.views.case_view import CaseView
from projections.views.summaries import LONGEST, summary
from projections.views.timeline import FIELDS, Line, item, timeline
from tests.projections.story_store import CASE, OWNER, Store, warning, when


@pytest.fixture(scope="module")
def store() -> Store:
    return warning(Store())


def versions(store: Store, as_at: str | None = None, known: str | None = None) -> list[int]:
    axes = (FOREVER if text is None else when(text) for text in (as_at, known))
    return [line.entry.version for line in CaseView(store.entries(), Axes(*axes)).lines]


def line_of(store: Store, version: int, known: int = FOREVER) -> Line:
    return next(line for line in timeline(believe(store.entries(), known)) if line.entry.version == version)


def test_entries_stand_in_order_of_occurrence() -> None:
    """An entry that was recorded late stands where it happened, not where it was typed."""
    store = Store()
    store.at("2016-05-01T09:00", cases.report, CASE, category="other")
    store.at("2016-05-09T09:00", cases.act, CASE, "child-seen")
    store.at("2016-05-10T09:00", cases.act, CASE, "note", occurred="2016-05-02T09:00")
    assert versions(store) == [1, 3, 2]


def test_a_tie_is_broken_by_the_order_of_recording() -> None:
    """Of two entries of one instant, the one recorded first comes first."""
    store = Store()
    store.at("2016-05-01T09:00", cases.report, CASE, category="other")
    store.at("2016-05-03T09:00", cases.act, CASE, "note", occurred="2016-05-02T09:00")
    store.at("2016-05-04T09:00", cases.act, CASE, "child-seen", occurred="2016-05-02T09:00")
    assert versions(store) == [1, 2, 3]


def test_an_entry_at_exactly_the_instant_is_in_the_picture(store: Store) -> None:
    """Both bounds are included, to the microsecond."""
    at = when("2016-02-12T09:40")
    found = [
        [one.entry.version for one in CaseView(store.entries(), Axes(bound)).lines] for bound in (at - 1, at)
    ]
    assert found == [[1], [1, 2]]


def test_a_late_entry_is_in_the_world_before_it_is_known(store: Store) -> None:
    """What was recorded on 13 March about 4 March is as at 4 March, but was not known then."""
    assert versions(store, as_at="2016-03-10T00:00") == [1, 2, 3, 4]
    assert versions(store, as_at="2016-03-10T00:00", known="2016-03-10T00:00") == [1, 2, 3]


def test_nothing_is_shown_from_after_what_was_known(store: Store) -> None:
    """Where as-at is later than known-at, the timeline ends with what was known."""
    assert versions(store, known="2016-03-13T16:00") == [1, 2, 3, 4]


def test_a_corrected_entry_shows_the_new_values_and_keeps_the_old(store: Store) -> None:
    """The correction is named, and what was recorded at first stands under ``before``."""
    found = item(line_of(store, 2))
    assert found["corrected_by"] == [7]
    assert found["details"]["risk"] == "very high"
    assert found["details"]["before"] == {"risk": "high"}
    assert "corrected" in found["flags"]


def test_a_correction_does_nothing_before_it_is_known(store: Store) -> None:
    """As known a second earlier, the entry says what it said."""
    found = item(line_of(store, 2, when("2016-03-20T09:59")))
    assert (found["details"]["risk"], found["corrected_by"]) == ("high", [])
    assert "before" not in found["details"]


def test_an_entry_corrected_in_time_moves_to_its_true_place() -> None:
    """Its old time stands under ``before``, and it is judged by the new one."""
    store = Store()
    store.at("2016-05-01T09:00", cases.report, CASE, category="other")
    store.at("2016-05-05T09:00", cases.act, CASE, "note")
    store.at("2016-05-06T09:00", cases.act, CASE, "child-seen")
    store.at("2016-05-07T09:00", amendments.correct, CASE, 3, {}, occurred_at=when("2016-05-02T09:00"))
    assert versions(store) == [1, 3, 2, 4]
    found = item(line_of(store, 3))
    assert found["details"]["before"] == {"occurred_at": when("2016-05-06T09:00")}
    assert "late" in found["flags"]
    assert found["late_seconds"] == 4 * 86_400


def test_a_retracted_entry_stays_and_names_its_retraction(store: Store) -> None:
    """It is in the timeline, marked, with its own flags."""
    found = item(line_of(store, 5))
    assert found["retracted_by"] == 6
    assert found["flags"] == ["retracted"]


def test_an_entry_recorded_late_stays_late_when_it_is_retracted() -> None:
    """Taking it back does not make its lateness undone."""
    store = Store()
    store.at("2016-05-01T09:00", cases.report, CASE, category="other")
    store.at("2016-05-09T09:00", cases.act, CASE, "note", occurred="2016-05-02T09:00")
    store.at("2016-05-10T09:00", amendments.retract, CASE, 2)
    assert item(line_of(store, 2))["flags"] == ["late", "retracted"]


def test_corrections_and_retractions_are_entries_too(store: Store) -> None:
    """They stand in the timeline at the time at which they were made."""
    assert versions(store) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert item(line_of(store, 6))["event"] == "case.entry-retracted"


def test_a_retracted_correction_does_nothing() -> None:
    """The entry says again what it said, and names no correction."""
    store = Store()
    store.at("2016-05-01T09:00", cases.report, CASE, category="other")
    store.at("2016-05-02T09:00", cases.assess, CASE, "low")
    store.at("2016-05-03T09:00", amendments.correct, CASE, 2, {"risk": "high"})
    store.at("2016-05-04T09:00", amendments.retract, CASE, 3)
    found = item(line_of(store, 2))
    assert (found["details"]["risk"], found["corrected_by"], found["flags"]) == ("low", [], [])
    assert item(line_of(store, 3))["retracted_by"] == 4


def test_several_corrections_are_named_oldest_first() -> None:
    """The last one's value stands, and ``before`` is what was recorded at first."""
    store = Store()
    store.at("2016-05-01T09:00", cases.report, CASE, category="other")
    store.at("2016-05-02T09:00", cases.assess, CASE, "low")
    store.at("2016-05-03T09:00", amendments.correct, CASE, 2, {"risk": "medium"})
    store.at("2016-05-04T09:00", amendments.correct, CASE, 2, {"risk": "high"})
    found = item(line_of(store, 2))
    assert found["corrected_by"] == [3, 4]
    assert (found["details"]["risk"], found["details"]["before"]) == ("high", {"risk": "low"})


def test_an_item_holds_the_fields_of_the_contract_in_their_order(store: Store) -> None:
    """Every item has every field, and only those."""
    assert all(tuple(item(line)) == FIELDS for line in timeline(believe(store.entries())))


def test_an_item_says_who_acted_for_whom_why_and_by_what_way(store: Store) -> None:
    """The envelope is in the item; what was not said is None."""
    found = item(line_of(store, 5))
    assert (found["actor"], found["on_behalf_of"], found["role"]) == ("DC 2206", OWNER, None)
    assert item(line_of(store, 6))["reason"] == "entered on the wrong case"
    assert (found["via"], found["source_recorded_at"], found["origin"]) == ("cli", None, None)


def test_imported_history_is_known_from_its_source_s_recording() -> None:
    """``source_recorded_at`` decides what was known; the ledger's own time stays what it is."""
    origin = Origin("log", "1", 0, "2016-05-01", when("2016-05-02T09:00"))
    event = ev.Reported(reference=CASE, origin=origin)
    entry = Entry(
        1, case_stream(CASE), 1, when("2016-05-01T09:00"), when("2020-01-01T00:00"), "a", "", b"", event
    )
    assert timeline(believe([entry], when("2016-05-02T08:59"))) == []
    found = item(timeline(believe([entry], when("2016-05-02T09:00")))[0])
    assert (found["source_recorded_at"], found["recorded_at"]) == (origin.recorded_at, entry.recorded_at)
    assert found["late_seconds"] == 86_400
    assert found["origin"] == {"source": "log", "case": "1", "place": 0, "time": "2016-05-01"}


def test_details_hold_the_event_s_own_fields_and_no_other(store: Store) -> None:
    """The envelope is not repeated, and a field without a value is there all the same."""
    assert item(line_of(store, 4))["details"] == {
        "kind": "contact-attempted",
        "outcome": "no answer",
        "text": None,
        "child": None,
        "counts": False,
        "attributes": {},
    }


SAMPLES = {"reference": "R 1", "warrant": "W1", "escalation": "E1", "risk": "low", "officer": "DC 1"}
MORE = {"kind": "note", "concern": "c", "text": "t", "by": "force", "grade": "good", "authorised_by": "a"}
REST = {"other": "X", "relation": "same", "outcome": "o", "to": ["a"], "entry": 1, "values": {"risk": "low"}}
LAST = {
    "recipient": "a court",
    "log": "l",
    "accreditation": "x",
    "team": "t",
    "projection": "cases",
    "position": 7,
}
ROUND = {"inspection": "round-1", "body": "b", "force": "f", "as_at": 0, "known_at": 0, "seed": 1, "size": 1}
DRAWN = {"method": "m", "strata": "all", "population": {"all": 2}, "drawn": {"all": 1}, "cases": ["R 1"]}
RULES = {"effective_from": 0, "rulebook": {"title": "ours", "standards": []}}


@pytest.mark.parametrize("topic", topics())
def test_every_event_has_a_line_in_words(topic: str) -> None:
    """No event is without words, and its words are one short line."""
    import msgspec

    kind = topics()[topic]
    values = {**SAMPLES, **MORE, **REST, **LAST, **ROUND, **DRAWN, **RULES}
    given = {name: value for name, value in values.items() if name in kind.__struct_fields__}
    line = summary(msgspec.convert(given, kind))
    assert line.strip()
    assert "\n" not in line
    assert len(line) <= LONGEST


def test_a_long_text_is_cut_in_the_line_and_whole_in_the_details() -> None:
    """Line breaks become spaces, and the line ends in an ellipsis."""
    text = "one\ntwo " * 5_000
    event = ev.ActionRecorded(kind="note", text=text)
    entry = Entry(1, case_stream(CASE), 1, 0, 0, "a", "", b"", event)
    found = item(Line(entry, entry))
    assert found["summary"].startswith("note: one two one")
    assert found["summary"].endswith("…")
    assert len(found["summary"]) == LONGEST
    assert found["details"]["text"] == text


def test_a_kind_from_elsewhere_is_kept_to_the_letter() -> None:
    """Only names of our own vocabulary lose their hyphens."""
    assert summary(ev.ActionRecorded(kind="A_SUB-MITTED")) == "A_SUB-MITTED"
    assert summary(ev.ActionRecorded(kind="child-seen")) == "child seen"
