"""A signer's folder is made whole or not at all, and never over something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.signing import folder as making
from application.signing.errors import SignerUnusable
from application.signing.folder import PUBLIC, is_there, make_folder, private_keys, public_keys
from application.signing.memory import SignerMemory
from domain.errors import Conflict, UsageProblem
from tests.application.signing.logs import PASSPHRASE, SECONDS, signer_in
from transparency.tree import EMPTY_ROOT, TreeHead

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = "force.example/longcase/1"


def test_a_new_signer_has_signed_the_tree_without_leaves(tmp_path: Path) -> None:
    """Every tree goes on from that; its folder is made with those above it."""
    folder = tmp_path / "new" / "signer"
    keys = make_folder(folder, ORIGIN, PASSPHRASE, SECONDS)
    assert [key.name for key in keys] == [ORIGIN, ORIGIN]
    assert public_keys(folder) == keys
    assert [key.public for key in private_keys(folder, PASSPHRASE)] == list(keys)
    assert SignerMemory(folder, keys).read().checkpoint.head == TreeHead(0, EMPTY_ROOT)


def test_nothing_is_left_of_a_signer_that_was_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a folder of its name nor one of another."""

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(UsageProblem, match="a passphrase has 12 bytes at least"):
        make_folder(tmp_path / "signer", ORIGIN, b"short", SECONDS)
    monkeypatch.setattr(making, "write_key_file", full)
    with pytest.raises(OSError, match="No space left"):
        make_folder(tmp_path / "signer", ORIGIN, PASSPHRASE, SECONDS)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_made_over_something_else(tmp_path: Path) -> None:
    """An empty folder is taken; anything else is left as it is."""
    (tmp_path / "empty").mkdir()
    make_folder(tmp_path / "empty", ORIGIN, PASSPHRASE, SECONDS)
    (tmp_path / "file").write_text("mine")
    for taken in ("empty", "file"):
        with pytest.raises(Conflict, match="is there already"):
            make_folder(tmp_path / taken, ORIGIN, PASSPHRASE, SECONDS)
    assert (tmp_path / "file").read_text() == "mine"


def test_where_there_is_no_signer(tmp_path: Path) -> None:
    """It is said how one is made, or found."""
    assert not is_there(tmp_path)
    with pytest.raises(SignerUnusable, match="there is no signer in"):
        public_keys(tmp_path / "nowhere")


@pytest.mark.parametrize("content", ["", "no key\n", "\udcff", "one\ntwo\n"])
def test_public_keys_that_cannot_be(tmp_path: Path, content: str) -> None:
    """A damaged file, one with a single key and one with those of two logs are no signer's."""
    folder = tmp_path / "signer"
    signer_in(folder)
    first = (folder / PUBLIC).read_text().splitlines(keepends=True)[0]
    for damaged in (content.encode("utf-8", "surrogateescape"), first.encode()):
        (folder / PUBLIC).write_bytes(damaged)
        with pytest.raises(SignerUnusable, match="cannot be used"):
            public_keys(folder)
