"""What is irregular is recorded, and named for ever."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from domain.cases import events as ev
from domain.cases.flag_names import NAMES
from domain.cases.flags import lapses_at, lateness
from domain.event import Event, Origin
from domain.instant import DAY, FOREVER, iso, parse, zone_of
from presentation.flags import in_words
from tests.clock import hours
from tests.domain.scene import INSPECTOR, OWNER, Scene, entry

SOUGHT = ev.WarrantSought(warrant="W1")
GRANTED = ev.WarrantGranted(warrant="W1")
EXECUTED = ev.WarrantExecuted(warrant="W1")
SEEN = ev.ActionRecorded(kind="child-seen")


def test_a_regular_history_has_no_flags() -> None:
    """Silence means that nothing is irregular."""
    assert Scene().given(SOUGHT, GRANTED, EXECUTED, SEEN).flags() == {}


def test_an_entry_known_more_than_a_day_after_it_occurred_is_late() -> None:
    """Exactly a day is not, a microsecond more is."""
    scene = Scene()
    for more, found in ((0, {}), (1, {2: ["late"]})):
        scene.entries[1:] = [entry(2, SEEN, hours(1), recorded=hours(1) + DAY + more)]
        assert scene.flags() == found


def test_lateness_is_measured_to_when_it_was_known_and_is_never_negative() -> None:
    """An import is late by its source's recording time, where that is given."""
    imported = ev.ActionRecorded(kind="x", origin=Origin("s", "c", 0, recorded_at=hours(3)))
    assert lateness(entry(2, imported, hours(1), recorded=hours(900))) == hours(3) - hours(1)
    assert lateness(entry(2, imported, hours(5), recorded=hours(900))) == 0


def test_a_warrant_executed_three_months_after_its_grant_had_lapsed() -> None:
    """PACE 1984, section 16(3): within three months from the date of its issue, whose last day counts whole."""
    scene = Scene().given(SOUGHT, at=1).given(GRANTED, at=2)
    lapse = parse("2016-05-13T00:00+01:00")
    assert iso(hours(2), zone_of("Europe/London"))[:10] == "2016-02-12"
    scene.entries.append(entry(4, EXECUTED, lapse - 1))
    assert scene.flags() == {}
    scene.entries[-1] = entry(4, EXECUTED, lapse)
    assert scene.flags() == {4: ["warrant-lapsed"]}


@pytest.mark.parametrize(
    ("granted", "lapsed"),
    [
        ("2016-03-01T10:00Z", "2016-06-02T00:00+01:00"),
        ("2016-03-01T00:00Z", "2016-06-02T00:00+01:00"),
        ("2016-03-01T23:59:59Z", "2016-06-02T00:00+01:00"),
        ("2015-11-30T09:00Z", "2016-03-01T00:00Z"),
        ("2014-11-30T09:00Z", "2015-03-01T00:00Z"),
        ("2014-11-28T09:00Z", "2015-03-01T00:00Z"),
        ("2015-07-31T23:30Z", "2015-11-02T00:00Z"),
        ("2016-01-31T09:00Z", "2016-05-01T00:00+01:00"),
        ("1969-12-31T23:59+01:00", "1970-04-01T00:00+01:00"),
        ("0001-01-01T00:00Z", "0001-04-02T00:01:15Z"),
    ],
)
def test_three_months_from_a_date_end_with_the_day_of_the_same_number(granted: str, lapsed: str) -> None:
    """Whatever the hour of the issue, by England's midnights; or with the last day of a shorter month."""
    assert lapses_at(parse(granted)) == parse(lapsed)


def test_a_warrant_of_the_last_months_of_the_calendar_never_lapses() -> None:
    """There is no later day."""
    assert lapses_at(parse("9999-10-31T09:00Z")) == FOREVER


@pytest.mark.parametrize(
    "event",
    [ev.Escalated(escalation="E1", concern="c"), ev.Graded(by="inspectorate", grade="good")],
)
def test_speaking_for_the_inspectorate_is_flagged(event: Event) -> None:
    """The inspectorate itself is not; the force's own grade is nobody else's."""
    assert Scene().given(event, actor=INSPECTOR, role="inspectorate").flags() == {}
    spoken_for = type(event)(
        **{name: getattr(event, name) for name in event.__struct_fields__} | {"on_behalf_of": INSPECTOR}
    )
    assert Scene().given(spoken_for).flags() == {2: ["not-by-the-inspectorate"]}
    assert Scene().given(ev.Graded(by="force", grade="good")).flags() == {}


def test_a_grant_retracted_after_the_warrant_was_executed_leaves_the_execution_unfounded() -> None:
    """It is stored, and the later entry is flagged."""
    scene = Scene().given(SOUGHT, GRANTED, EXECUTED).given(ev.EntryRetracted(entry=3, reason="a slip"))
    words = "unfounded: warrant W1 cannot be executed: it is sought, and was never granted"
    assert scene.flags() == {3: ["retracted"], 4: [words]}


def test_a_retraction_taken_back_gives_the_ground_back() -> None:
    """The flag follows what is believed."""
    scene = (
        Scene()
        .given(SOUGHT, GRANTED, EXECUTED)
        .given(ev.EntryRetracted(entry=3, reason="a slip"), ev.EntryRetracted(entry=5, reason="it was none"))
    )
    assert scene.flags() == {5: ["retracted"]}


def test_a_corrected_entry_says_so() -> None:
    """Whoever reads it looks for what it said before."""
    assert Scene().given(
        SEEN, ev.EntryCorrected(entry=2, values={"outcome": "safe"}, reason="a slip")
    ).flags() == {2: ["corrected"]}


def test_what_the_rules_about_persons_are_against_is_forbidden_and_not_unfounded() -> None:
    """An import may bring an owner who closed their own case."""
    scene = Scene().given(ev.Allocated(officer=OWNER)).given(ev.Resolved(outcome="x"), actor="dc1417")
    assert scene.flags() == {3: [f"forbidden: {OWNER} owns the case, and an owner cannot close their own case"]}


def test_flags_stored_with_an_entry_stay() -> None:
    """What the register said when the case was allocated is not looked up again."""
    scene = Scene().given(ev.Allocated(officer=OWNER, flags=("owner-unaccredited",)))
    assert scene.flags() == {2: ["owner-unaccredited"]}


def test_a_late_correction_is_not_flagged_for_the_entrys_own_lateness_twice() -> None:
    """Each entry's flags are its own."""
    scene = (
        Scene()
        .given(SEEN, at=1)
        .given(ev.EntryCorrected(entry=2, values={"occurred_at": hours(1) - 3 * DAY}, reason="a slip"), at=2)
    )
    assert scene.flags()[2] == ["late", "unfounded: the case had not been reported by then", "corrected"]
    assert 3 not in scene.flags()


def test_a_pause_on_the_owner_s_own_authority_is_flagged() -> None:
    """Whoever typed it; with another's authority it is not, and neither is a case that nobody owns."""
    own = ev.Paused(authorised_by="dc1417", reason="abroad")
    other = ev.Paused(authorised_by="DI 7", reason="abroad")
    assert Scene().given(ev.Allocated(officer=OWNER), own).flags() == {3: ["paused-by-owner"]}
    assert Scene().given(ev.Allocated(officer=OWNER)).given(other, actor=OWNER).flags() == {}
    assert Scene().given(own).flags() == {}


@pytest.mark.parametrize(
    "amendment", [ev.EntryCorrected(entry=2, values={"outcome": "safe"}), ev.EntryRetracted(entry=2)]
)
def test_an_amendment_by_another_or_without_a_reason_is_flagged_for_ever(amendment: Event) -> None:
    """Whoever recorded it may put it right, however they are spelt; a retraction takes no flag away."""
    own = replace(amendment, reason="a slip")
    assert 3 not in Scene().given(SEEN, own).flags()
    assert 3 not in Scene().given(SEEN, actor=OWNER).given(own, actor="dc1417").flags()
    assert Scene().given(SEEN, amendment).flags()[3] == ["no-reason"]
    scene = Scene().given(SEEN, actor=OWNER).given(amendment)
    assert scene.flags()[3] == ["no-reason", "corrected-by-another"]
    scene.given(ev.EntryRetracted(entry=3, reason="it was right"))
    assert scene.flags()[3] == ["no-reason", "corrected-by-another", "retracted"]


def test_every_name_of_a_flag_has_its_words() -> None:
    """Whoever meets one at a terminal reads what it means."""
    without = NAMES - {"late", "corrected", "retracted", "forbidden", "unfounded"}
    assert {name for name in without if in_words(name) == name} == set()
