"""Having a file on the disk, and not only in the memory of the system."""

from __future__ import annotations

import os


def synchronise(path: str | os.PathLike[str]) -> None:
    """Have a file on the disk, or a folder where a folder can be asked for that."""
    folder = os.path.isdir(path)  # noqa: PTH112  (a path may be a text here)
    if folder and os.name != "posix":
        return
    number = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)
