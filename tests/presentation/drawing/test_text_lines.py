"""Where a text of a picture is broken: between words, after a hyphen, else anywhere, and nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from presentation.drawing.text_lines import broken, width_of
from presentation.escaping import safe_text

SIZE = 10.0


def test_a_text_is_broken_between_words() -> None:
    """And nowhere else while the words fit."""
    assert broken("risk to each child", 8 * 6.0, SIZE) == ["risk to", "each", "child"]


def test_a_long_word_is_broken_after_a_hyphen_or_where_it_must_be() -> None:
    """A hyphen at the end of a line is the word's own."""
    assert broken("risk-to-each-child-assessed", 12 * 6.0, SIZE) == ["risk-to-", "each-child-", "assessed"]
    assert broken("a" * 9, 4 * 6.0, SIZE) == ["aaaa", "aaaa", "a"]


def test_wide_characters_count_twice() -> None:
    """Three of them fill six cells."""
    assert width_of("漢字漢", SIZE) == width_of("abcdef", SIZE)
    assert broken("漢字漢字", 4 * 6.0, SIZE) == ["漢字", "漢字"]


@given(st.text(max_size=60), st.integers(4, 40))
def test_lines_fit_and_hold_every_character(words: str, letters: int) -> None:
    """A line is longer only where one character alone is."""
    lines = broken(words, letters * 6.0, SIZE)
    assert "".join("".join(lines).split()) == "".join(safe_text(words).split())
    assert all(width_of(line, SIZE) <= letters * 6.0 + 0.01 or len(line) <= 1 for line in lines)
