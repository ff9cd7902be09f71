"""A rulebook as a force writes it, in TOML: read, or all that is wrong with it, each with its line.

Bank holidays do not stand in the text. They are put in when the rulebook is adopted.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from domain.instant import is_day, zone_of
from domain.rulebook.model import CalendarData, Override, Rulebook, Standard
from domain.rulebook_toml.bounds import bound_faults
from domain.rulebook_toml.lines import Places
from domain.rulebook_toml.meaning import standard_faults
from domain.rulebook_toml.shape import PUT_IN, near, shape_faults
from domain.toml import OutOfBounds, loads
from domain.working_time.working_hours import read_hours

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from domain.rulebook_toml.shape import Fault
    from domain.vocabulary import Vocabulary


class Problem(NamedTuple):
    """Something wrong with a text, and its line, from 1."""

    line: int
    message: str


class KnownDays(NamedTuple):
    """The bank holidays (YYYY-MM-DD) before any override, and the years for which they are known, included."""

    holidays: Container[str]
    first_year: int
    last_year: int


def read(text: str, zone: str | None = None) -> Rulebook:
    """Return the rulebook of a text without problems, and without bank holidays.

    ``zone`` is that of its days where it names none. Raises as ``domain.toml.loads``, or
    ``msgspec.ValidationError``, for one that has: see ``problems``.
    """
    data = loads(text)
    if zone is not None:
        data.setdefault("calendar", {}).setdefault("zone", zone)
    return msgspec.convert(data, Rulebook)


def problems(text: str, words: Vocabulary, days: KnownDays) -> list[Problem]:
    """Return all that is wrong with a rulebook's text, in order of the lines; none if it can be adopted.

    ``words`` are the kinds and categories in force, ``days`` the bank holidays that it can change.
    """
    try:
        data = loads(text)
    except tomllib.TOMLDecodeError as error:
        return [_syntax(str(error), text)]
    except OutOfBounds as error:
        return [Problem(error.line, str(error))]
    found = [*shape_faults(data, Rulebook), *_meaning(data, words, days), *bound_faults(data)]
    if not found:
        return []
    places = Places(text)
    return sorted({Problem(places.line(path), message) for path, message in found})


def _syntax(message: str, text: str) -> Problem:
    """Return ``tomllib``'s complaint with its place taken out of its words."""
    what, _, place = message.rpartition(" (at ")
    line = place.removeprefix("line ").partition(",")[0]
    if line.isdigit():
        return Problem(int(line), f"it is not TOML: {what}")
    return Problem(text.count("\n") + 1, f"it is not TOML: {what or message}")


def _meaning(data: dict[str, Any], words: Vocabulary, days: KnownDays) -> Iterator[Fault]:
    """Yield what is wrong with those parts whose form is sound."""
    listed = data.get("standards")
    standards = listed if isinstance(listed, list) else []
    for place, one in enumerate(standards):
        if not list(shape_faults(one, Standard)):
            yield from standard_faults(msgspec.convert(one, Standard), words, ("standards", place))
    yield from _twice(one.get("id") for one in standards if isinstance(one, dict))
    if listed == []:
        yield ("standards",), "there are no standards"
    calendar = data.get("calendar", {})
    if isinstance(calendar, dict):
        yield from _calendar({name: value for name, value in calendar.items() if name != "overrides"})
        yield from _overrides(calendar.get("overrides", []), days)
    whole = {name: value for name, value in data.items() if name not in {"standards", "calendar"}}
    if not list(shape_faults(whole | {"standards": []}, Rulebook)):
        yield from _rest(msgspec.convert(whole | {"standards": []}, Rulebook), words)


def _twice(ids: Iterable[Any]) -> Iterator[Fault]:
    seen: list[Any] = []
    for place, name in enumerate(ids):
        if name is not None and name in seen:
            yield ("standards", place, "id"), f"{name}: another standard above has this id"
        seen.append(name)


def _calendar(said: dict[str, Any]) -> Iterator[Fault]:
    if list(shape_faults(said, CalendarData)):
        return
    path, calendar = ("calendar",), msgspec.convert(said, CalendarData)
    try:
        zone_of(calendar.zone)
    except ValueError as error:
        yield (*path, "zone"), str(error)
    yield from _hours(calendar.hours, (*path, "hours"))
    for team, own in calendar.teams.items():
        yield from _hours(own.hours, (*path, "teams", team, "hours"))


def _hours(lines: tuple[str, ...], path: tuple[str, ...]) -> Iterator[Fault]:
    if not lines:
        yield path, "nobody ever works, so what is counted in working time never runs out"
    sound: list[str] = []
    for line in lines:
        try:
            read_hours([*sound, line])
            sound.append(line)
        except ValueError as error:
            yield path, str(error)


def _overrides(listed: object, days: KnownDays) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, said in enumerate(listed if isinstance(listed, list) else []):
        if not list(shape_faults(said, Override)):
            one = msgspec.convert(said, Override)
            for field, why in _override(one, days, seen):
                yield ("calendar", "overrides", place, field), why
            seen.add(one.day)


def _override(one: Override, days: KnownDays, seen: set[str]) -> Iterator[tuple[str, str]]:
    if not one.why.strip():
        yield "why", f"{one.day}: say why, or what the holiday is called"
    if not is_day(one.day):
        yield "day", f"{one.day!r} is not a day: write YYYY-MM-DD"
    elif not days.first_year <= int(one.day[:4]) <= days.last_year:
        yield "day", f"{one.day} is outside the years {days.first_year} to {days.last_year}"
    elif one.day in seen:
        yield "day", f"{one.day}: another override above is about this day"
    elif one.holiday == (one.day in days.holidays):
        already = "a bank holiday" if one.holiday else "no bank holiday"
        yield "day", f"{one.day} is {already} as it is: leave the override out"


def _rest(book: Rulebook, words: Vocabulary) -> Iterator[Fault]:
    if not book.title.strip():
        yield ("title",), "the title is empty"
    yield from _kinds(book, words)
    for category, need in book.needs.items():
        yield from _need(category, need, words)
    for name, number in book.specialists.items():
        if number < 0:
            yield ("specialists", name), f"specialists: {name} cannot be fewer than none"


def _kinds(book: Rulebook, words: Vocabulary) -> Iterator[Fault]:
    for field in ("attempts", "harms"):
        for kind in getattr(book, field):
            if kind not in words.kinds:
                yield (field,), f"{field}: there is no kind of action {kind!r}{near(kind, words.kinds)}"
            elif field == "attempts" and words.kinds[kind].counts:
                yield (field,), f"attempts: {kind} counts as work, so it is more than an attempt"


def _need(category: str, need: str, words: Vocabulary) -> Iterator[Fault]:
    if category not in words.categories:
        yield ("needs", category), f"needs: there is no category {category!r}{near(category, words.categories)}"
    if not need.strip():
        yield ("needs", category), f"needs: no accreditation is named; leave {category} out if it needs none"


def without_holidays(book: Rulebook) -> Rulebook:
    """Return a rulebook as its text would be read: without the bank holidays that were put in."""
    plain = {name: getattr(CalendarData(), name) for name in PUT_IN}
    return msgspec.structs.replace(book, calendar=msgspec.structs.replace(book.calendar, **plain))
