"""A rulebook written as TOML, to be edited and adopted: what is read back is the same rulebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from domain.rulebook.model import FIELDS, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.rulebook.model import CalendarData, Rulebook, Standard

_BARE: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_SHORT: Final = 0xFFFF


def to_toml(book: Rulebook) -> str:
    """Return a rulebook as TOML, without the bank holidays; a standard says only what is not so by default."""
    return "\n".join(_lines(book)) + "\n"


def _lines(book: Rulebook) -> Iterator[str]:
    for name in ("title", "attempts", "harms"):
        yield f"{name} = {_value(getattr(book, name))}"
    if not book.standards:
        yield "standards = []"
    for name in ("needs", "specialists"):
        if getattr(book, name):
            yield from _table(f"[{name}]", getattr(book, name))
    yield from _calendar(book.calendar)
    for standard in book.standards:
        yield from _table("[[standards]]", _written(standard))


def _calendar(calendar: CalendarData) -> Iterator[str]:
    yield from _table("[calendar]", {"zone": calendar.zone, "hours": calendar.hours})
    for team, own in calendar.teams.items():
        yield from _table(f"[calendar.teams.{_key(team)}]", {"hours": own.hours})
    for override in calendar.overrides:
        yield from _table("[[calendar.overrides]]", msgspec.structs.asdict(override))


def _written(standard: Standard) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(standard)
    for name in ("limit", "then"):
        if isinstance(said.get(name), dict):
            said[name] = in_order(said[name])
    return {name: said[name] for name in FIELDS if name in said}


def _table(header: str, values: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield header
    for name, value in values.items():
        yield f"{_key(name)} = {_value(value)}"


def _key(name: str) -> str:
    return name if name and _BARE.issuperset(name) else _text(name)


def _value(value: Any) -> str:  # noqa: ANN401  (any value of a rulebook)
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _text(value)
        case dict():
            inner = ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case _:
            return f"[{', '.join(map(_value, value))}]"


def _text(text: str) -> str:
    """Return a text as a basic string of TOML; what cannot be printed is escaped."""
    return '"' + "".join(map(_character, text)) + '"'


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    return f"\\u{ord(character):04X}" if ord(character) <= _SHORT else f"\\U{ord(character):08X}"
