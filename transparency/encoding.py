"""What all the formats have in common: hashes in base64, decimal numbers, and lines that end in LF.

Each text has one form: a reader that also took another would let two readers disagree over the same bytes.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

from transparency.errors import MalformedText

HASH_BYTES = 32
"""How long a SHA-256 hash is."""

LARGEST_SIZE = 2**63 - 1
"""How many leaves a tree has at most, and the latest time of a cosignature in seconds since 1970."""

MOST_HASHES = 63
"""How many hashes a proof has at most (C2SP tlog-witness): enough for any tree of up to 2**62 leaves."""

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def to_base64(data: bytes) -> str:
    """Return the one base64 form of some bytes (RFC 4648, section 4)."""
    return b64encode(data).decode("ascii")


def from_base64_loosely(text: str) -> bytes:
    """Read base64 whose last, unused bits may be set, as most readers do. Raises ``MalformedText``."""
    if not _BASE64.fullmatch(text):
        raise MalformedText("this is no base64")
    return b64decode(text)


def from_base64(text: str) -> bytes:
    """Read base64 in its one form. Raises ``MalformedText``."""
    data = from_base64_loosely(text)
    if to_base64(data) != text:
        raise MalformedText("this base64 has bits set that stand for nothing")
    return data


def from_base64_hash(text: str) -> bytes:
    """Read one hash in base64. Raises ``MalformedText``."""
    data = from_base64(text)
    if len(data) != HASH_BYTES:
        raise MalformedText(f"a hash has {HASH_BYTES} bytes, and this has {len(data)}")
    return data


def from_base64_hashes(lines: list[str]) -> tuple[bytes, ...]:
    """Read the hashes of a proof, one a line. Raises ``MalformedText``."""
    if len(lines) > MOST_HASHES:
        raise MalformedText(f"a proof has {MOST_HASHES} hashes at most, and this has {len(lines)}")
    return tuple(map(from_base64_hash, lines))


def from_decimal(text: str) -> int:
    """Read a number from 0 to ``LARGEST_SIZE``, without a sign or leading zeroes. Raises ``MalformedText``."""
    if not _DECIMAL.fullmatch(text) or int(text) > LARGEST_SIZE:
        raise MalformedText("this is no number from 0 to 9223372036854775807 without leading zeroes")
    return int(text)


def after(prefix: str, line: str) -> str:
    """Return what stands in a line after a word and a space. Raises ``MalformedText``."""
    if not line.startswith(f"{prefix} "):
        raise MalformedText(f"a line that begins with {prefix!r} is missing")
    return line.removeprefix(f"{prefix} ")


def head_and_rest(data: bytes) -> tuple[list[str], bytes]:
    """Return the lines of ASCII before the first empty line, and all bytes after it. Raises ``MalformedText``."""
    head, empty, rest = data.partition(b"\n\n")
    if not empty or not head.isascii():
        raise MalformedText("lines of ASCII and then an empty line are missing")
    return head.decode("ascii").split("\n"), rest


def from_utf8(data: bytes) -> str:
    """Read text without any control character but LF. Raises ``MalformedText``."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedText("this is no UTF-8") from error
    if _CONTROL.search(text):
        raise MalformedText("there are control characters in the text")
    return text
