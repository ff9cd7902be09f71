"""What came from outside can neither steer a terminal nor run in a spreadsheet."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presentation.escaping import guard_cell, safe_json, safe_text, unguard_cell

ANY_TEXT = st.text(st.characters())
BIDI = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"))


@given(ANY_TEXT)
def test_no_control_character_ever_comes_out(text: str) -> None:
    """Whatever the text, no control, line break, surrogate or bidirectional control is left."""
    for character in safe_text(text):
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in BIDI


@given(st.text(st.characters(categories=("L", "N", "P", "Sm", "Sc")).filter(str.isprintable)))
def test_what_shows_stays(text: str) -> None:
    """A text that holds nothing invisible is returned as it is."""
    visible = "".join(each for each in text if each not in "\u115f\u1160\u3164\uffa0")
    assert safe_text(visible) == visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\nb\tc\r", r"a\x0ab\x09c\x0d"),
        ("\x9b2J", r"\x9b2J"),
        ("abc\u202etxt.exe", r"abc\u202etxt.exe"),
        ("a\u200bb", r"a\u200bb"),
        ("\U000e0041", r"\U000e0041"),
        ("Łódź 東京 ½", "Łódź 東京 ½"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_the_invisible_is_shown_as_an_escape(text: str, shown: str) -> None:
    """An invisible character is shown by its number; every other letter is left alone."""
    assert safe_text(text) == shown


@given(ANY_TEXT.filter(lambda text: not any(0xD800 <= ord(each) <= 0xDFFF for each in text)))
def test_safe_json_means_the_same(text: str) -> None:
    """JSON made safe decodes to the same text, and shows nothing that a terminal would obey."""
    encoded = safe_json(json.dumps(text, ensure_ascii=False).encode())
    assert json.loads(encoded) == text
    assert safe_text(encoded.decode()) == encoded.decode()


@given(ANY_TEXT)
def test_a_guarded_cell_is_given_back(text: str) -> None:
    """The guard of a cell can be taken off again, whatever the text."""
    assert unguard_cell(guard_cell(text)) == text


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1", "'quoted"],
)
def test_a_formula_is_no_formula(text: str) -> None:
    """A cell that a spreadsheet would calculate, or that starts with an apostrophe, gets one."""
    assert guard_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "plain", "a=b", "it's", " spaced"])
def test_other_cells_stay(text: str) -> None:
    """A cell that no spreadsheet would calculate is left as it is."""
    assert guard_cell(text) == text
