"""The population tables compared with the entries, without a word being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.errors import StoreError
from ledger.integrity.findings import Wrong
from ledger.sqlite.driver import newest
from projections.runner.verify import Verified, tables_hold, verify
from projections.tables import checkpoint, workers
from tests.projections.seven_cases import CASES, OF_NOBODY, seven_cases
from tests.projections.stores import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with seven_cases(tmp_path / "s.db") as lent:
        yield lent


def wrong(shelf: Shelf, *statements: str) -> str:
    """Return what is said of the tables after statements that Longcase never makes."""
    for statement in statements:
        shelf.sql(statement)
    with pytest.raises(Wrong) as told:
        tables_hold(shelf.ledger)
    assert told.value.advice
    return str(told.value)


def test_sound_tables(shelf: Shelf) -> None:
    """Tables that nobody touched hold, every entry was read, and nothing was written."""
    before = shelf.sql("PRAGMA data_version"), shelf.rows(), shelf.ledger.connection.total_changes
    told: list[int] = []
    rows = len(shelf.rows().cases) + len(shelf.rows().clocks)
    assert verify(shelf.runner, told.append) == Verified(2 * CASES + 1, rows, 0, 0)
    assert sum(told) == 2 * CASES + 1
    assert f"{rows} rows, each as the entries up to position {2 * CASES + 1} make it" in tables_hold(shelf.ledger)
    assert (shelf.sql("PRAGMA data_version"), shelf.rows(), shelf.ledger.connection.total_changes) == before


def test_in_small_parts(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few rows are compared at a time, the same is found."""
    whole = verify(shelf.runner)
    monkeypatch.setattr("projections.tables.rows.BATCH", 1)
    assert verify(shelf.runner) == whole
    shelf.sql("DELETE FROM clock_interval_1 WHERE rowid % 5 = 0")
    found = verify(shelf.runner)
    assert found is not None
    assert (found.missing > 0, found.surplus) == (True, 0)


def test_worked_out_aside(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of a large ledger are worked out by other processes, with the same result."""
    whole = verify(shelf.runner)
    monkeypatch.setattr(workers, "LARGE", 1)
    monkeypatch.setattr(workers, "possible", lambda: True)
    assert verify(shelf.runner) == whole
    last = "valid_from = (SELECT max(valid_from) FROM case_interval_1)"
    told = wrong(shelf, f"UPDATE case_interval_1 SET team = 'Hydra' WHERE {last}")
    assert "rows missing: 1, too many: 1" in told


def test_entries_that_were_not_seen_yet_are_no_fault(shelf: Shelf) -> None:
    """The tables are compared with the entries that they reflect, and not with later ones."""
    shelf.open("LATER")
    found = verify(shelf.runner)
    assert found is not None
    assert found[2:] == (0, 0)


COLUMNS = [(table.name, column.name) for table in checkpoint.tables(1) for column in table.columns]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_every_column_is_compared(shelf: Shelf, table: str, column: str) -> None:
    """A changed value in any column of any table is told."""
    other = "zeroblob(16)" if column in {"stream", "officer"} else f'coalesce("{column}", 0) + 7'
    last = f"known_from = (SELECT max(known_from) FROM {table})"
    assert "rows missing: " in wrong(shelf, f'UPDATE {table} SET "{column}" = {other} WHERE {last}')


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM case_interval_1 WHERE reference = 'CASE-2'", "rows missing: 2, too many: 0"),
        ("DELETE FROM clock_interval_1", "too many: 0"),
        (
            "INSERT INTO clock_interval_1 SELECT * FROM clock_interval_1 WHERE rowid = 1",
            "rows missing: 0, too many: 1",
        ),
        (OF_NOBODY, "rows missing: 0, too many: 1"),
        ("UPDATE projection SET position = 3", "too many"),
        ("UPDATE projection SET position = -1", "absurd"),
        ("UPDATE projection SET failure = 'none'", "absurd"),
        ("UPDATE projection SET schema = 99", "shape 99"),
        ("UPDATE projection SET generation = 2", "no such table"),
        ("UPDATE projection SET name = 'cates'", "nothing says what they reflect"),
    ],
)
def test_damage(shelf: Shelf, statement: str, told: str) -> None:
    """Rows that are gone, that are there twice or of nobody, and a checkpoint that cannot be true."""
    assert told in wrong(shelf, statement)


def test_an_older_shape_is_no_fault(shelf: Shelf) -> None:
    """Tables of an older shape are made anew before they are read."""
    shelf.sql("UPDATE projection SET schema = 1")
    assert "built anew" in tables_hold(shelf.ledger)


def test_no_tables_are_no_fault() -> None:
    """A store that nobody asked about its cases has none."""
    assert "none is built yet" in tables_hold(Shelf().ledger)


def test_a_ledger_without_entries() -> None:
    """Tables of an empty ledger are empty."""
    shelf = Shelf()
    shelf.runner.catch_up()
    assert verify(shelf.runner) in (None, Verified(0, 0, 0, 0))


def test_an_entry_that_cannot_be_read(shelf: Shelf) -> None:
    """It is named by its position."""
    shelf.sql("DROP TRIGGER entry_update")
    assert "position 5 cannot be read" in wrong(shelf, "UPDATE entry SET payload = x'00' WHERE position = 5")


def test_the_rows_come_with_the_cases_that_were_skipped(shelf: Shelf) -> None:
    """An entry that somebody left out is left out here too."""
    position = shelf.poison("CASE-1")
    with pytest.raises(Exception, match="stopped before"):
        shelf.runner.catch_up()
    assert verify(shelf.runner) is not None
    shelf.skip(position)
    shelf.runner.catch_up(retry=True)
    found = verify(shelf.runner)
    assert found is not None
    assert found[2:] == (0, 0)


def test_a_writer_in_the_way_is_no_damage(shelf: Shelf, tmp_path: Path) -> None:
    """Who cannot look says so, and says nothing about the tables."""
    shelf.sql("PRAGMA journal_mode = DELETE")
    shelf.sql("PRAGMA busy_timeout = 0")
    other = newest().connect(str(tmp_path / "s.db"), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="in use by another writer"):
        tables_hold(shelf.ledger)
    other.close()
