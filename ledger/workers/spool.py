"""Pieces of bytes that are put aside until all are there: in memory while they are few, then in a file.

The file is a temporary one, which has no name that another process could open, or is deleted by the system.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, Final, Generic, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")

IN_MEMORY: Final = 4 << 20
"""How many bytes of pieces are held in memory at most."""

_PER_PIECE: Final = 48
"""What Python needs for a piece beside its bytes, and how many bytes of the file say how long one is."""
_LENGTH: Final = 8


class Spool:
    """Takes pieces, and gives them back in order, as often as they are asked for."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        """Begin with none; ``in_memory`` is how many bytes may be held before they are put into a file."""
        self._most = in_memory
        self._size = 0
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._count = 0

    def __len__(self) -> int:
        """Return how many pieces there are."""
        return self._count

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Throw everything away."""
        self.close()

    def add(self, piece: bytes) -> None:
        """Take a piece."""
        self._pieces.append(piece)
        self._count += 1
        self._size += len(piece) + _PER_PIECE
        if self._size > self._most:
            self._put_aside()

    def _put_aside(self) -> None:
        if self._file is None:
            from tempfile import TemporaryFile

            self._file = TemporaryFile()  # noqa: SIM115  (it is closed with the spool)
        self._file.seek(0, 2)
        self._file.writelines(part for one in self._pieces for part in (len(one).to_bytes(_LENGTH, "big"), one))
        self._pieces, self._size = [], 0

    def __iter__(self) -> Iterator[bytes]:
        """Yield all pieces in order; none may be added meanwhile."""
        if self._file is not None:
            self._put_aside()
            self._file.seek(0)
            while length := self._file.read(_LENGTH):
                yield self._file.read(int.from_bytes(length, "big"))
        yield from self._pieces

    def close(self) -> None:
        """Throw everything away."""
        self._pieces = []
        if self._file is not None:
            self._file.close()


class Aside(Generic[T]):
    """Values made of numbers, texts, bytes, ``None``, lists and dicts, put aside as their bytes are."""

    def __init__(self, values: Iterable[Any], read: Callable[[Any], T]) -> None:
        """Put aside ``values``; ``read`` makes one of what comes back, in which a tuple is a list."""
        from msgspec import msgpack

        self._read, self._decode = read, msgpack.decode
        self._spool = Spool()
        for value in values:
            self._spool.add(msgpack.encode(value))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._spool)

    def __iter__(self) -> Iterator[T]:
        """Yield all values in order."""
        return (self._read(self._decode(piece)) for piece in self._spool)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Throw everything away."""
        self._spool.close()
