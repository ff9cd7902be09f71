"""Characters that cannot be seen, or stand on nothing: two names that differ in them alone look the same."""

from __future__ import annotations

import re
from typing import Final

CONTROLS: Final = "\x00-\x1f"
# DEL and C1, lone surrogates, line separators, bidirectional controls, and every code point that
# Unicode calls default-ignorable: those print nothing, and so can hide what differs in two names.
UNSEEN: Final = (
    "\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
BLANK: Final = "\u2800\U00016fe4\U0001d159"
"""Characters that count as printed and have an empty picture: a braille cell, a filler, a note's head."""


def composed(name: str) -> str:
    """Return ``name`` in Unicode's composed form (NFC), in which one picture has one spelling."""
    if name.isascii():
        return name
    from unicodedata import normalize  # (most names need none of it, and it takes time to load)

    return normalize("NFC", name)


def spellings(name: str) -> tuple[str, ...]:
    """Return how a name may have been recorded: as it is, composed, and decomposed as some systems type it."""
    if name.isascii():
        return (name,)
    from unicodedata import normalize

    return tuple(dict.fromkeys((name, composed(name), normalize("NFD", name))))


def objection(name: str) -> str | None:
    """Return what cannot be seen in a name, with its number and name, or ``None`` if all can be."""
    from unicodedata import category

    for index, one in enumerate(name):
        if re.match(f"[{CONTROLS}{UNSEEN}{BLANK}]", one) or not one.isprintable():
            return f"a control or invisible character, {_described(one)}"
        if category(one)[0] == "M" and name[:index][-1:] in {"", " "}:
            return f"a combining mark on nothing, {_described(one)}"
    return None


def _described(one: str) -> str:
    from unicodedata import name

    called = name(one, "")
    return f"U+{ord(one):04X} ({called.lower()})" if called else f"U+{ord(one):04X}"
