"""Signed notes (C2SP signed-note): a text, an empty line, and a line for each signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from transparency.encoding import from_base64_loosely, from_utf8, to_base64
from transparency.errors import BadKey, MalformedText, NotVerified
from transparency.keys import ED25519, VerifierKey, is_key_name, verifier_key, verifies

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from transparency.keys import Signer

MOST_SIGNATURES = 100
"""How many signatures a note has at most; the specification asks for at least 16 to be taken."""

LARGEST_NOTE = 1_000_000
"""How many bytes a note has at most."""

_DASH = "\N{EM DASH} "
_KEY_ID_BYTES = 4


class SignatureLine(NamedTuple):
    """The name of a key, and the base64 of its id and signature, as they stand in a note."""

    name: str
    encoded: str

    @property
    def key_id(self) -> bytes:
        """Return which key of that name is said to have signed."""
        return from_base64_loosely(self.encoded)[:_KEY_ID_BYTES]

    @property
    def signature(self) -> bytes:
        """Return what the key is said to have made."""
        return from_base64_loosely(self.encoded)[_KEY_ID_BYTES:]

    @property
    def has_one_form(self) -> bool:
        """Say whether the base64 is in its one form; another reads as the same signature."""
        return to_base64(from_base64_loosely(self.encoded)) == self.encoded

    def __str__(self) -> str:
        """Return the line with its end."""
        return f"{_DASH}{self.name} {self.encoded}\n"


class Note(NamedTuple):
    """A note in its parts; nothing is known of its signatures yet."""

    text: str
    lines: tuple[SignatureLine, ...]

    def to_bytes(self) -> bytes:
        """Return the note as it is kept and sent."""
        return f"{self.text}\n{''.join(map(str, self.lines))}".encode()

    def with_lines(self, more: Iterable[SignatureLine]) -> Note:
        """Return the note with more signatures, none twice."""
        return Note(self.text, tuple(dict.fromkeys((*self.lines, *more))))


class Verifier(Protocol):
    """Knows what a key signs of a note."""

    @property
    def key(self) -> VerifierKey:
        """Return whose signatures these are."""
        ...

    def accepts(self, text: str, signature: bytes) -> bool:
        """Say whether this is the key's signature of the text."""
        ...


class TextVerifier(NamedTuple):
    """Verifies signatures of type 0x01, over the text as it is."""

    key: VerifierKey

    def accepts(self, text: str, signature: bytes) -> bool:
        """Say whether this is the key's signature of the text."""
        return verifies(self.key, signature, text.encode())


class OpenedNote(NamedTuple):
    """A note whose signatures by known keys all verify, and there is one at least."""

    note: Note
    verified: tuple[tuple[VerifierKey, SignatureLine], ...]
    """Each known key that signed, with its first line, in the order of the note."""
    unknown: tuple[SignatureLine, ...]
    """The lines of keys that are not known: they say nothing."""


def parse_note(data: bytes) -> Note:
    """Read the parts of a note. Raises ``MalformedText``."""
    if len(data) > LARGEST_NOTE:
        raise MalformedText(f"a note has {LARGEST_NOTE} bytes at most")
    text, empty, rest = from_utf8(data).rpartition("\n\n")
    if not empty:
        raise MalformedText("a note has an empty line before its signatures")
    return Note(f"{text}\n", parse_lines(rest))


def parse_lines(text: str) -> tuple[SignatureLine, ...]:
    """Read signature lines, as a note and a witness's answer have them. Raises ``MalformedText``."""
    if not text.endswith("\n"):
        raise MalformedText("signature lines are missing, or the last one does not end")
    lines = text.removesuffix("\n").split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise MalformedText(f"a note has {MOST_SIGNATURES} signatures at most, and this has {len(lines)}")
    return tuple(map(_line, lines))


def _line(line: str) -> SignatureLine:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not is_key_name(name):
        raise MalformedText("a signature line is an em dash, a key's name and base64, a space between each")
    if len(from_base64_loosely(encoded)) <= _KEY_ID_BYTES:
        raise MalformedText("a signature line holds four bytes of a key's id, and a signature after them")
    return SignatureLine(name, encoded)


def open_note(note: Note, verifiers: Iterable[Verifier]) -> OpenedNote:
    """Check every signature of a note that is by a known key; lines of other keys are passed over.

    Raises ``NotVerified`` if one of them fails, if none is there, or if a line could be of two known keys.
    """
    known: dict[tuple[str, bytes], list[Verifier]] = {}
    for verifier in verifiers:
        known.setdefault((verifier.key.name, verifier.key.key_id), []).append(verifier)
    verified: dict[VerifierKey, SignatureLine] = {}
    unknown = []
    for line in note.lines:
        if found := known.get((line.name, line.key_id)):
            verified.setdefault(_checked(note.text, line, found), line)
        else:
            unknown.append(line)
    if not verified:
        raise NotVerified("the note has no signature by a known key")
    return OpenedNote(note, tuple(verified.items()), tuple(unknown))


def _checked(text: str, line: SignatureLine, found: Sequence[Verifier]) -> VerifierKey:
    """Return the key of a line whose signature verifies. Raises ``NotVerified``."""
    if len(found) > 1:
        raise NotVerified(f"two known keys are named {line.name!a} and have the id {line.key_id.hex()}")
    if not line.has_one_form or not found[0].accepts(text, line.signature):
        raise NotVerified(f"the signature by {line.name!a} with the key {line.key_id.hex()} fails")
    return found[0].key


def signed_line(text: str, key: VerifierKey, signer: Signer) -> SignatureLine:
    """Sign the text of a note with an Ed25519 key of type 0x01. Raises ``MalformedText`` and ``BadKey``."""
    check_text(text)
    if key.kind != ED25519:
        raise BadKey(f"a key of type 0x{key.kind:02x} signs no text as it is")
    return signature_line(key, signer, b"", text.encode())


def signature_line(key: VerifierKey, signer: Signer, before: bytes, message: bytes) -> SignatureLine:
    """Sign a message, and return the line of it with some bytes before the signature. Raises ``BadKey``."""
    checked = verifier_key(*key)
    if signer.public != checked.public:
        raise BadKey(f"this private key is not that of {key.name!a} with the id {key.key_id.hex()}")
    return SignatureLine(key.name, to_base64(checked.key_id + before + signer.sign(message)))


def check_text(text: str) -> None:
    """Refuse to sign what no reader would take as the text of a note. Raises ``MalformedText``."""
    try:
        from_utf8(text.encode())
    except UnicodeEncodeError as error:
        raise MalformedText("the text of a note is UTF-8") from error
    if not text.endswith("\n"):
        raise MalformedText("the text of a note ends with a line's end")
