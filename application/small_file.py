"""The text of a small TOML file that a user names: a regular file, within bounds."""

from __future__ import annotations

import os
import stat

from domain.toml import decoded

LARGEST = 1 << 20
"""How many bytes a vocabulary or a profile has at most."""


class NoSmallFile(ValueError):
    """The file is no regular one, or is too long; the text says which."""


def small_text(path: str) -> str:
    """Return the text of a file of at most ``LARGEST`` bytes.

    Raises as ``small_bytes``, ``NoSmallFile`` if it is longer, and ``OutOfBounds`` if it is no text.
    """
    content = small_bytes(path, LARGEST)
    if len(content) > LARGEST:
        raise NoSmallFile(f"it is longer than {LARGEST:,} bytes")
    return decoded(content)


def small_bytes(path: str, most: int) -> bytes:
    """Return what a regular file holds, one byte over ``most`` at most; raise ``NoSmallFile`` or ``OSError``."""
    # Without O_NONBLOCK, opening a pipe would wait for its writer before its kind can be asked for.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NoSmallFile("it is not a regular file")
        with open(handle, "rb", closefd=False) as file:
            return file.read(most + 1)
    finally:
        os.close(handle)
