"""Text as it is compared with words that are looked for: capitals and accents count for nothing.

What is folded is one character after the other, so that a place in the folded text is a place in the text. Marks
that stand on a letter and characters that cannot be seen go; letters that Unicode does not take apart, such as a
barred l, become those that a keyboard without them has; apostrophes and hyphens become the plain ones.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from domain.unseen import CONTROLS, UNSEEN

_PLAIN: Final = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ħ": "h",
    "ŧ": "t",
    "\u0131": "i",
    "æ": "ae",
    "œ": "oe",
    "ð": "d",
    "þ": "th",
}
"""Letters of European names that have no accent to lose, and how they are typed where no key has them."""


class _Table(dict[int, str]):
    """What each character becomes, worked out when it is first met: for ``str.translate``."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _folded(chr(code))
        return found


def _folded(one: str) -> str:
    from unicodedata import category, normalize  # (most text is plain, and it takes time to load)

    if re.match(f"[{CONTROLS}]", one) or one.isspace():
        return " "
    if re.match(f"[{UNSEEN}]", one):
        return ""
    apart = normalize("NFKD", normalize("NFKD", one).casefold())
    return "".join(_PLAIN.get(part, part) for part in apart if category(part)[0] != "M")


@cache
def _table() -> _Table:
    return _Table()


def folded(text: str) -> str:
    """Return a text without capitals and accents."""
    return text.lower() if text.isascii() else text.translate(_table())


def places(text: str) -> range | list[int]:
    """Return for each character of the folded text the place in ``text`` that it comes from."""
    if text.isascii():
        return range(len(text))
    table = _table()
    return [place for place, one in enumerate(text) for _ in table[ord(one)]]
