"""The question for what comes next: every wait that is too long or will be by some instant, the soonest first.

It asks as ``stalled`` does for what is too long and as ``due`` does for what will be, and gives each wait alone.
When each was or falls due is known before any case is looked up: so only the first are, where no more are wanted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from heapq import nsmallest
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projections.queries.filters import owned_by
from projections.queries.leads import severity
from projections.queries.stalled import Cause, StalledQuery
from projections.queries.waits import WaitReader
from projections.tables import checkpoint
from projections.tables.child_key import child_of_key
from projections.tables.engine import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from domain.instant import Instant
    from projections.runner.runner import Runner


class Awaited(NamedTuple):
    """What a case waits for, and whose the case is; ``due`` in ``cause`` is from when on that is too long."""

    reference: str
    category: str | None
    risk: str | None
    owner: str | None
    team: str | None
    closed_at: Instant | None
    cause: Cause


class Agenda(NamedTuple):
    """What comes next, the soonest first; how many there are without the limit, and how many are overdue."""

    items: list[Awaited]
    total: int
    overdue: int


_OF_CASE: Final = ("stream", "reference", "category", "risk", "owner", "team", "closed_at")
_OF_WAIT: Final = ("stream", "name", "standard", "key", "limit", "since", "due")
_HEAD: Final = ("stream", "standard", "key", "due")
"""What is shown of a case and of a wait, and by what it is told which waits come first."""

_awaited_of: Final[Callable[[Iterable[Any]], Awaited]] = partial(tuple.__new__, Awaited)
_cause_of: Final[Callable[[Iterable[Any]], Cause]] = partial(tuple.__new__, Cause)
_DUE: Final = itemgetter(-1)


def agenda(runner: Runner, wanted: StalledQuery, by: Instant) -> Agenda:
    """Return what is too long or will be ``by`` then (microseconds UTC); the tables must be up to date.

    ``wanted`` narrows the cases and says how many items to give at most. Of a limit that runs out by then there
    is no warning that it will.
    """
    with reading(runner.engine) as connection:
        service = checkpoint.in_service(connection)
        questions = wanted._replace(due_by=None), wanted._replace(due_by=by)
        asked = [WaitReader(runner, connection, service, one) for one in questions]
        limit = wanted.limit
        first = None if limit is None or limit > _FEW or wanted.owner else _first(asked, wanted, limit)
        return _all(asked, wanted) if first is None else first


_FEW: Final = 1_000
"""Up to how many cases are looked up by name once it is known which they are."""


def _all(asked: Sequence[WaitReader], wanted: StalledQuery) -> Agenda:
    found = _awaited(asked, wanted)
    overdue = sum(one.cause.due <= wanted.axes.as_at for one in found)
    return Agenda(found[: wanted.limit], len(found), overdue)


def _first(asked: Sequence[WaitReader], wanted: StalledQuery, limit: int) -> Agenda | None:
    """Return the first so many, told from all that are due as early as the last; none if these are many."""
    heads = _without_warnings(_heads(asked), itemgetter(0, 1, 2))
    dues = list(map(_DUE, heads))
    last = max(nsmallest(limit, dues), default=0)
    streams = sorted({stream for stream, *_, due in heads if due <= last})
    if len(streams) > _FEW:
        return None
    found = _awaited([one._replace(streams=streams) for one in asked], wanted) if streams else []
    return Agenda(found[:limit], len(heads), sum(due <= wanted.axes.as_at for due in dues))


def _heads(asked: Sequence[WaitReader]) -> list[Sequence[Any]]:
    """Return the case, the standard, the key and the due instant of every wait."""
    found: list[Sequence[Any]] = []
    for one in asked:
        found += one.waits(_HEAD)
        found += [(stream, fact.standard, "", fact.due) for (stream,), fact in one.silences(("stream",))]
    return found


def _awaited(asked: Sequence[WaitReader], wanted: StalledQuery) -> list[Awaited]:
    """Return all that is found, in order."""
    cases = dict[bytes, Sequence[Any]]()
    causes = list[tuple[bytes, Cause]]()
    for one in asked:
        causes += [(stream, _read(row)) for stream, *row in one.waits(_OF_WAIT)]
        for (stream, *row), (_, name, standard, key, limit, since, due, *_) in one.silences(_OF_CASE):
            cases[stream] = row
            causes.append((stream, _cause_of((name, standard, key, limit, since, due, 0))))
    left = sorted({stream for stream, _ in causes} - cases.keys())
    if left:
        cases |= {stream: row for stream, *row in asked[0]._replace(streams=left).cases(_OF_CASE)}
    alone = _without_warnings([(*one, one[1].due) for one in causes], _clock)
    return sorted(_of(cases, alone, wanted), key=_place)


def _of(cases: dict[bytes, Sequence[Any]], found: Iterable[Any], wanted: StalledQuery) -> Iterator[Awaited]:
    for stream, cause, _ in found:
        one = _awaited_of((*cases[stream], cause))
        if owned_by(one.owner, wanted):
            yield one


def _read(row: Sequence[Any]) -> Cause:
    name, standard, key, limit, since, due = row
    child = child_of_key(key) if key else 0
    return _cause_of((name, standard, "" if child else key, limit, since, due, child))


def _clock(found: Sequence[Any]) -> tuple[Any, ...]:
    stream, cause, _ = found
    return stream, cause.standard, cause.key, cause.child


def _without_warnings(found: list[Any], clock: Callable[[Any], tuple[Any, ...]]) -> list[Any]:
    """Leave out the warning that a limit will run out where the limit itself is found; its due is the last."""
    named = [clock(one) for one in found]
    twice = {one for one, count in Counter(named).items() if count > 1 and one[1]}
    if not twice:
        return found
    last: dict[tuple[Any, ...], Instant] = {}
    for name, one in zip(named, found, strict=True):
        if name in twice:
            last[name] = max(_DUE(one), last.get(name, _DUE(one)))
    return [one for name, one in zip(named, found, strict=True) if name not in twice or _DUE(one) == last[name]]


def _place(one: Awaited) -> tuple[Any, ...]:
    """Return the place in the list: by when it was due, and among equals the highest risk."""
    cause = one.cause
    return cause.due, severity(one.risk), one.reference, cause.cause, cause.standard, cause.key, cause.child
