"""Signed checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature): read, and signatures checked."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, NamedTuple

from longcase_verify.keys import ML_DSA, PLAIN, PublicKey, is_name, signed_by
from longcase_verify.problems import NotInForm, NotProved
from longcase_verify.texts import LARGEST_NUMBER, base64_any, hashes, number, utf8
from longcase_verify.tree import EMPTY

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST = 1_000_000
"""How many bytes a note has at most."""
MOST_LINES = 100
"""How many signatures a note has at most."""


class SignedLine(NamedTuple):
    """A signature line: the name of a key, its id, the signature; whether its base64 is in its one form."""

    name: str
    key_id: bytes
    signature: bytes
    one_form: bool

    def __str__(self) -> str:
        """Return the name and the id, by which people tell keys."""
        return f"{self.name}+{self.key_id.hex()}"


class SignedHead(NamedTuple):
    """What a checkpoint says: which log, how many entries, which root. Nothing is known of its signatures."""

    origin: str
    size: int
    root: bytes
    text: str
    lines: tuple[SignedLine, ...]


class Signatures(NamedTuple):
    """Which known keys signed a checkpoint, each with the time that it gives in seconds since 1970, or 0."""

    times: dict[PublicKey, int]
    unknown: list[SignedLine]


def read_note(data: bytes) -> tuple[str, tuple[SignedLine, ...]]:
    """Return the text and the signature lines of a note. Raises ``NotInForm``."""
    if len(data) > LARGEST:
        raise NotInForm("a signed note is too long")
    text, parting, rest = utf8(data).rpartition("\n\n")
    lines = rest.split("\n")
    if not parting or lines.pop() or not 0 < len(lines) <= MOST_LINES:
        raise NotInForm("a signed note is a text, an empty line, and 1 to 100 signature lines")
    return text + "\n", tuple(map(_line, lines))


def _line(line: str) -> SignedLine:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    data = base64_any(encoded)
    if dash != "\N{EM DASH}" or not is_name(name) or len(data) <= 4:  # noqa: PLR2004  (the key's id, and more)
        raise NotInForm("a signature line is a dash, a name and base64")
    return SignedLine(name, data[:4], data[4:], b64encode(data).decode() == encoded)


def read_head(data: bytes) -> SignedHead:
    """Read a signed checkpoint, without judging its signatures. Raises ``NotInForm``."""
    text, lines = read_note(data)
    rows = text.split("\n")
    if len(rows) < 4 or rows.pop() or not all(rows):  # noqa: PLR2004  (three lines, and what is after the last)
        raise NotInForm("a checkpoint has at least three lines: the log, how many entries, the root")
    size, (root,) = number(rows[1]), hashes([rows[2]])
    if not size and root != EMPTY:
        raise NotInForm("a checkpoint of no entries has the root of something")
    return SignedHead(rows[0], size, root, text, lines)


def check_lines(text: str, lines: Iterable[SignedLine], keys: Iterable[PublicKey]) -> Signatures:
    """Check each line that is by a known key; other lines say nothing.

    Raises ``NotProved`` if one of them fails: then nothing in the note is believed.
    """
    known: dict[tuple[str, bytes], list[PublicKey]] = {}
    for key in keys:
        known.setdefault((key.name, key.key_id), []).append(key)
    found = Signatures({}, [])
    for line in lines:
        match known.get((line.name, line.key_id), []):
            case []:
                found.unknown.append(line)
            case [key] if line.one_form and _holds(key, line.signature, text):
                found.times.setdefault(key, 0 if key.kind == PLAIN else int.from_bytes(line.signature[:8]))
            case _:
                raise NotProved(f"the signature of the known key {line} does not fit the text")
    return found


def _holds(key: PublicKey, signature: bytes, text: str) -> bool:
    if key.kind == PLAIN:
        return signed_by(key, signature, text.encode())
    time = int.from_bytes(signature[:8])
    message = _timed_message(key, text, time)
    return time <= LARGEST_NUMBER and message is not None and signed_by(key, signature[8:], message)


def _timed_message(key: PublicKey, text: str, time: int) -> bytes | None:
    """Return what is signed by types 0x04 and 0x06, or nothing if the text is no checkpoint."""
    rows = text.split("\n")
    try:
        size, (root,) = number(rows[1]), hashes([rows[2]])
    except (IndexError, NotInForm):
        return None
    if not all(rows[:-1]) or rows[-1]:
        return None
    if key.kind != ML_DSA:
        return f"cosignature/v1\ntime {time}\n{text}".encode()
    name, origin = key.name.encode(), rows[0].encode()
    if max(len(name), len(origin)) > 255:  # noqa: PLR2004  (one byte says how long each is)
        return None
    named = b"subtree/v1\n\0" + bytes([len(name)]) + name + time.to_bytes(8) + bytes([len(origin)]) + origin
    return named + bytes(8) + size.to_bytes(8) + root
