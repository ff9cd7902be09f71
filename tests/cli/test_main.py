"""The program as typed: help, mistakes, options, completion, and how little it loads."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC
from hashlib import sha256
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import click
import pytest

from cli import lazy
from cli.completion import SHELLS
from cli.input.options import reading, recording, span
from cli.input.requests import RecordingOptions, View, command_bytes
from cli.main import main, root
from cli.registry import SECTIONS, Branch, Leaf
from domain.errors import Refused, UsageProblem
from tests.interrupts import ctrl_c

NAMES = {name: entry for _, part in SECTIONS for name, entry in part.items()}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STORE", "ACTOR", "ROLE", "DEBUG"):
        monkeypatch.delenv(f"LONGCASE_{name}", raising=False)
    monkeypatch.setenv("LONGCASE_PROFILE", os.devnull)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Put two commands in the place of ``cases`` and ``report``, and show what they were given."""
    seen: dict[str, Any] = {}

    @click.command()
    @reading(listing=True)
    @span
    def cases(view: View, since: str | None, until: str | None) -> None:
        """List cases."""
        seen.update(view=view, since=since, until=until, path=view.store_path)

    @click.command()
    @click.argument("ref")
    @click.option("--fail", is_flag=True)
    @recording
    def report(ref: str, entry: RecordingOptions, *, fail: bool) -> int:
        """Open a case."""
        if fail:
            raise Refused(f"{ref} is known")
        seen.update(ref=ref, entry=entry, envelope=entry.envelope(UTC, 0))
        return 0

    module = SimpleNamespace(cases=cases, report=report)
    monkeypatch.setattr(lazy, "import_module", lambda _: module)
    return seen


def fresh(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *args],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_help_has_headings_and_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The help lists every command with a line of its own, under four headings."""
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert [line for line in shown.splitlines() if line in {f"{head}:" for head, _ in SECTIONS}]
    assert all(f"\n  {name} " in shown for name in NAMES)
    assert all(len(line) <= 80 for line in shown.splitlines())


def test_help_imports_no_command() -> None:
    """Neither the program's help nor a group's loads a command or what commands need."""
    script = (
        "import sys; from cli.main import main; main(['--help']); main(['warrant', '--help']);"
        "heavy = [name for name in sys.modules if name.startswith(('cli.commands', 'application',"
        "'eventsourcing', 'sqlalchemy', 'msgspec', 'zoneinfo', 'pathlib', 'platformdirs'))];"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command the help is talk, and the exit code says that something was missing."""
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("Usage: longcase")


@pytest.mark.parametrize("entry", NAMES.values())
def test_every_target_is_well_formed(entry: Leaf | Branch) -> None:
    """Every command's target names a module of cli and an attribute, and its help is a sentence."""
    for leaf in entry.verbs.values() if isinstance(entry, Branch) else (entry,):
        module, colon, attribute = leaf.target.partition(":")
        assert module.startswith("cli.")
        assert colon
        assert attribute.isidentifier()
        assert leaf.help.endswith(".")


def test_a_mistyped_command(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that does not exist is named, with the nearest that do."""
    assert main(["timelin"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "longcase: 'timelin' is not a command of longcase"
    assert lines[1] == "  hint: did you mean timeline?"


def test_a_mistyped_verb(capsys: pytest.CaptureFixture[str]) -> None:
    """A verb of a group is looked for in its group."""
    assert main(["warrant", "grnt"]) == 2
    assert "did you mean grant?" in capsys.readouterr().err


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize(
    ("args", "message", "hint"),
    [
        (["cases", "--formt", "x"], "cases: no such option", "did you mean --format?"),
        (["cases", "--format", "x"], "cases: invalid value for '--format'", "usage: longcase"),
        (["cases", "--limit", "-1"], "cases: invalid value for '--limit'", "longcase cases --help"),
        (["report"], "report: missing argument 'REF'", "usage: longcase report"),
        (["--what"], "no such option", "usage: longcase"),
    ],
)
def test_usage_errors_are_in_our_words(
    capsys: pytest.CaptureFixture[str], args: list[str], message: str, hint: str
) -> None:
    """What click complains of is said as every other error is: what, why, hints; exit code 2."""
    assert main(args) == 2
    shown = capsys.readouterr().err
    assert shown.startswith(f"longcase: {message}")
    assert all(line.startswith("  hint: ") for line in shown.splitlines()[1:])
    assert hint in shown


def test_a_reading_command_gets_its_view(taken: dict[str, Any]) -> None:
    """The options of a reading command arrive together, as typed."""
    args = ["--format", "csv", "--as-at", "2016-05-20", "--limit", "0", "--sort", "-idle_seconds"]
    assert main(["cases", *args, "--since", "2016-01-01"]) == 0
    view: View = taken["view"]
    assert (view.format, view.as_at, view.known_at, view.row_limit) == (*("csv", "2016-05-20", None, None),)
    assert view.order(["idle_seconds"], "reference") == ("idle_seconds", True)
    assert (taken["since"], taken["until"]) == ("2016-01-01", None)


def test_an_unknown_order_is_refused() -> None:
    """Sorting by a field that there is not is refused, with those that there are."""
    with pytest.raises(UsageProblem, match="--sort: 'colour'"):
        View(sort="-colour").order(["risk"], "risk")
    assert View().order(["risk"], "-risk") == ("risk", True)


@pytest.mark.parametrize(
    ("args", "path"),
    [
        (["--store", "a.db", "cases"], "a.db"),
        (["cases", "--store", "b.db"], "b.db"),
        (["--store", "a.db", "cases", "--store", "b.db"], "b.db"),
    ],
)
def test_the_store_may_stand_before_the_command(taken: dict[str, Any], args: list[str], path: str) -> None:
    """The store may stand before the command or after it; after it counts."""
    assert main(args) == 0
    assert taken["path"] == path


def test_a_recording_command_gets_its_envelope(taken: dict[str, Any]) -> None:
    """Who, when, for whom, why and the command's id arrive as one envelope."""
    args = ["--at", "2016-02-12T09:12", "--role", "desk", "--on-behalf-of", "B", "--reason", "why"]
    command = "0192d5c8-7b1e-7abc-8def-0123456789ab"
    assert main(["--actor", "A", "report", "IMG-0417", *args, "--command-id", command]) == 0
    envelope = taken["envelope"]
    assert (envelope.actor, envelope.role, envelope.on_behalf_of, envelope.reason) == (
        *("A", "desk", "B", "why"),
    )
    assert envelope.occurred_at == 1_455_268_320_000_000
    assert envelope.command_id.hex() == command.replace("-", "")


def test_what_happens_now_is_left_to_the_ledger(taken: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --at the envelope has no instant, and without an id none; the actor may be set."""
    monkeypatch.setenv("LONGCASE_ACTOR", "A")
    assert main(["report", "IMG-0417"]) == 0
    assert (taken["envelope"].occurred_at, taken["envelope"].command_id) == (None, b"")


@pytest.mark.usefixtures("taken")
def test_nobody_records_without_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Without an actor nothing is recorded, and the hint says the three ways to give one."""
    assert main(["report", "IMG-0417"]) == 2
    shown = capsys.readouterr().err
    assert all(word in shown for word in ("--actor", "LONGCASE_ACTOR", "actor = "))


@pytest.mark.usefixtures("taken")
def test_a_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    """What a rule forbids ends with 3 and the reason."""
    assert main(["report", "IMG-0417", "--fail"]) == 3
    assert capsys.readouterr().err == "longcase: IMG-0417 is known\n"


@pytest.mark.parametrize("text", ["", " ", "a\tb", "CRM-1\n", "a\u200bb", "a\u2028", "\x7f", "x" * 201])
def test_what_is_no_command_id(text: str) -> None:
    """A text of nothing, of over 200 characters or with one that cannot be seen is refused as a command's id."""
    with pytest.raises(UsageProblem, match="--command-id"):
        command_bytes(text)


@pytest.mark.parametrize("text", ["5B0E7A52-64a5-4d8c-9d3c-0c6f7e0b3c11", "5b0e7a5264a54d8c9d3c0c6f7e0b3c11"])
def test_a_uuid_is_the_id_that_it_writes(text: str) -> None:
    """In capitals or not, with dashes or without."""
    assert command_bytes(text).hex() == "5b0e7a5264a54d8c9d3c0c6f7e0b3c11"


@pytest.mark.parametrize("text", ["7", "zz" * 16, "0" * 31, "CRM-123", " CRM-123", "Ünïcode", "x" * 200])
def test_any_other_text_is_an_id_by_its_hash(text: str) -> None:
    """It is hashed to the letter, as the contract says, which whoever keeps ids can do for themselves."""
    digest = bytearray(sha256(b"longcase command-id 1\n" + text.encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    assert command_bytes(text) == bytes(digest)
    assert command_bytes(str(UUID(bytes=bytes(digest)))) == bytes(digest)


def test_bytes_that_are_no_text(capsys: pytest.CaptureFixture[str]) -> None:
    """An argument that is no text in the system's encoding is refused before anything is done."""
    assert main(["report", "IMG-\udcff"]) == 2
    assert "is not text" in capsys.readouterr().err


def test_version() -> None:
    """The version is one line on standard output."""
    done = fresh("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("longcase ")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_scripts(shell: str) -> None:
    """Each shell's script is printed, and names the program and what it asks."""
    done = fresh("completion", shell)
    assert done.returncode == 0, done.stderr
    assert "_LONGCASE_COMPLETE" in done.stdout
    assert "longcase" in done.stdout


def test_the_help_of_completion_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """The help says for each shell, on a line of its own, where the script goes."""
    assert main(["completion", "--help"]) == 0
    lines = [line.split(":")[0].strip() for line in capsys.readouterr().out.splitlines()]
    assert set(SHELLS) <= set(lines)


def completions(words: str) -> list[str]:
    done = fresh(words, " ", _LONGCASE_COMPLETE="bash_complete")
    return done.stdout.splitlines()[1:]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("longcase tim", ["timeline"]),
        ("longcase re", ["report", "return", "reject", *("resume", "restrict"), "request-closure",
                         "refuse-closure", "resolve", "reopen", "retract", "record", "replay", "restore"]),
        ("longcase warrant ", ["seek", "grant", "refuse", "execute", "withdraw"]),
        ("longcase completion ", [*SHELLS, "man"]),
        ("longcase --st", ["--store"]),
        ("longcase completion --h", ["--help"]),
    ],
)  # fmt: skip
def test_completion_of_words(words: str, found: list[str]) -> None:
    """Commands, verbs, choices and options are completed, without loading other commands."""
    assert completions(words) == found


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_bash_script_is_accepted() -> None:
    """Bash can read the script and registers it for the program."""
    script = fresh("completion", "bash").stdout
    done = subprocess.run(
        ["bash", "--norc", "-c", f"{script}\ncomplete -p longcase"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "_longcase_completion" in done.stdout


def test_a_reader_that_goes_away() -> None:
    """A closed pipe ends the program quietly."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "--help"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110  (evaluated at import)
def test_a_full_disk() -> None:
    """Output that cannot be written is an error of one line, not silence."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123  (it is a device)
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 74
    assert done.stderr == "longcase: input or output failed: No space left on device\n"


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX descriptors")
@pytest.mark.parametrize(
    ("words", "closed", "code"),
    [("--help", 1, 74), ("--help", 2, 0), ("--help", 0, 0), ("nonsense", 2, 2), ("nonsense", 1, 2)],
)
def test_a_stream_that_the_caller_closed(words: str, closed: int, code: int) -> None:
    """Data that nobody can receive is an error; a closed stream is no fault of the program."""
    shell = 'exec "$0" -m cli.main "$1" ' + f"{closed}{'<' if closed == 0 else '>'}&-"
    done = subprocess.run(["sh", "-c", shell, sys.executable, words], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "internal error" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
@pytest.mark.parametrize(("heard", "ended"), [(True, (130, "longcase: interrupted\n")), (False, (0, ""))])
def test_an_interruption_from_the_keyboard(heard: bool, ended: tuple[int, str]) -> None:
    """Ctrl-C ends the program with 130 and one line, unless it was started to ignore it, as in the background."""
    script = (
        "import os; from cli import errors; from cli.input import requests;"
        f"raise SystemExit(errors.guarded(lambda: os.kill(os.getpid(), {int(signal.SIGINT)}) or 0,"
        "requests.Common()))"
    )
    with ctrl_c(heard=heard):
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == ended


def test_the_root_is_a_click_group() -> None:
    """Other tools (documentation, completion) see an ordinary group of click."""
    with click.Context(root) as context:
        assert set(root.list_commands(context)) == set(NAMES)
        assert root.get_command(context, "nothing") is None
