"""Opening a file that somebody else made: plain or gzip, a regular file and nothing else, within bounds."""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from exchange.source.trace import UnreadableSource

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed import WriteableBuffer

CHUNK = 1 << 18
_GZIP = b"\x1f\x8b"
_OTHER_PACKING = {b"PK": "a zip file or a spreadsheet", b"BZ": "bzip2", b"\xfd7": "xz", b"(\xb5": "zstd"}
_NON_BLOCKING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class SizeLimits(NamedTuple):
    """How far a packed file may swell, in bytes and as a ratio; the ratio counts from ``tolerated`` bytes on.

    Real logs swell 60 to 90 times. What deflate can do at most is about 1,030 times.
    """

    unpacked: int = 64 << 30
    ratio: int = 500
    tolerated: int = 64 << 20


def open_source(path: Path, limits: SizeLimits | None = None) -> BinaryIO:
    """Open ``path`` for reading, unpacking gzip (told by its first bytes) as it goes.

    Raises ``UnreadableSource`` if it is no regular file, cannot be opened, or is packed in another way; reading
    from what is returned raises it for a damaged or swollen gzip file.
    """
    raw = _open_regular(path)
    first = raw.peek(2)[:2]
    if first in _OTHER_PACKING:
        raw.close()
        raise UnreadableSource(
            f"it is packed as {_OTHER_PACKING[first]}", hints=("unpack it, or pack it with gzip",)
        )
    if first != _GZIP:
        return cast("BinaryIO", raw)
    return cast("BinaryIO", io.BufferedReader(_Unpacked(raw, limits or SizeLimits()), CHUNK))


def read_small(path: Path, most: int) -> bytes:
    """Return the whole content of a file of at most ``most`` bytes, which is not unpacked.

    Raises ``UnreadableSource`` if it is no regular file, cannot be opened or is longer.
    """
    with _open_regular(path) as raw:
        content = raw.read(most + 1)
    if len(content) > most:
        raise UnreadableSource(f"it is longer than {most:,} bytes")
    return content


def _open_regular(path: Path) -> io.BufferedReader:
    handle = _open(path)
    try:
        _check(path, os.fstat(handle))
    except BaseException:
        os.close(handle)
        raise
    return io.BufferedReader(io.FileIO(handle, "rb"), CHUNK)


def _check(path: Path, opened: os.stat_result) -> None:
    """Refuse what is no regular file, and a symbolic link that leads out of the folder in which it stands.

    Whoever sends a folder of files may put a link to anything into it. What was opened is compared with
    where the link leads, so that it cannot be turned round in between.
    """
    if not stat.S_ISREG(opened.st_mode):
        raise UnreadableSource("it is not a regular file", hints=("name a file, not a folder, pipe or device",))
    if not path.is_symlink():
        return
    folder, target = path.parent.resolve(), path.resolve()
    if not target.is_relative_to(folder) or not os.path.samestat(opened, target.stat()):
        raise UnreadableSource(
            f"it is a symbolic link that leads out of its folder, to {target}",
            hints=("name the file itself, if it is the one that is meant",),
        )


def _open(path: Path) -> int:
    try:
        # Without O_NONBLOCK, opening a pipe would wait for its writer before its kind can be asked for.
        return os.open(path, os.O_RDONLY | _NON_BLOCKING)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableSource(f"it cannot be opened: {reason}") from error


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of a gzip file, counted against the limits."""

    def __init__(self, raw: io.BufferedReader, limits: SizeLimits) -> None:
        """Unpack ``raw``, which is closed with this."""
        self._raw = raw
        self._gzip = gzip.GzipFile(fileobj=raw, mode="rb")
        self._limits = limits
        self._count = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Unpack into ``buffer``; raise ``UnreadableSource`` for damage or beyond the limits."""
        try:
            count = self._gzip.readinto(buffer)
        except EOFError as error:
            raise UnreadableSource("the gzip file ends too early") from error
        except (OSError, zlib.error) as error:
            raise UnreadableSource(f"the gzip file is damaged: {error}") from error
        self._count += count
        self._check()
        return count

    def _check(self) -> None:
        limits = self._limits
        if self._count <= limits.tolerated:
            return
        if self._count > limits.unpacked or self._count > limits.ratio * self._raw.tell():
            raise UnreadableSource(f"it unpacks to more than {self._count >> 20} MiB, far more than a log does")

    def close(self) -> None:
        """Close the file below as well."""
        self._gzip.close()
        self._raw.close()
        super().close()
