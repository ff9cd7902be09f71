"""Instants as people type them, spelled out: ``yesterday 15:20``, ``14:30``, ``26/11/2026 15:20``, ``-2h``.

A day stands before its month, always. What may be meant in more than one way is refused in words, never guessed.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NoReturn

from domain.errors import UsageProblem
from domain.instant import to_datetime

if TYPE_CHECKING:
    from datetime import tzinfo

    from domain.instant import Instant

HINT: Final = (
    "write now, 2016-05-20, 2016-05-20T10:30 or 2016-05-20T10:30+01:00; or 20/05/2016 10:30, yesterday 10:30, "
    "10:30, -2h"
)
"""The forms that are read, in one line."""

_MONTHS: Final = 12
_NOON: Final = 12
_DAYS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
_DATE: Final = r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"
_TIME: Final = r"(?P<time>([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?)"
_OFFSET: Final = r"(?P<offset>z|[+-][0-9]{2}(:?[0-9]{2}(:[0-9]{2})?)?)"
_FORM: Final = re.compile(rf"(({_DATE}|(?P<word>{'|'.join(_DAYS)}))( (?=.)|$))?({_TIME}{_OFFSET}?)?")
_SHORT_HOUR: Final = re.compile(r"(?:.* )?([0-9]):([0-9]{2})(?:[: ].*)?")
_LACKING: Final = (
    (
        re.compile(r".*[0-9] ?[ap]m"),
        "hours are counted from 00 to 23",
        "write 15:20 for 3:20 in the afternoon",
    ),
    (
        re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{1,3}(?: .*)?"),
        "the year has fewer than four digits",
        "write the day first and the year whole: 20/05/2016",
    ),
    (
        re.compile(r"[0-9]{1,2}/[0-9]{1,2}(?: .*)?"),
        "it has no year",
        "write the day first and the year last: 20/05/2016",
    ),
    (
        re.compile(r"([0-9]+) ?([a-z]+)"),
        "it is a length of time, before or after now",
        "write -{0}{1} for before now",
    ),
    (
        re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*(?: .*)?"),
        "a day of the week may be the last or the next",
        HINT,
    ),
)
"""What texts lack that are no instants: their form, why they are refused, and what to write."""


def spelled_out(text: str, *, zone: tzinfo, now: Instant, name: str) -> str:
    """Return a day, or a day and a time, in the form of ISO 8601; a day that is not named is counted in ``zone``.

    Raises ``UsageProblem``, naming the option ``name``, for what is neither or may be meant in two ways.
    """
    given = " ".join(text.lower().split())
    found = _FORM.fullmatch(given)
    if not given or found is None:
        raise _unclear(text, given, name)
    day = _named_day(found, text, name) if found["day"] else _counted_day(found, text, zone, now, name)
    return day if found["time"] is None else f"{day}T{found['time']}{found['offset'] or ''}"


def earlier(text: str, *, zone: tzinfo, now: Instant, name: str) -> Instant:
    """Return the instant that lies a length of time before now: ``-2h``, ``-45min``, ``-30d``, ``-3mo``.

    Raises ``UsageProblem`` for what is no length, and for one in working time, which needs a rulebook to count.
    """
    from presentation.times.durations import before, calendar_of, parse_duration

    length = parse_duration(text.removeprefix("-"), name=name)
    if length.works:
        _refuse(name, f"{text}: working time before now is not counted", "write the day, or a length such as -7d")
    return before(length, now, calendar_of(zone, length))


def _named_day(found: re.Match[str], text: str, name: str) -> str:
    day, month = int(found["day"]), int(found["month"])
    if month > _MONTHS >= day:
        turned = f"{month:02}/{day:02}/{found['year']}"
        _refuse(name, f"{text!r}: there is no month {month}; the day stands first", f"{turned}, if that is meant")
    return f"{found['year']}-{month:02}-{day:02}"


def _counted_day(found: re.Match[str], text: str, zone: tzinfo, now: Instant, name: str) -> str:
    if found["offset"]:
        _refuse(
            name, f"{text!r}: which day it is depends on the zone", "write the day too, or leave the offset out"
        )
    days = timedelta(days=_DAYS[found["word"] or "today"])
    try:
        return (to_datetime(now, zone).date() + days).isoformat()
    except OverflowError as error:
        raise UsageProblem(f"{name}: {text!r} is outside the years 0001 to 9999") from error


def _unclear(text: str, given: str, name: str) -> UsageProblem:
    """Return the refusal of a text that is no instant: with what it lacks, where that can be told."""
    why, hint = _what_it_lacks(given)
    return UsageProblem(f"{name}: {text!r} is not an instant{why and f': {why}'}", hints=(hint,))


def _what_it_lacks(given: str) -> tuple[str, str]:
    for form, why, hint in _LACKING:
        found = form.fullmatch(given)
        if found:
            return why, hint.format(*found.groups())
    short = _SHORT_HOUR.fullmatch(given)
    if short is None:
        return "", HINT
    hour, minute = int(short[1]), short[2]
    return "it may be morning or evening", f"write {hour:02}:{minute} or {hour + _NOON}:{minute}"


def _refuse(name: str, why: str, hint: str) -> NoReturn:
    raise UsageProblem(f"{name}: {why}", hints=(hint,))
