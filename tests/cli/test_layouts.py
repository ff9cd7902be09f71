"""Every reading command, in a narrow terminal and in a wide one, and said line by line."""

from __future__ import annotations

import io
import re
import shlex
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest
from wcwidth import wcswidth

from cli.main import main
from cli.session import stores
from presentation.escaping import safe_text
from tests.cli.reading_commands import ARABIC, LINES, LONG, ROUND, TYPED, WIDE, commands, reads
from tests.projections.story_store import when

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW: Final = when("2018-06-01T09:00")
WIDTHS: Final = (40, 60, 80, 140)
TALK: Final = frozenset({"in", "over", "all", "entry"})
"""Words that only a narrow terminal shows."""
EDGE: Final = 12
"""So many cells of a line may be taken by what stands before a word that is broken since no line holds it."""
NOTE: Final = (
    "She said: تعال إلى هنا\nand 東京都の児童相談所からの連絡を受けました。 \x1b[31mred\x1b[0m " + "w" * 90
)
HOSTILE: Final = (
    *(
        f"report {ref} --category child-abuse --summary 'Ein\tlanger Text' --at 2016-05-03"
        for ref in (LONG, WIDE)
    ),
    f"report {ARABIC} --category indecent-images --risk very-high --at 2016-05-04",
    f"assess {LONG} high --reason 'a reason that is longer than most lines of a narrow terminal are wide'",
    f"allocate {LONG} 'DC ثلاثة' --at 2016-05-05",
    f"act {LONG} interview --text NOTE --at 2016-05-06",
    f"act {ARABIC} arrest --child 'الطفل الأول' --text NOTE --at 2016-05-06",
    f"request-closure {WIDE} --outcome 没有证据 --grounds NOTE --at 2016-05-07",
    f"escalate {ARABIC} --concern NOTE --role inspectorate --at 2016-05-07",
    f"correct {LONG} 4 text='put right' --reason 'wrong: {'x' * 70}'",
    f"inspection open {ROUND} --body 'the inspectorate of constabulary and of services' --role inspectorate",
    f"inspection sample {ROUND} --size 12 --seed 1 --role inspectorate",
    "grade CSE-0083 inadequate --by inspectorate --inspection autumn --topic investigation --role inspectorate",
    "grade CSE-0083 good --by force --inspection autumn",
    "rulebook adopt FOLDER/own.toml --from 2070-01-01 --reason agreed",
)


class Terminal(io.StringIO):
    """A stream at whose other end somebody looks."""

    def isatty(self) -> bool:
        return True


class Shown(NamedTuple):
    """What a command came to, and what stood on the terminal."""

    code: int
    text: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where a demonstration lies, with its log, and with what is hard to lay out."""
    folder = tmp_path_factory.mktemp("layouts")
    store = folder / "demo.db"
    patch = pytest.MonkeyPatch()
    patch.setattr(stores, "now", lambda: NOW)
    patch.setenv("LONGCASE_STORE", str(store))
    patch.setenv("LONGCASE_ACTOR", "PS 0088")
    _must("demo", "--log", "--store", str(store), patch=patch)
    (folder / "own.toml").write_text(_must("rulebook", "show", "--toml", patch=patch), "utf-8")
    (folder / "wrong.toml").write_text("[[standard]]\nlimit = 'a long time'\nnothing = 1\n", "utf-8")
    for line in HOSTILE:
        words = [NOTE if word == "NOTE" else word for word in shlex.split(line.replace("FOLDER", str(folder)))]
        _must(*words, patch=patch)
    patch.undo()
    return folder


def _must(*words: str, patch: pytest.MonkeyPatch) -> str:
    out, err = io.StringIO(), io.StringIO()
    patch.setattr("sys.stdout", out)
    patch.setattr("sys.stderr", err)
    assert main(words) == 0, (words, err.getvalue())
    return out.getvalue()


@pytest.fixture
def typed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Shown]:
    """Return a function that types a line on a terminal of a width, and gives back what it shows."""
    monkeypatch.setattr(stores, "now", lambda: NOW)
    monkeypatch.setenv("LONGCASE_STORE", str(folder / "demo.db"))
    monkeypatch.setenv("LONGCASE_ACTOR", "PS 0088")
    monkeypatch.setenv("NO_COLOR", "1")

    def run(line: str, width: int, *more: str) -> Shown:
        out, err = Terminal(), Terminal()
        monkeypatch.setenv("COLUMNS", str(width))
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdout", out)
            patch.setattr("sys.stderr", err)
            code = main([*shlex.split(line.replace("FOLDER", str(folder))), *more])
        return Shown(code, f"{out.getvalue()}\n{_without_progress(err.getvalue())}")

    return run


def _without_progress(text: str) -> str:
    return "\n".join(re.split(r"\r|\x1b\[K", line)[-1] for line in text.split("\n"))


def _words(text: str) -> set[str]:
    """Return the words of a text as they are, whatever stands beside them."""
    return {word.strip(";:,.()").casefold() for word in text.split()} - {""}


def _broken(shown: str, whole: str, width: int) -> list[str]:
    """Return the words that are pieces of others that would have fitted in a line."""
    known = _words(whole) | TALK
    too_long = "\n".join(word for word in known if wcswidth(word) > width - EDGE)
    pieces = [word for word in _words(shown) - known if word not in too_long]
    return [word for word in pieces if any(word in one and word != one for one in known) and not word.isdigit()]


def _too_wide(shown: str, width: int) -> list[str]:
    """Return the lines that are wider than the terminal, but for a path or a URL, copied whole."""
    return [line for line in shown.split("\n") if wcswidth(line) > width and len(line.split()) > 1]


def test_every_reading_command_is_typed() -> None:
    """Whoever adds a command adds what is typed for it."""
    assert {name for name, command in commands() if reads(command)} == set(TYPED)


@pytest.mark.parametrize("line", LINES)
def test_no_line_is_wider_than_the_terminal(typed: Callable[..., Shown], line: str) -> None:
    """None breaks inside a word either, and nothing is cut but texts that say so."""
    whole = typed(line, 100_000)
    for width in WIDTHS:
        shown = typed(line, width)
        assert shown.code == whole.code
        assert _too_wide(shown.text, width) == []
        assert _broken(shown.text, whole.text, width) == []
        assert shown.text.count("…") <= whole.text.count("…")


@pytest.mark.parametrize("line", LINES)
def test_it_is_said_line_by_line(typed: Callable[..., Shown], line: str) -> None:
    """Each line says all of itself: how many there are, no column, no sign, no abbreviation, no control."""
    shown = typed(line, 100_000, "--format", "lines")
    table = typed(line, 100_000)
    assert shown.code == table.code
    first, *rest = shown.text.strip("\n").split("\n")
    assert re.search(r", as at .*, by what (is|was) known", shown.text), first
    for one in rest:
        assert "   " not in one.lstrip()
        assert one == safe_text(one)
    assert not re.search(r"(?<![\w.-])[+-]?\d+ (d|h|min|s)\b", shown.text)
    for width in WIDTHS:
        narrow = typed(line, width, "--format", "lines")
        assert _too_wide(narrow.text, width) == []
        assert _words(narrow.text) >= {word for word in _words(shown.text) if wcswidth(word) < width - EDGE}


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_help_fits(typed: Callable[..., Shown], name: str) -> None:
    """From 40 cells on, each option whole."""
    whole = typed(f"{name} --help", 100_000)
    for width in WIDTHS:
        shown = typed(f"{name} --help", width)
        assert shown.code == 0
        assert _too_wide(shown.text, width) == []
        assert _broken(shown.text, whole.text, width) == []


@pytest.mark.parametrize(
    "line",
    [
        "",
        "help",
        "bogus",
        "cases --categroy x",
        "cases --category no-such-category",
        "cases --as-at 26/11/26",
        "timeline NO-SUCH-CASE-AT-ALL",
        f"act {LONG} child-sen",
        f"act {LONG} {ARABIC} {WIDE} note --text NOTE",
        f"allocate {LONG} {ARABIC} 'DC 2206' --preview",
        f"allocate {LONG} {ARABIC} {WIDE} 'DC 2206'",
        f"correct {LONG} 5 text=other --reason r",
        "officer absent 'DC 2206'",
    ],
)
def test_receipts_errors_and_hints_fit(typed: Callable[..., Shown], line: str) -> None:
    """What is answered to a recording command, of many cases too, and what is refused."""
    for width in WIDTHS:
        assert _too_wide(typed(line, width).text, width) == []
