"""Make each system call of one command fail, or be the last: every write, sync, open and unlink of the store.

strace first records which calls a command makes on the store's files, its folder and the file that takes its
answer; then the command is run again and again from the same store, each time with one fault at one call. What it
acknowledged is there, and the same command given again is there once, whatever became of the first.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from itertools import count, product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from application.app import Longcase
from application.commands import cases
from application.envelope import Envelope
from ledger.entry import leaf_hash
from ledger.sqlite.driver import newest, wal_is_safe
from ledger.stores import create, open_recorder
from projections.runner.rebuild import rebuild
from projections.runner.runner import Runner
from tests.faults.outcome import NotRun, Outcome, tool

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
CASE = "IMG-0417"
ENTRIES = 3
"""How many entries the store has before the command: a report is two, with the risk."""

COMMAND = "0c5a0001-0000-4000-8000-00000000000"
"""The id of the command, but for its last digit."""

CALLS = (
    "open,openat,creat,write,writev,pwrite64,pwritev,fsync,fdatasync,ftruncate,fallocate,unlink,unlinkat,rename"
)
FAULTS = ("error=EIO", "error=ENOSPC", "signal=SIGKILL")
CALLED = re.compile(r"\d+ +(\w+)\((.*)")
LONGEST = 12_000
"""How long the text of the command may be, in characters: over a page, so that it needs pages of its own."""

STORE_FAILED, OUTPUT_FAILED = 5, 74
STANDARD = "import sys; sys.modules['pysqlite3'] = None; from cli.main import main; sys.exit(main())"
"""Starts ``longcase`` with the SQLite that Python brings."""


class Scene(NamedTuple):
    """In which state the command finds the store, and with which SQLite it runs."""

    name: str
    standard: bool = False
    crashed: bool = False


class Site(NamedTuple):
    """One call of the command: its name, and the how manieth of that name it is."""

    call: str
    number: int


class Stage(NamedTuple):
    """Where a scene is played: the store as it is before, and a folder in which it is put back each time."""

    scene: Scene
    before: Path
    folder: Path
    text: str
    command: str

    @property
    def store(self) -> Path:
        return self.folder / "store.db"

    @property
    def answer(self) -> Path:
        return self.folder / "answer"


def scenes() -> list[Scene]:
    """Return the scenes that differ here: with an older SQLite beside, its journal mode is another."""
    found = [Scene("closed"), Scene("after a crash", crashed=True)]
    import sqlite3

    if wal_is_safe(newest().sqlite_version_info) and not wal_is_safe(sqlite3.sqlite_version_info):
        found.append(Scene("older SQLite", standard=True))
    return found


def prepare(scene: Scene, before: Path) -> None:
    """Make the store as the command finds it: with a few entries and the population tables."""
    before.mkdir()
    path = before / "whole.db"
    create(str(path), {"zone": "UTC"})
    app = Longcase(open_recorder(str(path)))
    cases.report(app, CASE, Envelope(actor="PC 1"), category="other", risk="low")
    Runner(app.ledger).catch_up()
    cases.act(app, CASE, "interview", Envelope(actor="PC 1"))
    if scene.crashed:
        _copied(before, "whole.db", before, "store.db")
    app.close()
    if not scene.crashed:
        path.rename(before / "store.db")
    for left in before.glob("whole.db*"):
        left.unlink()


def _copied(source: Path, name: str, target: Path, new_name: str) -> None:
    """Copy a store's file and all that lies beside it, but for what is only shared memory."""
    for file in source.glob(f"{name}*"):
        if not file.name.endswith("-shm"):
            shutil.copy(file, target / (new_name + file.name.removeprefix(name)))


def command(stage: Stage) -> list[str]:
    """Return the command as the user would type it."""
    start = ["-c", STANDARD] if stage.scene.standard else ["-m", "cli.main"]
    given = ["act", CASE, "arrest", "--text", stage.text, "--command-id", stage.command, "--format", "json"]
    return [sys.executable, *start, "--store", str(stage.store), "--actor", "PC 1", *given]


def run_once(stage: Stage, *, fault: str = "", site: Site | None = None) -> tuple[int, str, list[str]]:
    """Put the store back, run the command under strace; return its exit code, complaint and calls."""
    shutil.rmtree(stage.folder, ignore_errors=True)
    stage.folder.mkdir()
    _copied(stage.before, "store.db", stage.folder, "store.db")
    names = ("", "/store.db", "/store.db-wal", "/store.db-shm", "/store.db-journal", "/answer")
    paths = [part for name in names for part in ("-P", f"{stage.folder}{name}")]
    # Without a filter in the kernel strace is slower, and with one it delivers no signal.
    tracing = ["-f", *([] if "signal" in fault else ["--seccomp-bpf"]), "-e", f"trace={CALLS}", *paths]
    if site is not None:
        tracing += ["-e", f"inject={site.call}:{fault}:when={site.number}"]
    log = stage.folder.with_suffix(".log")
    # The answer's file is opened beforehand, and is none of the command's own calls.
    with stage.answer.open("wb") as answer:
        done = subprocess.run(
            [tool("strace"), *tracing, "-o", str(log), *command(stage)],
            cwd=ROOT, stdout=answer, stderr=subprocess.PIPE, check=False, timeout=60,
        )  # fmt: skip
    return done.returncode, done.stderr.decode(), log.read_text(errors="replace").splitlines()


def sites(stage: Stage) -> list[Site]:
    """Return every call of the command on the store; raise ``NotRun`` where strace may not trace."""
    code, complaint, log = run_once(stage)
    if code != 0:
        raise NotRun(f"strace cannot trace a command here: {complaint.strip() or code}")
    calls = Counter[str]()
    found = []
    for line in log:
        called = CALLED.match(line)
        if called:
            calls[called[1]] += 1
            found.append(Site(called[1], calls[called[1]]))
    needed = {"openat", "pwrite64", "write", "ftruncate"}
    assert needed <= set(calls), f"strace saw {dict(calls)} only"
    assert calls["fsync"] + calls["fdatasync"] > 0, "the command synced nothing"
    return found


def fired(site: Site, fault: str, code: int, log: list[str]) -> None:
    """Assert that the fault was made at the site."""
    if "signal" in fault:
        calls = [called[1] for line in log if (called := CALLED.match(line))]
        assert (code, calls.count(site.call), calls[-1]) == (-9, site.number, site.call), f"{fault} at {site}"
    else:
        lines = [line for line in log if f" {site.call}(" in line]
        assert "(INJECTED)" in lines[site.number - 1], f"{fault} was not made at {site}"


def acknowledged(stage: Stage) -> bool:
    """Say whether the command's answer is there, whole."""
    text = stage.answer.read_text()
    return text.endswith("}\n") and json.loads(text)["position"] > 0


def check_end(code: int, complaint: str, fault: str) -> None:
    """Assert that the command ended as it should: done, killed, or failed in words."""
    assert "Traceback" not in complaint, complaint
    assert code in ({-9} if "signal" in fault else {0, STORE_FAILED, OUTPUT_FAILED}), f"{code}: {complaint}"
    assert code in {0, -9} or "longcase: " in complaint or '"error":' in complaint, complaint


def stored(folder: Path, command_id: str) -> int:
    """Assert that a store is sound, and return how many entries the command made in it."""
    recorder = open_recorder(str(folder / "store.db"))
    try:
        rows = recorder.select_notifications(None, 1 << 40)
        assert [row.position for row in rows] == list(range(1, len(rows) + 1)), "positions have a gap"
        assert all(row.leaf == leaf_hash(row) for row in rows), "a leaf is wrong"
        assert recorder.rows("PRAGMA integrity_check") == [("ok",)]
        made = [row.command_id.hex() for row in rows].count(command_id.replace("-", ""))
        assert len(rows) == ENTRIES + made, "an entry is gone, or there is one too many"
        runner = Runner(recorder)
        runner.catch_up()
        assert rebuild(runner)[2:] == (0, 0), "the tables were wrong"
        return made
    finally:
        recorder.close()


def consequence(stage: Stage, site: Site, fault: str) -> str:
    """Make a fault at a site and return what came of the command; assert that nothing was lost or doubled."""
    code, complaint, log = run_once(stage, fault=fault, site=site)
    fired(site, fault, code, log)
    check_end(code, complaint, fault)
    with tempfile.TemporaryDirectory() as aside:
        _copied(stage.folder, "store.db", Path(aside), "store.db")
        before = stored(Path(aside), stage.command)
    assert before == 1 or not acknowledged(stage), f"{fault} at {site}: acknowledged and not there"
    assert acknowledged(stage) or code != 0, f"{fault} at {site}: ended well and said nothing"
    again = subprocess.run(command(stage), cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert again.returncode == 0, f"{fault} at {site}: the retry failed: {again.stderr.decode()}"
    assert json.loads(again.stdout)["repeated"] is (before == 1), f"{fault} at {site}"
    assert stored(stage.folder, stage.command) == 1, f"{fault} at {site}: not there once"
    if acknowledged(stage):
        return "acknowledged"
    return "not acknowledged, yet stored" if before else "not stored"


def stages(folder: Path, scene: Scene, seed: int) -> Iterator[Stage]:
    """Yield stages of a scene without end: with texts of several lengths a command writes several pages."""
    chance = random.Random(seed)
    before = folder / "before" / scene.name.replace(" ", "-")
    before.parent.mkdir(exist_ok=True)
    prepare(scene, before)
    for number in count():
        text = "x" * chance.randrange(1, LONGEST)
        yield Stage(scene, before, folder / "at-work", text, f"{COMMAND}{number % 10}")


def campaign(scene: Scene, times: int, seed: int) -> Counter[str]:
    """Make ``times`` faults in a scene, at every site once before any twice; return what came of them."""
    figures = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for stage in stages(Path(folder).resolve(), scene, seed):
            if figures["faults fired"] == times:
                break
            found = sites(stage)
            figures["sites"] += len(found)
            for site, fault in drawn(found, times - figures["faults fired"], seed):
                figures["faults fired"] += 1
                figures[consequence(stage, site, fault)] += 1
    return figures


def drawn(found: list[Site], most: int, seed: int) -> list[tuple[Site, str]]:
    """Return every fault at every site, or as many as are wanted, by chance."""
    every = list(product(found, FAULTS))
    return random.Random(seed).sample(every, min(most, len(every)))


def shares(times: int, among: int) -> list[int]:
    """Return how many of ``times`` each of so many scenes has."""
    return [times // among + (number < times % among) for number in range(among)]


def run(times: int, seed: int) -> Outcome:
    """Make ``times`` faults in all: what each takes is three starts of a command."""
    if os.name == "nt":
        raise NotRun("strace is of Linux")
    tool("strace")
    figures = Counter[str]()
    played = scenes()
    for scene, share in zip(played, shares(times, len(played)), strict=True):
        figures += campaign(scene, share, seed)
    return Outcome("injected", times, {**figures, "lost": 0, "doubled": 0})
