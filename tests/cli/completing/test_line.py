"""A line of bash is read as bash reads it, and what is put into it comes out as what was meant."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.completing.line import as_typed, assignments, typed_line

BREAKS = " \t\n\"'><=;|&(:"
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1)


@given(st.lists(WORDS), WORDS)
def test_quoted_words_are_read_back(words: list[str], last: str) -> None:
    """Whatever a shell's own quoting makes of words, they are read as they were."""
    found = typed_line(" ".join(map(shlex.quote, [*words, last])), BREAKS)
    assert (found.words, found.last) == (words, last)


@given(WORDS, st.sampled_from(["", "'", '"']))
def test_what_is_put_in_is_what_was_meant(word: str, quote: str) -> None:
    """The rest of a word is put in so that it stands for itself, whatever quotation mark is open."""
    typed = f"longcase show {quote}{as_typed(word, quote)}{quote}"
    if quote != '"':  # between such marks a shell takes more for itself than the library does
        assert shlex.split(typed)[2:] == [word]
    assert typed_line(typed, BREAKS).last == word


@pytest.mark.parametrize(
    ("line", "kept", "quote"),
    [
        ("longcase show IMG:04", "IMG:", ""),
        ("longcase show IMG\\:04", "", ""),
        ('longcase show "IMG:04', "", '"'),
        ("longcase show IMG'04", "IMG", "'"),
        ("longcase show --case=IMG:0", "--case=IMG:", ""),
        ("longcase show ", "", ""),
    ],
)
def test_what_bash_replaces(line: str, kept: str, quote: str) -> None:
    """Readline replaces what stands behind the last break without quotes, or behind an open quotation mark."""
    found = typed_line(line, BREAKS)
    assert (found.kept, found.quote) == (kept, quote)


def test_variables_before_the_program() -> None:
    """What is set for the program alone stands before it."""
    assert assignments(["A=1", "B=x y", "longcase", "C=2"]) == ({"A": "1", "B": "x y"}, ["longcase", "C=2"])
