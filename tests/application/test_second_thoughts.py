"""Nobody tidies up what the inspectorate said, nor decides what they asked for through somebody else."""

from __future__ import annotations

import pytest

from application.commands import amendments, cases, oversight
from application.envelope import Envelope
from domain.cases.belief import believe
from domain.cases.flags import flags
from domain.errors import Forbidden
from domain.identity import case_stream
from tests.application.actions import OWNER, REF, by, prepared, state

INSPECTOR = Envelope("HMI 3", "inspectorate")
FORCE = Envelope("PS 0088", "supervisor")
CLERK = Envelope("PC 5150", "clerk", on_behalf_of="HMI 3")


def test_what_the_inspectorate_said_is_amended_by_the_inspectorate_alone() -> None:
    """Neither its referral nor its grade, nor a correction of either, can be taken back by the force."""
    app = prepared("act")
    oversight.escalate(app, REF, "nobody acted", INSPECTOR)
    referral = state(app, REF).version
    cases.grade(app, REF, "inadequate", INSPECTOR, grader="inspectorate")
    grade = state(app, REF).version
    with pytest.raises(Forbidden, match="only the inspectorate"):
        amendments.retract(app, REF, referral, FORCE)
    with pytest.raises(Forbidden, match="only the inspectorate"):
        amendments.correct(app, REF, grade, {"grade": "good"}, FORCE)
    amendments.correct(app, REF, grade, {"grade": "requires improvement"}, INSPECTOR)
    with pytest.raises(Forbidden):
        amendments.retract(app, REF, state(app, REF).version, FORCE)
    assert state(app, REF).grades[-1].grade == "requires improvement"


def test_an_amendment_recorded_for_the_inspectorate_by_somebody_else_is_flagged() -> None:
    """It may be true, and everybody sees who entered it."""
    app = prepared("act")
    cases.grade(app, REF, "inadequate", INSPECTOR, grader="inspectorate")
    version = state(app, REF).version
    amendments.correct(app, REF, version, {"grade": "good"}, CLERK)
    found = flags(believe(app.entries(case_stream(REF))))
    assert "not-by-the-inspectorate" in found[version + 1]


def test_a_force_may_still_amend_its_own_grade() -> None:
    """The original stays on show, as always."""
    app = prepared("act")
    cases.grade(app, REF, "good", FORCE, grader="force")
    amendments.correct(app, REF, state(app, REF).version, {"grade": "inadequate"}, FORCE)
    assert state(app, REF).grades[-1].grade == "inadequate"


def test_whoever_had_closure_asked_for_them_cannot_decide_it() -> None:
    """Through whom they asked makes no difference."""
    app = prepared("act")
    asked = by(actor="PC 5150", on_behalf_of="PS 0088")
    cases.request_closure(app, REF, "charged", asked)
    with pytest.raises(Forbidden, match="somebody else must decide"):
        cases.resolve(app, REF, FORCE)
    cases.resolve(app, REF, Envelope("DI 0007", "supervisor"))


def test_whoever_had_an_answer_given_for_them_cannot_judge_it() -> None:
    """Through whom they answered makes no difference."""
    app = prepared("act")
    oversight.escalate(app, REF, "nobody acted", INSPECTOR)
    oversight.answer(app, REF, "E1", "we have", by(actor="PC 5150", on_behalf_of="HMI 3"))
    with pytest.raises(Forbidden, match="cannot judge it"):
        oversight.accept(app, REF, "E1", INSPECTOR)


def test_an_owner_who_gave_the_case_away_and_then_resolves_it_is_flagged() -> None:
    """It is not forbidden, a sergeant may have held it for a day; but it is never overlooked."""
    app = prepared("act")
    cases.allocate(app, REF, "PS 0088", by(actor="DI 0007"))
    cases.allocate(app, REF, "DC 2206", by(actor="DI 0007"))
    cases.resolve(app, REF, FORCE, outcome="no further action")
    assert "former-owner" in flags(believe(app.entries(case_stream(REF))))[state(app, REF).version]


def test_an_owner_who_takes_the_allocation_back_in_the_same_unit_of_work_does_not_resolve_the_case() -> None:
    """What one unit records together is looked at like anything else, dated back or not."""
    app = prepared("act")
    cases.allocate(app, REF, OWNER, FORCE)
    owner = by(actor=OWNER)
    allocation = state(app, REF).version
    with app.unit_of_work():
        amendments.retract(app, REF, allocation, owner)
        with pytest.raises(Forbidden, match="so it stood before their own correction or retraction"):
            cases.resolve(app, REF, owner, outcome="no further action")
        with pytest.raises(Forbidden, match="so it stood before"):
            cases.resolve(app, REF, by(actor=OWNER, occurred_at=app.now()), outcome="no further action")
    assert state(app, REF).closure == "open"


def test_an_owner_does_not_turn_the_outcome_that_a_supervisor_gave() -> None:
    """Neither by a correction nor by taking the resolution back, nor through a clerk."""
    app = prepared("act")
    cases.allocate(app, REF, OWNER, FORCE)
    cases.resolve(app, REF, FORCE, outcome="charged")
    decision = state(app, REF).version
    for who in (by(actor=OWNER), by(actor="PC 5150", on_behalf_of=OWNER)):
        with pytest.raises(Forbidden, match="is amended by those who may decide that"):
            amendments.correct(app, REF, decision, {"outcome": "no crime"}, who)
        with pytest.raises(Forbidden, match="is amended by those who may decide that"):
            amendments.retract(app, REF, decision, who)
    amendments.correct(app, REF, decision, {"outcome": "no crime"}, Envelope("DI 0007", "supervisor"))
    assert state(app, REF).outcome == "no crime"
