"""Width, colour, and the cells that a text fills."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import width

from cli.output.layout import wrapped
from cli.output.terminal import cells, cut, has_colour, paint, width_of_terminal
from presentation.escaping import safe_text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("abc", 3),
        ("Müller\u2019s \u2013 “Łódź” …", 19),
        ("東京", 4),
        ("e\u0301", 1),
        ("\uff21", 2),
        ("한", 2),
        ("\u1100\u1161", 2),
        ("🇬🇧", 2),
        ("👍🏽", 2),
    ],
)
def test_cells(text: str, width: int) -> None:
    """A wide character fills two cells, a combining one none."""
    assert cells(text) == width


@given(st.text(), st.integers(0, 20))
def test_what_is_cut_fits(text: str, room: int) -> None:
    """A text never fills more cells than it was given, and is left whole where it fits."""
    assert cells(cut(text, room)) <= room
    if cells(text) <= room:
        assert cut(text, room) == text


def test_a_cut_shows() -> None:
    """What was cut ends in an ellipsis; a wide character is never halved, and an accent keeps its letter."""
    assert cut("abcdef", 4) == "abc…"
    assert cut("東京都", 4) == "東…"
    assert cut("e\u0301" * 5, 4) == "e\u0301" * 3 + "…"
    assert cut("🇬🇧🇬🇧", 3) == "🇬🇧…"


def test_a_word_that_is_too_long_is_broken_between_letters() -> None:
    """Each line is as full as it can be."""
    assert wrapped("東京都", 4) == ["東京", "都"]
    assert wrapped("e\u0301" * 5, 2) == ["e\u0301" * 2, "e\u0301" * 2, "e\u0301"]


def test_letters_of_europe_are_as_wide_as_the_library_says() -> None:
    """They are known without it; what is invisible never gets there."""
    known = {chr(code) for code in (*range(0x20, 0x500), *range(0x2000, 0x2040)) if cells(chr(code) * 3) == 3}
    assert {"z", "ß", "Ω", "я", "\u2013", "…"} <= known
    assert {each for each in known if width(each) != 1 and safe_text(each) == each} == set()


def test_text_of_europe_needs_no_library() -> None:
    """What knows of every script is loaded for text that holds others alone."""
    code = (
        "import sys; from cli.output.terminal import cells, cut; print(cells('abc'), cut('Zoë\u2013“я”… and', 9),"
        "'wcwidth' in sys.modules, cells('東'), 'wcwidth' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, check=True)
    assert done.stdout.decode().split() == ["3", "Zoë\u2013“я”……", "False", "2", "True"]


def test_colour_needs_a_willing_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colour goes to a terminal only, unless NO_COLOR is set or the terminal is dumb."""
    assert has_colour(Terminal())
    assert not has_colour(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not has_colour(Terminal())
    monkeypatch.setenv("NO_COLOR", "")
    assert has_colour(Terminal())
    monkeypatch.setenv("TERM", "dumb")
    assert not has_colour(Terminal())


def test_a_closed_stream_is_no_terminal() -> None:
    """A stream that was closed, or never there, has nobody at its end."""
    closed = Terminal()
    closed.close()
    assert not has_colour(closed)
    assert not has_colour(None)


def test_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """COLUMNS counts before the terminal; a pipe has no width; nonsense in COLUMNS is ignored."""
    assert width_of_terminal(io.StringIO()) is None
    assert width_of_terminal(Terminal()) is None
    monkeypatch.setenv("COLUMNS", "72")
    assert width_of_terminal(io.StringIO()) == 72
    monkeypatch.setenv("COLUMNS", "wide")
    assert width_of_terminal(io.StringIO()) is None


def test_paint() -> None:
    """A colour wraps the text and is ended after it; no colour leaves it alone."""
    assert paint("x", "red") == "\x1b[31mx\x1b[0m"
    assert paint("x", "bold") == "\x1b[1mx\x1b[0m"
    assert paint("x", "dim") == "\x1b[2mx\x1b[0m"
    assert paint("x", None) == "x"
