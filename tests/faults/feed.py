"""Whoever follows the ledger by ``audit --after`` is killed while others record: nothing is missed or twice.

What is written down is kept as the manual says: lines to a file, and on from the last one that is whole.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.stores import create
from tests.faults import invariant
from tests.faults.crowd import database
from tests.faults.outcome import NotRun, Outcome
from tests.faults.writer import begin
from tests.faults.writers import Writers
from tests.postgres.server import FAST, Server, missing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

WRITERS = 8
LONGEST = 0.4
"""How many seconds a reader has at most from its start, or from its first line, until it is killed."""


class Reader:
    """A program that follows a store into a file, and is killed."""

    def __init__(self, location: str, path: Path, dice: random.Random) -> None:
        """Follow the store at ``location``, from its beginning, into the file ``path``."""
        self._location, self._path, self._dice = location, path, dice
        self.killed = 0
        self.cut = 0
        path.touch()

    def positions(self) -> list[int]:
        """Return the positions of all that was written down."""
        return [json.loads(line)["position"] for line in self._path.read_bytes().splitlines()]

    def read(self, *, to_the_end: bool = False) -> None:
        """Go on from the last whole line, to the end or until killed, and drop what was written of a line."""
        last = max(self.positions(), default=0)
        words = ["--store", self._location, "audit", "--after", str(last), "--format", "jsonl"]
        command = [sys.executable, "-m", "cli.main", *words]
        with self._path.open("ab") as out:
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE)
            if not to_the_end:
                self._kill(process, out)
            said = process.communicate(timeout=120)[1]
        assert process.returncode in {0, -9}, said.decode()
        self.killed += process.returncode == -9
        self._drop_part()

    def _kill(self, process: subprocess.Popen[bytes], out: BinaryIO) -> None:
        size = self._path.stat().st_size
        begun = self._dice.random() < 0.7
        while begun and process.poll() is None and self._path.stat().st_size == size:
            time.sleep(0.001)
        time.sleep(self._dice.uniform(0, LONGEST / 10 if begun else LONGEST))
        process.kill()

    def _drop_part(self) -> None:
        written = self._path.read_bytes()
        whole = written[: written.rfind(b"\n") + 1]
        self.cut += whole != written
        self._path.write_bytes(whole)


def followed(location: str, path: Path, kills: int, dice: random.Random) -> Reader:
    """Record from all writers, kill a reader so often meanwhile, and assert that it has everything once."""
    create(location, {"zone": "UTC"})
    begin(location)
    reader = Reader(location, path, dice)
    with Writers(location, WRITERS) as writers:
        writers.go_on(1)
        while reader.killed < kills:
            reader.read()
        writers.kill()
    reader.read(to_the_end=True)
    check(reader.positions(), len(invariant.entries(location)))
    return reader


def check(positions: Sequence[int], last: int) -> None:
    """Assert that each position up to the last was read once, and in order."""
    missed, twice = set(range(1, last + 1)) - set(positions), len(positions) - len(set(positions))
    assert not missed, f"{len(missed)} entries were missed"
    assert not twice, f"{twice} entries were given twice"
    assert positions == list(range(1, last + 1)), "they came in another order, or were never recorded"


def run(count: int, seed: int) -> Outcome:
    """Kill a reader ``count`` times on each engine."""
    if why := missing():
        raise NotRun(why)
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        readers = [followed(str(folder / "store.db"), folder / "file.jsonl", count, dice)]
        server = Server(folder / "server", settings=FAST)
        server.make()
        server.start()
        try:
            readers.append(followed(database(server, "feed"), folder / "server.jsonl", count, dice))
        finally:
            server.stop("immediate")
        entries = sum(len(one.positions()) for one in readers)
    cut = sum(one.cut for one in readers)
    figures: dict[str, int | float | str] = {"missed": 0, "twice": 0, "entries": entries, "lines cut": cut}
    return Outcome("feed", sum(one.killed for one in readers), figures)
