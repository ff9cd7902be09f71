r"""Text from outside, made safe for a terminal; what is safe for programs is in ``exchange.safe``.

What a terminal would obey or hide is shown instead as a visible escape: ``\x1b``, ``\u202e``.
"""

from __future__ import annotations

import re

from exchange.safe import CONTROLS, UNSEEN, guard_cell, safe_json, unguard_cell

__all__ = ["guard_cell", "safe_json", "safe_text", "unguard_cell"]


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
