"""How instants, lengths of time and the two axes are put into words for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.instant import to_datetime

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from domain.instant import Instant
    from presentation.instants import AsOf

_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def elapsed(seconds: float) -> str:
    """Return a length of time in its largest whole unit, rounded down: ``98 d``, ``4 min``."""
    sign, whole = ("-", -int(seconds)) if seconds < 0 else ("", int(seconds))
    size, unit = next(((size, unit) for size, unit in _UNITS if whole >= size), (1, "s"))
    return f"{sign}{whole // size} {unit}" if whole else "0 s"


def day(instant: Instant, zone: tzinfo) -> str:
    """Return the day of an instant in ``zone``: ``12 Feb 2016``."""
    moment = to_datetime(instant, zone)
    return f"{moment.day:>2} {_MONTHS[moment.month - 1]} {moment.year:04}"


def time_of_day(instant: Instant, zone: tzinfo) -> str:
    """Return the time of day of an instant in ``zone``, to the minute: ``09:12``."""
    moment = to_datetime(instant, zone)
    return f"{moment.hour:02}:{moment.minute:02}"


def moment(instant: Instant, zone: tzinfo) -> str:
    """Return an instant in ``zone``, to the minute: ``12 Feb 2016 09:12``."""
    return f"{day(instant, zone)} {time_of_day(instant, zone)}"


def at(instant: Instant, zone: tzinfo) -> str:
    """Return a ``moment`` without the space before a day of one digit, to stand within a sentence."""
    return moment(instant, zone).strip()


def number(count: int, one: str, many: str, of: int | None = None) -> str:
    """Return a count with its noun: ``1 case``, ``2,000 cases``; of how many it was picked: ``1 of 3 cases``."""
    if of is not None:
        return f"{count:,} of {of:,} {one if of == 1 else many}"
    return f"{count:,} {one if count == 1 else many}"


def spoken(instant: Instant, zone: tzinfo) -> str:
    """Return an instant as it is said: ``the end of 20 May 2016``, or ``20 May 2016 09:12``."""
    local = to_datetime(instant, zone)
    last = (local.hour, local.minute, local.second, local.microsecond) == (23, 59, 59, 999_999)
    return f"the end of {day(instant, zone).strip()}" if last else at(instant, zone)


def through(until: Instant, zone: tzinfo) -> str:
    """Say how long lasts what ends at an instant: ``through 26 Aug 2016``, or ``until 26 Aug 2016 12:00``."""
    whole = time_of_day(until, zone) == "00:00"
    return f"through {day(until - 1, zone).strip()}" if whole else f"until {at(until, zone)}"


def deputy_for(officer: str, until: Instant | None, zone: tzinfo) -> str:
    """Say for whom somebody stands in, and for how long: ``deputy for DC 2714 through 26 Aug 2016``."""
    return f"deputy for {officer}" + ("" if until is None else f" {through(until, zone)}")


def as_of_in_words(as_of: AsOf) -> str:
    """Return the two instants in words, to stand after a count or a heading.

    ``as at the end of 20 May 2016, by what is known now``.
    """
    axes, zone, now = as_of
    world = "now" if axes.as_at == now else spoken(axes.as_at, zone)
    if axes.known_at >= now:
        return f"as at {world}, by what is known now"
    return f"as at {world}, by what was known at {spoken(axes.known_at, zone)}"


def amended_by(version: int, items: Mapping[int, Mapping[str, Any]], zone: tzinfo) -> str:
    """Say by which entry of a case another was corrected or retracted; ``items`` are its entries by version."""
    found = items.get(version)
    if found is None:
        return f"by entry {version}"
    why = f": {found['reason']}" if found["reason"] else ""
    return f"by entry {version}, {found['actor']}, {at(found['recorded_at'], zone)}{why}"


def origin_in_words(origin: Mapping[str, Any]) -> str:
    """Say from where in a source an entry was imported."""
    return f"{origin['source']}, case {origin['case']}, place {origin['place']}"


def not_yet_reported(reference: str, as_of: AsOf) -> str:
    """Return in words that the case had not been reported."""
    return f"case {reference} had not been reported, {as_of_in_words(as_of)}"
