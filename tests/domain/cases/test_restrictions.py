"""Whom a restriction keeps out changes neither who reads the case nor what it says, and does not close it."""

from __future__ import annotations

import pytest

from domain.cases import events as ev
from domain.cases.flag_names import without_text
from domain.cases.flags import of_itself
from domain.cases.history import History
from domain.cases.restrictions import GUARDED, WITHHELD, check_reason, may_read
from domain.errors import Refused
from domain.event import Event, Origin
from domain.officer import Officer, unfitness
from presentation.flags import in_words
from tests.clock import hours
from tests.domain.scene import INSPECTOR, OWNER, SERGEANT, Scene, entry

READER = "DI 7"
OUTSIDER = "DC 9"
WHY = f"the case is restricted, and this is not for {OUTSIDER} to do"
FORBIDDEN = f"forbidden: {WHY}"
RESTRICTED = ev.Restricted(to=(READER,))
ALLOCATED = ev.Allocated(officer=OWNER)

# What somebody kept out would have to record to read the case, to rid it of its readers, or to amend or close it.
WAYS_IN: list[Event] = [
    ev.Restricted(to=(OUTSIDER,)),
    ev.Restricted(to=(READER, OUTSIDER)),
    ev.Unrestricted(),
    ev.Allocated(officer=OUTSIDER),
    ev.Allocated(officer="DC 2206"),
    ev.Allocated(officer=OWNER, team="argus"),
    ev.Returned(officer=OWNER),
    ev.EntryRetracted(entry=3),
    ev.EntryRetracted(entry=2),
    ev.EntryCorrected(entry=3, values={"to": [OUTSIDER]}),
    ev.EntryCorrected(entry=3, values={"occurred_at": hours(100)}),
    ev.EntryCorrected(entry=2, values={"officer": OUTSIDER}),
    ev.EntryCorrected(entry=1, values={"summary": "nothing"}),
    ev.Resolved(outcome="no crime"),
]


def restricted() -> Scene:
    """Return a case that the sergeant gave to its owner, and that is restricted to somebody else."""
    return Scene().given(ALLOCATED).given(RESTRICTED, actor=READER)


@pytest.mark.parametrize("event", WAYS_IN, ids=lambda one: f"{one.TOPIC}")
def test_whom_a_restriction_keeps_out_is_refused(event: Event) -> None:
    """And is told by whom it can be done; whom the restriction names is not told."""
    error = restricted().refuses(event, WHY, actor=OUTSIDER)
    (hint,) = error.hints
    assert hint == (
        f"it can be done by those whom the restriction names, by its owner {OWNER}, "
        f"by {SERGEANT}, who gave them the case, or by an auditor"
    )
    assert READER not in error.message + hint


@pytest.mark.parametrize("event", WAYS_IN, ids=lambda one: f"{one.TOPIC}")
@pytest.mark.parametrize(
    ("actor", "role"),
    [(READER, ""), ("di7", ""), (SERGEANT, ""), ("DC 1", "auditor")],
)
def test_its_readers_the_owners_supervisor_and_auditors_may(event: Event, actor: str, role: str) -> None:
    """In any spelling of their name."""
    restricted().when(event, actor=actor, role=role)


@pytest.mark.parametrize("event", [one for one in WAYS_IN if not isinstance(one, ev.Resolved)])
def test_the_owner_reads_the_case_and_may_too(event: Event) -> None:
    """But for closing it, which an owner never may."""
    restricted().when(event, actor=OWNER)


@pytest.mark.parametrize("at", [-1, 0.5, 1.5])
@pytest.mark.parametrize("event", [ev.Allocated(officer=OUTSIDER), ev.Restricted(to=(OUTSIDER,))])
def test_a_date_further_back_is_no_way_in(event: Event, at: float) -> None:
    """An allocation from before the restriction would make them its owner, who reads it."""
    restricted().refuses(event, WHY, at=at, actor=OUTSIDER)


def test_a_date_within_a_restriction_that_is_over_is_refused_too() -> None:
    """It is asked of the instant at which it occurred as well."""
    scene = restricted().given(ev.Unrestricted(), actor=READER)
    scene.refuses(ev.Allocated(officer=OUTSIDER), WHY, at=2.5, actor=OUTSIDER)
    scene.when(ev.Allocated(officer=OUTSIDER), actor=OUTSIDER)


def test_whose_behalf_somebody_acts_on_does_not_let_them_in() -> None:
    """It is they who may not read the case, whoever sent them."""
    event = ev.Unrestricted(on_behalf_of=READER)
    restricted().refuses(event, WHY, actor=OUTSIDER)


def test_the_inspectorate_reads_every_case_and_amends_its_own_words_alone() -> None:
    """Nobody else may amend those; the restriction is not the inspectorate's to lift."""
    grade = ev.Graded(by="inspectorate", grade="good")
    scene = restricted().given(grade, actor=INSPECTOR, role="inspectorate")
    scene.when(ev.EntryCorrected(entry=4, values={"grade": "inadequate"}), actor=INSPECTOR, role="inspectorate")
    words = f"the case is restricted, and this is not for {INSPECTOR} to do"
    for event in (ev.EntryRetracted(entry=3), ev.Unrestricted(), ev.EntryRetracted(entry=99)):
        scene.refuses(event, words, actor=INSPECTOR, role="inspectorate")


def test_who_gave_the_case_to_its_former_owner_is_no_supervisor_any_more() -> None:
    """The new owner's is."""
    scene = restricted().given(ev.Allocated(officer="DC 2206"), actor=READER)
    words = f"the case is restricted, and this is not for {SERGEANT} to do"
    scene.refuses(ev.Unrestricted(), words, actor=SERGEANT)


@pytest.mark.parametrize(
    "event",
    [
        ev.ActionRecorded(kind="child-seen"),
        ev.RiskAssessed(risk="low"),
        ev.WarrantSought(warrant="W1"),
        ev.ClosureRequested(outcome="o"),
        ev.Linked(other="X-1", relation="r"),
    ],
)
def test_work_is_recorded_by_everybody(event: Event) -> None:
    """It was done, whatever whoever did it may read."""
    restricted().when(event, actor=OUTSIDER)


def test_anybody_may_restrict_a_case_that_is_not_and_whoever_leaves_themselves_out_is_out() -> None:
    """Lifting it again is for others then."""
    scene = Scene().when(RESTRICTED, actor=OUTSIDER)
    error = scene.refuses(ev.Unrestricted(), WHY, actor=OUTSIDER)
    assert error.hints == ("it can be done by those whom the restriction names, or by an auditor",)


def test_an_amendment_in_a_restricted_case_says_why() -> None:
    """In any other it may, as before."""
    scene = restricted()
    silent, telling = (ev.EntryRetracted(entry=2, reason=why) for why in (None, "a slip"))
    with pytest.raises(Refused, match="an amendment needs a reason"):
        check_reason(History(scene.entries), entry(4, silent, hours(4), actor=READER))
    check_reason(History(scene.entries), entry(4, telling, hours(4), actor=READER))
    check_reason(History(scene.entries[:2]), entry(3, silent, hours(4)))


@pytest.mark.parametrize("event", WAYS_IN, ids=lambda one: f"{one.TOPIC}")
def test_what_an_import_or_an_older_version_let_in_is_flagged(event: Event) -> None:
    """It has happened; nothing is refused that is there."""
    scene = restricted().given(event, actor=OUTSIDER)
    assert FORBIDDEN in scene.flags()[4]


@pytest.mark.parametrize(
    "amendment",
    [
        ev.EntryRetracted(entry=3),
        ev.EntryCorrected(entry=3, values={"occurred_at": hours(50)}),
        ev.EntryCorrected(entry=3, values={"to": [OUTSIDER]}),
        ev.EntryCorrected(entry=4, values={"occurred_at": hours(0.5)}),
        ev.Unrestricted(),
        ev.Restricted(to=(OUTSIDER,)),
    ],
)
def test_nothing_that_is_recorded_later_takes_the_flag_away(amendment: Event) -> None:
    """Short of retracting the entry itself, which shows."""
    scene = restricted().given(ev.Allocated(officer=OUTSIDER), actor=OUTSIDER)
    scene.given(amendment, actor=OUTSIDER)
    assert FORBIDDEN in scene.flags()[4]


def test_nobody_is_flagged_for_a_restriction_that_was_not_known_yet() -> None:
    """A restriction recorded late, or dated back by a correction, makes nobody's earlier entry wrong."""
    scene = Scene().given(ALLOCATED).given(ev.Allocated(officer="DC 2206"), at=3, actor=OUTSIDER)
    scene.given(RESTRICTED, at=2, recorded=9, actor=READER)
    assert 3 not in scene.flags()


def test_what_a_source_recorded_before_the_restriction_is_not_flagged_for_the_order_of_a_file() -> None:
    """Imported entries count from when their source recorded them."""
    origin = Origin("a source", "1", 0, "", hours(1))
    late = ev.Allocated(officer="DC 2206", origin=origin)
    scene = Scene().given(RESTRICTED, at=2, actor=READER).given(late, at=1, recorded=5, actor=OUTSIDER)
    assert 3 not in scene.flags()


def test_every_guarded_event_has_its_way_tried() -> None:
    """Refusing closure needs a request first, disclosing is for others: the application's tests try both."""
    assert {type(one) for one in WAYS_IN} == set(GUARDED) - {ev.ClosureRefused, ev.Disclosed}


@pytest.mark.parametrize("flag", ["late", "retracted", *unfitness(Officer(), "x", 0), "former-owner"])
def test_a_flag_that_is_a_name_is_shown_to_everybody(flag: str) -> None:
    """It says nothing of what the case is about."""
    assert without_text([flag]) == [flag]


@pytest.mark.parametrize("flag", ["forbidden: W1", "unfounded: W1", "W1", "late: W1", "forbidden"])
def test_a_flag_that_says_why_is_shown_without_it(flag: str) -> None:
    """Nor is one that a file brought: it can say anything."""
    (shown,) = without_text([flag])
    assert "W1" not in shown
    assert "W1" not in in_words(shown)
    assert shown.endswith(WITHHELD)


def test_flags_of_any_wording_come_from_files() -> None:
    """So those that are not ours are kept from whoever may not read the case."""
    brought = entry(2, ev.Allocated(officer=OWNER, flags=("a word of the case",)), hours(1))
    assert without_text(of_itself(brought)) == [WITHHELD]


def test_who_may_read_is_decided_by_name_or_role() -> None:
    """The inspectorate and auditors read every case."""
    case = restricted().state()
    assert may_read(case, READER, None)
    assert may_read(case, None, "auditor")
    assert not may_read(case, SERGEANT, "supervisor")
