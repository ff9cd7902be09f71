"""Private keys, and the files that keep them: PKCS #8 in PEM under a passphrase, for their owner's eyes."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from transparency.errors import BadKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

    AnyPrivateKey = Ed25519PrivateKey | MLDSA44PrivateKey

SHORTEST_PASSPHRASE = 12
"""How many bytes a passphrase has at least: what PKCS #8 does against guessing is little."""

LARGEST_FILE = 65_536
"""How many bytes a file with a key has at most."""

SEED_BYTES = 32
"""How many bytes a private key is made from, whatever its algorithm."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Algorithm(Enum):
    """What a key signs with."""

    ED25519 = "Ed25519"
    ML_DSA_44 = "ML-DSA-44"


class PrivateKey:
    """A private key in memory, which signs."""

    def __init__(self, key: AnyPrivateKey, algorithm: Algorithm) -> None:
        """Take a key of ``cryptography``, and say which algorithm it is for."""
        self._key = key
        self.algorithm = algorithm

    @property
    def public(self) -> bytes:
        """Return the public key: 32 bytes of Ed25519, or 1,312 of ML-DSA-44."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message: 64 bytes of Ed25519, or 2,420 of ML-DSA-44."""
        return self._key.sign(message)

    def to_pem(self, passphrase: bytes) -> bytes:
        """Return the key encrypted. Raises ``BadKey`` if the passphrase is too short."""
        from cryptography.hazmat.primitives import serialization

        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise BadKey(f"a passphrase has {SHORTEST_PASSPHRASE} bytes at least")
        return self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(passphrase),
        )


def private_key(algorithm: Algorithm, seed: bytes) -> PrivateKey:
    """Return the key that 32 bytes stand for. Raises ``BadKey``."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

    if len(seed) != SEED_BYTES:
        raise BadKey(f"a private key is made from {SEED_BYTES} bytes")
    if algorithm is Algorithm.ED25519:
        return PrivateKey(Ed25519PrivateKey.from_private_bytes(seed), algorithm)
    try:
        return PrivateKey(MLDSA44PrivateKey.from_seed_bytes(seed), algorithm)
    except UnsupportedAlgorithm as error:
        raise BadKey("cryptography was built here with an OpenSSL that knows no ML-DSA-44") from error


def new_private_key(algorithm: Algorithm) -> PrivateKey:
    """Make a key from the system's random numbers."""
    return private_key(algorithm, os.urandom(SEED_BYTES))


def from_pem(pem: bytes, passphrase: bytes) -> PrivateKey:
    """Return the key of an encrypted PEM. Raises ``BadKey``, also if it is not encrypted."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, passphrase)
    except TypeError as error:  # what it raises for a key that lies open, and for an empty passphrase
        raise BadKey("the key is not encrypted, or the passphrase is empty") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadKey("this is no private key, or not its passphrase") from error
    if isinstance(key, Ed25519PrivateKey):
        return PrivateKey(key, Algorithm.ED25519)
    if isinstance(key, MLDSA44PrivateKey):
        return PrivateKey(key, Algorithm.ML_DSA_44)
    raise BadKey("only Ed25519 and ML-DSA-44 keys are used")


def write_key_file(path: Path, key: PrivateKey, passphrase: bytes) -> None:
    """Write a key as ``write_secret_file`` does. Raises ``BadKey`` too if the passphrase is too short."""
    write_secret_file(path, key.to_pem(passphrase))


def write_secret_file(path: Path, content: bytes) -> None:
    """Write a new file that its owner alone can read, whole or not at all.

    Raises ``FileExistsError`` if something is there, and ``OSError``.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(name)
    finally:
        Path(name).unlink()
    synchronise_folder(path.parent)


def synchronise_folder(folder: Path) -> None:
    """Have what is in a folder on the disk by its names, where the system lets a folder be opened."""
    with suppress(OSError):  # where a folder cannot be opened, its entries are written with it
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_key_file(path: Path, passphrase: bytes) -> PrivateKey:
    """Read a key from a file that nobody else can read.

    Raises ``BadKey`` if others can, if it is no encrypted key, or not its passphrase; and ``OSError``.
    """
    content = read_secret_file(path)
    try:
        return from_pem(content, passphrase)
    except BadKey as error:
        raise BadKey(f"{path}: {error}") from error


def read_secret_file(path: Path) -> bytes:
    """Return what is in a file that nobody else can read. Raises ``BadKey`` if others can, and ``OSError``."""
    # What is no regular file is told by its handle, so that nothing can be put in its place in between.
    with open(path, "rb", opener=_opened_at_once) as file:
        what = os.fstat(file.fileno())
        if not stat.S_ISREG(what.st_mode):
            raise BadKey(f"{path} is no file")
        if os.name == "posix" and what.st_mode & _OTHERS:
            raise BadKey(f"{path} can be read or changed by others (chmod 600 {path})")
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise BadKey(f"{path} is too large to be a key")
    return content


def _opened_at_once(path: str, flags: int) -> int:
    """Open a file without waiting for whoever would write to it, as a named pipe would have it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
