"""Instants as options take them, typed or told by the environment."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran


@pytest.fixture(autouse=True)
def told(store: Any, longcase: Callable[..., Ran]) -> None:
    longcase("report", "X-1", "--category", "other", "--at", "yesterday 15:20")
    longcase("report", "X-2", "--category", "other", "--at", "-2h")


def shown(longcase: Callable[..., Ran], *words: str) -> list[str]:
    table = longcase(*words, "--format", "csv").out.splitlines()[1:]
    return [row.split(",")[0] for row in table]


def test_one_grammar_is_for_every_option(longcase: Callable[..., Ran]) -> None:
    """--at, --as-at, --known-at, --since, --until and the arguments of diff read the same forms."""
    assert shown(longcase, "cases", "--as-at", "19/05/2016 15:20") == ["X-1"]
    assert shown(longcase, "cases", "--as-at", "09:59") == ["X-1", "X-2"]
    assert shown(longcase, "cases", "--as-at", "-3h") == ["X-1"]
    assert shown(longcase, "cases", "--known-at", "yesterday") == []
    assert shown(longcase, "audit", "--since", "-3h") == ["2"]
    assert shown(longcase, "audit", "--until", "yesterday") == ["1"]
    compared = longcase("diff", "X-2", "--format", "csv", "--", "-3h", "today 09:30").out
    assert compared.splitlines()[1].startswith("entry,appeared,1,")


@pytest.mark.parametrize("option", ["--as-at", "--known-at"])
@pytest.mark.parametrize("kind", ["table", "json", "jsonl", "csv"])
def test_the_environment_says_an_instant_and_every_answer_says_so(
    longcase: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, option: str, kind: str
) -> None:
    """It is what the option would be, with a warning on standard error; the option itself wins, without one."""
    expected = longcase("cases", option, "yesterday", "--format", kind)
    variable = f"LONGCASE{option.upper().replace('-', '_')[1:]}"
    monkeypatch.setenv(variable, "yesterday")
    told = longcase("cases", "--format", kind)
    assert told.out == expected.out
    words = option[2:].replace("-", " ")
    assert told.err == f"! {variable} is set: {words} yesterday, as if by {option}\n{expected.err}"
    typed = longcase("cases", option, "now", "--format", kind)
    assert variable not in typed.err
    monkeypatch.setenv(variable, "")
    assert variable not in longcase("cases").err


def test_a_faulty_variable_is_named(longcase: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody who did not type --as-at is told that it is wrong."""
    monkeypatch.setenv("LONGCASE_AS_AT", "soon")
    found = longcase("cases")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("longcase: LONGCASE_AS_AT: 'soon' is not an instant")


def test_what_is_typed_wins_in_a_comparison_too(
    longcase: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """T1 and T2 say the instants of the world, or with --known those of knowledge."""
    typed = ("diff", "X-1", "2016-05-18", "now", "--format", "json")
    expected = longcase(*typed)
    monkeypatch.setenv("LONGCASE_AS_AT", "2016-01-01")
    assert longcase(*typed) == expected
    known = longcase(*typed, "--known")
    assert "LONGCASE_AS_AT is set" in known.err
    assert '"as_at":"2016-01-01' in known.out


def test_nothing_is_recorded_at_an_instant_of_the_environment(
    longcase: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variables are for looking."""
    monkeypatch.setenv("LONGCASE_AS_AT", "2016-01-01")
    monkeypatch.setenv("LONGCASE_KNOWN_AT", "2016-01-01")
    assert longcase("report", "X-3", "--category", "other").err == ""
    monkeypatch.delenv("LONGCASE_AS_AT")
    monkeypatch.delenv("LONGCASE_KNOWN_AT")
    assert "X-3" in shown(longcase, "cases", "--as-at", "2016-05-20", "--sort", "reference")
    assert shown(longcase, "cases", "--as-at", "2016-05-19") == ["X-1"]


@pytest.mark.parametrize(
    "command",
    [
        "report X-3 --category other --at T",
        "officer absent 'DC 1' --at T",
        "officer accredit 'DC 1' detective --at 2016-05-01 --from T",
        "officer accredit 'DC 1' detective --at 2016-05-01 --until T",
        "correct X-1 1 occurred_at=T --reason r",
        *(f"{name} --as-at T" for name in ("next", "waiting", "stalled", "due", "clocks", "cases", "officers")),
        *(f"{name} X-1 --known-at T" for name in ("explain", "timeline", "show", "record", "replay")),
        "diff X-1 T now",
        "diff X-1 2016-05-01 T",
        *(f"audit --{name} T" for name in ("since", "until", "recorded-since", "recorded-until")),
        *(f"find x --{name} T" for name in ("since", "until")),
        "export --format csv --as-at T",
        "rulebook show --as-at T",
        "inspection list --as-at T",
        "words --as-at T",
        "demo --store {folder}/demo.db --until T",
    ],
)
def test_each_place_takes_what_is_typed(longcase: Callable[..., Ran], tmp_path: Path, command: str) -> None:
    """Whatever takes an instant takes one that is typed in words, and says of any other that it is none."""
    longcase("officer", "enrol", "DC 1", "--at", "2016-05-01")
    command = command.replace("{folder}", str(tmp_path))

    def run(instant: str) -> Ran:
        return longcase(
            *(word.replace("T", instant) if word in _PLACES else word for word in shlex.split(command))
        )

    refused = run("never, or late")
    assert (refused.code, "never, or late" in refused.err) == (2, True), refused.err
    taken = run("yesterday 15:30")
    assert taken.code in {0, 3}, taken.err


_PLACES: Final = ("T", "occurred_at=T")
