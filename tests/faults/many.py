"""Kill ``longcase allocate`` of many cases at random moments, give it again: it comes to the command given once.

``python -m tests.faults many`` is the long form; the suite runs a short one.
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

from ledger.stores import create
from tests.faults.batched import RUN, Row, rows_of
from tests.faults.outcome import Outcome

CASES = 250
KILLS_A_RUN = 10
WHOLE = "5b0e7a52-64a5-4d8c-9d3c-0c6f7e0b3c11"
HOWS = ("named", "from")


def start(store: str, *words: str) -> subprocess.Popen[bytes]:
    """Start ``longcase`` as a process."""
    command = [sys.executable, "-c", RUN, *words, "--store", store, "--actor", "PS 0088"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)


def prepare(store: str) -> None:
    """Make a store of cases which one officer has."""
    create(store, {"zone": "UTC"})
    lines: list[dict[str, str]] = [
        {"command": "report", "reference": f"R-{number:03}", "category": "other"} for number in range(CASES)
    ]
    lines += [{**line, "command": "allocate", "to": "DC 1417"} for line in lines]
    for line in lines[CASES:]:
        del line["category"]
    batch = Path(f"{store}.jsonl")
    batch.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    assert start(store, "batch", str(batch), "--all-or-none").wait() == 0


def words_of(how: str) -> list[str]:
    """Return the command: with its cases named, or as those that the officer has."""
    chosen = ["--from", "DC 1417"] if how == "from" else [f"R-{number:03}" for number in range(CASES)]
    return ["allocate", *chosen, "DC 2206", "--command-id", WHOLE, "--reason", "leaving"]


def campaign(folder: Path, kills: int, how: str, chance: random.Random) -> int:
    """Kill the command ``kills`` times and let it end; return how often it was killed half-way."""
    store, once = str(folder / "store.db"), str(folder / "once.db")
    for each in (store, once):
        prepare(each)
    before = len(rows_of(store))
    assert start(once, *words_of(how)).wait() == 0
    inside = 0
    for _ in range(kills):
        process = start(store, *words_of(how))
        time.sleep(chance.uniform(0.2, 2.0))
        process.kill()
        process.wait()
        inside += before < len(rows_of(store)) < before + CASES
    assert start(store, *words_of(how)).wait() == 0
    assert _apart(rows_of(store)) == _apart(rows_of(once)), "given again, the command came to something else"
    assert len(rows_of(store)) == before + CASES
    return inside


def _apart(rows: list[Row]) -> list[tuple[bytes, str, bytes]]:
    """Return what was recorded under the command's ids, in whatever order; each id stands there once."""
    return sorted((row[3], row[1], row[4]) for row in rows if row[1] == "case.allocated" and b"DC 2206" in row[4])


def run(count: int, seed: int) -> Outcome:
    """Kill ``count`` commands, with their cases named and not in turn."""
    chance = random.Random(seed)
    inside = 0
    for turn, begun in enumerate(range(0, count, KILLS_A_RUN)):
        with tempfile.TemporaryDirectory() as folder:
            kills = min(KILLS_A_RUN, count - begun)
            inside += campaign(Path(folder), kills, HOWS[turn % len(HOWS)], chance)
    return Outcome("many", count, {"killed half-way": inside, "twice": 0, "lost": 0})
