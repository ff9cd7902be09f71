"""The file of a store: who may read it, what it is known by, and what is none."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger import schema
from ledger.errors import Busy, NotAStore
from ledger.sqlite.connection import connect, create
from ledger.sqlite.driver import newest
from ledger.sqlite.recorder import SQLiteRecorder
from tests.clock import Clock
from tests.ledger.contract import ONE, TWO, row, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


@pytest.fixture
def path(tmp_path: Path) -> str:
    """The path of a store with two entries."""
    path = str(tmp_path / "store.db")
    recorder = SQLiteRecorder(create(path, {"zone": "Europe/London"}), Clock())
    recorder.insert_events(rows(ONE, 2))
    recorder.close()
    return path


def mode(path: str) -> int:
    return stat.S_IMODE(Path(path).stat().st_mode)


@pytest.mark.skipif(os.name == "nt", reason="permissions are of POSIX")
def test_a_store_is_its_owners_alone(tmp_path: Path) -> None:
    """Whatever the umask says, and so are the files that SQLite puts beside it."""
    path = str(tmp_path / "store.db")
    before = os.umask(0)
    try:
        recorder = SQLiteRecorder(create(path, {}))
        recorder.insert_events(rows(ONE, 1))
        found = {one.name: mode(str(one)) for one in tmp_path.iterdir()}
        recorder.close()
    finally:
        os.umask(before)
    assert set(found.values()) == {0o600}, found


def test_a_reopened_store_goes_on_where_it_was(path: str) -> None:
    """Positions, versions, settings, and the clock's last word."""
    recorder = SQLiteRecorder.open(path, Clock(5))
    assert list(recorder.insert_events([row(ONE, 3), row(TWO, 1)])) == [3, 4]
    assert recorder.setting("zone") == "Europe/London"
    assert recorder.setting("nothing") is None
    assert [one.recorded_at for one in recorder.stream(ONE)] == [Clock()()] * 3
    recorder.close()


def test_making_a_store_that_is_there_keeps_it(path: str) -> None:
    """Its entries, its id and its settings."""
    first = SQLiteRecorder.open(path)
    identity = first.setting("id")
    first.close()
    again = SQLiteRecorder(create(path, {"zone": "UTC"}))
    assert (again.setting("id"), again.setting("zone")) == (identity, "Europe/London")
    assert again.max_notification_id() == 2
    again.close()


def test_a_missing_file_is_no_store_and_is_not_made(tmp_path: Path) -> None:
    """Opening makes nothing."""
    with pytest.raises(NotAStore, match="there is no store at"):
        connect(str(tmp_path / "missing.db"))
    assert list(tmp_path.iterdir()) == []


def another_database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE customers (name)")
    connection.commit()
    connection.close()


FOREIGN: dict[str, Callable[[Path], object]] = {
    "text": lambda path: path.write_text("hello\n" * 500),
    "short": lambda path: path.write_bytes(b"SQLite format 3\0"),
    "another database": another_database,
    "folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_another_file_is_no_store_and_stays_as_it_is(kind: str, tmp_path: Path) -> None:
    """Neither opening nor making one touches what is somebody else's."""
    path = tmp_path / "other"
    FOREIGN[kind](path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(NotAStore):
        connect(str(path))
    with pytest.raises(NotAStore):
        create(str(path), {})
    assert (path.read_bytes() if path.is_file() else None) == before
    assert [one.name for one in tmp_path.iterdir()] == ["other"]


def test_an_empty_file_is_no_store_until_one_is_made_there(tmp_path: Path) -> None:
    """As a temporary file that was reserved for it."""
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(NotAStore):
        connect(str(path))
    create(str(path), {}).close()
    connect(str(path)).close()


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    """With the system's own reason."""
    with pytest.raises(NotAStore, match=r"cannot be made: No such file or directory"):
        create(str(tmp_path / "no" / "store.db"), {})


def test_a_store_of_a_newer_version_is_left_alone(path: str) -> None:
    """An older program does not guess what a newer one meant."""
    stranger = sqlite3.connect(path)
    stranger.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    stranger.close()
    with pytest.raises(NotAStore, match="newer Longcase"):
        connect(path)
    with pytest.raises(NotAStore, match="newer Longcase"):
        create(path, {})


def test_a_store_has_every_guard_to_the_letter(path: str) -> None:
    """What stands in the schema is what stands in the file."""
    connection = connect(path)
    found = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"))
    connection.close()
    assert found == schema.TRIGGERS


def settings_of(path: str, driver: ModuleType) -> tuple[str, int, int]:
    connection = connect(path, driver=driver)
    found = [
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "recursive_triggers")
    ]
    connection.close()
    return found[0].upper(), found[1], found[2]


def test_the_journal_mode_is_the_one_that_is_safe_with_the_driver(path: str) -> None:
    """WAL with FULL from SQLite 3.51.3 on; TRUNCATE with EXTRA before; recursive triggers in any case."""
    for driver in (newest(), sqlite3, newest()):
        safe = driver.sqlite_version_info >= (3, 51, 3)
        assert settings_of(path, driver) == (("WAL", 2, 1) if safe else ("TRUNCATE", 3, 1))


def test_a_store_is_written_by_one_driver_and_read_by_another(path: str) -> None:
    """The file is the same, whichever SQLite is at hand."""
    for version, driver in ((3, sqlite3), (4, newest()), (5, sqlite3)):
        recorder = SQLiteRecorder.open(path, Clock(), driver)
        assert list(recorder.insert_events([row(ONE, version)])) == [version]
        recorder.close()


def test_a_writer_is_as_patient_as_before(path: str) -> None:
    """Taking the lock leaves how long the connection waits for one as it was."""
    recorder = SQLiteRecorder(connect(path, wait=7))
    for _ in range(2):
        with recorder.transaction():
            pass
        assert recorder.rows("PRAGMA busy_timeout") == [(7_000,)]
    recorder.close()


def test_a_writer_who_waits_too_long_is_told(path: str) -> None:
    """Busy is neither a conflict nor a failure of the disk."""
    holder, waiter = SQLiteRecorder.open(path), SQLiteRecorder(connect(path, wait=0.01))
    with holder.transaction(), pytest.raises(Busy, match="locked"):
        waiter.insert_events([row(ONE, 3)])
    assert list(waiter.insert_events([row(ONE, 3)])) == [3]
    holder.close()
    waiter.close()


def test_a_journal_mode_that_cannot_be_changed_now_is_said_so(path: str) -> None:
    """An older SQLite does not write in WAL mode because somebody else has the store open."""
    if newest() is sqlite3:
        pytest.skip("there is one driver only")
    holder = SQLiteRecorder.open(path)
    holder.head()
    # In a process of its own: locks are the process's, and two SQLites in one know nothing of each other.
    script = (
        "import sqlite3, sys; from ledger.sqlite.connection import connect; from ledger.errors import Busy\n"
        "try: connect(sys.argv[1], driver=sqlite3, wait=0.01)\n"
        "except Busy: sys.exit(7)"
    )
    done = subprocess.run([sys.executable, "-c", script, path], check=False)
    holder.close()
    assert done.returncode == 7


def test_more_of_a_store_is_kept_in_memory_only_while_very_many_entries_come(path: str) -> None:
    """And no longer, whatever goes wrong meanwhile."""
    recorder = SQLiteRecorder.open(path, Clock())
    usual = recorder.rows("PRAGMA cache_size")
    with pytest.raises(ZeroDivisionError), recorder.transaction(), recorder.bulk_loading():  # noqa: PT012  (as it is)
        assert recorder.rows("PRAGMA cache_size") != usual
        raise ZeroDivisionError
    assert recorder.rows("PRAGMA cache_size") == usual
    recorder.close()
