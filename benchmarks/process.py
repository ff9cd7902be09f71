"""Other programs as contestants: how long one takes from start to end, and how much memory at its peak."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.plan import PROJECT, Skipped

if TYPE_CHECKING:
    from collections.abc import Sequence

PAUSE_SECONDS = 0.02
PROC = Path("/proc")
NOT_HANDED_ON = ("LONGCASE_", "PYTHONDONTWRITEBYTECODE", "PYTHONOPTIMIZE")
NO_PROFILE = str(PROJECT / "benchmarks" / "a-profile-that-is-not-there.toml")


class Run(NamedTuple):
    """One run: wall time, processor time, peak of memory in MiB (``None`` where nobody tells), output."""

    seconds: float
    processor: float
    peak: float | None
    output: str


def run(command: Sequence[str], *, watched: bool = False, kept: bool = True) -> Run:
    """Run a command to its end, measuring memory if ``watched``; raise ``Skipped`` if it fails.

    What it writes is thrown away unless ``kept``.
    """
    out = subprocess.PIPE if kept else subprocess.DEVNULL
    start, used = time.perf_counter(), _processor_seconds()
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment(), text=True, stdout=out, stderr=subprocess.PIPE
    ) as process:
        watch = Watch(process.pid) if watched and PROC.exists() else None
        output, errors = process.communicate()
        output = output or ""
        seconds = time.perf_counter() - start
        peak = watch.stop() if watch else None
    if process.returncode:
        raise Skipped(f"{Path(command[0]).name} ended with {process.returncode}: {_said(errors)}")
    return Run(seconds, _processor_seconds() - used, peak, output)


def _processor_seconds() -> float:
    """Return the processor time of all programs that have been run to their end so far.

    ``os.times`` tells it in hundredths of a second, which is all that there is on some systems.
    """
    if sys.platform == "win32":
        times = os.times()
        return times.children_user + times.children_system
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _said(errors: str) -> str:
    """Return the last line that is no hint and no part of a traceback."""
    lines = [line for line in errors.splitlines() if line and not line.startswith(" ")]
    return lines[-1] if lines else "it said nothing"


def environment() -> dict[str, str]:
    """Return for programs the process's own environment without the settings of the user who runs it.

    Bytecode is kept, as it is for a program that was installed.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_HANDED_ON)}
    return kept | {
        "LONGCASE_ACTOR": "DC 1000",
        "LONGCASE_ROLE": "investigator",
        "LONGCASE_PROFILE": NO_PROFILE,
    }


class Watch:
    """Follows a process and all that it starts; remembers the most memory that they held together."""

    def __init__(self, pid: int) -> None:
        """Begin with the process of that id."""
        self._pid = pid
        self._peak = 0.0
        self._over = Event()
        self._thread = Thread(target=self._follow, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Return the peak in MiB: the sum of each living process's own high-water mark."""
        self._over.set()
        self._thread.join()
        return self._peak

    def _follow(self) -> None:
        while not self._over.wait(PAUSE_SECONDS):
            self._peak = max(self._peak, sum(map(high_water, family(self._pid))))


def family(pid: int) -> list[int]:
    """Return a process and its living descendants."""
    found = [pid]
    for one in found:
        for children in PROC.glob(f"{one}/task/*/children"):
            try:
                found.extend(map(int, children.read_text().split()))
            except OSError:  # it has just ended
                continue
    return found


def high_water(pid: int) -> float:
    """Return the most memory, in MiB, that a living process has held; 0 if it has ended."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
