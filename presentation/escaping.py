r"""Text from outside, written so that it neither steers a terminal nor runs in a spreadsheet, and comes back.

``guard_cell`` and ``escaped`` can be undone to the letter; ``safe_json`` changes nothing of what is meant.
The patterns are compiled at their first use, since most text needs none of them.
"""

from __future__ import annotations

import re
from typing import Final

from domain.unseen import CONTROLS, UNSEEN

_FORMULA: Final = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_BREAKS: Final = frozenset("\t\r\n'")
_ESCAPE: Final = r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})"


def safe_json(encoded: bytes) -> bytes:
    r"""Return JSON that means the same and holds invisible characters only as ``\uXXXX``."""
    if encoded.isascii() and b"\x7f" not in encoded:
        return encoded
    return re.sub(f"[{UNSEEN}]", _json_escape, encoded.decode()).encode()


def guard_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, by a leading apostrophe where needed.

    A text that starts with an apostrophe gets one too, so that ``unguard_cell`` always gives it
    back.
    """
    if text[:1].isalnum():
        return text  # (as most are)
    risky = text[:1] in _BREAKS or text.lstrip()[:1] in _FORMULA
    return f"'{text}" if text and risky else text


def unguard_cell(text: str) -> str:
    """Return the text that ``guard_cell`` was given."""
    return text.removeprefix("'")


def escaped(text: str, which: str = CONTROLS + UNSEEN) -> str:
    r"""Return ``text`` with the characters of ``which`` as ``\uXXXX`` or ``\UXXXXXXXX``.

    A backslash that stands before a ``u`` or ``U`` becomes ``\u005c``, so that ``unescaped`` always gives
    the text back.
    """
    if text.isascii() and text.isprintable() and "\\" not in text:
        return text
    return re.sub(rf"\\(?=[uU])|[{which}]", _escape, text)


def unescaped(text: str) -> str:
    """Return the text that ``escaped`` was given; an escape that names no character is left as it is."""
    return re.sub(_ESCAPE, _character, text) if "\\" in text else text


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004  (four digits or eight)


def _character(found: re.Match[str]) -> str:
    code = int(found[1] or found[2], 16)
    return chr(code) if code <= 0x10FFFF else found[0]  # noqa: PLR2004  (the last of Unicode)


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def safe_text(text: str) -> str:
    r"""Return ``text`` on one line, with every control and invisible character as a visible escape.

    Printable text is returned as it is. The result is for reading only: it cannot be turned back,
    since a text may hold ``\x1b`` as four letters.
    """
    if text.isascii() and text.isprintable():
        return text
    return re.sub(f"[{CONTROLS}{UNSEEN}]", _visible, text)


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code <= 0xFF:  # noqa: PLR2004  (the widths of Python's own escapes)
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004  (as above)
