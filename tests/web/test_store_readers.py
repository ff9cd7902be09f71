"""A store of its own for each thread; opened anew after it failed, and where another file took its place."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from domain.errors import StoreError, UsageProblem
from tests.web.sites import NOW
from web.store_readers import StoreReaders

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def store(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(demo, tmp_path / "store.db"))


@pytest.fixture
def readers(store: Path) -> Iterator[StoreReaders]:
    found = StoreReaders(str(store), lambda: NOW)
    yield found
    found.close()


def test_no_two_threads_share_a_connection(readers: StoreReaders) -> None:
    """Each thread reads through its own connection, and through the same one again."""
    met = Barrier(3)

    def connection(_: int) -> tuple[int, int]:
        with readers.lent() as first:
            met.wait()
            with readers.lent() as second:
                return id(first.ledger.connection), id(second.ledger.connection)

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(connection, range(3)))
    assert len({first for first, _ in found}) == 3
    assert all(first == second for first, second in found)


def test_another_file_in_its_place_is_opened(readers: StoreReaders, store: Path, rounds: Path) -> None:
    """Where a backup was put back, or the store upgraded, pages do not go on showing the file that was there."""
    with readers.lent() as before:
        head = before.ledger.head()
    other = store.with_name("other.db")
    shutil.copy(rounds, other)
    for path in (store, other):
        for end in ("-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
    other.replace(store)
    with readers.lent() as after:
        assert after.ledger.head() != head


def test_what_failed_is_opened_anew(readers: StoreReaders) -> None:
    """A connection that failed is not used again; an error of whoever asked is none of its business."""
    with readers.lent() as first, pytest.raises(UsageProblem), readers.lent():
        raise UsageProblem("mistyped")
    with readers.lent() as second:
        assert second is first
    with pytest.raises(StoreError), readers.lent():
        raise StoreError("the connection was lost")
    with readers.lent() as third:
        assert third is not first
        assert third.ledger.head()[0] > 0


def test_a_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    """The error says what the command says, and the store is found as soon as it is there."""
    readers = StoreReaders(str(tmp_path / "none.db"), lambda: NOW)
    with pytest.raises(StoreError, match="there is no store at"), readers.lent():
        pass
    readers.close()
