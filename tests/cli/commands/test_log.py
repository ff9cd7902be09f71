"""``longcase log``: begun, signed, checked against what is kept outside, proved, and refused where it must be."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from application.signing.memory import NAME
from cli.session import signing
from ledger.sqlite.recorder import SQLiteRecorder
from tests.ledger.contract import ONE, rows
from tests.transparency.logs import Nodes, keys, nodes_of, noted
from transparency.checkpoints import parse_checkpoint
from transparency.cosignatures import open_checkpoint
from transparency.keys import read_verifier_key
from transparency.notes import parse_note
from transparency.proofs import parse_proof
from transparency.tiles import TileReader, parse_bundle
from transparency.tree import check_inclusion, leaf_hash, root_at
from transparency.witnessing import parse_submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

ORIGIN = "force.example/longcase/1"


@pytest.fixture
def outside(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder apart from the store, with a passphrase and a place for the signer."""
    assert store.parent == tmp_path
    folder = tmp_path.parent / f"{tmp_path.name}-apart"
    folder.mkdir(mode=0o700)
    (folder / "passphrase").write_text("plain wooden horse 17\n")
    (folder / "passphrase").chmod(0o600)
    monkeypatch.setenv("LONGCASE_PASSPHRASE_FILE", str(folder / "passphrase"))
    monkeypatch.setenv("LONGCASE_SIGNER", str(folder / "signer"))
    return folder


@pytest.fixture
def log(longcase: Run, outside: Path) -> Run:
    """Return ``longcase log``, of a store with a log and three cases."""
    assert outside.is_dir()
    for number in (1, 2, 3):
        assert longcase("report", f"R-{number}", "--category", "other").code == 0
    assert longcase("log", "init", "--origin", ORIGIN).code == 0

    def run(*words: str) -> Ran:
        return longcase("log", *words)

    return run


def changed(store: Path, statement: str) -> None:
    """Change a store as somebody who may write its file would."""
    recorder = SQLiteRecorder.open(str(store))
    for (name,) in recorder.rows("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
        recorder.connection.execute(f"DROP TRIGGER {name}")
    recorder.connection.execute(statement)
    recorder.close()


def found(ran: Ran) -> Any:
    return json.loads(ran.out)


class TestInit:
    """A log is begun once."""

    def test_the_signer_and_the_store_say_the_same(self, log: Run, outside: Path) -> None:
        """The public keys are in both; no private key and no passphrase is anywhere in the store."""
        printed = log("keys").out
        assert printed == (outside / "signer" / "keys.txt").read_text()
        assert [read_verifier_key(line).name for line in printed.splitlines()] == [ORIGIN, ORIGIN]
        store = Path(os.environ["LONGCASE_STORE"])
        content = b"".join(path.read_bytes() for path in store.parent.iterdir() if path.is_file())
        assert b"PRIVATE KEY" not in content
        assert b"wooden" not in content

    def test_a_second_time_is_a_conflict(self, log: Run) -> None:
        """Whatever name it is given: the first is for ever."""
        for name in (ORIGIN, "another.example/1"):
            ran = log("init", "--origin", name)
            assert (ran.code, ORIGIN in ran.err) == (4, True)

    def test_what_was_cut_off_is_gone_on_with(self, longcase: Run, outside: Path, tmp_path: Path) -> None:
        """A signer that was made before the store could say so is taken, if it is of this log."""
        assert longcase("log", "init", "--origin", ORIGIN).code == 0
        keys_before = (outside / "signer" / "keys.txt").read_bytes()
        other = str(tmp_path / "other.db")
        assert longcase("init", "--store", other).code == 0
        ran = longcase("log", "init", "--origin", "another.example/1", "--store", other)
        assert (ran.code, "is of another log" in ran.err) == (4, True)
        assert longcase("log", "init", "--origin", ORIGIN, "--store", other).code == 0
        assert (outside / "signer" / "keys.txt").read_bytes() == keys_before

    @pytest.mark.parametrize("name", ["", "a b", "a+b", "x" * 256, "a\nb"])
    def test_a_name_that_no_log_can_have(self, longcase: Run, outside: Path, name: str) -> None:
        """Nothing is made."""
        assert longcase("log", "init", "--origin", name).code == 2
        assert not (outside / "signer").exists()

    def test_a_folder_beside_the_store_is_told(self, longcase: Run, outside: Path, store: Path) -> None:
        """Whoever may write there can set both back together."""
        assert outside.is_dir()
        ran = longcase("log", "init", "--origin", ORIGIN, "--signer", str(store.parent / "signer"))
        assert ran.code == 0
        assert "! the signer's folder lies beside the store" in ran.err

    def test_the_usual_folder_is_of_the_log_and_not_of_the_store(
        self, log: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """A restored store meets the same memory."""
        monkeypatch.delenv("LONGCASE_SIGNER")
        monkeypatch.setattr(signing, "config_folder", lambda: str(tmp_path / "config"))
        ran = log("checkpoint")
        assert (ran.code, "there is no signer in" in ran.err) == (5, True)
        assert "restore its folder from its backup" in ran.err
        assert "log init" not in ran.err
        assert str(signing.folder_of(None, ORIGIN)).startswith(str(tmp_path / "config" / "signers"))
        assert signing.folder_of(None, ORIGIN) != signing.folder_of(None, "another")

    def test_without_what_signs(self, longcase: Run, outside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is said what to install."""
        assert outside.is_dir()
        monkeypatch.setitem(__import__("sys").modules, "cryptography.hazmat.primitives.asymmetric.mldsa", None)
        for words in (("init", "--origin", ORIGIN), ("verify",), ("status",), ("keys",), ("checkpoint",)):
            ran = longcase("log", *words)
            assert (ran.code, "pip install 'longcase[trust]'" in ran.err) == (2, True)


class TestCheckpoint:
    """What is signed is kept in the store, and written where it is asked for."""

    def test_it_is_kept_and_written(self, log: Run, outside: Path) -> None:
        """To the byte the same; again without new entries is the same again."""
        ran = log("checkpoint", "--output", str(outside / "first"), "--format", "json")
        assert found(ran) | {"root": ""} == {
            "origin": ORIGIN,
            "size": 3,
            "root": "",
            "made": True,
            "path": str(outside / "first"),
        }
        again = log("checkpoint", "--output", "-")
        assert again.out == (outside / "first").read_text()
        assert found(log("checkpoint", "--format", "json"))["made"] is False

    def test_both_keys_sign(self, log: Run) -> None:
        """With Ed25519 for today, and with ML-DSA-44 for as long as files are kept."""
        known = [read_verifier_key(line) for line in log("keys").out.splitlines()]
        opened = open_checkpoint(log("checkpoint", "--output", "-").out.encode(), known)
        assert set(opened.log_keys) == set(known)

    def test_nothing_is_written_over(self, log: Run, outside: Path) -> None:
        """Unless it is wanted; what was signed is kept in the store all the same."""
        (outside / "taken").write_text("mine")
        assert log("checkpoint", "--output", str(outside / "taken")).code == 2
        assert (outside / "taken").read_text() == "mine"
        assert log("checkpoint", "--output", str(outside / "taken"), "--force").code == 0

    def test_a_store_that_was_set_back_is_refused(self, log: Run, longcase: Run, store: Path) -> None:
        """The signer remembers more than the store has."""
        shutil.copy(store, f"{store}.old")
        longcase("report", "R-4", "--category", "other")
        assert log("checkpoint").code == 0
        shutil.copy(f"{store}.old", store)
        ran = log("checkpoint")
        assert ran.code == 3
        assert "the store has 3 entries, and a tree of 4 was signed: entries are gone" in ran.err

    def test_a_store_that_was_rewritten_is_refused(self, log: Run, store: Path) -> None:
        """Even where all that the store holds fits."""
        assert log("checkpoint").code == 0
        changed(store, "UPDATE entry SET leaf = zeroblob(32) WHERE position = 2")
        ran = log("checkpoint")
        assert (ran.code, "when they were signed, and now have" in ran.err) == (3, True)

    def test_a_signer_and_a_store_that_were_set_back_together(
        self, log: Run, longcase: Run, store: Path, outside: Path
    ) -> None:
        """Only a checkpoint that is kept outside tells; it is taken into memory where it fits."""
        shutil.copy(store, f"{store}.old")
        old = (outside / "signer" / NAME).read_bytes()
        longcase("report", "R-4", "--category", "other")
        assert log("checkpoint", "--output", str(outside / "newer")).code == 0
        shutil.copy(f"{store}.old", store)
        (outside / "signer" / NAME).write_bytes(old)
        assert log("checkpoint", "--checkpoint", str(outside / "newer")).code == 3
        assert (outside / "signer" / NAME).read_bytes() == old

    def test_a_checkpoint_of_another_log_is_not_taken(self, log: Run, outside: Path) -> None:
        """Nor a file that is none, nor one that is not there."""
        (outside / "other").write_text("a text\n")
        for name in ("other", "nowhere"):
            assert log("checkpoint", "--checkpoint", str(outside / name)).code == 2

    def test_the_signer_of_another_store(self, log: Run, longcase: Run, outside: Path, tmp_path: Path) -> None:
        """Its keys are not those that the store says."""
        other = str(tmp_path / "other.db")
        assert longcase("init", "--store", other).code == 0
        signer = str(outside / "another")
        assert longcase("log", "init", "--origin", ORIGIN, "--store", other, "--signer", signer).code == 0
        ran = log("checkpoint", "--signer", signer)
        assert (ran.code, "has other keys than this signer" in ran.err) == (4, True)

    def test_a_folder_that_is_no_signer(self, log: Run, outside: Path) -> None:
        """Nobody is told to close a folder to others that has nothing to do with it."""
        outside.chmod(0o755)
        ran = log("checkpoint", "--signer", str(outside))
        assert (ran.code, "there is no signer in" in ran.err, "chmod" in ran.err) == (5, True, False)

    def test_another_passphrase(self, log: Run, outside: Path) -> None:
        """It is not quoted."""
        (outside / "passphrase").write_text("painted iron horse 18\n")
        ran = log("checkpoint")
        assert (ran.code, "not its passphrase" in ran.err, "painted" in ran.err) == (5, True, False)
        assert "nothing was signed, and nothing was changed" in ran.err


class TestAtAGlance:
    """What is seen before anything is verified."""

    def test_a_store_that_was_set_back_is_told(self, log: Run, longcase: Run, store: Path, outside: Path) -> None:
        """By what the signer remembers, before anybody signs again."""
        shutil.copy(store, f"{store}.old")
        longcase("report", "R-4", "--category", "other")
        assert log("checkpoint").code == 0
        assert "MORE THAN THE STORE HAS" not in log("status").out
        shutil.copy(f"{store}.old", store)
        assert f"{outside / 'signer'}, last signed 4 entries, ! MORE THAN THE STORE HAS" in log("status").out

    def test_the_keys_do_not_flood_the_doctor(self, log: Run, longcase: Run) -> None:
        """Its line on the settings says that there are two."""
        assert log("keys").code == 0
        said = longcase("doctor").out
        assert "log_keys (2 lines)" in " ".join(said.split())
        assert len(said.splitlines()) < 60


class TestVerify:
    """The store against checkpoints: 0 whole, 1 tampered."""

    def test_a_store_that_is_whole(self, log: Run, outside: Path) -> None:
        """With a checkpoint kept outside, of now or of before."""
        log("checkpoint", "--output", str(outside / "first"))
        ran = log("verify", "--checkpoint", str(outside / "first"))
        assert (ran.code, "right store" in ran.err) == (0, False)
        assert ran.out.startswith("whole: 3 entries, root ")
        assert "kept outside" not in ran.err

    def test_without_one_it_is_said_what_cannot_be_told(self, log: Run) -> None:
        """Whoever may write the store may have rewritten all of it."""
        ran = log("verify")
        assert (ran.code, "! compared with nothing that is kept outside" in ran.err) == (0, True)

    def test_what_was_changed_is_named(self, log: Run, store: Path, outside: Path) -> None:
        """By position and case, and what is wrong with it."""
        log("checkpoint", "--output", str(outside / "first"))
        changed(store, "UPDATE entry SET actor = 'PS 0099' WHERE position = 2")
        ran = log("verify", "--checkpoint", str(outside / "first"))
        assert ran.code == 1
        assert ran.out.startswith("TAMPERED: the first bad entry is at position 2, entry 1 of R-2\n")
        assert f"DOES NOT AGREE with {outside / 'first'}: 3 entries" in ran.out
        said = found(log("verify", "--checkpoint", str(outside / "first"), "--format", "json"))
        assert (said["whole"], said["count"], said["checkpoints"][0]["agrees"]) == (False, 1, False)
        (item,) = said["items"]
        assert (item["finding"], item["first_position"], item["reference"]) == ("entry", 2, "R-2")

    def test_a_store_that_was_set_back(self, log: Run, longcase: Run, store: Path, outside: Path) -> None:
        """The last entries are gone, and nothing in the store says so."""
        shutil.copy(store, f"{store}.old")
        longcase("report", "R-4", "--category", "other")
        log("checkpoint", "--output", str(outside / "newer"))
        shutil.copy(f"{store}.old", store)
        assert log("verify").code == 0
        ran = log("verify", "--checkpoint", str(outside / "newer"))
        assert (ran.code, "the first bad entry is at position 4" in ran.out) == (1, True)

    def test_keys_that_were_replaced(self, log: Run, store: Path, outside: Path) -> None:
        """A checkpoint kept outside is not signed by them, and neither are those in the store."""
        log("checkpoint", "--output", str(outside / "first"))
        other = keys()["log"].public._replace(name=ORIGIN)
        for forged in (str(other), "no key"):
            changed(store, f"UPDATE store SET value = '{forged}\n' WHERE name = 'log_keys'")
            ran = log("verify", "--checkpoint", str(outside / "first"))
            assert (ran.code, "TAMPERED: the entries are whole" in ran.out) == (1, True)
            assert "checkpoint 1 in the store is not signed by its log" in ran.out

    def test_a_checkpoint_of_another_log(self, log: Run, store: Path, outside: Path) -> None:
        """It is told for what it may be; so is a store whose log was taken out."""
        log("checkpoint", "--output", str(outside / "first"))
        changed(store, "DELETE FROM store WHERE name IN ('log_origin', 'log_keys')")
        ran = log("verify", "--checkpoint", str(outside / "first"))
        assert (ran.code, "and the store has no log" in ran.out) == (1, True)
        assert "! first see whether this is the right store, and the right checkpoint" in ran.err

    def test_what_is_no_checkpoint(self, log: Run, outside: Path) -> None:
        """A file that is none is a slip, and no finding."""
        (outside / "other").write_text("a text\n")
        assert log("verify", "--checkpoint", str(outside / "other")).code == 2

    def test_a_store_without_a_log(self, longcase: Run, store: Path) -> None:
        """Its leaves and nodes can be looked at all the same."""
        longcase("report", "R-1", "--category", "other")
        assert longcase("log", "verify").code == 0
        changed(store, "UPDATE entry SET payload = zeroblob(1)")
        assert longcase("log", "verify").code == 1


class TestProve:
    """A proof is a file that can be checked without the store."""

    @pytest.mark.parametrize("words", [("R-2",), ("R-2", "1"), ("--position", "2")])
    def test_an_entry_is_proved(self, log: Run, outside: Path, store: Path, words: tuple[str, ...]) -> None:
        """Its leaf leads to the root that was signed; nothing of the entry is in the file."""
        log("checkpoint")
        assert log("prove", *words, "--output", str(outside / "proof")).code == 0
        proof = parse_proof((outside / "proof").read_bytes())
        head = parse_checkpoint(parse_note(proof.checkpoint).text).head
        recorder = SQLiteRecorder.open(str(store))
        leaf = recorder.rows("SELECT leaf FROM entry WHERE position = 2")[0][0]
        recorder.close()
        check_inclusion(leaf, 1, head, proof.hashes)
        assert b"R-2" not in (outside / "proof").read_bytes()

    def test_an_entry_that_no_checkpoint_covers(self, log: Run, longcase: Run) -> None:
        """It is said what to do; also where there is none at all."""
        ran = log("prove", "R-1", "--output", "-")
        assert (ran.code, "longcase log checkpoint makes one" in ran.err) == (3, True)
        log("checkpoint")
        longcase("act", "R-1", "child-seen")
        ran = log("prove", "R-1", "--output", "-")
        assert (ran.code, "longcase log checkpoint makes one that covers it" in ran.err) == (3, True)
        assert log("prove", "R-1", "1", "--output", "-").code == 0

    def test_an_entry_that_was_changed(self, log: Run, store: Path) -> None:
        """It is not in the store as it was signed."""
        log("checkpoint")
        changed(store, "UPDATE entry SET payload = zeroblob(1) WHERE position = 2")
        assert log("prove", "--position", "2", "--output", "-").code == 5

    @pytest.mark.parametrize(
        ("words", "code"),
        [(("R-9",), 3), (("R-1", "2"), 3), (("--position", "9"), 3), ((), 2), (("R-1", "--position", "1"), 2)],
    )
    def test_an_entry_that_there_is_not(self, log: Run, words: tuple[str, ...], code: int) -> None:
        """And a question that is none, or two."""
        log("checkpoint")
        assert log("prove", *words, "--output", "-").code == code

    @pytest.mark.parametrize("words", [("R-2",), ("--position", "2")])
    def test_a_restricted_case(self, log: Run, longcase: Run, words: tuple[str, ...]) -> None:
        """A proof of one is for those who may read it."""
        longcase("restrict", "R-2", "--to", "DI 7", "--reason", "r")
        log("checkpoint")
        assert log("prove", *words, "--output", "-").code == 3
        assert longcase("--actor", "DI 7", "log", "prove", *words, "--output", "-").code == 0


class TestTiles:
    """The log as files, which others read with programs of their own."""

    def test_the_tree_can_be_made_from_them(self, log: Run, outside: Path, longcase: Run) -> None:
        """Of the leaf texts, and of the nodes; and again after more was signed."""
        for _ in range(2):
            log("checkpoint")
            assert log("tiles", str(outside / "tiles")).code == 0
            head = parse_checkpoint(parse_note((outside / "tiles" / "checkpoint").read_bytes()).text).head
            size = head.size
            reader = TileReader(size, lambda tile: (outside / "tiles" / tile.path).read_bytes())
            assert root_at(reader, size) == head.root
            bundle = (outside / "tiles" / f"tile/entries/000.p/{size}").read_bytes()
            texts = parse_bundle(bundle, size)
            assert root_at(Nodes(nodes_of(texts)), size) == head.root
            longcase("report", "R-4", "--category", "other")

    def test_what_is_there_is_left_alone(self, log: Run, outside: Path) -> None:
        """Nothing is written twice; what was cut off is gone on with."""
        log("checkpoint")
        log("tiles", str(outside / "tiles"))
        assert "1 file written" in log("tiles", str(outside / "tiles")).err
        (outside / "tiles" / "checkpoint").unlink()
        (outside / "tiles" / "tile/0/000.p/3").unlink()
        assert "2 files written" in log("tiles", str(outside / "tiles")).err

    def test_a_folder_of_another_log(self, log: Run, outside: Path) -> None:
        """Nor one whose tiles were changed, is written into."""
        log("checkpoint")
        log("tiles", str(outside / "tiles"))
        (outside / "tiles" / "tile/0/000.p/3").write_bytes(bytes(96))
        (outside / "tiles" / "checkpoint").unlink()
        assert log("tiles", str(outside / "tiles")).code == 3
        (outside / "tiles" / "checkpoint").write_text("a text\n")
        assert log("tiles", str(outside / "tiles")).code == 3
        assert log("tiles", str(outside / "passphrase")).code == 2

    def test_an_entry_that_was_changed(self, log: Run, outside: Path, store: Path) -> None:
        """No leaf text goes out that is not the one that was signed."""
        log("checkpoint")
        changed(store, "UPDATE entry SET actor = 'PS 0099' WHERE position = 2")
        assert log("tiles", str(outside / "tiles")).code == 5
        assert not (outside / "tiles" / "checkpoint").exists()


class TestWitnessesByFile:
    """A witness without a network is asked by a file, and answers by one."""

    def request(self, log: Run, outside: Path, *words: str) -> Any:
        ran = log("request", "--output", str(outside / "request"), "--force", *words)
        assert ran.code == 0, ran.err
        return parse_submission((outside / "request").read_bytes())

    def answer(self, outside: Path, *names: str) -> None:
        note = parse_note(parse_submission((outside / "request").read_bytes()).note)
        made = noted(parse_checkpoint(note.text), *(keys()[name] for name in names))
        (outside / "answer").write_text("".join(map(str, made.lines)))

    def test_what_it_gives_back_is_checked_and_kept(self, log: Run, longcase: Run, outside: Path) -> None:
        """The next request goes on from there; the same answer twice changes nothing."""
        log("checkpoint")
        assert self.request(log, outside).old_size == 0
        self.answer(outside, "w1", "w2")
        vkeys = [word for name in ("w1", "w2") for word in ("--witness", str(keys()[name].public))]
        ran = log("cosign", str(outside / "answer"), *vkeys)
        assert (ran.code, "is cosigned by witness.example/w1, witness.example/w2" in ran.out) == (0, True)
        assert "were kept before" in log("cosign", str(outside / "answer"), *vkeys).out
        longcase("report", "R-4", "--category", "other")
        log("checkpoint")
        assert self.request(log, outside).old_size == 3
        assert self.request(log, outside, "--old", "1").old_size == 1
        assert self.request(log, outside, *vkeys[:2]).old_size == 3

    def test_an_answer_that_comes_late(self, log: Run, longcase: Run, outside: Path) -> None:
        """After another checkpoint was made it is kept with the one that it is of."""
        log("checkpoint")
        self.request(log, outside)
        self.answer(outside, "w1")
        longcase("report", "R-4", "--category", "other")
        log("checkpoint")
        ran = log("cosign", str(outside / "answer"), "--witness", str(keys()["w1"].public))
        assert ran.out == "the checkpoint of 3 entries is cosigned by witness.example/w1\n"
        assert log("verify").code == 0
        assert found(log("status", "--format", "json"))["items"][0]["size"] == 4

    def test_a_whole_checkpoint_is_an_answer_too(self, log: Run, outside: Path) -> None:
        """The log's own lines in it are passed over."""
        log("checkpoint")
        self.request(log, outside)
        self.answer(outside, "w1")
        note = parse_submission((outside / "request").read_bytes()).note
        (outside / "answer").write_bytes(note + (outside / "answer").read_bytes())
        assert log("cosign", str(outside / "answer"), "--witness", str(keys()["w1"].public)).code == 0

    def test_an_answer_that_is_none(self, log: Run, outside: Path) -> None:
        """Of a key that was not given, of another checkpoint, or no lines at all."""
        log("checkpoint")
        self.request(log, outside)
        self.answer(outside, "w1")
        w1, w2 = (str(keys()[name].public) for name in ("w1", "w2"))
        assert log("cosign", str(outside / "answer"), "--witness", w2).code == 3
        assert log("cosign", str(outside / "answer")).code == 2
        assert log("cosign", str(outside / "answer"), "--witness", "no key").code == 2
        assert log("cosign", str(outside / "nowhere"), "--witness", w1).code == 2
        for content in (b"a text\n", b"", b"\xff", b"a\n\nb"):
            (outside / "answer").write_bytes(content)
            assert log("cosign", str(outside / "answer"), "--witness", w1).code in {2, 3}

    def test_a_request_from_more_than_there_is(self, log: Run, outside: Path) -> None:
        """A witness that has seen more has seen what is gone."""
        log("checkpoint")
        ran = log("request", "--output", str(outside / "request"), "--old", "4")
        assert (ran.code, "entries may be gone" in ran.err) == (3, True)


class TestStatus:
    """How the log stands."""

    def test_before_and_after_the_first_checkpoint(self, log: Run, longcase: Run, outside: Path) -> None:
        """With what was added since, and what the signer remembers, if it is on this machine."""
        (item,) = found(log("status", "--format", "json"))["items"]
        assert (item["size"], item["behind"], item["signed_size"]) == (None, 3, 0)
        log("checkpoint")
        longcase("report", "R-4", "--category", "other")
        (item,) = found(log("status", "--format", "json"))["items"]
        assert (item["origin"], item["entries"], item["size"], item["behind"]) == (ORIGIN, 4, 3, 1)
        assert (item["signed_size"], item["cosignatures"], item["policy_met"]) == (3, [], None)
        (item,) = found(log("status", "--signer", str(outside / "nowhere"), "--format", "json"))["items"]
        assert item["signer"] is None
        assert log("status").code == 0

    def test_whether_a_policy_is_met(self, log: Run, outside: Path) -> None:
        """As many witnesses as it asks for; a cosignature that fails is no cosignature."""
        log("checkpoint")
        policy = outside / "policy"
        w1, w2 = (keys()[name].public for name in ("w1", "w2"))
        policy.write_text(f"witness w1 {w1}\nwitness w2 {w2}\ngroup g all w1 w2\nquorum g\n")
        helper = TestWitnessesByFile()
        for names, met in ((("w1",), False), (("w2",), True)):
            helper.request(log, outside)
            helper.answer(outside, *names)
            assert log("cosign", str(outside / "answer"), "--policy", str(policy)).code == 0
            (item,) = found(log("status", "--policy", str(policy), "--format", "json"))["items"]
            assert item["policy_met"] is met
            assert item["cosignatures"][-1] == {"name": f"witness.example/{names[0]}", "verified": True}
        assert "policy       met" in log("status", "--policy", str(policy)).out
        policy.write_text("quorum\n")
        assert log("status", "--policy", str(policy)).code == 2

    def test_a_store_without_a_log(self, longcase: Run, store: Path) -> None:
        """It is said how one begins."""
        assert store.exists()
        for words in (("status",), ("keys",), ("checkpoint",), ("prove", "--position", "1", "--output", "-")):
            ran = longcase("log", *words)
            assert ran.code == 3, words


def test_a_tree_that_is_not_all_there(log: Run, store: Path) -> None:
    """It is said to be damaged, and nothing is signed."""
    recorder = SQLiteRecorder.open(str(store))
    recorder.insert_events(rows(ONE, 260))
    recorder.close()
    assert log("checkpoint").code == 0
    changed(store, "DELETE FROM node")
    ran = log("checkpoint")
    assert (ran.code, "longcase log verify says" in ran.err) == (5, True)
    assert log("verify").code == 1


def test_leaf_texts_are_those_of_the_plan(log: Run, outside: Path) -> None:
    """What a bundle of tiles holds is what the leaf is the hash of, and nothing of a payload."""
    log("checkpoint")
    log("tiles", str(outside / "tiles"))
    texts = parse_bundle((outside / "tiles" / "tile/entries/000.p/3").read_bytes(), 3)
    assert texts[0].startswith(b"longcase entry v2\n1\n")
    assert (outside / "tiles" / "tile/0/000.p/3").read_bytes() == b"".join(map(leaf_hash, texts))
    assert b"R-1" not in b"".join(texts)


def test_what_somebody_else_wrote_among_the_checkpoints(log: Run, store: Path, outside: Path) -> None:
    """It is not given out as the log's own, stops no signing, and is found by whoever verifies."""
    log("checkpoint", "--output", str(outside / "first"))
    text = (outside / "first").read_text().partition("\n\n")[0]
    recorder = SQLiteRecorder.open(str(store))
    for number, note in enumerate((f"{text}\n\n— {ORIGIN} AAAAAAAA\n", "a text\n")):
        recorder.keep_checkpoint(3, note)
        assert [one.number for one in recorder.last_checkpoints(1)] == [number + 2]
    recorder.close()
    assert log("checkpoint", "--output", "-").out == (outside / "first").read_text()
    assert log("status").code == 5
    ran = log("verify")
    assert (ran.code, "checkpoint 2 in the store is not signed by its log" in ran.out) == (1, True)


def test_a_library_that_knows_no_ml_dsa(log: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said, and is not taken for a signature that fails."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

    def unknown(_: bytes) -> None:
        raise UnsupportedAlgorithm("no ML-DSA")

    log("checkpoint")
    monkeypatch.setattr(MLDSA44PrivateKey, "from_seed_bytes", unknown)
    ran = log("verify")
    assert (ran.code, "knows no ML-DSA-44" in ran.err) == (2, True)


@pytest.mark.parametrize("how", ["backup", "archive"])
def test_a_copy_has_the_log_too(log: Run, longcase: Run, outside: Path, how: str) -> None:
    """Whoever restores one meets the same signer, which signs it if nothing is gone."""
    log("checkpoint", "--output", str(outside / "first"))
    assert longcase(how, str(outside / "copy")).code == 0
    restored = str(outside / "restored.db")
    assert longcase("restore", str(outside / "copy"), "--store", restored).code == 0
    ran = log("verify", "--store", restored, "--checkpoint", str(outside / "first"))
    assert (ran.code, ran.out[:17]) == (0, "whole: 3 entries,")
    longcase("report", "R-4", "--category", "other", "--store", restored)
    assert log("checkpoint", "--store", restored).out.startswith("signed: 4 entries")
    assert log("checkpoint").code == 3
