"""The contract, held by our recorder on file, in memory and on the standard library's driver.

Then by eventsourcing's own recorders, to show where they differ: why Longcase has recorders of its own.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError
from eventsourcing.popo import POPOApplicationRecorder
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from psycopg.conninfo import conninfo_to_dict

from ledger.postgresql.recorder import PostgresRecorder
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from tests.clock import Clock
from tests.ledger.contract import ONE, TWO, OurContract, RecorderContract, positions, row, rows, versions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres.databases import Databases


class TestFile(OurContract):
    """A store in a file, with the newest SQLite that is installed."""

    @pytest.fixture
    def recorder(self, tmp_path: Path) -> Iterator[SQLiteRecorder]:
        path = str(tmp_path / "store.db")
        create(path, {"zone": "UTC"}).close()
        found = SQLiteRecorder.open(path, Clock())
        yield found
        found.close()


class TestStandardLibrary(OurContract):
    """A store in a file, with the driver that comes with Python."""

    @pytest.fixture
    def recorder(self, tmp_path: Path) -> Iterator[SQLiteRecorder]:
        path = str(tmp_path / "store.db")
        create(path, {"zone": "UTC"}, driver=sqlite3).close()
        found = SQLiteRecorder.open(path, Clock(), sqlite3)
        yield found
        found.close()


class TestMemory(OurContract):
    """A store that is gone when it is closed."""

    @pytest.fixture
    def recorder(self) -> Iterator[SQLiteRecorder]:
        found = SQLiteRecorder.in_memory(Clock())
        yield found
        found.close()


class TestPostgreSQL(OurContract):
    """A store on a server of PostgreSQL."""

    @pytest.fixture
    def recorder(self, story_url: str) -> Iterator[PostgresRecorder]:
        found = PostgresRecorder.open(story_url, Clock())
        yield found
        found.close()


class _Library(RecorderContract):
    """Where both of the library's recorders differ from the contract."""

    def test_a_version_follows_the_one_before(self, recorder: Any) -> None:
        """Differs: a gap is accepted."""
        recorder.insert_events(rows(ONE, 1))
        recorder.insert_events([row(ONE, 3)])
        assert versions(recorder.select_events(UUID(bytes=ONE))) == [1, 3]

    def test_a_command_is_recorded_once_in_the_whole_ledger(self, recorder: Any) -> None:
        """Differs: commands are unknown, and a retry is recorded twice."""
        recorder.insert_events([row(ONE, 1, command=b"c" * 16)])
        recorder.insert_events([row(TWO, 1, command=b"c" * 16)])
        assert recorder.max_notification_id() == 2


class TestLibraryInMemory(_Library):
    """eventsourcing's recorder on plain Python objects, which passes all the rest."""

    @pytest.fixture
    def recorder(self) -> Any:
        return POPOApplicationRecorder()


class TestLibraryPostgreSQL(_Library):
    """eventsourcing's recorder on PostgreSQL, which passes the rest on a quiet server."""

    @pytest.fixture
    def recorder(self, databases: Databases) -> Iterator[Any]:
        with databases.empty() as url:
            at = conninfo_to_dict(url)
            where = [str(at.get(name, "")) for name in ("dbname", "host", "port", "user", "password")]
            datastore = PostgresDatastore(*where, pool_size=5)
            found = PostgresApplicationRecorder(datastore)
            found.create_table()
            yield found
            datastore.close()

    def test_positions_begin_at_one_and_have_no_gaps(self, recorder: Any) -> None:
        """Differs: a batch that was refused leaves a gap."""
        recorder.insert_events(rows(ONE, 2))
        with pytest.raises(IntegrityError):
            recorder.insert_events([row(TWO, 1), row(ONE, 2)])
        recorder.insert_events([row(TWO, 1)])
        assert positions(recorder.select_notifications(None, 10)) == [1, 2, 5]

    def test_an_empty_batch_takes_no_position(self, recorder: Any) -> None:
        """Differs: there is no answer at all for an empty batch."""
        assert recorder.insert_events([]) is None
        assert list(recorder.insert_events(rows(ONE, 1))) == [1]

    def test_nothing_holds_what_was_recorded(self, recorder: Any) -> None:
        """Differs: rows can be changed and deleted by whoever records."""
        recorder.insert_events(rows(ONE, 2))
        with recorder.datastore.transaction(commit=True) as cursor:
            cursor.execute("UPDATE stored_events SET topic = 'case.paused' WHERE originator_version = 1")
            cursor.execute("DELETE FROM stored_events WHERE originator_version = 2")
        assert positions(recorder.select_notifications(None, 9, topics=["case.paused"])) == [1]


class TestLibrarySQLite(_Library):
    """eventsourcing's recorder on SQLite."""

    @pytest.fixture
    def recorder(self, tmp_path: Path) -> Iterator[Any]:
        datastore = SQLiteDatastore(str(tmp_path / "library.db"))
        found = SQLiteApplicationRecorder(datastore)
        found.create_table()
        yield found
        datastore.close()

    def test_nothing_holds_what_was_recorded(self, recorder: Any) -> None:
        """Differs: rows can be changed and deleted, and a deleted last row's position is given again."""
        recorder.insert_events(rows(ONE, 2))
        with recorder.datastore.transaction(commit=True) as cursor:
            cursor.execute("UPDATE stored_events SET topic = 'case.paused' WHERE originator_version = 1")
            cursor.execute("DELETE FROM stored_events WHERE originator_version = 2")
        assert list(recorder.insert_events([row(TWO, 1)])) == [2]
        assert positions(recorder.select_notifications(None, 9, topics=["case.paused"])) == [1]
        with pytest.raises(IntegrityError):
            recorder.insert_events([row(TWO, 1)])
