"""The register is asked about whoever records in a case: flags for what happened, a refusal for a slip."""

from __future__ import annotations

import pytest

from application import register
from application.app import Longcase
from application.commands import amendments, cases, officers, oversight
from application.known_register import KnownRegister
from domain.errors import Forbidden, Refused
from domain.officer import Absent
from tests.application.actions import OWNER, REF, Do, by, prepared, state
from tests.clock import HOUR, START, Clock

SERGEANT = by().actor
INSPECTOR = "HMI 3"


def flags_of(app: Longcase, actor: str, **values: object) -> tuple[str, ...]:
    """Return the flags that are stored with an action of somebody."""
    return cases.act(app, REF, "child-seen", by(actor, **values)).entry.event.flags


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(clock: Clock) -> Longcase:
    """A case that a sergeant gave to its owner, both of whom, and an inspector, are in the register."""
    made = prepared("allocate", clock)
    clock.at(START + HOUR)
    officers.enrol(made, SERGEANT, by())
    officers.enrol(made, OWNER, by())
    officers.enrol(made, INSPECTOR, by(), side="inspectorate")
    cases.allocate(made, REF, OWNER, by())
    return made


def test_without_a_register_nobody_is_flagged_or_refused() -> None:
    """A store in which nobody was ever enrolled says nothing about anybody."""
    bare = prepared("allocate")
    assert flags_of(bare, "mickey mouse", role="inspectorate") == ()
    cases.resolve(bare, REF, by("mickey mouse"), outcome="x")


def test_whom_the_register_knows_is_not_flagged(app: Longcase) -> None:
    """However they are spelt."""
    assert flags_of(app, OWNER) == flags_of(app, "dc1417", role="investigator") == ()
    assert flags_of(app, INSPECTOR, role="inspectorate") == ()


def test_who_is_back_on_the_day_set_beforehand_is_not_flagged(app: Longcase, clock: Clock) -> None:
    """Nobody has to say that the leave is over; what is said to have happened in it is flagged."""
    officers.absent(app, OWNER, by(), until=START + 9 * HOUR)
    clock.at(START + 9 * HOUR - 1)
    assert flags_of(app, OWNER) == ("actor-absent",)
    clock.at(START + 9 * HOUR)
    assert flags_of(app, OWNER) == ()
    assert flags_of(app, OWNER, occurred_at=START + 8 * HOUR) == ("actor-absent",)


def test_a_deputy_is_named_as_the_register_has_them_and_flagged_if_they_are_away(app: Longcase) -> None:
    """Whoever arranges it is told at once; a deputy who is back in time is none that is away."""
    done = officers.absent(app, OWNER, by(), deputy=SERGEANT.lower().replace(" ", ""))
    assert done.entry.event == Absent(deputy=SERGEANT, via="cli")
    again = officers.absent(app, SERGEANT, by(), deputy=OWNER)
    assert again.entry.event.flags == ("deputy-absent",)
    with pytest.raises(Refused, match="DC 99 is not enrolled, and can be nobody's deputy"):
        officers.absent(app, OWNER, by(), deputy="DC 99")


@pytest.mark.parametrize(
    ("actor", "role", "expected"),
    [
        ("mickey mouse", "", ("actor-not-enrolled",)),
        ("mickey mouse", "inspectorate", ("actor-not-enrolled",)),
        (OWNER, "inspectorate", ("role-of-another-side",)),
        (INSPECTOR, "supervisor", ("role-of-another-side",)),
        (INSPECTOR, "", ("role-of-another-side",)),
        (INSPECTOR, "auditor", ()),
    ],
)
def test_the_unknown_and_those_of_another_side_are_flagged(
    app: Longcase, actor: str, role: str, expected: tuple[str, ...]
) -> None:
    """What they did is recorded."""
    assert flags_of(app, actor, role=role) == expected


def test_who_was_away_or_had_left_is_flagged_as_at_the_entry(app: Longcase, clock: Clock) -> None:
    """By what the register says now about when it happened; an entry before they joined has no officer."""
    clock.at(START + 10 * HOUR)
    officers.absent(app, OWNER, by(occurred_at=START + 5 * HOUR))
    officers.back(app, OWNER, by(occurred_at=START + 6 * HOUR))
    officers.leave(app, OWNER, by(occurred_at=START + 8 * HOUR))
    found = {hour: flags_of(app, OWNER, occurred_at=START + hour * HOUR) for hour in (0, 4, 5, 6, 8)}
    assert found == {0: ("actor-not-enrolled",), 4: (), 5: ("actor-absent",), 6: (), 8: ("actor-left",)}


def test_on_whose_behalf_somebody_acts_is_asked_too(app: Longcase) -> None:
    """Both are persons of the register, each flag stands once."""
    assert flags_of(app, SERGEANT, on_behalf_of="DC 9") == ("actor-not-enrolled",)
    assert flags_of(app, "DC 8", on_behalf_of="DC 9") == ("actor-not-enrolled",)
    assert flags_of(app, SERGEANT, on_behalf_of=INSPECTOR) == ()
    spoke = by(SERGEANT, on_behalf_of="DC 9")
    officers.enrol(app, "DC 9", by())
    assert oversight.escalate(app, REF, "no meeting", spoke).entry.event.flags == ("role-of-another-side",)


def test_both_events_of_a_report_are_flagged(app: Longcase) -> None:
    """The report itself and the assessment beside it."""
    done = cases.report(app, "CSE-0083", by("DC 9"), category="other", risk="high")
    assert [one.event.flags for one in done.entries] == [("actor-not-enrolled",)] * 2


def test_a_flag_stays_whatever_the_register_says_later(app: Longcase) -> None:
    """And a command given again finds its entry, though the register has changed."""
    again = by("DC 9", command_id=bytes(range(16)))
    first = cases.act(app, REF, "child-seen", again)
    officers.enrol(app, "DC 9", by(occurred_at=START))
    repeated = cases.act(app, REF, "child-seen", again)
    assert repeated.repeated
    assert repeated.entry == first.entry
    assert first.entry.event.flags == ("actor-not-enrolled",)


CLOSING: dict[str, Do] = {
    "resolve": lambda app, who: cases.resolve(app, REF, who, outcome="x"),
    "reopen": lambda app, who: cases.reopen(app, REF, who),
    "unrestrict": lambda app, who: cases.unrestrict(app, REF, who),
    "retract": lambda app, who: amendments.retract(app, REF, state(app, REF).version, who),
    "correct": lambda app, who: amendments.correct(app, REF, state(app, REF).version, {"outcome": "y"}, who),
}
BEFORE: dict[str, tuple[str, ...]] = {
    "reopen": ("resolve",),
    "retract": ("resolve",),
    "correct": ("resolve",),
}


def before(app: Longcase, name: str) -> None:
    for one in BEFORE.get(name, ()):
        CLOSING[one](app, by())


@pytest.mark.parametrize("name", ["resolve", "reopen", "retract", "correct"])
def test_nobody_unknown_closes_or_reopens_a_case(app: Longcase, name: str) -> None:
    """A slip of the finger does not get an owner round the rule about owners."""
    before(app, name)
    count = app.ledger.head()[0]
    with pytest.raises(Forbidden, match="the register of officers does not know DC1417x") as caught:
        CLOSING[name](app, by("DC1417x", reason="r"))
    assert caught.value.hints == (
        f"did you mean: {OWNER}",
        "longcase officer enrol ID enters somebody in the register",
    )
    assert app.ledger.head()[0] == count
    officers.enrol(app, "DC1417x", by())
    CLOSING[name](app, by("DC1417x", reason="r"))


def test_nobody_unknown_lifts_a_restriction(app: Longcase) -> None:
    """Though the restriction names them; nor do they retract it."""
    cases.restrict(app, REF, ["DC 9"], by(reason="r"))
    for name in ("unrestrict", "retract"):
        with pytest.raises(Forbidden, match="does not know DC 9"):
            CLOSING[name](app, by("DC 9", reason="r"))


def test_who_has_left_is_known(app: Longcase) -> None:
    """It may have happened: it is flagged."""
    officers.leave(app, SERGEANT, by())
    done = cases.resolve(app, REF, by(), outcome="x")
    assert done.entry.event.flags == ("actor-left",)


@pytest.mark.parametrize("role", ["", "inspectorate", "supervisor"])
def test_an_owner_does_not_act_as_the_inspectorate(app: Longcase, role: str) -> None:
    """Whatever their role option says, in whatever spelling, and through nobody else."""
    for who in (by("dc1417", role=role), by(SERGEANT, role=role, on_behalf_of=OWNER)):
        with pytest.raises(Forbidden):
            cases.grade(app, REF, "good", who, grader="inspectorate")
        with pytest.raises(Forbidden):
            oversight.escalate(app, REF, "none", who)
        assert cases.grade(app, REF, "good", who, grader="force").entry.name == "graded"


def test_an_owner_does_not_judge_an_answer_for_the_inspectorate(app: Longcase) -> None:
    """Nor do they amend what the inspectorate said, or take the case from themselves first."""
    inspector = by(INSPECTOR, role="inspectorate")
    oversight.escalate(app, REF, "none", inspector)
    oversight.answer(app, REF, "E1", "held", by())
    owner = by(OWNER, role="inspectorate", reason="r")
    words = "an owner cannot act as the inspectorate in it"
    for judged in (oversight.accept, oversight.reject):
        with pytest.raises(Forbidden, match=words):
            judged(app, REF, "E1", owner)
    graded = cases.grade(app, REF, "inadequate", inspector, grader="inspectorate").entry
    with pytest.raises(Forbidden, match=words):
        amendments.correct(app, REF, graded.version, {"grade": "good"}, owner)
    amendments.retract(app, REF, 3, owner)
    amendments.retract(app, REF, 2, owner)
    assert state(app, REF).owner is None
    with pytest.raises(Forbidden, match=words):
        cases.grade(app, REF, "good", owner, grader="inspectorate")


def test_a_register_is_found_at_either_end_of_a_long_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first entries and its last are searched, and by one process what was recorded since."""
    monkeypatch.setattr(register, "REACH", 3)
    app = prepared("act")
    for _ in range(8):
        assert flags_of(app, "DC 9") == ()
    officers.enrol(app, OWNER, by())
    for _ in range(2):
        app.register = KnownRegister()
        assert flags_of(app, "DC 9") == ("actor-not-enrolled",)
    flags_of(app, "DC 9")
    app.register = KnownRegister()
    assert flags_of(app, "DC 9") == ()


def test_an_undone_enrolment_makes_no_register() -> None:
    """What a unit of work took is forgotten with it."""
    app = prepared("act")

    def enrolled() -> None:
        with app.unit_of_work():
            officers.enrol(app, OWNER, by())
            assert flags_of(app, "DC 9") == ("actor-not-enrolled",)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        enrolled()
    assert flags_of(app, "DC 9") == ()


def test_one_of_the_inspectorate_who_comes_back_to_the_force_is_the_forces(app: Longcase) -> None:
    """The last enrolment by then counts."""
    officers.leave(app, INSPECTOR, by())
    officers.enrol(app, INSPECTOR, by())
    assert flags_of(app, INSPECTOR, role="inspectorate") == ("role-of-another-side",)


def test_what_others_enter_in_the_register_is_seen_by_the_next_command(app: Longcase) -> None:
    """A process keeps what it has read of the register only as long as nobody enters anything there."""
    other = Longcase(app.ledger, clock=app.clock)
    for name in (OWNER, "DC 9", "DC 9"):
        flags_of(app, name)
    officers.leave(other, OWNER, by())
    officers.enrol(other, "DC 9", by())
    assert flags_of(app, OWNER) == ("actor-left",)
    assert flags_of(app, "DC 9") == ()


def test_what_others_enter_in_a_store_without_a_register_is_seen(clock: Clock) -> None:
    """As well as that nobody had been in it before."""
    app = prepared("allocate", clock)
    assert flags_of(app, "DC 9") == ()
    other = Longcase(app.ledger, clock=clock)
    officers.enrol(other, OWNER, by())
    assert flags_of(app, "DC 9") == ("actor-not-enrolled",)


def test_who_records_alone_asks_the_register_once(app: Longcase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else can have entered anything there since."""
    flags_of(app, "DC 9")
    asked: list[object] = []
    monkeypatch.setattr(app.ledger, "any_like", lambda *bounds: asked.append(bounds))
    monkeypatch.setattr(app, "read", asked.append)
    assert flags_of(app, "DC 9") == ("actor-not-enrolled",)
    assert asked == []


def test_where_the_ledger_is_shorter_than_it_was_the_register_is_read_again(app: Longcase) -> None:
    """Such as that of a server which took over from another."""
    flags_of(app, OWNER)
    app.register.until += 7
    app.register.people[OWNER] = []
    assert flags_of(app, OWNER) == ()
