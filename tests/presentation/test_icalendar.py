"""Calendars, read by another program (icalendar): what was put in comes out, line by line as the RFC has it."""

from __future__ import annotations

import io
from datetime import UTC
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from domain.instant import EARLIEST, FOREVER, SECOND, to_datetime
from presentation.escaping import safe_text
from presentation.icalendar import CalendarEvent, write_calendar
from tests.laws.test_laws import law

TEXTS = st.text(st.characters(codec="utf-8"), max_size=200) | st.sampled_from(
    ["", "a;b,c\\n", "\\", "Siân, 'Ø' ; " * 30, "x\r\nBEGIN:VEVENT", "\u202e\x07", "é" * 80, "\U0001d54f" * 80]
)
EVENTS = st.builds(
    CalendarEvent,
    st.uuids().map(str),
    st.integers(EARLIEST, FOREVER),
    TEXTS,
    st.lists(TEXTS, max_size=3).map(tuple),
)


def written(events: list[CalendarEvent], stamp: int = 0) -> bytes:
    out = io.BytesIO()
    assert write_calendar(events, stamp, out) == len(events)
    return out.getvalue()


@law
@given(st.lists(EVENTS, max_size=4), st.integers(EARLIEST, FOREVER))
def test_what_is_written_is_what_another_program_reads(events: list[CalendarEvent], stamp: int) -> None:
    """Every text to the letter, as it is safe to show; every instant to the second."""
    calendar = Calendar.from_ical(written(events, stamp))
    read: list[Any] = list(calendar.walk("VEVENT"))
    assert [str(one["UID"]) for one in read] == [one.uid for one in events]
    assert [str(one["SUMMARY"]) for one in read] == [safe_text(one.summary) for one in events]
    assert [str(one.get("DESCRIPTION", "")) for one in read] == [
        "\n".join(map(safe_text, one.details)) for one in events
    ]
    for one, event in zip(read, events, strict=True):
        assert not one.errors
        assert one["DTSTART"].dt == to_datetime(event.at - event.at % SECOND).astimezone(UTC)
        assert one["DTSTAMP"].dt == to_datetime(stamp - stamp % SECOND).astimezone(UTC)


@law
@given(st.lists(EVENTS, max_size=4))
def test_no_line_is_longer_than_75_octets_and_none_parts_a_character(events: list[CalendarEvent]) -> None:
    """Every line ends in CR LF."""
    *lines, rest = written(events).split(b"\r\n")
    assert rest == b""
    for line in lines:
        assert len(line) <= 75
        line.decode()
        assert b"\n" not in line
        assert b"\r" not in line


def test_a_calendar_without_events_is_one_all_the_same() -> None:
    """It must have a component: it has the time zone."""
    calendar = Calendar.from_ical(written([]))
    assert [one.name for one in calendar.subcomponents] == ["VTIMEZONE"]
    assert calendar["VERSION"] == "2.0"
