"""A rulebook written as TOML, to be edited and adopted: what is read back is the same rulebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from tomli_w import dumps

from domain.rulebook.model import FIELDS, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.rulebook.model import CalendarData, Rulebook, Standard


def to_toml(book: Rulebook) -> str:
    """Return a rulebook as TOML, without the bank holidays; a standard says only what is not so by default.

    Letters that cannot be printed are escaped, since a person is to read it.
    """
    text = "\n".join(_lines(book)) + "\n"
    return "".join(one if one.isprintable() or one == "\n" else f"\\U{ord(one):08X}" for one in text)


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
    return dumps({name: 0}).removesuffix(" = 0\n")


def _value(value: Any) -> str:  # noqa: ANN401  (any value of a rulebook)
    """Return a value on one line; the library would give each item of a list a line of its own."""
    match value:
        case dict():
            inner = ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case list() | tuple():
            return f"[{', '.join(map(_value, value))}]"
        case _:
            return dumps({"_": value}).removeprefix("_ = ").removesuffix("\n")
