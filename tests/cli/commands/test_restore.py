"""``restore`` and ``load`` take what a store can have made and this version can read, and nothing else."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64encode
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from ledger.entry import StoredEntry, leaf_hash
from ledger.reader import now
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

DAY = 86_400 * 1_000_000
LARGEST = 2**63 - 1
YEARS = "outside the years 1 to 9999"
FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "it occurred before all years": ({"occurred_at": -(2**63)}, f"entry 2: it is said to have occurred {YEARS}"),
    "it occurred after all years": ({"occurred_at": LARGEST}, f"entry 2: it is said to have occurred {YEARS}"),
    "it is recorded after all years": ({"recorded_at": LARGEST}, f"entry 2: it is said to be recorded {YEARS}"),
    "it is recorded tomorrow": ({"recorded_at": now() + DAY}, "entry 2: it is recorded at"),
    "no event has that name": ({"topic": "case.vanished"}, "entry 2: case.vanished is no event"),
    "its shape is a later one": ({"schema": 99}, "entry 2: case.allocated has schema 99"),
    "it is no text": ({"payload": b"\xff"}, "entry 2: the payload is no case.allocated"),
    "it lacks a field": ({"payload": b"{}"}, "entry 2: the payload is no case.allocated"),
}


@pytest.fixture
def used(longcase: Callable[..., Any], store: Path) -> Callable[..., Any]:
    longcase("report", "IMG-0417", "--category", "indecent-images")
    longcase("allocate", "IMG-0417", "DC 1417")
    return longcase


def forged(store: Path, fields: dict[str, Any]) -> list[StoredEntry]:
    """Return the entries of a store, the second and last with other fields and the leaf that belongs to them."""
    with closing(SQLiteRecorder.open(str(store))) as recorder:
        first, second, *_ = recorder.select_notifications(None, 2)
    second = second._replace(**fields)
    return [first, second._replace(leaf=leaf_hash(second))]


def archive_of(entries: Iterable[StoredEntry], settings: dict[str, str]) -> bytes:
    """Return an archive in which everything fits, whatever the entries are."""
    there = list(entries)
    head = {
        "longcase_archive": 2,
        "longcase": "0.1.0",
        "made_at": 0,
        "position": len(there),
        "settings": settings,
    }
    lines = [head]
    for one in there:
        line = one._asdict() | {"payload": b64encode(one.payload).decode(), "leaf_v2": one.leaf}
        line |= {name: line[name].hex() for name in ("stream", "command_id", "leaf_v2", "salt")}
        lines.append({name: value for name, value in line.items() if name != "leaf"})
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    leaves = sha256(b"".join(one.leaf for one in there)).hexdigest()
    end = {"count": len(there), "position": len(there), "leaves_v2": leaves, "sha256": sha256(body).hexdigest()}
    return body + json.dumps(end, separators=(",", ":")).encode() + b"\n"


def settings_of(store: Path) -> dict[str, str]:
    with closing(SQLiteRecorder.open(str(store))) as recorder:
        return recorder.settings()


def backup_of(entries: list[StoredEntry], settings: dict[str, str], path: Path) -> None:
    """Write a store's file that holds the entries, as a backup is one."""
    made = create(str(path), {"zone": settings["zone"]})
    with closing(SQLiteRecorder(made)) as recorder, recorder.transaction():
        recorder.put_back(entries)  # type: ignore[arg-type]  # rows are tuples
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def files(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


@pytest.mark.parametrize("kind", ["archive", "backup"])
@pytest.mark.parametrize("into", ["new", "empty"])
@pytest.mark.parametrize("case", FORGED)
def test_what_no_reader_takes_is_not_restored(
    used: Callable[..., Any], store: Path, tmp_path: Path, case: str, into: str, kind: str
) -> None:
    """However well it is sealed: the entry is named, no store is made, and an empty one stays empty."""
    fields, words = FORGED[case]
    entries, settings = forged(store, fields), settings_of(store)
    file, other = tmp_path / "copy", tmp_path / "other.db"
    if kind == "archive":
        file.write_bytes(archive_of(entries, settings))
    else:
        backup_of(entries, settings, file)
    if into == "empty":
        used("init", "--store", str(other), "--zone", settings["zone"], "--edition", "1")
    before = files(tmp_path)
    done = used("load", str(file), "--store", str(other))
    assert (done.code, done.out) == (5, ""), done.err
    assert words in done.err
    assert "nothing was changed" in done.err
    assert files(tmp_path) == before
    assert into == "new" or set(settings_of(other)) == {"id", "zone"}


def test_a_clock_that_was_wrong_is_no_end(used: Callable[..., Any], store: Path, tmp_path: Path) -> None:
    """What was recorded ahead of the clock here is taken if that is meant, and nothing else is."""
    file, other = tmp_path / "copy", str(tmp_path / "other.db")
    file.write_bytes(archive_of(forged(store, {"recorded_at": now() + DAY}), settings_of(store)))
    assert "--ahead" in used("restore", str(file), "--store", other).err
    assert used("restore", str(file), "--store", other, "--ahead").code == 0
    file.write_bytes(archive_of(forged(store, {"recorded_at": LARGEST}), settings_of(store)))
    assert used("restore", str(file), "--store", f"{other}-2", "--ahead").code == 5


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"colour": "red"}, "no store was made with a setting of this name: colour"),
        ({"id": "17"}, "the store's own id is no id: 17"),
        ({"zone": "Europe/Nowhere"}, "Europe/Nowhere"),
    ],
)
def test_settings_of_no_store_are_not_taken(
    used: Callable[..., Any], store: Path, tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    """What doctor would find afterwards is refused before."""
    file, other = tmp_path / "copy", tmp_path / "other.db"
    file.write_bytes(archive_of(forged(store, {}), settings_of(store) | settings))
    done = used("load", str(file), "--store", str(other))
    assert (done.code, done.out) == (5, ""), done.err
    assert words in done.err
    assert not other.exists()


@pytest.mark.parametrize("instant", [-(2**63), LARGEST])
def test_doctor_finds_an_instant_outside_the_years(
    used: Callable[..., Any], store: Path, tmp_path: Path, instant: int
) -> None:
    """A store that took one before says so."""
    other = tmp_path / "other.db"
    backup_of(forged(store, {"occurred_at": instant}), settings_of(store), other)
    done = used("doctor", "--deep", "--store", str(other))
    assert done.code == 5
    assert "position 2 cannot be understood" in " ".join(done.out.split())
