"""Times as numbers: so many seconds, or parts of one, since 1970-01-01T00:00:00Z, where a mapping says which."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from domain.instant import EARLIEST, FOREVER
from exchange.times.wall import NoTime

if TYPE_CHECKING:
    from decimal import Decimal

    from domain.instant import Instant

UNITS: Final = {"s": 6, "ms": 3, "us": 0, "ns": -3}
"""By unit: the power of ten that makes microseconds of it."""

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?")


def read_count(text: str, unit: str) -> Instant:
    """Return the instant that is ``text`` units after 1970 began; parts of a microsecond are cut.

    Raises ``NoTime`` for what is no number, or lies outside the years 1 to 9999.
    """
    return _split(text, unit)[0]


def rest_of_count(text: str, unit: str) -> str:
    """Return the digits that ``read_count`` cut, as text that sorts as they do."""
    return format(_split(text, unit)[1], "f")


def _split(text: str, unit: str) -> tuple[Instant, Decimal]:
    from decimal import ROUND_FLOOR, Context, Decimal

    if not _NUMBER.fullmatch(text):
        raise NoTime(f"is no number of {unit} since 1970")
    exact = Context(prec=200)
    micros = exact.scaleb(Decimal(text), UNITS[unit])
    if not EARLIEST <= micros <= FOREVER:
        raise NoTime("is outside the years 1 to 9999")
    whole = micros.to_integral_value(ROUND_FLOOR, exact)
    return int(whole), exact.subtract(micros, whole)
