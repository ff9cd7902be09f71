"""Items of any reading command as lines: each says all of itself, without columns, signs or abbreviations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from domain.duration import in_words
from domain.errors import LongcaseError
from domain.instant import parse
from presentation.escaping import safe_text
from presentation.formats import is_instant
from presentation.phrases import as_of_in_words
from presentation.speech.spoken import day, length, moment, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from presentation.formats import Item
    from presentation.instants import AsOf

_ISO: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)"
_DAY: Final = r"\d{4}-(0[1-9]|1[0-2])-\d\d"
_INDENT: Final = "  "
_ENDS: Final = (".", "!", "?", ":")
_ALONE: Final = frozenset({"explanation", "summary", "context"})
"""What is a sentence of its own."""
_IF_SO: Final = frozenset({"unnamed", "withheld"})
"""What is said only where it is so; of all else that can be told, what is not so is said too."""
_LIMITS: Final = frozenset({"limit", "then"})
_NAMING: Final = frozenset({"first_year", "last_year", "seed"})
"""Numbers that name something, and count nothing."""
_BY_NUMBER: Final = frozenset({"holidays"})
"""Of which nobody listens to all."""


def head(noun: str, count: int, as_of: AsOf, extra: Item | None) -> Iterator[str]:
    """Yield the first lines: how many items there are, as at when, and what is said of all of them."""
    counted = f"{noun}: {count:,}" if count else f"no {noun}"
    yield _ended([f"{counted}, {as_of_in_words(as_of)}"])
    yield from _said(extra or {}, as_of.zone, "")


def lines(item: Item, zone: tzinfo) -> Iterator[str]:
    """Yield the lines of one item, safe for a terminal, with instants in ``zone``; its parts are indented.

    What is empty is left out, and so is what another field says: see ``_without_repeats``.
    """
    return _said(_without_repeats(item), zone, "")


def _without_repeats(item: Item) -> Item:
    """Return an item, its case first, without what its summary, its changes or its words say already.

    The fields of an entry whose summary is whole, all but those before a correction; the state after an entry
    beside what that changed; where in a text the words are that were looked for.
    """
    kept = {name: item[name] for name in ("reference", *item) if name in item and name != "marks"}
    if kept.get("register", "case") != "case":
        kept = {kept["register"]: kept.pop("reference", None)} | kept
    if "changed" in kept:
        kept.pop("state", None)
    if isinstance(entry := kept.get("entry"), Mapping):
        kept["entry"] = _without_repeats(entry)
    details = kept.get("details")
    if isinstance(details, Mapping) and not str(kept.get("summary", "…")).endswith("…"):
        del kept["details"]
        kept["before"] = details.get("before")
    return kept


def _said(item: Item, zone: tzinfo, indent: str, opening: str = "") -> Iterator[str]:
    """Yield what is plain of an item in a line, and then its parts, under it or with what they are parts of."""
    plain = {name: value for name, value in item.items() if not _is_part(value)}
    said = [text for name, value in plain.items() if (text := _field(name, value, zone))]
    more = f"{indent}{_INDENT}"
    if said:
        yield f"{indent}{opening}{_ended(said)}"
        opening = ""
    elif opening:
        opening, more = f"{opening.removesuffix(': ')}, ", indent
    for name, value in item.items():
        if _is_part(value):
            yield from _parts(name, value, zone, more, opening)


def _is_part(value: Any) -> bool:  # noqa: ANN401  (any value of an item)
    return isinstance(value, Mapping) or (
        isinstance(value, list | tuple) and any(isinstance(one, Mapping | list | tuple) for one in value)
    )


def _parts(name: str, value: Any, zone: tzinfo, indent: str, opening: str) -> Iterator[str]:  # noqa: ANN401  (as above)
    title = f"{opening}{safe_text(name_of(name))}"
    if name in _BY_NUMBER:
        yield f"{indent}{title}: {len(value):,}; --format json has each."
    elif isinstance(value, Mapping):
        yield from _said(value, zone, indent, f"{title}: ")
    else:
        for number, one in enumerate(value, 1):
            inner = one if isinstance(one, Mapping) else {"": one}
            yield from _said(inner, zone, indent, f"{title}, {number} of {len(value)}: ")


def _is_empty(value: Any) -> bool:  # noqa: ANN401  (as above)
    return value is None or value in ("", [], (), {})


def _field(name: str, value: Any, zone: tzinfo) -> str:  # noqa: ANN401  (as above)
    """Return one field as it is said; nothing where it is empty."""
    if _is_empty(value) or (name == "late_seconds" and not value):
        return ""
    called = name_of(name)
    if isinstance(value, bool):
        return called if value else "" if name in _IF_SO else f"not {called}"
    if name.endswith("_seconds"):
        return length(name, value)
    if isinstance(value, list | tuple):
        return f"{called} {', '.join(_value(name, one, zone) for one in value)}".strip()
    text = _value(name, value, zone)
    return text if name in _ALONE else f"{called} {text}".strip()


def _value(name: str, value: Any, zone: tzinfo) -> str:  # noqa: ANN401  (as above)
    if isinstance(value, int) and not isinstance(value, bool):
        return moment(value, zone) if is_instant(name) else str(value) if name in _NAMING else f"{value:,}"
    text = " ".join(str(value).split())
    if re.fullmatch(_ISO, text):
        return moment(parse(text), zone)
    if re.fullmatch(_DAY, text):
        return day(*map(int, text.split("-")))
    return safe_text(_limit(text) if name in _LIMITS else text)


def _limit(text: str) -> str:
    try:
        return in_words(text)
    except (LongcaseError, ValueError):  # what a limit is called, not how long it is
        return text


def _ended(said: list[str]) -> str:
    text = "; ".join(said)
    return text if not text or text.endswith(_ENDS) else f"{text}."
