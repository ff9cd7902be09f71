"""Reading JSON Lines: one object a line, one event an object.

Texts stay as they are, numbers keep the digits of the source, truth values become ``true`` and ``false``,
``null`` is no value. What is nested gets names as in XES: ``outer/inner``, and ``name[2]`` for the second in
a list. An object that has a key twice, with different values, is refused if the mapping reads it; so is one with
``NaN`` or ``Infinity`` there, which JSON does not have.
"""

from __future__ import annotations

import codecs
import json
from itertools import chain, islice
from typing import TYPE_CHECKING

import msgspec

from exchange.source.trace import NAMELESS, PROBLEM, UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import BinaryIO

    from exchange.source.trace import RawEvent, Refuse

    Pairs = list[tuple[str, object]]

LONGEST = 1 << 20
_DEEPEST = 64
_NESTED = (dict, list)
_ARRAY = "it is one JSON array, where an object on each line is wanted"
_A_LINE_EACH = "write every object on a line of its own, as jq -c '.[]' does of an array, and jq -c . of objects"


class _Object(list["tuple[str, object]"]):
    """The pairs of an object, as they stand: a ``dict`` would keep one of two with the same key."""


class _NoNumber(str):
    """``NaN`` or ``Infinity``: some programs write them where a value is missing, and JSON has neither."""

    __slots__ = ()


_decoder = json.JSONDecoder(object_pairs_hook=_Object, parse_int=str, parse_float=str, parse_constant=_NoNumber)


class JsonLinesReader:
    """Reads one file of JSON Lines; ``line`` says how far it has come."""

    def __init__(self, stream: BinaryIO, encoding: str | None, refuse: Refuse) -> None:
        """Read ``stream``, in UTF-8 unless ``encoding`` is given; refuse the lines that are no object."""
        self.line = 0
        self._stream = stream
        self._encoding = encoding or "utf-8"
        self._refuse = refuse
        self._first = True

    def events(self, used: Collection[str]) -> Iterator[RawEvent]:
        """Give the objects as events; ``used`` are the names of which none may stand there twice.

        Raises ``UnreadableSource`` for a line beyond all measure, and for a file that is an array.
        """
        for text in self.texts():
            if text[0] == "[" and self._first:
                raise UnreadableSource(_ARRAY, line=self.line, hints=(_A_LINE_EACH,))
            self._first = False
            try:
                values = _values(_decoder.decode(text), used)
                _check_characters(text, values)
            except ValueError as error:
                self._refuse(self.line, f"ill-formed JSON: {error}")
            except RecursionError:
                self._refuse(self.line, f"it is nested more than {_DEEPEST} deep")
            else:
                yield self.line, values

    def texts(self) -> Iterator[str]:
        """Give the lines that are not empty, as text; refuse those that are none."""
        while line := self._stream.readline(LONGEST + 1):
            self.line += 1
            if len(line) > LONGEST:
                raise UnreadableSource(f"the line is longer than {LONGEST} bytes", line=self.line)
            if self.line == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            try:
                text = line.decode(self._encoding).strip()
            except UnicodeError:
                self._refuse(self.line, f"the text is not {self._encoding}")
                continue
            if text:
                yield text


def all_names(stream: BinaryIO, encoding: str | None) -> list[str]:
    """Return the names in all objects of ``stream``, in the order in which they first appear.

    Objects whose keys have been seen, with nothing nested, are not looked into. Raises ``UnreadableSource`` if no
    line is an object.
    """
    wrong: list[tuple[int, str]] = []
    reader = JsonLinesReader(stream, encoding, lambda line, reason: wrong.append((line, reason)))
    found: dict[str, None] = {}
    for _, values in islice(reader.events(()), 1):
        found.update(dict.fromkeys(values))
    if not found:
        if not wrong:
            raise UnreadableSource("it is empty")
        line, reason = wrong[0]
        raise UnreadableSource(f"no line of it is an object: {reason}", line=line, hints=(_A_LINE_EACH,))
    shapes: set[tuple[str, ...]] = set()
    for text in reader.texts():
        try:
            content = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            continue  # refused by its line when it is read
        if isinstance(content, dict):
            nested = any(type(value) in _NESTED for value in content.values())
            shape = tuple(name for name, value in content.items() if value is not None and value != "")
            if nested or shape not in shapes:
                found.update(dict.fromkeys(_names(text)))
                shapes.add(shape)
    return list(found)


def _names(text: str) -> list[str]:
    try:
        return list(_values(_decoder.decode(text), ()))
    except (ValueError, RecursionError):  # as above
        return []


def _values(content: object, used: Collection[str]) -> dict[str, str]:
    if not isinstance(content, _Object):
        raise ValueError("an object was expected")  # noqa: TRY004  (of the content, as the others are)
    values: dict[str, str] = {}
    repeats: dict[str, int] = {}
    for name, text in _leaves(content, "", 0):
        if type(text) is _NoNumber and name in used:
            values[PROBLEM] = f"{name!r} is {text}, which JSON does not have"
        if values.setdefault(name, str(text)) == text:
            continue
        number = repeats[name] = repeats.get(name, 1) + 1
        values[f"{name}[{number}]"] = text
        if name in used:
            values[PROBLEM] = f"{name!r} is given twice, with different values"
    return values


def _check_characters(text: str, values: dict[str, str]) -> None:
    """Raise ``ValueError`` for what only an escape can smuggle in: NUL, and halves of characters."""
    if "\\u" not in text and "\0" not in text:
        return
    together = "".join(chain.from_iterable(values.items()))
    together.encode()
    if "\0" in together:
        raise ValueError("a NUL character")


def _leaves(content: object, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(content, _Object):
        for key, value in content:
            yield from _leaves(value, f"{path}/{key or NAMELESS}" if path else key or NAMELESS, depth + 1)
    elif isinstance(content, list):
        for number, value in enumerate(content, 1):
            yield from _leaves(value, f"{path}[{number}]" if number > 1 else path, depth + 1)
    elif isinstance(content, bool):
        yield path, str(content).lower()
    elif content is not None and content != "":
        yield path, content  # type: ignore[misc]  # texts: the decoder makes numbers and constants such
