"""Every command: recorded once by its id, guarded, and atomic with others."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from application.commands import (
    amendments,
    cases,
    disclosures,
    inspections,
    links,
    officers,
    oversight,
    projections,
    rulebooks,
    warrants,
)
from application.envelope import Envelope, Receipt, new_command_id
from domain.codec import topics
from domain.errors import Conflict, LongcaseError, NotFound, Refused
from tests.application.actions import ABLE, DEEDS, OTHER, REF, by, opened, prepared, state
from tests.clock import HOUR, START, Clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from application.app import Longcase

ID = bytes(range(16))
MODULES = (cases, links, oversight, amendments, officers, inspections, rulebooks, projections, disclosures)
REGISTERED = {"enrol", "open_inspection"}
"""The deeds that open what is no case."""


def commands(module: ModuleType) -> set[str]:
    """Return the public functions of a module that record something."""
    return {
        name
        for name, found in inspect.getmembers(module, inspect.isfunction)
        if found.__module__ == module.__name__ and found.__annotations__.get("return") == "Receipt"
    } - {"on_case", "on_inspection", "plain"}


def identified(command_id: bytes = ID) -> Envelope:
    return msgspec.structs.replace(ABLE, command_id=command_id)


def test_every_command_is_tried_here() -> None:
    """A new command comes with a row in the table of deeds, and every event has a command."""
    every = {name for one in MODULES for name in commands(one)}
    private = {name for name in every if name.startswith("_")}
    assert every - private <= set(DEEDS)
    assert {topic for deed in DEEDS.values() for topic in deed.topics} == set(topics())


@pytest.mark.parametrize("name", DEEDS)
def test_a_command_records_its_events(name: str) -> None:
    """With the envelope that it was given, and a receipt that says what the ledger holds."""
    app = prepared(name)
    receipt = DEEDS[name].do(app, identified())
    assert tuple(entry.topic for entry in receipt.entries) == DEEDS[name].topics
    assert receipt.entries == tuple(app.entries(receipt.entry.stream)[-len(receipt.entries) :])
    assert receipt.entry.command_id == ID
    assert not receipt.repeated
    assert receipt.entry.occurred_at == receipt.entry.recorded_at


@pytest.mark.parametrize("name", DEEDS)
def test_the_same_command_twice_is_recorded_once(name: str) -> None:
    """And the second receipt is the first, marked as repeated."""
    app = prepared(name)
    first = DEEDS[name].do(app, identified())
    again = DEEDS[name].do(app, identified())
    beside = first.beside and msgspec.structs.replace(first.beside, repeated=True)
    assert again == msgspec.structs.replace(first, repeated=True, beside=beside)
    assert app.ledger.max_notification_id() == (first.beside or first).entries[-1].position


@pytest.mark.parametrize("name", DEEDS)
def test_the_same_command_twice_in_one_unit_of_work_is_recorded_once(name: str) -> None:
    """The unit knows what it has not inserted yet."""
    app = prepared(name)
    before = app.ledger.max_notification_id() or 0
    with app.unit_of_work():
        assert not DEEDS[name].do(app, identified()).repeated
        assert DEEDS[name].do(app, identified()).repeated
    in_both = name in {"link", "unlink", "disclose_sample"}
    assert app.ledger.max_notification_id() == before + len(DEEDS[name].topics) * (2 if in_both else 1)


@pytest.mark.parametrize("name", sorted(set(DEEDS) - {"act"}))
def test_the_id_of_another_command_is_a_conflict(name: str) -> None:
    """Whatever the other command was, nothing is recorded."""
    app = prepared(name)
    if "report" not in DEEDS[name].before:
        DEEDS["report another" if name == "report" else "report"].do(app, ABLE)
    reference = OTHER if name == "report" else REF
    cases.act(app, reference, "child-seen", identified())
    before = app.ledger.max_notification_id()
    with pytest.raises(Conflict, match=r"was used for something else: case\.action-recorded at position"):
        DEEDS[name].do(app, identified())
    assert app.ledger.max_notification_id() == before


@pytest.mark.parametrize(
    "other",
    [
        lambda app: cases.act(app, REF, "interview", identified()),
        lambda app: cases.act(app, REF, "child-seen", identified(), outcome="safe"),
        lambda app: cases.act(app, REF, "child-seen", by("PS 0089", command_id=ID)),
        lambda app: cases.act(app, REF, "child-seen", msgspec.structs.replace(identified(), occurred_at=START)),
        lambda app: cases.act(app, REF, "child-seen", msgspec.structs.replace(identified(), reason="other")),
    ],
    ids=["kind", "outcome", "actor", "time", "reason"],
)
def test_the_same_id_with_other_content_is_a_conflict(other: Callable[[Longcase], Receipt]) -> None:
    """A second arrest with the first one's id would otherwise be lost without a word."""
    app = prepared("act")
    DEEDS["act"].do(app, identified())
    with pytest.raises(Conflict, match="was used for something else"):
        other(app)


def test_ids_that_follow_one_another_are_different_commands() -> None:
    """A command that makes two entries does not use up its neighbour's id."""
    app = opened()
    for number in range(1, 6):
        who = identified(number.to_bytes(16, "big"))
        done = DEEDS["report"].do(app, who) if number == 1 else cases.act(app, REF, "child-seen", who)
        assert not done.repeated
    assert app.ledger.max_notification_id() == 6


def test_a_retry_is_judged_by_what_stood_when_it_was_first_recorded() -> None:
    """Names that were made up then, and states that have moved on, do not matter."""
    app = prepared("seek_warrant")
    first = warrants.seek(app, REF, identified())
    warrants.seek(app, REF, by())
    warrants.grant(app, REF, by(), warrant="W1")
    assert warrants.seek(app, REF, identified()) == msgspec.structs.replace(first, repeated=True)


def test_the_same_id_in_another_case_is_a_conflict() -> None:
    """A mistyped reference does not pass for a retry."""
    app = prepared("link")
    cases.act(app, REF, "child-seen", identified())
    with pytest.raises(Conflict, match=r"case\.action-recorded at position 4"):
        cases.act(app, OTHER, "child-seen", identified())
    with pytest.raises(Conflict, match="used in another case"), app.unit_of_work():
        cases.act(app, OTHER, "child-seen", identified())
    assert app.ledger.max_notification_id() == 4


def test_ids_that_are_made_up_differ_and_are_in_order() -> None:
    """A UUID of version 7 each."""
    from uuid import UUID

    made = [new_command_id() for _ in range(2_000)]
    assert len(set(made)) == 2_000
    assert {(UUID(bytes=one).version, UUID(bytes=one).variant) for one in made} == {(7, "specified in RFC 4122")}
    assert [one[:6] for one in made] == sorted(one[:6] for one in made)


@pytest.mark.parametrize(
    "name", [name for name in DEEDS if DEEDS[name].before and not REGISTERED & {*DEEDS[name].before}]
)
def test_nothing_is_recorded_on_a_case_that_is_not_there(name: str) -> None:
    """The hint says how one is opened."""
    app = opened()
    with pytest.raises(NotFound) as caught:
        DEEDS[name].do(app, ABLE)
    assert f"there is no case {OTHER if name == 'link' else REF}" in caught.value.message
    assert app.ledger.max_notification_id() is None


def test_a_case_is_reported_once() -> None:
    """By whomever."""
    app = prepared("assess")
    with pytest.raises(Refused, match="has been reported already"):
        DEEDS["report"].do(app, by("DC 9"))


def test_what_is_ahead_of_the_clock_by_more_than_five_minutes_is_refused() -> None:
    """Clocks differ a little; nobody knows the future."""
    app = prepared("act", clock := Clock())
    now = clock()
    assert cases.act(app, REF, "found", by(occurred_at=now + 300_000_000)).entry.occurred_at == now + 300_000_000
    with pytest.raises(Refused, match="is in the future"):
        cases.act(app, REF, "found", by(occurred_at=now + 300_000_001))
    with pytest.raises(Refused, match="in the future"):
        amendments.correct(app, REF, 2, {}, by(), occurred_at=now + 300_000_001)


def test_an_entry_can_have_occurred_long_ago() -> None:
    """A case of 1962 that was reported then."""
    app = opened()
    long_ago = by(occurred_at=-240_000_000 * 1_000_000)
    cases.report(app, "OLD-1", long_ago, category="child-abuse")
    assert state(app, "OLD-1").reported_at == long_ago.occurred_at


def test_a_clock_that_is_put_back_stops_nobody() -> None:
    """What is recorded without a time occurred when the ledger took it, which never goes back."""
    app = prepared("act", clock := Clock())
    clock.at(START - 5 * HOUR)
    done = cases.act(app, REF, "found", by()).entry
    assert done.occurred_at == done.recorded_at == START


def test_a_late_entry_says_when_the_ledger_took_it() -> None:
    """The receipt holds the ledger's time, not the one that was given."""
    app = prepared("act", clock := Clock())
    clock.at(START + 9 * HOUR)
    done = cases.act(app, REF, "found", by(occurred_at=START + HOUR)).entry
    assert (done.occurred_at, done.recorded_at) == (START + HOUR, START + 9 * HOUR)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("actor", "", "the actor is empty"),
        ("actor", "  ", "the actor is empty"),
        ("actor", "DC\n1417", "the actor holds a control or invisible character"),
        ("actor", "D\u200bC", "the actor holds a control or invisible character"),
        ("actor", "x" * 201, "the actor is longer than 200 characters"),
        ("role", "a\x1b[31m", "the role holds a control or invisible character"),
    ],
)
def test_an_identifier_can_be_seen(field: str, value: str, words: str) -> None:
    """Two that look alike are alike."""
    app = prepared("act")
    with pytest.raises(Refused, match=words):
        cases.act(app, REF, "found", msgspec.structs.replace(ABLE, **{field: value}))


def test_what_could_not_be_read_again_is_not_recorded() -> None:
    """A value outside its type, or text that is no text, would make the whole case unreadable."""
    app = prepared("act")
    before = app.ledger.max_notification_id()
    severe: Any = "severe"
    with pytest.raises(Refused, match=r"case\.risk-assessed: Invalid enum value 'severe'"):
        cases.assess(app, REF, severe, ABLE)
    with pytest.raises(Refused, match=r"case\.action-recorded holds what cannot be stored"):
        cases.act(app, REF, "found", ABLE, text="\udcff")
    with pytest.raises(Refused, match=r"case\.reported: Expected `int` >= 0"):
        cases.report(app, "NEW-1", ABLE, category="other", children=-1)
    assert app.ledger.max_notification_id() == before
    assert state(app, REF).risk == "high"


def test_any_text_that_is_text_is_kept_to_the_letter() -> None:
    """Control characters, quotes, emoji, the last plane: shown safely elsewhere, stored as they are."""
    text = "\x00\x1b[2J\r\n\"'\\\u202e\U0010ffff\u2028 caf\u00e9 e\u0301"
    app = prepared("act")
    cases.act(app, REF, "found", by(reason=text), outcome=text, text=text)
    event = app.entries(app.ledger.select_notifications(1, 1)[0].stream)[-1].event
    assert (event.reason, getattr(event, "outcome", ""), getattr(event, "text", "")) == (text, text, text)


def test_all_errors_of_commands_are_for_users() -> None:
    """One line, and hints beside it."""
    with pytest.raises(LongcaseError) as caught:
        cases.act(opened(), REF, "arest", ABLE)
    assert caught.value.message == "there is no kind of action 'arest'"
    assert caught.value.hints[0].startswith("did you mean: arrest")
