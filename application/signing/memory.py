"""What a signer remembers: the last checkpoint that it signed, in a file of its own.

It is on the disk before anybody is given the checkpoint, so that no end of the process lets the signer forget
what somebody may hold. Two signers take turns.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from application.signing.errors import SignerUnusable
from application.small_file import NoSmallFile, small_bytes
from ledger.file_lock import FileLock
from ledger.synchronise import synchronise
from transparency.cosignatures import OpenedCheckpoint, open_checkpoint
from transparency.errors import TransparencyError
from transparency.notes import LARGEST_NOTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from transparency.keys import VerifierKey

NAME: Final = "checkpoint"
"""What the file is called in the signer's folder."""

TURN_SECONDS: Final = 30.0
"""For how many seconds a signer waits for its turn."""

_PAUSE: Final = 0.01
_RESTORE: Final = (
    "restore the signer's folder from its backup",
    "or give the newest checkpoint that is kept outside: longcase log checkpoint --checkpoint FILE",
)


class SignerMemory:
    """The last checkpoint that a signer signed, in its ``folder``, under its ``keys``."""

    def __init__(self, folder: Path, keys: Sequence[VerifierKey]) -> None:
        """Read nothing yet."""
        self._folder = folder
        self._path = folder / NAME
        self._keys = keys

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Keep every other signer of this folder out; raise ``SignerUnusable`` if one takes too long."""
        lock = FileLock(str(self._folder / "lock"))
        until = time.monotonic() + TURN_SECONDS
        while not lock.take():
            if time.monotonic() > until:
                why = f"another process has been signing with {self._folder} for {TURN_SECONDS:.0f} seconds"
                raise SignerUnusable(why, hints=("try again",))
            time.sleep(_PAUSE)
        try:
            yield
        finally:
            lock.leave()

    def read(self) -> OpenedCheckpoint:
        """Return what was signed last; raise ``SignerUnusable`` if that cannot be told."""
        found = self.read_if_there()
        if found is None:
            why = f"the signer does not know what it signed last: {self._path} is gone, and nothing was signed"
            raise SignerUnusable(why, hints=_RESTORE)
        return found

    def read_if_there(self) -> OpenedCheckpoint | None:
        """Return what was signed last, ``None`` if that is gone; raise ``SignerUnusable`` if it is damaged."""
        try:
            return open_checkpoint(small_bytes(str(self._path), LARGEST_NOTE), self._keys)
        except FileNotFoundError:
            return None
        except (OSError, NoSmallFile, TransparencyError) as error:
            what = error.strerror if isinstance(error, OSError) else error
            why = f"what the signer signed last cannot be read from {self._path}: {what}; nothing was signed"
            raise SignerUnusable(why, hints=_RESTORE) from error

    def replace(self, note: bytes) -> None:
        """Remember another checkpoint: it is on the disk when this returns, or else the one before still is.

        To be called in a ``turn``. Raises ``OSError``.
        """
        new = f"{self._path}.new"
        number = os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(number, "wb") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self._path)  # noqa: PTH105  (one call of the system, at which tests break off)
        synchronise(self._folder)
