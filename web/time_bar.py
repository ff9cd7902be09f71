"""The time bar of a page: which instants it shows, in words, and the ways to others, each a link."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.instant import FOREVER, from_datetime, iso, to_datetime
from presentation.phrases import as_of_in_words, spoken
from web.moments import ANOTHER, NOW, THEN, Moment, shortest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, tzinfo

    from domain.instant import Instant
    from presentation.instants import AsOf
    from web.page import Course, PageQuestion
    from web.parameters import Pairs

_LAST_OF_DAY: Final = time(23, 59, 59, 999_999)
_MONTHS: Final = 12
_EARLIER: Final = ((-1, "month"), (-7, "days"), (-1, "days"))
_LATER: Final = ((1, "days"), (7, "days"), (1, "month"))


class TimeStep(NamedTuple):
    """A link to another instant: its sign, what it does in words, its address."""

    sign: str
    words: str
    url: str


class TimeBar(NamedTuple):
    """What the bar shows. ``others`` is what else the page is asked with; ``whole`` names both instants in full.

    ``first`` and ``last`` are the days at the ends of the slider, and ``day`` the one that is shown; all are
    empty where there is nothing to slide through.
    """

    moment: Moment
    others: Pairs
    path: str
    is_now: bool = True
    words: str = ""
    zone: str = ""
    earlier: Sequence[TimeStep] = ()
    later: Sequence[TimeStep] = ()
    now: str = ""
    whole: str = ""
    first: str = ""
    last: str = ""
    day: str = ""


def time_bar(asked: PageQuestion, course: Course | None) -> TimeBar:
    """Return the bar of a page that was asked."""
    as_of = asked.look.as_of
    earlier, later = (
        [*_by_entry(asked, course, sign), *_by_days(asked, steps)]
        for sign, steps in ((-1, _EARLIER), (1, _LATER))
    )
    ends = ("", "", "") if course is None else _ends(as_of, course)
    return TimeBar(
        asked.moment,
        asked.pairs,
        asked.page.path,
        is_now(as_of),
        as_of_in_words(as_of),
        str(as_of.zone),
        earlier,
        later,
        asked.here(Moment()),
        asked.here(Moment(*(iso(one, as_of.zone) for one in _in_full(as_of)))),
        *ends,
    )


def is_now(as_of: AsOf) -> bool:
    """Say whether a page shows what is, by what is known."""
    return as_of.axes.as_at == as_of.now and as_of.axes.known_at >= as_of.now


def moved(moment: Moment, to: str) -> Moment:
    """Return the moment at another instant, by what was known as before."""
    if moment.known_by == THEN:
        return shortest(None, to)
    return shortest(to, moment.known_at if moment.known_by == ANOTHER else None)


def _in_full(as_of: AsOf) -> tuple[Instant, Instant]:
    """Return both instants; what lies ahead of the clock is known now."""
    return as_of.axes.as_at, min(as_of.axes.known_at, FOREVER)


def _by_entry(asked: PageQuestion, course: Course | None, sign: int) -> Iterator[TimeStep]:
    """Yield the step to the entry before or after the last one that is shown."""
    if course is None or not course.instants:
        return
    as_of = asked.look.as_of
    known = [one for one in course.instants if one <= as_of.axes.as_at]
    beyond = [one for one in course.instants if one > as_of.axes.as_at]
    found = known[-2:-1] if sign < 0 else beyond[:1]
    for instant in found:
        words = f"entry {'before' if sign < 0 else 'after'}"
        yield _step(asked, iso(instant, as_of.zone), instant, ("⟨ " if sign < 0 else " ⟩", "entry", words))


def _by_days(asked: PageQuestion, steps: Sequence[tuple[int, str]]) -> Iterator[TimeStep]:
    as_of = asked.look.as_of
    for number, unit in steps:
        if number > 0 and is_now(as_of):
            continue
        found = _stepped(as_of, number, unit)
        if found is not None:
            yield _step(asked, *found, _label(number, unit))


def _label(number: int, unit: str) -> tuple[str, str, str]:
    """Return the arrow, what stands beside it and the words of a step."""
    short = "1 mo" if unit == "month" else f"{abs(number)} d"
    words = "1 month" if unit == "month" else "1 day" if abs(number) == 1 else f"{abs(number)} days"
    return ("⟨ " if number < 0 else " ⟩", short, f"{words} {'earlier' if number < 0 else 'later'}")


def _step(asked: PageQuestion, text: str, instant: Instant, label: tuple[str, str, str]) -> TimeStep:
    as_of = asked.look.as_of
    arrow, short, words = label
    sign = f"{short}{arrow}" if arrow.startswith(" ") else f"{arrow}{short}"
    is_past = instant < as_of.now
    to = moved(asked.moment, text if is_past else NOW)
    return TimeStep(sign, f"{words}, {spoken(instant, as_of.zone) if is_past else 'now'}", asked.here(to))


def _stepped(as_of: AsOf, number: int, unit: str) -> tuple[str, Instant] | None:
    """Return the instant so far from the one shown, and how it is typed: a day where a day is shown.

    ``None`` where that is no day of the calendar.
    """
    local = to_datetime(as_of.axes.as_at, as_of.zone)
    try:
        day = _month_on(local.date(), number) if unit == "month" else local.date() + timedelta(days=number)
        if local.time() == _LAST_OF_DAY or is_now(as_of):
            return day.isoformat(), from_datetime(datetime.combine(day, _LAST_OF_DAY, as_of.zone))
        moment = datetime.combine(day, local.time(), as_of.zone)
        instant = from_datetime(moment)
    except (OverflowError, ValueError):
        return None
    return iso(instant, as_of.zone), instant


def _month_on(day: date, number: int) -> date:
    """Return the same day of another month, or its last."""
    years, month = divmod(day.month - 1 + number, _MONTHS)
    year = day.year + years
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def _ends(as_of: AsOf, course: Course) -> tuple[str, str, str]:
    """Return the first, the last and the day that is shown, which is the last of all where it is now."""
    last = course.last if is_now(as_of) else max(course.last, as_of.axes.as_at)
    shown = last if is_now(as_of) else max(course.first, as_of.axes.as_at)
    zone = as_of.zone
    return _day(min(course.first, last), zone), _day(last, zone), _day(shown, zone)


def _day(instant: Instant, zone: tzinfo) -> str:
    return to_datetime(instant, zone).date().isoformat()
