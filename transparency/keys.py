"""Public keys as verifier keys (C2SP signed-note), and what they verify: Ed25519 and ML-DSA-44.

``cryptography`` is imported where something is signed or checked, and nowhere before.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from transparency.encoding import from_base64, to_base64
from transparency.errors import BadKey, MalformedText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

ED25519: Final = 0x01
"""An Ed25519 key that signs the text of a note."""

ED25519_COSIGNATURE: Final = 0x04
"""An Ed25519 key that cosigns checkpoints with a time."""

ML_DSA_44: Final = 0x06
"""An ML-DSA-44 key that cosigns checkpoints with a time."""

KEY_BYTES: Final = {ED25519: 32, ED25519_COSIGNATURE: 32, ML_DSA_44: 1312}
"""How long a public key is, by its type."""

_PRIME = 2**255 - 19
_CURVE_D = -121665 * pow(121666, -1, _PRIME) % _PRIME
_KEY_ID = re.compile(r"[0-9a-f]{8}")


class VerifierKey(NamedTuple):
    """A public key with the name of whoever has it and the type of what it signs."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Return the four bytes by which a signature says which key made it."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        """Return the key as one word of text, a ``vkey``."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.kind]) + self.public)}"


class Signer(Protocol):
    """Has a private key of one algorithm, wherever it is kept, and signs bytes."""

    @property
    def public(self) -> bytes:
        """Return the public key: 32 bytes of Ed25519, or 1,312 of ML-DSA-44."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""
        ...


def verifier_key(name: str, kind: int, public: bytes) -> VerifierKey:
    """Return a key that may be trusted by its form. Raises ``BadKey``."""
    if not is_key_name(name):
        raise BadKey("the name of a key is a word of visible characters, without spaces or '+'")
    if kind not in KEY_BYTES:
        raise BadKey(f"a key of type 0x{kind:02x} is none that can be used: 0x01, 0x04 and 0x06 are")
    if len(public) != KEY_BYTES[kind]:
        raise BadKey(f"a public key of type 0x{kind:02x} has {KEY_BYTES[kind]} bytes, and this has {len(public)}")
    if kind != ML_DSA_44:
        refuse_weak(public)
    return VerifierKey(name, kind, public)


def read_verifier_key(text: str) -> VerifierKey:
    """Read a ``vkey``. Raises ``BadKey`` if it is none, or its key is weak."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        data = from_base64(encoded)
    except MalformedText as error:
        raise BadKey(f"the key of a verifier key is no base64: {error}") from error
    if not data or not _KEY_ID.fullmatch(key_id):
        raise BadKey("a verifier key is NAME+ID+KEY, with 8 hexadecimal digits and base64")
    key = verifier_key(name, data[0], data[1:])
    if key.key_id.hex() != key_id:
        raise BadKey("the id in a verifier key is not that of its name and key")
    return key


def is_key_name(name: str) -> bool:
    """Say whether a key may have this name: without spaces, plus signs and control characters."""
    printable = bool(name) and "+" not in name and all(one >= " " and not one.isspace() for one in name)
    return printable and not any("\ud800" <= one <= "\udfff" for one in name)


def verifies(key: VerifierKey, signature: bytes, message: bytes) -> bool:
    """Say whether a signature of a message was made with a key; a weak key verifies nothing.

    Raises ``BadKey`` where ``cryptography`` was built without ML-DSA-44, which is no word about the signature.
    """
    from cryptography.exceptions import InvalidSignature

    try:
        checked = verifier_key(*key)
    except BadKey:
        return False
    try:
        _loaded(checked).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _loaded(key: VerifierKey) -> Ed25519PublicKey | MLDSA44PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

    if key.kind != ML_DSA_44:
        return Ed25519PublicKey.from_public_bytes(key.public)
    try:
        return MLDSA44PublicKey.from_public_bytes(key.public)
    except UnsupportedAlgorithm as error:
        raise BadKey("cryptography was built here with an OpenSSL that knows no ML-DSA-44") from error


@lru_cache(maxsize=256)
def refuse_weak(public: bytes) -> None:
    """Refuse an Ed25519 key under which one signature verifies for many messages, or that has two forms.

    Those are the points of order 1, 2, 4 and 8, and encodings whose coordinate is not reduced or whose sign is
    that of zero. What is no point of the curve is refused too. Raises ``BadKey``.
    """
    number = int.from_bytes(public, "little")
    height, sign = number & (2**255 - 1), number >> 255
    if height >= _PRIME:
        raise BadKey("this Ed25519 key is not written in its one form")
    point = _point(height, sign)
    for _ in range(3):
        point = _doubled(point)
    if point[0] == 0 and point[1] == point[2]:
        raise BadKey("this Ed25519 key is weak: signatures under it prove nothing")


def _point(height: int, sign: int) -> Sequence[int]:
    """Return the point of an encoding in projective coordinates x, y and z (RFC 8032, section 5.1.3)."""
    above, below = (height * height - 1) % _PRIME, (_CURVE_D * height * height + 1) % _PRIME
    square = above * pow(below, -1, _PRIME) % _PRIME
    width = pow(square, (_PRIME + 3) // 8, _PRIME)
    if width * width % _PRIME != square:
        width = width * pow(2, (_PRIME - 1) // 4, _PRIME) % _PRIME
    if width * width % _PRIME != square:
        raise BadKey("this Ed25519 key is no point of the curve")
    return (-width % _PRIME if width & 1 != sign else width), height, 1


def _doubled(point: Sequence[int]) -> Sequence[int]:
    """Return twice a point of the curve, in projective coordinates."""
    x, y, z = point
    both, xx, yy = (x + y) ** 2 % _PRIME, x * x % _PRIME, y * y % _PRIME
    e, f = yy - xx, yy - xx - 2 * z * z
    return (both - xx - yy) * f % _PRIME, e * (-xx - yy) % _PRIME, e * f % _PRIME
