"""A logical archive of a ledger: the same whatever engine the ledger is on, and read by any of them.

JSON Lines in UTF-8. The first line says what it is::

    {
        "longcase_archive": 2,
        "longcase": "0.1.0",
        "made_at": 1463734800000000,
        "position": 2,
        "settings": {"id": "...", "zone": "Europe/London"},
    }

Then comes one line for each entry, from position 1 on, with every field of its header and its payload::

    {
        "position": 1,
        "stream": "(32 hexadecimal digits)",
        "version": 1,
        "topic": "case.reported",
        "schema": 1,
        "actor": "PS 0088",
        "role": "",
        "occurred_at": 1463734800000000,
        "recorded_at": 1463734800000000,
        "command_id": "(32 digits)",
        "leaf_v2": "(64 digits)",
        "salt": "(64 digits)",
        "payload": "(base64)",
    }

Instants are microseconds since 1970 UTC, as the leaf has them. The last line makes it whole::

    {"count": 2, "position": 2, "leaves_v2": "(64 digits)", "sha256": "(64 digits)"}

``leaves_v2`` is the SHA-256 over the leaves of all entries in order, the same for every archive of the same
entries; ``sha256`` is that of every byte before the last line. An archive that was cut off or edited is
refused. Whoever can write the file can work both out anew: the last position and its leaf, noted down
elsewhere, show that.

Archives of the first shape are read too. Their entries have no salt, ``leaf`` is the leaf v1, and so is that of
``leaves``.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, NamedTuple

import msgspec

from ledger.entry import LARGEST, StoredEntry
from ledger.integrity.settings import digest_of
from ledger.integrity.tally import Damaged, Held, Tally, in_order
from ledger.schema import longcase_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.reader import LedgerReader

FORMAT: Final = 2
"""Which shape of archive this version writes; it reads those before too."""

UNSALTED: Final = 1
"""The shape in which entries have no salt."""

LONGEST: Final = 4 * LARGEST
"""How many bytes a line has at most; a payload of the largest size takes a third of that."""

_GZIP: Final = b"\x1f\x8b"
_UNREADABLE: Final = (msgspec.DecodeError, ValueError)
"""What decoding raises: the second is of bytes that are no text, or no digits."""


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line; ``made_at`` in microseconds since 1970 UTC, ``position`` that of the last entry."""

    longcase_archive: Annotated[int, msgspec.Meta(ge=UNSALTED)]
    longcase: str
    made_at: int
    position: Annotated[int, msgspec.Meta(ge=0)]
    settings: dict[str, str]


class _Header(msgspec.Struct, frozen=True):
    position: int
    stream: str
    version: int
    topic: str
    schema: int
    actor: str
    role: str
    occurred_at: int
    recorded_at: int
    command_id: str


class ArchiveLine(_Header, frozen=True, forbid_unknown_fields=True):
    """An entry; the payload is base64, other bytes are hexadecimal."""

    leaf_v2: str
    salt: str
    payload: bytes


class UnsaltedLine(_Header, frozen=True, forbid_unknown_fields=True):
    """An entry in the first shape."""

    leaf: str
    payload: bytes


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last line."""

    count: int
    position: int
    leaves_v2: str
    sha256: str


class UnsaltedEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last line in the first shape."""

    count: int
    position: int
    leaves: str
    sha256: str


_Line = ArchiveLine | UnsaltedLine
_End = End | UnsaltedEnd


class _Any(msgspec.Struct, frozen=True):
    """The first line of whatever shape of archive."""

    longcase_archive: int
    longcase: str = "unknown"


class Source(NamedTuple):
    """What can be restored: the settings of the store that it came from, how many entries, and the entries.

    Those that are ``unsalted`` have an empty salt, and the leaf v1.
    The entries can be gone through once; that raises ``Damaged`` where they cannot be read, and at their end
    if anything shows that they are not as they were written. Whether each is sound is for the taker to see.
    """

    settings: dict[str, str]
    position: int
    entries: Iterator[StoredEntry]
    unsalted: bool = False


def write(ledger: LedgerReader, out: BinaryIO, advance: Callable[[int], None] = lambda _: None) -> Held:
    """Write an archive of ``ledger`` as it stands now to ``out``, and return what it holds.

    Of a store from before entries had salts it is one of the first shape.
    Others may record meanwhile: what they record is not in it. ``advance`` is called with numbers of entries.
    Raises ``Damaged`` for the first entry that is not as it was recorded.
    """
    position = ledger.head()[0]
    tally, written = Tally(unsalted=ledger.unsalted), sha256()
    shape, line, end = (UNSALTED, _unsalted, UnsaltedEnd) if ledger.unsalted else (FORMAT, _line, End)

    def put(line: msgspec.Struct) -> None:
        encoded = encode(line) + b"\n"
        if len(encoded) >= LONGEST:
            raise Damaged(f"entry {tally.count:,}: it is too large for an archive")
        written.update(encoded)
        out.write(encoded)

    encode = msgspec.json.Encoder().encode
    settings = ledger.settings()
    put(Head(shape, longcase_version(), ledger.clock(), position, settings))
    for entry in in_order(ledger, position):
        put(line(tally.take(entry)))
        advance(1)
    held = tally.end(position)
    put(end(position, position, held.leaves_v2 or held.leaves, written.hexdigest()))
    return held._replace(settings=digest_of(settings))


def _line(entry: StoredEntry) -> ArchiveLine:
    return ArchiveLine(*_header(entry), entry.leaf.hex(), entry.salt.hex(), entry.payload)


def _unsalted(entry: StoredEntry) -> UnsaltedLine:
    return UnsaltedLine(*_header(entry), entry.leaf.hex(), entry.payload)


def _header(entry: StoredEntry) -> tuple[int, str, int, str, int, str, str, int, int, str]:
    at = entry.recorded_at if entry.occurred_at is None else entry.occurred_at
    return (entry.position, entry.stream.hex(), *entry[2:7], at, entry.recorded_at, entry.command_id.hex())


def read(stream: BinaryIO) -> Source:
    """Return what the archive in ``stream`` holds, its entries read as they are asked for.

    Raises ``Damaged`` if it is no archive, or one of a shape that this version does not know.
    """
    lines = _Lines(stream)
    head = _head(lines.next("it is empty"))
    unsalted = head.longcase_archive == UNSALTED
    entries = _entries(lines, head.position, *((UnsaltedLine, UnsaltedEnd) if unsalted else (ArchiveLine, End)))
    return Source(head.settings, head.position, entries, unsalted)


class _Lines:
    """The lines of an archive, counted, and hashed as they are read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.number = 0
        self._hash = sha256()
        self.hash_before = ""

    def next(self, otherwise: str) -> bytes:
        """Return the next line; raise ``Damaged``, saying ``otherwise``, if there is none that is whole."""
        line = self._stream.readline(LONGEST)
        self.number += 1
        if len(line) == LONGEST:
            raise Damaged(f"line {self.number:,} is longer than any that Longcase writes")
        if self.number == 1 and line.startswith(_GZIP):
            raise Damaged("it is packed with gzip, which is unpacked here only from a file")
        if not line.endswith(b"\n"):
            raise Damaged(otherwise)
        self.hash_before = self._hash.hexdigest()
        self._hash.update(line)
        return line

    def at_end(self) -> bool:
        """Say whether nothing follows."""
        return not self._stream.read(1)


def _head(line: bytes) -> Head:
    try:
        found = msgspec.json.decode(line, type=_Any)
        if found.longcase_archive > FORMAT:
            raise Damaged(
                f"its shape is a newer one, made by Longcase {found.longcase}: install that or a later one"
            )
        return msgspec.json.decode(line, type=Head)
    except _UNREADABLE as error:
        raise Damaged(f"it is no archive of Longcase: {error}") from error


def _entries(lines: _Lines, count: int, line_type: type[_Line], end_type: type[_End]) -> Iterator[StoredEntry]:
    leaves = sha256()
    decode: Callable[[bytes], _Line] = msgspec.json.Decoder(line_type).decode
    for number in range(1, count + 1):
        line = lines.next(f"it was cut off: {number - 1:,} of its {count:,} entries are whole")
        entry = _entry(decode, line, lines.number)
        leaves.update(entry.leaf)
        yield entry
    _check_end(lines, end_type, count, leaves.hexdigest())


def _entry(decode: Callable[[bytes], _Line], encoded: bytes, number: int) -> StoredEntry:
    try:
        line = decode(encoded)
        leaf, salt = (line.leaf_v2, line.salt) if isinstance(line, ArchiveLine) else (line.leaf, "")
        stream, *others = map(bytes.fromhex, (line.stream, line.command_id, leaf, salt))
    except _UNREADABLE as error:
        raise Damaged(f"line {number:,} is no entry: {error}") from error
    header = msgspec.structs.astuple(line)
    return StoredEntry._make((header[0], stream, *header[2:9], *others, line.payload))


def _check_end(lines: _Lines, end_type: type[_End], count: int, leaves: str) -> None:
    line = lines.next(f"it was cut off after its {count:,} entries: its last line is missing")
    try:
        end = msgspec.json.decode(line, type=end_type)
    except _UNREADABLE as error:
        raise Damaged(f"line {lines.number:,} is not its last line, and should be: {error}") from error
    whole = end_type(count, count, leaves, lines.hash_before)
    if end != whole:
        raise Damaged("it is not as it was written: its last line is that of another content")
    if line != msgspec.json.encode(whole) + b"\n":  # all others are in its sum; it is in none
        raise Damaged("it is not as it was written: its last line has another form")
    if not lines.at_end():
        raise Damaged("something follows its last line")
