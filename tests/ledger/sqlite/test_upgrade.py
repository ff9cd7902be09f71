"""Stores of other versions: refused with what to do, and an older one upgraded whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from eventsourcing.persistence import OperationalError

from ledger import schema
from ledger.entry import leaf_hash_v1
from ledger.errors import Busy, NotAStore
from ledger.sqlite import upgrade as upgrading
from ledger.sqlite.checks import deep, quick
from ledger.sqlite.connection import connect, create
from ledger.sqlite.driver import newest
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.sqlite.upgrade import upgrade
from ledger.versions import NewerStore, NotUpgraded, OldStore, Upgraded
from tests.clock import START, Clock
from tests.disk import watched, whole
from tests.ledger.contract import ONE, row

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = sorted((ROOT / "tests" / "ledger" / "samples").glob("store-*.db"))
OLDEST = SAMPLES[0]
DRIVER = newest()
DRIVERS = [sqlite3] if DRIVER is sqlite3 else [DRIVER, sqlite3]
COPY = "store.db.before-upgrade-from-1-20160212T091200Z"
"""The name of the copy, by the clock of these tests."""


def copied(sample: Path, folder: Path) -> Path:
    path = folder / "store.db"
    shutil.copyfile(sample, path)
    path.chmod(0o600)
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store of the oldest version."""
    return copied(OLDEST, tmp_path)


def expected(sample: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sample.with_suffix(".json").read_text("utf-8"))
    return found


def look(path: Path, query: str) -> list[tuple[Any, ...]]:
    """Return what a query finds, of a store of any version."""
    with closing(DRIVER.connect(str(path))) as connection:
        return list(connection.execute(query))


def change(path: Path, *statements: str) -> None:
    """Do what nobody should, as somebody who may write the file can."""
    with closing(DRIVER.connect(str(path), isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def version(path: Path) -> int:
    return int(look(path, "PRAGMA user_version")[0][0])


def entries(path: Path) -> list[tuple[Any, ...]]:
    """Return what each entry says, of a store of any version: its header and its payload."""
    return look(path, f"SELECT {schema.COLUMNS.replace('leaf, salt, ', '')} FROM entry ORDER BY position")


def leaves(path: Path) -> list[str]:
    """Return the leaves v1 of all entries, of a store of any version."""
    return [leaf_hash_v1((*one[:10], b"", b"", one[10])).hex() for one in entries(path)]


def stored_leaves(path: Path) -> list[str]:
    """Return the leaves as they stand in a store."""
    return [leaf.hex() for (leaf,) in look(path, "SELECT leaf FROM entry ORDER BY position")]


def findings(path: Path) -> dict[str, str]:
    """Return what any check of ``doctor`` finds wrong."""
    with closing(connect(str(path))) as connection:
        found = [
            *quick(str(path), connection, DRIVER),
            *deep(connection, DRIVER, complaint=lambda _: None, advance=lambda: None),
        ]
    return {one.check: one.explanation for one in found if not one.ok}


def test_every_older_version_has_its_step_and_its_sample() -> None:
    """A version that anybody may still have is never left without a way to this one."""
    older = list(range(1, schema.VERSION))
    assert list(upgrading.STEPS) == older
    assert {f"store-{number}.db" for number in older} <= {sample.name for sample in SAMPLES}


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_every_sample_becomes_a_store_of_this_version(sample: Path, driver: Any, tmp_path: Path) -> None:
    """Its entries are as they were to the byte, its settings too, and every check of this version passes."""
    path, wanted = copied(sample, tmp_path), expected(sample)
    before = entries(path)
    assert leaves(path) == wanted["leaves"]
    assert wanted["version"] >= schema.SALTED or stored_leaves(path) == wanted["leaves"]
    done = upgrade(str(path), clock=Clock(), driver=driver)
    assert (done.before, done.after, done.entries) == (wanted["version"], schema.VERSION, len(before))
    assert entries(path) == before
    assert leaves(path) == wanted["leaves"]
    assert not {*stored_leaves(path)} & {*wanted["leaves"]}
    assert dict(look(path, "SELECT name, value FROM store")) == wanted["settings"]
    assert version(path) == schema.VERSION
    assert findings(path) == {}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_an_upgraded_store_goes_on(sample: Path, tmp_path: Path) -> None:
    """The next entry has the next position."""
    path = copied(sample, tmp_path)
    upgrade(str(path))
    recorder = SQLiteRecorder.open(str(path))
    one = row(ONE, 1)._replace(command_id=b"upgraded".ljust(16))
    assert list(recorder.insert_events([one])) == [len(expected(sample)["leaves"]) + 1]
    recorder.close()


def test_a_store_says_which_longcase_wrote_it_and_when(old: Path, tmp_path: Path) -> None:
    """A new one since it was made, an upgraded one since it was upgraded."""
    new = tmp_path / "new.db"
    create(str(new), {}, clock=Clock()).close()
    upgrade(str(old), clock=Clock())
    wanted = [(number, schema.longcase_version(), START) for number in range(2, schema.VERSION + 1)]
    assert look(new, "SELECT * FROM written") == wanted[-1:]
    assert look(old, "SELECT * FROM written") == wanted


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO written VALUES ({schema.VERSION}, 'another', 0)",
        "INSERT INTO written VALUES (1, 'another', 0)",
        f"INSERT OR REPLACE INTO written VALUES ({schema.VERSION}, 'another', 0)",
        "UPDATE written SET longcase = 'another'",
        "DELETE FROM written",
    ],
)
def test_who_wrote_it_is_never_changed(statement: str, tmp_path: Path) -> None:
    """Not through a bare connection either."""
    path = tmp_path / "new.db"
    create(str(path), {}).close()
    with pytest.raises(DRIVER.IntegrityError, match="longcase: "):
        change(path, statement)


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO written VALUES ({schema.VERSION + 1}, 'another', 0)",
        "DROP TABLE written",
        f"UPDATE written SET at = {10**18}",
    ],
)
def test_what_does_not_fit_is_noticed(statement: str, tmp_path: Path) -> None:
    """``doctor`` compares what is said with the version of the file."""
    path = tmp_path / "new.db"
    create(str(path), {}).close()
    change(path, "DROP TRIGGER IF EXISTS written_update", statement)
    assert {"settings", "guards"} == set(findings(path)) | {"guards"}


def test_an_older_store_is_refused_and_left_alone(old: Path) -> None:
    """Reading is no reason to change evidence."""
    before = old.read_bytes()
    for attempt in (connect, lambda path: create(path, {})):
        with pytest.raises(
            OldStore, match=rf"older Longcase \(store version 1; this one uses version {schema.VERSION}\)"
        ):
            attempt(str(old))
    assert old.read_bytes() == before
    assert [one.name for one in old.parent.iterdir()] == ["store.db"]


def test_a_newer_store_says_what_to_install(tmp_path: Path) -> None:
    """The version of Longcase that wrote it, where the store says so."""
    path, later = tmp_path / "new.db", schema.VERSION + 1
    create(str(path), {}).close()
    change(path, f"INSERT INTO written VALUES ({later}, '7.1', 0)", f"PRAGMA user_version = {later}")
    for attempt in (connect, upgrade):
        with pytest.raises(NewerStore, match=rf"newer Longcase, 7\.1 .*up to {later - 1}: install Longcase 7\.1"):
            attempt(str(path))
    change(path, "DROP TABLE written")
    with pytest.raises(NewerStore, match="install that version"):
        connect(str(path))


def test_a_version_that_never_was_is_damage(old: Path) -> None:
    """No upgrade is tried on a guess."""
    change(old, "PRAGMA user_version = 0")
    for attempt in (connect, upgrade):
        with pytest.raises(NotAStore, match="damaged") as caught:
            attempt(str(old))
        assert not isinstance(caught.value, OldStore | NewerStore)


def test_a_store_of_this_version_is_left_alone(tmp_path: Path) -> None:
    """Nothing is written and nothing is copied."""
    path = tmp_path / "new.db"
    create(str(path), {}).close()
    before = path.read_bytes()
    assert upgrade(str(path)) == (schema.VERSION, schema.VERSION, None, 0)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_copy_is_the_store_as_it_was(old: Path, driver: Any) -> None:
    """Beside the store, complete, for its owner alone, and with no file beside it."""
    before = look(old, "SELECT * FROM sqlite_schema"), entries(old)
    mask = os.umask(0)
    try:
        done = upgrade(str(old), clock=Clock(), driver=driver)
    finally:
        os.umask(mask)
    copy = old.parent / COPY
    assert done.backup == str(copy)
    assert version(copy) == 1
    assert (look(copy, "SELECT * FROM sqlite_schema"), entries(copy)) == before
    assert stored_leaves(copy) == expected(OLDEST)["leaves"]
    assert os.name == "nt" or stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert {one.name for one in old.parent.iterdir()} - {"store.db-journal"} == {"store.db", COPY}


@pytest.mark.skipif(os.name != "posix", reason="nothing is synchronised here")
def test_the_copy_is_on_the_disk_before_the_store_is_changed(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole, and its name as well: a power cut in the upgrade finds the store as it was in one of the two."""
    folder = old.parent / "elsewhere"
    folder.mkdir()
    synced = watched(monkeypatch, lambda: f"version {version(old)}")
    upgrade(str(old), backup=str(folder / "copy.db"))
    assert synced == [whole(folder / "copy.db", "version 1"), whole(folder, "version 1")]
    assert version(old) == schema.VERSION


def test_the_copy_can_be_upgraded_in_its_turn(old: Path, tmp_path: Path) -> None:
    """It is a store."""
    copy = tmp_path / "copy.db"
    upgrade(str(old), backup=str(copy))
    upgrade(str(copy), backup=str(tmp_path / "further.db"))
    assert entries(copy) == entries(old)
    assert findings(copy) == {}


def test_what_was_recorded_and_not_yet_checkpointed_is_in_the_copy(old: Path) -> None:
    """A copy of the file alone would lack it."""
    with closing(DRIVER.connect(str(old), isolation_level=None)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("INSERT INTO store VALUES ('late', 'yes')")
        upgrade(str(old), clock=Clock())
    assert look(old.parent / COPY, "SELECT value FROM store WHERE name = 'late'") == [("yes",)]


@pytest.mark.parametrize("there", ["file", "folder", "link"])
def test_nothing_is_overwritten(there: str, old: Path, tmp_path: Path) -> None:
    """Whatever is where the copy would go, the store stays as it was, and so does that."""
    copy = tmp_path / "copy"
    if there == "file":
        copy.write_text("a letter")
    elif there == "folder":
        copy.mkdir()
    else:
        copy.symlink_to(tmp_path / "nowhere")
    with pytest.raises(NotUpgraded, match="never overwritten"):
        upgrade(str(old), backup=str(copy))
    assert version(old) == 1
    assert there != "file" or copy.read_text() == "a letter"
    assert {one.name for one in tmp_path.iterdir()} == {"store.db", "copy"}


def test_a_copy_that_cannot_be_made_is_said_so(old: Path, tmp_path: Path) -> None:
    """With the system's reason, and where else it can go."""
    with pytest.raises(NotUpgraded, match="cannot be made: No such file") as caught:
        upgrade(str(old), backup=str(tmp_path / "no" / "copy.db"))
    assert "--backup" in caught.value.advice[0]
    assert version(old) == 1


class Full:
    """The driver, on a disk that takes nothing more."""

    def __getattr__(self, name: str) -> Any:
        return getattr(DRIVER, name)

    def connect(self, path: str, **more: Any) -> Any:
        connection = DRIVER.connect(path, **more)
        if "before-upgrade" in path:
            connection.execute("PRAGMA max_page_count = 5")
        return connection


def test_a_disk_that_fills_up_leaves_the_store_and_no_half_a_copy(old: Path) -> None:
    """What room there was is given back."""
    with pytest.raises(NotUpgraded, match=r"cannot be made: .*full"):
        upgrade(str(old), driver=Full())  # type: ignore[arg-type]  # stands for the module
    assert version(old) == 1
    assert [one.name for one in old.parent.iterdir()] == ["store.db"]


DAMAGE = {
    "a payload": (
        "DROP TRIGGER entry_update",
        "UPDATE entry SET payload = x'7b7d' WHERE position = 7",
    ),
    "a leaf": (
        "DROP TRIGGER entry_update",
        "UPDATE entry SET leaf = zeroblob(32) WHERE position = 7",
    ),
    "an index": (
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'entry_stream'",
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_store_is_not_upgraded(what: str, old: Path) -> None:
    """It is evidence; and a copy of damage would be taken for a sound one."""
    change(old, *DAMAGE[what])
    with pytest.raises(NotUpgraded, match="a copy of it is not sound") as caught:
        upgrade(str(old))
    assert any("evidence" in line for line in caught.value.advice)
    assert version(old) == 1
    assert [one.name for one in old.parent.iterdir()] == ["store.db"]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TRIGGER entry_update", "trigger entry_update is missing"),
        ("DROP TRIGGER store_update", "trigger store_update is missing"),
        ("CREATE TRIGGER spy AFTER INSERT ON entry BEGIN SELECT 1; END", "trigger spy was added"),
        ("CREATE INDEX by_actor ON entry (actor)", "index by_actor was added"),
        ("CREATE TRIGGER helper AFTER INSERT ON store BEGIN SELECT 1; END", "trigger helper was added"),
    ],
)
def test_a_store_without_its_guards_is_not_upgraded(statement: str, said: str, old: Path) -> None:
    """An upgrade makes nobody believe that entries could not be changed; nothing of it is left."""
    change(old, statement)
    with pytest.raises(NotUpgraded, match=said):
        upgrade(str(old))
    assert version(old) == 1
    assert look(old, "SELECT name FROM sqlite_schema WHERE name LIKE 'written%'") == []


@pytest.mark.parametrize("table", ["written", "entry_unsalted", "node"])
def test_what_stands_in_the_way_of_a_step_changes_nothing(table: str, old: Path) -> None:
    """A table of the name of a new one."""
    change(old, f"CREATE TABLE {table} (something)")
    with pytest.raises(OperationalError, match=r"already (exists|another table)"):
        upgrade(str(old))
    assert version(old) == 1
    assert (
        look(old, "SELECT name FROM sqlite_schema WHERE name IN ('written', 'node')")
        == [(table,)][: len(table) < 8]
    )


# Upgrades a copy of the sample again and again, and kills itself at the first, second, third thing that SQLite
# is asked to do, until an upgrade comes to its end.
KILLED = """
import os, pathlib, shutil, signal, sys

from ledger.sqlite.driver import newest
from ledger.sqlite.upgrade import upgrade

sample, folder = sys.argv[1], pathlib.Path(sys.argv[2])
driver = newest()


class Clockwork:
    left = 0

    def tick(self):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


bomb = Clockwork()


class Mortal(driver.Connection):
    def execute(self, *args):
        bomb.tick()
        return super().execute(*args)

    def executemany(self, *args):
        bomb.tick()
        return super().executemany(*args)

    def backup(self, *args, progress, **more):
        def step(*told):
            bomb.tick()
            progress(*told)

        bomb.tick()
        return super().backup(*args, **{**more, "pages": 7}, progress=step)

    def close(self):
        bomb.tick()
        super().close()


class Deadly:
    def __getattr__(self, name):
        return getattr(driver, name)

    def connect(self, path, **more):
        return driver.connect(path, factory=Mortal, **more)


status, number = -1, 0
while status:
    number += 1
    path = folder / str(number) / "store.db"
    path.parent.mkdir()
    shutil.copyfile(sample, path)
    child = os.fork()
    if not child:
        bomb.left = number
        upgrade(str(path), driver=Deadly())
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGKILL), status
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
def test_an_upgrade_that_is_killed_is_done_or_not_begun(tmp_path: Path) -> None:
    """Whatever it was doing: the store is the old one or the new one, and a further upgrade ends the work."""
    subprocess.run([sys.executable, "-c", KILLED, str(OLDEST), str(tmp_path)], cwd=ROOT, check=True, timeout=120)
    wanted = expected(OLDEST)["leaves"]
    ended = [
        state(tmp_path / str(number) / "store.db", wanted) for number in range(1, len(list(tmp_path.iterdir())))
    ]
    assert len(ended) > 30
    assert sorted(ended) == ended, "a new store was followed by an old one"
    assert set(ended) == {1, schema.VERSION}


def state(path: Path, wanted: list[str]) -> int:
    """Return which version a store has after a kill; assert that it is that wholly, and can be upgraded."""
    found = version(path)
    written = look(path, "SELECT name FROM sqlite_schema WHERE tbl_name = 'written' AND sql IS NOT NULL")
    assert len(written) == {1: 0, schema.VERSION: 4}[found]
    assert leaves(path) == wanted
    for copy in path.parent.glob("*Z"):
        assert leaves(copy) in ([], wanted) if look(copy, "SELECT 1 FROM sqlite_schema LIMIT 1") else True
    upgrade(str(path), backup=str(path.with_suffix(".further")))
    assert leaves(path) == wanted
    return found


def test_of_two_upgrades_one_is_done_and_the_other_finds_it_done(old: Path) -> None:
    """The second waits for the first, and makes no copy."""
    second: list[Upgraded] = []
    waiting = threading.Thread(target=lambda: second.append(upgrade(str(old))))

    def begin(told: str) -> None:
        if told.startswith("copying"):
            waiting.start()

    first = upgrade(str(old), say_done=begin)
    waiting.join(30)
    assert (first.before, first.after) == (1, schema.VERSION)
    assert second == [(schema.VERSION, schema.VERSION, None, first.entries)]
    assert len(list(old.parent.glob("*before-upgrade*"))) == 1


def test_of_several_processes_one_upgrades(old: Path) -> None:
    """As where a script is started on every machine that has the store."""
    script = "import sys; from ledger.sqlite.upgrade import upgrade; print(upgrade(sys.argv[1]).backup)"
    command = [sys.executable, "-c", script, str(old)]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = [process.communicate(timeout=60)[0].strip() for process in started]
    assert [process.returncode for process in started] == [0] * 4
    assert sorted(one == "None" for one in said) == [False, True, True, True]
    assert findings(old) == {}


@pytest.fixture
def impatient(old: Path) -> Iterator[Any]:
    """A connection to the store that waits for nobody, as of a Longcase of the older version."""
    with closing(DRIVER.connect(str(old), timeout=0.0, isolation_level=None)) as connection:
        yield connection


def test_nobody_records_between_the_copy_and_the_upgrade(old: Path, impatient: Any) -> None:
    """What the copy lacks could not be had back."""
    refused = []

    def record(_: str) -> None:
        with pytest.raises(DRIVER.OperationalError, match="locked") as caught:
            impatient.execute("INSERT INTO store VALUES ('between', '')")
        refused.append(caught.value)

    upgrade(str(old), say_done=record)
    assert len(refused) == 2


def test_an_upgrade_waits_for_a_writer_and_gives_up(old: Path, impatient: Any, monkeypatch: Any) -> None:
    """As every writer does, and with the same error."""
    monkeypatch.setattr(upgrading, "connect", lambda path, **more: connect(path, wait=0.01, **more))
    impatient.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy):
        upgrade(str(old))
    impatient.execute("ROLLBACK")
    assert version(old) == 1


def test_a_longcase_of_before_records_nothing_after_the_upgrade(old: Path, impatient: Any) -> None:
    """It had the store open: what it would insert has no salt, and it is told why."""
    columns = schema.COLUMNS.replace("salt, ", "")
    last = len(expected(OLDEST)["leaves"])
    values = f"{last + 1}, zeroblob(16), 1, 't', 1, 'a', 'r', 0, 0, randomblob(16), zeroblob(32), x''"
    impatient.execute("BEGIN")
    impatient.execute(f"INSERT INTO entry ({columns}) VALUES ({values})")
    impatient.execute("ROLLBACK")
    upgrade(str(old))
    with pytest.raises(
        DRIVER.IntegrityError, match="longcase: the store was upgraded, and takes entries of a newer"
    ):
        impatient.execute(f"INSERT INTO entry ({columns}) VALUES ({values})")
    assert len(entries(old)) == last
