"""Where a store's file lies: with nothing of another beside it, and under one name."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ledger.errors import Misplaced, NotAStore
from ledger.sqlite import place
from ledger.sqlite.connection import connect, create
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.sqlite.upgrade import upgrade
from ledger.versions import NotUpgraded
from tests.ledger.contract import ONE, rows

OLDEST = Path(__file__).parents[1] / "samples" / "store-1.db"
HOT = bytes.fromhex("d9d505f920a163d7") + bytes(4) + bytes(4) + (6).to_bytes(4, "big") + bytes(500)
POSIX = pytest.mark.skipif(os.name == "nt", reason="permissions and names are of POSIX")


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of a store with two entries."""
    path = tmp_path / "store.db"
    with closing(SQLiteRecorder(create(str(path), {"zone": "UTC"}))) as recorder:
        recorder.insert_events(rows(ONE, 2))
    return path


@pytest.mark.parametrize("end", place.ENDS)
def test_no_store_is_made_beside_parts_of_another(end: str, tmp_path: Path) -> None:
    """They stay as they are, nothing is made, and it is said what to do."""
    left = tmp_path / f"store.db{end}"
    left.write_bytes(HOT)
    with pytest.raises(Misplaced, match=f"parts of another lie beside it, store.db{end}") as refused:
        create(str(tmp_path / "store.db"), {})
    assert "where that store is now" in refused.value.advice[0]
    assert (names(tmp_path), left.read_bytes()) == ([left.name], HOT)


@pytest.mark.parametrize("end", place.ENDS)
def test_what_is_empty_is_no_part_of_anything(end: str, tmp_path: Path) -> None:
    """An older SQLite leaves an empty journal beside every store."""
    (tmp_path / f"store.db{end}").touch()
    create(str(tmp_path / "store.db"), {}).close()


@pytest.mark.parametrize("end", place.ENDS)
def test_beside_an_empty_file_nothing_is_lost(end: str, tmp_path: Path) -> None:
    """SQLite deletes a log beside an empty file: so such a file is not opened, and no store is made of it."""
    (tmp_path / "store.db").touch()
    left = tmp_path / f"store.db{end}"
    left.write_bytes(HOT)
    with pytest.raises(NotAStore, match="not a store"):
        connect(str(tmp_path / "store.db"))
    with pytest.raises(Misplaced):
        create(str(tmp_path / "store.db"), {})
    assert left.read_bytes() == HOT


def test_a_store_that_is_being_made_is_no_other_store(tmp_path: Path) -> None:
    """Its journal puts the file back to no page at all: whoever makes it too, or once more, may go on."""
    (tmp_path / "store.db").touch()
    (tmp_path / "store.db-journal").write_bytes(HOT[:16] + bytes(500))
    create(str(tmp_path / "store.db"), {}).close()
    connect(str(tmp_path / "store.db")).close()


def test_a_link_is_followed_to_where_the_parts_lie(tmp_path: Path) -> None:
    """SQLite keeps them beside the file itself."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "store.db").touch()
    (tmp_path / "there" / "store.db-wal").write_bytes(HOT)
    (tmp_path / "link.db").symlink_to(tmp_path / "there" / "store.db")
    with pytest.raises(Misplaced, match=r"store\.db-wal"):
        create(str(tmp_path / "link.db"), {})


@POSIX
def test_an_empty_file_is_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it was before; where that cannot be, no store is made of it."""
    path = tmp_path / "store.db"
    path.touch()
    path.chmod(0o644)

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    with monkeypatch.context() as patch:
        patch.setattr(os, "chmod", refuse)
        with pytest.raises(NotAStore, match=r"others may read the empty file .*: Operation not permitted"):
            create(str(path), {})
    create(str(path), {}).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o660)
    create(str(path), {}).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o660, "a store that is there keeps its readers"


def test_a_store_with_two_names_is_used_under_none(path: Path, tmp_path: Path) -> None:
    """Each name would have a log of its own; with one name again, all is there."""
    other = tmp_path / "other.db"
    other.hardlink_to(path)
    for name in (path, other):
        for use in (connect, lambda name: create(name, {})):
            with pytest.raises(Misplaced, match=f"{name.name} has 2 names") as refused:
                use(str(name))
            assert f"-samefile {name}" in refused.value.advice[1]
    assert names(tmp_path) == ["other.db", "store.db"]
    other.unlink()
    connect(str(path)).close()


def test_the_name_that_a_killed_restore_left_is_taken_away(path: Path, tmp_path: Path) -> None:
    """It is the same file, under the name that it had before it was whole."""
    (tmp_path / ".store.db.x1y2.part").hardlink_to(path)
    (tmp_path / ".store.db.other.part").touch()
    connect(str(path)).close()
    assert names(tmp_path) == [".store.db.other.part", "store.db"]


@POSIX
def test_a_name_that_cannot_be_taken_away_is_a_second_name(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a folder that may not be written."""

    def refuse(*_: object) -> None:
        raise PermissionError

    (tmp_path / ".store.db.x1y2.part").hardlink_to(path)
    monkeypatch.setattr(os, "unlink", refuse)
    with pytest.raises(Misplaced, match="has 2 names"):
        connect(str(path))


@POSIX
def test_a_symbolic_link_is_no_second_name(path: Path, tmp_path: Path) -> None:
    """SQLite follows it: both have one log, in the file's own folder."""
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link.db"
    link.symlink_to(path)
    with (
        closing(SQLiteRecorder.open(str(path))) as one,
        closing(SQLiteRecorder.open(str(link))) as other,
    ):
        one.insert_events(rows(ONE, 3)[2:])
        assert other.max_notification_id() == 3
        assert names(tmp_path / "links") == ["link.db"]


@POSIX
def test_a_file_that_is_mounted_by_itself_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's list has its name with spaces written as numbers; that of its folder is no matter."""
    (tmp_path / "a store").mkdir()
    path = tmp_path / "a store" / "s.db"
    create(str(path), {}).close()
    written = os.path.realpath(path).replace(" ", "\\040")
    mounts = tmp_path / "mounts"
    monkeypatch.setattr(place, "_MOUNTS", str(mounts))
    mounts.write_text(f"36 35 98:0 {written} {written[:-5]} rw - ext4 /dev/sda rw\n", "utf-8")
    connect(str(path)).close()
    mounts.write_text(f"36 35 98:0 /x {written} rw,noatime - ext4 /dev/sda rw\n", "utf-8")
    for use in (connect, lambda name: create(name, {})):
        with pytest.raises(Misplaced, match="is mounted by itself") as refused:
            use(str(path))
        assert refused.value.advice[0] == "mount the folder in which it lies instead"
    mounts.unlink()
    connect(str(path)).close()


MOUNTED = """
set -e
touch "$2" && mount --bind "$1" "$2"
"$3" -c 'import sys; from ledger.sqlite.connection import connect; connect(sys.argv[1])' "$2"
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="mount namespaces are of Linux")
def test_a_mount_of_the_file_is_seen(path: Path, tmp_path: Path) -> None:
    """As a container has it that is given the file and not its folder."""
    alone = ["unshare", "--mount", "--map-root-user"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("nothing may be mounted here")
    command = [*alone, "sh", "-c", MOUNTED, "sh", str(path), str(tmp_path / "b.db"), sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=OLDEST.parents[3])
    assert "b.db is mounted by itself" in done.stderr
    assert names(tmp_path) == ["b.db", "store.db"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors have names on Linux")
def test_a_file_without_a_name_is_no_store(path: Path, tmp_path: Path) -> None:
    """Under the name of its descriptor SQLite would make another file."""
    with path.open("rb") as file:
        connect(f"/proc/self/fd/{file.fileno()}").close()
        path.unlink()
        with pytest.raises(NotAStore, match="there is no store at"):
            connect(f"/proc/self/fd/{file.fileno()}")
    assert names(tmp_path) == []


def test_the_copy_before_an_upgrade_is_not_made_beside_parts_of_another(tmp_path: Path) -> None:
    """SQLite would replay them over it when it is needed."""
    store, left = tmp_path / "store.db", tmp_path / "copy.db-wal"
    shutil.copyfile(OLDEST, store)
    left.write_bytes(HOT)
    with pytest.raises(NotUpgraded, match=r"parts of another lie beside it, copy.db-wal"):
        upgrade(str(store), backup=str(tmp_path / "copy.db"))
    assert (names(tmp_path), left.read_bytes()) == (["copy.db-wal", "store.db"], HOT)
