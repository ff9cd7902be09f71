"""The bank holidays of England and Wales: the days that ship, and the same days worked out anew with overrides.

Reading takes them from a file of the domain's data. Only adopting a rulebook works them out anew, from the
``holidays`` package, whose loading takes longer than most commands.
"""

from __future__ import annotations

import os
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

import domain
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST_YEAR: Final = 1950
LAST_YEAR: Final = 2075

Override = tuple[str, bool, str]
"""A day (YYYY-MM-DD), whether it is a bank holiday, and its name or why it is none."""

_DATA: Final = os.path.join(os.path.dirname(domain.__file__), "data")  # noqa: PTH118, PTH120  (as in application.vocabulary: pathlib costs a cold start 12 ms)


class BankHolidays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days (YYYY-MM-DD) with their names, where they come from, and the years for which they are known."""

    holidays_from: str
    first_year: int
    last_year: int
    holidays: dict[str, str]


@cache
def shipped() -> BankHolidays:
    """Return the bank holidays that ship with the program."""
    return msgspec.json.decode(_bytes("bank_holidays.json"), type=BankHolidays)


def bank_holidays(overrides: Iterable[Override] = ()) -> tuple[dict[str, str], str]:
    """Return the days with their names, in order, and where they come from, with the version.

    The package's days are put right where they are known to be wrong, then changed by ``overrides``, in
    order. Raises ``UsageProblem`` for an override whose day is none, lies outside the known years, or takes
    away a bank holiday that there is not.
    """
    from holidays import country_holidays
    from holidays.version import __version__

    years = range(FIRST_YEAR, LAST_YEAR + 1)
    # In one language, whatever that of whoever adopts the rulebook: else the names follow the environment.
    found = country_holidays("GB", subdiv="ENG", years=years, language="en_GB")
    days = {day.isoformat(): name for day, name in found.items()}
    corrections = _corrections()
    for override in (*corrections, *overrides):
        _change(days, *override)
    source = f"holidays {__version__}, {len(corrections)} days corrected"
    return dict(sorted(days.items())), source


def _corrections() -> list[Override]:
    import tomllib

    rows = tomllib.loads(_bytes("bank_holidays_corrections.toml").decode())["corrections"]
    return [(row["day"], row["holiday"], row["why"]) for row in rows]


def _change(days: dict[str, str], day: str, holiday: bool, why: str) -> None:  # noqa: FBT001  (an override's own fields)
    try:
        known = FIRST_YEAR <= date.fromisoformat(day).year <= LAST_YEAR
    except ValueError as error:
        raise UsageProblem(f"override: {day!r} is not a day", hints=("write YYYY-MM-DD",)) from error
    if not known:
        raise UsageProblem(f"override: {day} is outside the years {FIRST_YEAR} to {LAST_YEAR}")
    if holiday:
        days[day] = why
    elif days.pop(day, None) is None:
        raise UsageProblem(f"override: {day} is no bank holiday as it is", hints=("leave the override out",))


def _bytes(name: str) -> bytes:
    with open(os.path.join(_DATA, name), "rb") as file:  # noqa: PTH118, PTH123  (as above)
        return file.read()
