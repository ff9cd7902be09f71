"""ZIP files, read strictly and without extracting anything: a bundle comes from whom the auditor does not trust.

What is taken is the plain form that every program writes: members one after the other from the first byte to the
directory at the end, stored or deflated, not encrypted, with their sizes before them. Everything else, gaps,
overlaps, other bytes before or after, two names alike, names that point elsewhere, is refused.
"""

from __future__ import annotations

import struct
import unicodedata
import zlib
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

from longcase_verify.findings import FindingPlace
from longcase_verify.problems import CutShort, NotInForm, NotReadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from longcase_verify.findings import AuditFindings

MOST_MEMBERS = 200_000
LONGEST_NAME = 300
LARGEST_MEMBER = 4 * 2**30
LARGEST_TOTAL = 64 * 2**30
MOST_RATIO = 100
"""How many times its packed size a member may have, above 64 KiB: text of entries has 5, a bomb 1,000."""
ALWAYS_ALLOWED = 65_536
CHUNK = 2**20

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ALL_ONES = 0xFFFFFFFF
_FLAGS = 0x0806
"""UTF-8 names, and how hard it was packed."""
_UTF8 = 0x0800
_STORED, _DEFLATED = 0, 8
_NEWEST = 45
"""The version of the format that is needed to read sizes with more than 32 bits."""


class ArchiveMember(NamedTuple):
    """A file in the archive: where its header begins, how long it is packed and unpacked, its checksum."""

    at: int
    packed: int
    size: int
    crc: int
    method: int


class BundleParts(Protocol):
    """Gives the files by their names."""

    def names(self) -> AbstractSet[str]:
        """Return the names of all files."""
        ...

    def read(self, name: str, most: int) -> bytes:
        """Return a file of at most so many bytes. Raises ``NotInForm``, and ``KeyError`` if there is none."""
        ...

    def lines(self, name: str, longest: int) -> Iterator[bytes]:
        """Yield the lines of a file without their ends. Raises ``NotInForm``."""
        ...


class BundleArchive:
    """The members of a ZIP file by their names; each is unpacked as it is read, and never longer than it says."""

    def __init__(self, file: BinaryIO) -> None:
        """Read the directory of an open file. Raises ``NotInForm``, ``CutShort`` and ``NotReadable``."""
        self._file = file
        self._length = file.seek(0, 2)
        if self._bytes(0, min(4, self._length)) != b"PK\x03\x04":
            raise NotReadable("this is no ZIP file: a bundle is one")
        self.members: dict[str, ArchiveMember] = {}
        end = self._read_directory(*self._directory())
        self._check_places(end)

    def names(self) -> AbstractSet[str]:
        """Return the names of all members."""
        return self.members.keys()

    def read(self, name: str, most: int) -> bytes:
        """Return a member of at most so many bytes. Raises ``NotInForm``, and ``KeyError`` if there is none."""
        if self.members[name].size > most:
            raise NotInForm(f"{name} is larger than it can be")
        return b"".join(self._chunks(name))

    def lines(self, name: str, longest: int) -> Iterator[bytes]:
        """Yield the lines of a member without their ends. Raises ``NotInForm``."""
        rest = b""
        for chunk in self._chunks(name):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if len(rest) > longest:
                raise NotInForm(f"{name} has a line that is longer than it can be")
        if rest:
            raise NotInForm(f"the last line of {name} has no end")

    def _chunks(self, name: str) -> Iterator[bytes]:
        """Unpack a member piece by piece, never more than it says, and check it against its checksum."""
        member = self.members[name]
        at, left, size, crc, packed = self._content_at(name, member), member.packed, 0, 0, b""
        unpack = zlib.decompressobj(-15) if member.method == _DEFLATED else None
        while True:
            if not packed and left:
                packed = self._bytes(at, min(left, CHUNK))
                at, left = at + len(packed), left - len(packed)
            chunk = _unpacked(name, unpack, packed)
            packed = unpack.unconsumed_tail if unpack else b""
            size, crc = size + len(chunk), zlib.crc32(chunk, crc)
            if size > member.size:
                break
            yield chunk
            if (unpack and unpack.eof) or not (chunk or packed or left):
                break
        whole = not left and (unpack is None or (unpack.eof and not unpack.unused_data))
        if not whole or (size, crc) != (member.size, member.crc):
            raise NotInForm(f"{name} was damaged or changed in the ZIP file: its checksum or size is wrong")

    def _bytes(self, at: int, count: int) -> bytes:
        self._file.seek(at)
        found = self._file.read(count)
        if len(found) != count:
            raise CutShort("the ZIP file ends before its end")
        return found

    def _directory(self) -> tuple[int, int, int]:
        """Return how many members there are, and where the directory begins and ends."""
        at = self._length - _END.size
        if at < 0 or self._bytes(at, 4) != b"PK\x05\x06":
            raise CutShort("the ZIP file does not end as one: its end is missing, or something was put after it")
        _, disk, first, here, count, length, start, comment = _END.unpack(self._bytes(at, _END.size))
        if (disk, first, comment) != (0, 0, 0) or here != count:
            raise NotInForm("the ZIP file is one of several, or has a comment")
        if count == 0xFFFF or _ALL_ONES in (length, start):  # noqa: PLR2004  (all ones: see the larger record)
            at, count, length, start = self._directory_64(at)
        if start + length != at:
            raise NotInForm("the directory of the ZIP file is not where it must be")
        return count, start, at

    def _directory_64(self, end: int) -> tuple[int, int, int, int]:
        at = end - _LOCATOR.size - _END_64.size
        if at < 0:
            raise NotInForm("the end of the ZIP file is not in its form")
        magic, disk, where, disks = _LOCATOR.unpack(self._bytes(end - _LOCATOR.size, _LOCATOR.size))
        sign, rest, *_, one, other, here, count, length, start = _END_64.unpack(self._bytes(at, _END_64.size))
        expected = (b"PK\x06\x07", 0, at, 1, b"PK\x06\x06", _END_64.size - 12, 0, 0, count)
        if (magic, disk, where, disks, sign, rest, one, other, here) != expected:
            raise NotInForm("the end of the ZIP file is not in its form")
        return at, count, length, start

    def _read_directory(self, count: int, start: int, end: int) -> int:
        if count > MOST_MEMBERS or end - start > MOST_MEMBERS * (_CENTRAL.size + LONGEST_NAME):
            raise NotInForm(f"the ZIP file has more than {MOST_MEMBERS} members, or too long names")
        at, folded = start, set[bytes]()
        for _ in range(count):
            at = self._read_member(at, end, folded)
        if at != end:
            raise NotInForm("the directory of the ZIP file holds more than its members")
        return start

    def _read_member(self, at: int, end: int, folded: set[bytes]) -> int:
        if at + _CENTRAL.size > end:
            raise NotInForm("the directory of the ZIP file is shorter than it says")
        fields = _CENTRAL.unpack(self._bytes(at, _CENTRAL.size))
        magic, _, needed, flags, method, _, _, crc, packed, size, named, more, comment, disk, _, _, where = fields
        if magic != b"PK\x01\x02" or named > LONGEST_NAME or comment or disk:
            raise NotInForm("the directory of the ZIP file is not in its form")
        tail = self._bytes(at + _CENTRAL.size, named + more)
        name = _checked_name(tail[:named], folded)
        if not (name.isascii() or flags & _UTF8):
            raise NotInForm("a name in the ZIP file does not say how it is written")
        size, packed, where = _large(tail[named:], size, packed, where)
        if flags & ~_FLAGS or method not in (_STORED, _DEFLATED) or needed > _NEWEST:
            raise NotInForm(f"{name} is encrypted, or packed in a way that bundles are not")
        _check_sizes(name, size, packed, stored=method == _STORED)
        self.members[name] = ArchiveMember(where, packed, size, crc, method)
        return at + int(_CENTRAL.size + named + more)

    def _content_at(self, name: str, member: ArchiveMember) -> int:
        """Return where a member's bytes begin; refuse a header that says something else than the directory."""
        fields = _LOCAL.unpack(self._bytes(member.at, _LOCAL.size))
        magic, _, flags, method, _, _, crc, packed, size, named, more = fields
        tail = self._bytes(member.at + _LOCAL.size, named + more)
        size, packed, _ = _large(tail[named:], size, packed, 0)
        said = (magic, flags & ~_FLAGS, method, crc, packed, size, tail[:named])
        if said != (b"PK\x03\x04", 0, member.method, member.crc, member.packed, member.size, name.encode()):
            raise NotInForm(f"{name} has two descriptions in the ZIP file, which do not agree")
        return member.at + int(_LOCAL.size + named + more)

    def _check_places(self, end: int) -> None:
        """Refuse gaps and overlaps: each member begins where the one before ends."""
        at, total = 0, 0
        for name, member in sorted(self.members.items(), key=lambda one: one[1].at):
            if member.at != at:
                raise NotInForm("members of the ZIP file overlap, or something lies between them")
            at = self._content_at(name, member) + member.packed
            total += member.size
        if at != end:
            raise NotInForm("something lies in the ZIP file after its last member")
        if total > LARGEST_TOTAL:
            raise NotInForm("the ZIP file unpacks to more than 64 GiB")


def _unpacked(name: str, unpack: zlib._Decompress | None, packed: bytes) -> bytes:
    try:
        return unpack.decompress(packed, CHUNK) if unpack else packed
    except zlib.error as error:
        raise NotInForm(f"{name} was damaged or changed in the ZIP file") from error


def _large(extra: bytes, size: int, packed: int, where: int) -> tuple[int, int, int]:
    """Return sizes and place, which stand in a field of their own where they have more than 32 bits."""
    values = [size, packed, where]
    for index, value in enumerate(values):
        if value == _ALL_ONES:
            if extra[:2] != b"\x01\x00" or len(extra) < 12:  # noqa: PLR2004  (two words and a number of 8 bytes)
                raise NotInForm("a size in the ZIP file is not in its form")
            values[index] = int.from_bytes(extra[4:12], "little")
            extra = extra[:4] + extra[12:]
    return values[0], values[1], values[2]


def _check_sizes(name: str, size: int, packed: int, *, stored: bool) -> None:
    if size > LARGEST_MEMBER or size > max(ALWAYS_ALLOWED, MOST_RATIO * packed):
        raise NotInForm(f"{name} unpacks to more than it can: this is how ZIP bombs are made")
    if stored and size != packed:
        raise NotInForm(f"{name} is not as long as the ZIP file says")


def _checked_name(data: bytes, folded: set[bytes]) -> str:
    """Return the name of a member. Raises ``NotInForm`` if it means something else elsewhere, or is twice."""
    try:
        name = data.decode()
    except UnicodeDecodeError as error:
        raise NotInForm("a name in the ZIP file is no UTF-8") from error
    if not name.isprintable() or any(one in name for one in '\\:*?"<>|'):
        raise NotInForm("a name in the ZIP file holds characters that names of files have not")
    if any(part in ("", ".", "..") for part in name.split("/")):
        raise NotInForm("a name in the ZIP file points outside the bundle, or is that of a folder")
    # What a name is compared by can be many times as long as the name: its hash is kept.
    alike = sha256(unicodedata.normalize("NFKC", name).casefold().encode()).digest()
    if alike in folded:
        raise NotInForm("two names in the ZIP file are the same, or look it")
    folded.add(alike)
    return name


def part(parts: BundleParts, name: str, most: int, findings: AuditFindings) -> bytes | None:
    """Return a file that must be there; note it if it is not, or cannot be read."""
    try:
        return parts.read(name, most)
    except KeyError:
        findings.incomplete("missing-file", "This file is missing.", FindingPlace(file=name))
    except NotInForm as error:
        findings.tampered("damaged-file", f"This file is not as it was made: {error}.", FindingPlace(file=name))
    return None
