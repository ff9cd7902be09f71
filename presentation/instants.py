"""Instants as they are typed, and the two axes of a question.

``now``, a date alone (``2016-05-20``), or a date and a time (``2016-05-20T10:30``, with seconds,
with ``Z`` or an offset), or what ``typed_instants`` spells out as one of these. Without an offset it is
local time in the store's zone. An entry at exactly T belongs to what is shown as at T, so a date alone
stands, in ``--as-at`` and ``--known-at``, for the last microsecond of that local day; in ``--since`` and
``--at`` for its first; in ``--until``, which is not itself included, for the first of the next. A local
time that a change of clocks skips or repeats is refused, never guessed.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.axes import AheadOfClock, Axes
from domain.errors import UsageProblem
from domain.instant import EARLIEST, EPOCH, FOREVER, MICROSECOND, offsets_at, to_datetime

if TYPE_CHECKING:
    from datetime import tzinfo

    from domain.instant import Instant

_DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME: Final = r"([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?"
_OFFSET: Final = r"([Zz]|[+-][0-9]{2}(:?[0-9]{2}(:[0-9]{2})?)?)"
_ONE_DAY: Final = timedelta(days=1)


class AsOf(NamedTuple):
    """As of which two instants something is looked at, the store's ``zone``, and ``now``, when it was asked."""

    axes: Axes
    zone: tzinfo
    now: Instant


class Edge(Enum):
    """Which instant a date alone stands for."""

    FIRST = "the first microsecond of the day"
    LAST = "the last microsecond of the day"
    NEXT = "the first microsecond of the next day"


def parse_axes(
    as_at: str | None,
    known_at: str | None,
    *,
    zone: tzinfo,
    now: Instant,
    ahead: Instant | None = None,
    names: tuple[str, str] = ("--as-at", "--known-at"),
) -> AsOf:
    """Return what is asked about: as-at is known-at unless given, known-at is now.

    ``ahead`` is when the last entry was recorded, if that is an instant which the clock has not reached: what is
    known now then includes it. Raises ``UsageProblem``, with one of ``names``, for a text that is no instant.
    """
    known = now if known_at is None else parse_instant(known_at, zone=zone, now=now, name=names[1])
    world = known if as_at is None else parse_instant(as_at, zone=zone, now=now, name=names[0])
    if ahead is None or known != now:
        return AsOf(Axes(world, known), zone, now)
    return AsOf(AheadOfClock(now, ahead) if world == now else Axes(world, ahead), zone, now)


def interval_of(
    since: str | None, until: str | None, *, zone: tzinfo, now: Instant, prefix: str = "--"
) -> tuple[Instant | None, Instant | None]:
    """Return the half-open interval of ``--since`` and ``--until``; None where there is no bound.

    ``prefix`` is what the two options begin with. Raises ``UsageProblem`` for a text that is no instant.
    """
    first, last = (
        None if text is None else parse_instant(text, zone=zone, now=now, edge=edge, name=name)
        for text, edge, name in ((since, Edge.FIRST, f"{prefix}since"), (until, Edge.NEXT, f"{prefix}until"))
    )
    return first, last


def parse_instant(
    text: str, *, zone: tzinfo, now: Instant, edge: Edge = Edge.LAST, name: str = "time"
) -> Instant:
    """Return the instant that ``text`` names; a date alone is ``edge`` of that day in ``zone``.

    Raises ``UsageProblem``, naming the option ``name``, for what is no instant, lies outside the
    years 0001 to 9999, or is a local time that does not exist or exists twice.
    """
    given = text.strip()
    if given == "now":
        return now
    if not re.fullmatch(f"{_DATE}([Tt ]{_TIME}{_OFFSET}?)?", given):
        from presentation.times import typed_instants  # (most are written as they are shown)

        if given.startswith("-"):
            return typed_instants.earlier(given, zone=zone, now=now, name=name)
        given = typed_instants.spelled_out(text, zone=zone, now=now, name=name)
    if re.fullmatch(_DATE, given):
        return day_edge(_read(given, name), zone, edge)
    return _moment(given, zone, name)


def day_edge(midnight: datetime, zone: tzinfo, edge: Edge) -> Instant:
    """Return an edge of the local day of the naive ``midnight``, within years 1 to 9999.

    A day of 23 or 25 hours has its own length. Where clocks go back across midnight, the day's
    first instant is the earlier midnight and its last comes before the later one.
    """
    if edge is Edge.FIRST:
        return _clamped(_start(midnight, zone, fold=0))
    if midnight.date() == date.max:
        return FOREVER
    following = _start(midnight + _ONE_DAY, zone, fold=1)
    return _clamped(following if edge is Edge.NEXT else following - 1)


def day_or_instant(instant: Instant, zone: tzinfo, edge: Edge) -> str:
    """Return what is typed for an instant: its day alone where it is that ``edge`` of it, else all of it."""
    moment = to_datetime(instant, zone)
    midnight = datetime.combine(moment.date(), datetime.min.time())
    return moment.date().isoformat() if day_edge(midnight, zone, edge) == instant else moment.isoformat()


def _count(moment: datetime) -> int:
    """Return the microseconds since 1970 UTC, which may lie outside the range of an instant."""
    return (moment - EPOCH) // MICROSECOND


def _clamped(instant: Instant) -> Instant:
    return max(EARLIEST, min(FOREVER, instant))


def _start(midnight: datetime, zone: tzinfo, *, fold: int) -> Instant:
    early, late = offsets_at(midnight, zone)
    if early >= late:
        return _count(midnight.replace(tzinfo=zone, fold=fold))
    from domain.working_time.local_days import first_showing

    return first_showing(midnight, zone)


def _read(given: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(given.upper())
    except ValueError as error:
        from presentation.times.typed_instants import HINT

        raise UsageProblem(f"{name}: {given!r}: {error}", hints=(HINT,)) from error


def _moment(given: str, zone: tzinfo, name: str) -> Instant:
    moment = _read(given, name)
    if moment.tzinfo is None:
        _refuse_unclear(moment, zone, name)
        moment = moment.replace(tzinfo=zone)
    instant = _count(moment)
    if not EARLIEST <= instant <= FOREVER:
        raise UsageProblem(f"{name}: {given!r} is outside the years 0001 to 9999 in UTC")
    return instant


def _refuse_unclear(wall: datetime, zone: tzinfo, name: str) -> None:
    early, late = offsets_at(wall, zone)
    if early == late:
        return
    what = "does not exist" if early < late else "happened twice"
    choices = " or ".join(wall.replace(tzinfo=zone, fold=fold).isoformat() for fold in (0, 1))
    why = f"{name}: {wall.isoformat()} {what} in {zone}, where the clocks changed"
    raise UsageProblem(why, hints=(f"say which is meant by its offset: {choices}",))
