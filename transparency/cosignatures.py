"""What keys sign of a checkpoint (C2SP tlog-cosignature), and checkpoints whose signatures were checked.

An Ed25519 cosignature (0x04) and an ML-DSA-44 one (0x06) are made by a witness; a log signs its own checkpoints
with a plain Ed25519 signature (0x01), with a cosignature of type 0x06, or with both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from transparency.checkpoints import LONGEST_ORIGIN, parse_checkpoint
from transparency.encoding import LARGEST_SIZE
from transparency.errors import BadKey, MalformedText, NotVerified
from transparency.keys import ED25519, ML_DSA_44, verifies
from transparency.notes import TextVerifier, open_note, parse_lines, parse_note, signature_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from transparency.checkpoints import Checkpoint
    from transparency.keys import Signer, VerifierKey
    from transparency.notes import Note, SignatureLine, Verifier

_TIME_BYTES = 8


class CosignatureVerifier(NamedTuple):
    """Verifies cosignatures of checkpoints, of type 0x04 and 0x06."""

    key: VerifierKey

    def accepts(self, text: str, signature: bytes) -> bool:
        """Say whether this is the key's cosignature of the checkpoint that a text is."""
        time = int.from_bytes(signature[:_TIME_BYTES])
        try:
            message = cosigned_message(self.key, parse_checkpoint(text), time)
        except MalformedText:
            return False
        return verifies(self.key, signature[_TIME_BYTES:], message)


class Cosignature(NamedTuple):
    """Whose key signed a checkpoint, and when it says that it did, in seconds since 1970; 0 for not saying."""

    key: VerifierKey
    time: int


class OpenedCheckpoint(NamedTuple):
    """A checkpoint that a log has signed, with everything else that verified."""

    checkpoint: Checkpoint
    note: Note
    log_keys: tuple[VerifierKey, ...]
    """Which of the log's known keys signed: one at least."""
    cosignatures: tuple[Cosignature, ...]
    """Which known witnesses cosigned."""


def cosigned_message(key: VerifierKey, checkpoint: Checkpoint, time: int) -> bytes:
    """Return what a key signs to cosign a checkpoint at a time. Raises ``MalformedText``."""
    if not 0 <= time <= LARGEST_SIZE:
        raise MalformedText("the time of a cosignature is a number of seconds from 0 to 9223372036854775807")
    if key.kind == ML_DSA_44:
        return _subtree_message(key.name.encode(), checkpoint, time)
    return f"cosignature/v1\ntime {time}\n{checkpoint.text}".encode()


def _subtree_message(name: bytes, checkpoint: Checkpoint, time: int) -> bytes:
    origin = checkpoint.origin.encode()
    if max(len(name), len(origin)) > LONGEST_ORIGIN:
        raise MalformedText(f"a name and an origin have {LONGEST_ORIGIN} bytes at most to be cosigned")
    return b"".join(
        (
            b"subtree/v1\n\0",
            len(name).to_bytes(1) + name,
            time.to_bytes(8),
            len(origin).to_bytes(1) + origin,
            (0).to_bytes(8),
            checkpoint.size.to_bytes(8),
            checkpoint.root,
        )
    )


def cosigned_line(checkpoint: Checkpoint, key: VerifierKey, signer: Signer, time: int) -> SignatureLine:
    """Cosign a checkpoint at a time, in seconds since 1970. Raises ``MalformedText`` and ``BadKey``."""
    if key.kind == ED25519:
        raise BadKey("a key of type 0x01 cosigns nothing: 0x04 and 0x06 do")
    message = cosigned_message(key, checkpoint, time)
    return signature_line(key, signer, time.to_bytes(_TIME_BYTES), message)


def verifier_of(key: VerifierKey) -> Verifier:
    """Return what checks the signatures of a key, by its type."""
    return TextVerifier(key) if key.kind == ED25519 else CosignatureVerifier(key)


def open_checkpoint(
    data: bytes, logs: Iterable[VerifierKey], witnesses: Iterable[VerifierKey] = ()
) -> OpenedCheckpoint:
    """Read a checkpoint that a known log has signed, and check what known keys signed of it.

    Only keys whose name is the origin of the checkpoint are the log's. Raises ``MalformedText`` if it is no
    checkpoint, and ``NotVerified`` if no such key has signed or a signature by a known key fails.
    """
    note = parse_note(data)
    checkpoint = parse_checkpoint(note.text)
    of_log = {key for key in logs if key.name == checkpoint.origin}
    if not of_log:
        raise NotVerified(f"no key of a log {checkpoint.origin!a} is known")
    of_witnesses = set(witnesses)
    opened = open_note(note, map(verifier_of, of_log | of_witnesses))
    signed = tuple(key for key, _ in opened.verified if key in of_log)
    if not signed:
        raise NotVerified(f"the log {checkpoint.origin!a} has not signed this checkpoint")
    by = tuple(Cosignature(key, _time(line)) for key, line in opened.verified if key in of_witnesses)
    return OpenedCheckpoint(checkpoint, note, signed, by)


def _time(line: SignatureLine) -> int:
    return int.from_bytes(line.signature[:_TIME_BYTES])


def with_cosignatures(note: Note, answer: str, witnesses: Iterable[VerifierKey]) -> Note:
    """Return a note with those lines of a witness's answer that known keys made; others are passed over.

    Raises ``MalformedText`` if the answer is no signature lines, and ``NotVerified`` if a known key's line
    fails or does not say when it was made, or none is there.
    """
    answered = open_note(note._replace(lines=parse_lines(answer)), map(verifier_of, set(witnesses)))
    if not all(_time(line) for _, line in answered.verified):
        raise NotVerified("a witness says when it signs, and this one does not")
    return note.with_lines(line for _, line in answered.verified)
