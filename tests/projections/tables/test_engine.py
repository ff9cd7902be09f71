"""One moment for all that is read together, whatever somebody else writes between two questions."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy

from domain.axes import Axes
from domain.errors import StoreError
from domain.instant import FOREVER
from projections.queries.cases import CaseQuery, cases
from projections.queries.stalled import StalledQuery, stalled
from projections.runner.lag import lag_of
from projections.runner.verify import verify
from projections.tables import checkpoint
from projections.tables.engine import fetched, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from projections.runner.runner import Runner
    from tests.projections.engines import Place
    from tests.projections.stores import Shelf

LATEST = FOREVER - 1
QUESTIONS: dict[str, Callable[[Runner], Any]] = {
    "all cases": lambda runner: cases(runner, CaseQuery(Axes(LATEST, LATEST))),
    "one case of how many": lambda runner: cases(runner, CaseQuery(Axes(LATEST, LATEST), limit=1)),
    "what is stalled": lambda runner: stalled(runner, StalledQuery(Axes(LATEST, LATEST))),
    "how far the tables are": lag_of,
    "whether the tables are right": verify,
}


@pytest.fixture
def shelf(place: Place) -> Iterator[Shelf]:
    """Two cases, in a store that another connection can write to while this one reads."""
    with closing(place.shared()) as shelf:
        if shelf.ledger.location_to_share() is None:
            pytest.skip("readers and writers exclude one another with this SQLite")
        shelf.open("A", "B")
        shelf.runner.catch_up()
        yield shelf


@pytest.fixture
def other(shelf: Shelf) -> Iterator[Shelf]:
    """The same store on another connection."""
    with closing(shelf.again()) as other:
        yield other


def write(other: Shelf) -> None:
    """Report a case and bring it into the tables."""
    other.open("C")
    other.runner.catch_up()


def write_after_the_first_question(shelf: Shelf, other: Shelf) -> list[str]:
    """Have ``other`` write once ``shelf`` has asked which tables are in service; return what was asked then."""
    asked: list[str] = []

    def note(*given: Any) -> None:
        if "FROM " in given[2] and "projection" in given[2] and not asked:
            asked.append(given[2])
            write(other)

    sqlalchemy.event.listen(shelf.runner.engine, "after_cursor_execute", note)
    return asked


def test_all_that_is_read_in_one_block_is_of_one_moment(shelf: Shelf, other: Shelf) -> None:
    """The tables, where they stand, and the ledger: what comes meanwhile is for the next who begin to read."""

    def seen(connection: sqlalchemy.Connection) -> tuple[int, int, int]:
        position = checkpoint.in_service(connection).position
        return position, checkpoint.count_rows(connection, 1), shelf.ledger.head()[0]

    with reading(shelf.runner.engine) as connection:
        before = seen(connection)
        write(other)
        assert seen(connection) == before == (2, 4, 2)
    with reading(shelf.runner.engine) as connection:
        assert seen(connection) == (3, 6, 3)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_of_one_moment_whatever_is_written_between_its_queries(
    shelf: Shelf, other: Shelf, question: str
) -> None:
    """It is the answer from before the writing or the one from after it, never one of both."""
    ask = QUESTIONS[question]
    before = ask(shelf.runner)
    asked = write_after_the_first_question(shelf, other)
    assert ask(shelf.runner) == before
    assert asked, "nothing was written in between"
    assert ask(shelf.runner) != before


NUMBERS = (
    "WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 3000) SELECT n, {} FROM many"
)


def test_rows_come_as_the_driver_gives_them_however_many(shelf: Shelf) -> None:
    with reading(shelf.runner.engine) as connection:
        found = list(fetched(connection, sqlalchemy.text(NUMBERS.format(":again")), {"again": 7}))
    assert found == [(number, 7) for number in range(1, 3_001)]
    assert {type(row) for row in found} == {tuple}


def test_what_fails_among_the_rows_is_told_as_any_failure_of_the_store(shelf: Shelf) -> None:
    """Not as an error of the driver, whichever of the rows it is."""
    failing = sqlalchemy.text(NUMBERS.format("n / (2500 - n) + abs(-9223372036854775807 - (n / 2500))"))
    with (
        pytest.raises(StoreError, match="the store failed"),
        reading(shelf.runner.engine) as connection,
    ):
        list(fetched(connection, failing, {}))
