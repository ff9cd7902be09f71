"""The question for the stalled cases, and for those that will be: which waits are too long, and whose.

A wait that holds at an instant is found by its cell (``intervals.cells``), so that the answer costs what it
holds and not what the history holds. Where the instant asked about lies after all that was known, the state
is that at the instant of knowledge and time runs on: what becomes due in between counts as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domain.deadlines.facts import CONDITION
from domain.rulebook.model import CAUSES
from projections.queries.filters import owned_by
from projections.queries.leads import dues, first, severity
from projections.queries.waits import WaitReader
from projections.tables import checkpoint
from projections.tables.child_key import child_of_key
from projections.tables.engine import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from domain.axes import Axes
    from domain.deadlines.facts import Fact
    from domain.instant import Instant
    from projections.queries.waits import Narrowed
    from projections.runner.runner import Runner


class StalledQuery(NamedTuple):
    """Which cases are asked for; an empty filter lets all through.

    ``due_by`` (microseconds UTC) asks, instead of what is too long, for what will be by then. With ``limit`` no
    more than the first so many are given; how many there are is counted all the same.
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
    limit: int | None = None

    @property
    def order(self) -> str:
        """The order in which the cases come, one of ``ORDERS``."""
        return "severity" if self.due_by is None else "overdue"

    @property
    def runs_on(self) -> bool:
        """Whether time runs on beyond what is known: then a warning that a limit runs out may be overtaken."""
        return self.axes.as_at > self.axes.known_at and self.due_by is None


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
    """The cases found, the worst first, and how many cases were open.

    ``total`` is how many were found, with those beyond the limit, and ``closed`` how many of them were closed.
    """

    cases: list[Stalled]
    open: int
    total: int
    closed: int


def stalled(runner: Runner, wanted: StalledQuery) -> StalledCases:
    """Return the cases that are stalled, or by ``due_by`` will be; the tables must be up to date."""
    with reading(runner.engine) as connection:
        asked = WaitReader(runner, connection, checkpoint.in_service(connection), wanted)
        if wanted.limit is None or wanted.limit > _FEW or _is_told_by_all(wanted):
            found = _whole(asked)
            closed = sum(one.closed_at is not None for one in found)
            return StalledCases(found[: wanted.limit], asked.count_open(), len(found), closed)
        streams = dues(asked)
        closed = len(streams.keys() - asked.open_streams())
        chosen = first(asked, streams, wanted.limit)
        some = _whole(asked._replace(streams=chosen)) if chosen else []
        return StalledCases(some, asked.count_open(), len(streams), closed)


def _is_told_by_all(wanted: Narrowed) -> bool:
    """Say whether a case must be looked up with all that it waits for to tell whether it is asked for."""
    return bool(wanted.runs_on or wanted.owner or wanted.causes or wanted.standards)


_FEW: Final = 1_000
"""Up to how many cases are looked up by name once it is known which they are."""

OF_CASE: Final = ("reference", "category", "risk", "owner", "team", "allocated_by", "reported_at", "closed_at")
OF_WAIT: Final = ("kind", "name", "standard", "key", "limit", "since", "due")
"""What is shown of a case, and of each of its waits."""


def _whole(asked: WaitReader) -> list[Stalled]:
    """Return the cases found in their order."""
    wanted = asked.wanted
    cases = _gathered(asked)
    if wanted.runs_on:
        cases = (case._replace(causes=list(without_what_came_true(case.causes))) for case in cases)
    return sorted((case for case in cases if _is_wanted(case, wanted)), key=ORDERS[wanted.order])


def _severity(case: Stalled) -> tuple[Any, ...]:
    return severity(case.risk), case.causes[0].due, case.reference


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

_GRAVITY: Final[dict[str, int]] = {cause: rank for rank, cause in enumerate(CAUSES)}


_case_of: Final[Callable[[Iterable[Any]], Stalled]] = partial(tuple.__new__, Stalled)
_cause_of: Final[Callable[[Iterable[Any]], Cause]] = partial(tuple.__new__, Cause)
"""Make the same of all their parts in their order, at a third of the cost, for the many."""


class _Waits(NamedTuple):
    """What cases wait for and the harm that came to light in them, by their streams."""

    causes: dict[bytes, list[Cause]]
    harms: dict[bytes, list[tuple[str, Instant]]]


def _gathered(asked: WaitReader) -> Iterator[Stalled]:
    """Yield each case once with its causes, the longest overdue first; of two equally long the graver."""
    waits = asked.waits(_OF_WAIT, harm=True)
    silences: Iterable[tuple[Sequence[Any], Fact]] = asked.silences(_OF_CASE)
    if asked.wanted.causes or asked.wanted.standards:
        waits, silences = _narrowed(list(waits), list(silences), asked.wanted)
    causes, harms = _waits(waits)
    cases = dict[bytes, Sequence[Any]]()
    for row, (_, name, standard, key, limit, since, due, *_) in silences:
        stream = row[0]
        cases[stream] = row
        causes[stream].append(_cause_of((name, standard, key, limit, since, due, 0)))
    others = sorted(stream for stream in causes if stream not in cases)
    cases.update((row[0], row) for row in asked._replace(streams=others).cases(_OF_CASE))
    for stream, case in cases.items():
        found = causes[stream]
        if len(found) > 1:
            found.sort(key=gravity)
        yield _case_of((*case[1:-1], found, sorted(harms.get(stream, ()), key=_HARM_AT), case[-1]))


_OF_CASE: Final = ("stream", *OF_CASE)
_OF_WAIT: Final = ("stream", *OF_WAIT)


def _narrowed(
    waits: Sequence[Sequence[Any]], silences: Sequence[tuple[Sequence[Any], Fact]], wanted: Narrowed
) -> tuple[Iterator[Sequence[Any]], Iterator[tuple[Sequence[Any], Fact]]]:
    """Return what is found of the cases that have a cause, and break a standard, of those asked for."""
    told = [(row[0], row[2], row[3]) for row in waits if row[1] != CONDITION]
    told += [(row[0], fact.name, fact.standard) for row, fact in silences]
    meant = {stream for stream, cause, _ in told if not wanted.causes or cause in wanted.causes}
    if wanted.standards:
        meant &= {stream for stream, _, standard in told if standard in wanted.standards}
    return (row for row in waits if row[0] in meant), (one for one in silences if one[0][0] in meant)


def _waits(rows: Iterable[Sequence[Any]]) -> _Waits:
    """Return what these waits say, but for those for work.

    Harm is numbered in ``key``; a child's being missing or detained has none, and is no harm.
    """
    causes, harms = found = _Waits(defaultdict(list), defaultdict(list))
    for stream, kind, name, standard, key, limit, since, due in rows:
        if kind != CONDITION:
            child = child_of_key(key) if key else 0
            causes[stream].append(_cause_of((name, standard, "" if child else key, limit, since, due, child)))
        elif key:
            harms[stream].append((name, since))
    return found


_HARM_AT: Final = itemgetter(1)


def without_what_came_true(causes: list[Cause]) -> Iterator[Cause]:
    """Leave out the warning that a limit will run out where it has: time may run on beyond what is known."""
    last = {_clock(one): one.due for one in sorted(causes, key=lambda one: one.due)}
    return (one for one in causes if not one.standard or one.due == last[_clock(one)])


def _clock(cause: Cause) -> tuple[str, str, int]:
    return cause.standard, cause.key, cause.child


def gravity(cause: Cause) -> tuple[Instant, int, str, str, int]:
    """Return the key of the order of causes: the longest overdue first, of two equally long the graver."""
    return cause.due, _GRAVITY.get(cause.cause, 0), cause.standard, cause.key, cause.child


def _is_wanted(case: Stalled, wanted: Narrowed) -> bool:
    if not case.causes:
        return False
    if wanted.owner and not owned_by(case.owner, wanted):
        return False
    if not wanted.runs_on:
        return True  # by its causes it was picked
    if wanted.causes and not any(one.cause in wanted.causes for one in case.causes):
        return False
    return not wanted.standards or any(one.standard in wanted.standards for one in case.causes)
