"""Copies of a store's file: of one moment, whole, checked; and what is read back from one."""

from __future__ import annotations

import json
import random
import sqlite3
import stat
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from eventsourcing.persistence import PersistenceError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.entry import leaf_hash, leaf_hash_v1
from ledger.errors import Busy, NotAStore
from ledger.integrity.tally import Damaged, Held
from ledger.sqlite import backup
from ledger.sqlite.connection import create
from ledger.sqlite.driver import newest, wal_is_safe
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.transfer import restore
from tests.ledger.transfer.test_archive import AT, WRITTEN, Ticking, Written, record, rows, store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

FULL = Path("/dev/full")
DRIVERS = [newest(), sqlite3] if newest() is not sqlite3 else [sqlite3]
each_driver = pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.__name__)


def copied(path: Path, target: Path, driver: ModuleType | None = None, advance: Any = lambda _: None) -> Held:
    target.touch(0o600)
    return backup.copy(str(path), str(target), driver=driver, advance=advance)


SAMPLES = Path(__file__).resolve().parents[1] / "samples"


def opened(path: Path, driver: ModuleType | None = None) -> SQLiteRecorder:
    return SQLiteRecorder.open(str(path), Ticking(), driver)


def fill(recorder: SQLiteRecorder, count: int, size: int = 400) -> None:
    written = [Written(number % 7, "t", 1, "DC 1417", "", None, number, bytes(size)) for number in range(count)]
    record(recorder, written)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "longcase.db"
    create(str(file), {"zone": "Europe/London"}).close()
    return file


@pytest.fixture
def used(path: Path) -> Iterator[SQLiteRecorder]:
    recorder = opened(path)
    fill(recorder, 50)
    yield recorder
    recorder.close()


def restored(copy: Path) -> SQLiteRecorder:
    other = store()
    with backup.source(str(copy)) as source:
        restore.restore(other, source, at=AT)
    return other


@each_driver
def test_a_copy_of_a_store_in_use_is_one_file_and_whole(
    used: SQLiteRecorder, path: Path, tmp_path: Path, driver: ModuleType
) -> None:
    """What stands in the write-ahead log only is in it; nothing lies beside it, nor comes to when it is read."""
    if not wal_is_safe(driver.sqlite_version_info):
        used.close()
    folder = tmp_path / "backups"
    folder.mkdir()
    held = copied(path, folder / "copy.db", driver)
    assert held.entries == 50
    backup.check(str(folder / "copy.db"), advance=lambda _: None)
    assert [one.name for one in folder.iterdir()] == ["copy.db"]
    copy = opened(folder / "copy.db")
    assert held.leaf_v2 == rows(copy)[-1].leaf.hex()
    assert len(rows(copy)) == 50
    copy.close()


@given(st.lists(WRITTEN, max_size=12))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_backed_up_and_restored_is_every_row_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, written: list[Written]
) -> None:
    folder = tmp_path_factory.mktemp("law")
    create(str(folder / "store.db"), {"zone": "Europe/London"}).close()
    recorder = opened(folder / "store.db")
    record(recorder, written)
    copied(folder / "store.db", folder / "copy.db")
    other = restored(folder / "copy.db")
    assert rows(other) == rows(recorder)
    assert other.setting("restored_from") == recorder.setting("id")
    other.close()
    recorder.close()


class Writer(threading.Thread):
    """Records for as long as it is let, and notes how long each entry took."""

    def __init__(self, path: Path, driver: ModuleType | None = None) -> None:
        super().__init__()
        self.recorder = opened(path, driver)
        self.driver = driver
        self.stopped = threading.Event()
        self.count = len(rows(self.recorder))
        self.longest = 0.0

    def run(self) -> None:
        versions = [0] * 7
        for entry in rows(self.recorder):
            versions[entry.stream[-1]] = entry.version
        while not self.stopped.is_set():
            began = time.monotonic()
            number = self.count
            versions[number % 7] += 1
            example = rows_entry(number, versions[number % 7])
            self.recorder.insert_events([example])
            self.count += 1
            self.longest = max(self.longest, time.monotonic() - began)
            time.sleep(0.002)

    def stop(self) -> int:
        self.stopped.set()
        self.join()
        self.recorder.close()
        return self.count


def rows_entry(number: int, version: int) -> Any:
    from ledger.entry import StoredEntry

    stream, command = (number % 7).to_bytes(16, "big"), (number + 1).to_bytes(16, "big")
    return StoredEntry(0, stream, version, "t", 1, "DC 1417", "", None, 0, command, b"", b"", bytes(400))


@each_driver
def test_a_copy_is_of_one_moment_while_another_writes(
    path: Path, tmp_path: Path, driver: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything that was acknowledged before is in it, nothing is in it in part, and the writer goes on."""
    monkeypatch.setattr(backup, "PAGES", 16)
    recorder = opened(path, driver)
    fill(recorder, 500, 2_000)
    recorder.close()
    writer = Writer(path, driver)
    writer.start()
    copy = tmp_path / "copy.db"
    acknowledged = writer.count
    held = copied(path, copy, driver)
    assert writer.stop() > held.entries >= acknowledged
    assert writer.longest < 10
    whole, part = opened(path, driver), restored(copy)
    assert rows(part) == rows(whole)[: held.entries]
    whole.close()
    part.close()


def test_without_a_write_ahead_log_a_copy_is_made_in_steps_until_it_is_disturbed_too_often(
    used: SQLiteRecorder, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the writers are made to wait for as long as one copy takes."""
    monkeypatch.setattr(backup, "wal_is_safe", lambda _: False)
    monkeypatch.setattr(backup, "PAGES", 2)
    seen: list[int] = []

    def disturb(count: int) -> None:
        seen.append(count)
        if len(seen) < 40 and len(seen) % 4 == 0:
            number = 50 + len(seen)
            stream, command = number.to_bytes(16, "big"), number.to_bytes(16, "big")
            used.insert_events([rows(used)[0]._replace(stream=stream, version=1, command_id=command)])

    moments: list[int] = []
    moment = backup._copy_moment

    def counted(*given: Any) -> int:
        moments.append(1)
        return moment(*given)

    monkeypatch.setattr(backup, "_copy_moment", counted)
    held = copied(path, tmp_path / "copy.db", advance=disturb)
    assert held.entries >= 50
    assert moments == [1]
    assert copied(path, tmp_path / "again.db").entries == len(rows(used))
    assert moments == [1]


@pytest.mark.parametrize("with_wal", [True, False], ids=["with a write-ahead log", "without"])
def test_a_copy_with_fewer_entries_than_were_acknowledged_is_no_backup(
    used: SQLiteRecorder, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, with_wal: bool
) -> None:
    """Sound as it is: what was recorded before the copy began is in it, or there is none."""
    earlier = tmp_path / "earlier.db"
    copied(path, earlier)
    fill_more(used, 1)
    copy_pages = backup._copy_pages

    def stale(_store: Any, made: Any, driver: ModuleType, watch: backup._Watch) -> None:
        with closing(driver.connect(str(earlier))) as store:
            copy_pages(store, made, driver, watch)

    monkeypatch.setattr(backup, "wal_is_safe", lambda _: with_wal)
    monkeypatch.setattr(backup, "_copy_pages", stale)
    with pytest.raises(Damaged, match="of 51 entries the copy has 50"):
        copied(path, tmp_path / "copy.db")


def test_a_store_that_stays_locked_is_told_as_that(
    used: SQLiteRecorder, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "PATIENCE", -1)
    watch = backup._Watch(lambda _: None)
    watch(0, 10, 20)
    with pytest.raises(Busy, match="locked"):
        watch(0, 10, 20)


def test_progress_counts_pages_and_entries(used: SQLiteRecorder, path: Path, tmp_path: Path) -> None:
    told: list[int] = []
    copied(path, tmp_path / "copy.db", advance=told.append)
    pages = (tmp_path / "copy.db").stat().st_size // 4096
    assert sum(told) in {50 + pages, 50 + pages - 1}


def test_a_damaged_store_gives_no_backup(used: SQLiteRecorder, path: Path, tmp_path: Path) -> None:
    """What is wrong is found in the copy, and the entry is named."""
    used.connection.execute("DROP TRIGGER entry_update")
    used.connection.execute("UPDATE entry SET payload = x'00' WHERE position = 7")
    with pytest.raises(Damaged, match=r"^entry 7: it is not as it was recorded"):
        copied(path, tmp_path / "copy.db")


def test_a_gap_in_a_stream_gives_no_backup(used: SQLiteRecorder, path: Path, tmp_path: Path) -> None:
    used.connection.execute("DROP TRIGGER entry_append")
    entry: Any = rows_entry(50, 30)._replace(position=51, occurred_at=0, recorded_at=99, salt=bytes(32))
    used.put_back([entry._replace(leaf=leaf_hash(entry))])
    with pytest.raises(Damaged, match="its last is number 30"):
        copied(path, tmp_path / "copy.db")


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
def test_a_copy_that_cannot_be_written_is_told_as_that(used: SQLiteRecorder, path: Path) -> None:
    """The store is not to blame."""
    with pytest.raises(backup.NotCopied, match="the copy cannot be written"):
        backup.copy(str(path), str(FULL), advance=lambda _: None)


def test_a_store_in_use_is_no_backup(used: SQLiteRecorder, path: Path) -> None:
    """What stands in its write-ahead log would be left out."""
    with pytest.raises(Damaged, match="longcase backup"), backup.source(str(path)):
        pass
    used.close()
    assert len(rows(restored(path))) == 50


def test_a_copy_is_read_where_nothing_can_be_written(used: SQLiteRecorder, path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir()
    copied(path, folder / "a copy #1?.db")
    (folder / "a copy #1?.db").chmod(stat.S_IRUSR)
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    other = restored(folder / "a copy #1?.db")
    folder.chmod(stat.S_IRWXU)
    assert rows(other) == rows(used)
    assert len(list(folder.iterdir())) == 1
    other.close()


def test_a_copy_of_an_older_version_is_restored_as_it_is(
    used: SQLiteRecorder, path: Path, tmp_path: Path
) -> None:
    """What each entry says has been the same in every version; one of a newer version is not opened."""
    for sample in SAMPLES.glob("store-*.db"):
        there = json.loads(sample.with_suffix(".json").read_text("utf-8"))
        found: list[Any] = rows(restored(sample))
        assert [leaf_hash_v1(one).hex() for one in found] == there["leaves"]
        assert len({one.salt for one in found}) == len(found)
    copied(path, tmp_path / "copy.db")
    set_version(tmp_path / "copy.db", 99)
    with pytest.raises(NotAStore, match="newer Longcase"):
        restored(tmp_path / "copy.db")


def test_a_node_that_is_another_gives_no_backup(used: SQLiteRecorder, path: Path, tmp_path: Path) -> None:
    """A copy would give proofs that lead nowhere."""
    fill_more(used, 250)
    copied(path, tmp_path / "sound.db")
    used.connection.execute("DROP TRIGGER node_update")
    used.connection.execute("UPDATE node SET hash = zeroblob(32)")
    with pytest.raises(Damaged, match="the node over the entries 1 to 256 is another"):
        copied(path, tmp_path / "copy.db")


def set_version(path: Path, version: int) -> None:
    connection = newest().connect(str(path))
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()


def test_another_file_of_sqlite_is_no_backup(tmp_path: Path) -> None:
    connection = newest().connect(str(tmp_path / "other.db"))
    connection.execute("CREATE TABLE entry (position)")
    connection.close()
    with pytest.raises(Damaged, match="no store of Longcase"):
        restored(tmp_path / "other.db")


def test_no_damage_gets_through(used: SQLiteRecorder, path: Path, tmp_path: Path) -> None:
    """Bits turned, pages cut in half, ends cut off: every row as it was, or nothing and why."""
    fill_more(used, 150)
    whole = tmp_path / "whole.db"
    copied(path, whole)
    content, expected = whole.read_bytes(), rows(used)
    chance = random.Random(20161110)
    damaged = tmp_path / "damaged.db"
    results = set()
    for number in range(150):
        damaged.write_bytes(broken(content, chance, number % 3))
        other = store()
        try:
            with backup.source(str(damaged)) as source:
                restore.restore(other, source, at=AT)
        except (Damaged, NotAStore, restore.OtherZone):
            assert rows(other) == []
            assert set(other.settings()) == {"id", "zone"}
            results.add("refused")
        else:
            assert rows(other) == expected
            results.add("whole")
        other.close()
    assert results == {"refused", "whole"}


def fill_more(recorder: SQLiteRecorder, count: int) -> None:
    versions = {entry.stream: entry.version for entry in rows(recorder)}
    for number in range(len(rows(recorder)), len(rows(recorder)) + count):
        entry = rows_entry(number, 1)
        versions[entry.stream] += 1
        recorder.insert_events([entry._replace(version=versions[entry.stream])])


def broken(content: bytes, chance: random.Random, how: int) -> bytes:
    """Return a file with one bit turned, half a page zeroed, or its end cut off."""
    at = chance.randrange(len(content))
    if how == 0:
        return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
    if how == 1:
        at -= at % 2048
        return content[:at] + bytes(2048) + content[at + 2048 :]
    return content[:at]


def test_nothing_that_is_read_is_written_to(used: SQLiteRecorder, path: Path, tmp_path: Path) -> None:
    copied(path, tmp_path / "copy.db")
    with (
        backup.opened(str(tmp_path / "copy.db")) as ledger,
        pytest.raises((PersistenceError, newest().Error), match="readonly"),
    ):
        ledger.rows("DELETE FROM entry")
