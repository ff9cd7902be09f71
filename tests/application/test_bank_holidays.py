"""Bank holidays of England and Wales: what ships is what the package says, put right where it is wrong."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest

from application.bank_holidays import FIRST_YEAR, LAST_YEAR, bank_holidays, shipped
from domain.errors import UsageProblem
from scripts.write_bank_holidays import FILE, content


def test_the_file_is_what_the_script_writes() -> None:
    """After a change of the package's version, the days that ship are written anew."""
    assert FILE.read_bytes() == content()


def test_what_ships_says_where_it_comes_from() -> None:
    """The days carry the package's version and the years for which they are known."""
    known = shipped()
    assert (known.holidays, known.holidays_from) == bank_holidays()
    assert known.holidays_from.startswith("holidays 0.109")
    assert (known.first_year, known.last_year) == (FIRST_YEAR, LAST_YEAR)
    assert {int(day[:4]) for day in known.holidays} == set(range(FIRST_YEAR, LAST_YEAR + 1))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("1953-06-02", "coronation"),
        ("1968-09-02", "the trial of late summer holidays"),
        ("1973-11-14", "royal wedding"),
        ("1974-01-01", "the first New Year's Day"),
        ("1977-06-07", "silver jubilee"),
        ("1981-07-29", "royal wedding"),
        ("1995-05-08", "VE day, 50 years on, in place of May Day"),
        ("1999-12-31", "the millennium"),
        ("2002-06-03", "golden jubilee"),
        ("2002-06-04", "spring holiday, moved to the jubilee"),
        ("2011-04-29", "royal wedding"),
        ("2012-06-04", "spring holiday, moved to the jubilee"),
        ("2012-06-05", "diamond jubilee"),
        ("2020-05-08", "VE day, 75 years on, in place of May Day"),
        ("2022-06-02", "spring holiday, moved to the jubilee"),
        ("2022-06-03", "platinum jubilee"),
        ("2022-09-19", "state funeral"),
        ("2023-05-08", "coronation"),
    ],
)
def test_added_and_moved_days(day: str, why: str) -> None:
    """What was proclaimed is a bank holiday."""
    assert day in shipped().holidays, why


@pytest.mark.parametrize(
    "day",
    [
        "1967-05-15",
        "1970-05-18",
        "1970-12-28",
        "1995-05-01",
        "2002-05-27",
        "2012-05-28",
        "2020-05-04",
        "2022-05-30",
    ],
)
def test_days_that_were_moved_away(day: str) -> None:
    """The day from which a holiday was moved is a working day."""
    assert day not in shipped().holidays


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2016, ["01-01", "03-25", "03-28", "05-02", "05-30", "08-29", "12-26", "12-27"]),
        (2020, ["01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28"]),
        (2021, ["01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"]),
        (2022, ["01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"]),
    ],
)
def test_weekdays_of_a_year_without_work(year: int, days: list[str]) -> None:
    """The bank holidays that fell on weekdays, as the government published them."""
    found = [
        day for day in shipped().holidays if day.startswith(str(year)) and date.fromisoformat(day).weekday() < 5
    ]
    assert found == [f"{year}-{day}" for day in days]


def test_every_august_has_its_holiday() -> None:
    """The first Monday until 1964; the Monday after the last Saturday in August, then the last one, since."""
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        first = date(year, 8, 1) if year < 1965 else date(year, 8, 25)
        days = {str(first + timedelta(days=number)) for number in range(14)} & shipped().holidays.keys()
        assert [date.fromisoformat(day).weekday() for day in days] == [0]


def test_overrides() -> None:
    """A force's own day is added with its name; one that it works is taken away."""
    days, _ = bank_holidays([("2016-07-04", True, "The force's own day"), ("2016-12-27", False, "worked")])
    assert days["2016-07-04"] == "The force's own day"
    assert "2016-12-27" not in days
    assert list(days) == sorted(days)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("4 July", "'4 July' is not a day"),
        ("1949-12-26", "outside the years 1950 to 2075"),
        ("2016-07-04", "no bank holiday as it is"),
    ],
)
def test_an_override_that_changes_nothing_is_refused(day: str, said: str) -> None:
    """No day, a day in an unknown year, and no holiday to take away are said."""
    with pytest.raises(UsageProblem, match=said):
        bank_holidays([(day, False, "")])


@pytest.mark.parametrize("language", ["th_TH.UTF-8", "en_US.UTF-8"])
def test_names_do_not_follow_the_environment(language: str) -> None:
    """Whoever adopts a rulebook, in whatever language, freezes the same names."""
    script = (
        "from application.bank_holidays import *; import sys; sys.exit(bank_holidays()[0] != shipped().holidays)"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", script],
        cwd=FILE.parents[2],
        env={"LANGUAGE": language, "LANG": language},
        check=False,
    )
    assert outcome.returncode == 0


def test_reading_does_not_load_the_package() -> None:
    """The days that ship cost a cold start a file, not a package."""
    script = "import sys, application.bank_holidays as b; b.shipped(); sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=FILE.parents[2], check=False).returncode == 0
