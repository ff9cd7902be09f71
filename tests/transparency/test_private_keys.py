"""Private keys lie in files that their owner alone can read, under a passphrase, whole or not at all."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from transparency.errors import BadKey
from transparency.keys import ED25519, ML_DSA_44, verifier_key, verifies
from transparency.private_keys import (
    Algorithm,
    from_pem,
    new_private_key,
    private_key,
    read_key_file,
    write_key_file,
)

if TYPE_CHECKING:
    from pathlib import Path

PASSPHRASE = b"a passphrase of some length"
KINDS = {Algorithm.ED25519: ED25519, Algorithm.ML_DSA_44: ML_DSA_44}
posix = pytest.mark.skipif(os.name != "posix", reason="a file's mode says who reads it on POSIX alone")


@pytest.fixture(params=Algorithm, ids=lambda one: one.value)
def algorithm(request: pytest.FixtureRequest) -> Algorithm:
    found: Algorithm = request.param
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.key"


def test_a_key_comes_back_from_its_file(path: Path, algorithm: Algorithm) -> None:
    """What is read signs what the written key's public half verifies."""
    key = new_private_key(algorithm)
    write_key_file(path, key, PASSPHRASE)
    found = read_key_file(path, PASSPHRASE)
    assert found.algorithm is algorithm
    assert found.public == key.public
    assert verifies(verifier_key("log.example", KINDS[algorithm], key.public), found.sign(b"message"), b"message")


@posix
def test_only_the_owner_can_read_it(path: Path, algorithm: Algorithm) -> None:
    """A file is made with 0600 whatever the mask, and lies alone in its folder."""
    before = os.umask(0)
    try:
        write_key_file(path, new_private_key(algorithm), PASSPHRASE)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_the_seed_is_not_in_the_file(path: Path, algorithm: Algorithm) -> None:
    """What is written is encrypted."""
    write_key_file(path, private_key(algorithm, b"0123456789abcdef" * 2), PASSPHRASE)
    assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666])
def test_a_file_that_others_can_touch_is_refused(path: Path, mode: int) -> None:
    """A key that others can read is no secret, and one that they can change is not the owner's."""
    write_key_file(path, new_private_key(Algorithm.ED25519), PASSPHRASE)
    path.chmod(mode)
    with pytest.raises(BadKey, match="by others"):
        read_key_file(path, PASSPHRASE)


@pytest.mark.parametrize("passphrase", [b"", b"another passphrase", PASSPHRASE[:-1]])
def test_another_passphrase_opens_nothing(path: Path, algorithm: Algorithm, passphrase: bytes) -> None:
    """The wrong passphrase, and none, are refused with a sentence."""
    write_key_file(path, new_private_key(algorithm), PASSPHRASE)
    with pytest.raises(BadKey, match="passphrase"):
        read_key_file(path, passphrase)


def test_a_short_passphrase_is_refused(path: Path, algorithm: Algorithm) -> None:
    """Nothing is written under a passphrase that is soon guessed."""
    with pytest.raises(BadKey, match="12 bytes at least"):
        write_key_file(path, new_private_key(algorithm), b"eleven byte")
    assert list(path.parent.iterdir()) == []


def test_nothing_is_written_over(path: Path, algorithm: Algorithm) -> None:
    """A file or a link that is there stays, and nothing is left beside it."""
    path.symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        write_key_file(path, new_private_key(algorithm), PASSPHRASE)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def pem_of(key: object, encryption: serialization.KeySerializationEncryption) -> bytes:
    done: bytes = key.private_bytes(  # type: ignore[attr-defined]  # each of the library's keys has it
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )
    return done


def test_a_key_that_lies_open_is_refused(algorithm: Algorithm) -> None:
    """A file without a passphrase is not read as one with any."""
    pem = pem_of(new_private_key(algorithm)._key, serialization.NoEncryption())
    with pytest.raises(BadKey, match="not encrypted"):
        from_pem(pem, PASSPHRASE)


def test_other_keys_and_other_files_are_refused(path: Path) -> None:
    """A key of another algorithm, an empty file, a cut one and a large one are no keys."""
    other = pem_of(generate_private_key(SECP256R1()), serialization.BestAvailableEncryption(PASSPHRASE))
    refusals = {
        other: "only Ed25519 and ML-DSA-44",
        b"": "no private key",
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n": "no private key",
        other + b"\n" * 100_000: "too large",
    }
    for content, why in refusals.items():
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(BadKey, match=why):
            read_key_file(path, PASSPHRASE)


@posix
def test_a_pipe_is_refused_at_once(path: Path) -> None:
    """A named pipe, to which nobody writes, is not waited for."""
    os.mkfifo(path, 0o600)
    with pytest.raises(BadKey, match="no file"):
        read_key_file(path, PASSPHRASE)


def test_a_seed_has_32_bytes(algorithm: Algorithm) -> None:
    """A key is made from 32 bytes, and two keys are not the same."""
    with pytest.raises(BadKey, match="32 bytes"):
        private_key(algorithm, bytes(31))
    assert new_private_key(algorithm).public != new_private_key(algorithm).public
