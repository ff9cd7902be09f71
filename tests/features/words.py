"""What the scenarios say, read: days and instants in London's time, and the things that people record."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from application import amending, cases, oversight, warrants
from application.recording import Envelope
from domain.errors import LongcaseError
from domain.instant import from_datetime, to_datetime

if TYPE_CHECKING:
    from collections.abc import Callable

    from application.longcase import Longcase
    from application.recording import Receipt

LONDON = ZoneInfo("Europe/London")
ROLES = {"HMI": "inspectorate", "DC": "investigator", "PS": "supervisor", "DI": "supervisor"}


class Picture(NamedTuple):
    """The two instants for which the record is read, in microseconds since 1970 UTC."""

    as_at: int
    known_at: int


class Outcome(NamedTuple):
    """What became of a command: its receipt, or the error that refused it."""

    receipt: Receipt | None
    error: LongcaseError | None


def instant(text: str) -> int:
    """Return the instant of a day and a time; a day alone is its last microsecond."""
    if ":" in text:
        return from_datetime(datetime.strptime(text, "%d %B %Y %H:%M").replace(tzinfo=LONDON))
    day = datetime.strptime(text, "%d %B %Y").replace(tzinfo=LONDON)
    return from_datetime(datetime.combine(day.date(), time.max, LONDON))


def start(text: str) -> int:
    """Return the first instant of a day."""
    return from_datetime(datetime.strptime(text, "%d %B %Y").replace(tzinfo=LONDON))


def day(moment: int) -> str:
    """Return the day of an instant, as the scenarios write it."""
    local = to_datetime(moment, LONDON)
    return f"{local.day} {local:%B %Y}"


def calendar_days(first: int, second: int) -> int:
    """Return how many midnights lie between two instants in London."""
    return (to_datetime(second, LONDON).date() - to_datetime(first, LONDON).date()).days


def envelope(who: str, *, happened: str | None, reason: str | None, command_id: bytes = b"") -> Envelope:
    """Return the envelope of a command of ``who``, whose role follows from their rank."""
    occurred_at = instant(happened) if happened else None
    role = ROLES.get(who.split(maxsplit=1)[0], "")
    return Envelope(who, role, occurred_at, reason=reason or None, command_id=command_id, via="test")


def attempt(app: Longcase, case: str, what: str, by: Envelope) -> Outcome:
    """Record what somebody did on a case, and return what became of it."""
    try:
        return Outcome(command(what)(app, case, by), None)
    except LongcaseError as error:
        return Outcome(None, error)


def command(what: str) -> Callable[[Longcase, str, Envelope], Receipt]:
    """Return the command that a phrase of the scenarios means; anything else is a kind of action."""
    for pattern, build in PHRASES:
        found = re.fullmatch(pattern, what)
        if found:
            return build(found)
    return lambda app, case, by: cases.act(app, case, what.replace(" ", "-"), by)


def _correction(found: re.Match[str]) -> Callable[..., Receipt]:
    version, field, value = int(found[1]), found[2], found[3]
    if field == "time":
        return lambda app, case, by: amending.correct(app, case, version, {}, by, occurred_at=instant(value))
    return lambda app, case, by: amending.correct(app, case, version, {field: value}, by)


def _warrant(found: re.Match[str]) -> Callable[..., Receipt]:
    steps = {
        "sought": warrants.seek,
        "granted": warrants.grant,
        "refused": warrants.refuse,
        "executed": warrants.execute,
        "withdrawn": warrants.withdraw,
    }
    return lambda app, case, by: steps[found[2]](app, case, by, warrant=found[1])


def _graded(found: re.Match[str]) -> Callable[..., Receipt]:
    given: Any = found[1]
    grader: Any = found[2]
    return lambda app, case, by: cases.grade(app, case, given, by, grader=grader, topic=found[3])


def _assessed(found: re.Match[str]) -> Callable[..., Receipt]:
    risk: Any = found[1]
    return lambda app, case, by: cases.assess(app, case, risk, by)


PHRASES: list[tuple[str, Callable[[re.Match[str]], Callable[..., Receipt]]]] = [
    (r"reported as (.+)", lambda m: lambda app, case, by: cases.report(app, case, by, category=m[1])),
    (r"risk assessed as (.+)", _assessed),
    (r"allocated to (.+)", lambda m: lambda app, case, by: cases.allocate(app, case, m[1], by)),
    (r"returned", lambda _m: cases.return_case),
    (r"warrant (\S+) (sought|granted|refused|executed|withdrawn)", _warrant),
    (
        r"escalated as (\S+): (.+)",
        lambda m: lambda app, case, by: oversight.escalate(app, case, m[2], by, escalation=m[1]),
    ),
    (r"answered (\S+): (.+)", lambda m: lambda app, case, by: oversight.answer(app, case, m[1], m[2], by)),
    (r"answer to (\S+) accepted", lambda m: lambda app, case, by: oversight.accept(app, case, m[1], by)),
    (r"graded (.+) by the (force|inspectorate) on (.+)", _graded),
    (
        r"closure requested: (.+)",
        lambda m: lambda app, case, by: cases.request_closure(app, case, m[1], by),
    ),
    (r"resolved: (.+)", lambda m: lambda app, case, by: cases.resolve(app, case, by, outcome=m[1])),
    (r"entry (\d+) retracted", lambda m: lambda app, case, by: amending.retract(app, case, int(m[1]), by)),
    (r"entry (\d+) corrected: (\w+) = (.+)", _correction),
]
