"""An entry's leaf: fourteen lines that say everything of an entry but its content, to which they commit.

The content, the payload, is committed to by an HMAC under 32 random bytes, the salt, so that nobody can guess it
from the leaf; whoever is shown the payload is shown the salt too.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha1
from typing import NamedTuple

from longcase_verify.problems import NotInForm, NotProved

FORMAT = b"longcase entry v2"
LINES = 15
"""Fourteen lines that end in LF, and nothing after the last."""

STREAMS = bytes.fromhex("6d1f3c1e6f0b5d1c9c832f6d5c0a7e11")
"""The namespace of the UUIDv5 that a case's reference is made to."""

_NUMBERS = b"%d %d %d %d %d"
_PAYLOAD = re.compile(rb"payload [0-9a-f]{64} (0|[1-9][0-9]{0,8})")
_ID = 32
HEX = b"0123456789abcdef"


class EntryLeaf(NamedTuple):
    """The lines of a leaf after the first; the last two are for later, and hold nothing but their word."""

    position: bytes
    stream: bytes
    version: bytes
    topic: bytes
    schema: bytes
    actor: bytes
    role: bytes
    occurred_at: bytes
    recorded_at: bytes
    command: bytes
    payload: bytes
    sealed: bytes
    signature: bytes


def read_leaf(text: bytes) -> EntryLeaf:
    """Read a leaf in its one form. Raises ``NotInForm``."""
    lines = text.split(b"\n")
    if len(lines) != LINES or lines[0] != FORMAT or lines[14]:
        raise NotInForm("the entry's leaf has not the lines that it must have")
    leaf = EntryLeaf._make(lines[1:14])
    objection = _objection(leaf, text)
    if objection:
        raise NotInForm(f"the entry's leaf is not in its one form: {objection}")
    return leaf


def _objection(leaf: EntryLeaf, text: bytes) -> str | None:
    """Return what is wrong with a leaf. It is asked of every entry, and so takes the short way."""
    position, stream, version, _, schema, _, _, occurred, recorded, command, payload, sealed, signature = leaf
    try:
        text.decode()
        numbers = _NUMBERS % (int(position), int(version), int(schema), int(occurred), int(recorded))
    except ValueError:
        return "it is no UTF-8, or a number is none"
    if numbers != b"%b %b %b %b %b" % (position, version, schema, occurred, recorded):
        return "a number is not written in its one form"
    if len(stream) != _ID or len(command) != _ID or (stream + command).translate(None, HEX):
        return "its stream or command is not 32 hexadecimal digits"
    if sealed != b"sealed" or signature != b"signature":
        return "one of its last two lines is not the one word that it must be"
    if not _PAYLOAD.fullmatch(payload):
        return "the line of its payload is not the word, 64 hexadecimal digits and a length"
    return None


def check_payload(leaf: EntryLeaf, salt: bytes, payload: bytes) -> None:
    """Check that a payload is the one that a leaf commits to. Raises ``NotProved``."""
    digest = hmac.digest(salt, payload, "sha256").hex().encode()
    if leaf.payload != b"payload %b %d" % (digest, len(payload)):
        raise NotProved("the content, or the salt beside it, is not what the entry's leaf commits to")


def case_stream(reference: str) -> bytes:
    """Return the stream of the case with a reference, as a leaf has it: a UUIDv5 (RFC 9562, section 5.5)."""
    digest = bytearray(sha1(STREAMS + f"case:{reference}".encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    return digest.hex().encode()
