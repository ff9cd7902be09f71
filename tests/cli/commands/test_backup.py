"""``backup``, ``archive``, ``restore``, ``load``: what they say, and what they leave alone."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import sqlite3
import stat
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from cli.session import stores
from ledger.entry import leaf_hash_v1
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMANDS = ("backup", "archive")
BACK = ("restore", "load")


def rows(path: Path) -> list[Any]:
    recorder = SQLiteRecorder.open(str(path))
    found = list(recorder.select_notifications(None, 1 << 40))
    recorder.close()
    return found


def settings(path: Path) -> dict[str, str]:
    recorder = SQLiteRecorder.open(str(path))
    found = recorder.settings()
    recorder.close()
    return found


def noted(path: Path) -> str:
    """Return the digest of a store's settings, made as docs/auditors.md has it."""
    own = ("id", "restored_from", "restored_at", "restored_position")
    shared = {name: value for name, value in settings(path).items() if name not in own}
    return sha256(json.dumps(shared, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@pytest.fixture
def used(longcase: Callable[..., Any], store: Path) -> Callable[..., Any]:
    longcase("report", "IMG-0417", "--category", "indecent-images", "--summary", "Uploads, a warning")
    longcase("allocate", "IMG-0417", "DC 1417")
    longcase("restrict", "IMG-0417", "--to", "DC 1417", "--reason", "a colleague")
    return longcase


@pytest.mark.parametrize("back", BACK)
@pytest.mark.parametrize("name", ["copy.db", "copy.jsonl", "copy.jsonl.gz"])
def test_what_was_written_comes_back(
    used: Callable[..., Any], store: Path, tmp_path: Path, name: str, back: str
) -> None:
    """Every row; the restored case is what it was, and the tables are built when they are first read."""
    copy, other = tmp_path / name, tmp_path / "new" / "other.db"
    done = used("backup" if name == "copy.db" else "archive", str(copy))
    there: list[Any] = rows(store)
    leaves = sha256(b"".join(map(leaf_hash_v1, there))).hexdigest()
    leaves_v2 = sha256(b"".join(one.leaf for one in there)).hexdigest()
    figures = f"all their leaves together {leaves} (v1) and {leaves_v2} (v2), its settings {noted(store)}"
    held = f"3 entries, the last at position 3 and {figures}"
    assert done.code == 0
    assert f"{name}: {held}\n" in done.out
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    done = used(back, str(copy), "--store", str(other))
    assert (done.code, done.out) == (0, f"restored into {other}: {held}\n")
    assert "the first command that needs them builds them" in done.err
    assert rows(other) == rows(store)
    assert stat.S_IMODE(other.stat().st_mode) == 0o600
    assert [one.name for one in other.parent.iterdir()] == ["other.db"]
    show = ("show", "IMG-0417", "--format", "json", "--actor", "DC 1417")
    shown = [used("--actor", "DC 1417", *show[:4], "--store", str(path)).out for path in (store, other)]
    assert shown[0] == shown[1]
    assert "1 case" in used("cases", "--store", str(other)).out
    assert used("doctor", "--deep", "--store", str(other)).code == 0


def test_the_store_says_where_it_is_from(used: Callable[..., Any], store: Path, tmp_path: Path) -> None:
    """``doctor`` shows its settings."""
    used("backup", str(tmp_path / "copy.db"))
    used("restore", str(tmp_path / "copy.db"), "--store", str(tmp_path / "other.db"))
    found = settings(tmp_path / "other.db")
    assert found["restored_from"] == settings(store)["id"] != found["id"]
    assert (found["restored_at"], found["restored_position"]) == ("2016-05-20T09:00:00+00:00", "3")
    assert found["restored_from"] in used("doctor", "--store", str(tmp_path / "other.db")).out


def test_for_programs(used: Callable[..., Any], store: Path, tmp_path: Path) -> None:
    """One object each, on standard output alone."""
    last: Any = rows(store)[-1]
    leaf = leaf_hash_v1(last).hex()
    leaves, digests = set(), {noted(store)}
    for command, kind in (("backup", "sqlite"), ("archive", "archive")):
        done = used(command, str(tmp_path / command), "--format", "json")
        found = json.loads(done.out)
        assert done.err == ""
        assert found["path"] == str(tmp_path / command)
        assert found["bytes"] == (tmp_path / command).stat().st_size
        assert (found["kind"], found["entries"], found["position"], found["leaf"]) == (kind, 3, 3, leaf)
        assert found["leaf_v2"] == last.leaf.hex()
        leaves.add((found["leaves"], found["leaves_v2"]))
        digests.add(found["settings"])
    other = str(tmp_path / "other.db")
    found = json.loads(used("load", str(tmp_path / "archive"), "--store", other, "--format", "json").out)
    figures = ["entries", "position", "leaf", "leaves", "settings", "leaf_v2", "leaves_v2"]
    assert list(found) == ["store", "made", "restored_from", *figures]
    assert (found["store"], found["made"], found["restored_from"]) == (other, True, settings(store)["id"])
    assert leaves == {(found["leaves"], found["leaves_v2"])}
    assert digests == {found["settings"], noted(tmp_path / "other.db")}


def test_a_zone_that_was_changed_shows_in_what_was_noted(
    used: Callable[..., Any], store: Path, tmp_path: Path
) -> None:
    """Every check passes and the leaves are the same: the digest of the settings alone is another."""
    before = json.loads(used("backup", str(tmp_path / "before.db"), "--format", "json").out)
    with closing(sqlite3.connect(store)) as connection:
        query = "SELECT sql FROM sqlite_schema WHERE name = 'store_update'"
        ((trigger,),) = connection.execute(query)
        connection.execute("DROP TRIGGER store_update")
        connection.execute("UPDATE store SET value = 'Pacific/Kiritimati' WHERE name = 'zone'")
        connection.execute(trigger)
        connection.commit()
    after = json.loads(used("backup", str(tmp_path / "after.db"), "--format", "json").out)
    done = used("doctor", "--deep", "--format", "json")
    assert done.code == 0
    assert {name for name in before if before[name] != after[name]} == {"path", "settings"}
    assert after["settings"] in done.out
    assert before["settings"] not in done.out


def test_a_store_with_settings_of_its_own_is_not_restored_into(
    used: Callable[..., Any], store: Path, tmp_path: Path
) -> None:
    """A setting is given once: where another would stay, nothing is restored."""
    copy, other = tmp_path / "copy.jsonl", tmp_path / "other.db"
    used("archive", str(copy))
    create(str(other), {"zone": settings(store)["zone"], "scenario": "another"}).close()
    done = used("load", str(copy), "--store", str(other))
    assert (done.code, done.out) == (5, "")
    assert "the store has other settings" in done.err
    assert rows(other) == []
    assert "restored_from" not in settings(other)


def test_an_archive_goes_through_a_pipe(used: Callable[..., Any], store: Path, tmp_path: Path) -> None:
    """A dash is standard output, and standard input."""
    done = used("archive", "-")
    assert json.loads(done.out.splitlines()[0])["position"] == 3
    assert done.err.startswith("archived 3 entries, the last at position 3")
    data = done.out.encode()
    assert used("load", "-", "--store", str(tmp_path / "other.db"), stdin=data).code == 0
    assert rows(tmp_path / "other.db") == rows(store)
    done = used("load", "-", "--store", str(tmp_path / "third.db"), stdin=data[:-100])
    assert done.code == 5
    assert "standard input cannot be restored: it was cut off after its 3 entries" in done.err
    done = used("load", "-", "--store", str(tmp_path / "third.db"), stdin=gzip.compress(data))
    assert (done.code, "packed with gzip" in done.err) == (5, True)
    assert not (tmp_path / "third.db").exists()
    assert used("backup", "-").code == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_replaced_unless_asked_and_the_store_never(
    used: Callable[..., Any], store: Path, tmp_path: Path, command: str
) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    done = used(command, str(target))
    assert (done.code, target.read_text()) == (2, "precious")
    assert "--force" in done.err
    assert used(command, str(target), "--force").code == 0
    assert target.stat().st_size > 100
    link = tmp_path / "link"
    link.symlink_to(target)
    before = target.read_bytes()
    assert used(command, str(link)).code == 2
    assert used(command, str(link), "--force").code == 0
    assert not link.is_symlink()
    assert target.read_bytes() == before
    for place in (store, tmp_path, tmp_path / "nowhere" / "x"):
        assert used(command, str(place), "--force").code == 2
    assert len(rows(store)) == 3
    assert not [one for one in tmp_path.iterdir() if one.name.endswith(".part")]


def test_a_log_is_not_replaced_through_a_link(used: Callable[..., Any], store: Path, tmp_path: Path) -> None:
    """It lies beside the file to which the link leads."""
    link = tmp_path / "elsewhere.db"
    link.symlink_to(store)
    with closing(SQLiteRecorder.open(str(store))):
        used("act", "IMG-0417", "interview")
        log = f"{store}-wal"
        done = used("archive", log, "--force", "--store", str(link))
        assert (done.code, "no file that may be replaced" in done.err) == (2, True)
    assert len(rows(store)) == 4


def test_a_backup_in_a_file_is_not_packed(used: Callable[..., Any], tmp_path: Path) -> None:
    """It would be no store then."""
    done = used("backup", str(tmp_path / "copy.db.gz"))
    assert done.code == 2
    assert "longcase archive" in done.err


def test_only_an_empty_store_is_restored_into(used: Callable[..., Any], store: Path, tmp_path: Path) -> None:
    """One that was made before takes it, once."""
    used("archive", str(tmp_path / "a.jsonl"))
    done = used("restore", str(tmp_path / "a.jsonl"))
    assert done.code == 3
    assert "it has 3 entries" in done.err
    other = str(tmp_path / "other.db")
    used("init", "--store", other, "--edition", "1")
    own = settings(tmp_path / "other.db")["id"]
    assert used("restore", str(tmp_path / "a.jsonl"), "--store", other).code == 0
    assert settings(tmp_path / "other.db")["id"] == own
    assert used("restore", str(tmp_path / "a.jsonl"), "--store", other).code == 3
    assert rows(tmp_path / "other.db") == rows(store)


def test_the_time_zone_stays_what_it_was(used: Callable[..., Any], tmp_path: Path) -> None:
    """A store of another is no place for it; a new one gets it."""
    used("init", "--store", str(tmp_path / "utc.db"), "--zone", "UTC")
    used("archive", str(tmp_path / "a.jsonl"))
    done = used("load", str(tmp_path / "a.jsonl"), "--store", str(tmp_path / "utc.db"))
    assert done.code == 4
    assert "UTC" in done.err
    assert "Europe/London" in done.err
    assert rows(tmp_path / "utc.db") == []
    used("archive", str(tmp_path / "utc.jsonl"), "--store", str(tmp_path / "utc.db"))
    assert used("load", str(tmp_path / "utc.jsonl"), "--store", str(tmp_path / "new.db")).code == 0
    assert settings(tmp_path / "new.db")["zone"] == "UTC"


def test_an_unknown_time_zone_makes_no_store(used: Callable[..., Any], tmp_path: Path) -> None:
    odd = tmp_path / "odd.db"
    create(str(odd), {"zone": "Atlantis/Capital"}).close()
    assert used("archive", str(tmp_path / "a.jsonl"), "--store", str(odd)).code == 0
    done = used("load", str(tmp_path / "a.jsonl"), "--store", str(tmp_path / "new.db"))
    assert done.code == 5
    assert "Atlantis/Capital" in done.err
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("into", ["new", "empty"])
def test_a_damaged_file_changes_nothing(used: Callable[..., Any], tmp_path: Path, into: str) -> None:
    """It is said what is wrong with which entry; no store is made, and an empty one stays empty."""
    other = tmp_path / "other.db"
    if into == "empty":
        used("init", "--store", str(other), "--edition", "1")
    used("archive", str(tmp_path / "a.jsonl"))
    used("archive", str(tmp_path / "a.jsonl.gz"))
    used("backup", str(tmp_path / "copy.db"))
    lines = (tmp_path / "a.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "edited").write_bytes(lines[0] + lines[1] + lines[2].replace(b"PS 0088", b"PS 0099") + lines[3])
    (tmp_path / "packed").write_bytes((tmp_path / "a.jsonl.gz").read_bytes()[:-20])
    (tmp_path / "copy").write_bytes((tmp_path / "copy.db").read_bytes().replace(b"Uploads", b"uploads"))
    (tmp_path / "text").write_text("no archive\n")
    (tmp_path / "empty").touch()
    for name, words in {
        "edited": "entry 2: it is not as it was recorded",
        "packed": "ends too early",
        "copy": "entry 1: it is not as it was recorded",
        "text": "it is no archive of Longcase",
        "empty": "it is empty",
        "missing": "cannot be opened",
        ".": "not a regular file",
    }.items():
        before = sorted(one.name for one in tmp_path.iterdir())
        done = used("restore", str(tmp_path / name), "--store", str(other))
        assert (done.code, done.out) == (5, ""), name
        assert words in done.err
        assert "nothing was changed" in done.err
        assert "Traceback" not in done.err
        assert sorted(one.name for one in tmp_path.iterdir()) == before
    assert other.exists() == (into == "empty")
    assert not other.exists() or (rows(other) == [] and set(settings(other)) == {"id", "zone"})


def test_entries_go_only_to_a_store_of_the_same_edition_of_the_rulebook(
    used: Callable[..., Any], tmp_path: Path
) -> None:
    """Else their deadlines would be others; a store that is made for them has theirs."""
    used("archive", str(tmp_path / "a.jsonl"))
    other = str(tmp_path / "other.db")
    used("init", "--store", other)
    done = used("restore", str(tmp_path / "a.jsonl"), "--store", other)
    assert (done.code, done.out) == (4, "")
    assert "made for 'Longcase default 3', and the entries are from one that names no rulebook" in done.err
    assert rows(tmp_path / "other.db") == []
    used("archive", str(tmp_path / "b.jsonl"), "--store", other)
    assert used("restore", str(tmp_path / "b.jsonl"), "--store", str(tmp_path / "third.db")).code == 0
    assert settings(tmp_path / "third.db")["rulebook"] == "Longcase default 3"


def test_entries_under_a_rulebook_of_a_later_version_are_refused(
    used: Callable[..., Any], tmp_path: Path
) -> None:
    """This version could not say when anything is due."""
    used("init", "--store", str(tmp_path / "other.db"))
    used("archive", str(tmp_path / "a.jsonl"), "--store", str(tmp_path / "other.db"))
    later = (tmp_path / "a.jsonl").read_text().replace("Longcase default 3", "Longcase default 9")
    (tmp_path / "a.jsonl").write_text(later)
    done = used("restore", str(tmp_path / "a.jsonl"), "--store", str(tmp_path / "third.db"))
    assert (done.code, done.out) == (5, "")
    assert "'Longcase default 9', which this version of Longcase does not have" in done.err
    assert not (tmp_path / "third.db").exists()


def test_a_damaged_store_gives_no_backup(used: Callable[..., Any], store: Path, tmp_path: Path) -> None:
    """It is said which entry, and that it is the store; nothing has the file's name."""
    connection = sqlite3.connect(store)
    connection.execute("DROP TRIGGER entry_update")
    connection.execute("UPDATE entry SET actor = 'PS 0099' WHERE position = 2")
    connection.commit()
    connection.close()
    for command in COMMANDS:
        done = used(command, str(tmp_path / "copy"))
        assert (done.code, done.out) == (5, "")
        assert "is damaged: entry 2: it is not as it was recorded" in done.err
        assert "doctor --deep" in done.err
        assert not [one for one in tmp_path.iterdir() if "copy" in one.name]


def test_a_store_in_use_is_told_from_a_backup(used: Callable[..., Any], store: Path, tmp_path: Path) -> None:
    open_ = SQLiteRecorder.open(str(store))
    used("act", "IMG-0417", "interview")
    done = used("restore", str(store), "--store", str(tmp_path / "other.db"))
    open_.close()
    assert done.code == 5
    assert "longcase backup makes a copy" in done.err
    assert not (tmp_path / "other.db").exists()


@pytest.fixture
def monday(used: Callable[..., Any], store: Path, tmp_path: Path) -> Path:
    """A folder with the files that a crash left beside a store of five entries, which then got a sixth."""
    folder = tmp_path / "monday"
    folder.mkdir()
    with closing(SQLiteRecorder.open(str(store))):
        used("act", "IMG-0417", "interview")
        used("act", "IMG-0417", "arrest")
        for one in store.parent.glob(f"{store.name}-*"):
            shutil.copy(one, folder / one.name.replace(store.name, "other.db"))
    used("act", "IMG-0417", "interview")
    assert (folder / "other.db-wal").stat().st_size
    return folder


@pytest.mark.parametrize("command", [*BACK, "init", "demo", "backup"])
def test_no_store_gets_a_place_where_another_left_its_log(
    used: Callable[..., Any], tmp_path: Path, monday: Path, command: str
) -> None:
    """SQLite would replay it: six entries would be said to be restored, and five be there."""
    used("backup", str(tmp_path / "copy.db"))
    other = tmp_path / "other.db"
    shutil.copytree(monday, tmp_path, dirs_exist_ok=True)
    kept = {one.name: one.read_bytes() for one in tmp_path.glob("other.db*")}
    words = {
        "init": ("init", "--store", str(other)),
        "demo": ("demo", "--store", str(other)),
        "backup": ("backup", str(other)),
    }
    done = used(*words.get(command, (command, str(tmp_path / "copy.db"), "--store", str(other))))
    assert (done.code, done.out) == (5, "")
    assert f"no store can be put at {other}: parts of another lie beside it, other.db-wal" in done.err
    assert "hint: they may hold what was recorded last" in done.err
    assert {one.name: one.read_bytes() for one in tmp_path.glob("other.db*")} == kept
    assert not [one for one in tmp_path.iterdir() if one.name.endswith(".part")]


def test_a_backup_replaces_no_store_in_use(used: Callable[..., Any], tmp_path: Path) -> None:
    """The log that lies beside that one would be replayed over the backup."""
    used("backup", str(tmp_path / "copy.db"))
    with closing(SQLiteRecorder.open(str(tmp_path / "copy.db"))) as opened:
        opened.set_once("scenario", "x")
        done = used("backup", str(tmp_path / "copy.db"), "--force")
        assert (done.code, "copy.db-wal" in done.err) == (5, True)
    assert used("backup", str(tmp_path / "copy.db"), "--force").code == 0


def test_what_is_said_to_be_restored_is_read_under_its_name(
    used: Callable[..., Any], tmp_path: Path, monday: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a log of another came to lie there unseen, success is not claimed."""
    used("backup", str(tmp_path / "copy.db"))
    shutil.copytree(monday, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr("exchange.backups.check_free", lambda _: None)
    done = used("restore", str(tmp_path / "copy.db"), "--store", str(tmp_path / "other.db"))
    assert (done.code, done.out) == (5, "")
    assert "does not hold what was restored: entry 6: it is missing" in done.err
    assert "use it for nothing" in done.err


def test_doctor_finds_that_what_was_restored_is_gone(
    used: Callable[..., Any], tmp_path: Path, monday: Path
) -> None:
    """As when a store was moved to where another had left its log."""
    used("backup", str(tmp_path / "copy.db"))
    used("restore", str(tmp_path / "copy.db"), "--store", str(tmp_path / "new.db"))
    shutil.copytree(monday, tmp_path, dirs_exist_ok=True)
    (tmp_path / "new.db").rename(tmp_path / "other.db")
    done = used("doctor", "--store", str(tmp_path / "other.db"))
    assert done.code == 5
    assert "WRONG  6 entries were restored, and the last is at position 5" in done.out
    assert "one store in another's place" in done.err


def test_a_backup_of_a_newer_version_says_what_to_install(used: Callable[..., Any], tmp_path: Path) -> None:
    used("backup", str(tmp_path / "copy.db"))
    connection = sqlite3.connect(tmp_path / "copy.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    done = used("restore", str(tmp_path / "copy.db"), "--store", str(tmp_path / "other.db"))
    assert done.code == 5
    assert "newer Longcase" in done.err


def test_a_store_without_entries_comes_back(longcase: Callable[..., Any], store: Path, tmp_path: Path) -> None:
    for command in COMMANDS:
        done = longcase(command, str(tmp_path / command))
        assert done.out.endswith(f": a ledger without entries, its settings {noted(store)}\n")
        other = str(tmp_path / f"{command}.db")
        assert longcase("restore", str(tmp_path / command), "--store", other).code == 0
        assert longcase("doctor", "--deep", "--store", other).code == 0


def test_there_is_no_store(longcase: Callable[..., Any], tmp_path: Path) -> None:
    for command in COMMANDS:
        done = longcase(command, str(tmp_path / "copy"), "--store", str(tmp_path / "none.db"))
        assert done.code == 5
        assert "longcase init" in done.err
        assert list(tmp_path.iterdir()) == []


def test_what_a_file_says_cannot_steer_the_terminal(used: Callable[..., Any], tmp_path: Path) -> None:
    used("archive", str(tmp_path / "a.jsonl"))
    lines = (tmp_path / "a.jsonl").read_bytes().splitlines(keepends=True)
    lines[0] = lines[0].replace(b"Europe/London", rb"\u001b[31mEurope")
    (tmp_path / "a\x1b[31m.jsonl").write_bytes(b"".join(lines))
    done = used("load", str(tmp_path / "a\x1b[31m.jsonl"), "--store", str(tmp_path / "other.db"))
    assert done.code == 5
    assert "\x1b" not in done.err


def test_a_table_of_progress_goes_to_standard_error(
    used: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is counted are pages and entries, then entries."""
    said = io.StringIO()
    monkeypatch.setattr("cli.output.progress._STANDING", 0.0)
    monkeypatch.setattr("sys.stderr", said)
    used("backup", str(tmp_path / "copy.db"))
    used("restore", str(tmp_path / "copy.db"), "--store", str(tmp_path / "other.db"))
    assert "backing up: " in said.getvalue()
    assert "restoring: 6 entries put back and read again" in said.getvalue()
    assert stores.now() > 0


def test_a_store_moves_to_a_server_and_is_backed_up_there(
    used: Callable[..., Any], store: Path, tmp_path: Path, databases: Any
) -> None:
    """There a backup is an archive; a store is made by ``init``, and takes the entries once."""
    used("archive", str(tmp_path / "a.jsonl"))
    with databases.empty() as url:
        done = used("load", str(tmp_path / "a.jsonl"), "--store", url)
        assert done.code == 5
        assert "longcase init" in done.err
        assert used("init", "--store", url, "--edition", "1").code == 0
        done = used("load", str(tmp_path / "a.jsonl"), "--store", url)
        assert (done.code, done.out.partition(":")[0]) == (0, "restored into postgresql")
        assert used("restore", str(tmp_path / "a.jsonl"), "--store", url).code == 3
        done = used("backup", str(tmp_path / "backup.gz"), "--store", url, "--format", "json")
        assert json.loads(done.out)["kind"] == "archive"
    with databases.store("UTC") as url:
        done = used("restore", str(tmp_path / "backup.gz"), "--store", url)
        assert done.code == 4
        assert "--zone Europe/London" in done.err
    assert used("restore", str(tmp_path / "backup.gz"), "--store", str(tmp_path / "other.db")).code == 0
    assert rows(tmp_path / "other.db") == rows(store)
