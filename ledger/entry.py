"""A stored entry: a header that can be searched, a salt, the payload's bytes, and the leaf hash of them.

The leaf is the RFC 9162 leaf hash (SHA-256 over a zero byte and the text) of a text of fourteen lines: a first
line that names the format, one for each field of the header, one that commits to the payload by its HMAC under
the salt, and two that are kept for text that is sealed and for a signature. No field of the header holds a line
break, so two different entries never have the same text. The text gives nothing of the payload away: whoever is
shown it cannot try out what the payload may be without the salt. See docs/adr/0081.
"""

from __future__ import annotations

import os
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from hashlib import _Hash as Hash

FORMAT: Final = "longcase entry v2"

FORMAT_V1: Final = "longcase entry v1"
"""The format of the leaf that a store held up to version 2."""

SALT_BYTES: Final = 32
"""How many random bytes a salt has."""

LARGEST = 16 * 2**20
"""How many bytes a payload has at most, on every engine: 16 MiB."""

HEIGHT: Final = 8
"""Of the tree over the leaves every so many levels one is kept: the leaves, and a node for each 256 of them."""

TYPES = (int, bytes, int, str, int, str, str, int, int, bytes, bytes, bytes, bytes)
"""The types of a complete row's fields, as every engine gives them back if nothing is damaged."""

Row = tuple[int, bytes, int, str, int, str, str, int, int, bytes, bytes, bytes, bytes]


class StoredEntry(NamedTuple):
    """One row of the ledger, usable wherever eventsourcing takes a ``StoredEvent`` or a ``Notification``.

    ``occurred_at`` and ``recorded_at`` are microseconds since 1970 UTC. Before it is stored an entry has
    position 0, no leaf and no salt; its ``occurred_at`` may be ``None``, which stands for the instant at which
    the ledger takes it.
    """

    position: int
    stream: bytes
    version: int
    topic: str
    schema: int
    actor: str
    role: str
    occurred_at: int | None
    recorded_at: int
    command_id: bytes
    leaf: bytes
    salt: bytes
    payload: bytes

    @property
    def id(self) -> int:
        """The position, as eventsourcing names it in a notification."""
        return self.position

    @property
    def originator_id(self) -> UUID:
        """The stream, as eventsourcing names it."""
        return UUID(bytes=self.stream)

    @property
    def originator_version(self) -> int:
        """The version, as eventsourcing names it."""
        return self.version

    @property
    def state(self) -> bytes:
        """The payload, as eventsourcing names it."""
        return self.payload


of_row: Final[Callable[[Iterable[Any]], StoredEntry]] = partial(tuple.__new__, StoredEntry)
"""Returns the entry of a row with all its columns in their order: ``_make`` at half the cost, for the many."""


@cache
def _sha256() -> Callable[[bytes], Hash]:
    from hashlib import sha256  # (whoever reads needs no hash, and OpenSSL takes milliseconds to load)

    return sha256


_INNER: Final = bytes(one ^ 0x36 for one in range(256))
_OUTER: Final = bytes(one ^ 0x5C for one in range(256))
_BLOCK: Final = 64


def commitment(salt: bytes, payload: bytes) -> bytes:
    """Return the HMAC-SHA256 of a payload under its salt (RFC 2104), which has ``SALT_BYTES``.

    It is two hashes, and half the time of the same from the standard library, whose set-up costs more.
    """
    key = salt.ljust(_BLOCK, b"\0")
    sha256 = _sha256()
    return sha256(key.translate(_OUTER) + sha256(key.translate(_INNER) + payload).digest()).digest()


def leaf_text(row: Row) -> bytes:
    """Return the text of which the leaf is the hash; the leaf that the row carries plays no part."""
    position, stream, version, topic, schema, actor, role, occurred_at, recorded_at, command, _, salt, payload = (
        row
    )
    return (
        f"{FORMAT}\n{position}\n{stream.hex()}\n{version}\n{topic}\n{schema}\n{actor}\n{role}\n{occurred_at}\n"
        f"{recorded_at}\n{command.hex()}\npayload {commitment(salt, payload).hex()} {len(payload)}\n"
        "sealed\nsignature\n"
    ).encode()


def leaf_hash(row: Row) -> bytes:
    """Return the leaf hash of a complete row."""
    return _sha256()(b"\0" + leaf_text(row)).digest()


def leaf_hash_v1(row: Row) -> bytes:
    """Return the leaf hash that stores held up to version 2, for figures that were noted down then.

    It is over the header and the payload itself. Neither the leaf nor the salt that the row carries plays a part.
    """
    position, stream, version, topic, schema, actor, role, occurred_at, recorded_at, command, _, _, payload = row
    header = (
        f"\0{FORMAT_V1}\n{position}\n{stream.hex()}\n{version}\n{topic}\n{schema}\n{actor}\n{role}\n"
        f"{occurred_at}\n{recorded_at}\n{command.hex()}\n\n"
    )
    return _sha256()(header.encode() + payload).digest()


def salts(count: int) -> list[bytes]:
    """Return fresh salts, drawn together: asking the system once for each costs more than all else about them."""
    drawn = os.urandom(SALT_BYTES * count)
    return [drawn[start : start + SALT_BYTES] for start in range(0, len(drawn), SALT_BYTES)]


def salted(row: Row, salt: bytes) -> Row:
    """Return a complete row with another salt, and the leaf that belongs to it."""
    return (*row[:10], leaf_hash((*row[:10], b"", salt, row[12])), salt, row[12])


def placed(entries: Sequence[StoredEntry], position: int, recorded_at: int) -> Iterator[Row]:
    """Yield the complete rows of entries that take the positions after ``position`` at ``recorded_at``.

    Each gets a salt of its own.
    """
    drawn = salts(len(entries))
    for at, (entry, salt) in enumerate(zip(entries, drawn, strict=True), position + 1):
        _, stream, version, topic, schema, actor, role, occurred_at, _, command, _, _, payload = entry
        if occurred_at is None:
            occurred_at = recorded_at
        head = (at, stream, version, topic, schema, actor, role, occurred_at, recorded_at, command)
        yield (*head, leaf_hash((*head, b"", salt, payload)), salt, payload)
