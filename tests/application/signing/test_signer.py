"""The signer signs only what goes on from the last it signed, whatever happens to the store or to its memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.signing import memory as remembering
from application.signing.errors import NotSigned, SignerUnusable
from application.signing.memory import NAME, SignerMemory
from application.signing.signer import LogSigner, StoreSide
from ledger.errors import Lost
from ledger.file_lock import FileLock
from tests.application.signing.logs import PASSPHRASE, SECONDS, TreeInMemory, signer_in
from tests.transparency.logs import ORIGIN, keys, signed
from transparency.cosignatures import OpenedCheckpoint, open_checkpoint
from transparency.encoding import to_base64
from transparency.errors import NotVerified
from transparency.keys import ED25519, ML_DSA_44
from transparency.tree import TreeHead, root_at

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def signer(tmp_path: Path) -> LogSigner:
    return signer_in(tmp_path / "signer")


NOTHING = StoreSide()
"""A store that keeps no checkpoint."""


def opened(signer: LogSigner, note: bytes) -> OpenedCheckpoint:
    return open_checkpoint(note, signer.keys)


def test_both_keys_sign_the_tree_as_it_is(signer: LogSigner) -> None:
    """With the name of the log, how many leaves it has, and its root."""
    tree = TreeInMemory("abc")
    found = opened(signer, signer.sign(tree, NOTHING))
    assert found.checkpoint.origin == ORIGIN
    assert found.checkpoint.head == TreeHead(3, root_at(tree, 3))
    assert [key.kind for key in found.log_keys] == [ED25519, ML_DSA_44]


def test_what_is_signed_is_remembered_before_it_is_given(signer: LogSigner) -> None:
    """Whoever is given a checkpoint is given one that the signer knows of."""
    known: list[bytes] = []
    side = StoreSide(give=lambda _: known.append(signer.memory.read().note.to_bytes()))
    note = signer.sign(TreeInMemory("abc"), side)
    assert known == [note]


def test_nothing_is_signed_that_may_still_be_lost(signer: LogSigner) -> None:
    """What a server shows before its standbys have it may go with the server, and would be missed for ever."""
    tree = TreeInMemory("abc")

    def settle() -> None:
        assert signer.memory.read().checkpoint.size == 0
        tree.leaves += "d"  # recorded meanwhile, and not waited for

    found = opened(signer, signer.sign(tree, StoreSide(settle=settle)))
    assert found.checkpoint.size == 3

    def lost() -> None:
        raise Lost("the connection is gone")

    with pytest.raises(Lost):
        signer.sign(tree, StoreSide(settle=lost))
    assert signer.memory.read().checkpoint.size == 3


def test_a_tree_that_grew_is_signed_and_the_same_one_is_not_signed_again(signer: LogSigner) -> None:
    """Of one tree there is one checkpoint, to the byte."""
    first = signer.sign(TreeInMemory("abc"), NOTHING)
    assert signer.sign(TreeInMemory("abc"), NOTHING) == first
    assert opened(signer, signer.sign(TreeInMemory("abcde"), NOTHING)).checkpoint.size == 5


def test_a_tree_that_is_shorter_is_refused(signer: LogSigner) -> None:
    """Entries are gone, and the memory stays."""
    note = signer.sign(TreeInMemory("abcde"), NOTHING)
    with pytest.raises(NotSigned, match=r"the store has 3 entries, and a tree of 5 was signed: entries are gone"):
        signer.sign(TreeInMemory("abc"), NOTHING)
    assert signer.memory.read().note.to_bytes() == note


@pytest.mark.parametrize("leaves", ["abX", "abXde", "Xbcdefgh"])
def test_a_tree_that_is_forked_is_refused(signer: LogSigner, leaves: str) -> None:
    """Of the same size too; both roots are named."""
    signer.sign(TreeInMemory("abc"), NOTHING)
    forked = TreeInMemory(leaves)
    with pytest.raises(NotSigned) as refused:
        signer.sign(forked, NOTHING)
    for root in (root_at(TreeInMemory("abc"), 3), root_at(forked, 3)):
        assert to_base64(root) in refused.value.message
    assert "docs/operators.md" in refused.value.hints[1]


def test_a_proof_is_asked_for_as_well_as_the_root(signer: LogSigner) -> None:
    """A reader of nodes that gives another node the second time it is asked gets nothing signed."""

    class Changing(TreeInMemory):
        reads = 0

        def read(self, places):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  (as the one above)
            self.reads += 1
            return TreeInMemory("abcde" if self.reads <= 2 else "Xbcde").read(places)

    signer.sign(TreeInMemory("abc"), NOTHING)
    with pytest.raises(NotSigned):
        signer.sign(Changing("abcde"), NOTHING)


def test_an_older_memory_learns_what_lies_in_the_store(signer: LogSigner, tmp_path: Path) -> None:
    """A memory that was restored from older signs no other tree than the newer checkpoint in the store has."""
    old = (tmp_path / "signer" / NAME).read_bytes()
    newer = signer.sign(TreeInMemory("abcde"), NOTHING)
    signer.memory.replace(old)
    with pytest.raises(NotSigned):
        signer.sign(TreeInMemory("abXde"), StoreSide(lambda _: [newer]))
    with pytest.raises(NotSigned):
        signer.sign(TreeInMemory("abc"), StoreSide(lambda _: [newer]))
    assert signer.memory.read().note.to_bytes() == old
    signer.sign(TreeInMemory("abcde"), StoreSide(lambda _: [newer]))
    assert signer.memory.read().note.to_bytes() == newer


def test_an_older_memory_learns_from_a_checkpoint_kept_outside(signer: LogSigner, tmp_path: Path) -> None:
    """Even where the store was set back with it, and shows nothing newer."""
    old = (tmp_path / "signer" / NAME).read_bytes()
    newer = opened(signer, signer.sign(TreeInMemory("abcde"), NOTHING))
    signer.memory.replace(old)
    with pytest.raises(NotSigned, match="entries are gone"):
        signer.sign(TreeInMemory("abc"), NOTHING, [newer])
    signer.sign(TreeInMemory("abcdef"), NOTHING, [newer])
    assert signer.memory.read().checkpoint.size == 6


def test_what_others_wrote_into_the_store_says_nothing(signer: LogSigner) -> None:
    """No checkpoint of other keys, and no text, is taken for the signer's own."""
    other = signed(TreeHead(9, bytes(32)), keys()["log"])
    note = signer.sign(TreeInMemory("abc"), StoreSide(lambda _: [other, b"", b"\xff\n\n"]))
    assert opened(signer, note).checkpoint.size == 3
    with pytest.raises(NotVerified):
        opened(signer, other)


def test_a_memory_that_is_gone_is_not_guessed(signer: LogSigner, tmp_path: Path) -> None:
    """Nothing is signed until somebody gives a checkpoint that is kept outside; the store's own does not do."""
    note = signer.sign(TreeInMemory("abc"), NOTHING)
    (tmp_path / "signer" / NAME).unlink()
    with pytest.raises(SignerUnusable, match="is gone, and nothing was signed"):
        signer.sign(TreeInMemory("abc"), StoreSide(lambda _: [note]))
    assert signer.sign(TreeInMemory("abc"), NOTHING, [opened(signer, note)]) == note


@pytest.mark.parametrize("content", [b"", b"a text\n", b"log\n1\n\n"])
def test_a_memory_that_is_damaged_signs_nothing(signer: LogSigner, tmp_path: Path, content: bytes) -> None:
    """Nor one that another log's keys signed."""
    for damaged in (content, signed(TreeHead(9, bytes(32)), keys()["log"])):
        (tmp_path / "signer" / NAME).write_bytes(damaged)
        with pytest.raises(SignerUnusable, match="cannot be read"):
            signer.sign(TreeInMemory("abc"), NOTHING)


def test_two_signers_take_turns(signer: LogSigner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one signs the other waits, and says so if it takes too long."""
    monkeypatch.setattr(remembering, "TURN_SECONDS", 0.05)
    lock = FileLock(str(tmp_path / "signer" / "lock"))
    assert lock.take()
    with pytest.raises(SignerUnusable, match="another process has been signing"):
        signer.sign(TreeInMemory("abc"), NOTHING)
    lock.leave()
    signer.sign(TreeInMemory("abc"), NOTHING)


@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
def test_a_memory_that_cannot_be_written_signs_nothing(
    signer: LogSigner, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Whichever call fails, what was remembered is, and nobody is given anything."""
    given: list[bytes] = []
    before = signer.memory.read().note

    def full(*_args: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, call, full)
        with pytest.raises(OSError, match="No space left"):
            signer.memory.replace(b"another")
        if call != "open":  # with which the memory is read, and its lock taken
            with pytest.raises(OSError, match="No space left"):
                signer.sign(TreeInMemory("abc"), StoreSide(give=given.append))
    assert signer.memory.read().note == before
    assert given == []


def test_the_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Keys, memory and lock are files of 0600 in a folder of 0700; one that others can look into is refused."""
    folder = tmp_path / "signer"
    signer_in(folder).sign(TreeInMemory("abc"), NOTHING)
    if os.name != "posix":
        return
    assert {oct(one.stat().st_mode & 0o777) for one in folder.iterdir()} == {"0o600"}
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    folder.chmod(0o750)
    with pytest.raises(SignerUnusable, match="others can look into"):
        LogSigner.open(folder, PASSPHRASE, lambda: SECONDS)


def test_another_passphrase_opens_nothing(tmp_path: Path) -> None:
    """What it says does not quote it."""
    signer_in(tmp_path / "signer")
    with pytest.raises(SignerUnusable, match="not its passphrase") as refused:
        LogSigner.open(tmp_path / "signer", b"painted iron horse 18", lambda: SECONDS)
    assert "painted" not in str(refused.value)


@pytest.mark.parametrize("name", ["ed25519.pem", "ml-dsa-44.pem"])
def test_keys_that_were_exchanged_are_refused(tmp_path: Path, name: str) -> None:
    """The public key that readers know is not that of the private one any more."""
    from transparency.private_keys import Algorithm, new_private_key, write_key_file

    folder = tmp_path / "signer"
    signer_in(folder)
    (folder / name).unlink()
    algorithm = Algorithm.ED25519 if name.startswith("ed") else Algorithm.ML_DSA_44
    write_key_file(folder / name, new_private_key(algorithm), PASSPHRASE)
    with pytest.raises(SignerUnusable, match="are not those of"):
        LogSigner.open(folder, PASSPHRASE, lambda: SECONDS)


@given(st.lists(st.sampled_from(["grow", "cut", "fork", "forget", "sign"]), max_size=12))
def test_no_two_trees_are_signed_that_are_not_one(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    """Whatever is done to the store and the memory, as long as what was given out lies in one of them."""
    signer = signer_in(tmp_path_factory.mktemp("signers") / "signer")
    leaves, fresh = "", iter("abcdefghijklmnopqrstuvwxyz")
    given_out: list[bytes] = []
    empty = signer.memory.read().note.to_bytes()
    for step in steps:
        if step == "grow":
            leaves += next(fresh)
        elif step == "cut":
            leaves = leaves[:-1]
        elif step == "fork" and leaves:
            leaves = leaves[:-1] + next(fresh)
        elif step == "forget":
            signer.memory.replace(empty)
        elif step == "sign":
            try:
                signer.sign(TreeInMemory(leaves), StoreSide(lambda _: list(given_out), given_out.append))
            except NotSigned:
                continue
            heads = [opened(signer, note).checkpoint.head for note in given_out]
            assert all(root_at(TreeInMemory(leaves), head.size) == head.root for head in heads)


def test_a_memory_is_read_without_a_passphrase(signer: LogSigner, tmp_path: Path) -> None:
    """The status of a log says what was signed last, and needs no private key for that."""
    signer.sign(TreeInMemory("abc"), NOTHING)
    assert SignerMemory(tmp_path / "signer", signer.keys).read().checkpoint.size == 3
