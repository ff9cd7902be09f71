"""A rulebook that would make every case cost too much is told before it is adopted, by its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from domain.rulebook.default import default_rulebook
from domain.rulebook_toml.bounds import MOST_STANDARDS
from domain.rulebook_toml.reader import read
from domain.rulebook_toml.writer import to_toml
from tests.domain.rulebook_toml.test_reader import SOUND, found, put

if TYPE_CHECKING:
    from domain.rulebook.model import Rulebook

HOURS = '[calendar]\nhours = ["{}"]\n'


@pytest.mark.parametrize(
    ("limit", "hours", "years"),
    [
        ("20000d", "mon-fri 09:00-17:00", 55),
        ("241mo", "mon-fri 09:00-17:00", 20),
        ("9999wd", "mon-fri 09:00-17:00", 38),
        ("20000d from date", "mon-fri 09:00-17:00", 55),
        ("241mo from date", "mon-fri 09:00-17:00", 20),
        ("1044wd", "mon 09:00-17:00", 20),
        ("99999wh", "mon-fri 09:00-17:00", 48),
        ("18wh", "mon 00:00-00:01", 21),
    ],
)
def test_a_limit_of_more_than_twenty_years_is_told(limit: str, hours: str, years: int) -> None:
    """In whatever it is counted, by the hours of the rulebook."""
    text = put(limit=f'limit = "{limit}"') + HOURS.format(hours)
    wrong = [(line, message) for line, message in found(text) if "years" in message]
    assert wrong == [(7, f"seen: {limit!r} lasts some {years} years, and at most 20 are counted")]


@pytest.mark.parametrize(
    ("limit", "hours"),
    [
        ("7300d", "mon-fri 09:00-17:00"),
        ("240mo", "mon-fri 09:00-17:00"),
        ("5000wd", "mon-fri 09:00-17:00"),
        ("1043w from date", "mon-fri 09:00-17:00"),
        ("240mo from date", "mon-fri 09:00-17:00"),
        ("40000wh", "mon-fri 09:00-17:00"),
        ("17wh", "mon 00:00-00:01"),
    ],
)
def test_a_limit_of_twenty_years_is_not(limit: str, hours: str) -> None:
    """Nothing that anybody waits for takes longer."""
    assert found(put(limit=f'limit = "{limit}"') + HOURS.format(hours)) == []


def test_the_hours_of_each_team_count_and_so_does_each_limit() -> None:
    """Of a team that never works nothing is said here."""
    limits = 'limit = {immediate = "8wh", otherwise = "2000wh"}'
    lines = {"starts": 'starts = ["escalated"]', "stops": 'stops = ["escalation-answered"]\nper = "escalation"'}
    text = put(limit=limits, **lines) + '[calendar.teams]\nA = {hours = ["mon 09:00-10:00"]}\nB = {hours = []}\n'
    assert [message for _, message in found(text) if "years" in message] == [
        "seen: '2000wh' lasts some 38 years, and at most 20 are counted"
    ]


def many(number: int) -> Rulebook:
    """Return a rulebook of that many standards."""
    one = read(SOUND).standards[0]
    standards = tuple(msgspec.structs.replace(one, id=f"seen-{place}") for place in range(number))
    return msgspec.structs.replace(default_rulebook(), standards=standards)


def test_there_are_two_hundred_standards_at_most() -> None:
    """The shipped rulebook has a tenth of that."""
    assert found(to_toml(many(MOST_STANDARDS))) == []
    (problem,) = found(to_toml(many(MOST_STANDARDS + 1)))
    assert problem.message == "there are 201 standards: at most 200 are worked out"
