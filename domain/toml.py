"""TOML that somebody else wrote, read within bounds: no text takes long, and none fails but in words."""

from __future__ import annotations

import codecs
import re
from typing import Any, Final

DEEPEST: Final = 32
"""How many tables and lists may stand in one another, and of how many parts a dotted key may be."""

# Reading a dotted key takes the square of its parts. A part may be quoted; text in quotes is no key.
_PART: Final = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_DOTTED: Final = rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{DEEPEST},}}"
_WHOLE: Final = 1 << 63

# The longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class OutOfBounds(ValueError):
    """A text of TOML goes beyond what is read; ``line``, from 1, is where, or 1 where that is not known."""

    def __init__(self, message: str, line: int = 1) -> None:
        """Keep the line."""
        super().__init__(message)
        self.line = line


def decoded(content: bytes) -> str:
    """Return the text of a TOML file: UTF-8, as TOML has it, or UTF-16 or UTF-32 where a byte order mark says so.

    Raises ``OutOfBounds``, with the line, for bytes that are no such text.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].decode(encoding, errors="replace").count("\n") + 1
        name = encoding.removesuffix("-sig").upper()
        raise OutOfBounds(f"it is not {name}, on line {line}: {error.reason}; save it as UTF-8", line) from error


def loads(text: str) -> dict[str, Any]:
    """Return what a TOML text says.

    Raises ``OutOfBounds`` for a key of too many parts, a number of too many digits and too deep a nesting, and
    ``tomllib.TOMLDecodeError`` for what is no TOML: both are of ``ValueError``.
    """
    import tomllib

    if found := re.search(_DOTTED, text):
        line = text.count("\n", 0, found.start()) + 1
        raise OutOfBounds(f"a key has more than {DEEPEST} parts", line)
    try:
        data = tomllib.loads(text)
        _check(data, DEEPEST)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise OutOfBounds("it is nested too deeply") from None
    except ValueError:  # Python's own bound on digits
        raise _long_number(text) from None
    return data


def _check(value: object, deeper: int) -> None:
    if type(value) is int and not -_WHOLE <= value < _WHOLE:
        raise ValueError
    if not isinstance(value, dict | list):
        return
    if not deeper:
        raise RecursionError
    for one in value.values() if isinstance(value, dict) else value:
        _check(one, deeper - 1)


def _long_number(text: str) -> OutOfBounds:
    found = re.search(r"(?<![0-9A-Za-z_])[0-9][0-9A-Fa-f_xob]{17,}", text)
    line = text.count("\n", 0, found.start()) + 1 if found else 1
    return OutOfBounds("a number has too many digits", line)
