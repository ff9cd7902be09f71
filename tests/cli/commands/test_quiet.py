"""``--quiet``: not a word where there is nothing, and every word as ever where there is something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Clock, Ran

    Longcase = Callable[..., Ran]

COMMANDS = ("next", "waiting", "stalled", "due", "cases", "missing", "visits", "detained", "officers")
FORMATS = ("table", "json", "jsonl", "csv")


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_said_of_nothing(command: str, longcase: Longcase, store: Path) -> None:
    """In no format, on neither stream; the exit code is what it is without."""
    for form in FORMATS:
        assert longcase(command, "--quiet", "--format", form) == (0, "", "")
    assert longcase(command, "--quiet", "--exit-code") == (0, "", "")
    assert longcase(command).out + longcase(command).err != ""
    assert store.exists()


@pytest.mark.parametrize(
    "more", [("stalled", "--by", "team"), ("stalled", "--flat"), ("next", "--format", "ics")]
)
def test_nor_in_another_form(more: tuple[str, ...], longcase: Longcase, store: Path) -> None:
    """Counted, flat, or as a calendar."""
    assert longcase(*more, "--quiet") == (0, "", "")
    assert store.exists()


@pytest.mark.parametrize("command", [one for one in COMMANDS if one != "visits"])
def test_what_there_is_is_told_as_ever(command: str, longcase: Longcase, store: Path, clock: Clock) -> None:
    """To the letter, with its headline and what stands below, in every format."""
    longcase("report", "A-1", "--category", "missing", "--risk", "high")
    longcase("act", "A-1", "missing-reported")
    longcase("act", "A-1", "detained", "--outcome", "a cell")
    longcase("officer", "enrol", "DC 1417")
    clock.set("2016-05-20T20:00:00Z" if command in {"due", "next"} else "2016-08-01T09:00:00Z")
    within = ("--within", "30d") if command in {"due", "next"} else ()
    for form in FORMATS:
        shown = longcase(command, *within, "--format", form)
        assert longcase(command, *within, "--quiet", "--format", form) == shown
        assert "A-1" in shown.out or command == "officers"
    assert longcase(command, *within, "--quiet", "--exit-code").code == 1
    assert store.exists()


def test_a_warning_is_told_all_the_same(longcase: Longcase, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says why there may be nothing."""
    monkeypatch.setenv("LONGCASE_AS_AT", "2016-05-01")
    ran = longcase("cases", "--quiet")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("! LONGCASE_AS_AT is set")
    assert store.exists()
