"""The lines of a batch: numbered, within bounds, each with the id that its command has if it names none."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.identity import custom_uuid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

LONGEST: Final = 4 * 2**20
"""How many bytes a line has at most: 4 MiB."""

_BEGINNING: Final = b"longcase batch 1\n"
_MARK: Final = b"\xef\xbb\xbf"
"""The byte order mark that some programs put before UTF-8."""


class BatchLine(NamedTuple):
    """A line that is not blank: its number in the file, from 1, its content, and an id for its command.

    ``content`` is ``None`` of a line that is too long, which was passed over.
    """

    number: int
    content: bytes | None
    command_id: bytes


def lines_of(source: BinaryIO) -> Iterator[BatchLine]:
    """Yield the lines of a batch as they come, but for blank ones; what lies around a line does not count.

    The ids are UUIDs of version 8 (RFC 9562) made of SHA-256 over all that was not blank up to the end of the
    line: the same beginning of a file has the same ids, and equal lines of one file have different ones.
    """
    digest = sha256(_BEGINNING)
    number = 0
    while content := source.readline(LONGEST + 1):
        number += 1
        if number == 1:
            content = content.removeprefix(_MARK)
        whole = content.endswith(b"\n") or len(content) <= LONGEST
        content = content.strip() if whole else content
        if content:
            digest.update(content)
            while not whole:
                rest = source.readline(LONGEST)
                digest.update(rest)
                whole = not rest or rest.endswith(b"\n")
                content = b""
            digest.update(b"\n")
            yield BatchLine(number, content or None, custom_uuid(digest.digest()))
