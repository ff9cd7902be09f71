"""Checkpoints (C2SP tlog-checkpoint): which log, how many leaves, which root, as the text of a note."""

from __future__ import annotations

from typing import NamedTuple

from transparency.encoding import HASH_BYTES, LARGEST_SIZE, from_base64_hash, from_decimal, from_utf8, to_base64
from transparency.errors import MalformedText
from transparency.tree import EMPTY_ROOT, TreeHead

LONGEST_ORIGIN = 255
"""How many bytes the origin of a log has at most, since a cosignature of type 0x06 counts them in one byte."""


class Checkpoint(NamedTuple):
    """What a log says of itself when it signs."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    """Further lines, which no cosignature of type 0x06 covers; Longcase writes none."""

    @property
    def head(self) -> TreeHead:
        """Return the size and the root."""
        return TreeHead(self.size, self.root)

    @property
    def text(self) -> str:
        """Return the text that is signed."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, to_base64(self.root), *self.extensions))


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a note as a checkpoint. Raises ``MalformedText``."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):  # noqa: PLR2004  (three lines, and what is after the last)
        raise MalformedText("a checkpoint has at least three lines, none of them empty")
    origin, size, root, *extensions = lines
    return Checkpoint(origin, from_decimal(size), from_base64_hash(root), tuple(extensions))


def new_checkpoint(origin: str, head: TreeHead) -> Checkpoint:
    """Return the checkpoint of a log to be signed. Raises ``MalformedText`` if no log can say this."""
    check_origin(origin)
    if not 0 <= head.size <= LARGEST_SIZE or len(head.root) != HASH_BYTES:
        raise MalformedText("a tree has a size from 0 to 9223372036854775807, and a root of 32 bytes")
    if not head.size and head.root != EMPTY_ROOT:
        raise MalformedText("the root of a tree without leaves is the hash of nothing")
    return Checkpoint(origin, *head)


def check_origin(origin: str) -> None:
    """Refuse what cannot be the origin of a log. Raises ``MalformedText``."""
    try:
        data = origin.encode()
    except UnicodeEncodeError as error:
        raise MalformedText("an origin is UTF-8") from error
    if not 0 < len(data) <= LONGEST_ORIGIN or "\n" in from_utf8(data):
        raise MalformedText(f"an origin is one line of 1 to {LONGEST_ORIGIN} bytes")
