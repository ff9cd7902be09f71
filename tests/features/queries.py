"""What the steps ask: the tables and the live folds of one store, in one picture, which must agree."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from domain.axes import Axes
from domain.deadlines.facts import HARM, OWNED, WAIT
from domain.deadlines.stalls import facts
from domain.deadlines.standards import Laws
from domain.identity import officer_stream
from domain.instant import DAY, SECOND
from projections.inspections.report import report
from projections.queries import cases
from projections.queries.cases import CaseQuery
from projections.queries.stalled import StalledCases, StalledQuery, stalled
from projections.runner.runner import Runner
from projections.views.access import Reader, Scope, entries_of
from projections.views.case_view import CaseView
from projections.views.live_case import LiveCase, live_cases
from projections.views.rulebooks import rulebook_versions
from projections.views.state import state
from projections.views.timeline import item
from tests import naive_stalls
from tests.entries import case_entries
from tests.naive_stalls import Owned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from application.app import Longcase
    from projections.views.timeline import Item
    from tests.features.words import Picture

SECONDS = DAY // SECOND


def rows(table: list[list[str]]) -> list[dict[str, str]]:
    """Return a table of a scenario, each row by the names in the head."""
    head, *body = table
    return [dict(zip(head, row, strict=True)) for row in body]


def as_table(found: Iterable[dict[str, str]], table: list[list[str]]) -> list[dict[str, str]]:
    """Return what was found under the names in the head of a table, to be compared with its rows."""
    return [{name: one[name] for name in table[0]} for one in found]


def up_to_date(app: Longcase) -> Runner:
    """Return the runner of the tables, which reflect every entry."""
    runner = Runner(app.ledger)
    runner.catch_up()
    return runner


def timeline_of(app: Longcase, case: str, picture: Picture) -> list[Item]:
    return [item(line) for line in CaseView(case_entries(app.ledger, case), Axes(*picture)).lines]


def entry_of(app: Longcase, case: str, version: int, picture: Picture) -> Item:
    return next(one for one in timeline_of(app, case, picture) if one["version"] == version)


def listed(app: Longcase, picture: Picture, **filters: Any) -> list[Item]:
    question = CaseQuery(Axes(*picture), sort="-idle_seconds", **filters)
    return cases.cases(up_to_date(app), question).items


def seen(app: Longcase, case: str, picture: Picture) -> Item:
    """Return the case's state; the population tables must answer the same."""
    found = state(CaseView(case_entries(app.ledger, case), Axes(*picture)))
    assert found is not None
    (row,) = [one for one in listed(app, picture) if one["reference"] == case]
    owner = found["ownership"]["owner"]
    assert (row["owner"], row["risk"]) == (owner, found["risk"])
    for name in ("age_seconds", "idle_seconds", "last_activity", "last_activity_at", "reported_at"):
        assert row[name] == found[name]
    return found


def report_of(app: Longcase, name: str, picture: Picture) -> dict[str, Any]:
    """Return the report of a round; what it says of each case must be what the case's own timeline says."""
    found = report(Scope(app.ledger, Axes(*picture)), name)
    assert found is not None
    referrals = found["referrals"]["items"]
    for one in found["cases"]:
        grades = grades_in(app, one["reference"], picture, name)
        assert {by: one[by] for by in grades} == grades
    assert [(one["reference"], one["escalation"]) for one in sorted(referrals, key=itemgetter("reference"))] == [
        (case["reference"], one["details"]["escalation"])
        for case in found["cases"]
        for one in timeline_of(app, case["reference"], picture)
        if one["event"] == "case.escalated" and one["details"]["inspection"] == name
    ]
    for one in referrals:
        case = state(CaseView(case_entries(app.ledger, one["reference"]), Axes(*picture)))
        assert case is not None
        assert one["state"] == case["oversight"]["escalations"][one["escalation"]]["state"]
    return found


def grades_in(app: Longcase, case: str, picture: Picture, name: str) -> dict[str, str | None]:
    """Return a case's last grade by the force, in the round or in none, and by the inspectorate in the round."""
    rounds = {"force": (None, name), "inspectorate": (name,)}
    found: dict[str, str | None] = {"force": None, "inspectorate": None}
    for one in timeline_of(app, case, picture):
        grade = one["details"]
        if (
            one["event"] == "case.graded"
            and not one["retracted_by"]
            and grade["inspection"] in rounds[grade["by"]]
        ):
            found[grade["by"]] = grade["grade"]
    return found


def every_case(app: Longcase, picture: Picture, reader: Reader | None = None) -> Iterator[LiveCase]:
    """Yield all cases that had been reported, each folded from its own entries."""
    reports = app.ledger.topics_like("case.reported")
    laws = Laws(rulebook_versions(app.ledger).versions)
    streams = [one.stream for one in reports]
    for case in live_cases(Scope(app.ledger, Axes(*picture), reader or Reader()), streams, laws):
        if case.case.reference:
            yield case


def stalls(app: Longcase, picture: Picture, **wanted: Any) -> StalledCases:
    """Return the stalled cases by the tables; what they say of every cause must be what the live folds say."""
    runner = up_to_date(app)
    everything = stalled(runner, StalledQuery(Axes(*picture)))
    by_table = {(one.reference, *cause) for one in everything.cases for cause in one.causes}
    assert by_table == {
        (case.case.reference, *cause)
        for case in every_case(app, picture)
        for cause in _causes(app, case, picture)
    }
    assert everything.open == sum(case.clocks.is_open for case in every_case(app, picture))
    return stalled(runner, StalledQuery(Axes(*picture), **wanted))


def harm_of(live: Iterable[LiveCase]) -> Iterator[tuple[int, str, str]]:
    """Yield when what harm came to light in which case."""
    for case in live:
        for fact in facts(case.clocks).values():
            if fact.kind == HARM:
                yield fact.since, fact.name, case.case.reference


def _causes(app: Longcase, case: LiveCase, picture: Picture) -> Iterator[tuple[Any, ...]]:
    for fact in facts(case.clocks).values():
        if fact.kind == WAIT and fact.due <= picture.as_at < fact.until:
            yield fact[1:7]
        elif fact.kind == OWNED:
            owned = Owned(fact.name, fact.since, fact.key or None)
            register = {fact.name: entries_of(app.ledger, officer_stream(fact.name))}
            yield from (tuple(one)[:6] for one in naive_stalls.owner_waits(owned, register, *picture))
