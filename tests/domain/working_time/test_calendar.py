"""When limits run out: by hand for the days that matter, and against counting one minute after another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.duration import HOUR, Duration, parse, parse_limit
from domain.instant import DAY, EARLIEST, FOREVER, from_datetime, iso, to_datetime
from domain.rulebook.model import CalendarData, Hours
from domain.working_time.calendar import Calendar
from domain.working_time.counted_days import Wait, counted_days
from domain.working_time.working_hours import read_hours
from tests.domain import counting
from tests.domain.counting import MINUTE, TEAMS, World

LONDON = ZoneInfo("Europe/London")
EASTER = {"2016-03-25": "Good Friday", "2016-03-28": "Easter Monday"}
CALENDAR = Calendar(
    CalendarData(
        holidays=EASTER,
        teams={"Nights": Hours(("mon-sun 00:00-06:00", "mon-sun 22:00-24:00")), "Nobody": Hours(())},
    )
)

# Changes of clocks: by an hour and by half an hour, by night, at midnight and a minute after it; before 1970.
CHANGES = [
    ("Europe/London", "2016-03-27"),
    ("Europe/London", "2016-10-30"),
    ("Europe/London", "1968-02-18"),
    ("Pacific/Apia", "2011-12-30"),
    ("Australia/Lord_Howe", "2016-04-03"),
    ("Australia/Lord_Howe", "2016-10-02"),
    ("America/Sao_Paulo", "2016-10-16"),
    ("America/Sao_Paulo", "2017-02-19"),
    ("Asia/Kathmandu", "1965-05-02"),
]
AFTER_MIDNIGHT = [("America/St_Johns", "2006-04-02"), ("America/St_Johns", "2006-10-29")]
Pauses = list[tuple[int, int]]


def at(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=LONDON))


def due(start: str, limit: str, *pauses: tuple[str, str], team: str | None = None) -> str:
    found = CALENDAR.due(at(start), parse_limit(limit), team, [(at(begin), at(end)) for begin, end in pauses])
    assert found is not None
    return iso(found, LONDON)


def calendar(world: World) -> Calendar:
    days = {day.isoformat(): "a holiday" for day in world.holidays}
    return Calendar(CalendarData(zone=world.zone, hours=world.team.lines, holidays=days))


@st.composite
def scenes(
    draw: st.DrawFn, *, step: int = 1, changes: list[tuple[str, str]] = CHANGES
) -> tuple[World, int, Pauses]:
    """Draw a world about a change of clocks, a start and some pauses, all in whole steps of minutes."""
    zone, day = draw(st.sampled_from(changes))
    about = datetime.fromisoformat(day).replace(tzinfo=UTC)
    free = draw(st.frozensets(st.integers(-3, 4), max_size=2))
    world = World(
        zone, draw(st.sampled_from(TEAMS)), frozenset(about.date() + timedelta(days=number) for number in free)
    )
    minutes = st.integers(-3 * 1440 // step, 2 * 1440 // step).map(lambda number: number * step * MINUTE)
    start = from_datetime(about) + draw(minutes)
    lengths = st.integers(0, 2 * 1440 // step).map(lambda number: number * step * MINUTE)
    pauses = draw(st.lists(st.tuples(minutes, lengths), max_size=3))
    return world, start, [(start + begin, start + begin + length) for begin, length in pauses]


LIMITS = st.one_of(
    st.integers(0, 200 * HOUR).map(lambda number: Duration(microseconds=number)),
    st.integers(1, 14).map(lambda number: Duration(working_days=number)),
    st.integers(1, 60 * HOUR).map(lambda number: Duration(working_time=number)),
    st.integers(1, 14).map(lambda number: Duration(days=number)),
)


@given(scenes(), st.integers(0, 5_000))
@settings(max_examples=100)
def test_elapsed_time_is_minutes_without_pauses(scene: tuple[World, int, Pauses], minutes: int) -> None:
    """A limit in elapsed time runs out after as many minutes in which the case was not paused."""
    world, start, pauses = scene
    found = calendar(world).due(start, Duration(minutes * MINUTE), None, pauses)
    assert found == counting.elapsed(start, minutes, pauses)


@given(scenes(changes=CHANGES + AFTER_MIDNIGHT), st.integers(1, 1_200))
@settings(max_examples=150)
def test_working_hours_are_counted_by_the_minute(scene: tuple[World, int, Pauses], minutes: int) -> None:
    """A limit in working hours runs out after as many minutes inside them, whatever the clocks do."""
    world, start, pauses = scene
    found = calendar(world).due(start, Duration(working_time=minutes * MINUTE), None, pauses)
    assert found == counting.working_minutes(start, minutes, world, pauses)


@given(scenes(step=30), st.integers(1, 7))
@settings(max_examples=150)
def test_working_days_are_counted_one_after_another(scene: tuple[World, int, Pauses], days: int) -> None:
    """A limit in working days runs out at the end of the last one, unless the case is paused at that midnight."""
    world, start, pauses = scene
    found = calendar(world).due(start, Duration(working_days=days), None, pauses)
    assert found == counting.working_days(start, days, world, pauses, 30 * MINUTE)


@given(scenes(step=30), st.integers(1, 7))
@settings(max_examples=150)
def test_days_from_a_date_are_counted_one_after_another(scene: tuple[World, int, Pauses], days: int) -> None:
    """It runs out at the end of the last one; the day of the start and days that were paused do not count."""
    world, start, pauses = scene
    found = calendar(world).due(start, Duration(days=days), None, pauses)
    assert found == counting.calendar_days(start, days, world, pauses, 30 * MINUTE)


ZONES = ["Europe/London", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "UTC", "Etc/GMT+12"]


@given(st.integers(at("1900-01-01"), at("2100-01-01")), st.integers(1, 40), st.sampled_from(ZONES))
@settings(max_examples=300)
def test_months_from_a_date_end_with_the_day_of_the_same_number(start: int, number: int, zone: str) -> None:
    """Or with the last of its month; the end is the first instant after it, so it is exclusive."""
    times, local = Calendar(CalendarData(zone=zone)), ZoneInfo(zone)
    last = counting.months(start, number, zone)
    found = times.due(start, Duration(months_of_days=number))
    assert found is not None
    assert to_datetime(found, local).date() > last >= to_datetime(found - 1, local).date()
    days = list(counted_days(times, start, found, Wait(Duration(months_of_days=number), None, ())))
    assert (days[0].why, {each.why for each in days[1:]}) == ("day of the start", {""})
    assert sum(each.counted for each in days) == times.counted(start, Duration(months_of_days=number), None)[1]


@given(scenes(), LIMITS, st.integers(0, 5 * DAY))
def test_a_later_start_is_never_due_earlier(
    scene: tuple[World, int, Pauses], limit: Duration, later: int
) -> None:
    """Nobody gains by being told later."""
    world, start, pauses = scene
    times = calendar(world)
    first, second = times.due(start, limit, None, pauses), times.due(start + later, limit, None, pauses)
    assert first is not None
    assert second is not None
    assert start <= first <= second


@given(scenes(), LIMITS | st.integers(1, 3).map(lambda number: Duration(months=number)))
def test_a_pause_only_postpones(scene: tuple[World, int, Pauses], limit: Duration) -> None:
    """With one pause more, nothing is due earlier."""
    world, start, pauses = scene
    times = calendar(world)
    instants = [times.due(start, limit, None, pauses[:number]) or 0 for number in range(len(pauses) + 1)]
    assert instants == sorted(instants)


@given(scenes(), LIMITS | st.integers(1, 3).map(lambda number: Duration(months=number)))
def test_the_days_add_up_to_the_limit(scene: tuple[World, int, Pauses], limit: Duration) -> None:
    """What an explanation counts, day by day, is the limit; each day stands in it once, in order."""
    world, start, pauses = scene
    times = calendar(world)
    end = times.due(start, limit, None, pauses)
    assert end is not None
    days = list(counted_days(times, start, end, Wait(limit, None, pauses)))
    unpaused = times.due(start, limit)
    expected = limit.working_days or limit.working_time or limit.days or (unpaused or 0) - start
    assert sum(each.counted for each in days) == expected
    assert [each.day for each in days] == sorted({each.day for each in days})
    assert all(each.why for each in days if not each.counted)


@given(scenes(), st.integers(1, 9), st.integers(1, 30 * HOUR))
def test_before_is_the_last_start_that_has_run_out(
    scene: tuple[World, int, Pauses], days: int, amount: int
) -> None:
    """Five working days ago is the instant before which a wait of five working days must have begun."""
    world, now, _ = scene
    times = calendar(world)
    edge = times.before(now, Duration(working_days=days))
    assert edge is not None
    assert (times.due(edge - 1, Duration(working_days=days)) or 0) <= now
    assert (times.due(edge, Duration(working_days=days)) or 0) > now
    edge = times.before(now, Duration(working_time=amount))
    assert edge is not None
    assert (times.due(edge, Duration(working_time=amount)) or 0) <= now
    assert (times.due(edge + 1, Duration(working_time=amount)) or 0) >= (
        times.due(edge, Duration(working_time=amount)) or 0
    )


@given(
    st.integers(EARLIEST, FOREVER),
    LIMITS,
    st.sampled_from(["UTC", "Europe/London", "Asia/Kathmandu", "Etc/GMT+12"]),
)
def test_any_instant_has_an_answer(start: int, limit: Duration, zone: str) -> None:
    """From the year 1 to the year 9999, beyond which the answer is none."""
    found = Calendar(CalendarData(zone=zone)).due(start, limit)
    assert (found is None and start > FOREVER - 100 * DAY) or (found is not None and start <= found <= FOREVER)


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2016-03-24T12:00", "1wd", "2016-03-30T00:00:00+01:00"),
        ("2016-03-26T23:59", "1wd", "2016-03-30T00:00:00+01:00"),
        ("2016-03-29T00:00", "1wd", "2016-03-31T00:00:00+01:00"),
        ("2016-03-24T12:00", "8wh", "2016-03-29T12:00:00+01:00"),
        ("2016-03-24T09:00", "8wh", "2016-03-24T17:00:00+00:00"),
        ("2016-03-26T12:00", "24h", "2016-03-27T13:00:00+01:00"),
        ("2016-10-29T12:00", "1d", "2016-10-30T11:00:00+00:00"),
        ("2016-01-31T09:00", "1mo", "2016-02-29T09:00:00+00:00"),
        ("2016-01-27T09:00", "2mo", "2016-03-27T09:00:00+01:00"),
        ("2016-03-01T10:00", "3mo from date", "2016-06-02T00:00:00+01:00"),
        ("2016-03-01T00:00", "3mo from date", "2016-06-02T00:00:00+01:00"),
        ("2016-01-31T09:00", "1mo from date", "2016-03-01T00:00:00+00:00"),
        ("2015-01-31T09:00", "1mo from date", "2015-03-01T00:00:00+00:00"),
        ("2016-02-29T09:00", "12mo from date", "2017-03-01T00:00:00+00:00"),
        ("2016-10-29T12:00", "1d from date", "2016-10-31T00:00:00+00:00"),
        ("2016-03-26T23:59", "1d from date", "2016-03-28T00:00:00+01:00"),
        ("2016-06-30T23:30", "1w from date", "2016-07-08T00:00:00+01:00"),
        ("1969-12-31T23:30", "2d from date", "1970-01-03T00:00:00+01:00"),
        ("1969-12-31T23:30", "1h", "1970-01-01T00:30:00+01:00"),
    ],
)
def test_by_hand(start: str, limit: str, expected: str) -> None:
    """Easter 2016 with its change of clocks, a month's end, and the years in which London kept summer time."""
    assert due(start, limit) == expected


def test_a_day_without_a_single_hour_is_no_working_day() -> None:
    """The only hours of that Sunday are those that a change of clocks skips; of a day in Samoa, all of them."""
    times = Calendar(CalendarData(hours=("sun 01:00-02:00", "wed 09:00-17:00")))
    start, days = at("2016-03-23T12:00"), Wait(parse("1wd"), None, ())
    assert times.due(start, parse("1wd")) == at("2016-03-31T00:00")
    assert times.before(at("2016-03-31T00:00"), parse("1wd")) == at("2016-03-30T00:00")
    assert times.before(at("2016-03-30T00:00"), parse("1wd")) == at("2016-03-23T00:00")
    assert not times.working_day(date(2016, 3, 27))
    explained = {each.day.day: each.why for each in counted_days(times, start, at("2016-03-31T00:00"), days)}
    assert (explained[27], explained[30]) == ("its hours are skipped as the clocks change", "")
    samoa = Calendar(CalendarData(zone="Pacific/Apia"))
    start = from_datetime(datetime(2011, 12, 29, 12, tzinfo=ZoneInfo("Pacific/Apia")))
    due = samoa.due(start, parse("1wd"))
    assert due == from_datetime(datetime(2012, 1, 3, tzinfo=ZoneInfo("Pacific/Apia")))
    assert [each.day.day for each in counted_days(samoa, start, due, days)] == [29, 31, 1, 2]


def test_exact_to_the_microsecond() -> None:
    """Working time is not rounded to minutes."""
    start = at("2016-03-24T16:59:59.999999")
    assert CALENDAR.due(start, Duration(working_time=1)) == start + 1
    assert CALENDAR.due(start, Duration(working_time=2)) == at("2016-03-29T09:00:00.000001")


@pytest.mark.parametrize(
    ("limit", "pauses", "expected"),
    [
        ("24h", [("2016-06-06T14:00", "2016-06-06T16:00")], "2016-06-07T14:00:00+01:00"),
        ("24h", [("2016-06-07T12:00", "2016-06-09T12:00")], "2016-06-07T12:00:00+01:00"),
        ("24h", [("2016-06-07T11:59", "2016-06-09T11:59")], "2016-06-09T12:00:00+01:00"),
        ("2wd", [("2016-06-07T15:00", "2016-06-08T10:00")], "2016-06-09T00:00:00+01:00"),
        ("2wd", [("2016-06-07T00:00", "2016-06-08T00:00")], "2016-06-10T00:00:00+01:00"),
        ("1wd", [("2016-06-07T15:00", "2016-06-09T10:00")], "2016-06-10T00:00:00+01:00"),
        ("1wd", [("2016-06-07T15:00", "2016-06-09T00:00")], "2016-06-09T00:00:00+01:00"),
        ("1wd", [("2016-06-08T00:00", "2016-06-09T10:00")], "2016-06-08T00:00:00+01:00"),
        ("8wh", [("2016-06-06T16:00", "2016-06-07T10:00")], "2016-06-07T14:00:00+01:00"),
        ("1mo", [("2016-06-10T00:00", "2016-06-11T00:00")], "2016-07-07T12:00:00+01:00"),
        ("1mo from date", [("2016-06-10T00:00", "2016-06-11T00:00")], "2016-07-08T00:00:00+01:00"),
        ("1mo from date", [("2016-06-10T12:00", "2016-06-11T12:00")], "2016-07-07T00:00:00+01:00"),
        ("2d from date", [("2016-06-07T00:00", "2016-06-08T00:00")], "2016-06-10T00:00:00+01:00"),
        ("2d from date", [("2016-06-08T15:00", "2016-06-10T10:00")], "2016-06-11T00:00:00+01:00"),
    ],
)
def test_pauses(limit: str, pauses: list[tuple[str, str]], expected: str) -> None:
    """From noon on Monday 6 June 2016: what had run out when the pause began stays so; a part of a day counts."""
    assert due("2016-06-06T12:00", limit, *pauses) == expected


def test_a_pause_from_the_very_start() -> None:
    """The day of the start is left out once, whether or not the whole of it was paused."""
    pause = ("2016-06-06T00:00", "2016-06-07T00:00")
    assert due("2016-06-06T00:00", "1wd", pause) == due("2016-06-06T00:00", "1wd") == "2016-06-08T00:00:00+01:00"


def test_an_explanation_names_every_day() -> None:
    """Each day from the start on, counted or with the reason why not."""
    pause = (at("2016-03-30T00:00"), at("2016-03-31T09:00"))
    days = counted_days(
        CALENDAR, at("2016-03-24T12:00"), at("2016-04-01T12:00"), Wait(parse("5wd"), None, [pause])
    )
    assert [(each.day.isoformat(), each.counted, each.why) for each in days] == [
        ("2016-03-24", 0, "day of the start"),
        ("2016-03-25", 0, "Good Friday"),
        ("2016-03-26", 0, "weekend"),
        ("2016-03-27", 0, "weekend"),
        ("2016-03-28", 0, "Easter Monday"),
        ("2016-03-29", 1, ""),
        ("2016-03-30", 0, "paused"),
        ("2016-03-31", 1, ""),
        ("2016-04-01", 0, "not over yet"),
    ]


def test_an_explanation_of_hours() -> None:
    """Hours are counted in microseconds, a pause within them is named, and time outside them counts nothing."""
    pauses = [(at("2016-03-29T09:00"), at("2016-03-29T11:00")), (at("2016-03-30T00:00"), at("2016-03-31T09:00"))]
    days = counted_days(
        CALENDAR, at("2016-03-24T18:00"), at("2016-04-01T09:00"), Wait(parse("20wh"), None, pauses)
    )
    assert [(each.day.day, each.counted // HOUR, each.why) for each in days] == [
        (24, 0, "outside working hours"),
        (25, 0, "Good Friday"),
        (26, 0, "weekend"),
        (27, 0, "weekend"),
        (28, 0, "Easter Monday"),
        (29, 6, "partly paused"),
        (30, 0, "paused"),
        (31, 8, ""),
        (1, 0, "outside working hours"),
    ]


def test_a_case_that_is_paused_when_its_last_day_ends() -> None:
    """The days until it is due are not counted again, and say why."""
    pause = (at("2016-06-07T15:00"), at("2016-06-09T10:00"))
    days = counted_days(
        CALENDAR, at("2016-06-06T12:00"), at("2016-06-11T00:00"), Wait(parse("1wd"), None, [pause])
    )
    assert [(each.day.day, each.counted, each.why) for each in days] == [
        (6, 0, "day of the start"),
        (7, 1, ""),
        (8, 0, "paused"),
        (9, 0, "paused when the last day ended"),
        (10, 1, ""),
    ]


def test_what_is_told_together_is_no_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The days that went by because the case was paused when the last one ended are not counted again."""
    monkeypatch.setattr("domain.working_time.counted_days.MOST_SINGLY", 1)
    pauses = [(at("2016-06-07T15:00"), at("2016-06-09T10:00"))]
    start, wait = at("2016-06-06T12:00"), Wait(parse("1wd"), None, pauses)
    due = CALENDAR.due(start, *wait)
    assert due is not None
    days = counted_days(CALENDAR, start, due, wait)
    assert [(each.day.day, each.last.day, each.counted, each.why) for each in days] == [
        (6, 6, 0, "day of the start"),
        (7, 9, 1, "not told day by day"),
    ]


def test_nothing_is_explained_of_no_time() -> None:
    """An interval without length touches no day."""
    assert (
        list(counted_days(CALENDAR, at("2016-06-06T12:00"), at("2016-06-06T12:00"), Wait(parse("1wd"), None, ())))
        == []
    )


def test_a_teams_own_hours() -> None:
    """A team has its hours; another, and nobody's, has the general ones; without any, nothing runs out."""
    assert due("2016-06-06T12:00", "3wh", team="Nights") == "2016-06-07T01:00:00+01:00"
    assert due("2016-06-06T12:00", "3wh", team="Hydra") == due("2016-06-06T12:00", "3wh")
    assert CALENDAR.working_day(date(2016, 6, 5), "Nights")
    assert not CALENDAR.working_day(date(2016, 6, 5))
    assert not CALENDAR.working_day(date(2016, 3, 25), "Nights")
    for limit in ("1wd", "1wh"):
        assert CALENDAR.due(0, parse(limit), "Nobody") is None
        assert CALENDAR.before(0, parse(limit), "Nobody") is None


def test_windows_of_a_night_with_a_change_of_clocks() -> None:
    """Six hours by the clock are seven when an hour is repeated and five when one is skipped."""
    hours = [
        [(end - begin) / HOUR for begin, end in CALENDAR.hours("Nights").spans(day.toordinal())]
        for day in (date(2016, 10, 30), date(2016, 3, 27), date(2016, 6, 5), date(2016, 3, 28))
    ]
    assert hours == [[7, 2], [5, 2], [6, 2], []]


def test_a_window_within_the_hour_that_is_skipped() -> None:
    """It is no window on that day."""
    times = Calendar(CalendarData(hours=("sun 01:15-01:45", "sun 01:45-02:30")))
    assert list(times.hours(None).spans(date(2016, 3, 27).toordinal())) == [
        (at("2016-03-27T02:00+01:00"), at("2016-03-27T02:30+01:00"))
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("weekdays 09:00-17:00", "'weekdays' is not a weekday"),
        ("mon-fri", "is not of the form 'mon-fri 09:00-17:00'"),
        ("mon-fri 9-17", "is not of the form 'mon-fri 09:00-17:00'"),
        ("mon 22:00-06:00", "ends before it begins"),
        ("mon 09:00-09:00", "ends before it begins"),
        ("mon 09:60-17:00", "09:60 is not a time of day"),
        ("mon 09:00-24:01", "24:01 is not a time of day"),
        ("sat-mon 09:00-17:00", "sat-mon runs backwards"),
        ("wed 16:00-18:00", "overlaps other hours on wed"),
    ],
)
def test_a_line_of_hours_that_is_none(line: str, said: str) -> None:
    """It is quoted, with what is wrong."""
    with pytest.raises(ValueError, match=said) as caught:
        read_hours(["mon-fri 09:00-17:00", line] if "wed" in line else [line])
    assert repr(line) in str(caught.value)


def test_windows_that_touch_are_no_overlap() -> None:
    """Hours may follow one another without a gap, in any order of lines."""
    assert read_hours(["MON 12:00-24:00", " mon 00:00-12:00 "])[0] == ((0, 720), (720, 1440))


def test_a_calendar_that_cannot_be_used() -> None:
    """An unknown zone and a holiday that is no day are refused."""
    for data in (CalendarData(zone="Europe/Atlantis"), CalendarData(holidays={"2016-02-30": "never"})):
        with pytest.raises(ValueError, match=r"Atlantis|day"):
            Calendar(data)


def test_beyond_the_calendar_there_is_no_answer() -> None:
    """A limit that runs out after the year 9999 gives none."""
    for limit in ("1s", "1mo", "1wd", "1wh", "1d from date", "1mo from date"):
        assert CALENDAR.due(FOREVER, parse_limit(limit)) is None


def test_a_limit_from_a_date_is_not_counted_backwards() -> None:
    """Options take none, and nothing else asks."""
    with pytest.raises(ValueError, match="forward"):
        CALENDAR.before(0, parse_limit("1d from date"))
