"""Bringing the tables on: nobody is held up while rows are worked out, and the tables are never by halves."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from domain.cases import events as ev
from domain.identity import officer_stream, rulebook_stream
from domain.instant import EARLIEST
from domain.officer import Enrolled, Left
from domain.rulebook.default import default_rulebook
from domain.rulebook.events import Adopted
from projections.runner import advance, batches
from projections.runner.rebuild import rebuild
from projections.tables import checkpoint, workers, writer
from projections.tables import rows as making
from projections.tables.engine import writing
from projections.tables.writer import Shelves
from tests.projections.stores import Shelf, tables
from tests.transactions import in_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import sqlalchemy

    from projections.tables.writer import RowDifference
    from tests.projections.engines import Place

ARREST = ev.ActionRecorded(kind="arrest")
SEEN = ev.ActionRecorded(kind="child-seen")


@pytest.fixture
def shelf(place: Place) -> Iterator[Shelf]:
    shelf = place.shared()
    yield shelf
    shelf.close()


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "WRITERS_PAUSE", 0)


def whenever_rows_are_worked_out(monkeypatch: pytest.MonkeyPatch, deed: Callable[[], object]) -> list[int]:
    """Have ``deed`` done each time before the rows of a case are worked out; return what counts these times."""
    made, times = making.rows_of, list[int]()

    def noting(*given: Any) -> Any:
        times.append(len(times))
        deed()
        return made(*given)

    for module in (writer, workers):
        monkeypatch.setattr(module, "rows_of", noting)
    return times


def once(todo: list[Callable[[], object]]) -> None:
    """Do what there is to do, and nothing the next time."""
    if todo:
        todo.pop()()


def story(shelf: Shelf) -> list[Callable[[], object]]:
    """Return what may happen, one after the other, and makes tables be filled, brought on and made anew."""
    book = msgspec.structs.replace(default_rulebook(), standards=())
    adoption = Adopted(effective_from=EARLIEST, rulebook=book)
    officer = officer_stream("DC 1417")
    return [
        lambda: shelf.open(*"ABCDEF"),
        lambda: shelf.put("A", ev.Allocated(officer="DC 1417")),
        lambda: shelf.put("", Enrolled(officer="DC 1417"), Left(), stream=officer),
        lambda: shelf.put("B", SEEN, ARREST, at=0.5, recorded=12),
        lambda: shelf.put("A", ev.EntryRetracted(entry=2)),
        lambda: shelf.put("", adoption, stream=rulebook_stream()),
    ]


@pytest.mark.parametrize("batch", [2, 10_000], ids=["many rows", "few rows"])
def test_no_transaction_is_open_while_rows_are_worked_out(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """Neither when tables are filled, nor when they are brought on or made anew, nor by a rebuild."""
    monkeypatch.setattr(making, "BATCH", batch)
    open_transactions: list[bool] = []
    times = whenever_rows_are_worked_out(
        monkeypatch, lambda: open_transactions.append(in_transaction(shelf.ledger))
    )
    for happen in story(shelf):
        happen()
        before = len(times)
        shelf.runner.catch_up()
        assert len(times) > before, "something is worked out each time"
    rebuild(shelf.runner)
    assert not any(open_transactions)


def test_whoever_records_while_rows_are_worked_out_is_let_in(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they recorded is for the next time."""
    other = shelf.again()
    shelf.open("A", "B")
    other._count = 2
    whenever_rows_are_worked_out(monkeypatch, lambda: other.put("B", SEEN))
    assert [shelf.runner.catch_up(), shelf.runner.catch_up()] == [2, 4]
    monkeypatch.undo()
    assert other.runner.catch_up() == other._count
    assert shelf.rows() == shelf.rebuilt_rows()
    other.close()


@pytest.mark.parametrize("batch", [2, 10_000], ids=["many rows", "few rows"])
def test_another_who_was_quicker_has_done_it(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    """Whatever was worked out meanwhile is let go, and one goes on from where the other came to."""
    monkeypatch.setattr(making, "BATCH", batch)
    other = shelf.again()
    for happen in story(shelf):
        happen()
        quicker: list[Callable[[], object]] = [other.runner.catch_up]
        whenever_rows_are_worked_out(monkeypatch, partial(once, quicker))
        head = shelf.ledger.head()[0]
        assert shelf.runner.catch_up() == head
        assert not quicker, "the other was asked"
        monkeypatch.undo()
        monkeypatch.setattr(making, "BATCH", batch)
        assert shelf.rows() == shelf.rebuilt_rows()
        assert len(shelf.tables()) == 2, "no table is left over"
    other.close()


def test_what_changes_is_written_in_parts_each_true_of_a_position(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No transaction changes more rows than that, unless one entry alone does; the end is the same."""
    shelf.open(*"ABCDEF")
    shelf.runner.catch_up()
    monkeypatch.setattr(advance, "MOST", 8)
    sizes: list[int] = []
    apply = Shelves.apply

    def noting(self: Shelves, difference: RowDifference) -> None:
        sizes.append(difference.size)
        apply(self, difference)

    monkeypatch.setattr(Shelves, "apply", noting)
    for reference in "ABCDEFABCDEF":
        shelf.put(reference, SEEN)
    shelf.runner.catch_up()
    assert len(sizes) > 1
    assert max(sizes) <= 8
    assert shelf.rows() == shelf.rebuilt_rows()
    monkeypatch.setattr(advance, "MOST", 1)
    shelf.put("A", ev.EntryCorrected(entry=1, values={"category": "missing"}))
    shelf.runner.catch_up()
    assert sizes[-1] > 1
    assert shelf.rows() == shelf.rebuilt_rows()


MOVE = {
    False: "UPDATE clock_interval_1 SET rowid = rowid + 1000",
    True: "UPDATE {here}clock_interval_1 SET due = due",
}
"""What puts every row of a table elsewhere and leaves it as it was, as a database may that is tidied up."""


def test_rows_that_were_put_elsewhere_meanwhile_are_looked_for_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is taken for another, and none is left that no longer holds."""
    shelf.open("A", "B")
    shelf.runner.catch_up()
    shelf.put("A", ev.Allocated(officer="DC 1417"))
    moved, looked = list[str](), Shelves.difference

    def moving(self: Shelves, *given: Any) -> RowDifference:
        found = looked(self, *given)
        moved.append("looked")
        return found

    checked = checkpoint.check_unmoved

    def after_the_look(connection: sqlalchemy.Connection, seen: Any) -> None:
        if moved == ["looked"] and in_writing:
            moved.append("moved")
            connection.exec_driver_sql(MOVE[shelf.on_server].format(here="longcase_tables."))
        checked(connection, seen)

    in_writing: list[bool] = []

    @contextmanager
    def noting(engine: sqlalchemy.Engine) -> Iterator[sqlalchemy.Connection]:
        with writing(engine) as connection:
            in_writing.append(True)
            yield connection

    monkeypatch.setattr(Shelves, "difference", moving)
    monkeypatch.setattr(checkpoint, "check_unmoved", after_the_look)
    monkeypatch.setattr(advance, "writing", noting)
    assert shelf.runner.catch_up() == 3
    assert moved == ["looked", "moved", "looked"], "it was tried twice"
    assert shelf.rows() == shelf.rebuilt_rows()


@pytest.mark.parametrize("after", range(1, 7))
def test_broken_off_between_two_transactions_the_tables_are_those_of_a_position(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Tables that were being filled beside them are gone, or go with the next that are."""
    shelf.open(*"ABCDEF")
    shelf.runner.catch_up()
    before = shelf.rows()
    book = msgspec.structs.replace(default_rulebook(), standards=())
    shelf.put("", Adopted(effective_from=EARLIEST, rulebook=book), stream=rulebook_stream())
    monkeypatch.setattr(making, "BATCH", 2)
    begun: list[int] = []

    @contextmanager
    def breaking(engine: sqlalchemy.Engine) -> Iterator[sqlalchemy.Connection]:
        begun.append(1)
        with writing(engine) as connection:
            if len(begun) == after:
                raise KeyboardInterrupt
            yield connection

    for module in (advance, batches):
        monkeypatch.setattr(module, "writing", breaking)
    with pytest.raises(KeyboardInterrupt):
        shelf.runner.catch_up()
    assert (shelf.tables(), shelf.rows()) == (tables(1), before)
    assert shelf.runner.status().position == 6
    shelf.runner.catch_up()
    assert shelf.rows() == shelf.rebuilt_rows()
