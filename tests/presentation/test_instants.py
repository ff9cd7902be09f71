"""Instants as typed: whole days, changes of clocks, and what is refused rather than guessed."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UsageProblem
from domain.instant import DAY, EARLIEST, FOREVER, SECOND, from_datetime, iso, to_datetime
from presentation.instants import Edge, interval_of, parse_axes, parse_instant

LONDON = ZoneInfo("Europe/London")
NOW = from_datetime(datetime(2016, 11, 24, 9, 0, tzinfo=UTC))
ZONES = st.sampled_from(
    [LONDON, UTC, *map(ZoneInfo, ("America/Sao_Paulo", "America/St_Johns", "Asia/Kathmandu"))]
)


def london(text: str, edge: Edge = Edge.LAST) -> int:
    return parse_instant(text, zone=LONDON, now=NOW, edge=edge)


def at(text: str) -> int:
    return from_datetime(datetime.fromisoformat(text))


@given(st.integers(EARLIEST + DAY, FOREVER - DAY), ZONES)
def test_what_is_shown_can_be_typed(instant: int, zone: ZoneInfo) -> None:
    """The text that Longcase shows for an instant names that instant, in any zone."""
    assert parse_instant(iso(instant, zone), zone=UTC, now=NOW) == instant


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), ZONES)  # noqa: DTZ001  (local times are what is typed)
def test_a_local_time_is_its_own_or_refused(wall: datetime, zone: ZoneInfo) -> None:
    """A local time either names the one instant at which clocks show it, or is refused."""
    early, late = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if early == late:
        instant = parse_instant(wall.isoformat(), zone=zone, now=NOW)
        assert to_datetime(instant, zone).replace(tzinfo=None) == wall
    else:
        with pytest.raises(UsageProblem):
            parse_instant(wall.isoformat(), zone=zone, now=NOW)


@given(st.dates(date(1900, 1, 2), date(2100, 1, 1)), ZONES)
def test_a_day_is_from_its_first_instant_to_its_last(day: date, zone: ZoneInfo) -> None:
    """The first and the last microsecond of a day bear its date; their neighbours outside do not."""
    first, last, following = (parse_instant(day.isoformat(), zone=zone, now=NOW, edge=edge) for edge in Edge)
    assert following == last + 1
    assert to_datetime(first, zone).date() == day == to_datetime(last, zone).date()
    assert to_datetime(first - 1, zone).date() < day < to_datetime(following, zone).date()


@pytest.mark.parametrize(("day", "hours"), [("2016-03-27", 23), ("2016-10-30", 25), ("2016-05-20", 24)])
def test_days_of_23_and_25_hours(day: str, hours: int) -> None:
    """The day on which clocks change has 23 or 25 hours, and its end is still its last instant."""
    length = london(day, Edge.NEXT) - london(day, Edge.FIRST)
    assert length == hours * 3_600 * SECOND
    assert to_datetime(london(day), LONDON).time().isoformat() == "23:59:59.999999"


def test_the_end_of_a_day_in_summer() -> None:
    """A date alone ends at local midnight, not at midnight in UTC."""
    assert london("2016-05-20") == at("2016-05-20T22:59:59.999999+00:00")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2016-05-20T10:30", "2016-05-20T10:30+01:00"),
        ("2016-05-20 10:30:15", "2016-05-20T10:30:15+01:00"),
        ("2016-01-20T10:30:15.5", "2016-01-20T10:30:15.500000+00:00"),
        ("2016-05-20T10:30Z", "2016-05-20T10:30+00:00"),
        ("2016-05-20t10:30z", "2016-05-20T10:30+00:00"),
        ("2016-05-20T10:30-0500", "2016-05-20T15:30+00:00"),
        ("2016-05-20T10:30:00.123456789Z", "2016-05-20T10:30:00.123456+00:00"),
        ("1955-02-03T04:05", "1955-02-03T04:05+00:00"),
        (" now ", "2016-11-24T09:00+00:00"),
    ],
)
def test_forms_that_are_read(text: str, meant: str) -> None:
    """Minutes, seconds, fractions, Z and offsets are read; without an offset it is local time."""
    assert london(text) == at(meant)


@pytest.mark.parametrize(
    ("text", "word", "offsets"),
    [
        ("2016-03-27T01:30", "does not exist", ("T01:30:00+00:00", "T01:30:00+01:00")),
        ("2016-10-30T01:30", "happened twice", ("T01:30:00+01:00", "T01:30:00+00:00")),
    ],
)
def test_an_unclear_local_time_is_refused(text: str, word: str, offsets: tuple[str, str]) -> None:
    """A local time that clocks skipped or repeated is refused, with both offsets to choose from."""
    with pytest.raises(UsageProblem, match=word) as caught:
        london(text)
    assert all(offset in caught.value.hints[0] for offset in offsets)


@pytest.mark.parametrize("text", ["2016-03-27T01:00", "2016-03-27T01:59:59.999999"])
def test_the_edges_of_a_skipped_hour_are_refused(text: str) -> None:
    """The skipped hour is half-open: its first instant does not exist, the one after its end does."""
    with pytest.raises(UsageProblem):
        london(text)
    assert london("2016-03-27T02:00") == at("2016-03-27T01:00+00:00")


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "05-20-2016", "2016-5-20", "2016-13-01", "2016-02-30", "20160520"),
        *("2016-05-20T24:00", "2016-05-20T10", "2016-05-20T10:30:60", "0000-01-01", "NOW?"),
        *("\u0662\u0660\u0661\u0666-05-20", "2016-05-20T10:30+25:00", "9999-12-31T23:59-01:00"),
        "0001-01-01T00:00+01:00",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """What is no instant of the years 1 to 9999 is refused, with the option's name."""
    with pytest.raises(UsageProblem, match=r"^time: "):
        london(text)


@given(st.text(max_size=40))
def test_no_text_does_worse_than_a_refusal(text: str) -> None:
    """Any text is either an instant or a usage problem."""
    with suppress(UsageProblem):
        assert EARLIEST <= london(text) <= FOREVER


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")])
def test_the_first_and_the_last_year(zone: ZoneInfo) -> None:
    """The first day of year 1 and the last of 9999 can be named in every zone."""
    first = parse_instant("0001-01-01", zone=zone, now=NOW, edge=Edge.FIRST)
    last = parse_instant("9999-12-31", zone=zone, now=NOW)
    assert EARLIEST <= first < EARLIEST + DAY
    assert FOREVER - DAY < last <= FOREVER


def test_a_midnight_that_clocks_skip() -> None:
    """Where clocks jump over midnight, the day starts at the jump."""
    zone = ZoneInfo("America/Sao_Paulo")
    first = parse_instant("2016-10-16", zone=zone, now=NOW, edge=Edge.FIRST)
    assert to_datetime(first, zone).isoformat() == "2016-10-16T01:00:00-02:00"


def test_a_gap_that_starts_before_midnight() -> None:
    """Where clocks jump from before midnight to after it, the day starts at the jump."""
    zone = ZoneInfo("America/Toronto")
    first = parse_instant("1919-03-31", zone=zone, now=NOW, edge=Edge.FIRST)
    assert to_datetime(first, zone).isoformat() == "1919-03-31T00:30:00-04:00"


def test_the_defaults_of_the_two_axes() -> None:
    """As-at is known-at unless given; known-at is now."""
    day = london("2016-05-20")
    asked = parse_axes(None, "2016-05-20", zone=LONDON, now=NOW)
    assert asked.axes == (day, day)
    asked = parse_axes("2016-05-20", None, zone=LONDON, now=NOW)
    assert asked.axes == (day, NOW)
    asked = parse_axes(None, None, zone=LONDON, now=NOW)
    assert asked.axes == (NOW, NOW)


def test_a_faulty_option_is_named() -> None:
    """The message says which option could not be understood."""
    with pytest.raises(UsageProblem, match=r"^--known-at: 'soon' is not an instant"):
        parse_axes(None, "soon", zone=LONDON, now=NOW)


def test_an_interval_of_days() -> None:
    """Since a day starts with it; until a day runs through its end; both may be missing."""
    first, last = interval_of("2016-05-20", "2016-05-20", zone=LONDON, now=NOW)
    assert first is not None
    assert last is not None
    assert last - first == timedelta(days=1) // timedelta(microseconds=1)
    assert interval_of(None, None, zone=LONDON, now=NOW) == (None, None)
