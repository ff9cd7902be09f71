"""``longcase batch``: what each line is answered with, what it may hold, and how a batch ends."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click
import pytest

from cli.commands import batch as module
from cli.input import lines
from cli.input.requests import Common
from cli.main import root
from cli.session.line_commands import LineCommands
from domain.errors import UsageProblem
from ledger.entry import leaf_hash_v1
from ledger.errors import Lost
from ledger.sqlite.recorder import SQLiteRecorder
from tests.interrupts import ctrl_c

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.conftest import Clock, Ran

    Longcase = Callable[..., Ran]

REPORT = {"command": "report", "reference": "IMG-0417", "category": "other"}
ACT = {"command": "act", "reference": "IMG-0417", "kind": "child-seen"}
RUN = "import sys; from cli.main import main; sys.exit(main())"


def text_of(*commands: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in commands)


def answers(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def stored(store: Path) -> list[tuple[Any, ...]]:
    recorder = SQLiteRecorder.open(str(store))
    there: list[Any] = list(recorder.select_notifications(None, 1 << 40))
    rows = [tuple(row._replace(leaf=leaf_hash_v1(row), salt=b"")) for row in there]  # (each salt is drawn)
    recorder.close()
    return rows


@pytest.mark.parametrize("how", [[], ["--group", "3"], ["--all-or-none"]])
def test_an_answer_is_the_receipt_of_the_single_command_and_its_line(
    longcase: Longcase, store: Path, how: list[str]
) -> None:
    """Key for key, with the flags of the entry and of others that it affects."""
    given: list[tuple[str, dict[str, Any]]] = [
        ("report IMG-0417 --category other --at 2016-05-18", REPORT | {"at": "2016-05-18"}),
        (
            "report IMG-0418 --category other --at 2016-05-18",
            REPORT | {"reference": "IMG-0418", "at": "2016-05-18"},
        ),
        ("act IMG-0417 child-seen", ACT),
        ("warrant seek IMG-0417", {"command": "warrant seek", "reference": "IMG-0417"}),
        ("warrant grant IMG-0417", {"command": "warrant grant", "reference": "IMG-0417"}),
        (
            "retract IMG-0417 3 --reason x",
            {"command": "retract", "reference": "IMG-0417", "version": 3, "reason": "x"},
        ),
        (
            "correct IMG-0417 2 kind=interview occurred_at=2016-05-19",
            {"command": "correct", "reference": "IMG-0417", "version": 2}
            | {"values": ["kind=interview", "occurred_at=2016-05-19"]},
        ),
        (
            "link IMG-0417 IMG-0418 --as same-suspect",
            {"command": "link", "reference": "IMG-0417", "other": "IMG-0418", "as": "same-suspect"},
        ),
        ("officer enrol DC-1", {"command": "officer enrol", "name": "DC-1"}),
    ]
    ran = longcase("batch", "-", *how, stdin=text_of(*(line for _, line in given)))
    assert ran.code == 0, ran.err
    other = store.with_name("other.db")
    assert longcase("init", "--store", str(other), "--zone", "Europe/London").code == 0
    for number, ((typed, _), answer) in enumerate(zip(given, answers(ran), strict=True), 1):
        alone = longcase(
            *typed.split(), "--store", str(other), "--format", "json", "--command-id", answer["command_id"]
        )
        assert answer == {"line": number} | json.loads(alone.out)
    assert stored(store) == stored(other)


def test_every_command_that_records_in_a_case_can_stand_in_a_line() -> None:
    """Each with a key for each of its arguments and options, but for those of the whole batch."""
    context = click.Context(root, info_name="longcase", obj=Common())
    commands = LineCommands(context)
    recorded = {
        f"{name} {verb}".strip()
        for heading, part in root.sections
        if heading == "Record"
        for name, entry in part.items()
        for verb in getattr(entry, "verbs", [""])
    }
    assert len(recorded) > 30
    for words in sorted(recorded):
        with pytest.raises(UsageProblem) as refused:
            commands.call_of(text_of({"command": words, "nonsense": 1}))
        keys = refused.value.hints[-1].removeprefix("it takes ").split(", ")
        assert {"at", "actor", "role", "on_behalf_of", "reason", "command_id"} <= set(keys), words
        assert not {"store", "format", "today"} & set(keys)
        assert all(key.isidentifier() for key in keys)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"command": "act", "reference": "\xff"}', "not UTF-8, from its byte 34 on"),
        (b'{"command": "act", "reference": "\\ud800"}', "cannot be understood"),
        (b'{"command": "act", "reference": "A", "kind": "note", "text": 1.5}', "cannot be understood"),
        (b"[" * 100_000, "cannot be understood"),
        (b'{"command": "act"} {}', "cannot be understood"),
        (b'{"command": 3}', "does not say which command"),
        (b'{"command": "act", "command": "act"}', "gives 'command' twice"),
        (
            b'{"command": "act", "ki\\u006ed": "arrest", "kind" : "arrest", "text": "a\\":b"}',
            "gives 'kind' twice",
        ),
        (
            b'{"command": "report", "reference": "A", "category": "other", "new": "yes"}',
            "'new' must be true or false",
        ),
        (b'{"command": "report", "reference": "A", "category": "other", "age": 3}', "'age' must be a list"),
        (
            b'{"command": "report", "reference": "A", "category": "other", "age": [131]}',
            "131 is not in the range",
        ),
        (
            b'{"command": "report", "reference": "A", "category": "other", "children": true}',
            "must be a whole number",
        ),
        (b'{"command": "report", "reference": "A", "category": ["other"]}', "'category' must be a text"),
        (b'{"command": "assess", "reference": "A", "risk": 1}', "'risk' must be a text"),
        (b'{"command": "assess", "reference": "A", "risk": "low", "today": "2016-05-20"}', "not for a line"),
        (b'{"command": "inspection open", "name": "I"}', "records nothing in a case"),
        (b'{"command": "import"}', "records nothing in a case"),
        (b'{"command": "batch"}', "records nothing in a case"),
        (b'{"command": ""}', "not a command that a batch takes"),
        (b'{"command": "act", "reference": null, "kind": "arrest"}', "missing argument 'REF'"),
        (b'{"command": "restrict", "reference": "A", "to": [], "reason": "x"}', "missing option '--to'"),
        (b'{"command": "correct", "reference": "A", "version": 1, "values": ["text=-"]}', "stands in its line"),
    ],
)
@pytest.mark.parametrize("how", [[], ["--group", "3"]])
@pytest.mark.usefixtures("store")
def test_a_line_that_cannot_be_understood(longcase: Longcase, line: bytes, why: str, how: list[str]) -> None:
    """It is refused by its number, on both streams, and the lines around it are recorded."""
    ran = longcase("batch", "-", *how, stdin=text_of(REPORT) + line + b"\n" + text_of(ACT))
    assert ran.code == 3
    first, refused, last = answers(ran)
    assert (first["position"], last["position"], refused["line"], refused["exit_code"]) == (1, 2, 2, 2)
    assert why in refused["refused"]
    assert f"longcase: line 2: {refused['refused']}" in ran.err.replace("\\u", "\\u")
    assert "Traceback" not in ran.err


def test_blank_lines_carriage_returns_and_a_byte_order_mark_do_not_count(longcase: Longcase, store: Path) -> None:
    """They are no lines of a batch, though they have numbers, and change no id."""
    plain = answers(longcase("batch", "-", stdin=text_of(REPORT, ACT)))
    spaced = b"\xef\xbb\xbf" + text_of(REPORT).replace(b"\n", b"\r\n") + b"\n \t\n  " + text_of(ACT).rstrip(b"\n")
    again = answers(longcase("batch", "-", stdin=spaced))
    assert [one["line"] for one in again] == [1, 4]
    assert [one | {"line": 0, "repeated": False} for one in again] == [one | {"line": 0} for one in plain]
    assert len(stored(store)) == 2


@pytest.mark.usefixtures("store")
def test_a_line_that_is_too_long(longcase: Longcase, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is passed over, whatever it holds, and its own number is said."""
    monkeypatch.setattr(lines, "LONGEST", 200)
    ran = longcase("batch", "-", stdin=text_of(REPORT) + b"x" * 1_001 + b"\n" + text_of(ACT))
    first, refused, last = answers(ran)
    assert (first["line"], refused["line"], last["line"], ran.code) == (1, 2, 3, 3)
    assert refused["refused"] == "the line is longer than 200 bytes"


def test_equal_lines_are_two_commands_and_the_same_beginning_is_the_same(longcase: Longcase, store: Path) -> None:
    """A file that has grown is given again as a whole, and what is new in it is recorded."""
    assert longcase("batch", "-", stdin=text_of(REPORT, ACT, ACT)).code == 0
    assert len(stored(store)) == 3
    ran = longcase("batch", "-", stdin=text_of(REPORT, ACT, ACT, ACT))
    assert [one["repeated"] for one in answers(ran)] == [True, True, True, False]
    assert ran.err == "lines: 1 recorded, 3 recorded before\n"


def test_the_id_of_a_line_is_what_the_contract_says(longcase: Longcase, store: Path) -> None:
    """So that a program can know it beforehand, and a later version makes the same."""
    given = text_of(REPORT) + b"  " + text_of(ACT)
    found = [one["command_id"] for one in answers(longcase("batch", "-", stdin=given))]
    said = b"longcase batch 1\n"
    for line, own in zip((text_of(REPORT), text_of(ACT)), found, strict=True):
        said += line
        bits = int.from_bytes(hashlib.sha256(said).digest()[:16], "big")
        bits = bits & ~(0xF << 76) | 8 << 76
        assert own == str(UUID(int=bits & ~(3 << 62) | 2 << 62))
    assert len(stored(store)) == 2


@pytest.mark.parametrize("how", [[], ["--group", "9"]])
def test_an_id_of_its_own_is_kept(longcase: Longcase, store: Path, how: list[str]) -> None:
    """And the same for something else is a conflict, of that line alone, in this case or in another."""
    own = "5b0e7a52-64a5-4d8c-9d3c-0c6f7e0b3c11"
    given = [
        REPORT,
        ACT | {"command_id": own},
        ACT | {"command_id": own},
        ACT | {"command_id": own, "kind": "arrest"},
        REPORT | {"reference": "IMG-0418"},
        ACT | {"command_id": own, "reference": "IMG-0418"},
        ACT,
    ]
    ran = longcase("batch", "-", *how, stdin=text_of(*given))
    found = answers(ran)
    assert [one.get("position") for one in found] == [1, 2, 2, None, 3, None, 4]
    assert found[1]["command_id"] == found[2]["command_id"] == own
    assert found[2]["repeated"] is True
    why = f"command id {own.replace('-', '')} was used for something else: case.action-recorded at position 2"
    assert [(one["refused"], one["exit_code"]) for one in (found[3], found[5])] == [(why, 4)] * 2
    assert (ran.code, len(stored(store))) == (3, 4)


def test_all_or_none_records_nothing_where_a_line_cannot_be_understood(longcase: Longcase, store: Path) -> None:
    """All such lines are named at once, before the store is asked anything."""
    ran = longcase("batch", "--all-or-none", "-", stdin=text_of(REPORT, {"command": "x"}, ACT, {"command": "y"}))
    assert [one["line"] for one in answers(ran)] == [2, 4]
    assert (ran.code, stored(store)) == (3, [])
    assert ran.err.endswith("nothing is recorded, since a line was refused\n")


def test_all_or_none_has_a_bound(longcase: Longcase, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others cannot write meanwhile, so it is not for any number of lines."""
    monkeypatch.setattr(module, "MOST", 3)
    assert longcase("batch", "--all-or-none", "-", stdin=text_of(REPORT, ACT, ACT)).code == 0
    ran = longcase("batch", "--all-or-none", "-", stdin=text_of(ACT, ACT, ACT, ACT))
    assert (ran.code, ran.out) == (2, "")
    assert "over 3 lines or 64 MiB are not recorded together" in ran.err
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    assert longcase("batch", "--all-or-none", "-", stdin=text_of(ACT, ACT)).code == 2
    assert len(stored(store)) == 3
    grouped = longcase("batch", "--group", "3", "-", stdin=text_of(ACT, ACT))
    assert [one["position"] for one in answers(grouped)] == [4, 5]


def test_an_empty_batch_is_done(longcase: Longcase, store: Path) -> None:
    """Nothing is recorded, and nothing is wrong."""
    for how in ([], ["--group", "3"], ["--all-or-none"]):
        assert longcase("batch", "-", *how, stdin=b"\n\n") == (0, "", "lines: none\n")
    assert stored(store) == []


def test_files_that_cannot_be_read(longcase: Longcase, store: Path) -> None:
    """They are named, with why."""
    ran = longcase("batch", str(store.parent))
    assert (ran.code, ran.err.splitlines()[0]) == (2, f"longcase: {store.parent} cannot be read: Is a directory")


@pytest.mark.usefixtures("store")
def test_a_clock_that_must_be_confirmed_is_confirmed_for_the_batch(longcase: Longcase, clock: Clock) -> None:
    """The first line that is recorded carries the mark, and not one that was refused."""
    assert longcase("batch", "-", stdin=text_of(REPORT)).code == 0
    clock.set("2017-05-20T09:00:00Z")
    ran = longcase("batch", "-", stdin=text_of(ACT))
    assert (ran.code, ran.out) == (5, "")
    assert "line 1 may or may not be recorded" in ran.err
    used = answers(longcase("batch", "-", stdin=text_of(REPORT)))[0]["command_id"]
    elsewhere = REPORT | {"reference": "IMG-0418", "command_id": used}
    for how in ([], ["--group", "5"]):
        clock.now += 200 * 86_400 * 1_000_000
        day = json.loads(longcase("show", "IMG-0417", "--format", "json").out)["as_at"][:10]
        given = text_of({"command": "resume", "reference": "IMG-0417"}, elsewhere, ACT, ACT)
        ran = longcase("batch", "-", *how, "--today", day, stdin=given)
        marked = [("clock-confirmed" in one.get("flags", ())) for one in answers(ran)]
        assert marked == [False, False, True, False]


def test_a_lost_connection_in_a_group_is_made_again(
    longcase: Longcase, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it is lost while the lines are read in the ledger or while they are inserted."""
    assert longcase("batch", "-", stdin=text_of(REPORT)).code == 0
    append, stream, left = SQLiteRecorder.append, SQLiteRecorder.stream, ["stream", "append"]

    def lost(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def once(*args: Any) -> Any:
            if left[:1] == [what]:
                raise Lost(f"lost at {left.pop(0)}")
            return function(*args)

        return once

    monkeypatch.setattr(SQLiteRecorder, "append", lost("append", append))
    monkeypatch.setattr(SQLiteRecorder, "stream", lost("stream", stream))
    ran = longcase("batch", "--group", "5", "-", stdin=text_of(ACT, ACT))
    assert (ran.code, left) == (0, []), ran.err
    assert len(stored(store)) == 3


@pytest.fixture
def slow(store: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A batch whose lines come one after the other, as a process of its own."""
    with (
        ctrl_c(),
        subprocess.Popen(
            [sys.executable, "-c", RUN, "batch", "-"],
            env=os.environ | {"LONGCASE_STORE": str(store), "LONGCASE_ACTOR": "PS 0088"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process,
    ):
        yield process
        process.kill()


def test_each_answer_comes_before_the_next_line_is_waited_for(
    slow: subprocess.Popen[bytes], longcase: Longcase
) -> None:
    """So a program may give a line when it has the answer to the one before; and others write meanwhile."""
    assert slow.stdin is not None
    assert slow.stdout is not None
    for number, line in enumerate((REPORT, ACT, ACT), 1):
        slow.stdin.write(text_of(line))
        slow.stdin.flush()
        assert json.loads(slow.stdout.readline())["line"] == number
        assert longcase("act", "IMG-0417", "interview").code == 0
    slow.stdin.close()
    assert slow.wait(30) == 0


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a signal")
def test_ctrl_c_between_lines(slow: subprocess.Popen[bytes], store: Path) -> None:
    """What is answered is recorded, and the exit code is that of any command that is interrupted."""
    assert slow.stdin is not None
    assert slow.stdout is not None
    assert slow.stderr is not None
    slow.stdin.write(text_of(REPORT, ACT))
    slow.stdin.flush()
    assert [json.loads(slow.stdout.readline())["line"] for _ in range(2)] == [1, 2]
    time.sleep(0.2)
    slow.send_signal(signal.SIGINT)
    assert slow.wait(30) == 130
    assert slow.stderr.read().decode() == (
        "cut off: what is answered is recorded, and nothing else\n"
        "  hint: give the same lines again: what is recorded is not recorded twice\n"
        "longcase: interrupted\n"
    )
    assert len(stored(store)) == 2


@pytest.mark.skipif(os.name == "nt", reason="a pipe is closed in another way there")
def test_a_reader_who_goes_away_ends_the_batch(slow: subprocess.Popen[bytes], store: Path) -> None:
    """The line whose answer nobody took is named, and those behind it are not recorded."""
    assert slow.stdin is not None
    assert slow.stdout is not None
    assert slow.stderr is not None
    slow.stdin.write(text_of(REPORT))
    slow.stdin.flush()
    slow.stdout.readline()
    slow.stdout.close()
    slow.stdin.write(text_of(ACT, ACT))
    slow.stdin.close()
    assert slow.wait(30) == 141
    assert slow.stderr.read().startswith(b"cut off: line 2 may or may not be recorded, and nothing behind\n")
    assert len(stored(store)) == 2
