"""Backups and archives taken while two writers write, then restored and compared; and killed at random.

Whatever was acknowledged before one began is in it, and it is the beginning of the ledger to the byte. One
that is killed leaves nothing under the name of its file, and a restore that is killed no store half filled.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.stores import create, on_server, open_reader
from tests.faults.outcome import Outcome
from tests.faults.worker import COMMANDS_A_CASE, identity
from tests.postgres.databases import Databases
from tests.postgres.server import FAST, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.entry import StoredEntry

ROOT: Final = Path(__file__).resolve().parents[2]
APART: Final = COMMANDS_A_CASE * 1_000_000
"""How far apart the numbers of two writers' commands begin: their cases differ."""

KINDS: Final = ("backup", "archive")
START_SECONDS: Final = 30.0


def longcase(*words: str) -> subprocess.Popen[bytes]:
    """Start a command of the program."""
    command = [sys.executable, "-m", "cli.main", *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def done(*words: str) -> float:
    """Run a command to its end, assert that all went well, and return how many seconds it took."""
    began = time.monotonic()
    with longcase(*words) as process:
        _, said = process.communicate()
    assert process.returncode == 0, f"{words}: {said.decode()}"
    return time.monotonic() - began


def killed(after: float, *words: str) -> bool:
    """Run a command, kill it after so many seconds, and say whether it was still at work."""
    with longcase(*words) as process:
        time.sleep(after)
        process.kill()
        _, said = process.communicate()
    assert process.returncode in {0, -9}, f"{words}: {said.decode()}"
    return process.returncode != 0


class Writers:
    """Two processes that record, and what they have acknowledged so far."""

    def __init__(self, location: str) -> None:
        """Start them."""
        self._acknowledged: list[int] = []
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.faults.worker", location, str(first), str(batch)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
            )
            for first, batch in ((0, 1), (APART, 10))
        ]
        self._threads = [threading.Thread(target=self._listen, args=(one,)) for one in self._processes]
        for thread in self._threads:
            thread.start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        self._acknowledged.extend(int(line) for line in process.stdout)

    def acknowledged(self, least: int = 0) -> set[int]:
        """Return the numbers of the commands that were acknowledged, once there are so many of them."""
        until = time.monotonic() + START_SECONDS
        while len(self._acknowledged) < least:
            assert time.monotonic() < until, "the writers do not write"
            time.sleep(0.01)
        return set(self._acknowledged)

    def stop(self) -> None:
        """Kill them."""
        for process in self._processes:
            process.kill()
            process.wait()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            assert process.stdout is not None
            process.stdout.close()


@contextmanager
def writing(location: str) -> Iterator[Writers]:
    """Have two writers at work."""
    writers = Writers(location)
    try:
        writers.acknowledged(50)
        yield writers
    finally:
        writers.stop()


def rows(location: str) -> list[StoredEntry]:
    """Return every entry of a store."""
    reader = open_reader(location)
    try:
        return list(reader.select_notifications(None, 1 << 40))
    finally:
        reader.close()


def assert_beginning(part: list[StoredEntry], location: str, acknowledged: set[int]) -> None:
    """Assert that ``part`` is how the ledger begins, and has every command that was acknowledged before."""
    whole = rows(location)
    assert part == whole[: len(part)], "what was restored is not the beginning of the ledger"
    commands = {entry.command_id for entry in part}
    lost = [number for number in acknowledged if identity(number) not in commands]
    assert not lost, f"{len(lost)} commands that were acknowledged before are not in it, {lost[0]} for one"


class Copy(NamedTuple):
    """A copy that was taken: its file, what was acknowledged before it began, and how long it took in seconds."""

    file: Path
    acknowledged: set[int]
    seconds: float


def take(kind: str, writers: Writers, location: str, folder: Path) -> Copy:
    """Copy the store while it is written to."""
    file = folder / f"copy.{kind}"
    acknowledged = writers.acknowledged(len(writers.acknowledged()) + 20)
    return Copy(file, acknowledged, done(kind, str(file), "--store", location))


def put_back(copy: Copy, location: str, folder: Path, chance: random.Random) -> Counter[str]:
    """Restore a copy and compare it with the ledger; kill other restores of it; count."""
    other = folder / "restored.db"
    seconds = done("restore", str(copy.file), "--store", str(other))
    restored = rows(str(other))
    assert_beginning(restored, location, copy.acknowledged)
    other.unlink()
    create(str(folder / "empty.db"), {"zone": "UTC"})
    dead = [
        kill_restore(copy.file, folder / name, restored, chance.uniform(0.05, seconds))
        for name in ("new.db", "empty.db")
    ]
    return Counter({"restored and compared": 1, "entries compared": len(restored), "restores killed": sum(dead)})


def kill_copy(kind: str, location: str, folder: Path, after: float) -> bool:
    """Kill a copy while it is made; assert that its file is whole, if it is there at all."""
    target = folder / f"killed.{kind}"
    was = killed(after, kind, str(target), "--store", location)
    assert was or target.exists()
    if target.exists():
        done("restore", str(target), "--store", str(folder / "whole.db"))
        (folder / "whole.db").unlink()
        target.unlink()
    return was


def kill_restore(copy: Path, target: Path, wanted: list[StoredEntry], after: float) -> bool:
    """Kill a restore; assert that the store holds all, or nothing, and then takes it."""
    was = killed(after, "restore", str(copy), "--store", str(target))
    found = rows(str(target)) if target.exists() else []
    assert found in ([], wanted), f"a restore that was killed left {len(found)} entries of {len(wanted)}"
    if not found:
        done("restore", str(copy), "--store", str(target))
        assert rows(str(target)) == wanted
    for end in ("", "-wal", "-shm"):
        Path(f"{target}{end}").unlink(missing_ok=True)
    return was


def one_round(location: str, folder: Path, chance: random.Random) -> Counter[str]:
    """Copy a new store in both ways while it is written to, and kill as many; then restore; count."""
    if not on_server(location):
        create(location, {"zone": "UTC"})
    figures: Counter[str] = Counter()
    copies = []
    with writing(location) as writers:
        for kind in KINDS:
            copies.append(take(kind, writers, location, folder))
            figures["copies killed"] += kill_copy(
                kind, location, folder, chance.uniform(0.05, copies[-1].seconds)
            )
        figures["commands acknowledged"] += len(writers.acknowledged())
    for copy in copies:
        figures += put_back(copy, location, folder, chance)
    return figures


@contextmanager
def place(databases: Databases | None) -> Iterator[str]:
    """Lend the location of a new store: on the server, or in a file."""
    if databases is not None:
        with databases.store("UTC") as url:
            yield url
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield str(Path(folder) / "store.db")


@contextmanager
def server() -> Iterator[Databases]:
    """Lend a server of PostgreSQL of this fault's own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        made = Server(Path(folder) / "server", settings=FAST)
        made.make()
        made.start()
        try:
            yield Databases(made.url("postgres"))
        finally:
            made.stop("immediate")


def run(count: int, seed: int) -> Outcome:
    """Go through ``count`` rounds on each engine."""
    chance = random.Random(seed)
    figures: Counter[str] = Counter()
    with server() as databases:
        for given in (None, databases):
            for _ in range(count):
                with tempfile.TemporaryDirectory() as folder, place(given) as location:
                    figures += one_round(location, Path(folder), chance)
    return Outcome("backups", count, {"engines": 2, **figures})
