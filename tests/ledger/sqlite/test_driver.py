"""The version gate: WAL only where SQLite is known not to lose what was committed."""

from __future__ import annotations

from types import ModuleType

import pytest

from ledger.sqlite.connection import MEMORY, create
from ledger.sqlite.driver import durability, newest, wal_is_safe


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((3, 40, 1), ("TRUNCATE", "EXTRA")),
        ((3, 51, 2), ("TRUNCATE", "EXTRA")),
        ((3, 51, 3), ("WAL", "FULL")),
        ((3, 53, 0), ("WAL", "FULL")),
        ((4, 0, 0), ("WAL", "FULL")),
    ],
)
def test_the_version_decides_the_journal_mode(version: tuple[int, int, int], expected: tuple[str, str]) -> None:
    """3.51.3 is the first that may be trusted with WAL and several connections."""
    assert durability(version) == expected
    assert wal_is_safe(version) == (expected[0] == "WAL")


def made(version: tuple[int, int, int]) -> ModuleType:
    module = ModuleType("driver")
    module.__dict__["sqlite_version_info"] = version
    return module


def test_the_newest_of_the_drivers_is_used() -> None:
    """Wherever it comes from; of equals, the first named."""
    old, new = made((3, 40, 1)), made((3, 53, 0))
    assert newest([old, new]) is new
    assert newest([new, old]) is new
    assert newest([new, made((3, 53, 0))]) is new


def test_some_driver_is_always_there() -> None:
    """The standard library's at least."""
    assert newest().sqlite_version_info >= (3, 37, 0)


@pytest.mark.parametrize("value", [b"", b"\0 sixteen bytes\xff", None])
def test_a_driver_is_told_that_bytes_and_nothing_are_bound_as_they_are(value: bytes | None) -> None:
    """It would else ask each value for ways to adapt it that there are not, which many entries make felt."""
    driver = newest()
    with create(MEMORY, {}) as connection:
        assert driver.adapt(value) is value
        assert connection.execute("SELECT ?, typeof(?1)", (value,)).fetchone() == (
            value,
            "null" if value is None else "blob",
        )
