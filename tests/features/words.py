"""What the scenarios say, read: days and instants in London's time, and the things that people record."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from application.commands import amendments, cases, officers, oversight, warrants
from application.envelope import Envelope
from domain.errors import LongcaseError
from domain.instant import DAY, SECOND, from_datetime, to_datetime
from tests.entries import case_entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from application.app import Longcase
    from application.envelope import Receipt

LONDON = ZoneInfo("Europe/London")
ROLES = {"HMI": "inspectorate", "DC": "investigator", "PS": "supervisor", "DI": "supervisor"}
LENGTHS = ((DAY, "day"), (3600 * SECOND, "hour"), (60 * SECOND, "minute"))


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


def moment(at: int | None) -> str:
    """Return an instant as the scenarios write it, to the minute; ``-`` for none."""
    return "-" if at is None else f"{day(at)} {to_datetime(at, LONDON):%H:%M}"


def length(microseconds: int) -> str:
    """Return a length of time in whole days, below a day in whole hours, below an hour in minutes."""
    size, name = next((one for one in LENGTHS if microseconds >= one[0]), LENGTHS[-1])
    count = microseconds // size
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def shown(value: str | None) -> str:
    """Return a value of a table, ``-`` for none."""
    return value or "-"


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
    """Return the command that a phrase means; any other is a kind of action, with its outcome after a colon."""
    for pattern, build in PHRASES:
        found = re.fullmatch(pattern, what)
        if found:
            return build(found)
    kind, _, outcome = what.partition(": ")
    return lambda app, case, by: cases.act(app, case, kind.replace(" ", "-"), by, outcome=outcome or None)


def enter(app: Longcase, officer: str, what: str, by: Envelope) -> Receipt:
    """Enter in the register what a phrase says of an officer."""
    kind, _, work = what.partition(" for ")
    work, _, until = work.partition(" until ")
    if kind == "accredited":
        return officers.accredit(app, officer, work, by, until=start(until) if until else None)
    if kind == "no longer accredited":
        return officers.lapse(app, officer, work, by)
    return {"absent": officers.absent, "back": officers.back, "left": officers.leave}[kind](app, officer, by)


def _correction(found: re.Match[str]) -> Callable[..., Receipt]:
    field, value = found[2], found[3]
    given: dict[str, Any] = {"occurred_at": instant(value)} if field == "time" else {}
    values = {} if given else {field: value}

    def correct(app: Longcase, case: str, by: Envelope) -> Receipt:
        version = int(found[1] or len(case_entries(app.ledger, case)))
        return amendments.correct(app, case, version, values, by, **given)

    return correct


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
    values = {"grader": grader, "topic": found[3], "inspection": found[4]}
    return lambda app, case, by: cases.grade(app, case, given, by, **values)


def _reported(found: re.Match[str]) -> Callable[..., Receipt]:
    ages = tuple(map(int, re.findall(r"\d+", found[2] or "")))
    children = len(ages) or None
    return lambda app, case, by: cases.report(app, case, by, category=found[1], children=children, ages=ages)


def _escalated(found: re.Match[str]) -> Callable[..., Receipt]:
    values: dict[str, Any] = {"escalation": found[1], "inspection": found[2], "immediate": found[3] is not None}
    return lambda app, case, by: oversight.escalate(app, case, found[4], by, **values)


def _assessed(found: re.Match[str]) -> Callable[..., Receipt]:
    risk: Any = found[1]
    return lambda app, case, by: cases.assess(app, case, risk, by)


PHRASES: list[tuple[str, Callable[[re.Match[str]], Callable[..., Receipt]]]] = [
    (r"reported as ([a-z-]+)(, of children aged .+)?", _reported),
    (r"risk assessed as (.+)", _assessed),
    (r"allocated to (.+)", lambda m: lambda app, case, by: cases.allocate(app, case, m[1], by)),
    (r"returned", lambda _m: cases.return_case),
    (r"warrant (\S+) (sought|granted|refused|executed|withdrawn)", _warrant),
    (r"escalated as (\S+?)(?: in (\S+?))?(, with a child at immediate risk)?: (.+)", _escalated),
    (r"answered (\S+): (.+)", lambda m: lambda app, case, by: oversight.answer(app, case, m[1], m[2], by)),
    (r"answer to (\S+) accepted", lambda m: lambda app, case, by: oversight.accept(app, case, m[1], by)),
    (r"answer to (\S+) rejected", lambda m: lambda app, case, by: oversight.reject(app, case, m[1], by)),
    (r"graded (.+) by the (force|inspectorate)(?: on (.+?))?(?: in (\S+))?", _graded),
    (
        r"closure requested: (.+)",
        lambda m: lambda app, case, by: cases.request_closure(app, case, m[1], by),
    ),
    (r"resolved: (.+)", lambda m: lambda app, case, by: cases.resolve(app, case, by, outcome=m[1])),
    (r"reopened", lambda _: cases.reopen),
    (r"entry (\d+) retracted", lambda m: lambda app, case, by: amendments.retract(app, case, int(m[1]), by)),
    (r"(?:entry (\d+)|the last entry) corrected: (\w+) = (.+)", _correction),
]
