"""Importing a real log of half a million events, beside pm4py's own reader in Python reading the same file.

pm4py is under the AGPL. It is never imported here: it runs in a process of its own, where there is one.
"""

from __future__ import annotations

import json
import statistics
import sys
from operator import truediv
from typing import TYPE_CHECKING, Any

from benchmarks.measure import Contestant, Result, interleaved, limited, medians, within
from benchmarks.plan import Plan, Skipped, data, longcase
from benchmarks.process import run

if TYPE_CHECKING:
    from pathlib import Path

FILE = "road_traffic_fines.xes.gz"
CASES, EVENTS = 150_370, 561_470
LARGEST_MIB = 300
LARGEST_STORE_MB = 300
MOST_PROCESSOR = 1.6
OURS, THEIRS = "longcase import, tables current", "pm4py iterparse"

READ = """
import sys
from pm4py.objects.log.importer.xes import importer
parameters = {"show_progress_bar": False}
log = importer.apply(sys.argv[1], variant=importer.Variants.ITERPARSE, parameters=parameters)
print(len(log), sum(map(len, log)))
"""


class Import:
    """Imports a file into a new store each time; the import itself brings the population tables up to date."""

    def __init__(self, folder: Path, file: Path) -> None:
        """Keep the stores in ``folder``."""
        self._file = file
        self._store = folder / "store.db"
        self.peaks: list[float] = []
        self.processor: list[float] = []
        self.counts: dict[str, Any] = {}
        self.bytes = 0

    def __call__(self) -> None:
        """Make a store and import; check that nothing is missing."""
        self._store.unlink(missing_ok=True)
        run([*longcase(self._store), "init"])
        command = [*longcase(self._store), "import", str(self._file), "--format", "json"]
        done = run(command, watched=True)
        if done.peak is not None:
            self.peaks.append(done.peak)
        self.bytes = self._store.stat().st_size
        self.processor.append(done.processor)
        self.counts = json.loads(done.output)
        found = self.counts["cases"], self.counts["entries"]
        assert found == (CASES, EVENTS + CASES), f"imported {found}"

    def behind(self) -> int:
        """Return how many entries the tables of the last store do not reflect."""
        told = run([*longcase(self._store), "projections", "status", "--format", "json"])
        behind: int = json.loads(told.output)["items"][0]["behind"]
        return behind


class Read:
    """Reads the file with pm4py, in the Python that has it."""

    def __init__(self, python: str, file: Path) -> None:
        """Read ``file`` with ``python``."""
        self._command = [python, "-W", "ignore", "-c", READ, str(file)]
        self.peaks: list[float] = []
        self.processor: list[float] = []

    def __call__(self) -> None:
        """Read it, and check that it read all of it."""
        done = run(self._command, watched=True)
        self.processor.append(done.processor)
        if done.peak is not None:
            self.peaks.append(done.peak)
        assert done.output.split()[-2:] == [str(CASES), str(EVENTS)], f"pm4py read {done.output}"


def importing(plan: Plan) -> Result:
    """Import the log from start to tables current; the peak of memory counts as much as the time."""
    file = data() / FILE
    if not file.exists():
        raise Skipped(f"there is no {file}: name the folder of event logs in LONGCASE_DATA")
    ours = Import(plan.folder("import"), file)
    contestants: dict[str, Contestant] = {OURS: ours}
    python = _with_pm4py(plan)
    theirs = Read(python, file) if python else None
    if theirs:
        contestants[THEIRS] = theirs
    seconds = interleaved(contestants, plan.rounds(3))
    result = Result("import", f"{FILE}: {CASES:,} cases, {EVENTS:,} events", "s", medians(seconds, scale=1), 3)
    result.rounds = len(seconds[OURS])
    result.details = _details(ours, theirs)
    if theirs:
        within(result, seconds, OURS, THEIRS, 1.0)
        processor = statistics.median(map(truediv, ours.processor, theirs.processor))
        limited(result, "processor time, ours / pm4py's", processor, MOST_PROCESSOR)
    limited(result, "peak of memory, MiB", max(ours.peaks, default=None), LARGEST_MIB)
    limited(result, "size of the store, MB", ours.bytes / 1e6, LARGEST_STORE_MB)
    return limited(result, "entries that the tables do not reflect afterwards", ours.behind(), 0)


def _details(ours: Import, theirs: Read | None) -> dict[str, Any]:
    none = "pm4py is not installed here; --pm4py-python names a Python that has it"
    return {
        "pm4py's peak of memory, MiB": round(max(theirs.peaks), 1) if theirs and theirs.peaks else none,
        "processor time, s": round(statistics.median(ours.processor), 2),
        "pm4py's processor time, s": round(statistics.median(theirs.processor), 2) if theirs else none,
        "counts": {name: ours.counts[name] for name in ("cases", "entries", "already_present")},
        "refused": len(ours.counts["refused"]),
    }


def _with_pm4py(plan: Plan) -> str | None:
    """Return a Python in which pm4py can be imported, if one was named or this one can."""
    python = plan.pm4py_python or sys.executable
    try:
        run([python, "-W", "ignore", "-c", "import pm4py"])
    except Skipped:
        if plan.pm4py_python:
            raise
        return None
    return python
