"""The steps of the scenarios: commands through the application, answers from both kinds of projection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd import given, parsers, then, when

from application import officers
from application.longcase import Longcase
from application.recording import Envelope
from domain.errors import Conflict, Refused
from domain.identity import command_id
from domain.instant import DAY, FOREVER, SECOND
from ledger.sqlite import SQLiteRecorder
from projections import population
from projections.population import Question
from projections.reading import case_entries
from projections.runner import Runner
from projections.state import state
from projections.timeline import item, timeline
from tests.clock import Clock
from tests.features.words import Outcome, Picture, attempt, calendar_days, day, envelope, instant, start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.timeline import Item

SECONDS = DAY // SECOND
NOW = instant("31 December 2016")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(clock: Clock) -> Iterator[Longcase]:
    ledger = SQLiteRecorder.in_memory(clock=clock)
    app = Longcase(ledger)
    yield app
    app.close()


def rows(table: list[list[str]]) -> list[dict[str, str]]:
    head, *body = table
    return [dict(zip(head, row, strict=True)) for row in body]


def timeline_of(app: Longcase, case: str, picture: Picture) -> list[Item]:
    return [item(line) for line in timeline(case_entries(app.ledger, case), *picture)]


def entry_of(app: Longcase, case: str, version: int, picture: Picture) -> Item:
    return next(one for one in timeline_of(app, case, picture) if one["version"] == version)


def listed(app: Longcase, picture: Picture, **filters: Any) -> list[Item]:
    runner = Runner(app.ledger)
    runner.catch_up()
    question = Question(*picture, sort="-idle_seconds", **filters)
    return population.cases(runner, question).items


def seen(app: Longcase, case: str, picture: Picture) -> Item:
    """Return the case's state; the population tables must answer the same."""
    found = state(case_entries(app.ledger, case), *picture)
    assert found is not None
    (row,) = [one for one in listed(app, picture) if one["reference"] == case]
    owner = found["ownership"]["owner"]
    assert (row["owner"], row["risk"]) == (owner, found["risk"])
    for name in ("age_seconds", "idle_seconds", "last_activity", "last_activity_at", "reported_at"):
        assert row[name] == found[name]
    return found


def idle_since(picture: Picture, days: int) -> int:
    return picture.as_at - days * DAY


@given("these officers")
def enrolled(app: Longcase, clock: Clock, datatable: list[list[str]]) -> None:
    for row in rows(datatable):
        clock.at(start(row["since"]))
        by = Envelope("HR 1", "registrar")
        officers.enrol(app, row["officer"], by, team=row["team"])
        if row["accredited for"]:
            officers.accredit(app, row["officer"], row["accredited for"], by)


@given(parsers.parse("case {case} with this record"))
@given(parsers.parse("case {case} goes on like this"))
def recorded(app: Longcase, clock: Clock, case: str, datatable: list[list[str]]) -> None:
    for row in rows(datatable):
        clock.at(instant(row["recorded"]))
        by = envelope(row["by"], happened=row.get("happened"), reason=row.get("reason"))
        outcome = attempt(app, case, row["what"], by)
        assert outcome.receipt is not None, f"{row['what']}: {outcome.error}"
        assert outcome.receipt.entry.recorded_at == clock(), f"{row['what']}: told out of order"


@when(
    parsers.re(
        r"on (?P<recorded>\d+ \w+ \d+ \d+:\d+) (?P<who>.+) tries to record on case (?P<case>\S+)"
        r"( what happened on (?P<happened>\d+ \w+ \d+ \d+:\d+))?: (?P<what>.+)"
    ),
    target_fixture="outcome",
)
def tried(
    app: Longcase, clock: Clock, recorded: str, who: str, case: str, happened: str | None, what: str
) -> Outcome:
    clock.at(instant(recorded))
    return attempt(app, case, what, envelope(who, happened=happened, reason="as told"))


@when(
    parsers.re(
        r"on (?P<recorded>\d+ \w+ \d+ \d+:\d+) (?P<who>.+) sends command (?P<number>\d+)"
        r" to case (?P<case>\S+): (?P<what>.+)"
    ),
    target_fixture="outcome",
)
def sent(app: Longcase, clock: Clock, recorded: str, who: str, number: str, case: str, what: str) -> Outcome:
    clock.at(instant(recorded))
    by = envelope(who, happened=None, reason=None, command_id=command_id(f"command {number}"))
    return attempt(app, case, what, by)


@when(
    parsers.re(
        r"the record is read as at (?P<as_at>\d+ \w+ \d+( \d+:\d+)?)(, as known at (?P<known>\d+ \w+ \d+))?"
    ),
    target_fixture="picture",
)
def read_as_at(as_at: str, known: str | None) -> Picture:
    return Picture(instant(as_at), instant(known) if known else NOW)


@when(parsers.parse("the record is read as known at {known}"), target_fixture="picture")
def read_as_known_at(known: str) -> Picture:
    return Picture(instant(known), instant(known))


@then(parsers.parse("case {case} has been open for {days:d} days"))
def is_open(app: Longcase, picture: Picture, case: str, days: int) -> None:
    found = seen(app, case, picture)
    assert found["closure"]["state"] != "resolved"
    assert found["age_seconds"] // SECONDS == days


@then(parsers.parse("case {case} has been idle for {days:d} days"))
def is_idle(app: Longcase, picture: Picture, case: str, days: int) -> None:
    assert seen(app, case, picture)["idle_seconds"] // SECONDS == days


@then(parsers.parse("case {case} is closed, after {days:d} days"))
def is_closed(app: Longcase, picture: Picture, case: str, days: int) -> None:
    found = seen(app, case, picture)
    assert found["closure"]["state"] == "resolved"
    assert found["age_seconds"] // SECONDS == days


@then(parsers.parse("case {case} is not there yet"))
def is_not_there(app: Longcase, picture: Picture, case: str) -> None:
    assert state(case_entries(app.ledger, case), *picture) is None
    assert case not in [one["reference"] for one in listed(app, picture)]


@then(parsers.parse("case {case} belongs to {owner}"))
def belongs(app: Longcase, picture: Picture, case: str, owner: str) -> None:
    assert seen(app, case, picture)["ownership"]["owner"] == (None if owner == "nobody" else owner)


@then(parsers.parse("the risk of case {case} is {risk}"))
def has_risk(app: Longcase, picture: Picture, case: str, risk: str) -> None:
    assert seen(app, case, picture)["risk"] == risk


@then(parsers.parse('the last activity on case {case} is "{activity}"'))
def last_activity(app: Longcase, picture: Picture, case: str, activity: str) -> None:
    assert seen(app, case, picture)["last_activity"] == activity


@then(parsers.parse("these cases have been idle for more than {days:d} days"))
def are_idle(app: Longcase, picture: Picture, days: int, datatable: list[list[str]]) -> None:
    found = listed(app, picture, open=True, idle_before=idle_since(picture, days))
    assert [
        {"case": one["reference"], "idle": str(one["idle_seconds"] // SECONDS), "owner": one["owner"]}
        for one in found
    ] == rows(datatable)


@then(parsers.parse("no case has been idle for more than {days:d} days"))
def none_is_idle(app: Longcase, picture: Picture, days: int) -> None:
    assert listed(app, picture, open=True, idle_before=idle_since(picture, days)) == []


@then("these open cases belong to nobody")
def are_unallocated(app: Longcase, picture: Picture, datatable: list[list[str]]) -> None:
    found = listed(app, picture, open=True, unallocated=True)
    assert [{"case": one["reference"], "open": str(one["age_seconds"] // SECONDS)} for one in found] == rows(
        datatable
    )


@then("no open case belongs to nobody")
def none_is_unallocated(app: Longcase, picture: Picture) -> None:
    assert listed(app, picture, open=True, unallocated=True) == []


def moment_of(app: Longcase, case: str, name: str, picture: Picture) -> int:
    (at,) = [one["occurred_at"] for one in timeline_of(app, case, picture) if one["event"] == f"case.{name}"]
    return int(at)


@then(parsers.parse('"{name}" of case {case} came {days:d} days after its report'))
def days_after_report(app: Longcase, picture: Picture, name: str, case: str, days: int) -> None:
    reported_at = moment_of(app, case, "reported", picture)
    assert (moment_of(app, case, name, picture) - reported_at) // DAY == days


@then(parsers.parse('"{name}" of case {case} came {days:d} days after its report, counted by the calendar'))
def calendar_days_after_report(app: Longcase, picture: Picture, name: str, case: str, days: int) -> None:
    assert calendar_days(moment_of(app, case, "reported", picture), moment_of(app, case, name, picture)) == days


@then(parsers.parse('"{name}" of case {case} came {days:d} days after "{earlier}", counted by the calendar'))
def calendar_days_after(app: Longcase, picture: Picture, name: str, case: str, days: int, earlier: str) -> None:
    first, second = (moment_of(app, case, one, picture) for one in (earlier, name))
    assert calendar_days(first, second) == days


@then(parsers.parse("warrant {warrant} of case {case} is {what}"))
def warrant_is(app: Longcase, picture: Picture, warrant: str, case: str, what: str) -> None:
    found = seen(app, case, picture)["investigation"]["warrants"].get(warrant)
    assert ("unknown" if found is None else found["state"]) == what


@then(parsers.parse("escalation {escalation} of case {case} is {what}"))
def escalation_is(app: Longcase, picture: Picture, escalation: str, case: str, what: str) -> None:
    found = seen(app, case, picture)["oversight"]["escalations"].get(escalation)
    told = "unknown" if found is None else f"{found['state']} since {day(found['since'])}"
    assert told == what


@then(parsers.parse("case {case} has these grades"))
def has_grades(app: Longcase, picture: Picture, case: str, datatable: list[list[str]]) -> None:
    grades = seen(app, case, picture)["oversight"]["grades"]
    assert [
        {"by": one["by"], "grade": one["grade"], "on": one["topic"], "given": day(one["at"])} for one in grades
    ] == rows(datatable)


@then(parsers.parse('entry {version:d} of case {case} is flagged "{flag}"'))
def is_flagged(app: Longcase, picture: Picture, version: int, case: str, flag: str) -> None:
    found = entry_of(app, case, version, picture)
    assert flag in [one.partition(":")[0] for one in found["flags"]]


@then(parsers.parse("entry {version:d} of case {case} was recorded {days:d} days late"))
def is_late(app: Longcase, picture: Picture, version: int, case: str, days: int) -> None:
    assert entry_of(app, case, version, picture)["late_seconds"] // SECONDS == days


@then(parsers.parse("entry {version:d} of case {case} was recorded on {when_}"))
def was_recorded_on(app: Longcase, version: int, case: str, when_: str) -> None:
    assert case_entries(app.ledger, case)[version - 1].recorded_at == instant(when_)


@then(parsers.parse('entry {version:d} of case {case} shows "{now}", and "{before}" before that'))
def shows_both(app: Longcase, picture: Picture, version: int, case: str, now: str, before: str) -> None:
    details = entry_of(app, case, version, picture)["details"]
    (field,) = details["before"]
    assert (details[field], details["before"][field]) == (now, before)


@then(parsers.parse('entry {version:d} of case {case} was {how} by entry {by:d} of {who}, because "{reason}"'))
def was_amended(  # noqa: PLR0917  (the parts of the sentence)
    app: Longcase, picture: Picture, version: int, case: str, how: str, by: int, who: str, reason: str
) -> None:
    found = entry_of(app, case, version, picture)
    amended_by = {"corrected": found["corrected_by"], "retracted": [found["retracted_by"]]}
    assert amended_by[how] == [by]
    amending = entry_of(app, case, by, picture)
    assert (amending["actor"], amending["reason"]) == (who, reason)


@then(parsers.parse("it is refused: {why}"))
def is_refused(outcome: Outcome, why: str) -> None:
    assert isinstance(outcome.error, Refused)
    assert why in outcome.error.message


@then("it conflicts with what is recorded")
def conflicts(outcome: Outcome) -> None:
    assert isinstance(outcome.error, Conflict)


@then(parsers.parse("it is recorded as entry {version:d}"))
def is_recorded(outcome: Outcome, version: int) -> None:
    assert outcome.error is None
    assert outcome.receipt is not None
    assert (outcome.receipt.entry.version, outcome.receipt.repeated) == (version, False)


@then(parsers.parse("it had been recorded already, as entry {version:d}"))
def was_repeated(outcome: Outcome, version: int) -> None:
    assert outcome.receipt is not None
    assert (outcome.receipt.entry.version, outcome.receipt.repeated) == (version, True)


@then(parsers.re(r"case (?P<case>\S+) has (?P<count>\d+) entr(y|ies)"))
def counts_entries(app: Longcase, case: str, count: str) -> None:
    found = timeline_of(app, case, Picture(FOREVER, FOREVER))
    assert len(found) == int(count)
