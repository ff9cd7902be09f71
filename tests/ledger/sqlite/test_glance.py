"""A look at a store that changes nothing and waits for nobody."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ledger.errors import NotAStore
from ledger.sqlite.connection import create
from ledger.sqlite.driver import newest
from ledger.sqlite.glance import glance

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "a store?.db"
    create(str(path), {"zone": "UTC"}).close()
    return path


def test_it_reads(store: Path) -> None:
    """What the store holds is read, of whatever letters its name is."""
    with closing(glance(str(store))) as reader:
        assert reader.setting("zone") == "UTC"
        assert reader.head()[0] == 0


def test_nothing_is_left_or_changed(store: Path) -> None:
    """No journal is made, and the file stays what it was, to the instant of its last change."""
    before = store.read_bytes(), store.stat().st_mtime_ns
    glance(str(store)).close()
    assert (store.read_bytes(), store.stat().st_mtime_ns) == before
    assert list(store.parent.iterdir()) == [store]


def test_nothing_can_be_written(store: Path) -> None:
    """Whoever tries is refused."""
    with closing(glance(str(store))) as reader, pytest.raises(newest().OperationalError):
        reader.connection.execute("CREATE TABLE more (n)")


def test_beside_somebody_who_writes(store: Path) -> None:
    """What was committed is read, journal included, and the turn of whoever writes is not waited for."""
    with closing(newest().connect(str(store), isolation_level=None)) as writer:
        writer.execute("CREATE TABLE more (n)")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO more VALUES (1)")
        with closing(glance(str(store))) as reader:
            assert reader.rows("SELECT count(*) FROM more") == [(0,)]
        writer.execute("COMMIT")


def test_no_store(tmp_path: Path) -> None:
    """What is not there is not made, and what is none is refused."""
    missing, other = tmp_path / "missing.db", tmp_path / "other.db"
    with pytest.raises(newest().OperationalError):
        glance(str(missing))
    assert not missing.exists()
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE x (n)")
    with pytest.raises(NotAStore):
        glance(str(other))
