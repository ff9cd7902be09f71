"""A line of bash as far as it is typed: its words, and what bash takes for the one that is being completed."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_ASSIGNMENT: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_SPACE: Final = " \t\n"
_SPECIAL: Final = frozenset(" \t\n\\\"'`$&|;<>()*?[]{}!~#")
_IN_QUOTES: Final = frozenset('\\"`$')


class TypedLine(NamedTuple):
    """The words before the one that is being completed, and that one: without quotes, and how it stands.

    ``kept`` is what stands of it before the part that bash replaces, ``quote`` the quotation mark that is open.
    """

    words: list[str]
    last: str
    kept: str
    quote: str


def typed_line(text: str, breaks: str) -> TypedLine:
    """Return a line up to the cursor; ``breaks`` are the letters at which bash begins a word to complete."""
    words: list[str] = []
    word, quote, begun, kept, at = "", "", False, "", 0
    while at < len(text):
        letter = text[at]
        at += 1
        if quote == "'" or (quote and letter != "\\"):
            word, quote = (word, "") if letter == quote else (word + letter, quote)
        elif letter == "\\":
            taken = text[at : at + 1]
            word += letter + taken if quote and taken not in _IN_QUOTES else taken
            at, begun = at + 1, True
        elif letter in "'\"":
            quote, begun, kept = letter, True, word
        elif letter in _SPACE:
            words, word, begun, kept = ([*words, word] if begun else words), "", False, ""
        else:
            word, begun = word + letter, True
            kept = word if letter in breaks else kept
    return TypedLine(words, word, kept, quote)


def assignments(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return the variables that are set before a command, and the words from the command on."""
    found: dict[str, str] = {}
    for number, word in enumerate(words):
        given = _ASSIGNMENT.fullmatch(word)
        if given is None:
            return found, words[number:]
        found[given[1]] = given[2]
    return found, []


def as_typed(word: str, quote: str) -> str:
    """Return a word, or the rest of one, as it is typed in bash where this quotation mark is open, or none."""
    if quote == "'":
        return word.replace("'", "'\\''")
    letters = _IN_QUOTES if quote else _SPECIAL
    escaped = "".join(f"\\{letter}" if letter in letters else letter for letter in word)
    return escaped.replace("!", '"\\!"') if quote else escaped  # (nothing quotes it between such marks)
