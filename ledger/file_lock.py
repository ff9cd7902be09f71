"""One process at a time: a lock on a file that the system takes back however its holder ends.

The file is never deleted: between a deletion and the next lock two processes would each hold a file of that
name. What it holds does not matter.
"""

from __future__ import annotations

import os
import sys

from eventsourcing.persistence import OperationalError

if sys.platform == "win32":
    import msvcrt

    def _lock(number: int) -> None:
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """The lock on the file at ``path``, which is made if it is not there."""

    def __init__(self, path: str) -> None:
        """Hold nothing yet."""
        self._path = path
        self._number: int | None = None

    def take(self) -> bool:
        """Try to hold it, and say whether it is held; raise ``OperationalError`` if there can be no lock."""
        if self._number is None:
            self._number = self._locked()
        return self._number is not None

    def leave(self) -> None:
        """Let another one have it."""
        if self._number is not None:
            os.close(self._number)
            self._number = None

    def _locked(self) -> int | None:
        """Return the descriptor of the locked file, ``None`` if another process holds it."""
        try:
            number = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except OSError as error:
            raise OperationalError(f"{self._path} cannot be made or opened: {error.strerror}") from error
        try:
            _lock(number)
        except BaseException as error:
            os.close(number)
            if isinstance(error, BlockingIOError | PermissionError):  # what POSIX and what Windows says
                return None
            if isinstance(error, OSError):
                raise OperationalError(f"no lock can be had on {self._path}: {error.strerror}") from error
            raise
        return number
