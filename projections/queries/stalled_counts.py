"""Stalled cases counted by what they have in common, and month by month: how many wait, how long, what harm.

There is no share of cases resolved here and never will be: such a target is met by closing what is easy.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import BigInteger, and_, literal, select

from domain.axes import Axes
from domain.deadlines.facts import HARM
from domain.errors import UsageProblem
from domain.instant import FOREVER, SECOND, from_datetime, to_datetime
from projections.fields import fields
from projections.queries.conditions import by_name
from projections.queries.filters import believed, holds, narrowed, narrowing, owned_by, parameters
from projections.queries.stalled import stalled
from projections.tables import checkpoint
from projections.tables.engine import reading
from projections.tables.schema import case_interval, clock_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from domain.instant import Instant
    from projections.queries.stalled import Stalled, StalledCases, StalledQuery
    from projections.runner.runner import Runner

GROUPS: Final = ("team", "owner", "supervisor", "category", "risk", "cause")
"""By what stalled cases can be counted; a supervisor is whoever gave the case to its owner."""

FIELDS: Final = fields("month at by group stalled overdue_seconds longest_seconds causes harm")
"""What an item holds, in the order of the contract."""


class Harm(NamedTuple):
    """What came to light in a case, and whose the case was then; instants are microseconds UTC."""

    kind: str
    at: Instant
    team: str | None
    owner: str | None
    supervisor: str | None
    category: str | None
    risk: str | None


def harms(runner: Runner, wanted: StalledQuery, since: Instant, until: Instant) -> list[Harm]:
    """Return the harm that came to light from ``since`` until before ``until``, as ``wanted`` sees it.

    A case counts for those whose it was when the harm came to light, as far as is known. Harm that was done
    before the case was reported comes to light with the report.
    """
    with reading(runner.engine) as connection:
        generation = checkpoint.in_service(connection).generation
        clocks, cases = clock_interval(generation), case_interval(generation)
        k, c = clocks.c, cases.c
        then = and_(
            c.stream == k.stream,
            c.valid_from <= k.valid_from,
            c.valid_to > k.valid_from - literal(FOREVER, BigInteger),
        )
        conditions = [by_name(clocks), k.kind == HARM, k.valid_from >= since, k.valid_from < until]
        conditions += [holds(clocks), then, believed(cases), *narrowed(cases, narrowing(wanted))]
        query = select(k.name, k.since, c.team, c.owner, c.allocated_by, c.category, c.risk).where(*conditions)
        found = [Harm(*row) for row in connection.execute(query.order_by(k.since), parameters(wanted))]
    return [one for one in found if owned_by(one.owner, wanted)]


def month_ends(as_at: Instant, months: int, zone: tzinfo) -> list[Instant]:
    """Return the last instants of the months before ``as_at`` in ``zone``, one more than ``months``; then it.

    So each of the months asked for, the last of them cut off at ``as_at``, lies between two of them. Raises
    ``UsageProblem`` if they lead back before the year 1.
    """
    ends = [as_at]
    try:
        for _ in range(months):
            first = to_datetime(ends[0], zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
            ends.insert(0, from_datetime(first) - 1)
    except (OverflowError, ValueError):
        raise UsageProblem(f"{months} months lead back before the year 0001") from None
    return ends


def by_month(
    runner: Runner, wanted: StalledQuery, by: str | None, months: int, zone: tzinfo
) -> Iterator[dict[str, Any]]:
    """Yield, for the end of each of the last ``months`` months, an item for each group.

    The last one ends at ``wanted.axes.as_at``. Harm is what came to light in the month.
    """
    for since, at in pairwise(month_ends(wanted.axes.as_at, months, zone)):
        axes = wanted.axes if at == wanted.axes.as_at else Axes(at, wanted.axes.known_at)
        then = wanted._replace(axes=axes)
        moment = to_datetime(at, zone)
        found = harms(runner, then, since + 1, at + 1)
        for item in counted(stalled(runner, then), found, by, at):
            yield {"month": f"{moment.year:04}-{moment.month:02}", "at": at, "by": by, **item}


def counted(
    answer: StalledCases, found: Iterable[Harm], by: str | None, as_at: Instant
) -> Iterator[dict[str, Any]]:
    """Yield an item for each group that has a stalled case or harm, the one with most stalled cases first.

    Without ``by`` all cases are one group. A case with several causes counts in the group of each of them, and
    there with that cause alone.
    """
    groups: dict[str | None, list[tuple[Stalled, list[int]]]] = {}
    for case in answer.cases:
        for group, causes in _groups(case, by):
            groups.setdefault(group, []).append((case, causes))
    suffered: dict[str | None, list[str]] = {}
    for one in found:
        suffered.setdefault(None if by in {None, "cause"} else getattr(one, by), []).append(one.kind)
    everybody = sorted({*groups, *suffered}, key=lambda one: (-len(groups.get(one, ())), one is None, one or ""))
    for group in everybody:
        yield _item(group, groups.get(group, []), suffered.get(group, []), as_at)


def _groups(case: Stalled, by: str | None) -> Iterator[tuple[str | None, list[int]]]:
    every = list(range(len(case.causes)))
    if by == "cause":
        for name in dict.fromkeys(one.cause for one in case.causes):
            yield name, [number for number in every if case.causes[number].cause == name]
    else:
        yield (None if by is None else getattr(case, by)), every


def _item(
    group: str | None, cases: list[tuple[Stalled, list[int]]], suffered: list[str], as_at: Instant
) -> dict[str, Any]:
    causes: dict[str, int] = {}
    longest = []
    for case, numbers in cases:
        chosen = [case.causes[number] for number in numbers]
        longest.append((as_at - min(one.due for one in chosen)) // SECOND)
        for name in dict.fromkeys(one.cause for one in chosen):
            causes[name] = causes.get(name, 0) + 1
    return {
        "group": group,
        "stalled": len(cases),
        "overdue_seconds": sum(longest),
        "longest_seconds": max(longest, default=0),
        "causes": dict(sorted(causes.items(), key=lambda one: (-one[1], one[0]))),
        "harm": {kind: suffered.count(kind) for kind in sorted(set(suffered))},
    }
