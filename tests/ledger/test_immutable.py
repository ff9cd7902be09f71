"""An entry is never changed and never deleted, whatever another program says to the database."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from ledger.sqlite.connection import create
from ledger.sqlite.driver import newest
from ledger.sqlite.recorder import SQLiteRecorder
from tests.clock import Clock
from tests.ledger.contract import ONE, row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

ENTRIES = 513
NEXT = f"{ENTRIES + 1}, zeroblob(16), 1, 't', 1, 'a', 'r', 0, 0, randomblob(16), zeroblob(32), zeroblob(32), x''"


def having(
    position: str = f"{ENTRIES + 1}", stream: str = "zeroblob(16)", version: str = "1", command: str = ""
) -> str:
    """Return a SELECT of the next entry with some of its values replaced."""
    text = NEXT.replace(f"{ENTRIES + 1}, zeroblob(16), 1", f"{position}, {stream}, {version}")
    return f"SELECT {text.replace('randomblob(16)', command or 'randomblob(16)')}"


FIRST = having(position="1")
SAME_PLACE = having(stream="(SELECT stream FROM entry WHERE position = 1)")
SAME_COMMAND = having(command="(SELECT command_id FROM entry WHERE position = 1)")
CHANGE = "DO UPDATE SET payload = x'00'"
BUT_POSITION = (
    "stream, version, topic, schema, actor, role, occurred_at, recorded_at, command_id, leaf, salt, payload"
)

BEFORE = BUT_POSITION.replace("stream", "position, stream", 1).replace("salt, ", "")

NEXT_BEFORE = NEXT.replace(", zeroblob(32), zeroblob(32)", ", zeroblob(32)")
CHANGE_NODE = "DO UPDATE SET hash = zeroblob(32)"

ATTEMPTS = {
    "update": "UPDATE entry SET payload = x'7b7d' WHERE position = 1",
    "update nothing else": "UPDATE entry SET actor = actor",
    "update or replace": "UPDATE OR REPLACE entry SET position = 2 WHERE position = 1",
    "update or ignore": "UPDATE OR IGNORE entry SET position = 2 WHERE position = 1",
    "delete": "DELETE FROM entry WHERE position = 2",
    "delete all": "DELETE FROM entry",
    "replace by position": f"REPLACE INTO entry {FIRST}",
    "insert or replace by position": f"INSERT OR REPLACE INTO entry {FIRST}",
    "insert or replace by version": f"INSERT OR REPLACE INTO entry {SAME_PLACE}",
    "insert or replace by command": f"INSERT OR REPLACE INTO entry {SAME_COMMAND}",
    "insert or ignore by command": f"INSERT OR IGNORE INTO entry {SAME_COMMAND}",
    "insert or fail by version": f"INSERT OR FAIL INTO entry {SAME_PLACE}",
    "upsert by position": f"INSERT INTO entry {FIRST} WHERE true ON CONFLICT (position) {CHANGE}",
    "upsert by version": f"INSERT INTO entry {SAME_PLACE} WHERE true ON CONFLICT (stream, version) {CHANGE}",
    "upsert by command": f"INSERT INTO entry {SAME_COMMAND} WHERE true ON CONFLICT (command_id) {CHANGE}",
    "upsert by anything": f"INSERT INTO entry {SAME_COMMAND} WHERE true ON CONFLICT {CHANGE}",
    "a position left out": f"INSERT INTO entry {having(position=str(ENTRIES + 2))}",
    "a position of the database's choice": f"INSERT INTO entry {having(position='NULL')}",
    "a position by another name": f"INSERT INTO entry (rowid, {BUT_POSITION}) {FIRST}",
    "a version left out": f"INSERT INTO entry {having(version='2')}",
    "a version of nothing": f"INSERT INTO entry {having(version='NULL')}",
    "a program of before": f"INSERT INTO entry ({BEFORE}) SELECT {NEXT_BEFORE}",
    "a node updated": "UPDATE node SET hash = zeroblob(32)",
    "a node deleted": "DELETE FROM node WHERE number = 1",
    "a node replaced": "INSERT OR REPLACE INTO node VALUES (8, 1, zeroblob(32))",
    "a node upserted": f"INSERT INTO node VALUES (8, 1, zeroblob(32)) ON CONFLICT {CHANGE_NODE}",
    "a node over entries that are not there": "INSERT INTO node VALUES (8, 2, zeroblob(32))",
    "a node of a level that is not kept": "INSERT INTO node VALUES (7, 0, zeroblob(32))",
    "a node below the first level": "INSERT INTO node VALUES (0, 0, zeroblob(32))",
    "a node of a negative number": "INSERT INTO node VALUES (16, -1, zeroblob(32))",
    "a node of no level": "INSERT INTO node VALUES (NULL, 0, zeroblob(32))",
    "a checkpoint updated": "UPDATE checkpoint SET note = 'x'",
    "a checkpoint deleted": "DELETE FROM checkpoint",
    "a checkpoint replaced": "INSERT OR REPLACE INTO checkpoint VALUES (1, 5, 0, 'x')",
    "a checkpoint left out": "INSERT INTO checkpoint VALUES (3, 5, 0, 'x')",
    "a checkpoint of fewer entries": "INSERT INTO checkpoint VALUES (2, 4, 0, 'x')",
    "a checkpoint of more entries than there are": f"INSERT INTO checkpoint VALUES (2, {ENTRIES + 1}, 0, 'x')",
    "a checkpoint of no size": "INSERT INTO checkpoint VALUES (2, NULL, 0, 'x')",
    "a checkpoint without a note": "INSERT INTO checkpoint VALUES (2, 5, 0, NULL)",
    "a setting updated": "UPDATE store SET value = 'Europe/Paris' WHERE name = 'zone'",
    "a setting replaced": "INSERT OR REPLACE INTO store VALUES ('zone', 'Europe/Paris')",
    "a setting upserted": "INSERT INTO store VALUES ('zone', 'x') ON CONFLICT DO UPDATE SET value = 'x'",
    "a setting deleted": "DELETE FROM store",
}


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = str(tmp_path / "store.db")
    recorder = SQLiteRecorder(create(path, {"zone": "UTC"}), Clock())
    recorder.insert_events([row(ONE, version) for version in range(1, ENTRIES + 1)])
    recorder.keep_checkpoint(5, "a note")
    recorder.close()
    return path


@pytest.fixture(params=["its own driver", "the standard library"])
def driver(request: pytest.FixtureRequest) -> ModuleType:
    return newest() if request.param == "its own driver" else sqlite3


@pytest.fixture(params=["ON", "OFF"], ids=["recursive triggers", "no recursive triggers"])
def stranger(request: pytest.FixtureRequest, path: str, driver: ModuleType) -> Iterator[Any]:
    """Another program's bare connection to the file."""
    connection = driver.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA recursive_triggers = {request.param}")
    yield connection
    connection.close()


def content(connection: Any) -> list[Any]:
    return [
        connection.execute(f"SELECT * FROM {table}").fetchall()
        for table in ("entry", "node", "checkpoint", "store")
    ]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nothing_but_the_next_entry_gets_in(attempt: str, stranger: Any, driver: ModuleType) -> None:
    """Each way round that we know of is refused by the database, and changes nothing."""
    before = content(stranger)
    with pytest.raises(driver.Error):
        stranger.execute(ATTEMPTS[attempt])
    assert content(stranger) == before


def test_the_next_entry_does(stranger: Any) -> None:
    """The attempts above fail for what they try, not for how they are written."""
    stranger.execute(f"INSERT INTO entry SELECT {NEXT}")
    assert stranger.execute("SELECT max(position) FROM entry").fetchone() == (ENTRIES + 1,)


def test_the_next_node_and_the_next_checkpoint_do(stranger: Any) -> None:
    """As far as a program can be trusted that works out no hash: ``doctor --deep`` does."""
    stranger.executescript("DROP TRIGGER node_delete; DELETE FROM node WHERE number = 1")
    stranger.execute("INSERT INTO node VALUES (8, 1, zeroblob(32))")
    stranger.execute("INSERT INTO checkpoint VALUES (2, 5, 0, 'x')")


def test_a_program_of_before_is_told_why(stranger: Any, driver: ModuleType) -> None:
    """It had the store open while it was upgraded, and shows what the database says."""
    with pytest.raises(
        driver.IntegrityError, match="longcase: the store was upgraded, and takes entries of a newer"
    ):
        stranger.execute(ATTEMPTS["a program of before"])


@pytest.mark.parametrize(
    "column",
    [
        "stream",
        "version",
        "topic",
        "schema",
        "actor",
        "role",
        "occurred_at",
        "leaf",
        "salt",
        "payload",
        "command_id",
    ],
)
def test_no_column_is_without_a_value(column: str, stranger: Any, driver: ModuleType) -> None:
    """A row is whole."""
    names = ["position", *BUT_POSITION.split(", ")]
    values = dict(zip(names, NEXT.split(", "), strict=True)) | {column: "NULL"}
    with pytest.raises(driver.Error):
        stranger.execute(f"INSERT INTO entry SELECT {', '.join(values.values())}")


def test_a_batch_with_a_forged_position_leaves_nothing(path: str) -> None:
    """Neither through the recorder's own connection."""
    recorder = SQLiteRecorder.open(path)
    with pytest.raises(recorder.driver.Error):
        recorder.connection.execute("DELETE FROM entry")
    with pytest.raises(recorder.driver.Error):
        recorder.connection.execute(f"INSERT OR REPLACE INTO entry {FIRST}")
    assert recorder.max_notification_id() == ENTRIES
    recorder.close()
