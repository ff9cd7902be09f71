"""What a program asks the system to have on the disk: files and folders, how much there was of them, and when."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


class Synced(NamedTuple):
    """A file with its size, or a folder, when it was synchronised, and how things stood then."""

    what: str
    inode: int
    size: int
    state: str


def watched(monkeypatch: pytest.MonkeyPatch, state: Callable[[], str]) -> list[Synced]:
    """Return a list that grows with each file and folder that this process synchronises."""
    found: list[Synced] = []
    fsync = os.fsync

    def noting(handle: int) -> None:
        fsync(handle)
        found.append(_synced(os.fstat(handle), state()))

    monkeypatch.setattr(os, "fsync", noting)
    return found


def whole(path: Path, state: str) -> Synced:
    """Return what is noted if ``path`` is synchronised with all that it holds now."""
    return _synced(path.stat(), state)


def _synced(about: os.stat_result, state: str) -> Synced:
    folder = stat.S_ISDIR(about.st_mode)
    return Synced("folder" if folder else "file", about.st_ino, 0 if folder else about.st_size, state)
