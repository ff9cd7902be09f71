"""Public keys as one word of text (C2SP signed-note ``vkey``), and the signatures that they verify."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from longcase_verify.problems import MissingLibrary, NotInForm
from longcase_verify.texts import base64_strict

PLAIN = 0x01
"""Ed25519 over a text as it is."""
TIMED = 0x04
"""Ed25519 over a checkpoint with a time: a witness's cosignature."""
ML_DSA = 0x06
"""ML-DSA-44 over a checkpoint with a time: a witness's cosignature, or the log's own signature."""

INSTALL = "python -m pip install 'cryptography>=50'"

_LENGTHS = {PLAIN: 32, TIMED: 32, ML_DSA: 1312}
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_ID = re.compile(r"[0-9a-f]{8}")


class PublicKey(NamedTuple):
    """A key, with the name of whoever has it and the type of what it signs."""

    name: str
    kind: int
    raw: bytes

    @property
    def key_id(self) -> bytes:
        """Return the four bytes by which a signature says whose it is."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[:4]

    def __str__(self) -> str:
        """Return the name and the id, by which people tell keys."""
        return f"{self.name}+{self.key_id.hex()}"


def read_key(text: str) -> PublicKey:
    """Read a ``vkey``: NAME+ID+BASE64. Raises ``NotInForm``, for weak keys too."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    data = base64_strict(encoded)
    if not is_name(name) or not _ID.fullmatch(key_id) or not data:
        raise NotInForm("a key is NAME+ID+BASE64, with 8 hexadecimal digits")
    key = PublicKey(name, data[0], data[1:])
    if len(key.raw) != _LENGTHS.get(key.kind):
        raise NotInForm("a key is of a type that is not known (0x01, 0x04 and 0x06 are), or has a wrong length")
    if key.kind != ML_DSA:
        refuse_weak(key.raw)
    if key.key_id.hex() != key_id:
        raise NotInForm("the id in a key is not that of its name and bytes")
    return key


def is_name(name: str) -> bool:
    """Say whether a key may have this name: no spaces, plus signs, control characters or lone surrogates."""
    return bool(name) and not any(
        one == "+" or one < " " or one.isspace() or "\ud800" <= one <= "\udfff" for one in name
    )


def signed_by(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Say whether a signature is the key's. Raises ``MissingLibrary``."""
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
    except ImportError as error:
        raise MissingLibrary(f"signatures are checked with cryptography 50 or newer: {INSTALL}") from error
    reader = MLDSA44PublicKey if key.kind == ML_DSA else Ed25519PublicKey
    try:
        reader.from_public_bytes(key.raw).verify(signature, message)
    except UnsupportedAlgorithm as error:
        raise MissingLibrary("the cryptography that is installed knows no ML-DSA-44") from error
    except (InvalidSignature, ValueError):
        return False
    return True


@cache
def refuse_weak(raw: bytes) -> None:
    """Refuse an Ed25519 key that proves nothing: of small order, not in its one form, or no point at all.

    Under a key of order 1, 2, 4 or 8 one signature verifies for many messages, and libraries take it.
    Raises ``NotInForm``.
    """
    number = int.from_bytes(raw, "little")
    y, sign = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if y >= _P or x * x % _P != square or (x == 0 and sign):
        raise NotInForm("an Ed25519 key is no point of the curve in its one form")
    point = (x, y)
    for _ in range(3):
        point = _double(*point)
    if point == (0, 1):
        raise NotInForm("an Ed25519 key is weak: signatures under it prove nothing")


def _double(x: int, y: int) -> tuple[int, int]:
    """Return twice a point; the sign of x plays no part in whether eight times it is nothing."""
    product = _D * x * x * y * y % _P
    return (
        2 * x * y * pow(1 + product, -1, _P) % _P,
        (y * y + x * x) * pow(1 - product, -1, _P) % _P,
    )
