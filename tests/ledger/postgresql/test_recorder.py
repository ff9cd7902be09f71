"""The writer's lock on PostgreSQL: whoever appends waits for who began before, and goes on where that ended."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from ledger.postgresql.recorder import PostgresRecorder
from tests.clock import Clock
from tests.ledger.contract import ONE, TWO, positions, row, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

WAITING = "SELECT locktype, relation::regclass::text, mode FROM pg_locks WHERE pid = %s AND NOT granted"
THE_LOCK = ("relation", "longcase.written", "ShareUpdateExclusiveLock")


@pytest.fixture
def first(store_url: str) -> Iterator[PostgresRecorder]:
    with closing(PostgresRecorder.open(store_url, Clock())) as recorder:
        yield recorder


@pytest.fixture
def second(store_url: str) -> Iterator[PostgresRecorder]:
    with closing(PostgresRecorder.open(store_url, Clock())) as recorder:
        yield recorder


def recorded(recorder: PostgresRecorder) -> list[int]:
    """Record an entry by one statement; return its position."""
    return list(recorder.record([row(TWO, 1)])[0])


def appended(recorder: PostgresRecorder) -> list[int]:
    """Append an entry in a transaction that looks at the end of the ledger first; return its position."""
    with recorder.transaction():
        last = recorder.head()[0]
        found = list(recorder.append([row(TWO, 1)]))
    assert found == [last + 1]
    return found


def waits_for(recorder: PostgresRecorder, work: Future[list[int]]) -> object:
    """Return what the connection of ``recorder`` waits for."""
    until = time.monotonic() + 30
    with psycopg.connect(recorder.location, autocommit=True) as admin:
        while not work.done():
            found = admin.execute(WAITING, (recorder.connection.info.backend_pid,)).fetchone()
            if found is not None:
                return found
            assert time.monotonic() < until, "it neither waits for a lock nor ends"
            time.sleep(0.005)
    return "nothing, and is done"


@pytest.mark.parametrize("append", [recorded, appended])
def test_whoever_appends_waits_until_who_appended_before_has_committed(
    first: PostgresRecorder, second: PostgresRecorder, append: Callable[[PostgresRecorder], list[int]]
) -> None:
    """Positions are given in the order of the commits: nobody sees one and later another before it."""
    with ThreadPoolExecutor(1) as other:
        with first.transaction():
            first.append(rows(ONE, 2))
            work = other.submit(append, second)
            assert waits_for(second, work) == THE_LOCK
        assert work.result() == [3]
    assert positions(first.select_notifications(None, 9)) == [1, 2, 3]


@pytest.mark.parametrize("append", [recorded, appended])
def test_who_has_begun_holds_the_lock_before_anything_is_appended(
    first: PostgresRecorder, second: PostgresRecorder, append: Callable[[PostgresRecorder], list[int]]
) -> None:
    """What was seen of the ledger inside a transaction is still its end when the entries go in."""
    with ThreadPoolExecutor(1) as other:
        with first.transaction():
            work = other.submit(append, second)
            assert waits_for(second, work) == THE_LOCK
            first.append(rows(ONE, 2))
        assert work.result() == [3]
    assert positions(first.select_notifications(None, 9)) == [1, 2, 3]


def test_what_is_taken_back_leaves_no_gap(first: PostgresRecorder, second: PostgresRecorder) -> None:
    """Whoever waited has the positions that the other gave up."""

    def fail_when_the_other_waits() -> None:
        first.append(rows(ONE, 2))
        works.append(other.submit(recorded, second))
        assert waits_for(second, works[0]) == THE_LOCK
        raise ZeroDivisionError

    works: list[Future[list[int]]] = []
    with ThreadPoolExecutor(1) as other:
        with pytest.raises(ZeroDivisionError), first.transaction():
            fail_when_the_other_waits()
        assert works[0].result() == [1]
    assert positions(first.select_notifications(None, 9)) == [1]
