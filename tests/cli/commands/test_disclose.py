"""``longcase disclose``: a bundle that the auditor's program takes, and an entry that says it was given away."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cli.commands import disclose as module
from exchange.disclosure import bundle
from longcase_verify.command import main as verify
from tests.postgres.databases import by_the_tests_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Clock
    from tests.postgres.databases import Databases

    Longcase = Callable[..., Any]

REF = "EX/2016/1"
WHY = ("--to", "the Crown Court at Elsewhere", "--reason", "ordered")
ROOT = Path(__file__).resolve().parents[3]
ID = "11111111-1111-4111-8111-111111111111"


@pytest.fixture(scope="module")
def passphrase(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("signing") / "passphrase"
    path.write_text("correct horse battery staple")
    path.chmod(0o600)
    return str(path)


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passphrase: str, clock: Clock
) -> Iterator[str]:
    """A store on either engine, named by the environment, with a signer's folder apart."""
    monkeypatch.setenv("LONGCASE_PASSPHRASE_FILE", passphrase)
    monkeypatch.setenv("LONGCASE_SIGNER", str(tmp_path / "apart" / "signer"))
    monkeypatch.setenv("LONGCASE_ACTOR", "PS 0088")
    if request.param == "sqlite":
        monkeypatch.setenv("LONGCASE_STORE", str(tmp_path / "longcase.db"))
        yield str(tmp_path / "longcase.db")
        return
    databases: Databases = request.getfixturevalue("databases")
    with databases.empty() as url, by_the_tests_clock():
        monkeypatch.setenv("LONGCASE_STORE", url)
        yield url


@pytest.fixture
def told(longcase: Longcase, kept: str, clock: Clock) -> Callable[..., str]:
    """Carry out a command that must succeed, and return what it wrote; first a store of three cases, signed."""

    def run(*words: str) -> str:
        ran = longcase(*words)
        assert ran.code == 0, (words, ran)
        return str(ran.out)

    run("init", "--zone", "Europe/London")
    clock.set("2016-05-20T09:00:00Z")
    for reference in (REF, "EX/2016/2", "EX/2016/3"):
        run("report", reference, "--category", "other", "--summary", f"told of {reference}")
    run("log", "init", "--origin", "force.example/cases")
    run("log", "checkpoint")
    clock.set("2016-05-21T09:00:00Z")
    return run


def verified(told: Callable[..., str], capsysbinary: Any, file: Path, *more: str) -> tuple[int, Any]:
    keys = [word for key in told("log", "keys").splitlines() for word in ("--key", key)]
    code = verify([str(file), *keys, "--format", "json", *more])
    return code, json.loads(capsysbinary.readouterr().out)


def test_cases_for_a_court_are_taken_by_the_auditors_program(
    told: Callable[..., str], tmp_path: Path, capsysbinary: Any
) -> None:
    """Whole; a byte changed is told; and the case says to whom it was given, and why."""
    file = tmp_path / "case.zip"
    said = told("disclose", "ex/2016/1".upper(), *WHY, "--output", str(file))
    assert said == f"{file}: 1 case, up to position 3, for the Crown Court at Elsewhere; recorded at position 4\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    code, found = verified(told, capsysbinary, file)
    assert code == 0, found
    text = told("timeline", REF)
    assert (
        "the whole record disclosed to the Crown Court at Elsewhere, up to position 3   reason: ordered" in text
    )
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"told of EX/2016/1", b"told of EX/2016/9"))
    code, _ = verified(told, capsysbinary, changed)
    assert code == 1


def test_a_round_is_taken_with_all_headers(
    told: Callable[..., str], tmp_path: Path, capsysbinary: Any, clock: Clock
) -> None:
    """The next visit has the checkpoints since the last, and shows that nothing was rewritten."""
    inspector = ("--actor", "HMI 3", "--role", "inspectorate")
    told("inspection", "open", "round-1", *inspector)
    told("inspection", "sample", "round-1", "--size", "2", "--seed", "7", *inspector)
    told("log", "checkpoint", "--output", str(tmp_path / "kept"))
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    words = ("disclose", "--inspection", "round-1", "--to", "the inspectorate", "--reason", "the visit")
    receipt = json.loads(told(*words, "--output", str(first), "--format", "json"))
    assert receipt["kind"] == "inspection"
    assert [one["event"] for one in receipt["entries"]] == ["inspection.disclosed", *["case.disclosed"] * 2]
    assert (receipt["size"], receipt["earlier"], receipt["repeated"]) == (5, [], False)
    assert verified(told, capsysbinary, first)[0] == 0
    told("log", "checkpoint")
    receipt = json.loads(told(*words, "--output", str(second), "--format", "json"))
    assert (receipt["size"], receipt["earlier"]) == (8, [5])
    assert verified(told, capsysbinary, second, "--checkpoint", str(tmp_path / "kept"))[0] == 0
    assert "2 cases disclosed to the inspectorate, up to position 5" in told(
        "audit", "--event", "inspection.disclosed"
    )


def test_a_case_that_goes_on_after_the_checkpoint_is_refused(
    told: Callable[..., str], longcase: Longcase, tmp_path: Path
) -> None:
    """With the command that signs; nothing is recorded, and no file is left."""
    told("act", REF, "child-seen")
    file = tmp_path / "case.zip"
    ran = longcase("disclose", REF, *WHY, "--output", str(file))
    assert ran.code == 3
    assert "the newest checkpoint ends at position 3, and EX/2016/1 has an entry at 4" in ran.err
    assert "longcase log checkpoint" in ran.err
    assert not list(tmp_path.glob("*case.zip*"))
    assert "disclosed" not in told("timeline", REF)


def test_a_disclosure_cut_off_is_finished_by_the_same_command(
    told: Callable[..., str],
    longcase: Longcase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: Any,
) -> None:
    """It is recorded, there is no bundle, and it is said how one is made; then there is one, and one entry."""
    file, words = tmp_path / "case.zip", ("disclose", REF, *WHY, "--output", str(tmp_path / "case.zip"))
    for error in (OSError(28, "No space left on device"), KeyboardInterrupt()):
        with monkeypatch.context() as patch:
            patch.setattr(bundle, "_manifest", _raising(error))
            ran = longcase(*words, "--command-id", ID)
        assert ran.code in {5, 130}
        assert "the disclosure is recorded, at position 4, and there is no bundle" in ran.err
        assert f"repeat it with --command-id {ID}" in ran.err
        assert not list(tmp_path.glob("*case.zip*"))
    assert told(*words, "--command-id", ID).endswith("recorded before at position 4\n")
    assert verified(told, capsysbinary, file)[0] == 0
    assert told("timeline", REF).count("disclosed to") == 1
    again = tmp_path / "again.zip"
    told("log", "checkpoint")
    told("disclose", REF, *WHY, "--output", str(again), "--command-id", ID)
    assert again.read_bytes() == file.read_bytes()
    other = longcase("disclose", "EX/2016/2", *WHY, "--output", str(tmp_path / "no.zip"), "--command-id", ID)
    assert other.code == 4
    assert not (tmp_path / "no.zip").exists()


def _raising(error: BaseException) -> Callable[..., Any]:
    def fail(*_: Any) -> None:
        raise error

    return fail


def test_nothing_is_written_over(told: Callable[..., str], longcase: Longcase, tmp_path: Path) -> None:
    """Nor recorded, where it would be: not a file, not a link, not the store."""
    file, link = tmp_path / "case.zip", tmp_path / "link.zip"
    file.write_text("mine")
    link.symlink_to(tmp_path / "nowhere")
    for output in (file, link):
        ran = longcase("disclose", REF, *WHY, "--output", str(output))
        assert (ran.code, file.read_text()) == (2, "mine")
        assert "is there already" in ran.err
    ran = longcase("disclose", REF, *WHY, "--output", str(tmp_path / "none" / "case.zip"))
    assert ran.code == 2
    assert "disclosed" not in told("timeline", REF)


def test_a_restricted_case_is_disclosed_by_its_readers(
    told: Callable[..., str], longcase: Longcase, tmp_path: Path, clock: Clock
) -> None:
    """Nobody else learns more than that it is restricted, and records nothing."""
    told("restrict", REF, "--to", "DI 7", "--reason", "a colleague")
    told("log", "checkpoint")
    file = tmp_path / "case.zip"
    ran = longcase("disclose", "EX/2016/2", REF, *WHY, "--output", str(file))
    assert (ran.code, file.exists()) == (3, False)
    assert "is restricted" in ran.err
    assert "told of" not in ran.err
    told("disclose", "EX/2016/2", REF, *WHY, "--output", str(file), "--actor", "DI 7")
    again = longcase("disclose", "EX/2016/2", REF, *WHY, "--output", str(tmp_path / "no.zip"))
    assert (again.code, (tmp_path / "no.zip").exists()) == (3, False)


def test_what_is_wrong_with_the_command_is_said(
    told: Callable[..., str], longcase: Longcase, tmp_path: Path
) -> None:
    """Before anything is looked at."""
    output = ("--output", str(tmp_path / "case.zip"))
    nobody = tmp_path / "nobody"
    nobody.write_text("nothing\n")
    for words, code, said in (
        (("disclose", *WHY, *output), 2, "cases REF or --inspection I say what is disclosed"),
        (("disclose", REF, "--inspection", "round-1", *WHY, *output), 2, "cases REF or --inspection I say"),
        (("disclose", REF, "--to", "x", *output), 2, "a disclosure needs a reason"),
        (("disclose", REF, *WHY, *output, "--policy", str(nobody)), 2, "is no policy"),
        (
            ("disclose", REF, *WHY, *output, "--known", str(nobody)),
            3,
            "is no checkpoint that this log has signed",
        ),
        (("disclose", REF, *WHY, *output, "--known", str(tmp_path / "none")), 2, "cannot be read"),
        (("disclose", "NONE", *WHY, *output), 3, "there is no case NONE"),
        (("disclose", "--inspection", "round-9", *WHY, *output), 3, "there is no inspection round-9"),
        (("disclose", REF, "--to", " ", "--reason", "x", *output), 3, "to whom it is disclosed is empty"),
    ):
        ran = longcase(*words)
        assert (ran.code, ran.out) == (code, ""), (words, ran)
        assert said in ran.err, (words, ran)
        assert not list(tmp_path.glob("*case.zip*"))
    assert "disclosed" not in told("timeline", REF)


def test_without_what_verifies_signatures_it_says_what_to_install(
    told: Callable[..., str], longcase: Longcase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the other commands of the log do."""
    monkeypatch.setitem(__import__("sys").modules, "cryptography.hazmat.primitives.asymmetric.mldsa", None)
    ran = longcase("disclose", REF, *WHY, "--output", str(tmp_path / "case.zip"))
    assert ran.code == 2
    assert "pip install 'longcase[trust]'" in ran.err
    assert module.disclose.name == "disclose"


KILLS = [
    ("exchange.disclosure.planning.recorded", 0),
    ("exchange.disclosure.bundle._manifest", 1),
    ("exchange.disclosure.bundle._line", 1),
    ("exchange.atomic_file.synchronise", 1),
    ("cli.commands.disclose._answer", 1),
]
"""Where a process is killed as it calls, and how many entries there are of the disclosure by then."""


@pytest.mark.parametrize(("call", "entries"), KILLS, ids=[call for call, _ in KILLS])
@pytest.mark.parametrize("kept", ["sqlite"], indirect=True)
def test_killed_anywhere_there_is_an_entry_before_there_is_a_bundle(
    told: Callable[..., str], tmp_path: Path, capsysbinary: Any, clock: Clock, call: str, entries: int
) -> None:
    """Or neither; and the same command makes the bundle that there would have been, and one entry."""
    file = tmp_path / "case.zip"
    words = ["disclose", REF, *WHY, "--output", str(file), "--command-id", ID]
    module_name, _, name = call.rpartition(".")
    script = (
        f"import os, signal; import {module_name} as found; from cli.main import main;"
        "from cli.session import stores;"
        f"stores.now = lambda: {clock.now};"
        f"found.{name} = lambda *a, **b: os.kill(os.getpid(), signal.SIGKILL);"
        f"main({words!r})"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert told("timeline", REF).count("disclosed to") == entries
    there = call.endswith("_answer")
    assert file.exists() == there
    if there:
        file.unlink()
    told(*words)
    assert told("timeline", REF).count("disclosed to") == 1
    assert verified(told, capsysbinary, file)[0] == 0
