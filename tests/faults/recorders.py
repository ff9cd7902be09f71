"""Processes that hand entries to a recorder, or commands to an application, all at the same moment.

Both are ours or eventsourcing's, and there is one entry a transaction.
``python -m tests.faults.recorders NUMBER`` is one of them. It reads lines of a moment, to whom, how many
entries, whether some of them go to a stream that all share, and the location; and answers with the moment at
which it had done.
"""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from application.envelope import new_command_id
from domain.identity import stream_of
from ledger.entry import StoredEntry
from ledger.errors import VersionTaken
from ledger.stores import on_server, open_recorder
from tests.faults.commanders import PATIENCE, OurApp, TheirApp, commander, on_our_sqlite, place_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

SOON = 0.05
TOPIC = "case.action-recorded"
EVERY = 10
"""One entry in so many goes to the shared stream."""


def payload(number: int) -> bytes:
    """Return bytes of the size that an entry's payload has: some 200."""
    return b'{"kind":"interview","text":"%s"}' % (b"x" * (120 + number % 100))


class Recorders:
    """The processes, from the other side."""

    def __init__(self, count: int) -> None:
        """Start them."""
        pipe = subprocess.PIPE
        self._all = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.faults.recorders", str(number)], stdin=pipe, stdout=pipe, text=True
            )
            for number in range(count)
        ]

    def __enter__(self) -> Self:
        """Work with them."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End them."""
        for one in self._all:
            one.kill()
            for pipe in (one.stdin, one.stdout):
                assert pipe is not None
                pipe.close()
            one.wait()

    def record(self, kind: str, location: str, count: int, *, shared: bool = False) -> float:
        """Let each record ``count`` entries; return how many seconds the last of them took."""
        self._tell(f"0 {kind} 0 0 {location}")  # connects
        began = time.monotonic() + SOON
        return max(self._tell(f"{began} {kind} {count} {shared:d} {location}")) - began

    def _tell(self, line: str) -> list[float]:
        for one in self._all:
            assert one.stdin is not None
            one.stdin.write(f"{line}\n")
            one.stdin.flush()
        answers = [one.stdout.readline() for one in self._all if one.stdout is not None]
        assert all(answers), "one of them failed"
        return list(map(float, answers))


class Streams(NamedTuple):
    """The stream of a process and the one that all share, for one location."""

    own: bytes
    shared: bytes


class Ours:
    """Records with our recorder, under command ids as Longcase makes them up."""

    def __init__(self, location: str, name: str) -> None:
        """Connect."""
        self._ledger = open_recorder(location)
        self._streams = Streams(stream_of("case", name), stream_of("case", "shared"))
        self._version = 0

    def __call__(self, number: int, *, shared: bool) -> None:
        """Record an entry, in the shared stream if it is to be: after whatever is in it by then."""
        command = new_command_id()
        if not shared:
            self._version += 1
            self._record(self._streams.own, self._version, command, number)
        while shared:
            version = len(self._ledger.select_events(UUID(bytes=self._streams.shared))) + 1
            try:
                self._record(self._streams.shared, version, command, number)
            except VersionTaken:
                continue
            break

    def _record(self, stream: bytes, version: int, command: bytes, number: int) -> None:
        row = StoredEntry(
            0, stream, version, TOPIC, 1, "PS 0088", "", None, 0, command, b"", b"", payload(number)
        )
        self._ledger.record([row])


class Theirs:
    """Records with eventsourcing's own recorder, as it comes."""

    def __init__(self, location: str, name: str) -> None:
        """Connect."""
        self._recorder = theirs(location)
        self._stream, self._version = UUID(bytes=stream_of("case", name)), 0

    def __call__(self, number: int, *, shared: bool) -> None:
        """Record an entry in the process's own stream."""
        self._version += 1
        self._recorder.insert_events([StoredEvent(self._stream, self._version, TOPIC, payload(number))])


def theirs(location: str) -> Any:
    """Return eventsourcing's recorder as it comes, but on the SQLite that ours is on, and as patient."""
    if on_server(location):
        from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

        place = place_of(location)
        datastore = PostgresDatastore(place["dbname"], place["host"], place["port"], place["user"], "")
        return PostgresApplicationRecorder(datastore)
    library = on_our_sqlite()
    return library.SQLiteApplicationRecorder(library.SQLiteDatastore(location, lock_timeout=PATIENCE))


def make_theirs(location: str) -> None:
    """Make what eventsourcing's recorder needs, and assert that it is as durable as ours."""
    recorder = theirs(location)
    recorder.create_table()
    if not on_server(location):
        with recorder.datastore.transaction(commit=False) as cursor:
            found = [
                cursor.execute(f"PRAGMA {name}") or cursor.fetchone()[0]
                for name in ("journal_mode", "synchronous")
            ]
        assert found == ["wal", 2], f"it writes with {found}, and ours with WAL and FULL"
    recorder.datastore.close()


def main(name: str) -> None:
    """Record what the lines ask for."""
    kinds: dict[str, Callable[[str, str], Any]] = {
        "ours": Ours,
        "theirs": Theirs,
        "our-commands": commander(OurApp),
        "their-commands": commander(TheirApp),
    }
    opened: dict[tuple[str, str], Any] = {}
    for line in sys.stdin:
        moment, kind, count, shared, location = line.split()
        if (kind, location) not in opened:
            opened[kind, location] = kinds[kind](location, name)
        record = opened[kind, location]
        time.sleep(max(0.0, float(moment) - time.monotonic()))
        for number in range(int(count)):
            record(number, shared=shared == "1" and number % EVERY == 0)
        sys.stdout.write(f"{time.monotonic()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
