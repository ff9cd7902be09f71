"""The auditor's program as it is run: exit codes, what it says to people and programs, that it stands alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from longcase_verify.command import main
from tests.longcase_verify.making import KEYS, POLICY, Files, bundle_files, invented, proof, tiles, zipped
from tests.longcase_verify.tampering import CASES, honest, whole
from tests.transparency.logs import ORIGIN, TIME
from tests.transparency.vectors import ROOT
from transparency.proofs import parse_proof

KEY = ["--key", str(KEYS["log"].public), "--key", str(KEYS["log2"].public), "--now", "2027-01-20T12:00Z"]


FULL = Path("/dev/full")


class Place:
    """A folder of an auditor, with a policy and a checkpoint of an earlier visit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("policy.txt", POLICY)
        self.write("kept", honest().note(300))

    def write(self, name: str, data: bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return str(path)

    def bundle(self, files: Files) -> str:
        return self.write("bundle.zip", zipped(files))

    @property
    def policy(self) -> list[str]:
        return ["--policy", str(self.folder / "policy.txt"), "--now", "2027-01-20T12:00Z"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


Captured = pytest.CaptureFixture[str]


def test_a_whole_bundle(place: Place, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of a bundle that nobody touched, to the letter."""
    monkeypatch.chdir(place.folder)
    place.bundle(whole("inspection"))
    assert main(["bundle.zip", *place.policy, "--checkpoint", "kept", "--max-age", "30d"]) == 0
    out = capsys.readouterr().out
    assert (
        out
        == """\
bundle.zip

WHOLE. Nothing was found that contradicts what was signed.

It is made to show all entries of the log log.example/longcase/1, of 700
entries, with the content of:
EX/2016/1, EX/2016/2, EX/2016/5.
It says, unsigned, that it was made for The inspectorate at
2027-01-15T08:00:00Z: Round of 2016.
Signed by log.example/longcase/1+6ff6a452, log.example/longcase/1+60991581 on
2027-01-15T08:00Z, witness.example/w1+ed8c37d6 on 2027-01-15T08:00Z,
witness.example/w2+b430c112 on 2027-01-15T08:00Z.
Checked: 700 entries of 10 cases and registers, 206 contents.
Not covered by any signature, and not checked: README.txt, records/case-0.html,
records/case-1.html, records/case-2.html.

To be known:
- In kept: The first 300 entries are those of the checkpoint that you hold: none
  of them was rewritten.

What this does not mean:
- All entries of the log are accounted for by their headers; contents only of
  the cases disclosed.
- That an entry is unchanged does not make it true: a false entry by a genuine
  user looks the same.
- What was never entered cannot be missed here.
- What was rewritten before the first checkpoint that somebody outside the force
  held cannot be seen.
- A second history, signed by the log and enough witnesses together, is shown
  only by checkpoints you keep.
"""
    )


def test_a_tampered_bundle_names_the_place(place: Place, capsys: Captured) -> None:
    """Which entry of which case, at which position, in words."""
    entry = honest().of("EX/2016/2")[4]
    files = whole("inspection")
    name = next(name for name in files if name.startswith("entries/") and entry.line in files[name])
    changed = entry.line.replace(b"Invented", b"Inverted")
    assert main([place.bundle({**files, name: files[name].replace(entry.line, changed)}), *KEY]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "TAMPERED. Something here is not what was signed, or contradicts itself." in out
    said = f"- Entry 5 of case EX/2016/2, position {entry.position}, in {name}: What this entry says was changed"
    assert f"Tampered with: {said}" in out


def test_without_keys_nothing_is_whole(place: Place, capsys: Captured) -> None:
    """Exit code 2, and why."""
    assert main([place.bundle(whole("case"))]) == 2
    out = " ".join(capsys.readouterr().out.split())
    assert out.count("INCOMPLETE.") == 1
    assert "Whoever wrote the bundle could have made them" in out


REPORT = {
    "format": str,
    "file": str,
    "result": str,
    "exit_code": int,
    "trust": str,
    "bundle": dict,
    "checkpoint": dict,
    "signatures": list,
    "checked": dict,
    "findings": list,
    "unlisted": dict,
    "not_covered": list,
    "limits": list,
}


def test_the_report_for_programs(place: Place, capsys: Captured) -> None:
    """Its fields, which docs/trust.md lists."""
    assert main([place.bundle(whole("case")), *KEY, "--format", "json"]) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert {name: type(value) for name, value in report.items()} == REPORT
    assert report["checked"] == {"entries": 206, "streams": 0, "contents": 206}
    assert report["checkpoint"]["size"] == 700
    assert report["signatures"] == [
        {"key": f"{ORIGIN}+6ff6a452", "time": None},
        {"key": f"{ORIGIN}+60991581", "time": TIME},
    ]
    assert {finding["code"] for finding in report["findings"]} >= {
        "later-entries",
        "policy-unused",
        "nothing-held",
    }
    assert all(finding["level"] == "note" for finding in report["findings"])


def test_a_report_of_what_is_no_bundle_has_the_same_fields(place: Place, capsys: Captured) -> None:
    """A file that ends early: exit code 2, and nothing known of the bundle."""
    path = place.write("cut.zip", zipped(whole("case"))[:5_000])
    assert main([path, *KEY, "--format", "json"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert list(report) == list(REPORT)
    assert report["bundle"] is report["checkpoint"] is None


def test_what_a_hostile_bundle_says_steers_no_terminal(place: Place, capsys: Captured) -> None:
    """Escapes, carriage returns and characters that turn the direction of writing are written as escapes."""
    odd = "\x1b[2J\r\u202eWHOLE\x07"
    files = {**whole("inspection")}
    said = json.loads(files["bundle.json"])
    said |= {"to": odd, "reason": odd, "made_at": odd, "longcase": odd, "origin": odd}
    assert main([place.bundle({**files, "bundle.json": json.dumps(said).encode()}), *KEY]) == 1
    out = capsys.readouterr().out
    assert all(one == "\n" or one.isprintable() for one in out)
    assert "\\x1b[2J\\r\\u202eWHOLE\\x07" in out


def test_findings_without_number_are_counted(place: Place, capsys: Captured) -> None:
    """Twenty of a kind are listed, and the others counted."""
    files = {name: data.replace(b"Invented", b"Inverted") for name, data in whole("case").items()}
    assert main([place.bundle(files), *KEY, "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["unlisted"] == {"content": 206 - 20}
    assert main([place.bundle(files), *KEY]) == 1
    assert "- 186 more of the kind content are not listed." in capsys.readouterr().out


def wrong(place: Place) -> list[list[str]]:
    bundle = place.bundle(whole("case"))
    weak = f"{ORIGIN}+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    return [
        [],
        [bundle, "--nonsense"],
        [bundle, *KEY, *place.policy],
        [bundle, "--key", "nonsense"],
        [bundle, "--key", weak],
        [bundle, "--key", str(KEYS["w1"].public)],
        [bundle, "--policy", place.write("empty", b"")],
        [bundle, "--policy", str(place.folder / "missing")],
        [bundle, *KEY, "--checkpoint", place.write("no-note", b"no checkpoint")],
        [bundle, *KEY, "--checkpoint", str(place.folder / "missing")],
        [bundle, *KEY, "--max-age", "soon"],
        [bundle, *KEY, "--now", "soon"],
        [bundle, *KEY, "--format", "xml"],
        [str(place.folder / "missing.zip"), *KEY],
        [str(place.folder), *KEY],
        [place.write("no.zip", b"no zip"), *KEY],
        ["proof", place.write("proof", proof(honest(), 5)), "--entry", str(place.folder / "kept")],
        ["proof", str(place.folder / "proof"), *KEY],
        ["tiles", str(place.folder / "kept"), *KEY],
        ["tiles", str(place.folder)],
    ]


@pytest.mark.parametrize("number", range(20))
def test_what_cannot_be_checked_has_exit_code_3(number: int, place: Place, capsys: Captured) -> None:
    """Wrong arguments, files that are not there, and what nobody could trust: a sentence on the error stream."""
    cases = wrong(place)
    assert len(cases) == 20
    assert main(cases[number]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("longcase-verify")
    assert "Traceback" not in said.err


def test_a_file_that_is_none_is_named(place: Place, capsys: Captured) -> None:
    """Whoever gives several files is told which is meant."""
    bundle = place.bundle(whole("case"))
    for words, named in (
        ([place.write("no.zip", b"no zip"), *KEY], "no.zip: this is no ZIP file"),
        ([bundle, "--policy", place.write("empty", b"")], "empty: what you trust cannot be used"),
        ([bundle, "--key", "nonsense"], "--key: what you trust cannot be used"),
        ([bundle, *KEY, "--checkpoint", place.write("none", b"no note")], "none is no checkpoint"),
    ):
        assert main(words) == 3
        assert named in capsys.readouterr().err


def test_of_a_file_that_was_cut_off_there_is_little_to_say(place: Place, capsys: Captured) -> None:
    """And no gap where something would stand of a whole one."""
    assert main([place.write("cut.zip", zipped(whole("case"))[:500]), *KEY]) == 2
    out = capsys.readouterr().out
    assert "The file is not whole" in out
    assert "\n\n\n" not in out


def test_the_report_fits_a_terminal(place: Place, capsys: Captured) -> None:
    """No line of prose is longer than 80 characters; names of keys are never cut."""
    main([place.bundle(whole("case")), *KEY])
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines[1:] if len(line) > 80] == []


def test_nobody_has_to_read_to_the_end(place: Place) -> None:
    """A reader that goes away early changes no exit code, and brings no traceback."""
    command = [sys.executable, "-m", "longcase_verify", place.bundle(whole("case")), *KEY, "--format", "json"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


@pytest.mark.skipif(not FULL.exists(), reason="there is no disk here that is always full")
def test_a_report_that_cannot_be_written_is_no_result(place: Place) -> None:
    """A full disk under the report: exit code 3, in words."""
    command = [sys.executable, "-m", "longcase_verify", place.bundle(whole("case")), *KEY]
    with FULL.open("w") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr == "longcase-verify: [Errno 28] No space left on device\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes on Windows")
def test_what_cannot_be_read_again_is_refused(place: Place) -> None:
    """A ZIP file is read from its end: a pipe is no file of that kind."""
    pipe = place.folder / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(
        [sys.executable, "-m", "longcase_verify", str(pipe), *KEY], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        pipe.open("wb").close()
        assert process.stderr is not None
        said = process.stderr.read()
    assert process.returncode == 3
    assert said.startswith("longcase-verify: ")
    assert "Traceback" not in said


def test_an_interruption_is_no_result(place: Place, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 3, in words."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("longcase_verify.command.check_bundle", interrupted)
    assert main([place.bundle(whole("case")), *KEY]) == 3
    assert capsys.readouterr().err.startswith("longcase-verify: interrupted")


def test_help_is_no_error(capsys: Captured) -> None:
    """``--help`` says which exit codes there are."""
    assert main(["--help"]) == 0
    assert "Exit code 0: whole" in capsys.readouterr().out


def test_one_proof(place: Place, capsys: Captured) -> None:
    """The proof of one entry holds for that entry alone."""
    path = place.write("proof", proof(honest(), 5))
    leaf = place.write("leaf", honest().leaves[4])
    held = place.write("kept", honest().note(700))
    assert main(["proof", path, "--entry", leaf, *place.policy, "--checkpoint", held]) == 0
    assert "Checked: 1 entries" in capsys.readouterr().out
    for other in (honest().leaves[5], honest().leaves[4].replace(b"PC", b"PS"), b"no leaf"):
        assert main(["proof", path, "--entry", place.write("other", other), *place.policy]) == 1
    assert main(["proof", place.write("no", b"no proof"), "--entry", leaf, *place.policy]) == 1
    extra = parse_proof(proof(honest(), 5))._replace(extra=b"more").to_bytes()
    assert main(["proof", place.write("extra", extra), "--entry", leaf, *place.policy]) == 0
    assert "The proof has a line that nothing signs" in capsys.readouterr().out
    forked = honest().forked([*honest().entries[:-1], *invented(700, seed=8)[-1:]])
    path = place.write("proof", proof(forked, 5))
    assert main(["proof", path, "--entry", leaf, *place.policy, "--checkpoint", held]) == 1


def test_a_folder_of_tiles(place: Place, capsys: Captured) -> None:
    """All entries of a log in a folder, as a log publishes them."""
    files = {**tiles(honest()), "checkpoint": honest().note(700)}
    for name, data in files.items():
        place.write(f"log/{name}", data)
    folder = str(place.folder / "log")
    assert main(["tiles", folder, *place.policy, "--checkpoint", str(place.folder / "kept")]) == 0
    assert "Checked: 700 entries of 10 cases and registers" in capsys.readouterr().out
    data = files["tile/entries/001"]
    place.write(
        "log/tile/entries/001", data.replace(honest().leaves[300], honest().leaves[300].replace(b"PC", b"PS"))
    )
    assert main(["tiles", folder, *KEY]) == 1
    assert "position 301" in capsys.readouterr().out
    (place.folder / "log" / "tile" / "entries" / "001").unlink()
    assert main(["tiles", folder, *KEY]) == 2


def run(*command: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_it_stands_alone(place: Place) -> None:
    """With its own folder alone on the path it imports the standard library, and cryptography."""
    shutil.copytree(ROOT / "longcase_verify", place.folder / "alone" / "longcase_verify")
    script = f"""
import sys
sys.path.insert(0, {str(place.folder / "alone")!r})
import longcase_verify.command
code = longcase_verify.command.main(sys.argv[1:])
of_others = {{name.partition(".")[0] for name in sys.modules}} - set(sys.stdlib_module_names)
print(sorted(of_others - {{"__main__", "cryptography", "_cffi_backend", "_openssl", "longcase_verify"}}))
print(longcase_verify.__file__)
sys.exit(code)
"""
    before = run(sys.executable, "-I", "-c", script.replace("code = ", "code = 0 #"))
    done = run(sys.executable, "-I", "-c", script, place.bundle(whole("inspection")), *KEY, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == before.stdout.splitlines(), done.stdout
    assert str(place.folder) in done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("one") / "verify.pyz"
    done = run(sys.executable, "-m", "scripts.write_verifier", str(path), cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return path


def test_it_is_one_file_too(place: Place, one_file: Path) -> None:
    """``verify.pyz`` says what the installed program says."""
    arguments = [place.bundle(whole("case")), *KEY]
    alone = run(sys.executable, "-I", str(one_file), *arguments)
    installed = run(sys.executable, "-m", "longcase_verify", *arguments, cwd=ROOT)
    assert alone.returncode == 0, alone.stderr
    assert alone.stdout == installed.stdout
    assert run(sys.executable, "-I", str(one_file)).returncode == 3


def test_the_one_file_is_the_same_whenever_it_is_made(one_file: Path, tmp_path: Path) -> None:
    """Whoever has the source can make it again, and compare what was printed."""
    again = tmp_path / "again.pyz"
    done = run(sys.executable, "-m", "scripts.write_verifier", str(again), cwd=ROOT)
    assert again.read_bytes() == one_file.read_bytes()
    assert re.fullmatch(r"[0-9a-f]{64}  .*again\.pyz\n", done.stdout)
    assert os.access(again, os.X_OK)


def test_without_cryptography_it_says_what_to_install(place: Place, one_file: Path) -> None:
    """A Python that has only its own library: one sentence, and exit code 3."""
    done = run(sys.executable, "-I", "-S", str(one_file), place.bundle(whole("case")), *KEY)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "longcase-verify: signatures are checked with cryptography 50 or newer: "
        "python -m pip install 'cryptography>=50'\n"
    )


def test_an_empty_log_and_no_case(place: Place) -> None:
    """A log of no entries, and a bundle that discloses no case, are whole."""
    empty = honest().forked([])
    assert main([place.bundle(bundle_files(empty)), *KEY]) == 0
    assert main([place.bundle(bundle_files(honest())), *KEY]) == 0
    assert main([place.bundle(bundle_files(honest(), "inspection", CASES, (0, 300))), *KEY]) == 0
