"""Files that prove one leaf without a connection (C2SP tlog-proof): its index, its path, and a checkpoint."""

from __future__ import annotations

from typing import NamedTuple

from transparency.encoding import after, from_base64, from_base64_hashes, from_decimal, head_and_rest, to_base64
from transparency.errors import MalformedText
from transparency.notes import LARGEST_NOTE

FIRST_LINE = "c2sp.org/tlog-proof@v1"
"""The line with which such a file begins."""

LARGEST_PROOF = 2 * LARGEST_NOTE
"""How many bytes such a file has at most, what is added to it included."""


class LoggedProof(NamedTuple):
    """The content of such a file; nothing of it is verified yet."""

    leaf_index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    """The signed checkpoint, as its log gave it."""
    extra: bytes | None = None
    """What an application added; no signature covers it."""

    def to_bytes(self) -> bytes:
        """Return the file."""
        extra = [] if self.extra is None else [f"extra {to_base64(self.extra)}"]
        lines = [FIRST_LINE, *extra, f"index {self.leaf_index}", *map(to_base64, self.hashes)]
        return "\n".join(lines).encode() + b"\n\n" + self.checkpoint


def parse_proof(data: bytes) -> LoggedProof:
    """Read such a file. Raises ``MalformedText``."""
    if len(data) > LARGEST_PROOF:
        raise MalformedText(f"a proof has {LARGEST_PROOF} bytes at most")
    (first, *lines), checkpoint = head_and_rest(data)
    if first != FIRST_LINE:
        raise MalformedText(f"a proof begins with the line {FIRST_LINE}")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = from_base64(after("extra", lines.pop(0)))
    if not lines or not checkpoint:
        raise MalformedText("a proof has the line of its index, and a checkpoint after an empty line")
    index = from_decimal(after("index", lines[0]))
    return LoggedProof(index, from_base64_hashes(lines[1:]), checkpoint, extra)
