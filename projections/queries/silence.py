"""Open cases in which no work was done for too long: reckoned from the last activity, with no row for each wait.

A row of how a case stands has the instant of its last activity and its risk; the rulebook of that instant has the
limit (``domain.deadlines.silence``). Where that would not do, the row says so and the wait has rows of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, ColumnElement, case, func, literal, select

from domain.deadlines.facts import WAIT
from domain.deadlines.silence import UNASSESSED, silences, waits
from domain.instant import FOREVER, Instant
from projections.intervals.cases import RECKONED
from projections.queries.filters import around, holds, narrowed, parameters
from projections.tables.reference import versions_up_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import sqlalchemy

    from domain.deadlines.silence import Silence
    from domain.rulebook.versions import RulebookVersions
    from projections.queries.filters import Filtered
    from projections.runner.runner import Runner
    from projections.tables.checkpoint import Checkpoint

OF_CASE: Final = ("reference", "category", "risk", "owner", "team", "allocated_by", "reported_at", "closed_at")
"""The columns of a case's row that a question for what it waits for shows."""


class Silences:
    """The standards, of every version of the rulebook, that run out so long after the last activity."""

    def __init__(self, versions: RulebookVersions) -> None:
        """Find them in ``versions``."""
        self._since = [since for since, _ in versions.versions]
        self._found = [silences(book) for _, book in versions.versions]
        self._limits = [one.limits for found in self._found for one in found]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._limits)

    def at(self, instant: Instant) -> Sequence[Silence]:
        """Return those in force at an instant."""
        return self._found[max(0, bisect_right(self._since, instant) - 1)]

    def before(
        self, instant: Instant, risk: ColumnElement[str | None], pick: Callable[[Iterable[int]], int]
    ) -> ColumnElement[int]:
        """Return the instant that lies a limit before ``instant``, by risk; of several limits the one picked."""
        names = {name for limits in self._limits for name in limits}
        lengths = {
            name: pick(limits[key][1] for limits in self._limits for key in ({name, ""} & limits.keys()))
            for name in names
        }
        bounds = {name: instant - length for name, length in lengths.items() if name}
        other = literal(instant - lengths[""] if "" in lengths else -FOREVER, BigInteger)
        if not bounds:
            return other
        named = {name: literal(bound, BigInteger) for name, bound in bounds.items()}
        return case(named, value=func.coalesce(risk, UNASSESSED), else_=other)

    def longest_before(self, instant: Instant) -> Instant:
        """Return the instant that lies the longest limit before another."""
        return instant - max(length for limits in self._limits for _, length in limits.values())


def silent(
    runner: Runner,
    connection: sqlalchemy.Connection,
    found: Checkpoint,
    cases: sqlalchemy.Table,
    wanted: Filtered,
    bounds: tuple[Instant, Instant],
) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each wait for work that falls due between two instants, the second included, with its case.

    A row is what the case waits for behind what ``OF_CASE`` names of it, as the query for other waits has them.
    """
    known = Silences(versions_up_to(runner.recorder, found.position, runner.skipped()))
    if not known:
        return
    c, (after, until) = cases.c, bounds
    conditions = [
        around(cases, wanted.axes.valid_at),
        c.closed_at.is_(None),
        c.record.in_(RECKONED),
        holds(cases),
    ]
    conditions += [c.last_activity_at <= known.before(until, c.risk, min), *narrowed(cases, wanted)]
    if after > -FOREVER:
        # A row begins with the last activity or after it: so its index finds those that are recent enough.
        conditions += [
            c.last_activity_at > known.before(after, c.risk, max),
            c.valid_from > known.longest_before(after),
        ]
    query = select(*(c[name] for name in OF_CASE), c.last_activity_at).where(*conditions)
    for *of_case, since in connection.execute(query, parameters(wanted.axes)):
        for fact in waits(known.at(since), of_case[1] or "", of_case[2], since):
            if after < fact.due <= until:
                yield (*of_case, WAIT, fact.name, fact.standard, fact.key, fact.limit, fact.since, fact.due)
