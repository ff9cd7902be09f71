"""A ZIP file written member by member: the same bytes for the same members, and none that looks like a bomb."""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The instant that every member bears: the first that ZIP knows. When it was made stands in the bundle."""

_UNIX: Final = 3
_MODE: Final = 0o100600 << 16
"""A file for its owner's eyes, as programs of Unix note it."""

_MOST_RATIO: Final = 20
"""What packing would make smaller still is stored as it is: whoever unpacks is wary of bombs."""

_LARGE: Final = 1 << 30


class BundleWriter:
    """Adds members to a ZIP file in the order in which they are given; the file can be read from and moved in."""

    def __init__(self, out: BinaryIO) -> None:
        """Write to ``out``."""
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, strict_timestamps=True)

    def put(self, name: str, content: bytes, *, packed: bool = True) -> None:
        """Add a member whose content is known not to be one that packs to next to nothing."""
        self._zip.writestr(_described(name, packed=packed), content)

    def stream(self, name: str, chunks: Callable[[], Iterator[bytes]]) -> None:
        """Add a member of any content, which ``chunks`` gives piece by piece: twice, as it is weighed first."""
        size, small = _weighed(chunks())
        info = _described(name, packed=small < size <= _MOST_RATIO * small)
        with self._zip.open(info, "w", force_zip64=size >= _LARGE) as member:
            for chunk in chunks():
                member.write(chunk)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        """Write the directory at the end; after an error nothing more, since nobody will read the file."""
        if kind is not None:
            self._zip.fp = None
        self._zip.close()


def _described(name: str, *, packed: bool) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.create_system, info.external_attr = _UNIX, _MODE
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    return info


def _weighed(chunks: Iterator[bytes]) -> tuple[int, int]:
    """Return how long a content is, and how long it is packed."""
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    size = packed = 0
    for chunk in chunks:
        size += len(chunk)
        packed += len(packing.compress(chunk))
    return size, packed + len(packing.flush())
