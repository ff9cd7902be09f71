"""A time in a file is read as it is written, or refused in words: nothing in it is guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instant import EPOCH, MICROSECOND, iso, parse, to_datetime
from exchange.source.trace import UnreadableSource
from exchange.times.formats import BadFormat, compiled
from exchange.times.reading import TRIED, Times

LONDON = "Europe/London"


def times(
    zone: str | None = None,
    *,
    formats: str | list[str] | None = None,
    unit: str | None = None,
    repeated: str | None = None,
) -> Times:
    return Times(zone, repeated, formats, unit)


def why(reader: Times, text: str) -> str:
    with pytest.raises(ValueError, match=r".") as caught:
        reader.instant(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2017-06-02T08:15:00Z", "2017-06-02T08:15:00Z"),
        ("2017-06-02 08:15Z", "2017-06-02T08:15:00Z"),
        ("  2017-06-02t08:15:00,5z ", "2017-06-02T08:15:00.500000Z"),
        ("2017-06-02T08:15:00+02", "2017-06-02T06:15:00Z"),
        ("2017-06-02T08:15:00-0330", "2017-06-02T11:45:00Z"),
        ("2017-06-02T08:15:00-00:00", "2017-06-02T08:15:00Z"),
        ("1840-06-02T08:15:00-00:01:15", "1840-06-02T08:16:15Z"),
        ("2017-06-02T24:00Z", "2017-06-03T00:00:00Z"),
        ("20170602T081500Z", "2017-06-02T08:15:00Z"),
        ("20170602081500Z", "2017-06-02T08:15:00Z"),
        ("20170602081500.25+0100", "2017-06-02T07:15:00.250000Z"),
        ("201706020815Z", "2017-06-02T08:15:00Z"),
        ("20170602T08:15:00Z", "2017-06-02T08:15:00Z"),
        ("20170602Z", "2017-06-02T00:00:00Z"),
        ("2017-06-02+02:00", "2017-06-01T22:00:00Z"),
        ("2017-06-02-05:00", "2017-06-02T05:00:00Z"),
        ("2017-06-02", "2017-06-01T23:00:00Z"),
        ("2017-06-02T08:15", "2017-06-02T07:15:00Z"),
        ("20170602T0815", "2017-06-02T07:15:00Z"),
        ("2017-06-02T08:15:00.1234569Z", "2017-06-02T08:15:00.123456Z"),
    ],
)
def test_iso_8601_is_read_as_far_as_it_leaves_no_doubt(text: str, instant: str) -> None:
    """What the text says of its offset wins over the mapping's zone; a day alone is its first instant."""
    assert times(LONDON).instant(text) == parse(instant)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2017-06-02x08:15:00Z", "is not written as ISO 8601 has it"),
        ("2017-06-02-0815", "is not written as ISO 8601 has it"),
        ("2017-06-02T08", "is not written as ISO 8601 has it"),
        ("2017-6-2", "is not written as ISO 8601 has it"),
        ("2017-W22-5", "is not written as ISO 8601 has it"),
        ("2017-153", "is not written as ISO 8601 has it"),
        ("2017-06-02T08:15:00Z or so", "is not written as ISO 8601 has it"),
        ("2017-06-02T08:15:00 BST", "is not written as ISO 8601 has it"),
        ("２０１７-06-02T08:15:00Z", "is not written as ISO 8601 has it"),  # noqa: RUF001  (digits that are not ASCII)
        ("02/06/2017", "is not written as ISO 8601 has it"),
        ("20170602", "is a number, and no unit was given"),
        ("20170602081500", "is a number, and no unit was given"),
        ("1496391300", "is a number, and no unit was given"),
        ("42888.34375", "is a number, and no unit was given"),
        ("2017-13-02T08:15Z", "the calendar has no day 2017-13-02"),
        ("2017-02-29", "the calendar has no day 2017-02-29"),
        ("0000-01-01T00:00Z", "the calendar has no day 0000-01-01"),
        ("2017-06-02T25:00Z", "no day has an hour 25"),
        ("2017-06-02T24:00:01Z", "24:00 is the end of a day"),
        ("2017-06-02T08:60Z", "no hour has a minute 60"),
        ("2016-12-31T23:59:60Z", "a leap second is no instant"),
        ("2017-06-02T08:15:00+25:00", "no place has the offset +25:00"),
        ("9999-12-31T24:00Z", "out of range"),
        ("0001-01-01T00:00+15:00", "outside the years 1 to 9999"),
        ("2017-03-26T01:30", "was skipped by the clocks in Europe/London"),
    ],
)
def test_any_other_text_is_refused_with_its_reason(text: str, reason: str) -> None:
    said = why(times(LONDON), text)
    assert said.startswith(repr(text))
    assert reason in said


@given(st.integers(0, 1 << 51), st.integers(-900, 900))
def test_what_python_writes_is_read_as_it_was(instant: int, minutes: int) -> None:
    text = iso(instant, timezone(timedelta(minutes=minutes)))
    assert times().instant(text) == instant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("dd/mm/yyyy hh:mm", "it has no directive, such as %Y"),
        ("", "it has no directive, such as %Y"),
        ("%s", "%s is no directive"),
        ("%c", "%c is no directive"),
        ("%Y-%m-%d %T", "%T is no directive"),
        ("%Y-%m-%d %", "% is no directive"),
        ("%d %b %H:%M", "it has no year"),
        ("%m/%Y", "it does not say which day"),
        ("%Y %j %d %d", "it says the day twice"),
        ("%Y %y %m %d", "it says the year twice"),
        ("%Y %U", "it does not say which day"),
        ("%Y-%m-%d %I:%M", "%I tells no hour without %p"),
        ("%Y-%m-%d %M", "it has minutes and no hour"),
        ("%Y-%m-%d %H:%S", "it has seconds and no minutes"),
        ("%Y-%m-%d %H:%M.%f", "it has a fraction and no seconds"),
        ("%Y-%m-%d %z", "it has an offset and no hour"),
        ("%Y-%m-%d %Z", "it has a zone and no hour"),
        ("%Y-%m-%d %p", "it has %p and no hour"),
    ],
)
def test_a_format_that_tells_no_time_for_certain_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadFormat) as caught:
        compiled(text)
    assert str(caught.value).startswith(reason)


FORMATS = [
    "%Y %W %w",
    "%Y %U %a",
    "%G-W%V-%u",
    "%y%m%d",
    "%Y%j%H%M%S%f",
    "%d %B %y 100%%",
    "%A, %d %b %Y %I.%M.%S %p %z",
]


@given(st.integers(0, 1 << 51), st.sampled_from(FORMATS))
def test_what_strptime_reads_for_certain_is_read_alike(instant: int, form: str) -> None:
    text = to_datetime(instant).strftime(form)
    expected = datetime.strptime(text, form).replace(tzinfo=UTC)
    assert times("UTC", formats=form).instant(text) == (expected - EPOCH) // MICROSECOND


@pytest.mark.parametrize(
    ("form", "text", "reason"),
    [
        ("%d%m%Y", "1062017", "has none of the mapping's time formats"),
        ("%Y-%m-%d %H:%M", "2017-06-02 08:15 BST", "has none of the mapping's time formats"),
        ("%a %d %b %Y", "Tue 02 Jun 2017", "2017-06-02 has weekday 5, and not 2"),
        ("%Y-%j", "2017-366", "2018-01-01 has year 2018, and not 2017"),
        ("%G-W%V-%u", "2017-W53-1", "2018-01-01 has iso year 2018, and not 2017"),
        ("%Y %W %w", "2017 00 1", "has year 2016, and not 2017"),
        ("%d/%m/%Y %H:%M %p", "02/06/2017 15:00 AM", "the hour 15 of a day is not AM"),
        ("%d/%m/%Y %H:%M %p", "02/06/2017 0:30 PM", "the hour 0 of a day is not PM"),
        ("%d/%m/%Y %H:%M %p", "02/06/2017 05:00 PM", "the hour 5 of a day is not PM"),
        ("%d/%m/%Y %I:%M %p", "02/06/2017 15:00 PM", "no half of the day has an hour 15"),
        ("%d/%m/%Y %H:%M", "02/06/2017 25:00", "no day has an hour 25"),
        ("%d/%m/%Y %H:%M %Z", "02/06/2017 08:15 EST", "clocks in Europe/London did not show EST then"),
        ("%d/%m/%Y %H:%M %Z", "02/01/2017 08:15 BST", "clocks in Europe/London did not show BST then"),
    ],
)
def test_a_text_that_contradicts_itself_is_refused(form: str, text: str, reason: str) -> None:
    assert reason in why(times(LONDON, formats=form), text)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2017-06-02 08:15 UTC", "2017-06-02T08:15Z"),
        ("2017-06-02 08:15 gmt", "2017-06-02T08:15Z"),
        ("2017-06-02 08:15 BST", "2017-06-02T07:15Z"),
        ("2017-10-29 01:30 BST", "2017-10-29T00:30Z"),
        ("2017-10-29 01:30 GMT", "2017-10-29T01:30Z"),
    ],
)
def test_the_name_of_a_zone_is_believed(text: str, instant: str) -> None:
    """It says which of two instants is meant, too; a name that the mapping's zone does not use is refused."""
    assert times(LONDON, formats="%Y-%m-%d %H:%M %Z").instant(text) == parse(instant)


def test_the_name_of_a_zone_needs_a_zone_unless_it_is_utc() -> None:
    reader = times(formats="%Y-%m-%d %H:%M %Z")
    assert reader.instant("2017-06-02 08:15 UTC") == parse("2017-06-02T08:15Z")
    assert "depends on the place, and no zone was given" in why(reader, "2017-06-02 08:15 IST")


@pytest.mark.parametrize(
    ("unit", "text", "instant"),
    [
        ("s", "1496391300", "2017-06-02T08:15:00Z"),
        ("s", "1496391300.25", "2017-06-02T08:15:00.25Z"),
        ("s", "1.4963913E9", "2017-06-02T08:15:00Z"),
        ("s", "-1", "1969-12-31T23:59:59Z"),
        ("ms", "1496391300123", "2017-06-02T08:15:00.123Z"),
        ("us", "1496391300123456", "2017-06-02T08:15:00.123456Z"),
        ("ns", "1496391300123456789", "2017-06-02T08:15:00.123456Z"),
    ],
)
def test_numbers_are_times_where_the_mapping_says_of_what(unit: str, text: str, instant: str) -> None:
    assert times(unit=unit).instant(text) == parse(instant)


@pytest.mark.parametrize("text", ["2017-06-02T08:15:00Z", "1e99", "99999999999999", "１", "1_000", "0x10"])  # noqa: RUF001  (as above)
def test_what_is_no_number_of_the_unit_is_refused(text: str) -> None:
    assert "is" in why(times(unit="s"), text)


def test_formats_are_tried_in_turn_and_the_first_that_nearly_fits_says_why() -> None:
    reader = times("UTC", formats=["%d/%m/%Y", "%m/%d/%Y"])
    assert iso(reader.instant("06/13/2017")) == "2017-06-13T00:00:00+00:00"
    assert "the calendar has no day 2017-13-13" in why(reader, "13/13/2017")


def test_a_mapping_that_reads_none_of_the_first_times_is_held_to_be_wrong() -> None:
    """So that not every row is blamed; one time that it reads is enough for the rows to be judged one by one."""
    reader = times("UTC", formats="%Y/%d/%m")
    for at in range(1, TRIED):
        why(reader, f"2017-06-{at:02}")
    with pytest.raises(UnreadableSource, match="key 'time_format': none of the first 20 times"):
        reader.instant("2017-06-20")
    other = times(unit="ms")
    other.instant("1496391300123")
    for at in range(2 * TRIED):
        why(other, f"x{at}")
