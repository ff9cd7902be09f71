r"""Text from outside, made safe for a terminal, for JSON on a terminal and for a spreadsheet.

What a terminal would obey or hide is shown instead as a visible escape: ``\x1b``, ``\u202e``.
The patterns are compiled at their first use, since most text needs none of them.
"""

from __future__ import annotations

import re
from typing import Final

_CONTROLS: Final = "\x00-\x1f"
# DEL and C1, lone surrogates, line separators, bidirectional controls, and every code point that
# Unicode calls default-ignorable: those print nothing, and so can hide what differs in two names.
_UNSEEN: Final = (
    "\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_FORMULA: Final = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_BREAKS: Final = frozenset("\t\r\n'")


def safe_text(text: str) -> str:
    r"""Return ``text`` on one line, with every control and invisible character as a visible escape.

    Printable text is returned as it is. The result is for reading only: it cannot be turned back,
    since a text may hold ``\x1b`` as four letters.
    """
    if text.isascii() and text.isprintable():
        return text
    return re.sub(f"[{_CONTROLS}{_UNSEEN}]", _visible, text)


def safe_json(encoded: bytes) -> bytes:
    r"""Return JSON that means the same and holds invisible characters only as ``\uXXXX``."""
    if encoded.isascii() and b"\x7f" not in encoded:
        return encoded
    return re.sub(f"[{_UNSEEN}]", _json_escape, encoded.decode()).encode()


def guard_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, by a leading apostrophe where needed.

    A text that starts with an apostrophe gets one too, so that ``unguard_cell`` always gives it
    back.
    """
    risky = text[:1] in _BREAKS or text.lstrip()[:1] in _FORMULA
    return f"'{text}" if text and risky else text


def unguard_cell(text: str) -> str:
    """Return the text that ``guard_cell`` was given."""
    return text.removeprefix("'")


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code <= 0xFF:  # noqa: PLR2004  (the widths of Python's own escapes)
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004  (as above)


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
