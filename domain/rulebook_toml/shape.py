"""What is wrong with the form of a rulebook, as read from TOML: keys, and the kinds of their values.

``msgspec`` stops at the first fault that it finds. Whoever edits a rulebook wants to hear of all of them.
"""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Any, Final, Literal, Union, get_args, get_origin

import msgspec

from domain.rulebook.model import CalendarData, Limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.rulebook_toml.lines import Path

Fault = tuple["Path", str]
"""Where something is wrong, and what."""

PUT_IN: Final = ("holidays", "holidays_from", "first_year", "last_year")
"""The keys of a calendar that nobody writes: they are put in when a rulebook is adopted."""

_EXPECTED: Final[dict[Any, str]] = {
    str: "a text in quotes",
    int: "a whole number",
    bool: "true or false",
    tuple[str, ...]: "a list of texts, each in quotes",
    dict[str, str]: "a table of texts, each in quotes",
    dict[str, int]: "a table of whole numbers",
    Limit: "a length of time in quotes, or a table of them",
}


def shape_faults(value: Any, kind: type[msgspec.Struct], path: Path = ()) -> Iterator[Fault]:  # noqa: ANN401  (any value of TOML)
    """Yield every key of ``value`` that a ``kind`` does not have, that it lacks, or whose value is of no use."""
    if not isinstance(value, dict):
        yield path, f"{_named(path)} must be a table"
        return
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    yield from _unknown(value, kind, fields, path)
    for name, field in fields.items():
        if name in value:
            yield from _value(value[name], field.type, (*path, name))
        elif field.required:
            yield path, f"{name} is missing"


def _unknown(value: Iterable[str], kind: type, fields: Iterable[str], path: Path) -> Iterator[Fault]:
    for key in value:
        if kind is CalendarData and key in PUT_IN:
            why = "bank holidays are put in when the rulebook is adopted: change them by [[calendar.overrides]]"
            yield (*path, key), f"{key} is not for a file: {why}"
        elif key not in fields:
            yield (*path, key), f"{key!r} is no key of {_named(path)}{near(key, fields)}"


def _value(value: Any, kind: Any, path: Path) -> Iterator[Fault]:  # noqa: ANN401  (any value, any type)
    kind = _without_none(kind)
    of = get_args(kind)
    if _is_struct(kind):
        yield from shape_faults(value, kind, path)
    elif get_origin(kind) is tuple and _is_struct(of[0]):
        yield from _each(value, list, of[0], path)
    elif get_origin(kind) is dict and _is_struct(of[1]):
        yield from _each(value, dict, of[1], path)
    elif get_origin(kind) is Literal:
        if value not in of:
            yield path, f"{path[-1]}: {value!r} is none of {', '.join(of)}"
    elif not _fits(value, kind):
        yield path, f"{path[-1]} must be {_EXPECTED[kind]}"


def _each(value: Any, kind: type, of: Any, path: Path) -> Iterator[Fault]:  # noqa: ANN401  (any value, any struct)
    if not isinstance(value, kind):
        yield path, f"{path[-1]} must be written as {'[[...]]' if kind is list else '[...]'} tables"
        return
    for key, each in _elements(value):
        yield from shape_faults(each, of, (*path, key))


def _elements(value: Any) -> Iterable[tuple[str | int, Any]]:  # noqa: ANN401  (a list or a dict, as was seen)
    return value.items() if isinstance(value, dict) else enumerate(value)


def _without_none(kind: Any) -> Any:  # noqa: ANN401  (any type)
    if get_origin(kind) not in {UnionType, Union} or type(None) not in get_args(kind):
        return kind
    rest = tuple(one for one in get_args(kind) if one is not type(None))
    return Union[rest]  # noqa: UP007  (made of what was found)


def _is_struct(kind: Any) -> bool:  # noqa: ANN401  (any type)
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _fits(value: Any, kind: Any) -> bool:  # noqa: ANN401  (any value, any type)
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _named(path: Path) -> str:
    """Return what a table is called: ``a standard`` for one among them."""
    if not path:
        return "a rulebook"
    if isinstance(path[-1], int):
        return {"standards": "a standard", "overrides": "an override"}.get(str(path[-2]), str(path[-2]))
    return "a team" if path[-2:-1] == ("teams",) else str(path[-1])


def near(name: object, known: Iterable[str]) -> str:
    """Return, to stand after a complaint, which of the known names may be meant; nothing if none is near."""
    from difflib import get_close_matches

    found = get_close_matches(str(name), list(known), n=2)
    return f"; did you mean {' or '.join(found)}?" if found else ""
