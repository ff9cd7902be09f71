"""What is said beside an entry: what is irregular about it, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from presentation.flags import irregular, lateness
from presentation.values import fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import tzinfo

    from projections.views.timeline import Item

AMENDING: Final = frozenset({"case.entry-corrected", "case.entry-retracted"})
"""Entries about other entries, which are told beside those."""

GRAVE, WARNING, QUIET = "grave", "warning", "quiet"
"""How much a note stands out."""


def entry_notes(item: Item, items: Mapping[int, Item], zone: tzinfo, *, whole: bool) -> Iterator[tuple[str, str]]:
    """Yield what is said beside an entry, and how much it stands out; ``items`` are all of the case by version.

    The ``whole`` has what stood there before a correction.
    """
    for said in irregular(item):
        yield f"! {said}", GRAVE
    late = lateness(item)
    if late:
        yield late, WARNING
    if item["retracted_by"] is not None:
        yield _by("retracted", item["retracted_by"], items), WARNING
    for version in item["corrected_by"]:
        yield _by("corrected", version, items), WARNING
    if whole and "before" in item["details"]:
        yield f"before: {fields(item['details']['before'], zone)}", QUIET
    if item["on_behalf_of"]:
        yield f"on behalf of {item['on_behalf_of']}", QUIET
    if item["reason"]:
        yield f"reason: {item['reason']}", QUIET


def _by(what: str, version: int, items: Mapping[int, Item]) -> str:
    found = items.get(version)
    if found is None:
        return f"{what} by entry {version}"
    why = f": {found['reason']}" if found["reason"] else ""
    return f"{what} by entry {version}, {found['actor']}{why}"


def closing(items: Iterable[Item]) -> str | None:
    """Return how many entries are late, corrected, retracted or otherwise irregular, if any are."""
    items = list(items)
    counts = {
        "recorded late": sum("late" in item["flags"] for item in items),
        "corrected": sum(bool(item["corrected_by"]) for item in items),
        "retracted": sum(item["retracted_by"] is not None for item in items),
        "otherwise irregular": sum(bool(irregular(item)) for item in items),
    }
    found = [f"{count} {what}" for what, count in counts.items() if count]
    if not found:
        return None
    total = "1 entry" if len(items) == 1 else f"{len(items)} entries"
    return f"{total}: {', '.join(found)}"
