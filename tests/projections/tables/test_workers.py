"""Rows worked out by another process are the same rows, and its failure leaves everything as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.cases import events as ev
from domain.errors import StoreError
from domain.identity import officer_stream
from domain.officer import Enrolled
from ledger.workers.process import run_in_process
from projections.tables import workers
from tests.projections.stores import Shelf
from tests.transactions import in_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.projections.engines import Place

ARREST = ev.ActionRecorded(kind="arrest")


@pytest.fixture
def shelf(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """A store that others may open whose tables are filled aside, however few its entries."""
    monkeypatch.setattr(workers, "LARGE", 1)
    monkeypatch.setattr(workers, "SPAN", 9)
    monkeypatch.setattr(workers, "possible", lambda: True)
    shelf = place.shared()
    shelf.put("", Enrolled(officer="DC 1417"), stream=officer_stream("DC 1417"))
    for number in range(40):
        shelf.open(f"CASE-{number}")
        shelf.put(f"CASE-{number}", ARREST)
    shelf.put("CASE-3", ARREST, at=0.5)
    shelf.put("CASE-4", ev.EntryCorrected(entry=2, values={"kind": "interview"}), ev.EntryRetracted(entry=3))
    shelf.put("CASE-5", ev.RiskAssessed(risk="high"), ev.Allocated(officer="Ås", team=None))
    yield shelf
    shelf.close()


def noted(monkeypatch: pytest.MonkeyPatch, *instead: Any) -> list[tuple[Any, ...]]:
    """Note what is asked of the other process; ask for something else where that is given."""
    asked: list[tuple[Any, ...]] = []

    def ask(*arguments: Any) -> Iterator[Any]:
        asked.append(arguments)
        return run_in_process(*(instead or arguments))

    monkeypatch.setattr(workers, "run_in_process", ask)
    return asked


def test_the_rows_are_the_same(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """And so is the progress, and what comes after is brought in here."""
    asked = noted(monkeypatch)
    progress: list[int] = []
    assert shelf.runner.catch_up(progress.append) == 86
    assert [one[3] for one in asked] == list(range(workers.WORKERS))
    assert sum(progress) == 86
    assert shelf.rows() == shelf.rebuilt_rows()
    assert [len(rows) > least for rows, least in zip(shelf.rows(), (80, 40), strict=True)] == [True, True]
    shelf.put("CASE-7", ARREST)
    shelf.runner.catch_up()
    assert len(asked) == workers.WORKERS
    assert shelf.rows() == shelf.rebuilt_rows()


def test_an_entry_that_cannot_be_read_is_told_by_the_other_process(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first in the ledger, as ever; and what is skipped is skipped there too."""
    asked = noted(monkeypatch)
    shelf.poison("CASE-9")
    shelf.open("LATER")
    shelf.poison("CASE-8")
    with pytest.raises(StoreError, match=r"stopped before position 87: entry 3 of its stream, case\.unheard-of"):
        shelf.runner.catch_up()
    assert len(asked) >= 2
    assert len(shelf.ask().items) == 40
    shelf.sql("DELETE FROM projection")
    for table in shelf.tables():
        shelf.sql(f"DROP TABLE {table}")
    shelf.skip(87)
    shelf.skip(89)
    shelf.runner.catch_up()
    assert asked[-1][-1] == [87, 89]
    assert shelf.rows() == shelf.rebuilt_rows()


@pytest.mark.parametrize(
    ("instead", "why"), [(("os", "_exit", 0), "ended too early"), (("builtins", "int", "x"), "ValueError")]
)
def test_if_the_other_process_fails_nothing_has_changed(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, instead: tuple[Any, ...], why: str
) -> None:
    """There are no tables, as before; the next attempt makes them."""
    noted(monkeypatch, *instead)
    with pytest.raises(StoreError, match=f"the population tables could not be worked out: .*{why}"):
        shelf.runner.catch_up()
    assert shelf.tables() == []
    assert not in_transaction(shelf.ledger)
    monkeypatch.setattr(workers, "run_in_process", run_in_process)
    assert shelf.runner.catch_up() == 86
    assert shelf.rows() == shelf.rebuilt_rows()


def test_an_interruption_ends_it_without_a_trace(shelf: Shelf) -> None:
    """Ctrl-C while rows arrive."""

    def cut(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelf.runner.catch_up(cut)
    assert shelf.tables() == []


def test_it_is_done_here_where_that_is_cheaper_or_the_only_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small ledger, one in memory, a machine with one processor."""
    shelf, memory = Shelf(tmp_path / "small.db"), Shelf()
    monkeypatch.setattr(workers, "possible", lambda: True)
    assert workers.location_to_share(shelf.ledger, workers.LARGE - 1) is None
    assert workers.location_to_share(shelf.ledger, workers.LARGE) == str(tmp_path / "small.db")
    assert workers.location_to_share(memory.ledger, workers.LARGE) is None
    monkeypatch.setattr(workers, "possible", lambda: False)
    assert workers.location_to_share(shelf.ledger, workers.LARGE) is None
    shelf.close()
    memory.close()
