"""TOML is read within bounds: whatever is in a text, it is read or refused in words, and soon."""

from __future__ import annotations

import pytest

from domain.rulebook_toml.lines import Places
from domain.rulebook_toml.reader import KnownDays, Problem, problems
from domain.toml import OutOfBounds, decoded, loads
from domain.vocabulary import Vocabulary

BEYOND = {
    "digits": ("\nx = " + "9" * 100_000, "a number has too many digits", 2),
    "one digit too many": ("x = 9223372036854775808", "a number has too many digits", 1),
    "brackets": ("x = " + "[" * 50_000 + "]" * 50_000, "it is nested too deeply", 1),
    "a few brackets": ("x = " + "[" * 33 + "]" * 33, "it is nested too deeply", 1),
    "dots": ("\n\n" + ".".join("a" * 100_000) + " = 1", "a key has more than 32 parts", 3),
    "spaced": ("[" + " . ".join(["'a b'", '"c"', "d"] * 11) + "]", "a key has more than 32 parts", 1),
}


@pytest.mark.parametrize("name", BEYOND)
def test_what_is_beyond_all_bounds_is_refused_with_its_line(name: str) -> None:
    """By the reader that all four kinds of file share, and by ``rulebook check`` as a problem."""
    text, message, line = BEYOND[name]
    with pytest.raises(OutOfBounds, match=message) as caught:
        loads(text)
    assert caught.value.line == line
    assert problems(text, Vocabulary(), KnownDays((), 2000, 2030)) == [Problem(line, message)]


def test_what_is_within_bounds_is_read() -> None:
    """Up to 32 parts and tables, and every whole number of TOML."""
    assert loads("x = 9223372036854775807") == {"x": (1 << 63) - 1}
    assert loads("x = 'see a.b. and so on.....'\nb.'c.d'.e = 1")["b"] == {"c.d": {"e": 1}}
    assert loads(".".join("a" * 31) + " = 1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str) -> None:
    assert decoded("x = 'é'".encode(encoding)) == "x = 'é'"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("x = 1\ny = 'é'".encode("cp1252"), "it is not UTF-8, on line 2: .*; save it as UTF-8"),
        (b"\xff\xfex\0\n\0\0\xd8", "it is not UTF-16, on line 2: "),
    ],
)
def test_any_other_encoding_is_refused_with_its_line(content: bytes, why: str) -> None:
    with pytest.raises(OutOfBounds, match=why) as caught:
        decoded(content)
    assert caught.value.line == 2


def test_the_lines_of_an_endless_statement_are_given_up() -> None:
    """What stands in it and after it has the line of what it would stand in; what is before keeps its own."""
    places = Places("\na = 1\nb = [\n" + "1,\n" * 5_000 + "]\nc = 2\n")
    assert [places.line((name,)) for name in "abc"] == [2, 1, 1]
