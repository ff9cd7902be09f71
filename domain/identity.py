"""Identifiers: streams from references, command ids from text, and what an identifier may look like."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from domain.errors import Refused

try:  # whoever reads one case hashes its name alone, and loading OpenSSL for that costs milliseconds
    from _sha1 import sha1  # type: ignore[import-not-found]  # the standard library's own, without stubs
except ImportError:
    from hashlib import sha1

if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import _Hash as Hash

NAMESPACE = UUID("6d1f3c1e-6f0b-5d1c-9c83-2f6d5c0a7e11")
"""The UUID namespace of Longcase. It never changes: every stream id rests on it."""

_NAMESPACE_BYTES = NAMESPACE.bytes

LONGEST = 200

_PLACES = 20
"""How many bits of an imported entry's id are its place in its case: more than a case has events."""


def identifier(text: str, what: str) -> str:
    """Return ``text`` composed and with its outer white space gone, fit to be an identifier from now on.

    Raises ``Refused`` if it is empty, longer than 200 characters or holds a character that cannot be seen, a
    blank letter or a combining mark on nothing.
    """
    name = kept_identifier(text, what)
    if name.isascii():
        return name
    from domain.unseen import composed, objection  # (few names need it)

    _object(name, what, objection(name))
    return composed(name)


def kept_identifier(text: str, what: str) -> str:
    """Return ``text`` with its outer white space gone, as it may stand in what was recorded before.

    Raises ``Refused`` for what no version has taken: nothing, over 200 characters, a control character.
    """
    name = text.strip()
    if not name:
        raise Refused(f"{what} is empty")
    if len(name) > LONGEST:
        raise Refused(f"{what} is longer than {LONGEST} characters")
    if not name.isprintable():
        from domain.unseen import objection

        _object(name, what, objection(name))
    return name


def _object(name: str, what: str, why: str | None) -> None:
    if why is not None:
        raise Refused(f"{what} holds {why}: {name.encode('unicode_escape').decode()}")


def comparable(name: str) -> str:
    """Return the form in which names are compared: spacing, capitals and how accents are typed do not count."""
    if name.isascii():
        return folded(name)
    from domain.unseen import composed

    return composed(folded(composed(name)))


def folded(name: str) -> str:
    """Return a name without spacing and capitals, accents as they are typed: streams rest on this form."""
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
    """Return the stream of an officer; spelling in other letters or spacing names the same officer.

    Accents count as they are typed, as they always have: ``known`` finds a stream in either way.
    """
    return stream_of("officer", folded(name))


def known(stream: Callable[[str], bytes], name: str, recorded: Callable[[bytes], object]) -> bytes:
    """Return the stream of ``name`` in the first of its spellings in which something was recorded.

    If there is none, it is that of the composed spelling, in which something would be recorded.
    """
    if name.isascii():
        return stream(name)
    from domain.unseen import composed, spellings

    return next(filter(recorded, map(stream, spellings(name))), stream(composed(name)))


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


@cache
def _sha256() -> Callable[[bytes], Hash]:
    from hashlib import sha256  # (few commands need it; each case of an import does)

    return sha256


def hashed_command_id(text: str) -> bytes:
    """Return the 16 bytes of the id of a command that was named by a text, to the letter.

    They are a UUID of version 8 (RFC 9562) made of SHA-256 over the text in UTF-8, behind words that stand before
    no other thing that is hashed. It never changes: a command that is given again is known by it.
    """
    return custom_uuid(_sha256()(f"longcase command-id 1\n{text}".encode()).digest())


def custom_uuid(digest: bytes) -> bytes:
    """Return the first 16 bytes of a digest as a UUID of version 8 (RFC 9562)."""
    made = bytearray(digest[:16])
    made[6] = made[6] & 0x0F | 0x80
    made[8] = made[8] & 0x3F | 0x80
    return bytes(made)


def import_prefix(source: str, case: str) -> bytes:
    """Return what the ids of all entries imported for one case of one source begin with (12 bytes)."""
    return _sha256()(f"import\n{source}\n{case}".encode()).digest()[:12]


def import_id(prefix: bytes, place: int, generation: int = 0) -> bytes:
    """Return the command id of the entry at ``place`` (from -1, the report made up for a case) of its case.

    ``generation`` counts the entries that an import made before for another event at that place.
    """
    return prefix + ((generation << _PLACES) + place + 1).to_bytes(4, "big")


def import_place(own_id: bytes) -> int:
    """Return the place in its case that the command id of an imported entry was made from."""
    return int.from_bytes(own_id[12:], "big") % (1 << _PLACES) - 1


def amendment_prefix(target: bytes) -> bytes:
    """Return what the ids of all amendments begin with that imports make of the entry of command ``target``."""
    return _sha256()(b"import amends\n" + target).digest()[:12]


def amendment_id(target: bytes, number: int) -> bytes:
    """Return the command id of the amendment with this number, from 0, that imports make of an entry."""
    return amendment_prefix(target) + number.to_bytes(4, "big")
