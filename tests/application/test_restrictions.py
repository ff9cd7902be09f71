"""A restricted case at the commands: who lifts, widens, takes over, amends or closes it, and who is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.commands import amendments, cases, warrants
from domain.errors import Forbidden, Refused
from tests.application.actions import OWNER, REF, Do, by, prepared, state

if TYPE_CHECKING:
    from application.app import Longcase

OUTSIDER = "DC 9"
WHY = "the case is restricted, and this is not for DC 9 to do"

DEEDS: dict[str, Do] = {
    "restrict": lambda app, who: cases.restrict(app, REF, [OUTSIDER], who),
    "unrestrict": lambda app, who: cases.unrestrict(app, REF, who),
    "allocate": lambda app, who: cases.allocate(app, REF, OUTSIDER, who),
    "return": lambda app, who: cases.return_case(app, REF, who),
    "correct": lambda app, who: amendments.correct(app, REF, 1, {"summary": "nothing"}, who),
    "retract": lambda app, who: amendments.retract(app, REF, state(app, REF).version, who),
    "resolve": lambda app, who: cases.resolve(app, REF, who, outcome="no crime"),
    "refuse-closure": lambda app, who: cases.refuse_closure(app, REF, who),
}


@pytest.fixture
def app() -> Longcase:
    """A case that a sergeant gave to its owner, with closure asked for, restricted to an inspector."""
    made = prepared("allocate")
    cases.allocate(made, REF, OWNER, by())
    cases.request_closure(made, REF, "charged", by(OWNER))
    cases.restrict(made, REF, ["DI 7"], by("DI 7"))
    return made


@pytest.mark.parametrize("name", DEEDS)
def test_whom_the_restriction_keeps_out_is_refused(app: Longcase, name: str) -> None:
    """Nothing is recorded, and they are told by whom it can be done."""
    before = state(app, REF).version
    with pytest.raises(Forbidden, match=WHY) as caught:
        DEEDS[name](app, by(OUTSIDER, reason="r"))
    assert f"by its owner {OWNER}" in caught.value.hints[0]
    assert state(app, REF).version == before


@pytest.mark.parametrize("name", DEEDS)
@pytest.mark.parametrize(("actor", "role"), [("DI 7", ""), ("PS 0088", ""), ("DC 1", "auditor")])
def test_a_reader_the_owners_supervisor_and_an_auditor_may(
    app: Longcase, name: str, actor: str, role: str
) -> None:
    """As in any other case."""
    before = app.ledger.head()[0]
    DEEDS[name](app, by(actor, role=role, reason="r"))
    assert app.ledger.head()[0] == before + 1


@pytest.mark.parametrize("name", ["correct", "retract"])
def test_an_amendment_there_needs_a_reason(app: Longcase, name: str) -> None:
    """Whoever may not amend it at all is told that instead."""
    with pytest.raises(Refused, match="needs a reason"):
        DEEDS[name](app, by("DI 7"))
    with pytest.raises(Forbidden, match=WHY):
        DEEDS[name](app, by(OUTSIDER))


def test_an_outsider_who_becomes_a_reader_may_from_then_on(app: Longcase) -> None:
    """What decides is who is on the list when the entry is made."""
    cases.restrict(app, REF, ["DI 7", OUTSIDER], by("DI 7", reason="r"))
    cases.unrestrict(app, REF, by(OUTSIDER, reason="r"))
    assert state(app, REF).record == "normal"


def test_whoever_was_taken_off_the_list_is_kept_out(app: Longcase) -> None:
    """A restriction names its readers anew."""
    cases.restrict(app, REF, ["DI 8"], by("DI 7", reason="r"))
    with pytest.raises(Forbidden):
        cases.unrestrict(app, REF, by("DI 7", reason="r"))


def test_a_command_given_again_is_no_new_one(app: Longcase) -> None:
    """It was recorded before the case was restricted, and is acknowledged as it was."""
    who = by(OUTSIDER, command_id=b"c" * 16)
    cases.unrestrict(app, REF, by("DI 7", reason="r"))
    cases.allocate(app, REF, "DC 2206", who)
    cases.restrict(app, REF, ["DI 7"], by("DI 7", reason="r"))
    assert cases.allocate(app, REF, "DC 2206", who).repeated


def test_the_names_of_warrants_are_for_readers(app: Longcase) -> None:
    """Whoever may not read the case has to say which, and is told neither the names nor how many there are."""
    for name in ("the red one", "the blue one"):
        warrants.seek(app, REF, by("DI 7"), warrant=name)
        with pytest.raises(Refused, match="is restricted, and its warrants are not told") as caught:
            warrants.grant(app, REF, by(OUTSIDER))
        assert caught.value.hints == ("say which: --warrant W1",)
    with pytest.raises(Refused, match="2 warrants") as caught:
        warrants.grant(app, REF, by("DI 7"))
    assert caught.value.hints == ("say which: --warrant the red one or the blue one",)
