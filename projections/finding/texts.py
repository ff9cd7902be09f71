"""What people wrote in an entry: its texts by the names of their fields."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from domain.cases.events import EntryCorrected
from domain.codec import topics
from domain.errors import UsageProblem
from domain.event import ENVELOPE
from domain.spelling import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.event import Event

LISTED: Final = frozenset(
    ("category", "kind", "risk", "grade", "by", "topic", "relation", "side", "what", "log", "review_on")
)
"""Fields that hold a word of a list, or what the program wrote: looked in only where they are asked for."""

LONGEST: Final = 240
"""How many characters of a text are shown at most."""

_BEFORE: Final = 60
"""How many characters are shown at most before the first word that was found."""


class Text(NamedTuple):
    """A text on one line, and the name of the field that holds it."""

    field: str
    text: str


def texts_of(event: Event, fields: frozenset[str]) -> list[Text]:
    """Return the texts of an event in those fields, without empty ones; of a correction, those that it gives."""
    given = event.values.items() if isinstance(event, EntryCorrected) else _own(event)
    found = [Text(name, _line(value)) for name, value in given if name in fields]
    if event.reason and "reason" in fields:
        found.append(Text("reason", _line(event.reason)))
    return [text for text in found if text.text]


def _own(event: Event) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(event, name)) for name in event.__struct_fields__ if name not in ENVELOPE)


def _line(value: Any) -> str:  # noqa: ANN401  (any value of a field)
    """Return the text that a value is, or holds, with single blanks; none for a number."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text}" for name, each in value.items() if (text := _line(each)))
    if isinstance(value, list | tuple):
        return ", ".join(text for text in map(_line, value) if text)
    return ""


@cache
def _fields() -> frozenset[str]:
    """Return the names of all fields that can hold a text."""
    found = {"reason"}
    for kind in topics().values():
        for field in msgspec.structs.fields(kind):
            if field.name not in ENVELOPE and _holds_text(msgspec.inspect.type_info(field.type)):
                found.add(field.name)
    return frozenset(found - {"values"})


def _holds_text(kind: msgspec.inspect.Type) -> bool:
    match kind:
        case msgspec.inspect.StrType() | msgspec.inspect.LiteralType():
            return True
        case msgspec.inspect.UnionType(types=types) | msgspec.inspect.TupleType(item_types=types):
            return any(map(_holds_text, types))
        case msgspec.inspect.VarTupleType(item_type=one) | msgspec.inspect.DictType(value_type=one):
            return _holds_text(one)
        case msgspec.inspect.Metadata(type=one):
            return _holds_text(one)
        case _:
            return False


def usual_texts(fields: frozenset[str]) -> frozenset[str]:
    """Return the texts that those fields have where nothing is said, which payloads leave out."""
    kinds = topics().values()
    found = (one.default for kind in kinds for one in msgspec.structs.fields(kind) if one.name in fields)
    return frozenset(one for one in found if isinstance(one, str))


def fields_named(names: Iterable[str]) -> frozenset[str]:
    """Return the fields of these names, or, of none, all that people write in; names may be parted by commas.

    Raises ``UsageProblem`` for a name that no field with text has.
    """
    wanted = [
        name.strip().lower().replace("-", "_") for text in names for name in text.split(",") if name.strip()
    ]
    for name in wanted:
        if name not in _fields():
            near = did_you_mean(nearest(name, _fields())) or (f"one of: {', '.join(sorted(_fields()))}",)
            raise UsageProblem(f"--in: no entry has a text called {name!r}", hints=near)
    return frozenset(wanted) or _fields() - LISTED


def context(text: str, spans: Iterable[tuple[int, int]]) -> tuple[str, list[list[int]]]:
    """Return what stands around the first span, with a sign where it is cut, and where the spans are in it.

    A span is its first character and the one after it, counted from 0. What would lie outside is left out.
    """
    found = sorted(spans)
    begin = max(0, found[0][0] - _BEFORE) if len(text) > LONGEST else 0
    if begin:
        begin = text.find(" ", begin, found[0][0]) + 1 or begin
    end = min(len(text), begin + LONGEST)
    head, tail = "…" * bool(begin), "…" * (end < len(text))
    shift = len(head) - begin
    marks = [[first + shift, min(last, end) + shift] for first, last in found if first < end]
    return f"{head}{text[begin:end]}{tail}", marks
