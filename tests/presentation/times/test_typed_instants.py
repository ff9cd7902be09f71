"""Instants spelled out: day first, of the store's zone, and refused in words where two things may be meant."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.errors import UsageProblem
from domain.instant import SECOND, from_datetime, to_datetime
from presentation.instants import Edge, parse_instant
from presentation.times.durations import before, calendar_of, parse_duration
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

LONDON = ZoneInfo("Europe/London")
ZONES = st.sampled_from([LONDON, UTC, *map(ZoneInfo, ("America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia"))])
NOW = from_datetime(datetime(2026, 11, 27, 9, 0, tzinfo=UTC))
NOWS = st.datetimes(datetime(1900, 1, 3), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  (the bounds take their zone from timezones)
DAYS = st.dates(date(1000, 1, 1), date(2100, 1, 1))
EDGES = st.sampled_from(Edge)


def read(text: str, zone: ZoneInfo, now: int = NOW, edge: Edge = Edge.LAST) -> int | str:
    """Return the instant, or what the refusal says behind the text itself."""
    try:
        return parse_instant(text, zone=zone, now=now, edge=edge)
    except UsageProblem as error:
        return error.hints[0]


@given(DAYS, st.times(), ZONES, EDGES, st.booleans())
def test_a_day_with_strokes_is_that_of_iso_8601(
    day: date, time: datetime, zone: ZoneInfo, edge: Edge, padded: bool
) -> None:
    """A day typed day first, alone or with a time, is the same instant, or refused with the same choice."""
    typed = f"{day:%d/%m}/{day.year}" if padded else f"{day.day}/{day.month}/{day.year}"
    assert read(typed, zone, edge=edge) == read(day.isoformat(), zone, edge=edge)
    assert read(f"{typed} {time:%H:%M}", zone) == read(f"{day.isoformat()}T{time:%H:%M}", zone)
    assert read(f"{typed}  {time:%H:%M:%S}Z", zone) == read(f"{day.isoformat()}T{time:%H:%M:%S}Z", zone)


@given(st.integers(0, 99), st.integers(0, 99), st.integers(1000, 9998), ZONES)
def test_the_month_never_stands_first(first: int, second: int, year: int, zone: ZoneInfo) -> None:
    """What stands first is the day, or there is no such day and it is refused."""
    found = read(f"{first}/{second}/{year}", zone)
    if isinstance(found, int):
        shown = to_datetime(found, zone)
        assert (shown.day, shown.month, shown.year) == (first, second, year)
    else:
        assert not 1 <= second <= 12 or not 1 <= first <= monthrange(year, second)[1]


@given(NOWS, st.sampled_from([("yesterday", -1), ("today", 0), ("tomorrow", 1)]), st.times(), ZONES, EDGES)
def test_days_beside_today_are_counted_in_the_stores_zone(
    now: datetime, word: tuple[str, int], time: datetime, zone: ZoneInfo, edge: Edge
) -> None:
    """Yesterday is the day before the one that calendars in the zone show; a time alone is of today."""
    instant = from_datetime(now)
    today = to_datetime(instant, zone).date()
    day = (today + timedelta(days=word[1])).isoformat()
    assert read(word[0], zone, instant, edge) == read(day, zone, edge=edge)
    assert read(f"{word[0].title()} {time:%H:%M}", zone, instant) == read(f"{day}T{time:%H:%M}", zone)
    assert read(f"{time:%H:%M:%S}", zone, instant) == read(f"{today.isoformat()}T{time:%H:%M:%S}", zone)


@given(NOWS, st.integers(0, 500), st.sampled_from(["min", "h", "d", "w", "mo"]), ZONES, EDGES)
def test_a_length_before_now(now: datetime, count: int, unit: str, zone: ZoneInfo, edge: Edge) -> None:
    """What is written with a minus is that long before now, as lengths of time are counted elsewhere."""
    length = parse_duration(f"{count}{unit}")
    instant = from_datetime(now)
    assume(count < 500 or unit != "mo")
    assert read(f"-{count}{unit}", zone, instant, edge) == before(length, instant, calendar_of(zone, length))
    if unit == "h":
        assert read(f"-{count}h", zone, instant) == instant - count * 3_600 * SECOND


def examples() -> Iterator[tuple[str, str]]:
    """Yield what docs/users.md says of what is typed at 9:00 on 20 May 2016 in London."""
    page = (ROOT / "docs" / "users.md").read_text("utf-8")
    table = page.partition("| typed on Friday 20 May 2016 at 9:00, in London | is |")[2].partition("\n\n")[0]
    for row in table.splitlines()[2:]:
        typed, told = row.strip("| ").split(" | ")
        yield from ((text.strip("` "), told) for text in typed.split(","))


@pytest.mark.parametrize(("text", "told"), list(examples()))
def test_the_examples_of_the_page(text: str, told: str) -> None:
    """What the page says it is, or refused."""
    now = from_datetime(datetime(2016, 5, 20, 8, tzinfo=UTC))
    if not told.startswith("refused"):
        assert parse_instant(text, zone=LONDON, now=now) == from_datetime(datetime.fromisoformat(told))
        return
    with pytest.raises(UsageProblem):
        parse_instant(text, zone=LONDON, now=now)


@pytest.mark.parametrize(
    ("text", "why", "hint"),
    [
        ("11/26/2026", "there is no month 26; the day stands first", "26/11/2026, if that is meant"),
        ("26/11/26 15:20", "the year has fewer than four digits", "write the day first and the year whole"),
        ("26/11", "it has no year", "write the day first and the year last"),
        ("9:30", "it may be morning or evening", "write 09:30 or 21:30"),
        ("yesterday 3:20", "it may be morning or evening", "write 03:20 or 15:20"),
        ("3pm", "hours are counted from 00 to 23", "write 15:20"),
        ("Friday 15:20", "a day of the week may be the last or the next", "write now"),
        ("2h", "it is a length of time, before or after now", "write -2h for before now"),
        ("14:30Z", "which day it is depends on the zone", "write the day too"),
        ("yesterday 14:30+01:00", "which day it is depends on the zone", "write the day too"),
        ("-5wd", "working time before now is not counted", "write the day"),
        ("-5", "", "write a whole number and a unit"),
        ("31/02/2026", "", "write now"),
        ("26/11/202614:30", "", "write now"),
        ("25/10/2026 01:30", "happened twice", "say which is meant by its offset"),
        ("29/03/2026 01:30", "does not exist", "say which is meant by its offset"),
    ],
)
def test_what_may_be_meant_in_two_ways_is_refused(text: str, why: str, hint: str) -> None:
    """With what it lacks, and what to write."""
    with pytest.raises(UsageProblem) as caught:
        parse_instant(text, zone=LONDON, now=NOW, name="--at")
    assert caught.value.message.startswith("--at: ")
    assert why in caught.value.message
    assert caught.value.hints[0].startswith(hint)


def test_the_first_and_the_last_day_there_is() -> None:
    """A day beside today that there is not is refused."""
    first = from_datetime(datetime(1, 1, 1, tzinfo=UTC))
    with pytest.raises(UsageProblem, match="outside the years"):
        parse_instant("yesterday", zone=UTC, now=first)
