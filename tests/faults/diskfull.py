"""Fill a small disk with a store until nothing more goes in; look at it while it is full; give it space again.

The disk is a file system in memory, mounted where no other process sees it: in a mount namespace of its own,
made by ``unshare``, for which root's rights are needed or those of a user namespace.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.stores import create
from tests.faults.outcome import NotRun, Outcome, tool
from tests.faults.sigkill import check, run_once, verify
from tests.faults.worker import COMMANDS_A_CASE, identity, reason, reference

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
SMALL, LARGE = "4m", "16m"
STORE_FAILED = 5
READING = (("timeline", "CASE-0"), ("show", "CASE-0"), ("cases",), ("stalled",), ("doctor", "--deep"))
RUNS = 20
"""So many workers may fail, one after the other, until one cannot record anything at all."""


def disk() -> list[str]:
    """Return how a program is started that may mount; raise ``NotRun`` where none may."""
    unshare = tool("unshare", "util-linux")
    start = [unshare, "-m"] if os.geteuid() == 0 else [unshare, "-r", "-m"]
    probe = "mount -t tmpfs -o size=4m tmpfs /mnt && mount -o remount,size=16m tmpfs /mnt"
    done = subprocess.run([*start, "sh", "-c", probe], capture_output=True, check=False)
    if done.returncode != 0:
        raise NotRun(f"no file system may be mounted here: {done.stderr.decode().strip()}")
    return start


def longcase(path: str, *command: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command, and assert that it ends well or says in words why it does not."""
    start = [sys.executable, "-m", "cli.main", "--store", path]
    done = subprocess.run([*start, *command], cwd=ROOT, capture_output=True, check=False, timeout=60)
    said = done.stderr.decode()
    assert done.returncode in {0, STORE_FAILED}, f"{command}: {done.returncode}, {said}"
    assert "Traceback" not in said, said
    assert done.returncode == 0 or "longcase: " in said or '"error":' in said, said
    return done


def typed(number: int) -> list[str]:
    """Return the command that a worker gives as number ``number``, as it is typed."""
    if number % COMMANDS_A_CASE == 0:
        what = ["report", reference(number), "--category", "other", "--risk", "low"]
    else:
        what = ["act", reference(number), "interview"]
    return ["--actor", f"PC {number}", *what, "--reason", reason(number), "--command-id", identity(number).hex()]


def fill(path: str, chance: random.Random) -> int:
    """Record until not even one more command goes in; return how many were acknowledged."""
    acknowledged = 0
    for _ in range(RUNS):
        batch = chance.choice([1, 1, 10])
        command = [sys.executable, "-m", "tests.faults.worker", path, str(acknowledged), str(batch)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120)
        said = done.stderr.decode()
        assert "StoreError" in said or "OperationalError" in said, said
        numbers = [int(line) for line in done.stdout.splitlines()]
        assert numbers == list(range(acknowledged, acknowledged + len(numbers)))
        acknowledged += len(numbers)
        if chance.random() < 0.5:
            longcase(path, "cases", "--limit", "1")
        if not numbers and batch == 1:
            return acknowledged
    raise AssertionError(f"the disk was not full after {acknowledged} commands")


def look(folder: Path, path: str, acknowledged: int) -> Counter[str]:
    """Look at a store on a full disk: what a copy of it holds, and what commands say of it."""
    figures = Counter[str]()
    with tempfile.TemporaryDirectory() as elsewhere:
        for file in folder.iterdir():
            if not file.name.endswith("-shm"):
                shutil.copy(file, elsewhere)
        check(str(Path(elsewhere) / "store.db"), acknowledged)
    for command in READING:
        done = longcase(path, *command)
        figures["reads answered while full" if done.returncode == 0 else "reads refused in words"] += 1
    return figures


def go_on(path: str, acknowledged: int) -> int:
    """Record with space again, beginning with what was refused; return how many are acknowledged by then."""
    done = run_once(path, acknowledged, 1, 0.2)
    assert done == list(range(acknowledged, acknowledged + len(done)))
    check(path, acknowledged + len(done))
    verify(path, acknowledged + len(done))
    assert longcase(path, "doctor", "--deep").returncode == 0
    return acknowledged + len(done)


def fill_and_free(chance: random.Random) -> Counter[str]:
    """Fill a disk, look, and go on with more space; needs the right to mount."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=700", "tmpfs", made]
        subprocess.run(mount, check=True)
        try:
            path = str(folder / "store.db")
            create(path, {"zone": "UTC"})
            full_at = fill(path, chance)
            figures = look(folder, path, full_at)
            if longcase(path, *typed(full_at)).returncode == 0:
                full_at += 1
            subprocess.run(["mount", "-o", f"remount,size={LARGE}", "tmpfs", made], check=True)
            last = go_on(path, full_at)
        finally:
            subprocess.run(["umount", made], check=True)
    return figures + Counter({"commands until full": full_at, "commands afterwards": last - full_at})


def main(arguments: Sequence[str]) -> None:
    """Fill as many disks as the first argument says, and print the figures: the process that may mount."""
    count, seed = map(int, arguments)
    chance = random.Random(seed)
    figures = sum((fill_and_free(chance) for _ in range(count)), Counter[str]())
    sys.stdout.write(json.dumps(figures))


def run(count: int, seed: int) -> Outcome:
    """Fill ``count`` disks."""
    command = [*disk(), sys.executable, "-m", "tests.faults.diskfull", str(count), str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return Outcome("diskfull", count, {**json.loads(done.stdout), "lost": 0})


if __name__ == "__main__":
    main(sys.argv[1:])
