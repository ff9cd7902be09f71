"""The population tables compared with the entries, without a word being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain import case_events as ev
from ledger.checks import Wrong
from projections import aside, verifying
from projections.verifying import Verified, tables_hold, verify
from tests.projections.stores import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CASES = 7


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Seven cases, an arrest in each, one late entry, all in the tables."""
    shelf = Shelf(tmp_path / "s.db")
    shelf.open(*(f"CASE-{number}" for number in range(CASES)))
    shelf.runner.catch_up()
    for number in range(CASES):
        shelf.put(f"CASE-{number}", ev.ActionRecorded(kind="arrest"))
    shelf.put("CASE-3", ev.Allocated(officer="DC 1417"), at=2.5)
    shelf.runner.catch_up()
    yield shelf
    shelf.close()


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
    monkeypatch.setattr("projections.rows.BATCH", 1)
    assert verify(shelf.runner) == whole
    shelf.sql("DELETE FROM clock_interval_1 WHERE rowid % 5 = 0")
    found = verify(shelf.runner)
    assert found is not None
    assert (found.missing > 0, found.surplus) == (True, 0)


def test_worked_out_aside(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of a large ledger are worked out by other processes, with the same result."""
    whole = verify(shelf.runner)
    monkeypatch.setattr(aside, "LARGE", 1)
    monkeypatch.setattr(aside, "possible", lambda: True)
    assert verify(shelf.runner) == whole
    assert "1 rows are missing and 1 too many" in wrong(
        shelf,
        "UPDATE case_interval_1 SET team = 'Hydra' WHERE valid_from = (SELECT max(valid_from) FROM case_interval_1)",
    )


def test_entries_that_were_not_seen_yet_are_no_fault(shelf: Shelf) -> None:
    """The tables are compared with the entries that they reflect, and not with later ones."""
    shelf.open("LATER")
    found = verify(shelf.runner)
    assert found is not None
    assert found[2:] == (0, 0)


@pytest.mark.parametrize("kind", ["case", "clock"])
def test_every_column_is_compared(shelf: Shelf, kind: str) -> None:
    """A changed value in any column of any table is told."""
    columns = [row[1] for row in shelf.sql(f"PRAGMA table_info({kind}_interval_1)")]
    name, where = f"{kind}_interval_1", "known_from = (SELECT max(known_from) FROM {0})"
    for column in columns:
        shelf.sql("BEGIN")
        other = "zeroblob(16)" if column in {"stream", "officer"} else "77"
        shelf.sql(f'UPDATE {name} SET "{column}" = {other} WHERE {where.format(name)}')
        with pytest.raises(Wrong, match="not what the entries make of them"):
            verifying._told(_inside(shelf))
        shelf.sql("ROLLBACK")
    assert tables_hold(shelf.ledger)


def _inside(shelf: Shelf) -> Verified | None:
    """Compare inside the transaction that is open."""
    from projections.verifying import _Comparison, _worked_out

    with shelf.runner.engine.connect() as connection:
        comparison = _Comparison(connection, 1)
        for rows, _ in _worked_out(shelf.runner, 2 * CASES + 1):
            comparison.add(rows)
        return comparison.concluded(0)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM case_interval_1 WHERE reference = 'CASE-2'", "2 rows are missing and 0 too many"),
        ("DELETE FROM clock_interval_1", "rows are missing and 0 too many"),
        (
            "INSERT INTO clock_interval_1 SELECT * FROM clock_interval_1 WHERE rowid = 1",
            "0 rows are missing and 1 too many",
        ),
        (
            "INSERT INTO clock_interval_1 (stream, valid_from, valid_to, known_from, known_to, kind, name, standard,"
            " \"key\", \"limit\", since, due) VALUES (zeroblob(16), 0, 1, 0, 1, '', '', '', '', '', 0, 0)",
            "0 rows are missing and 1 too many",
        ),
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
