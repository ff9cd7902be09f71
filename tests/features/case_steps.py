"""The steps that choose the two instants, and what they show of one case and of all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, then, when

from domain.axes import Axes
from domain.instant import DAY, FOREVER
from projections.views.case_view import CaseView
from projections.views.state import state
from tests.entries import case_entries
from tests.features.queries import SECONDS, entry_of, listed, rows, seen, timeline_of
from tests.features.words import Picture, calendar_days, day, instant

if TYPE_CHECKING:
    from application.app import Longcase

NOW = instant("31 December 2018")


def idle_since(picture: Picture, days: int) -> int:
    return picture.as_at - days * DAY


@when(
    parsers.re(
        r"the record is read as at (?P<as_at>\d+ \w+ \d+( \d+:\d+)?)"
        r"(, as known at (?P<known>\d+ \w+ \d+( \d+:\d+)?))?"
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
    assert state(CaseView(case_entries(app.ledger, case), Axes(*picture))) is None
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


@then(parsers.re(r"case (?P<case>\S+) has (?P<count>\d+) entr(y|ies)"))
def counts_entries(app: Longcase, case: str, count: str) -> None:
    found = timeline_of(app, case, Picture(FOREVER, FOREVER))
    assert len(found) == int(count)


@then(parsers.parse("case {case} has no grades"))
def has_no_grades(app: Longcase, picture: Picture, case: str) -> None:
    assert seen(app, case, picture)["oversight"]["grades"] == []
