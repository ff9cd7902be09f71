"""The clocks of a case in words, for whoever would work them out again: limit, start, every day, end."""

from __future__ import annotations

from datetime import UTC, date
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.instant import parse
from presentation.phrases import at, day, elapsed
from projections.views.clocks.clock_states import NOT_NAMED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from projections.views.timeline import Item

_HOUR: Final = 3_600
_DAY: Final = 24 * _HOUR
_WHOSE: Final = {
    "unassessed": "while the risk is not assessed",
    "immediate": "where a child is at immediate risk",
    "otherwise": "where no child is at immediate risk",
}

_STATES: Final = {
    "breached": "overdue by {over}",
    "running": "running, {over} left",
    "standing": "stands still since {since}, while the case is paused",
    "asleep": "of no concern at the risk as it is",
    "unmet": "not met when the case was resolved",
    "met late": "met too late, by {over}",
    "met": "met in time",
    "ended": "no longer called for",
    "never started": "{why}",
}

NOT_COUNTED: Final = "not counted"
"""What is said of days that do not count."""
_ENDS: Final = {
    "working days": "a day ends at midnight in",
    "days": "a day ends at midnight in",
    "seconds": "the time of day is that in",
}
"""How it is said whose days and hours are counted, by what is counted."""


class _Run(NamedTuple):
    """Days on end that counted alike, for the same reason: the first, the last, how many.

    Those that are told as one are one, however many they are: ``counted`` is of all together.
    """

    first: date
    last: date
    number: int
    counted: float
    why: str | None


def name_of(item: Item) -> str:
    """Return the standard of a clock, and what or whom the clock is about if not the case as a whole."""
    about = NOT_NAMED if item["unnamed"] else item["key"] or item["child"]
    return f"{item['standard']} {about}" if about else str(item["standard"])


def state_in_words(item: Item, zone: tzinfo) -> str:
    """Return how a clock stands."""
    over = item["overdue_seconds"]
    since = "" if item["stands_since"] is None else at(item["stands_since"], zone)
    text = _STATES[item["state"]].format(over=elapsed(abs(over or 0)), since=since, why=item["why"])
    return f"{text}: {item['unmet']}" if item["state"] in {"breached", "unmet"} and item["unmet"] else text


def clock_paragraphs(item: Item, zone: tzinfo) -> Iterator[tuple[str, list[str]]]:
    """Yield what there is to say of a clock (``projections.views.clocks.explain``), by title; not its days."""
    yield "standard", [item["title"]]
    known = item["source"].startswith(item["confidence"])
    yield "source", [item["source"] if known else f"{item['source']} ({item['confidence']})"]
    yield "rulebook", [_rulebook(item["rulebook"], zone)]
    if item["started"] is None:
        return
    yield "limit", list(_limit(item))
    if item["zone"] is not None:
        yield "zone", [f"{_ENDS[item['counted_in']]} {item['zone']}"]
    yield "started", list(_started(item, zone))
    yield "pauses", list(_pauses(item, zone))
    yield "due", [_due(item, zone)]
    yield "stopped", [_stopped(item["stopped"], zone)]


def _rulebook(rulebook: Item, zone: tzinfo) -> str:
    since = "from the beginning" if rulebook["since"] is None else f"in force since {at(rulebook['since'], zone)}"
    return f"{rulebook['title']}, {since}"


def _limit(item: Item) -> Iterator[str]:
    name = item["limit_for"]
    whose = "" if name is None else f", {_WHOSE.get(name) or f'at {name} risk'}"
    yield f"{item['limit_in_words']}{whose}"
    if item["hours"]:
        team = f"the hours of {item['team']}" if item["team"] else "working hours"
        free = f"; bank holidays by {item['holidays_from']}" if item["holidays_from"] else ""
        yield f"{team}: {', '.join(item['hours'])}{free}"


def _started(item: Item, zone: tzinfo) -> Iterator[str]:
    yield entry_in_words(item["started"], zone)
    if item["since"] != item["started"]["at"]:
        yield f"the wait began on {at(item['since'], zone)}"


def entry_in_words(entry: Item, zone: tzinfo) -> str:
    """Return what started or stopped a clock, and when."""
    return f"{at(entry['at'], zone)}, by entry {entry['entry']}: {entry['summary']}"


def _pauses(item: Item, zone: tzinfo) -> Iterator[str]:
    for pause in item["pauses"]:
        yield f"left out: {at(pause['since'], zone)} to {at(pause['until'], zone)}"
    if item["stands_since"] is not None:
        yield f"left out: from {at(item['stands_since'], zone)} on"
    elif not item["pauses"]:
        yield "none left out"


def _due(item: Item, zone: tzinfo) -> str:
    if item["due"] is None:
        return "never, as long as it stands still" if item["stands_since"] else "never: beyond the year 9999"
    paused = ", and later by the pauses" if item["pauses"] else ""
    if item["limit"].endswith("mo"):
        return f"{at(item['due'], zone)}: the same time of day, {item['limit_in_words']} later{paused}"
    if item["counted_in"] == "working days":
        verb = "is" if item["limit"] == "1wd" else "are"
        return f"{at(item['due'], zone)}: once {item['limit_in_words']} after the day of the start {verb} over"
    if item["counted_in"] == "days":
        last = _named(_last(item["days"][-1]))
        return f"{at(item['due'], zone)}: once {last} is over, {item['limit_in_words']} of the start{paused}"
    return at(item["due"], zone)


def _stopped(stopped: Item | None, zone: tzinfo) -> str:
    if stopped is None:
        return "not yet"
    late = {True: "in time", False: "too late", None: "no longer called for"}[stopped["in_time"]]
    return f"{entry_in_words(stopped, zone)} ({late})"


def day_rows(item: Item) -> Iterator[tuple[str, str, str, str]]:
    """Yield runs of days that counted alike: which, how much of each counted, how much in all by then, why."""
    total: float = 0
    for run in _runs(item["days"]):
        before, total = total, total + run.counted * run.number
        yield _span(run), *_amounts(run, before, total, item), run.why or ""


def _amounts(run: _Run, before: float, total: float, item: Item) -> tuple[str, str]:
    if not run.counted:
        return NOT_COUNTED, ""
    if item["counted_in"] != "seconds":
        last = f"{total:g}"
        return "counted", f"day {last}" if total == before + 1 else f"days {before + 1:g} to {last}"
    in_days = not item["limit"].endswith(("h", "min"))
    each = _amount(run.counted, in_days=False)
    times = "" if run.number == 1 else f"{run.number} x "
    return f"{times}{each}", f"{_amount(total, in_days=in_days)} in all"


def _amount(seconds: float, *, in_days: bool) -> str:
    """Return a length of time in all its units, so that sums can be checked: ``14 h 48 min``."""
    whole, parts = int(seconds), []
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (60, "min")):
        if size == _DAY and not in_days:
            continue
        number, whole = divmod(whole, size)
        parts += [f"{number} {unit}"] if number else []
    rest = whole + seconds - int(seconds)
    return " ".join([*parts, *([f"{rest:g} s"] if rest or not parts else [])])


def _runs(days: Sequence[Item]) -> Iterator[_Run]:
    for (counted, why, _), group in groupby(days, key=_alike):
        named = list(group)
        first, last = date.fromisoformat(named[0]["day"]), _last(named[-1])
        yield _Run(first, last, len(named), counted, why)


def _alike(one: Item) -> tuple[float, str | None, str | None]:
    """Return what days on a line have in common: nothing that counts together is added to what counts by day."""
    return one["counted"], one["why"], one.get("to") if one["counted"] else None


def _last(one: Item) -> date:
    return date.fromisoformat(one["to"] if "to" in one else one["day"])


def _span(run: _Run) -> str:
    """Return the days of a run: ``12 Mar 2016``, ``12-13 Mar 2016``, ``28 Feb - 2 Mar 2016``."""
    last = _named(run.last)
    if run.first == run.last:
        return last
    first = _named(run.first)
    if (run.first.year, run.first.month) == (run.last.year, run.last.month):
        return f"{run.first.day}-{last}"
    return f"{first.removesuffix(last[-5:])} - {last}"


def _named(one: date) -> str:
    return day(parse(f"{one.isoformat()}T12:00", UTC), UTC).strip()
