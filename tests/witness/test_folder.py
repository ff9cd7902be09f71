"""The folder of a witness: made whole or not at all, read only with its passphrase, and by nobody else."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from tests.transparency.logs import held
from tests.witness.witnesses import KEYS
from transparency.errors import BadKey, MalformedText
from transparency.keys import ED25519, ED25519_COSIGNATURE, ML_DSA_44
from transparency.policies import parse_policy
from witness import folder as folders
from witness.errors import FolderTaken, NoWitness, StateError
from witness.folder import KEYS as KEYS_FILE
from witness.folder import POLICY, STATE, logs_of, make_witness, public_keys, read_policy, state_of, witness_keys

if TYPE_CHECKING:
    from pathlib import Path

NAME = "witness.example/1"
PASSPHRASE = b"plain wooden horse 17"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    make_witness(tmp_path / "far" / "witness", NAME, PASSPHRASE)
    return tmp_path / "far" / "witness"


def test_what_is_made(place: Path) -> None:
    """Two keys of one name, a policy without logs, an empty memory; for the eyes of the owner alone."""
    keys = public_keys(place)
    assert [(key.name, key.kind) for key in keys] == [(NAME, ED25519_COSIGNATURE), (NAME, ML_DSA_44)]
    assert state_of(place).latest() == []
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in place.iterdir()} == {0o600}
    assert [path.name for path in place.parent.iterdir()] == ["witness"]


def test_the_keys_are_read_again(place: Path) -> None:
    """Both halves of each belong together."""
    held = witness_keys(place, PASSPHRASE)
    assert [key.public for key in held] == public_keys(place)
    assert [key.private.public for key in held] == [key.public.public for key in held]
    with pytest.raises(BadKey):
        witness_keys(place, b"another passphrase")


def test_a_key_of_another_witness(place: Path, tmp_path: Path) -> None:
    """A private key that is none of the public ones is not signed with."""
    make_witness(tmp_path / "other", NAME, PASSPHRASE)
    (place / KEYS_FILE).write_bytes((tmp_path / "other" / KEYS_FILE).read_bytes())
    with pytest.raises(BadKey, match="none of those"):
        witness_keys(place, PASSPHRASE)


@pytest.mark.parametrize("content", [b"\xff", b"nothing\n"])
def test_public_keys_that_are_none(place: Path, content: bytes) -> None:
    """A file that was changed is said to be."""
    (place / KEYS_FILE).write_bytes(content)
    with pytest.raises(BadKey):
        public_keys(place)


def test_a_witness_is_never_made_over_another(place: Path) -> None:
    """Its keys and its memory are all that it is."""
    before = {file.name: file.read_bytes() for file in place.iterdir()}
    with pytest.raises(FolderTaken, match="already"):
        make_witness(place, NAME, PASSPHRASE)
    assert {file.name: file.read_bytes() for file in place.iterdir()} == before
    assert len(list(place.parent.iterdir())) == 1


def test_a_folder_with_something_in_it(tmp_path: Path) -> None:
    """An empty folder is taken; any other, and a file, are left alone."""
    (tmp_path / "empty").mkdir()
    make_witness(tmp_path / "empty", NAME, PASSPHRASE)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").touch()
    (tmp_path / "file").touch()
    for taken in ("full", "file"):
        with pytest.raises(FolderTaken):
            make_witness(tmp_path / taken, NAME, PASSPHRASE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file", "full"]


@pytest.mark.parametrize("name", ["", "two words", "a+b", "\n", "x" * 256, "\u00e9" * 128])
def test_what_is_no_name(tmp_path: Path, name: str) -> None:
    """A name is a word without plus signs, of 255 bytes at most; nothing is made for another."""
    with pytest.raises(BadKey):
        make_witness(tmp_path / "witness", name, PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", ["write_key_file", "create_state", "_put"])
def test_half_a_witness_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Where anything goes wrong, nothing is left."""

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders, step, fails)
    with pytest.raises(OSError, match="No space"):
        make_witness(tmp_path / "witness", NAME, PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_none(tmp_path: Path, place: Path) -> None:
    """A folder without keys is no witness, and one without its memory must not begin anew."""
    for ask in (public_keys, state_of):
        with pytest.raises(NoWitness):
            ask(tmp_path)
    (place / STATE).unlink()
    with pytest.raises(StateError):
        state_of(place)


def test_an_origin_that_no_cosignature_can_hold() -> None:
    """It is refused with the policy, and not when the first checkpoint comes."""
    key = held("x" * 256, ED25519, "long").public
    with pytest.raises(MalformedText, match="255 bytes"):
        logs_of(parse_policy(f"log {key}\nquorum none\n".encode()))


def test_the_first_policy(place: Path) -> None:
    """It can be read, and names no log; a line for a key adds one."""
    with pytest.raises(MalformedText, match="names no log"):
        logs_of(read_policy(place / POLICY))
    with (place / POLICY).open("ab") as file:
        file.write(f"log {KEYS['log'].public}\nlog {KEYS['log2'].public}\n".encode())
    key = KEYS["log"].public
    assert logs_of(read_policy(place / POLICY)) == {key.name: [key, KEYS["log2"].public]}
    assert parse_policy((place / POLICY).read_bytes()).quorum == "none"
