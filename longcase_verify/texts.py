"""Numbers, base64 and text in their one form: what could be read in two ways is refused."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from json.decoder import scanstring  # type: ignore[attr-defined]  # the stubs of the library leave it out
from typing import Any

from longcase_verify.problems import NotInForm

LARGEST_NUMBER = 2**63 - 1
MOST_HASHES = 63
"""How many hashes a proof has at most (C2SP tlog-witness)."""

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_FIRST = re.compile(r' *\{ *"([a-z0-9_]+)" *: *"')
_NEXT = re.compile(r' *, *"([a-z0-9_]+)" *: *"')
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def number(text: str) -> int:
    """Read a number from 0 to 2**63 - 1, without a sign or leading zeroes. Raises ``NotInForm``."""
    if not _DECIMAL.fullmatch(text) or int(text) > LARGEST_NUMBER:
        raise NotInForm("a number is missing, has a sign or leading zeroes, or is too large")
    return int(text)


def base64_any(text: str) -> bytes:
    """Read base64, even if its last, unused bits are set. Raises ``NotInForm``."""
    if not _BASE64.fullmatch(text):
        raise NotInForm("what should be base64 is none")
    return b64decode(text)


def base64_strict(text: str) -> bytes:
    """Read base64 in its one form. Raises ``NotInForm``."""
    data = base64_any(text)
    if b64encode(data).decode() != text:
        raise NotInForm("the base64 has bits set that stand for nothing")
    return data


def hashes(lines: list[str]) -> list[bytes]:
    """Read the hashes of a proof, one a line. Raises ``NotInForm``."""
    if len(lines) > MOST_HASHES:
        raise NotInForm(f"a proof has {MOST_HASHES} hashes at most")
    found = list(map(base64_strict, lines))
    if any(len(one) != 32 for one in found):  # noqa: PLR2004  (those of SHA-256 do)
        raise NotInForm("a hash has 32 bytes")
    return found


def utf8(data: bytes) -> str:
    """Read text without control characters but LF. Raises ``NotInForm``."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise NotInForm("the text is no UTF-8") from error
    if _CONTROL.search(text):
        raise NotInForm("there are control characters in the text")
    return text


def strict_json(data: bytes) -> dict[str, Any]:
    """Read an object of JSON in which no key stands twice. Raises ``NotInForm``."""
    try:
        found = _DECODER.decode(data.decode())
    except (ValueError, RecursionError) as error:
        raise NotInForm("this is no JSON, or it is nested too deep") from error
    if not isinstance(found, dict):
        raise NotInForm("this is JSON, but no object")
    return found


def texts_of(line: str) -> dict[str, str]:
    """Read an object of JSON that holds nothing but texts; nothing else is even made. Raises ``NotInForm``."""
    found: dict[str, str] = {}
    at = 0
    while field := (_NEXT if found else _FIRST).match(line, at):
        if field[1] in found:
            break
        try:
            found[field[1]], at = scanstring(line, field.end())
        except ValueError as error:
            raise NotInForm("a text in the JSON is not in its form") from error
    if not found or line[at:].strip(" ") != "}":
        raise NotInForm("this is no object of JSON with nothing but texts, each of them once")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)


def shown(text: str) -> str:
    """Return text as it may stand on a terminal: what cannot be seen, or steers one, is written as an escape."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
