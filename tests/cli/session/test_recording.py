"""What all recording commands have in common."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from application.app import Longcase
from cli.registry import SECTIONS, Branch, Leaf
from domain.identity import case_stream
from domain.instant import zone_of
from ledger.sqlite.recorder import SQLiteRecorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[3]
RECORDING = (
    "--at",
    "--actor",
    "--role",
    "--on-behalf-of",
    "--reason",
    "--command-id",
    "--format",
    "--today",
    "--store",
)
COMMAND = "00000000-0000-7000-8000-000000000001"


def leaves(entries: dict[str, Leaf | Branch], *before: str) -> Iterator[tuple[str, ...]]:
    for word, entry in entries.items():
        if isinstance(entry, Leaf):
            yield (*before, word)
        else:
            yield from leaves(dict(entry.verbs), *before, word)


def stored(store: Path, reference: str) -> list[Any]:
    recorder = SQLiteRecorder.open(str(store))
    try:
        return Longcase(recorder).entries(case_stream(reference))
    finally:
        recorder.close()


@pytest.fixture
def case(longcase: Callable[..., Any], store: Path) -> str:
    longcase("report", "IMG-0417", "--category", "indecent-images")
    return "IMG-0417"


@pytest.mark.parametrize("words", list(leaves(dict(SECTIONS)["Record"])), ids=" ".join)
def test_every_recording_command_takes_the_same_options(
    words: tuple[str, ...], longcase: Callable[..., Any]
) -> None:
    """Who, when, for whom, why, under which id, in which store: every command takes it."""
    done = longcase(*words, "--help")
    assert done.code == 0
    assert [option for option in RECORDING if option not in done.out] == []


def test_the_envelope_is_stored(case: str, longcase: Callable[..., Any], store: Path, clock: Any) -> None:
    """What the options say of the entry is in the entry."""
    given = {"--actor": "PS 1", "--role": "supervisor", "--on-behalf-of": "DC 2", "--reason": "asked"}
    clock.set("2016-06-01T12:00:00Z")
    longcase("act", case, "arrest", "--at", "2016-06-01", *(word for pair in given.items() for word in pair))
    entry = stored(store, case)[-1]
    assert (entry.actor, entry.role, entry.event.on_behalf_of, entry.event.reason) == tuple(given.values())
    assert entry.event.via == "cli"
    assert entry.occurred_at == 1464735600_000_000, "the start of 1 June in London"


def test_what_is_recorded_more_than_a_day_late_says_so(
    case: str, longcase: Callable[..., Any], clock: Any
) -> None:
    """A second over a day is late, a day is not."""
    clock.set("2016-06-02T12:00:00Z")
    assert longcase("act", case, "arrest", "--at", "2016-06-01T12:00:00Z").err == ""
    late = longcase("act", case, "arrest", "--at", "2016-06-01T11:59:59Z")
    assert (late.code, late.err) == (0, "! entry 3: recorded more than a day late\n")


def test_nobody_acts(case: str, longcase: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an actor nothing is recorded, and it is said how to give one."""
    monkeypatch.delenv("LONGCASE_ACTOR")
    done = longcase("act", case, "arrest")
    assert done.code == 2
    assert "--actor" in done.err
    assert "LONGCASE_ACTOR" in done.err
    assert "profile.toml" in done.err


@pytest.mark.parametrize("option", ["--actor", "--role", "--on-behalf-of"])
@pytest.mark.parametrize("given", ["", " "])
def test_an_empty_name_is_not_taken_for_none(
    case: str, longcase: Callable[..., Any], store: Path, option: str, given: str
) -> None:
    """A variable that a script forgot to set does not make the entry the act of whoever the profile names."""
    before = len(stored(store, case))
    done = longcase("act", case, "arrest", option, given)
    assert (done.code, done.err.splitlines()[0]) == (2, f"longcase: {option} is empty")
    assert len(stored(store, case)) == before


def test_no_store(longcase: Callable[..., Any], tmp_path: Path) -> None:
    """Where there is no store the exit code is 5, and it is said how to make one."""
    done = longcase("act", "A", "arrest", "--actor", "B", "--store", str(tmp_path / "none.db"))
    assert done.code == 5
    assert "longcase init" in done.err


def test_a_file_that_is_no_store(longcase: Callable[..., Any], tmp_path: Path) -> None:
    """Another file is left alone."""
    other = tmp_path / "letter.txt"
    other.write_text("Dear all, this is a letter and no store." * 100)
    done = longcase("act", "A", "arrest", "--actor", "B", "--store", str(other))
    assert done.code == 5
    assert "is not a store" in done.err
    assert other.read_text().startswith("Dear all")


def test_text_from_standard_input(case: str, longcase: Callable[..., Any], store: Path) -> None:
    """``--text -`` reads the text, to the letter but for its last line end."""
    longcase("act", case, "interview", "--text", "-", stdin=b"two\nlines \x1b[2J\n")
    assert stored(store, case)[-1].event.text == "two\nlines \x1b[2J"


@pytest.mark.parametrize(
    ("content", "why"), [(b"x" * 1_000_001, "longer"), (b"\xff", "UTF-8"), (b"\n", "nothing")]
)
def test_a_text_that_is_refused(content: bytes, why: str, case: str, longcase: Callable[..., Any]) -> None:
    """Text that is too long, no text or none is refused, and nothing is recorded."""
    done = longcase("act", case, "interview", "--text", "-", stdin=content)
    assert done.code == 2
    assert why in done.err


HOSTILE = "\x1b[2Jev\u202eil\x00".replace("\x00", "\x07")


@pytest.mark.parametrize(
    "words",
    [
        ("report", f"R{HOSTILE}", "--category", "other"),
        ("act", "IMG-0417", "arrest", "--actor", HOSTILE),
        ("act", "IMG-0417", "arrest", "--role", HOSTILE),
        ("act", "IMG-0417", "arrest", "--on-behalf-of", HOSTILE),
        ("allocate", "IMG-0417", HOSTILE),
        ("warrant", "seek", "IMG-0417", "--warrant", HOSTILE),
        ("escalate", "IMG-0417", "--concern", "c", "--escalation", HOSTILE, "--role", "inspectorate"),
        ("restrict", "IMG-0417", "--to", HOSTILE, "--reason", "why"),
        ("link", "IMG-0417", "IMG-0417", "--as", HOSTILE),
        ("officer", "enrol", HOSTILE),
        ("officer", "accredit", HOSTILE, "w"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_identifiers_with_control_characters(
    words: tuple[str, ...], case: str, longcase: Callable[..., Any]
) -> None:
    """An identifier that a terminal would obey or hide is refused, and shown safe."""
    done = longcase(*words)
    assert done.code == 3
    assert "\x1b" not in done.err
    assert "\u202e" not in done.err


def test_texts_with_control_characters(case: str, longcase: Callable[..., Any], store: Path) -> None:
    """A text is stored as it was given, and shown safe."""
    for style in ("table", "json"):
        done = longcase("act", case, "arrest", "--outcome", HOSTILE, "--text", HOSTILE, "--format", style)
        assert done.code == 0
        assert not set("\x1b\x07\u202e") & set(done.out + done.err)
    assert stored(store, case)[-1].event.text == HOSTILE


def test_cut_off_after_recording(
    case: str, longcase: Callable[..., Any], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the answer cannot be written it is said that the entry is recorded; a retry adds nothing."""

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("cli.session.recording.receipt", full)
        done = longcase("act", case, "arrest", "--command-id", COMMAND)
    assert done.code == 74
    assert "is recorded, at position 2" in done.err
    assert f"--command-id {COMMAND}" in done.err
    again = json.loads(longcase("act", case, "arrest", "--command-id", COMMAND, "--format", "json").out)
    assert (again["repeated"], again["position"]) == (True, 2)


def test_interrupted(case: str, longcase: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever interrupts a command learns that it may be recorded, and with which id to repeat it."""

    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("application.app.Longcase.save", interrupt)
    done = longcase("act", case, "arrest")
    assert done.code == 130
    assert "may or may not be recorded" in done.err
    assert "--command-id" in done.err


def test_killed_between_writing_and_printing(case: str, longcase: Callable[..., Any], store: Path) -> None:
    """A process killed before it could answer has recorded its entry once, and the retry finds it."""
    today = datetime.now(zone_of("Europe/London")).date().isoformat()
    script = (
        "import os, signal; from cli.session import recording; from cli.main import main;"
        "recording.receipt = lambda *a: os.kill(os.getpid(), signal.SIGKILL);"
        f"main(['act', {case!r}, 'arrest', '--command-id', {COMMAND!r}, '--today', {today!r}])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -9
    again = json.loads(longcase("act", case, "arrest", "--command-id", COMMAND, "--format", "json").out)
    assert again["repeated"] is True
    assert len(stored(store, case)) == 2


def test_white_space_around_a_reference(case: str, longcase: Callable[..., Any], store: Path) -> None:
    """A reference pasted with a space around it is the same reference."""
    assert longcase("act", f" {case} ", "arrest").code == 0
    assert len(stored(store, case)) == 2


def test_a_damaged_store(case: str, longcase: Callable[..., Any], store: Path) -> None:
    """A store that fails is no internal error: it is said what to do."""
    with store.open("r+b") as file:
        file.truncate(4096)
    done = longcase("act", case, "arrest")
    assert done.code == 5
    assert "longcase doctor" in done.err


def test_a_zone_that_this_system_does_not_know(longcase: Callable[..., Any], tmp_path: Path) -> None:
    """A zone that cannot be loaded is named, where an instant has to be read in it."""
    from ledger.sqlite.connection import create

    path = str(tmp_path / "other.db")
    create(path, {"zone": "Mars/Olympus"}).close()
    done = longcase("act", "A", "arrest", "--at", "2016-01-01", "--actor", "B", "--store", path)
    assert done.code == 5
    assert "Mars/Olympus" in done.err
