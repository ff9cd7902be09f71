"""The steps that make rounds of inspection: so many cases reported, drawn, graded by either side, referred back.

A row of their tables says of how many cases the same is true. The cases are invented, and numbered from C-0001
on; what has no hour happened at noon.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from pytest_bdd import given, parsers

from application.commands import inspections
from application.commands.inspections import Frame
from domain.axes import Axes
from domain.instant import FOREVER
from projections.inspections.rounds import inspection_at
from projections.queries.sample_check import population
from projections.views.access import Scope
from tests.features.queries import grades_in, rows, up_to_date
from tests.features.words import Picture, attempt, envelope, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from application.app import Longcase
    from domain.inspections.sampling import Population
    from tests.clock import Clock

SEED = 2016
FORCE = "DI 0031"
CATEGORY = "child-abuse"
CONCERN = "nobody has said who keeps the other children safe"
ANSWER = "an officer has called, and the child was seen"
MISSED = "the others in the house were not looked at"

Row = dict[str, str]


class Act(NamedTuple):
    """Who recorded what of which case, when, and when it had happened if that was earlier."""

    recorded: str
    who: str
    case: str
    what: str
    happened: str | None = None
    reason: str | None = None


def noon(day: str) -> str:
    return f"{day} 12:00"


def perform(app: Longcase, clock: Clock, acts: Iterable[Act]) -> None:
    """Give each command at its own instant, in the order of those."""
    for act in sorted(acts, key=lambda one: instant(one.recorded)):
        clock.at(instant(act.recorded))
        outcome = attempt(app, act.case, act.what, envelope(act.who, happened=act.happened, reason=act.reason))
        assert outcome.receipt is not None, f"{act.what}: {outcome.error}"


def report(app: Longcase, clock: Clock, day: str, categories: Iterable[str]) -> Iterator[str]:
    """Report a case for each of the categories, and return the cases."""
    first = len(app.ledger.topics_like("case.reported")) + 1
    new = {f"C-{number:04}": category for number, category in enumerate(categories, first)}
    at, who = f"{day} 09:00", "referral desk"
    perform(app, clock, [Act(at, who, case, f"reported as {category}") for case, category in new.items()])
    return iter(new)


def open_round(app: Longcase, clock: Clock, name: str, at: str, who: str, follows: str | None = None) -> None:
    clock.at(instant(at))
    by = envelope(who, happened=None, reason=None)
    inspections.open_inspection(app, name, by, body="the inspectorate", force="the force", follows=follows)


def draw(app: Longcase, clock: Clock, name: str, who: str, among: Population, size: int | None = None) -> None:
    """Draw a sample of what is known when it is drawn; without a size, all there is."""
    frame = Frame(Axes(clock(), clock()), size or sum(1 for _ in among), SEED, "category", among, {})
    inspections.draw_sample(app, name, frame, envelope(who, happened=None, reason=None))


@given(parsers.parse("on {day} these cases are reported"))
def reported(app: Longcase, clock: Clock, day: str, datatable: list[list[str]]) -> None:
    report(app, clock, day, (row["category"] for row in rows(datatable) for _ in range(int(row["cases"]))))


@given(
    parsers.re(
        r"on (?P<day>\d+ \w+ \d+) (?P<who>.+) opens the round (?P<name>\S+)"
        r" and draws (?P<size>\d+) cases by category"
    )
)
def drawn(app: Longcase, clock: Clock, day: str, who: str, name: str, size: str) -> None:
    open_round(app, clock, name, noon(day), who)
    among = population(up_to_date(app), Axes(clock(), clock()), "category", {})
    draw(app, clock, name, who, among, int(size))


@given(
    parsers.re(
        r"on (?P<at>\d+ \w+ \d+ \d+:\d+) (?P<who>.+) opens the round (?P<name>\S+) and examines these cases"
    )
)
def examined(app: Longcase, clock: Clock, at: str, who: str, name: str, datatable: list[list[str]]) -> None:
    open_round(app, clock, name, at, who)
    draw(app, clock, name, who, tuple((row["case"], row["category"]) for row in rows(datatable)))


@given(
    parsers.re(
        r"on (?P<day>\d+ \w+ \d+) (?P<who>[^,]+) grades the cases of the round (?P<name>[^\s,]+)"
        r"(, which the force graded on (?P<own_day>.+))?"
    )
)
def graded(
    app: Longcase, clock: Clock, day: str, who: str, name: str, own_day: str, datatable: list[list[str]]
) -> None:
    left = iter(sample_of(app, name))
    found = []
    for row in rows(datatable):
        for case in taken(left, row):
            if "force" in row:
                found.append(Act(noon(own_day), FORCE, case, f"graded {row['force']} by the force in {name}"))
            found += judged(case, row, row["inspectorate"], name, (day, who))
    perform(app, clock, found)


def sample_of(app: Longcase, name: str) -> list[str]:
    """Return the cases that were drawn for a round, in the order of their references."""
    found = inspection_at(Scope(app.ledger, Axes(FOREVER, FOREVER)), name)
    assert found is not None
    return sorted(found.drawn())


def taken(cases: Iterator[str], row: Row) -> list[str]:
    """Return as many of the cases that are left as the row says."""
    found = list(islice(cases, int(row["cases"])))
    assert len(found) == int(row["cases"]), f"too few cases are left for {row}"
    return found


def judged(case: str, row: Row, grade: str, name: str, given: tuple[str, str]) -> Iterator[Act]:
    """Yield the inspectorate's grade of a case, perhaps entered on a later day, and its moderation."""
    day, who = given
    what = f"graded {grade} by the inspectorate in {name}"
    yield Act(noon(row.get("entered") or day), who, case, what, noon(day))
    if row.get("moderated"):
        later, _, better = row["moderated"].partition(": ")
        yield Act(noon(later), who, case, f"the last entry corrected: grade = {better}", reason="moderation")


@given(
    parsers.re(
        r"on (?P<day>\d+ \w+ \d+) (?P<who>.+) opens the round (?P<name>[^\s,]+)"
        r"(, which follows (?P<before>\S+),)? and grades these cases"
    )
)
def followed_up(
    app: Longcase, clock: Clock, day: str, who: str, name: str, before: str | None, datatable: list[list[str]]
) -> None:
    table = rows(datatable)
    groups = examined_before(app, before, clock())
    new = sum(int(row["cases"]) for row in table if row.get(f"in {before}", "-") == "-")
    groups["-"] = report(app, clock, day, [CATEGORY] * new)
    chosen = [(case, row) for row in table for case in taken(groups[row.get(f"in {before}", "-")], row)]
    open_round(app, clock, name, noon(day), who, before)
    draw(app, clock, name, who, tuple((case, CATEGORY) for case, _ in chosen))
    grades = [act for case, row in chosen for act in judged(case, row, row[f"in {name}"], name, (day, who))]
    perform(app, clock, grades)


def examined_before(app: Longcase, name: str | None, at: int) -> dict[str | None, Iterator[str]]:
    """Return the cases of an earlier round by the inspectorate's grade."""
    found = defaultdict(list)
    if name is not None:
        for case in sample_of(app, name):
            found[grades_in(app, case, Picture(at, at), name)["inspectorate"]].append(case)
    return {grade: iter(cases) for grade, cases in found.items()}


@given(parsers.parse("{who} refers these cases of the round {name} back"))
def referred_back(app: Longcase, clock: Clock, who: str, name: str, datatable: list[list[str]]) -> None:
    left = iter(sample_of(app, name))
    found = []
    for row in rows(datatable):
        cases = taken(left, row)
        assert row["named"] == " to ".join(dict.fromkeys((cases[0], cases[-1])))
        found += [act for case in cases for act in referral(case, row, name, who)]
    perform(app, clock, found)


def referral(case: str, row: Row, name: str, who: str) -> Iterator[Act]:
    """Yield the referral of a case, each answer and each verdict, all of them perhaps entered on a later day."""
    urgent = ", with a child at immediate risk" if row["at immediate risk"] == "yes" else ""
    yield referred(case, row, row["referred back"], who, f"escalated as E1 in {name}{urgent}: {CONCERN}")
    for answered, verdict in (("answered", "verdict"), ("answered again", "second verdict")):
        if row[answered]:
            yield referred(case, row, row[answered], FORCE, f"answered E1: {ANSWER}")
        if row[verdict]:
            day, _, outcome = row[verdict].partition(": ")
            yield referred(case, row, day, who, f"answer to E1 {outcome}")


def referred(case: str, row: Row, day: str, who: str, what: str) -> Act:
    reason = MISSED if what.endswith("rejected") else None
    return Act(noon(row["entered"] or day), who, case, what, noon(day), reason)
