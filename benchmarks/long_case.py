"""What one long case costs who asks, and how long others wait who record meanwhile.

``python -m benchmarks.long_case FOLDER`` makes a store with a case of 10,000 entries, 4,000 of them dated back by
two days or to the beginning, asks it everything once in processes of their own, and prints for each how long it
took, how much memory at most, and the longest wait of a command that was recorded in another case meanwhile.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread
from typing import Self

from application.app import Longcase
from application.commands import cases
from application.envelope import Envelope
from application.mapper import to_stored
from domain.cases import events as ev
from domain.event import Entry
from domain.identity import case_stream
from domain.instant import DAY, SECOND, parse
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder

ENTRIES, LATE_OF_TEN = 10_000, 4
START = parse("2016-02-12T09:12:00+00:00")
APART = 600 * SECOND
REFERENCE = "LONG-1"
OTHERS = 5
ASKED = ("cases", "replay", "replay --format jsonl", "explain", "timeline", "show")


def make(path: Path) -> None:
    """Make the store: the case was reported and is acted in every ten minutes, four times of ten dated back."""
    create(str(path), {"zone": "Europe/London"}).close()
    now = START
    recorder = SQLiteRecorder.open(str(path), lambda: now)
    stream, kinds = case_stream(REFERENCE), ("child-seen", "contact-attempted", "arrest", "interview")
    with recorder.transaction():
        for number in range(1, ENTRIES + 1):
            event = ev.ActionRecorded(kind=kinds[number % 4])
            happened = now if number % 10 >= LATE_OF_TEN else max(START + number, now - 2 * DAY - number)
            command = number.to_bytes(16)
            said = ev.Reported(reference=REFERENCE, category="indecent-images") if number == 1 else event
            entry = Entry(0, stream, number, START if number == 1 else happened, 0, "DC 1", "", command, said)
            recorder.append([to_stored(entry)])
            now += APART
    recorder.close()


class Recording:
    """Somebody who records in other cases for as long as the block lasts; ``longest`` is in seconds."""

    def __init__(self, path: Path) -> None:
        """Record in the store at ``path``."""
        self.longest, self.count = 0.0, 0
        self._path, self._stop = path, Event()
        self._thread = Thread(target=self._run)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        app, by = Longcase(SQLiteRecorder.open(str(self._path))), Envelope("PS 2")
        while not self._stop.is_set():
            reference = f"OTHER-{time.time_ns()}"
            begun = time.perf_counter()
            cases.report(app, reference, by, category="other")
            self.longest = max(self.longest, time.perf_counter() - begun)
            self.count += 1
            self._stop.wait(0.02)


def asked(path: Path, command: str) -> str:
    """Ask once, with somebody recording beside it, and return the line that says what it cost."""
    name, *options = command.split()
    case = [] if name == "cases" else [REFERENCE]
    call = [str(Path(sys.executable).with_name("longcase")), name, *case, *options, "--store", str(path)]
    with Recording(path) as other:
        begun = time.perf_counter()
        process = subprocess.Popen(call, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = used.ru_utime + used.ru_stime
    return (
        f"{command}: exit code {process.returncode}, {seconds:.1f} s, {cpu:.1f} s of CPU,"
        f" {used.ru_maxrss / 1024:.0f} MiB; {other.count} recorded meanwhile, longest wait {other.longest:.2f} s"
    )


def main() -> None:
    """Make the store in the folder given, unless it is there, and ask."""
    path = Path(sys.argv[1]) / "long.db"
    if not path.exists():
        make(path)
    for command in ASKED:
        print(asked(path, command), flush=True)


if __name__ == "__main__":
    main()
