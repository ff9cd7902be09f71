"""Several writing processes, and what they acknowledged: the other side of ``tests.faults.writer``."""

from __future__ import annotations

import subprocess
import sys
import time
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

PATIENCE = 120.0
"""How many seconds the writers may take for anything."""


class Writer:
    """One process; a thread reads what it says."""

    def __init__(self, location: str, name: str, last: int) -> None:
        """Start it."""
        self.name = name
        self.positions: dict[int, int] = {}
        self.repeated = 0
        command = [sys.executable, "-m", "tests.faults.writer", location, name, "0", str(last)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            number, position, repeated = map(int, line.split())
            self.positions[number] = position
            self.repeated += repeated

    def check(self) -> None:
        """Assert that it has not failed."""
        code = self.process.poll()
        if code not in {None, 0, -9}:
            assert self.process.stderr is not None
            raise AssertionError(f"writer {self.name} failed: {self.process.stderr.read().decode()}")

    def end(self) -> None:
        """Wait for what it said to be read to the end, and close the pipes."""
        self.process.wait(PATIENCE)
        self._thread.join(PATIENCE)
        self.check()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()


class Writers:
    """So many writers on one store, killed at the end unless they came to theirs."""

    def __init__(self, location: str, count: int, last: int = -1) -> None:
        """Start them."""
        self._all = [Writer(location, f"W{number}", last) for number in range(count)]

    def __enter__(self) -> Self:
        """Work with them."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave none behind."""
        for one in self._all:
            one.process.kill()
        for one in self._all:
            one.process.wait()

    def count(self) -> int:
        """Return how many commands were acknowledged so far."""
        return sum(len(one.positions) for one in self._all)

    def acknowledged(self) -> dict[str, dict[int, int]]:
        """Return the acknowledged commands' positions by number, by writer."""
        return {one.name: dict(one.positions) for one in self._all}

    def repeated(self) -> int:
        """Return how many were found to be recorded already, which nobody had been told."""
        return sum(one.repeated for one in self._all)

    def go_on(self, further: int) -> None:
        """Return once every writer has acknowledged so many more."""
        wanted = [len(one.positions) + further for one in self._all]
        until = time.monotonic() + PATIENCE
        while any(len(one.positions) < least for one, least in zip(self._all, wanted, strict=True)):
            for one in self._all:
                one.check()
            assert time.monotonic() < until, f"the writers do not go on: {wanted}, {self.counts()}"
            time.sleep(0.005)

    def counts(self) -> list[int]:
        """Return how many each of them has acknowledged."""
        return [len(one.positions) for one in self._all]

    def kill(self) -> None:
        """Kill them all, and hear what they said to the end."""
        for one in self._all:
            one.process.kill()
        self.end()

    def end(self) -> None:
        """Wait until they have come to their end."""
        for one in self._all:
            one.end()
