"""One follower leads at a time, and whoever waits for an entry hears of it soon, on both engines."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from eventsourcing.persistence import OperationalError

from application.app import Longcase
from application.commands import cases
from application.envelope import Envelope
from ledger.sqlite.connection import create
from ledger.sqlite.follow_lock import FollowLock
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.stores import open_reader, open_recorder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.reader import LedgerReader

ROOT = Path(__file__).resolve().parents[3]

# Takes the lead of a store, says whether it has it, and keeps it until it is killed.
HOLDER = """
import sys, time
from ledger.stores import open_reader
reader = open_reader(sys.argv[1])
print(reader.lead(), flush=True)
time.sleep(60)
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = str(tmp_path / "store.db")
    create(path, {"zone": "UTC"}).close()
    return path


@pytest.fixture(params=["path", "store_url"])
def location(request: pytest.FixtureRequest) -> str:
    """Of a store on each engine."""
    found: str = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def reader(location: str) -> Iterator[LedgerReader]:
    reader = open_reader(location)
    yield reader
    reader.close()


def append(location: str, number: int = 1) -> None:
    app = Longcase(open_recorder(location))
    cases.report(app, f"CASE-{number}", Envelope("PC 1"), category="other")
    app.close()


def leads_soon(reader: LedgerReader) -> bool:
    """A server takes a moment to notice that a connection has ended."""
    end = time.monotonic() + 10
    while not (leads := reader.lead()) and time.monotonic() < end:
        time.sleep(0.01)
    return leads


def test_one_reader_leads_until_its_connection_is_closed(location: str, reader: LedgerReader) -> None:
    """Asking again is no second claim."""
    assert (reader.lead(), reader.lead()) == (True, True)
    other = open_reader(location)
    assert (other.lead(), other.lead()) == (False, False)
    reader.close()
    assert leads_soon(other)
    other.close()


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
def test_a_process_that_is_killed_leads_no_longer(location: str, reader: LedgerReader) -> None:
    """However it ended, the system takes the lock back."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, location], stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"True\n"
        assert not reader.lead()
        holder.kill()
    assert leads_soon(reader)


@pytest.mark.skipif(os.name == "nt", reason="permissions are of POSIX")
def test_the_file_of_the_lock_is_for_its_owner_and_stays(path: str) -> None:
    """Deleting it would race with the next one who locks it."""
    reader = open_reader(path)
    assert reader.lead()
    reader.close()
    found = Path(f"{path}.follow").stat()
    assert (stat.S_IMODE(found.st_mode), found.st_size) == (0o600, 0)


def test_a_store_in_memory_has_no_other_follower() -> None:
    """Nobody else can open it."""
    ledger = SQLiteRecorder.in_memory()
    assert ledger.lead()
    ledger.close()


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights there")
def test_where_no_lock_can_be_had_that_is_said(tmp_path: Path) -> None:
    """A folder that is not there, and a link that somebody else has put in the lock's place."""
    with pytest.raises(OperationalError, match="cannot be made or opened"):
        FollowLock(str(tmp_path / "nowhere" / "store.db")).take()
    (tmp_path / "store.db.follow").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OperationalError, match="cannot be made or opened"):
        FollowLock(str(tmp_path / "store.db")).take()
    assert not (tmp_path / "elsewhere").exists()


def test_waiting_ends_at_an_entry_and_else_in_time(location: str, reader: LedgerReader) -> None:
    """What came since the last call counts; so does what comes meanwhile."""
    reader.wait(0)
    assert not reader.wait(0)
    for number in range(20):
        append(location, number)
    assert reader.wait(5)
    assert any(not reader.wait(0.05) for _ in range(20))  # a server tells of what is over a little later
    began = time.monotonic()
    assert not reader.wait(0.2)
    assert 0.2 <= time.monotonic() - began < 1
    later = Thread(target=append, args=(location, 20))
    later.start()
    assert reader.wait(30)
    later.join()


def test_other_writes_to_the_file_do_not_end_it(path: str) -> None:
    """The tables of a projection are in it."""
    reader = open_reader(path)
    assert reader.wait(0)
    other = SQLiteRecorder.open(path)
    other.connection.execute("CREATE TABLE elsewhere (number INTEGER)")
    other.connection.execute("INSERT INTO elsewhere VALUES (1)")
    assert not reader.wait(0)
    other.close()
    reader.close()


def test_the_looks_become_rarer_until_something_comes(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Across calls: whoever waits half a second at a time looks as rarely as one who waits for a minute."""
    reader = open_reader(path)
    slept: list[float] = []
    clock = iter(range(1000))
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock) / 10)
    reader.wait(0)
    assert not reader.wait(0.35)
    assert not reader.wait(0.35)
    assert slept == [pytest.approx(each) for each in (0.05, 0.1, 0.05, 0.25, 0.15, 0.05)]
    append(path)
    assert reader.wait(0)
    reader.wait(0.15)
    assert slept[6:] == [pytest.approx(0.05)]
    reader.close()
