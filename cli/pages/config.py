"""The settings that hold, for a person: each with what says so, then the profiles by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cli.output.layout import Part, block, hung, room_beside, wrapped
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cli.output.layout import Page

_OPTIONAL: Final = ("as_at", "known_at", "passphrase_file", "debug")
"""What is told only where it is set."""

_NONE: Final = {"demonstration": "no", "profile": "none by name", "actor": "nobody", "zone": "not known"}
_WIDTH: Final = 15


def lines(
    settings: Sequence[Mapping[str, Any]], named: Sequence[Mapping[str, Any]], path: str, page: Page
) -> Iterator[str]:
    """Yield the lines of the settings, and of the profiles in the file at ``path``."""
    usable = all(one["note"] is None for one in settings if one["setting"] == "store")
    for one in settings:
        if one["value"] is None and one["setting"] in _OPTIONAL:
            continue
        word = _word(one, usable=usable)
        yield from _line(one["setting"].replace("_", " "), word, [_origin(one), one["note"]], page)
    if named:
        yield ""
        yield from wrapped(f"Profiles in {path}; longcase --profile NAME chooses one:", page.width)
        for one in named:
            name = f"{one['name']} (chosen)" if one["chosen"] else one["name"]
            yield from _line(name, one["store"], [_people(one)], page)


def _word(one: Mapping[str, Any], *, usable: bool) -> str:
    if one["value"] is None and one["setting"] == "demonstration" and not usable:
        return "not known"
    return str(one["value"] or _NONE.get(one["setting"], "not set"))


def _line(label: str, text: str, notes: Sequence[str | None], page: Page) -> Iterator[str]:
    head = f"{safe_text(label):<{_WIDTH}} "
    beside = [Part(note, "dim") for note in notes if note]
    yield from hung(head, block(Part(text), beside, room_beside(page.width, len(head))), coloured=page.coloured)


def _origin(one: Mapping[str, Any]) -> str | None:
    match one["source"]:
        case "option":
            return f"by {one['where']}"
        case "environment":
            return f"by the environment, {one['where']}"
        case "profile":
            name = "" if one["profile"] is None else f"[{one['profile']}], "
            line = "" if one["line"] is None else f"line {one['line']} of "
            return f"by the profile, {name}{line}{one['where']}"
        case "default":
            return "since nothing says otherwise"
        case "store":
            return "by the store"
        case _:
            return None


def _people(one: Mapping[str, Any]) -> str:
    said = (f"{key} {one[key]}" for key in ("actor", "role") if one[key] is not None)
    where = "" if one["line"] is None else f"line {one['line']}"
    return ", ".join([*said, *([where] if where else [])])
