"""What the checks of a store notice."""

from __future__ import annotations

import random
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from eventsourcing.persistence import PersistenceError

from ledger.entry import StoredEntry
from ledger.integrity.sequence import AHEAD_SECONDS
from ledger.reader import now
from ledger.schema import TRIGGERS
from ledger.sqlite.checks import deep, quick
from ledger.sqlite.connection import connect, create
from ledger.sqlite.driver import newest
from ledger.sqlite.recorder import SQLiteRecorder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DRIVER = newest()
STREAMS = 5
ENTRIES = 60


def entry(number: int) -> StoredEntry:
    stream = (number % STREAMS).to_bytes(16, "big")
    version = number // STREAMS + 1
    command = (number + 1).to_bytes(16, "big")
    payload = b'{"text":"%d %s"}' % (number, b"x" * 400)
    return StoredEntry(0, stream, version, "t", 1, "DC 1417", "", None, 0, command, b"", b"", payload)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "longcase.db"
    create(str(file), {"zone": "Europe/London"}).close()
    recorder = SQLiteRecorder.open(str(file))
    recorder.insert_events([entry(number) for number in range(ENTRIES)])
    recorder.close()
    return file


def wrong(path: Path, complaint: Callable[[StoredEntry], str | None] = lambda _: None) -> dict[str, str]:
    """Return what the deep checks find wrong, by check."""
    try:
        connection = connect(str(path))
    except PersistenceError as error:
        return {"open": str(error)}
    found = [
        *quick(str(path), connection, DRIVER),
        *deep(connection, DRIVER, complaint=complaint, advance=lambda: None),
    ]
    connection.close()
    assert all(finding.explanation for finding in found)
    assert all(finding.advice for finding in found if not finding.ok)
    return {finding.check: finding.explanation for finding in found if not finding.ok}


def tamper(path: Path, *statements: str) -> None:
    """Do to a store what its triggers forbid, and put them back unless that is what was done."""
    connection = DRIVER.connect(str(path), isolation_level=None)
    for name in TRIGGERS:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    for trigger in TRIGGERS.values():
        connection.execute(trigger)
    connection.close()


def test_a_sound_store(path: Path) -> None:
    """Of a store that nobody touched, nothing is wrong."""
    assert wrong(path) == {}


def test_an_empty_store(tmp_path: Path) -> None:
    """Nor of one without any entry."""
    create(str(tmp_path / "new.db"), {}).close()
    assert wrong(tmp_path / "new.db") == {}


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE entry SET payload = CAST(replace(payload, '6', '8') AS BLOB) WHERE position = 7", "leaves"),
        ("UPDATE entry SET actor = 'DC 9999' WHERE position = 7", "leaves"),
        ("UPDATE entry SET recorded_at = 5 WHERE position = 7", "clock"),
        ("UPDATE entry SET position = 1000 WHERE position = 60", "positions"),
        ("UPDATE entry SET version = 100 WHERE position = 60", "versions"),
        ("DELETE FROM entry WHERE position = 30", "positions"),
        ("DELETE FROM entry WHERE position = 1", "positions"),
        ("DELETE FROM store", "settings"),
        ("CREATE TRIGGER helper AFTER INSERT ON entry BEGIN DELETE FROM store; END", "guards"),
        (
            "CREATE TABLE projection AS SELECT 'cases' AS name, 99 AS position, NULL AS failed_position",
            "projections",
        ),
        (
            "CREATE TABLE projection AS SELECT 'cases' AS name, 9 AS position, 10 AS failed_position",
            "projections",
        ),
    ],
)
def test_tampering(path: Path, statement: str, check: str) -> None:
    """Whatever is done to a row behind the triggers' back, the check for it says so."""
    tamper(path, statement)
    assert check in wrong(path)


@pytest.mark.parametrize(("ahead", "told"), [(AHEAD_SECONDS - 60, False), (AHEAD_SECONDS + 60, True)])
def test_an_entry_in_the_future(path: Path, ahead: int, told: bool) -> None:
    """A clock that ran ahead has left an instant that every further entry is recorded at; a little is nothing."""
    recorder = SQLiteRecorder.open(str(path), clock=lambda: now() + ahead * 1_000_000)
    recorder.insert_events([entry(ENTRIES)])
    recorder.close()
    found = wrong(path)
    assert ("clock" in found) == told
    assert not told or "hours after what the clock here says" in found["clock"]


def test_the_last_entry_is_gone(path: Path) -> None:
    """Entries cut off at the end are missed if a projection has seen them."""
    tamper(
        path,
        "DELETE FROM entry WHERE position = 60",
        "CREATE TABLE projection AS SELECT 'cases' AS name, 60 AS position, NULL AS failed_position",
    )
    assert "entries are gone" in wrong(path)["projections"]


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_trigger_is_missing_or_weaker(path: Path, name: str) -> None:
    """A guard that was dropped, or that does nothing any more, is named."""
    connection = DRIVER.connect(str(path), isolation_level=None)
    connection.execute(f"DROP TRIGGER {name}")
    assert f"trigger {name} is missing" in wrong(path)["guards"]
    connection.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON entry BEGIN SELECT 1; END")
    assert f"trigger {name} is not as it was made" in wrong(path)["guards"]
    connection.close()


def test_an_index_is_missing(path: Path) -> None:
    """A unique index that was dropped would let two entries have one version."""
    tamper(path, "DROP INDEX entry_stream")
    assert "index entry_stream is missing" in wrong(path)["guards"]


def test_a_payload_that_nobody_understands(path: Path) -> None:
    """What the caller cannot read is named by its position, with its reason."""
    found = wrong(path, lambda stored: "no such event" if stored.position in {9, 12} else None)
    assert "position 9 cannot be understood: no such event (1 more like it)" in found["payloads"]


def test_open_to_everybody(path: Path) -> None:
    """A store that everybody on the system may read is wrong."""
    path.chmod(0o644)
    assert "chmod o-rwx" in next(quick(str(path), connect(str(path)), DRIVER)).advice[0]


@pytest.mark.parametrize("size", [0, 1, 50, 99, 100, 512, 4095, 4096, 4097, 8192, 20_000, 40_000])
def test_truncated(path: Path, size: int) -> None:
    """A file that was cut off at any place is never called sound."""
    with path.open("r+b") as file:
        file.truncate(size)
    assert wrong(path)


def pages(path: Path) -> int:
    return path.stat().st_size // 4096


def test_half_a_page_of_zeros(path: Path) -> None:
    """Half of any page overwritten is noticed, unless nothing stood there."""
    whole = path.read_bytes()
    for page in range(pages(path)):
        for half in (0, 2048):
            at = page * 4096 + half
            if whole[at : at + 2048].strip(b"\0"):
                path.write_bytes(whole[:at] + bytes(2048) + whole[at + 2048 :])
                assert wrong(path) or rows(path) == rows_of(whole, path), (page, half)


def rows(path: Path) -> list[Any]:
    connection = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    try:
        return connection.execute("SELECT * FROM entry ORDER BY position").fetchall()
    finally:
        connection.close()


def rows_of(content: bytes, path: Path) -> list[Any]:
    copy = path.with_suffix(".copy")
    copy.write_bytes(content)
    return rows(copy)


def test_flipped_bits(path: Path) -> None:
    """A flipped bit is noticed or changes no entry: no traceback, and no changed entry is called sound."""
    whole = path.read_bytes()
    before = rows_of(whole, path)
    chance = random.Random(20161110)
    for _ in range(150):
        at, bit = chance.randrange(len(whole)), 1 << chance.randrange(8)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
        assert wrong(path) or rows(path) == before, (at, bit)
