"""The log for a person: how it stands, and what verifying it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.output.layout import Part, beside
from presentation.escaping import safe_text
from presentation.phrases import at, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from cli.output.layout import Page
    from projections.views.timeline import Item


def status_lines(item: Item, page: Page) -> Iterator[str]:
    """Yield the lines of how a log stands."""
    for left, text in _rows(item, page.zone):
        yield from beside(f"{left:<13}", [Part(text)], page)


def _rows(item: Item, zone: tzinfo) -> Iterator[tuple[str, str]]:
    yield "log", item["origin"]
    for key in item["keys"]:
        yield "key", key if len(key) <= _LONGEST else f"{key[:_LONGEST]}…"
    if item["size"] is None:
        yield "checkpoint", "none has been made yet: longcase log checkpoint makes one"
    else:
        yield "checkpoint", f"{number(item['size'], 'entry', 'entries')}, {at(item['checkpoint_at'], zone)}"
        yield "root", item["root"]
        yield "cosigned by", ", ".join(map(_cosigner, item["cosignatures"])) or "nobody"
    yield "since then", number(item["behind"], "entry", "entries")
    yield "signer", _signer(item)
    if item["policy_met"] is not None:
        yield "policy", "met" if item["policy_met"] else "not met: too few witnesses have cosigned"


_LONGEST = 90
"""How much of a key is shown; ``longcase log keys`` prints it whole."""


def _cosigner(item: Mapping[str, Any]) -> str:
    name = str(item["name"])
    return name if item["verified"] else f"{name} (not checked: --policy FILE has its key)"


def _signer(item: Item) -> str:
    if item["signer"] is None:
        return "not on this machine, or --signer names another folder"
    signed = f"{item['signer']}, last signed {number(item['signed_size'], 'entry', 'entries')}"
    return signed if item["signed_size"] <= item["entries"] else f"{signed}, {_GONE}"


_GONE = "! MORE THAN THE STORE HAS: entries are gone, or it was set back"


def verified_lines(extra: Mapping[str, Any], items: list[Item]) -> Iterator[str]:
    """Yield the lines of what verifying a log came to."""
    entries = number(extra["size"], "entry", "entries")
    if extra["whole"]:
        yield f"whole: {entries}, root {extra['root']}"
        yield from map(_compared, extra["checkpoints"])
        kept = number(extra["kept"], "checkpoint", "checkpoints")
        yield f"{kept} in the store, each signed by its log" if extra["kept"] else "the store keeps no checkpoint"
        return
    yield safe_text(f"TAMPERED: {_first(items)}")
    for item in items:
        yield safe_text(f"{_where(item)}: {item['explanation']}")
    if extra["defects"] > len(items):
        yield f"and {extra['defects'] - len(items):,} more defects"
    yield from map(_compared, extra["checkpoints"])
    yield f"{entries} read"


def _compared(one: Mapping[str, Any]) -> str:
    how = "agrees with" if one["agrees"] else "DOES NOT AGREE with"
    return safe_text(f"{how} {one['source']}: {number(one['size'], 'entry', 'entries')}")


def _first(items: list[Item]) -> str:
    first = next((item for item in items if item["first_position"] is not None), None)
    if first is None:
        return "the entries are whole, and what was signed of them is not"
    if first["first_position"] == first["last_position"]:
        return f"the first bad entry is at {_where(first)}"
    return f"the first bad entry is one of {_where(first)}"


def _where(item: Item) -> str:
    first, last = item["first_position"], item["last_position"]
    if first is None:
        return "keys" if item["finding"] == "keys" else "checkpoint"
    if first != last:
        return f"positions {first:,} to {last:,}"
    case = f", entry {item['version']} of {item['reference']}" if item["reference"] else ""
    return f"position {first:,}{case}"
