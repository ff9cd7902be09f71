"""Kill a writing process at random moments and look whether anything that it acknowledged was lost.

``python -m tests.faults sigkill`` is the long form; the suite runs a short one.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from domain.codec import entry_of
from domain.identity import case_stream
from ledger.entry import leaf_hash
from ledger.stores import create, on_server, open_recorder
from tests.faults.outcome import Outcome
from tests.faults.worker import COMMANDS_A_CASE, identity, reference

KILLS_A_STORE = 25
"""After so many kills a new store is begun: every look at a store reads it whole."""


def run_once(path: str, first: int, batch: int, lifetime: float) -> list[int]:
    """Let a worker record from command ``first``, kill it, and return the numbers it acknowledged.

    It is killed ``lifetime`` seconds after its first acknowledgement, or, where that is negative, so long
    after its start.
    """
    command = [sys.executable, "-m", "tests.faults.worker", path, str(first), str(batch)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        begun = b"" if lifetime < 0 else worker.stdout.readline()
        time.sleep(abs(lifetime))
        worker.kill()
        rest = worker.stdout.read()
    assert lifetime < 0 or begun, f"the worker failed: {worker.returncode}"
    return [int(line) for line in (begun + rest).splitlines()]


def check(path: str, acknowledged: int) -> int:
    """Assert that commands 0 to ``acknowledged`` - 1 are each there once; return how many entries there are.

    What was not acknowledged may be there, but only what comes next.
    """
    recorder = open_recorder(path)
    rows = recorder.select_notifications(None, 1 << 40)
    recorder.close()
    assert [row.position for row in rows] == list(range(1, len(rows) + 1)), "positions have a gap"
    assert all(row.leaf == leaf_hash(row) for row in rows), "a leaf is wrong"
    assert [row.recorded_at for row in rows] == sorted(row.recorded_at for row in rows)
    streams: dict[bytes, list[int]] = {}
    for row in rows:
        streams.setdefault(row.stream, []).append(row.version)
        entry_of(row)
    assert all(found == list(range(1, len(found) + 1)) for found in streams.values()), "versions have a gap"
    found = [row.command_id for row in rows]
    numbered = {identity(number) for number in range(len(found) + 1)}
    assert len(set(found)) == len(found), "a command is there twice"
    made = [command for command in found if command in numbered]
    assert made == [identity(number) for number in range(len(made))], "a command is out of order or missing"
    assert len(made) >= acknowledged, f"{acknowledged - len(made)} acknowledged commands were lost"
    reports = -(-len(made) // COMMANDS_A_CASE)
    assert len(rows) == len(made) + reports, "a command is there in part"
    return len(rows)


def verify(path: str, commands: int) -> None:
    """Look at the store after the last kill beyond what ``check`` does.

    Its integrity, every case, and the population tables: caught up they are what a rebuild makes of them.
    """
    from application.app import Longcase
    from projections.runner.rebuild import rebuild
    from projections.runner.runner import Runner

    app = Longcase(open_recorder(path))
    if not on_server(path):
        assert app.ledger.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    for number in range(0, commands, COMMANDS_A_CASE):
        assert app.history(case_stream(reference(number))).case().reference == reference(number)
    runner = Runner(app.ledger)
    assert runner.catch_up() == app.ledger.head()[0]
    built = rebuild(runner)
    assert (built.missing, built.surplus) == (0, 0), f"the tables were wrong: {built}"
    app.close()


def catch_up(path: str) -> None:
    """Bring the population tables up to date in the middle, so that the last time is not the first."""
    from projections.runner.runner import Runner

    recorder = open_recorder(path)
    Runner(recorder).catch_up()
    recorder.close()


def campaign(path: str, kills: int, seed: int) -> tuple[int, int]:
    """Kill ``kills`` workers on the store at ``path``; return how many commands and entries there are.

    Each worker begins with the first command that was not acknowledged: perhaps a retry.
    """
    random_ = random.Random(seed)
    create(path, {"zone": "UTC"})
    acknowledged = 0
    entries = 0
    for kill in range(kills):
        lifetime = random_.uniform(0.0, 0.25) if kill % 5 else -random_.uniform(0.05, 0.3)
        batch = 1 if kill % 3 else random_.choice([2, 10, 50])
        done = run_once(path, acknowledged, batch, lifetime)
        assert done == list(range(acknowledged, acknowledged + len(done))), "an acknowledgement is out of order"
        acknowledged += len(done)
        entries = check(path, acknowledged)
        if kill == kills // 2:
            catch_up(path)
    verify(path, acknowledged)
    return acknowledged, entries


def run(count: int, seed: int) -> Outcome:
    """Kill ``count`` workers, on one store after the other."""
    acknowledged = entries = 0
    for store, begun in enumerate(range(0, count, KILLS_A_STORE)):
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "store.db")
            done, stored = campaign(path, min(KILLS_A_STORE, count - begun), seed + store)
        acknowledged += done
        entries += stored
    return Outcome("sigkill", count, {"commands acknowledged": acknowledged, "entries": entries, "lost": 0})
