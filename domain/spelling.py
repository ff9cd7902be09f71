"""Names that differ from one that was typed in spelling alone, or are most like it: offered, and never taken."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Final

from domain.identity import case_stream, comparable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

_SEPARATORS: Final = ("", "-", " ", "/", "_", ".")
_TYPESET: Final = ("\u2010", "\u2011", "\u2013", "\u2212", "\xa0")
"""What programs that set text put in the place of a hyphen or a blank: they look the same."""

_PARTS: Final = re.compile(r"[^\W\d_]+|\d+")
_BETWEEN: Final = re.compile(r"[-\s/_.\u2010-\u2015\u2212]*")
_GREEK_CAPITALS: Final = "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
_CYRILLIC_CAPITALS: Final = (
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u0405\u0423"
)
_CYRILLIC: Final = "\u0430\u0435\u043e\u0440\u0441\u0445\u0456\u0458\u0455\u0443"
_LATIN: Final = str.maketrans(
    _GREEK_CAPITALS + _CYRILLIC_CAPITALS + _CYRILLIC, "ABEZHIKMNOPTYXABEKMHOPCTXIJSYaeopcxijsy"
)
"""Letters of other alphabets that look like Latin ones: whoever types a reference does not see which they are."""

_CASES: Final[tuple[Callable[[str], str], ...]] = (str, str.upper, str.lower, str.title)
_MOST_APART: Final = 3
"""Up to how many places between two parts each may have a separator of its own; beyond, all have the same."""


def nearest(name: str, there: Iterable[str]) -> list[str]:
    """Return the names that are most like ``name``, at most three; capitals and spacing count for nothing."""
    from difflib import get_close_matches

    by_form = {comparable(one): one for one in sorted(there)}
    return [by_form[form] for form in get_close_matches(comparable(name), by_form, n=3)]


def did_you_mean(near: Iterable[str]) -> tuple[str, ...]:
    """Return the hint that offers these names, if there are any."""
    names = ", ".join(near)
    return (f"did you mean: {names}",) if names else ()


def alike(reference: str, recorded: Callable[[Sequence[bytes]], Collection[bytes]]) -> list[str]:
    """Return the references, other than this, that differ from it in spelling alone and name a case.

    ``recorded`` returns those of some streams in which something was recorded. Not every mixture of capitals and
    small letters is looked for.
    """
    by_stream = {case_stream(one): one for one in respelt(reference)}
    return sorted(by_stream[stream] for stream in recorded(list(by_stream)))


def typed(words: str, name: str, more: str = "") -> str:
    """Return a command to type, in which ``name`` is one word whatever it holds."""
    from shlex import quote

    return " ".join(part for part in ("longcase", words, quote(name), more) if part)


def respelt(reference: str) -> list[str]:
    """Return other spellings of a reference: in capitals or not, with other separators between its parts.

    Its parts are runs of letters or of digits. A reference that holds anything else has none but in its letters.
    One in letters that look like Latin ones has those of its Latin spelling too.
    """
    found: dict[str, None] = {}
    for letters in dict.fromkeys((reference, reference.translate(_LATIN))):
        for joined in _joined(letters):
            found |= dict.fromkeys(case(joined) for case in _CASES)
    found.pop(reference, None)
    return list(found)


def _joined(reference: str) -> Iterator[str]:
    yield reference
    parts = _PARTS.findall(reference)
    between = _PARTS.split(reference)
    if not parts or between[0] or between[-1] or not all(map(_BETWEEN.fullmatch, between)):
        return
    places = len(parts) - 1
    alone = product(_SEPARATORS, repeat=places)
    together = ((one,) * places for one in (*_SEPARATORS, *_TYPESET))
    for separators in (*alone, *together) if places <= _MOST_APART else together:
        yield "".join(part + separator for part, separator in zip(parts, (*separators, ""), strict=True))
