"""The question for the stalled cases, and for those that will be: which waits are too long, and whose.

A wait that holds at an instant is found by its cell (``intervals.cells``), so that the answer costs what it
holds and not what the history holds. Where the instant asked about lies after all that was known, the state
is that at the instant of knowledge and time runs on: what becomes due in between counts as well.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy
from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, select

from domain.deadlines.facts import CONDITION, WAIT
from domain.instant import FOREVER
from domain.rulebook.model import CAUSES
from projections.queries.filters import around, holds, narrowed, owned_by, parameters
from projections.queries.silence import OF_CASE, silent
from projections.tables import checkpoint
from projections.tables.child_key import child_of_key
from projections.tables.engine import reading
from projections.tables.schema import case_interval, clock_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from domain.axes import Axes
    from domain.instant import Instant
    from projections.runner.runner import Runner


class StalledQuery(NamedTuple):
    """Which cases are asked for; an empty filter lets all through.

    ``due_by`` (microseconds UTC) asks, instead of what is too long, for what will be by then.
    """

    axes: Axes
    category: tuple[str, ...] = ()
    risk: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    unallocated: bool = False
    causes: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    due_by: Instant | None = None


class Cause(NamedTuple):
    """Why a case is stalled: since when it waits for what, and from when on that is too long.

    ``key`` is the warrant, escalation or owner that it is about, ``limit`` the limit as the rulebook writes
    it, or the accreditation that is lacking. ``child`` is the number of the child that it is about
    (``domain.cases.children``), and 0 where it is about none, or about all.
    """

    cause: str
    standard: str
    key: str
    limit: str
    since: Instant
    due: Instant
    child: int = 0


class Stalled(NamedTuple):
    """A case and all that it is stalled for, the longest overdue first; ``harms`` is what came to light.

    A closed case is stalled while the inspectorate has no answer, and while a child is missing or in custody.
    """

    reference: str
    category: str | None
    risk: str | None
    owner: str | None
    team: str | None
    supervisor: str | None
    reported_at: Instant
    causes: list[Cause]
    harms: list[tuple[str, Instant]]
    closed_at: Instant | None = None

    @property
    def overdue_since(self) -> Instant:
        """From when on the longest of its waits has been too long."""
        return self.causes[0].due

    @property
    def waiting_since(self) -> Instant:
        """When the earliest of its waits began."""
        return min(one.since for one in self.causes)


class StalledCases(NamedTuple):
    """The cases found, the worst first, and how many cases were open."""

    cases: list[Stalled]
    open: int


def stalled(runner: Runner, wanted: StalledQuery) -> StalledCases:
    """Return the cases that are stalled, or by ``due_by`` will be; the tables must be up to date."""
    with reading(runner.engine) as connection:
        service = checkpoint.in_service(connection)
        generation = service.generation
        told = connection.execute(_query(generation, wanted), parameters(wanted.axes))
        bounds = (-FOREVER, wanted.axes.as_at) if wanted.due_by is None else (wanted.axes.as_at, wanted.due_by)
        reckoned = silent(runner, connection, service, case_interval(generation), wanted, bounds)
        cases = _gathered(chain(told, reckoned))
        if wanted.axes.as_at > wanted.axes.known_at and wanted.due_by is None:
            cases = (case._replace(causes=list(_without_what_came_true(case.causes))) for case in cases)
        found = [case for case in cases if _is_wanted(case, wanted)]
        found.sort(key=ORDERS["overdue" if wanted.due_by is not None else "severity"])
        return StalledCases(found, _open(connection, generation, wanted))


def _severity(case: Stalled) -> tuple[Any, ...]:
    return _RANK.get(case.risk, _UNASSESSED), case.overdue_since, case.reference


ORDERS: Final[dict[str, Callable[[Stalled], tuple[Any, ...]]]] = {
    "severity": _severity,
    "overdue": lambda case: (case.overdue_since, case.reference),
    "waiting": lambda case: (case.waiting_since, case.reference),
    "reference": lambda case: (case.reference,),
    "owner": lambda case: (case.owner is not None, case.owner or "", *_severity(case)),
    "team": lambda case: (case.team is not None, case.team or "", *_severity(case)),
}
"""By what stalled cases can be put in order: the worst are those of the highest risk, and among them whatever
has been due for longest."""

_RANK: Final[dict[str | None, int]] = {"very high": 0, "high": 1, "medium": 3, "low": 4}
_UNASSESSED = 2
_GRAVITY: Final[dict[str, int]] = {cause: rank for rank, cause in enumerate(CAUSES)}


def _query(generation: int, wanted: StalledQuery) -> sqlalchemy.CompoundSelect[Any] | sqlalchemy.Select[Any]:
    clocks = clock_interval(generation)
    if wanted.due_by is not None:
        return _joined(generation, wanted, _due_between(clocks, wanted.axes.as_at, wanted.due_by))
    at = wanted.axes.valid_at
    until: BindParameter[Instant] = bindparam("a" if wanted.axes.as_at < at else "s")
    too_long = (around(clocks, at), clocks.c.stalled_from <= until, clocks.c.kind.in_((WAIT, CONDITION)))
    query = _joined(generation, wanted, and_(*too_long))
    if wanted.axes.as_at <= at:
        return query
    return query.union_all(_joined(generation, wanted, _due_between(clocks, at, wanted.axes.as_at)))


def _due_between(clocks: sqlalchemy.Table, after: Instant, until: Instant) -> ColumnElement[bool]:
    return and_(clocks.c.kind == WAIT, clocks.c.due > after, clocks.c.due <= until)


def _joined(generation: int, wanted: StalledQuery, condition: ColumnElement[bool]) -> sqlalchemy.Select[Any]:
    clocks, cases = clock_interval(generation), case_interval(generation)
    k, c = clocks.c, cases.c
    conditions = [condition, holds(clocks), c.stream == k.stream, holds(cases), *narrowed(cases, wanted)]
    of_case = (c[name] for name in OF_CASE)
    of_wait = k.kind, k.name, k.standard, k.key, k.limit, k.since, k.due
    return select(*of_case, *of_wait).where(*conditions)


_KEY: Final = 2
"""Harm is numbered; a child's being missing or detained has no key, and is no harm."""


def _gathered(rows: Iterable[Any]) -> Iterator[Stalled]:
    """Yield each case once with its causes, the longest overdue first; of two equally long the graver."""
    by_case: dict[str, Stalled] = {}
    for row in rows:
        reference, category, risk, owner, team, supervisor, reported_at, closed_at, kind, *wait = row
        case = by_case.get(reference)
        if case is None:
            case = Stalled(reference, category, risk, owner, team, supervisor, reported_at, [], [], closed_at)
            by_case[reference] = case
        if kind != CONDITION:
            case.causes.append(_cause(*wait))
        elif wait[_KEY]:
            case.harms.append((wait[0], wait[4]))
    for case in by_case.values():
        case.causes.sort(key=_gravity)
        case.harms.sort(key=lambda one: one[1])
        yield case


def _cause(cause: str, standard: str, key: str, limit: str, since: Instant, due: Instant) -> Cause:
    child = child_of_key(key)
    return Cause(cause, standard, "" if child else key, limit, since, due, child)


def _without_what_came_true(causes: list[Cause]) -> Iterator[Cause]:
    """Leave out the warning that a limit will run out where it has: time may run on beyond what is known."""
    last = {_clock(one): one.due for one in sorted(causes, key=lambda one: one.due)}
    return (one for one in causes if not one.standard or one.due == last[_clock(one)])


def _clock(cause: Cause) -> tuple[str, str, int]:
    return cause.standard, cause.key, cause.child


def _gravity(cause: Cause) -> tuple[Instant, int, str, str, int]:
    return cause.due, _GRAVITY.get(cause.cause, 0), cause.standard, cause.key, cause.child


def _is_wanted(case: Stalled, wanted: StalledQuery) -> bool:
    if not case.causes:
        return False
    if not owned_by(case.owner, wanted):
        return False
    if wanted.causes and not any(one.cause in wanted.causes for one in case.causes):
        return False
    return not wanted.standards or any(one.standard in wanted.standards for one in case.causes)


def _open(connection: sqlalchemy.Connection, generation: int, wanted: StalledQuery) -> int:
    """Return how many of the cases asked for were open, whatever they wait for."""
    table = case_interval(generation)
    values = parameters(wanted.axes)
    conditions = (around(table, values["s"]), table.c.closed_at.is_(None), holds(table), *narrowed(table, wanted))
    count = select(func.count()).where(*conditions)
    if not wanted.owner:
        return connection.execute(count, values).scalar_one()
    by_owner = connection.execute(count.add_columns(table.c.owner).group_by(table.c.owner), values)
    return sum(number for number, owner in by_owner if owned_by(owner, wanted))
