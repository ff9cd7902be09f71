"""How much a rulebook may ask for: what each case, and each explanation of it, costs is bounded by these numbers.

A rulebook that was adopted before there were bounds keeps its meaning: only what is checked is held to them.
See docs/adr/0061.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from domain.duration import MINUTE, parse_limit
from domain.instant import DAY
from domain.rulebook.model import CalendarData, Standard
from domain.rulebook_toml.shape import shape_faults
from domain.working_time.working_hours import read_hours

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.duration import Duration
    from domain.rulebook.model import Limit
    from domain.rulebook_toml.lines import Path
    from domain.rulebook_toml.shape import Fault

MOST_STANDARDS: Final = 200
"""The shipped rulebook has some twenty."""

MOST_YEARS: Final = 20
"""The longest periods that a force reviews anything by are of ten years."""

_DAYS_OF_A_YEAR: Final = 365.2425
_MONTHS: Final = 12
_WEEK: Final = 7


def bound_faults(data: dict[str, Any]) -> Iterator[Fault]:
    """Yield what asks for more than is allowed, of the parts whose form is sound."""
    listed = data.get("standards")
    standards = listed if isinstance(listed, list) else []
    if len(standards) > MOST_STANDARDS:
        yield (
            ("standards",),
            f"there are {len(standards):,} standards: at most {MOST_STANDARDS} are worked out",
        )
        return
    weeks = _weeks(data.get("calendar", {}))
    for place, one in enumerate(standards):
        if not list(shape_faults(one, Standard)):
            yield from _of_standard(msgspec.convert(one, Standard), weeks, ("standards", place))


def _of_standard(standard: Standard, weeks: Sequence[Week], path: Path) -> Iterator[Fault]:
    for field, limit in (("limit", standard.limit), ("then", standard.then)):
        for name, text in _texts(limit):
            years = max((_years(text, week) for week in weeks), default=0)
            if years > MOST_YEARS:
                why = f"{text!r} lasts some {years:,.0f} years, and at most {MOST_YEARS} are counted"
                yield (*path, field, *name), f"{standard.id}: {why}"


def _texts(limit: Limit | None) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(limit, str):
        yield (), limit
    elif limit is not None:
        for name, text in limit.items():
            yield (name,), text


class Week(msgspec.Struct, frozen=True):
    """On how many days of a week somebody works, and for how long in all, in microseconds."""

    days: int
    time: int


def _weeks(said: Any) -> list[Week]:  # noqa: ANN401  (whatever a file says)
    """Return the weeks of the general hours and of every team that has any, as far as they can be read."""
    if not isinstance(said, dict):
        return []
    plain = {name: value for name, value in said.items() if name != "overrides"}
    if list(shape_faults(plain, CalendarData)):
        return []
    calendar = msgspec.convert(plain, CalendarData)
    found = []
    for lines in (calendar.hours, *(own.hours for own in calendar.teams.values())):
        try:
            week = read_hours(lines)
        except ValueError:  # told elsewhere, by its line
            continue
        minutes = sum(end - start for spans in week for start, end in spans)
        if minutes:
            found.append(Week(sum(map(bool, week)), minutes * MINUTE))
    return found


def _years(text: str, week: Week) -> float:
    try:
        return _days(parse_limit(text), week) / _DAYS_OF_A_YEAR
    except ValueError:  # told elsewhere, by its line
        return 0


def _days(length: Duration, week: Week) -> float:
    if length.working_days:
        return length.working_days / week.days * _WEEK
    if length.working_time:
        return length.working_time / week.time * _WEEK
    months = length.months + length.months_of_days
    return length.microseconds / DAY + length.days + months / _MONTHS * _DAYS_OF_A_YEAR
