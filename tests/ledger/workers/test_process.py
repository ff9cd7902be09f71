"""A process that works aside: what it yields arrives as it was, and its end, of whatever kind, is noticed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ledger.workers.process import WorkerFailed, possible, run_in_process
from tests.interrupts import ctrl_c

if TYPE_CHECKING:
    from pathlib import Path

ITEMS: list[Any] = [
    0,
    -(1 << 70),
    1.5,
    True,
    None,
    "",
    "text with \u202e and \U0001f9d2 and \x00",
    b"",
    bytes(range(256)),
    [],
    [1, [2, [3]]],
    (1, "two", b"3", None),
    {"key": (1, 2), 7: [{}]},
    "long " * 100_000,
    b"i" * 70_000,
]


class Started:
    """Notes the processes that are started."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.children: list[subprocess.Popen[bytes]] = []
        real = subprocess.Popen

        def start(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
            self.children.append(real(*args, **kwargs))
            return self.children[-1]

        monkeypatch.setattr(subprocess, "Popen", start)

    @property
    def codes(self) -> list[int | None]:
        return [child.returncode for child in self.children]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    return Started(monkeypatch)


def test_items_of_every_kind_arrive_as_they_were(started: Started) -> None:
    """In order, with their types."""
    found = list(run_in_process("builtins", "iter", ITEMS))
    assert found == ITEMS
    assert list(map(type, found)) == list(map(type, ITEMS))
    assert None not in started.codes


def test_nothing_to_yield_is_no_failure() -> None:
    """The end is said, not guessed."""
    assert list(run_in_process("builtins", "iter", ())) == []


def test_arguments_arrive_too() -> None:
    """Any number of them."""
    assert list(run_in_process("itertools", "islice", [5, 6, 7, 8], 1, 3)) == [6, 7]


@pytest.mark.parametrize(
    ("where", "function", "arguments", "said"),
    [
        ("builtins", "int", ("seven",), "ValueError: invalid literal for int"),
        ("itertools", "no_such_thing", (), "AttributeError"),
        ("no_such_module_at_all", "f", (), "ModuleNotFoundError"),
        ("builtins", "abs", (1,), "TypeError: 'int' object is not iterable"),
        ("builtins", "map", (1,), "TypeError"),
    ],
)
def test_a_failure_says_what_it_was(where: str, function: str, arguments: tuple[Any, ...], said: str) -> None:
    """Whatever it was: the other process tells it."""
    with pytest.raises(WorkerFailed, match=said):
        list(run_in_process(where, function, *arguments))


def test_what_cannot_go_through_the_pipe_is_a_failure() -> None:
    """Items are plain data; something else is told, not dropped."""
    with pytest.raises(WorkerFailed, match="ValueError: unmarshallable object"):
        list(run_in_process("itertools", "groupby", [1]))


def test_a_process_that_ends_without_a_word_is_noticed(started: Started) -> None:
    """Even if it ends as if all were well."""
    for code in (0, 3):
        with pytest.raises(WorkerFailed, match="ended too early"):
            list(run_in_process("os", "_exit", code))
    assert started.codes == [0, 3]


@pytest.mark.skipif(os.name == "nt", reason="signals are of POSIX")
def test_a_process_that_is_killed_is_noticed(started: Started) -> None:
    """In the middle of its items."""
    items = run_in_process("itertools", "repeat", "x" * 100_000)
    assert len(next(items)) == 100_000
    os.kill(started.children[0].pid, signal.SIGKILL)
    with pytest.raises(WorkerFailed, match="ended too early"):
        list(items)
    assert started.codes == [-signal.SIGKILL]


def test_an_iteration_that_is_abandoned_ends_the_process(started: Started) -> None:
    """Closed, or left by an error: nothing goes on in the background."""
    items = run_in_process("itertools", "count")
    assert [next(items), next(items)] == [0, 1]
    items.close()
    items = run_in_process("itertools", "count")
    assert next(number for number in items if number > 3) == 4
    del items
    assert None not in started.codes


def test_ctrl_c_is_for_the_process_that_asked(started: Started) -> None:
    """The one aside goes on until it is ended, and prints no traceback."""
    items = run_in_process("itertools", "count")
    with ctrl_c():
        next(items)
    started.children[0].send_signal(signal.SIGINT)
    assert [next(items) for _ in range(1_000)][-1] == 1_000
    items.close()


def test_one_processor_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is a program that has no interpreter to start."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert possible()
    monkeypatch.setattr(sys, "executable", "")
    assert not possible()
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert not possible()


def test_an_interpreter_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Not as an error of the system's, whose broken pipe would pass for a reader that went away."""
    monkeypatch.setattr("sys.executable", str(tmp_path / "none"))
    with pytest.raises(WorkerFailed, match="cannot be started"):
        list(run_in_process("tests.ledger.workers.test_process", "items"))


def test_a_process_that_does_not_listen_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It may have ended before it was told what to do, or end without an answer."""
    deaf = tmp_path / "deaf"
    deaf.write_text("#!/bin/sh\nexit 1\n")
    deaf.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(deaf))
    with pytest.raises(WorkerFailed, match=r"does not listen|ended too early"):
        list(run_in_process("tests.ledger.workers.test_process", "items", "x" * 1_000_000))
