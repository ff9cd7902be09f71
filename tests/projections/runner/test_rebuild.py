"""Rebuilding: beside the old, compared with it, and cut off without a trace."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import sqlalchemy

from domain.cases import events as ev
from domain.errors import Conflict, StoreError
from domain.identity import rulebook_stream
from domain.instant import EARLIEST
from domain.rulebook.default import default_rulebook
from domain.rulebook.events import Adopted
from ledger.reader import LAST
from projections.runner import rebuild as rebuilding
from projections.runner.rebuild import Rebuilt, rebuild
from projections.tables import rows as making
from projections.tables.case_key import key_at
from tests.projections.stores import Shelf, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from projections.runner.runner import Runner
    from tests.projections.engines import Place

ARREST = ev.ActionRecorded(kind="arrest")

# Of each case, under the rulebook that is shipped: that nobody has it. That nothing is done with it is reckoned.
WAITS = 1
INDEXES = ["case_cell", "case_open", "clock_cell", "clock_due", "clock_kind", "clock_officer", "clock_stream"]


@pytest.fixture
def shelf(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """Six cases of two entries each, whose rows a rebuild writes a few at a time."""
    shelf = place.shelf()
    shelf.open(*"ABCDEF")
    for reference in "ABCDEF":
        shelf.put(reference, ARREST)
    shelf.runner.catch_up()
    monkeypatch.setattr(making, "BATCH", 3)
    yield shelf
    shelf.close()


def once(deed: Callable[[], object], after: int) -> Callable[[int], None]:
    """Return a progress that does something when it is told for the ``after``-th time."""
    told: list[int] = []

    def progress(count: int) -> None:
        told.append(count)
        if len(told) == after:
            deed()

    return progress


def whole(cases: int, entries: int, clocks: int) -> Rebuilt:
    """Return what a rebuild says of sound tables with so many rows each."""
    return Rebuilt(entries, cases + clocks, 0, 0)


def interrupt() -> None:
    raise KeyboardInterrupt


def test_it_is_beside_the_old_and_the_same(shelf: Shelf) -> None:
    """The new tables have another number, the old ones are gone, and the rows are equal."""
    before = shelf.rows()
    assert (len(before.cases), len(before.clocks)) == (12, 6 * WAITS)
    told: list[int] = []
    assert rebuild(shelf.runner, told.append) == whole(12, 12, 6 * WAITS)
    assert sum(told) == 12
    assert (shelf.tables(), shelf.rows()) == (tables(2), before)
    assert (shelf.runner.status().generation, shelf.runner.status().rows) == (2, 12 + 6 * WAITS)
    assert shelf.indexes(2) == [name.replace("_", "_interval_2_") for name in INDEXES]
    shelf.open("G")
    shelf.runner.catch_up()
    assert shelf.rows() == shelf.rebuilt_rows()


def test_it_makes_the_tables_if_there_are_none(place: Place) -> None:
    """What was not there could lack nothing but everything."""
    shelf = place.shelf()
    assert rebuild(shelf.runner) == Rebuilt(0, 0, 0, 0)
    shelf.open("A", "B")
    assert rebuild(shelf.runner) == whole(2, 2, 2 * WAITS)
    assert shelf.runner.catch_up() == 2
    shelf.close()


@pytest.mark.parametrize(
    ("tampering", "missing", "surplus"),
    [
        ("DELETE FROM case_interval_1 WHERE reference = 'C'", 2, 0),
        ("UPDATE case_interval_1 SET owner = 'DC 2206' WHERE reference = 'C' AND valid_to = 0", 1, 1),
        ("UPDATE case_interval_1 SET valid_from = valid_from - 1 WHERE reference IN ('A', 'B')", 4, 4),
        ("UPDATE case_interval_1 SET reference = 'Z', stream = {zeros} WHERE reference = 'E'", 2, 2),
        ("DELETE FROM case_interval_1", 12, 0),
        ("DELETE FROM clock_interval_1 WHERE name = 'unallocated'", 6, 0),
        ("UPDATE clock_interval_1 SET due = due + 1 WHERE name = 'unallocated'", 6, 6),
        ("UPDATE clock_interval_1 SET cell = NULL WHERE name = 'unallocated'", 6, 6),
        ("UPDATE clock_interval_1 SET stream = {zeros} WHERE name = 'unallocated'", 6, 6),
        ("INSERT INTO clock_interval_1 SELECT * FROM clock_interval_1 WHERE name = 'unallocated'", 0, 6),
        ("DELETE FROM clock_interval_1", 6 * WAITS, 0),
        ("UPDATE clock_interval_1 SET officer = {zeros} WHERE name = 'unallocated' AND officer IS NULL", 6, 6),
        ("DELETE FROM clock_interval_1; DELETE FROM case_interval_1", 12 + 6 * WAITS, 0),
    ],
)
def test_what_was_wrong_with_the_old_is_counted_and_gone(
    shelf: Shelf, tampering: str, missing: int, surplus: int
) -> None:
    """A changed row is one that lacks and one too many; so in both tables."""
    for statement in tampering.split(";"):
        shelf.sql(statement)
    sound = whole(12, 12, 6 * WAITS)
    assert rebuild(shelf.runner) == sound._replace(missing=missing, surplus=surplus)
    assert shelf.rows() == shelf.rebuilt_rows()
    assert rebuild(shelf.runner) == sound


def test_tables_that_were_behind_were_not_wrong(shelf: Shelf) -> None:
    """They are compared as they would have been after catching up."""
    shelf.put("A", ARREST)
    shelf.open("G")
    assert rebuild(shelf.runner) == whole(14, 14, 6 * WAITS + 1)
    assert shelf.runner.status().behind == 0


@pytest.mark.parametrize("after", range(1, 7))
def test_interrupted_at_any_case_the_old_stays_and_nothing_is_left_behind(shelf: Shelf, after: int) -> None:
    """As with Ctrl-C."""
    before = shelf.rows()
    with pytest.raises(KeyboardInterrupt):
        rebuild(shelf.runner, once(interrupt, after))
    assert (shelf.tables(), shelf.rows()) == (tables(1), before)
    assert shelf.runner.catch_up() == 12
    assert len(shelf.ask().items) == 6


@pytest.mark.parametrize("table", tables(2))
@pytest.mark.parametrize("statement", ["CREATE TABLE", "INSERT INTO", "CREATE INDEX", "SELECT count", "UPDATE"])
def test_interrupted_inside_a_statement_the_connection_stays(shelf: Shelf, statement: str, table: str) -> None:
    """SQLAlchemy closes its connections on Ctrl-C; this one is the ledger's, and is needed to tidy up."""
    if statement == "INSERT INTO" and shelf.on_server:
        pytest.skip("rows go over by COPY there")
    before = shelf.rows()
    met: list[str] = []
    functions = {"CREATE TABLE": "SELECT longcase.tables_make", "CREATE INDEX": "SELECT longcase.tables_index"}

    def interrupt_once(*asked: Any) -> None:
        wanted = "projection" if statement == "UPDATE" else table
        begin = statement
        if shelf.on_server and statement in functions:
            begin, wanted = functions[statement], ""
        if asked[2].lstrip().startswith(begin) and wanted in asked[2] and not met:
            met.append(statement)
            raise KeyboardInterrupt

    sqlalchemy.event.listen(shelf.runner.engine, "after_cursor_execute", interrupt_once)
    with pytest.raises(KeyboardInterrupt):
        rebuild(shelf.runner)
    assert (shelf.tables(), shelf.rows()) == (tables(1), before)
    assert shelf.runner.catch_up() == 12


@pytest.mark.parametrize("rows", [0, 1, 99, 100, 101, 1_000, 1_234])
def test_the_parts_that_are_compared_leave_no_stream_out(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """Each begins where the one before ends, from the lowest key to beyond the highest."""
    monkeypatch.setattr(rebuilding, "TOGETHER", 100)
    parts = list(rebuilding._parts(rows, 9 * rows))
    assert len(parts) == rows // 100 + 1
    assert parts[0]["first"] == b""
    assert parts[-1]["beyond"] > key_at(LAST)
    assert all(one["first"] < one["beyond"] for one in parts)
    assert all(one["beyond"] == other["first"] for one, other in pairwise(parts))


def test_interrupted_while_taking_in_what_came_meanwhile(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last transaction is undone as a whole."""
    shelf, other = two(place, monkeypatch)
    monkeypatch.setattr(rebuilding, "_fill", after_each_batch(lambda: other.open("G")))
    with pytest.raises(KeyboardInterrupt):
        rebuild(shelf.runner, once(interrupt, 7))
    assert shelf.tables() == tables(1)
    assert shelf.runner.catch_up() == 7
    assert shelf.rows() == shelf.rebuilt_rows()
    shelf.close()
    other.close()


def two(place: Place, monkeypatch: pytest.MonkeyPatch) -> tuple[Shelf, Shelf]:
    """Return two connections to one store of six cases, of which the second may go on writing."""
    shelf = place.shared()
    shelf.open(*"ABCDEF")
    shelf.runner.catch_up()
    monkeypatch.setattr(making, "BATCH", 3)
    return shelf, shelf.again()


def after_each_batch(deed: Callable[[], object]) -> Callable[..., None]:
    """Return a ``_fill`` that does something once, when its own work is committed."""
    fill = rebuilding._fill

    def filled(*args: object) -> None:
        fill(*args)  # type: ignore[arg-type]  # whatever it is given
        deed()

    return filled


@pytest.mark.parametrize("catching_up", [False, True])
def test_what_is_recorded_meanwhile_is_in_it(
    place: Place, monkeypatch: pytest.MonkeyPatch, *, catching_up: bool
) -> None:
    """A new case and a late entry, whether or not a reader brought the old tables up to date in between."""
    shelf, other = two(place, monkeypatch)

    def meanwhile() -> None:
        other.open("G")
        other.put("A", ARREST, at=0.5, recorded=8)
        if catching_up:
            assert other.runner.catch_up() == 8
            assert len(other.ask().items) == 7

    monkeypatch.setattr(rebuilding, "_fill", after_each_batch(meanwhile))
    built = rebuild(shelf.runner)
    assert (built.position, built.missing, built.surplus) == (8, 0, 0)
    assert shelf.rows() == shelf.rebuilt_rows()
    assert len(other.ask().items) == 7
    shelf.close()
    other.close()


def test_writers_and_readers_go_on_between_its_steps(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """No step holds the lock for longer than a few streams."""
    shelf, other = two(place, monkeypatch)
    begun = rebuilding._begin
    seen: list[int] = []

    def step(runner: Runner) -> tuple[int, int]:
        result = begun(runner)
        other.open("G")
        seen.append(other.runner.catch_up())
        return result

    monkeypatch.setattr(rebuilding, "_begin", step)
    assert rebuild(shelf.runner).position == 7
    assert seen == [7]
    shelf.close()
    other.close()


def test_of_two_at_once_the_later_goes_on(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The earlier says so and leaves the later's work alone."""
    shelf, other = two(place, monkeypatch)
    begun = rebuilding._begin
    first: list[tuple[int, int]] = []

    def begin(runner: Runner) -> tuple[int, int]:
        result = begun(runner)
        if not first:
            first.append(result)
            second.append(begun(other.runner))
        return result

    second: list[tuple[int, int]] = []
    monkeypatch.setattr(rebuilding, "_begin", begin)
    with pytest.raises(Conflict, match="another rebuild has begun meanwhile"):
        rebuild(shelf.runner)
    monkeypatch.setattr(rebuilding, "_begin", lambda _runner: second[0])
    assert rebuild(other.runner) == whole(6, 6, 6 * WAITS)
    assert shelf.tables() == tables(3)
    assert shelf.rows() == shelf.rebuilt_rows()
    shelf.close()
    other.close()


def test_tables_that_a_crash_left_behind_are_dropped_by_the_next(shelf: Shelf) -> None:
    """Whatever their number, whether both are there or one, and nothing else that is named alike."""
    rebuilding._begin(shelf.runner)
    for name in ("case_interval_77", "clock_interval_77", "case_interval_78", "clock_interval_79"):
        shelf.sql(f"CREATE TABLE {{here}}{name} AS SELECT * FROM {name[:-2]}1")
    notes = ["case_interval_notes", "clock_interval_notes"]
    for name in notes:
        shelf.sql(f"CREATE TABLE {{here}}{name} (note TEXT)")
    rebuild(shelf.runner)
    (generation,) = shelf.sql("SELECT generation FROM projection")[0]
    assert generation > 79
    assert shelf.tables() == sorted(tables(generation) + notes)


def test_a_store_of_the_version_with_one_table_is_rebuilt(shelf: Shelf) -> None:
    """By hand as well; afterwards nothing of the old shape is left."""
    before = shelf.rows()
    shelf.sql("DROP TABLE clock_interval_1")
    shelf.sql("UPDATE projection SET schema = 1")
    assert rebuild(shelf.runner) == Rebuilt(12, 12 + 6 * WAITS, None, None)
    assert (shelf.tables(), shelf.rows()) == (tables(2), before)
    assert shelf.runner.catch_up() == 12


def test_tables_of_an_older_shape_are_made_anew_when_they_are_next_read(shelf: Shelf) -> None:
    """Nobody need know of it; what is in service before is gone, and all entries are in what follows."""
    before = shelf.rows()
    shelf.sql("DROP TABLE clock_interval_1")
    shelf.sql("UPDATE projection SET schema = 1")
    assert shelf.runner.status().behind == 12
    told: list[int] = []
    assert shelf.runner.catch_up(told.append) == 12
    assert sum(told) == 12
    assert (shelf.tables(), shelf.rows()) == (tables(2), before)
    assert shelf.runner.status().behind == 0


def test_an_entry_that_cannot_be_read_ends_it_and_the_old_stays(shelf: Shelf) -> None:
    """The error is the one that catching up gives; skipped, it is no obstacle."""
    before = shelf.rows()
    position = shelf.poison("C")
    with pytest.raises(StoreError, match=f"stopped before position {position}:"):
        rebuild(shelf.runner)
    assert (shelf.tables(), shelf.rows()) == (tables(1), before)
    shelf.skip(position)
    assert rebuild(shelf.runner) == whole(12, 14, 6 * WAITS)


def test_old_tables_that_had_stopped_are_not_compared(shelf: Shelf) -> None:
    """A rebuild after the skip puts them into service again."""
    position = shelf.poison("C")
    with pytest.raises(StoreError):
        shelf.runner.catch_up()
    shelf.skip(position)
    assert rebuild(shelf.runner) == Rebuilt(14, 12 + 6 * WAITS, None, None)
    assert shelf.runner.status().failure is None
    assert shelf.runner.catch_up() == 14


def test_a_rulebook_adopted_meanwhile_for_a_day_that_is_past_makes_all_rows_anew(shelf: Shelf) -> None:
    """That happens only where the first case is reported in the same moment; no row may keep the old rules."""
    book = msgspec.structs.replace(default_rulebook(), standards=())
    adoption = Adopted(effective_from=EARLIEST, rulebook=book)
    meanwhile = once(lambda: shelf.put("", adoption, stream=rulebook_stream()), after=2)
    assert rebuild(shelf.runner, meanwhile) == whole(12, 13, 0)
    assert shelf.rows() == shelf.rebuilt_rows()
