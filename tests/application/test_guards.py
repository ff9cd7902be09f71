"""What the application adds to the rules of the domain: registers, vocabularies, names, other cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from application import vocabulary as words
from application.commands import amendments, cases, links, officers, warrants
from domain.cases import events as ev
from domain.cases.history import project_history
from domain.cases.state import Case
from domain.errors import Forbidden, NotFound, Refused, UsageProblem
from domain.identity import case_stream
from tests.application.actions import ABLE, OTHER, OWNER, REF, by, prepared, state
from tests.clock import HOUR, MINUTE, START, Clock

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("deeds", "expected"),
    [
        ([], ("owner-not-enrolled",)),
        ([officers.enrol], ("owner-unaccredited",)),
        ([officers.enrol, "accredit"], ()),
        ([officers.enrol, "accredit", officers.absent], ("owner-absent",)),
        ([officers.enrol, officers.leave], ("owner-unaccredited", "owner-left")),
        ([officers.enrol, "accredit", officers.absent, officers.back], ()),
    ],
)
def test_an_allocation_to_somebody_unfit_is_recorded_and_flagged(
    deeds: list[Any], expected: tuple[str, ...]
) -> None:
    """It happened. Whatever the register says later, the flag stays."""
    app = prepared("act")
    officers.enrol(app, by().actor, by())
    for deed in deeds:
        if deed == "accredit":
            officers.accredit(app, OWNER, "child-protection", ABLE)
        else:
            deed(app, OWNER, ABLE)
    assert cases.allocate(app, REF, "dc1417", by()).entry.event.flags == expected
    assert state(app, REF).owner == (OWNER if deeds else "dc1417")


def test_an_accreditation_counts_until_it_ends() -> None:
    """As at the allocation, which may be recorded late."""
    app = prepared("act", clock := Clock())
    officers.enrol(app, by().actor, ABLE)
    officers.enrol(app, OWNER, ABLE, team="Hydra")
    officers.accredit(app, OWNER, "child-protection", ABLE, until=START + HOUR)
    clock.at(START + 5 * HOUR)
    late = cases.allocate(app, REF, OWNER, by(occurred_at=START + HOUR - 1))
    assert (late.entry.event.flags, state(app, REF).team) == ((), "Hydra")
    now = cases.allocate(app, REF, OWNER, by(occurred_at=START + HOUR), team="Orion")
    assert now.entry.event.flags == ("owner-unaccredited",)


def test_a_correction_to_an_unfit_officer_is_flagged_too() -> None:
    """Naming the right officer first and the wrong one afterwards is no way round."""
    app = prepared("act")
    officers.enrol(app, by().actor, by())
    officers.enrol(app, OWNER, ABLE)
    officers.accredit(app, OWNER, "child-protection", ABLE)
    cases.allocate(app, REF, OWNER, by())
    done = amendments.correct(app, REF, 3, {"officer": "DC 2206"}, by())
    assert done.entry.event.flags == ("owner-not-enrolled",)
    assert state(app, REF).owner == "DC 2206"


@pytest.mark.parametrize("name", ["DC 1417", "dc1417", "Dc  1417"])
def test_dating_a_resolution_back_does_not_make_it_somebody_elses(name: str) -> None:
    """Before the allocation the case was nobody's; the owner decides now."""
    app = prepared("act", clock := Clock())
    clock.at(START + 9 * HOUR)
    cases.allocate(app, REF, OWNER, by(occurred_at=START + 8 * HOUR))
    early = START + HOUR
    with pytest.raises(Forbidden, match="an owner cannot close their own case"):
        cases.resolve(app, REF, by(name, occurred_at=early), outcome="x")
    with pytest.raises(Forbidden, match="an owner cannot close their own case"):
        cases.resolve(app, REF, by("clerk", on_behalf_of=name, occurred_at=early), outcome="x")
    cases.resolve(app, REF, by(occurred_at=early), outcome="x")


def test_dating_a_decision_back_does_not_separate_asking_from_deciding() -> None:
    """Whoever asks at noon does not decide at eleven."""
    app = prepared("act", clock := Clock())
    clock.at(START + 9 * HOUR)
    cases.request_closure(app, REF, "charged", by("DC 9"))
    with pytest.raises(Forbidden, match="somebody else must decide"):
        cases.resolve(app, REF, by("dc9", occurred_at=START + HOUR), outcome="x")


def test_a_warrant_needs_no_name_while_there_is_only_one() -> None:
    """With none or two, the refusal says what to say."""
    app = prepared("act")
    with pytest.raises(Refused, match="the case had no warrant by then"):
        warrants.grant(app, REF, ABLE)
    warrants.seek(app, REF, ABLE)
    warrants.seek(app, REF, ABLE, warrant="second")
    with pytest.raises(Refused, match="the case had 2 warrants by then") as caught:
        warrants.grant(app, REF, ABLE)
    assert caught.value.hints == ("say which: --warrant W1 or second",)
    warrants.grant(app, REF, ABLE, warrant="second")


def test_a_link_leads_to_a_case_that_is_there() -> None:
    """A mistyped reference is found at once."""
    app = prepared("act")
    with pytest.raises(NotFound, match=f"there is no case {OTHER}"):
        links.link(app, REF, OTHER, "sibling", ABLE)


def test_a_resolution_needs_an_outcome_or_the_one_that_was_asked_for() -> None:
    """Somebody has said how it ended."""
    app = prepared("act")
    with pytest.raises(Refused, match="nobody has said with which outcome"):
        cases.resolve(app, REF, ABLE)
    cases.request_closure(app, REF, "charged", by("DC 9"))
    cases.resolve(app, REF, ABLE)
    assert state(app, REF).outcome == "charged"


@pytest.mark.parametrize("day", ["soon", "2016-02-30", "20160301", "2016-W09-2", "01/03/2016", ""])
def test_the_day_of_a_review_is_a_day(day: str) -> None:
    """In the one way of writing it."""
    with pytest.raises(UsageProblem, match="is no day"):
        cases.pause(prepared("pause"), REF, ABLE, review_on=day)


def test_kinds_and_categories_are_those_of_the_vocabulary() -> None:
    """With the nearest names, and whether a kind counts stored with the entry."""
    app = prepared("act")
    with pytest.raises(Refused, match="there is no kind of action 'child-sean'") as caught:
        cases.act(app, REF, "child-sean", ABLE)
    assert "child-seen" in caught.value.hints[0]
    with pytest.raises(Refused, match="there is no category 'images'"):
        cases.report(app, "NEW", ABLE, category="images")
    event = cases.act(app, REF, "contact-attempted", ABLE).entry.event
    assert isinstance(event, ev.ActionRecorded)
    assert not event.counts


def test_a_force_adds_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without code; and what it says of a shipped word holds."""
    own = tmp_path / "own.toml"
    own.write_text(
        '[kinds.dog-walked]\ntitle = "dog walked"\n[kinds.note]\ntitle = "note"\ncounts = true\n', "utf-8"
    )
    monkeypatch.setenv(words.VARIABLE, str(own))
    words.shipped.cache_clear()
    try:
        app = prepared("act")
        cases.act(app, REF, "dog-walked", ABLE)
        cases.act(app, REF, "note", ABLE)
        assert state(app, REF).last_activity == "note"
        cases.act(app, REF, "child-seen", ABLE)
    finally:
        words.shipped.cache_clear()


@pytest.mark.parametrize("text", ["[kinds", '[kinds.x]\ncolour = "red"\n', "[kinds.x]\n", 'kinds = "x"\n'])
def test_a_file_that_is_no_vocabulary_is_named(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather than ignored."""
    own = tmp_path / "own.toml"
    own.write_text(text, "utf-8")
    monkeypatch.setenv(words.VARIABLE, str(own))
    words.shipped.cache_clear()
    with pytest.raises(UsageProblem, match=r"own\.toml"):
        words.shipped()
    words.shipped.cache_clear()


def test_a_missing_vocabulary_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the variable that points to it."""
    monkeypatch.setenv(words.VARIABLE, str(tmp_path / "none.toml"))
    words.shipped.cache_clear()
    with pytest.raises(UsageProblem, match=r"none\.toml cannot be read") as caught:
        words.shipped()
    assert words.VARIABLE in caught.value.hints[0]
    words.shipped.cache_clear()


def test_eventsourcings_repository_gives_the_state() -> None:
    """With our fold behind its projector."""
    app = prepared("reopen")
    identity = UUID(bytes=case_stream(REF))
    repository: Any = app.repository
    assert repository.get(identity, projector_func=project_history).case() == state(app, REF)
    earlier = repository.get(identity, version=3, projector_func=project_history).case()
    assert (earlier.version, earlier.owner) == (3, OWNER)
    assert state(app, "NOT THERE") == Case()


@pytest.mark.parametrize(
    ("version", "values", "refusal"),
    [
        (9, {"risk": "low"}, "the case has no entry 9: its entries are 1 to 5"),
        (0, {"risk": "low"}, "the case has no entry 0"),
        (1, {"reference": "X"}, "reference of reported cannot be corrected"),
        (1, {"colour": "red"}, "case.reported has no field colour"),
        (1, {"children": "two"}, "'two' is no children"),
        (1, {"children": "-2"}, "'-2' is no children"),
        (1, {"category": "images"}, "there is no category 'images'"),
        (1, {"category": ""}, "'' is no category"),
        (2, {"risk": "severe"}, "'severe' is no risk"),
        (2, {"risk": ""}, "'' is no risk"),
        (2, {"reason": "x"}, "reason of risk-assessed cannot be corrected"),
        (2, {}, "a correction needs at least one new value"),
        (3, {"counts": "true"}, "counts of action-recorded cannot be corrected"),
        (3, {"kind": "foundd"}, "there is no kind of action 'foundd'"),
        (3, {"kind": ""}, "'' is no kind"),
        (4, {"entry": "1"}, "entry 4 is itself a entry-corrected"),
        (5, {"by": "inspectorate"}, "by of graded cannot be corrected"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(version: int, values: dict[str, str], refusal: str) -> None:
    """With the words that say why."""
    app = prepared("act")
    cases.act(app, REF, "contact-attempted", ABLE)
    amendments.correct(app, REF, 1, {"summary": "s"}, ABLE)
    cases.grade(app, REF, "good", ABLE, grader="force")
    with pytest.raises(Refused) as caught:
        amendments.correct(app, REF, version, values, ABLE)
    assert refusal in caught.value.message


def test_a_correction_replaces_values_as_they_are_typed() -> None:
    """Numbers, lists, nothing at all, and whether a corrected kind counts."""
    app = prepared("act")
    amendments.correct(app, REF, 1, {"children": "2", "ages": "9, 11", "source": "a school"}, ABLE)
    amendments.correct(app, REF, 1, {"source": "", "category": "missing"}, ABLE)
    found = state(app, REF)
    assert (found.children, found.source, found.category) == (2, None, "missing")
    amendments.correct(app, REF, 1, {"ages": ""}, ABLE)
    cases.act(app, REF, "found", ABLE)
    amendments.correct(app, REF, 6, {"kind": "contact-attempted"}, ABLE)
    assert (state(app, REF).last_activity, list(state(app, REF).steps)) == (
        "risk-assessed",
        ["contact-attempted"],
    )


def test_the_time_of_an_entry_is_corrected() -> None:
    """As an instant, and the picture of every day follows."""
    app = prepared("act", clock := Clock())
    clock.at(START + HOUR)
    amendments.correct(app, REF, 1, {}, ABLE, occurred_at=START - MINUTE)
    assert state(app, REF).reported_at == START - MINUTE


def test_what_may_not_be_retracted() -> None:
    """The report, and what is retracted already; nor is a retracted entry corrected."""
    app = prepared("act")
    with pytest.raises(Refused, match="the report itself cannot be retracted"):
        amendments.retract(app, REF, 1, ABLE)
    amendments.retract(app, REF, 2, ABLE)
    with pytest.raises(Refused, match="entry 2 is retracted already, by entry 3"):
        amendments.retract(app, REF, 2, ABLE)
    with pytest.raises(Refused, match="entry 2 is retracted, so there is nothing to correct"):
        amendments.correct(app, REF, 2, {"risk": "low"}, ABLE)
    amendments.retract(app, REF, 3, ABLE)
    assert state(app, REF).risk == "high"
