"""Identifiers: streams from references, command ids from text, and what an identifier may look like."""

from __future__ import annotations

from hashlib import sha1, sha256
from uuid import UUID

from domain.errors import Refused

NAMESPACE = UUID("6d1f3c1e-6f0b-5d1c-9c83-2f6d5c0a7e11")
"""The UUID namespace of Longcase. It never changes: every stream id rests on it."""

_NAMESPACE_BYTES = NAMESPACE.bytes

LONGEST = 200


def identifier(text: str, what: str) -> str:
    """Return ``text`` with its outer white space gone, fit to be an identifier.

    Raises ``Refused`` if it is empty, longer than 200 characters or holds a character that cannot be seen.
    """
    name = text.strip()
    if not name:
        raise Refused(f"{what} is empty")
    if len(name) > LONGEST:
        raise Refused(f"{what} is longer than {LONGEST} characters")
    if not name.isprintable():
        raise Refused(f"{what} holds a control or invisible character: {name!r}")
    return name


def comparable(name: str) -> str:
    """Return the form in which names are compared: spacing and capitals do not count."""
    return "".join(name.split()).casefold()


def same_name(one: str | None, other: str | None) -> bool:
    """Say whether two identifiers name one person, team or round, whatever their case and spacing."""
    return one is not None and other is not None and comparable(one) == comparable(other)


def stream_of(kind: str, name: str) -> bytes:
    """Return the 16 bytes of a stream's UUIDv5: no look-up, and no two aggregates of one kind and name."""
    digest = bytearray(sha1(_NAMESPACE_BYTES + f"{kind}:{name}".encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    return bytes(digest)


def case_stream(reference: str) -> bytes:
    """Return the stream of the case with this reference."""
    return stream_of("case", reference)


def officer_stream(name: str) -> bytes:
    """Return the stream of an officer; spelling in other letters or spacing names the same officer."""
    return stream_of("officer", comparable(name))


def projection_stream(name: str) -> bytes:
    """Return the stream of what was decided about a projection."""
    return stream_of("projection", name)


def rulebook_stream() -> bytes:
    """Return the stream in which a force adopts one version of the rulebook after the other."""
    return stream_of("rulebook", "standards")


def command_id(text: str) -> bytes:
    """Return the 16 bytes of a command's id: of the UUID that ``text`` is, else of one made from the text."""
    try:
        return UUID(text).bytes
    except ValueError:
        return stream_of("command", text)


def import_prefix(source: str, case: str) -> bytes:
    """Return what the ids of all entries imported for one case of one source begin with (12 bytes)."""
    return sha256(f"import\n{source}\n{case}".encode()).digest()[:12]


def import_id(prefix: bytes, place: int) -> bytes:
    """Return the command id of the entry at ``place`` (from -1, the report made up for a case) of its case."""
    return prefix + (place + 1).to_bytes(4, "big")
