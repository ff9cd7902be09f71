"""``longcase demo --log``: a demonstration whose record is signed, with keys that say what they are for."""

from __future__ import annotations

import shlex
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from ledger.sqlite.recorder import SQLiteRecorder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

NAME = "longcase-inspections.db"
LOG = "longcase-inspections-log"
COMMAND = ("demo", "--inspections", "--log")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("COLUMNS", "80")
    return here


def as_told(screen: str, patch: pytest.MonkeyPatch) -> list[str]:
    """Set what the screen says to set, and return the commands about the log."""
    lines = screen.splitlines()
    for line in lines:
        if line.startswith("  export LONGCASE"):
            name, _, value = shlex.split(line)[1].partition("=")
            patch.setenv(name, value)
    found = [line.partition("longcase ")[2] for line in lines if "  longcase " in line]
    return [line for line in found if line.startswith(("log ", "witness "))]


def test_the_record_is_signed_and_cosigned(longcase: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed works as it is printed; the keys are said to be for demonstration, with the passphrase."""
    ran = longcase(*COMMAND)
    assert ran.code == 0
    assert "FOR DEMONSTRATION ONLY" in ran.out
    assert (folder / LOG / "passphrase").read_text() == "for demonstration only\n"
    assert '"for demonstration only"' in ran.out
    verify, status, seen = as_told(ran.out, monkeypatch)
    assert longcase(*shlex.split(verify)).out.splitlines()[1].startswith("whole: ")
    said = longcase(*shlex.split(status)).out
    assert "cosigned by  demo.example/witness/1\n" in said
    assert said.endswith("policy       met\n")
    assert "demo.example/longcase/1" in longcase(*shlex.split(seen)).out


def test_what_is_tidied_up_in_it_is_told(longcase: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what it is for."""
    verify, *_ = as_told(longcase(*COMMAND).out, monkeypatch)
    recorder = SQLiteRecorder.open(NAME)
    recorder.connection.execute("DROP TRIGGER entry_update")
    recorder.connection.execute("UPDATE entry SET actor = 'PS 0042' WHERE position = 700")
    recorder.close()
    ran = longcase(*shlex.split(verify))
    assert (ran.code, "the first bad entry is at position 700" in ran.out) == (1, True)


def test_a_second_time_nothing_is_made_anew(longcase: Run, folder: Path) -> None:
    """What was recorded since is signed too, and what is kept outside stays the first checkpoint."""
    longcase(*COMMAND)
    before = {path: path.read_bytes() for path in (folder / LOG).rglob("*") if path.suffix in {".pem", ".txt"}}
    kept = (folder / LOG / "checkpoint").read_bytes()
    assert longcase("act", "NCP-0156", "child-seen", "--store", NAME, "--actor", "DC 1").code == 0
    assert longcase(*COMMAND).code == 0
    assert {path: path.read_bytes() for path in before} == before
    assert (folder / LOG / "checkpoint").read_bytes() == kept
    assert "since then   0 entries" in longcase("log", "status", "--store", NAME).out


def test_without_it_there_is_no_log(longcase: Run, folder: Path) -> None:
    """The usual demonstration makes no keys, and does not need what makes them; it can get a log later."""
    assert longcase("demo", "--inspections").code == 0
    assert not (folder / LOG).exists()
    assert longcase("log", "status", "--store", NAME).code == 3
    assert longcase(*COMMAND).code == 0
    assert longcase("log", "status", "--store", NAME).code == 0


def test_keys_that_are_gone(longcase: Run, folder: Path) -> None:
    """They are not made anew, and it is said what to do."""
    longcase(*COMMAND)
    (folder / LOG).rename(folder / "elsewhere")
    ran = longcase(*COMMAND)
    assert (ran.code, "were in" in ran.err, "longcase demo --log --store PATH" in ran.err) == (4, True, True)


def test_the_keys_of_a_demonstration_that_was_thrown_away(longcase: Run, folder: Path) -> None:
    """They have signed other entries: that is said, and not that entries of the new store are gone."""
    longcase(*COMMAND)
    for file in folder.glob(f"{NAME}*"):
        file.unlink()
    ran = longcase(*COMMAND)
    assert (ran.code, "was made before" in ran.err, "remove that folder" in ran.err) == (4, True, True)
    shutil.rmtree(folder / LOG)
    assert longcase(*COMMAND).code == 0


def test_what_was_cut_off_is_gone_on_with(longcase: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signer that was made before the store could say so, and a store that says so before it was cosigned."""
    from application.signing import checkpoints

    for name in ("begin_log", "make_checkpoint", "newest"):
        with monkeypatch.context() as patch:
            patch.setattr(checkpoints, name, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            longcase(*COMMAND)
    assert longcase(*COMMAND).code == 0
    assert longcase("log", "verify", "--store", NAME, "--checkpoint", f"{LOG}/checkpoint").code == 0


def test_a_folder_that_is_there_already(longcase: Run, folder: Path) -> None:
    """Somebody's folder is left as it is."""
    (folder / LOG).mkdir()
    (folder / LOG / "minutes").write_text("of the meeting")
    ran = longcase(*COMMAND)
    assert (ran.code, "is left as it is" in ran.err) == (4, True)
    assert [path.name for path in (folder / LOG).iterdir()] == ["minutes"]


def test_without_what_signs_nothing_is_made(longcase: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said what to install, and there is no store either."""
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.mldsa", None)
    ran = longcase(*COMMAND)
    assert (ran.code, "pip install 'longcase[trust]'" in ran.err) == (2, True)
    assert list(folder.iterdir()) == []
