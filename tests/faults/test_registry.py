"""What ``python -m tests.faults`` makes of a fault that holds, that does not, and that cannot be made."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from tests.faults import __main__ as faults
from tests.faults.outcome import NotRun, Outcome, tool

if TYPE_CHECKING:
    from collections.abc import Callable

PAPER = "tests.faults.paper"


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException | None], int]:
    """Return a function that runs two faults, which both raise what it is given, and returns the exit code."""

    def play(error: BaseException | None) -> int:
        def run(count: int, seed: int) -> Outcome:
            if error is not None:
                raise error
            return Outcome("paper", count, {"torn": count, "seed": seed})

        module = ModuleType(PAPER)
        module.run = run  # type: ignore[attr-defined]  # as a module of a fault has it
        monkeypatch.setitem(sys.modules, PAPER, module)
        monkeypatch.setattr(faults, "FAULTS", {"paper": (PAPER, 40), "again": (PAPER, 10)})
        monkeypatch.setattr(sys, "argv", ["faults", "--scale", "0.1", "--seed", "7"])
        return faults.main()

    return play


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (None, 0, "4 torn, 7 seed"),
        (AssertionError("a page is torn"), 1, "FAILED"),
        (NotRun("there are no scissors"), 1, "NOT RUN"),
    ],
)
def test_what_a_fault_comes_to(
    paper: Callable[[BaseException | None], int],
    capsys: pytest.CaptureFixture[str],
    error: BaseException | None,
    code: int,
    said: str,
) -> None:
    """What could not be run counts as little as what failed: neither has shown anything."""
    assert paper(error) == code
    out = capsys.readouterr().out
    assert said in out
    assert out.splitlines()[-1].split()[:2] == ["again", "1"]


@pytest.mark.parametrize("name", faults.FAULTS)
def test_every_fault_can_be_run(name: str) -> None:
    """Each module has the function that runs it."""
    module, count = faults.FAULTS[name]
    assert callable(importlib.import_module(module).run)
    assert count > 0


def test_an_unknown_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that there is not is a mistake, not a fault that holds."""
    monkeypatch.setattr(sys, "argv", ["faults", "earthquake"])
    with pytest.raises(SystemExit) as ended:
        faults.main()
    assert ended.value.code == 2


def test_a_tool_that_is_missing() -> None:
    """It is named with where to get it."""
    with pytest.raises(NotRun, match="no-such-tool is not installed"):
        tool("no-such-tool")
