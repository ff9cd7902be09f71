"""Kill witnesses at random, and between keeping and answering, while a log brings them two histories at once.

Several processes have one memory. Whatever was cosigned, by whichever of them, is one history that only grows;
what was answered is kept; and after each round a request whose answer was lost has an answer again.

``python -m tests.faults.witness FOLDER SEED`` is one of the processes: it writes a line for each checkpoint that
it has cosigned, once it has the answer, until it is killed, by itself where that hurts most.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.outcome import Outcome
from tests.transparency.logs import ORIGIN
from tests.witness.witnesses import KEYS, LOGS, SIZE, TREES, made, request
from transparency.cosignatures import open_checkpoint
from transparency.witnessing import NOTHING_SEEN
from witness.state import WitnessState

if TYPE_CHECKING:
    from transparency.tree import TreeHead
    from witness.cosigning import Witness
    from witness.state import SeenCheckpoint

PROCESSES = 4
ROUNDS_A_MEMORY = 2
"""After so many rounds of kills another witness is made."""

LONGEST = 0.6
"""How many seconds a process lives at most before it is killed from outside."""

FATAL = 12
"""One keeping in so many is the last act of its process, half of them before it and half of them after."""


class MortalState(WitnessState):
    """A memory whose process is killed at random before it keeps something, or after it and before the answer."""

    chance = random.Random()

    def keep(self, seen: SeenCheckpoint, after: TreeHead) -> bool:
        """Keep as a memory does, if the process lives."""
        fate = self.chance.randrange(2 * FATAL)
        if fate == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(self.chance.uniform(0.0, 0.01))  # in which another process may come first
        kept = super().keep(seen, after)
        if fate == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return kept


def work(folder: Path, seed: int, state: type[WitnessState] = MortalState) -> None:
    """Bring requests of both histories until killed, or until whoever started this process has gone."""
    chance = random.Random(seed)
    MortalState.chance = chance
    witness, parent = made(folder, state=state), os.getppid()
    for tree in range(2):
        request(0, 1, tree)  # so that the first that all of them bring is there
    os.write(1, b"ready\n")
    sys.stdin.readline()
    while os.getppid() == parent:
        known = known_to(witness).size
        tree, size = chance.randrange(2), min(SIZE, known + chance.randrange(2))
        if witness.answer(request(known, size, tree)).accepted:
            os.write(1, f"{tree} {size}\n".encode())


def known_to(witness: Witness) -> TreeHead:
    return witness.state.heads([ORIGIN]).get(ORIGIN, NOTHING_SEEN)


def killed(folder: Path, chance: random.Random) -> list[tuple[int, int]]:
    """Let some processes work and die, and return what they have cosigned: which history, and its size."""
    command = [sys.executable, "-m", "tests.faults.witness", str(folder)]
    seeds, pipe = [str(chance.randrange(1 << 30)) for _ in range(PROCESSES)], subprocess.PIPE
    started = [subprocess.Popen([*command, seed], stdin=pipe, stdout=pipe) for seed in seeds]
    begin(started)
    cosigned = []
    for process in started:
        with process:
            assert process.stdout is not None
            begun = process.stdout.readline()
            time.sleep(chance.uniform(0.0, LONGEST) / PROCESSES)
            process.kill()
            lines = [begun, *process.stdout.read().splitlines()]
        cosigned += [(int(tree), int(size)) for tree, size in (line.split() for line in lines if line.strip())]
        assert process.returncode == -signal.SIGKILL, f"a witness failed: {process.returncode}"
    return cosigned


def begin(started: list[subprocess.Popen[bytes]]) -> None:
    """Let processes that are ready begin all at once: who comes first decides which history it is."""
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n", "a witness failed"
    for process in started:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()


def check(folder: Path, cosigned: list[tuple[int, int]]) -> None:
    """Assert that what was cosigned is one history, and is kept with signatures that verify."""
    witness = made(folder)
    last = known_to(witness)
    histories = {tree for tree, size in cosigned if size}
    assert len(histories) <= 1, "two histories were cosigned"
    for tree, size in set(cosigned):
        kept = witness.state.at_size(ORIGIN, size)
        assert kept is not None, f"the checkpoint of size {size} was forgotten"
        assert kept.head == TREES[tree].head(size), f"another checkpoint of size {size} is kept"
        keys = [KEYS["w1"].public, KEYS["w2"].public]
        assert len(open_checkpoint(kept.note.encode(), LOGS[ORIGIN], keys).cosignatures) == len(keys)
        assert size <= last.size, "the memory went back"


def answered_again(folder: Path) -> None:
    """Assert that a request whose answer was lost has one: the last checkpoint, from wherever it is asked."""
    witness = made(folder)
    last = known_to(witness)
    tree = int(last.size > 0 and last != TREES[0].head(last.size))
    for old in (0, last.size):
        assert witness.answer_again(request(old, last.size, tree)).accepted, "a lost answer is never given again"


def run(count: int, seed: int) -> Outcome:
    """Kill processes in ``count`` rounds."""
    chance, answers, kills = random.Random(seed), 0, 0
    for begun in range(0, count, ROUNDS_A_MEMORY):
        with tempfile.TemporaryDirectory() as name:
            folder, cosigned = Path(name), list[tuple[int, int]]()
            made(folder)
            for _ in range(min(ROUNDS_A_MEMORY, count - begun)):
                cosigned += killed(folder, chance)
                kills += PROCESSES
                check(folder, cosigned)
                answered_again(folder)
            answers += len(cosigned)
    assert answers, "nothing was cosigned"
    return Outcome("witness", count, {"kills": kills, "cosigned": answers, "forks": 0})


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]))
