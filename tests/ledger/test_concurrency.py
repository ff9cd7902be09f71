"""Several processes write at once: every entry is there once, and position order is commit order."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from ledger.sqlite.recorder import SQLiteRecorder

if TYPE_CHECKING:
    from pathlib import Path

PROCESSES, EACH = 4, 60

MAKER = """
import sys
from ledger.sqlite.connection import create
sys.stdin.readline()
create(sys.argv[1], {"zone": sys.argv[2]}).close()
"""

WRITER = """
import sys
from domain.identity import stream_of
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.entry import StoredEntry
path, name = sys.argv[1:]
recorder = SQLiteRecorder.open(path)
sys.stdin.readline()
last = 0
for number in range(1, int(sys.stdin.readline()) + 1):
    command = stream_of("command", f"{name} {number}")
    row = StoredEntry(0, stream_of("case", name), number, "t", 1, name, "", None, 0, command, b"", b"", b"{}")
    (position,) = recorder.insert_events([row])
    seen = recorder.max_notification_id()
    assert position > last and seen >= position, (position, last, seen)
    found = [one.position for one in recorder.select_notifications(1, position)]
    assert found == list(range(1, position + 1)), found
    last = position
recorder.close()
"""


def together(script: str, arguments: list[list[str]], after_start: str) -> None:
    """Run one process for each list of arguments, all at once, and assert that none failed."""
    command = [sys.executable, "-W", "error", "-c", script]
    pipe = subprocess.PIPE
    running = [subprocess.Popen([*command, *one], stdin=pipe, stderr=pipe, text=True) for one in arguments]
    errors = [one.communicate(f"\n{after_start}\n", timeout=120)[1] for one in running]
    assert [one.returncode for one in running] == [0] * len(running), errors


def test_writers_in_several_processes_leave_no_gap_and_lose_nothing(tmp_path: Path) -> None:
    """And a reader who has seen a position never misses one before it."""
    path = str(tmp_path / "store.db")
    together(MAKER, [[path, "UTC"]], "")
    together(WRITER, [[path, f"writer {number}"] for number in range(PROCESSES)], str(EACH))
    recorder = SQLiteRecorder.open(path)
    found = recorder.select_notifications(None, 1 << 40)
    assert [one.position for one in found] == list(range(1, PROCESSES * EACH + 1))
    assert [one.recorded_at for one in found] == sorted(one.recorded_at for one in found)
    for number in range(PROCESSES):
        own = [one.version for one in found if one.actor == f"writer {number}"]
        assert own == list(range(1, EACH + 1))
    recorder.close()


def test_a_store_that_several_processes_make_at_once_is_made_once(tmp_path: Path) -> None:
    """The settings are those of one of them, and none fails."""
    path = str(tmp_path / "store.db")
    together(MAKER, [[path, f"Zone/{number}"] for number in range(PROCESSES)], "")
    recorder = SQLiteRecorder.open(path)
    assert recorder.setting("zone") in {f"Zone/{number}" for number in range(PROCESSES)}
    recorder.close()
