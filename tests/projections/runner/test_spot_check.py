"""The quick comparison of the population tables with the ledger: every case, and the rows of some."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.integrity.findings import Wrong
from projections.runner import spot_check
from projections.runner.spot_check import SpotChecked, tables_hold_by_sample
from projections.tables import checkpoint
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
    with pytest.raises(Wrong) as refused:
        tables_hold_by_sample(shelf.ledger)
    assert refused.value.advice
    return str(refused.value)


def test_sound_tables(shelf: Shelf) -> None:
    """Of a small store every row is compared; nothing is written, and later entries are no fault."""
    shelf.open("LATER")
    before = shelf.sql("PRAGMA data_version"), shelf.rows(), shelf.ledger.connection.total_changes
    assert spot_check.spot_check(shelf.runner) == SpotChecked(2 * CASES + 1, CASES, CASES, 0)
    assert "the 7 cases up to position 15 are in them; their rows are as" in tables_hold_by_sample(shelf.ledger)
    assert (shelf.sql("PRAGMA data_version"), shelf.rows(), shelf.ledger.connection.total_changes) == before


def test_few_of_many_are_drawn(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large store the rows of some cases are compared, and the answer says of how many."""
    monkeypatch.setattr(spot_check, "MOST_CASES", 3)
    assert "the rows of 3, drawn at random, are as" in tables_hold_by_sample(shelf.ledger)


def test_a_long_case_is_left_to_the_whole_comparison(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Working out the rows of a long case takes long: it is not counted among those compared."""
    monkeypatch.setattr(spot_check, "MOST_ENTRIES", 2)
    found = spot_check.spot_check(shelf.runner)
    assert found is not None
    assert (found.cases, found.compared) == (CASES, CASES - 1)


COLUMNS = [(table.name, column.name) for table in checkpoint.tables(1) for column in table.columns]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_every_column_is_compared(shelf: Shelf, table: str, column: str) -> None:
    """A changed value in any column of a case that is drawn is noticed."""
    other = "zeroblob(16)" if column in {"stream", "officer"} else f'coalesce("{column}", 0) + 7'
    last = f"known_from = (SELECT max(known_from) FROM {table})"
    assert "not in the population tables as the entries make them" in wrong(
        shelf, f'UPDATE {table} SET "{column}" = {other} WHERE {last}'
    )


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM case_interval_1 WHERE reference = 'CASE-2'", "1 case is not in"),
        ("DELETE FROM case_interval_1", "7 cases are not in"),
        (OF_NOBODY, "1 case is not in"),
        ("UPDATE projection SET position = 3", "cases are not in"),
        ("UPDATE projection SET position = -1", "absurd"),
        ("UPDATE projection SET schema = 99", "shape 99"),
        ("UPDATE projection SET name = 'cates'", "nothing says what they reflect"),
    ],
)
def test_what_no_draw_can_miss(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, statement: str, said: str) -> None:
    """A case that is gone, rows of nobody and an absurd checkpoint are noticed whatever is drawn."""
    monkeypatch.setattr(spot_check, "MOST_CASES", 0)
    assert said in wrong(shelf, statement)


def test_a_case_all_of_whose_entries_are_skipped_has_no_row(shelf: Shelf) -> None:
    """A case that the tables were made to leave out is not missed."""
    shelf.sql("DROP TRIGGER entry_update")
    shelf.open("POISON")
    shelf.sql("UPDATE entry SET payload = x'00' WHERE position = (SELECT max(position) FROM entry)")
    shelf.skip(2 * CASES + 2)
    shelf.runner.catch_up()
    found = spot_check.spot_check(shelf.runner)
    assert found is not None
    assert (found.cases, found.wrong) == (CASES + 1, 0)


def test_no_tables_are_no_fault() -> None:
    """A store that nobody asked about its cases has none."""
    assert "none is built yet" in tables_hold_by_sample(Shelf().ledger)
