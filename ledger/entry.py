"""A stored entry: a header that can be searched, the payload's bytes, and the leaf hash of both.

The leaf is the RFC 9162 leaf hash (SHA-256 over a zero byte and the entry) of this text: a first line that
names the format, one line for each field of the header, an empty line, then the payload as it is. No field
of the header holds a line break, so two different entries never have the same text.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from hashlib import _Hash as Hash

FORMAT = "longcase entry v1"

LARGEST = 16 * 2**20
"""How many bytes a payload has at most, on every engine: 16 MiB."""

TYPES = (int, bytes, int, str, int, str, str, int, int, bytes, bytes, bytes)
"""The types of a complete row's fields, as every engine gives them back if nothing is damaged."""

Row = tuple[int, bytes, int, str, int, str, str, int, int, bytes, bytes, bytes]


class StoredEntry(NamedTuple):
    """One row of the ledger, usable wherever eventsourcing takes a ``StoredEvent`` or a ``Notification``.

    ``occurred_at`` and ``recorded_at`` are microseconds since 1970 UTC. Before it is stored an entry has
    position 0; its ``occurred_at`` may be ``None``, which stands for the instant at which the ledger takes it.
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


def leaf_hash(row: Row) -> bytes:
    """Return the leaf hash of a complete row; the leaf that the row carries plays no part."""
    position, stream, version, topic, schema, actor, role, occurred_at, recorded_at, command, _, payload = row
    header = (
        f"\0{FORMAT}\n{position}\n{stream.hex()}\n{version}\n{topic}\n{schema}\n{actor}\n{role}\n"
        f"{occurred_at}\n{recorded_at}\n{command.hex()}\n\n"
    )
    return _sha256()(header.encode() + payload).digest()


def placed(entries: Iterable[StoredEntry], position: int, recorded_at: int) -> Iterator[Row]:
    """Yield the complete rows of entries that take the positions after ``position`` at ``recorded_at``."""
    for at, entry in enumerate(entries, position + 1):
        _, stream, version, topic, schema, actor, role, occurred_at, _, command, _, payload = entry
        if occurred_at is None:
            occurred_at = recorded_at
        head = (at, stream, version, topic, schema, actor, role, occurred_at, recorded_at, command)
        yield (*head, leaf_hash((*head, b"", payload)), payload)
