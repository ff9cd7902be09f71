"""What a witness has seen, in a file of SQLite: the checkpoints that it cosigned, and those that prove a fork.

A checkpoint is compared with the last one and kept in one transaction, which is on the disk before anybody has
the cosignature. Any number of threads and processes may do so at once. Nothing is ever removed, and the file's
own triggers refuse to go back.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from transparency.tree import TreeHead
from transparency.witnessing import NOTHING_SEEN
from witness.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

VERSION = 1
"""The version of the tables, as ``user_version``."""

APPLICATION_ID = 0x4C435754
"""What tells the file from others of SQLite."""

PATIENCE = 10.0
"""How many seconds to wait for whoever else writes."""

_COLUMNS = """(
    origin TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (typeof(size) = 'integer' AND size >= 0),
    root BLOB NOT NULL CHECK (typeof(root) = 'blob' AND length(root) = 32),
    note TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (typeof(at) = 'integer' AND at > 0),
    PRIMARY KEY (origin, size)
)"""
_GUARDS = """CREATE TRIGGER cosigned_grows BEFORE INSERT ON cosigned
WHEN EXISTS (SELECT 1 FROM cosigned WHERE origin = NEW.origin AND size > NEW.size)
BEGIN SELECT RAISE(ABORT, 'a larger tree has been cosigned'); END;
CREATE TRIGGER cosigned_stays BEFORE UPDATE ON cosigned
WHEN OLD.origin <> NEW.origin OR OLD.size <> NEW.size OR OLD.root <> NEW.root
BEGIN SELECT RAISE(ABORT, 'another tree has been cosigned'); END;
CREATE TRIGGER cosigned_is_kept BEFORE DELETE ON cosigned
BEGIN SELECT RAISE(ABORT, 'what was cosigned is kept'); END;
CREATE TRIGGER fork_stays BEFORE UPDATE ON fork
BEGIN SELECT RAISE(ABORT, 'what proves a fork stays as it is'); END;
CREATE TRIGGER fork_is_kept BEFORE DELETE ON fork
BEGIN SELECT RAISE(ABORT, 'what proves a fork is kept'); END"""
_SCHEMA = ";\n".join(
    (
        "BEGIN",
        f"CREATE TABLE cosigned {_COLUMNS}",
        f"CREATE TABLE fork {_COLUMNS}",
        _GUARDS,
        f"PRAGMA application_id = {APPLICATION_ID}",
        f"PRAGMA user_version = {VERSION}",
        "COMMIT",
    )
)
_SEEN = "SELECT origin, size, root, note, at FROM"
_NEWEST = "ORDER BY size DESC LIMIT 1"


class SeenCheckpoint(NamedTuple):
    """A checkpoint as it is kept: ``note`` has its signatures, ``at`` is in seconds since 1970."""

    origin: str
    size: int
    root: bytes
    note: str
    at: int

    @property
    def head(self) -> TreeHead:
        """Return the size and the root."""
        return TreeHead(self.size, self.root)


def create_state(path: Path) -> None:
    """Make the file of a witness that has seen nothing. Raises ``FileExistsError``, and ``sqlite3.Error``."""
    path.touch(0o600, exist_ok=False)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(_SCHEMA)


class WitnessState:
    """The file of a witness. Every call opens it anew, so that any thread may make it."""

    def __init__(self, path: Path) -> None:
        """Name the file. Raises ``StateError`` if there is none: one made anew would have forgotten all."""
        self._path = path
        with self._connected():
            pass

    def heads(self, origins: Iterable[str]) -> dict[str, TreeHead]:
        """Return the last head that was cosigned of each of these logs; of a log without one, nothing."""
        with self._connected() as connection:
            found = (_one(connection, f"cosigned WHERE origin = ? {_NEWEST}", origin) for origin in origins)
            return {seen.origin: seen.head for seen in found if seen}

    def last(self, origin: str) -> SeenCheckpoint | None:
        """Return the last checkpoint that was cosigned of a log."""
        with self._connected() as connection:
            return _one(connection, f"cosigned WHERE origin = ? {_NEWEST}", origin)

    def at_size(self, origin: str, size: int) -> SeenCheckpoint | None:
        """Return the checkpoint of this size that was cosigned."""
        with self._connected() as connection:
            return _one(connection, "cosigned WHERE origin = ? AND size = ?", origin, size)

    def latest(self) -> list[SeenCheckpoint]:
        """Return the last checkpoint that was cosigned of each log, in the order of their origins."""
        with self._connected() as connection:
            origins = connection.execute("SELECT DISTINCT origin FROM cosigned ORDER BY 1").fetchall()
            found = (_one(connection, f"cosigned WHERE origin = ? {_NEWEST}", origin) for (origin,) in origins)
            return [seen for seen in found if seen]

    def forks(self, origin: str) -> list[SeenCheckpoint]:
        """Return the checkpoints that a log signed though another of their size was cosigned, by size."""
        with self._connected() as connection:
            rows = connection.execute(f"{_SEEN} fork WHERE origin = ? ORDER BY size", (origin,))
            return [SeenCheckpoint(*row) for row in rows]

    def keep(self, seen: SeenCheckpoint, after: TreeHead) -> bool:
        """Keep a checkpoint if ``after`` is still the last head of its log, of no later time; say whether it was.

        It is on the disk then. The same again takes its own place. Raises ``sqlite3.Error``.
        """
        with self._writing() as connection:
            last = _one(connection, f"cosigned WHERE origin = ? {_NEWEST}", seen.origin)
            if (last.head if last else NOTHING_SEEN) != after or (last and last.at > seen.at):
                return False
            connection.execute(
                "INSERT INTO cosigned VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin, size)"
                " DO UPDATE SET root = excluded.root, note = excluded.note, at = excluded.at",
                seen,
            )
            return True

    def keep_fork(self, seen: SeenCheckpoint) -> bool:
        """Keep a signed checkpoint whose root is another than the one that was cosigned; say whether it is so.

        The first of each size is kept. Raises ``sqlite3.Error``.
        """
        with self._writing() as connection:
            cosigned = _one(connection, "cosigned WHERE origin = ? AND size = ?", seen.origin, seen.size)
            if cosigned is None or cosigned.root == seen.root:
                return False
            connection.execute("INSERT OR IGNORE INTO fork VALUES (?, ?, ?, ?, ?)", seen)
            return True

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            opened = sqlite3.connect(
                f"{self._path.absolute().as_uri()}?mode=rw", PATIENCE, uri=True, isolation_level=None
            )
        except sqlite3.OperationalError as error:
            raise StateError(f"the memory of the witness, {self._path}, cannot be opened: {error}") from error
        with closing(opened) as connection:
            self._prepare(connection)
            yield connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        try:
            which = [_pragma(connection, name) for name in ("application_id", "user_version")]
            # A commit ends with the removal of the journal, for which FULL does not wait.
            for setting in ("synchronous = EXTRA", "fullfsync = ON", "trusted_schema = OFF"):
                _pragma(connection, setting)
        except sqlite3.DatabaseError as error:
            raise StateError(f"the memory of the witness, {self._path}, cannot be read: {error}") from error
        if which != [APPLICATION_ID, VERSION]:
            raise StateError(f"{self._path} is no memory of a witness, or that of a newer version")


def _pragma(connection: sqlite3.Connection, setting: str) -> int | None:
    row = connection.execute(f"PRAGMA {setting}").fetchone()
    return row[0] if row else None


def _one(connection: sqlite3.Connection, where: str, *values: str | int) -> SeenCheckpoint | None:
    row = connection.execute(f"{_SEEN} {where}", values).fetchone()
    return SeenCheckpoint(*row) if row else None
