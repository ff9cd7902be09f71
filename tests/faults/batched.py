"""Kill ``longcase batch`` at random moments, give the same file again: it comes to the batch given once.

``python -m tests.faults batched`` is the long form; the suite runs a short one.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ledger.entry import leaf_hash
from ledger.stores import create, open_recorder
from tests.faults.outcome import Outcome

RUN = "import sys; from cli.main import main; sys.exit(main())"
CASES, ACTS = 20, 40
KILLS_A_BATCH = 10
HOWS = ((), ("--group", "7"), ("--group", "100"), ("--all-or-none",))

Row = tuple[int, str, str, bytes, bytes]


def write(path: Path) -> int:
    """Write a batch of which nothing is refused, and return how many entries it comes to."""
    lines = [
        {"command": "report", "reference": f"R-{n}", "category": "other", "risk": "low"} for n in range(CASES)
    ]
    for act in range(ACTS):
        lines += [
            {"command": "act", "reference": f"R-{n}", "kind": "interview", "reason": "x" * (act * n * 37 % 900)}
            for n in range(CASES)
        ]
    lines += [
        {"command": "link", "reference": f"R-{n}", "other": f"R-{n + 1}", "as": "same-suspect"}
        for n in range(0, CASES, 2)
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    return len(lines) + CASES + CASES // 2


def start(store: str, batch: Path, how: tuple[str, ...], out: Path) -> subprocess.Popen[bytes]:
    """Start ``longcase batch`` as a process whose answers go to the file ``out``."""
    command = [sys.executable, "-c", RUN, "batch", str(batch), *how, "--store", store, "--actor", "PS 0088"]
    with out.open("wb") as answers:
        return subprocess.Popen(command, stdout=answers, stderr=subprocess.DEVNULL, env=os.environ)


def acknowledged(out: Path) -> list[dict[str, object]]:
    """Return the answers that came whole."""
    whole, _, _ = out.read_bytes().rpartition(b"\n")
    return [json.loads(line) for line in whole.splitlines()]


def rows_of(store: str) -> list[Row]:
    """Return what a store holds but its instants; its positions and leaves must be sound."""
    recorder = open_recorder(store)
    rows = recorder.select_notifications(None, 1 << 40)
    recorder.close()
    assert [row.position for row in rows] == list(range(1, len(rows) + 1)), "positions have a gap"
    assert all(row.leaf == leaf_hash(row) for row in rows), "a leaf is wrong"
    return [(row.version, row.topic, row.actor, row.command_id, row.payload) for row in rows]


def campaign(folder: Path, kills: int, how: tuple[str, ...], chance: random.Random) -> tuple[int, int]:
    """Kill a batch ``kills`` times and let it end; return how many answers there were, and lines cut off."""
    batch, out, store = folder / "lines.jsonl", folder / "answers", str(folder / "store.db")
    expected = write(batch)
    create(store, {"zone": "UTC"})
    create(f"{store}-once", {"zone": "UTC"})
    assert start(f"{store}-once", batch, (), out).wait() == 0
    once, answers, inside = rows_of(f"{store}-once"), 0, 0
    for _ in range(kills):
        process = start(store, batch, how, out)
        time.sleep(chance.uniform(0.2, 1.0))
        process.kill()
        process.wait()
        given, found = acknowledged(out), rows_of(store)
        ids = {str(row[3].hex()) for row in found}
        assert found == once[: len(found)], "what is there is not how the batch begins"
        assert all(str(one["command_id"]).replace("-", "") in ids for one in given), "an answer was lost"
        answers += len(given)
        inside += 0 < len(found) < expected
    assert start(store, batch, how, out).wait() == 0
    assert rows_of(store) == once, "given again, the batch came to something else"
    assert len(once) == expected
    return answers, inside


def run(count: int, seed: int) -> Outcome:
    """Kill ``count`` batches, each kind of group in turn."""
    chance = random.Random(seed)
    answers = inside = 0
    for turn, begun in enumerate(range(0, count, KILLS_A_BATCH)):
        with tempfile.TemporaryDirectory() as folder:
            kills = min(KILLS_A_BATCH, count - begun)
            given, cut = campaign(Path(folder), kills, HOWS[turn % len(HOWS)], chance)
        answers += given
        inside += cut
    assert inside or count < KILLS_A_BATCH, "no batch was killed in its middle"
    return Outcome("batched", count, {"answers": answers, "killed half-way": inside, "lost": 0})
