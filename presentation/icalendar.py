"""Calendars as other programs take them: iCalendar (RFC 5545), in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from domain.instant import to_datetime
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from domain.instant import Instant

_LONGEST: Final = 75
"""How many octets a line has at most, without its end (RFC 5545, 3.1)."""

_LINE_END: Final = "\\n"
"""How a line ends within a text: with two characters (3.3.11)."""

_HEAD: Final = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Longcase//Longcase//EN", "CALSCALE:GREGORIAN")
_NOTHING: Final = (
    "BEGIN:VTIMEZONE",
    "TZID:Etc/UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)
"""What stands in a calendar without events: it must have one component at least (3.6)."""


class CalendarEvent(NamedTuple):
    """Something at an instant (microseconds UTC): ``uid`` is the same whenever it is written again.

    ``details`` are the paragraphs of its description.
    """

    uid: str
    at: Instant
    summary: str
    details: tuple[str, ...]


def write_calendar(events: Iterable[CalendarEvent], stamp: Instant, out: BinaryIO) -> int:
    """Write a calendar of ``events``, as known at the instant ``stamp``; return how many there are."""
    count = 0
    _write(_HEAD, out)
    for count, event in enumerate(events, start=1):  # noqa: B007  (the last number is the answer)
        _write(_lines(event, stamp), out)
    _write((*(() if count else _NOTHING), "END:VCALENDAR"), out)
    return count


def _lines(event: CalendarEvent, stamp: Instant) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_instant(stamp)}"
    yield f"DTSTART:{_instant(event.at)}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.details:
        yield "DESCRIPTION:" + _LINE_END.join(map(_text, event.details))
    yield "CLASS:PRIVATE"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _instant(instant: Instant) -> str:
    """Return an instant in UTC, to the second that it is in (3.3.5)."""
    utc = to_datetime(instant)
    return f"{utc.year:04}{utc.month:02}{utc.day:02}T{utc.hour:02}{utc.minute:02}{utc.second:02}Z"


def _text(text: str) -> str:
    """Return a text as a value of the type TEXT (3.3.11), without characters that steer or do not show."""
    safe = safe_text(text).replace("\\", "\\\\")
    return safe.replace(";", "\\;").replace(",", "\\,")


def _write(lines: Iterable[str], out: BinaryIO) -> None:
    for line in lines:
        out.writelines(_folded(line.encode()))


def _folded(line: bytes) -> Iterator[bytes]:
    """Yield a line in pieces of 75 octets at most, each with its end; no character is parted (3.1)."""
    lead = b""
    while len(lead) + len(line) > _LONGEST:
        end = _LONGEST - len(lead)
        while line[end] & 0xC0 == 0x80:  # noqa: PLR2004  (an octet that goes on with a character of UTF-8)
            end -= 1
        yield lead + line[:end] + b"\r\n"
        lead, line = b" ", line[end:]
    yield lead + line + b"\r\n"
