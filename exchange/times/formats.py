"""Formats of a mapping's own: the directives of ``strptime``, judged before the first row and read strictly.

What Python's own reader takes too easily is not taken here: digits that stand together are counted, a zone's
name, a weekday and a half of the day are held to what else the text says, and nothing is filled in that the
format does not say, a year least of all. Names of months and days are English, whatever the machine speaks.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from exchange.times.wall import OFFSET, Wall, clock_of, day_of, offset_of

if TYPE_CHECKING:
    Said = dict[str, str]
    Facts = dict[str, int]

# By directive: what it says, and how many digits it has; %Y and %G have four, never fewer.
_NUMBERS: Final = {
    "Y": ("year", 4),
    "y": ("short_year", 2),
    "G": ("iso_year", 4),
    "m": ("month", 2),
    "d": ("day", 2),
    "j": ("day_of_year", 3),
    "V": ("iso_week", 2),
    "U": ("sunday_week", 2),
    "W": ("monday_week", 2),
    "u": ("weekday", 1),
    "w": ("weekday_from_sunday", 1),
    "H": ("hour", 2),
    "I": ("half_hour", 2),
    "M": ("minute", 2),
    "S": ("second", 2),
}
_EXACT: Final = frozenset("YyG")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NAMES: Final = {
    "b": ("month", tuple(name[:3] for name in _MONTHS)),
    "B": ("month", _MONTHS),
    "a": ("weekday", tuple(name[:3] for name in _WEEKDAYS)),
    "A": ("weekday", _WEEKDAYS),
}
_PLACES: Final = {name[:3].casefold(): at for row in (_MONTHS, _WEEKDAYS) for at, name in enumerate(row, 1)}
_TEXTS: Final = {
    "f": ("fraction", "[0-9]+"),
    "p": ("half", "[AP]M"),
    "z": ("offset", OFFSET),
    "Z": ("zone", "[A-Z]+"),
}
_SAYS: Final = {letter: about[0] for letter, about in (_NUMBERS | _NAMES | _TEXTS).items()}
_MEANT: Final = {"short_year": "year", "weekday_from_sunday": "weekday", "half_hour": "hour"}
_BLANK: Final = "[\\s\u00a0\u202f]+"
_TOKEN: Final = re.compile(r"%(?P<directive>.?)|(?P<blank>\s+)|(?P<text>[^%\s]+)", re.DOTALL)
_NOON: Final = 12
_PIVOT: Final = 69  # two digits are of 1969 to 2068, as POSIX has it
_CLOCK: Final = frozenset({"hour", "half_hour", "half", "minute", "second", "fraction", "offset", "zone"})
_NEEDS: Final = (
    ("half", "hour", "it has %p and no hour"),
    ("minute", "hour", "it has minutes and no hour"),
    ("second", "minute", "it has seconds and no minutes"),
    ("fraction", "second", "it has a fraction and no seconds"),
    ("offset", "hour", "it has an offset and no hour"),
    ("zone", "hour", "it has a zone and no hour"),
)
_DAYS: Final = (
    {"year", "month", "day"},
    {"year", "day_of_year"},
    {"iso_year", "iso_week", "weekday"},
    {"year", "sunday_week", "weekday"},
    {"year", "monday_week", "weekday"},
)


class BadFormat(ValueError):
    """Raised for a format that reads no time, or would have to make one up; its message says why."""


class Format(NamedTuple):
    """A format that can be used: its own text, and what it matches."""

    text: str
    pattern: re.Pattern[str]

    def read(self, text: str) -> Wall | None:
        """Return what ``text`` says, or ``None`` if it is not written in this format.

        Raises ``ValueError`` if it is written so and cannot be, or contradicts itself.
        """
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        said = match.groupdict()
        offset = said.get("offset")
        day = _day({_meant(name): _number(name, text) for name, text in said.items() if name not in _CLOCK})
        return Wall(day, _clock(said), offset_of(offset) if offset else None, said.get("zone"))


def compiled(text: str) -> Format:
    """Return a format made ready to read with; raise ``BadFormat`` for one that tells no time for certain."""
    tokens = [(match.lastgroup or "", match[match.lastgroup or 0]) for match in _TOKEN.finditer(text)]
    _check([value for kind, value in tokens if kind == "directive" and value != "%"])
    parts = (_part(kind, value, _digits_beside(tokens, at)) for at, (kind, value) in enumerate(tokens))
    return Format(text, re.compile("".join(parts), re.IGNORECASE | re.ASCII))


def _check(directives: list[str]) -> None:
    for letter in directives:
        if letter not in _SAYS:
            raise BadFormat(f"%{letter} is no directive that can be read here")
    names = [_meant(_SAYS[letter]) for letter in directives]
    for name in names:
        if names.count(name) > 1:
            raise BadFormat(f"it says the {name.replace('_', ' ')} twice")
    if "I" in directives and "p" not in directives:
        raise BadFormat("%I tells no hour without %p")
    _check_enough(names)


def _check_enough(names: list[str]) -> None:
    if not names:
        raise BadFormat("it has no directive, such as %Y")
    if not {"year", "iso_year"} & set(names):
        raise BadFormat("it has no year")
    if not any(day <= set(names) for day in _DAYS):
        raise BadFormat("it does not say which day")
    for name, needed, why in _NEEDS:
        if name in names and needed not in names:
            raise BadFormat(why)


def _digits_beside(tokens: list[tuple[str, str]], at: int) -> bool:
    """Say whether digits may stand directly before or after the part ``at``, so that its own must be counted."""
    before, after = tokens[at - 1 : at], tokens[at + 1 : at + 2]
    return any(_is_digits(*one, edge=-1) for one in before) or any(_is_digits(*one, edge=0) for one in after)


def _is_digits(kind: str, value: str, *, edge: int) -> bool:
    if kind == "directive":
        return value in _NUMBERS or value == "f"
    return kind == "text" and value[edge].isdigit()


def _part(kind: str, value: str, counted: bool) -> str:  # noqa: FBT001  (the third of three that say what is matched)
    if kind == "blank":
        return _BLANK
    if kind == "text" or value == "%":
        return re.escape(value)
    name = _SAYS[value]
    if value in _NUMBERS:
        digits = _NUMBERS[value][1]
        return f"(?P<{name}>[0-9]{{{digits if counted or value in _EXACT else f'1,{digits}'}}})"
    if value in _NAMES:
        return f"(?P<{name}>{'|'.join(_NAMES[value][1])})"
    return f"(?P<{name}>{_TEXTS[value][1]})"


def _meant(name: str) -> str:
    return _MEANT.get(name, name)


def _number(name: str, text: str) -> int:
    """Return what a part of the day says as a number: years in full, weekdays from Monday as 1."""
    if not text.isdigit():
        return _PLACES[text[:3].casefold()]
    number = int(text)
    if name == "short_year":
        return number + (1900 if number >= _PIVOT else 2000)
    return (number or 7) if name == "weekday_from_sunday" else number


def _day(said: Facts) -> date:
    """Return the day of which everything is true that is said of it; raise ``ValueError`` if there is none."""
    day = _first_told(said)
    facts = _facts(day)
    for name, value in said.items():
        if facts[name] != value:
            raise ValueError(f"{day:%Y-%m-%d} has {name.replace('_', ' ')} {facts[name]}, and not {value}")
    return day


def _first_told(said: Facts) -> date:
    if "month" in said and "day" in said and "year" in said:
        return day_of(said["year"], said["month"], said["day"])
    if "iso_week" in said and "iso_year" in said:
        first = day_of(said["iso_year"], 1, 4)
        return first + timedelta(days=7 * (said["iso_week"] - 1) + said["weekday"] - first.isoweekday())
    first = day_of(said["year"], 1, 1)
    if "day_of_year" in said:
        return first + timedelta(days=said["day_of_year"] - 1)
    name, start = ("sunday_week", 7) if "sunday_week" in said else ("monday_week", 1)
    week_one = (start - first.isoweekday()) % 7
    return first + timedelta(days=week_one + 7 * (said[name] - 1) + (said["weekday"] - start) % 7)


def _facts(day: date) -> Facts:
    iso_year, iso_week, weekday = day.isocalendar()
    return {
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "day_of_year": day.timetuple().tm_yday,
        "iso_year": iso_year,
        "iso_week": iso_week,
        "weekday": weekday,
        "sunday_week": int(day.strftime("%U")),
        "monday_week": int(day.strftime("%W")),
    }


def _clock(said: Said) -> timedelta | None:
    if "hour" not in said and "half_hour" not in said:
        return None
    minute, second = (int(said.get(name) or 0) for name in ("minute", "second"))
    return clock_of(_hour(said), minute, second, said.get("fraction") or "")


def _hour(said: Said) -> int:
    half = said.get("half")
    afternoon = half is not None and half.upper() == "PM"
    if "half_hour" in said:
        hour = int(said["half_hour"])
        if not 1 <= hour <= _NOON:
            raise ValueError(f"no half of the day has an hour {hour}")
        return hour % _NOON + _NOON * afternoon
    hour = int(said["hour"])
    if half is not None and afternoon != (hour >= _NOON):
        raise ValueError(f"the hour {hour} of a day is not {half}; %I reads the hours of its halves")
    return hour
