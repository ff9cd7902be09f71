"""What a server has shown to this machine of a store, kept on this machine: a server that goes back is told.

A primary that was replaced and comes back, or a server on which an older state was restored, went back with all
that it holds; so what was seen lies in a file of the user's own. See docs/adr/0059.
"""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.entry import leaf_hash_v1
from ledger.errors import NotAStore
from ledger.schema import COLUMNS

if TYPE_CHECKING:
    from ledger.postgresql.connection import Met

_ROW: Final = f"SELECT {COLUMNS} FROM longcase.entry WHERE position = %s"  # noqa: S608  (made of constants)
_LINE: Final = re.compile(r"([0-9]{1,19}) ([0-9a-f]{64}) ([0-9]{1,10}) ([0-9]{1,20})\n")
_ID: Final = re.compile(r"[0-9a-f-]{36}")
_LONGEST: Final = 256


class WentBack(NotAStore):
    """The server is behind what it, or another of the same store, has shown to this machine before."""


class Seen(NamedTuple):
    """The last entry that was seen, by its position and leaf, and on which timeline of which cluster."""

    position: int
    leaf: str
    timeline: int
    system: int


class Memory:
    """Keeps what was seen of each store in a file of its own; ``trouble`` is why it cannot, if so."""

    def __init__(self, folder: str) -> None:
        """Keep the files in ``folder``, which is made when it is needed."""
        self._folder = folder
        self.trouble: str | None = None

    def path(self, store: str) -> str:
        """Return the path of the file for the store of this id."""
        return os.path.join(self._folder, f"{store}.seen")  # noqa: PTH118  (a path is a text here)

    def read(self, store: str) -> Seen | None:
        """Return what was seen of a store; ``None`` if that is nothing, or cannot be read."""
        try:
            text = _content(self.path(store))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self.trouble = f"{self.path(store)} cannot be read: {getattr(error, 'strerror', None) or error}"
            return None
        found = _LINE.fullmatch(text)
        return Seen(int(found[1]), found[2], int(found[3]), int(found[4])) if found else None

    def note(self, store: str, seen: Seen) -> None:
        """Keep what was seen now: all of it, or what was kept before."""
        path = self.path(store)
        new = f"{path}.{os.getpid()}"
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)  # noqa: PTH103  (as above)
            descriptor = os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600)
            try:
                os.write(descriptor, f"{seen.position} {seen.leaf} {seen.timeline} {seen.system}\n".encode())
            finally:
                os.close(descriptor)
            os.replace(new, path)  # noqa: PTH105  (as above)
        except OSError as error:
            self.trouble = f"{path} cannot be written: {error.strerror}"

    def check(self, connection: Any, met: Met) -> None:
        """Raise ``WentBack`` if the server is behind what was seen; keep what it shows otherwise.

        ``met`` is what the server said first, and ``connection`` the one on which it did.
        """
        if met.store is None or not _ID.fullmatch(met.store) or met.timeline is None or met.system is None:
            return
        seen = self.read(met.store)
        if seen is not None and (why := _gone_back(connection, met, seen)):
            raise _went_back(connection, met, seen, why, self.path(met.store))
        now = seen_now(met.position, met.leaf, met)
        if now is not None and now != seen:
            self.note(met.store, now)


def seen_now(position: int, leaf: bytes | None, met: Met) -> Seen | None:
    """Return what is to be kept of a server whose last entry this is; ``None`` if there is nothing yet."""
    if leaf is None or met.timeline is None or met.system is None:
        return None
    return Seen(position, leaf.hex(), met.timeline, met.system)


def _content(path: str) -> str:
    """Return a short file's text; raise ``OSError`` or ``ValueError`` if it is none of the user's own making."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise ValueError("it is no file")
        if hasattr(os, "getuid") and about.st_uid != os.getuid():
            raise ValueError("it belongs to somebody else")
        return os.read(descriptor, _LONGEST).decode("ascii", "replace")
    finally:
        os.close(descriptor)


def _gone_back(connection: Any, met: Met, seen: Seen) -> str | None:
    """Return in words how the server is behind what was seen; ``None`` if it is not.

    Timelines of different clusters say nothing of one another: a store can be moved to a new one.
    """
    if met.position < seen.position:
        return f"has {met.position:,} entries"
    if (met.position, met.leaf) != (seen.position, bytes.fromhex(seen.leaf)) and not _holds(connection, seen):
        return f"has another entry at position {seen.position:,}"
    if met.system == seen.system and met.timeline is not None and met.timeline < seen.timeline:
        return "is on an earlier timeline"
    return None


def _holds(connection: Any, seen: Seen) -> bool:
    """Say whether the entry that was seen is there; before the store was upgraded its leaf v1 was kept."""
    row = connection.execute(_ROW, (seen.position,), binary=True).fetchone()
    return row is not None and seen.leaf in {row[10].hex(), leaf_hash_v1(row).hex()}


def _went_back(connection: Any, met: Met, seen: Seen, why: str, path: str) -> WentBack:
    from shlex import quote

    where = f"{connection.info.host} port {connection.info.port}"
    return WentBack(
        f"the server at {where} has gone back: of the store {met.store} this machine has seen position"
        f" {seen.position:,} on timeline {seen.timeline}, and the server {why}, on timeline {met.timeline}",
        "nothing was read or recorded: a primary that was replaced may have come back; an administrator stops it,"
        " or the URL names the server that took over alone",
        "if an older state was restored on purpose, forget what was seen, wherever this is said:"
        f" rm {quote(path)}",
    )
