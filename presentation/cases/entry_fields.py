"""One entry whole: every field in words, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from presentation.cases.entry_notes import GRAVE, QUIET, WARNING
from presentation.flags import irregular
from presentation.phrases import amended_by, at, elapsed, origin_in_words
from presentation.values import value_in_words, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from projections.views.timeline import Item


def entry_fields(item: Item, items: Mapping[int, Item], zone: tzinfo) -> Iterator[tuple[str, str, str | None]]:
    """Yield the name and the words of each field, and how much it stands out; ``items`` are all by version."""
    yield "who", f"{item['actor']} ({item['role']})" if item["role"] else item["actor"], None
    if item["on_behalf_of"]:
        yield "on behalf of", item["on_behalf_of"], None
    yield "happened", at(item["occurred_at"], zone), None
    late = f", {elapsed(item['late_seconds'])} later" if item["late_seconds"] else ""
    yield "recorded", f"{at(item['recorded_at'], zone)}{late}, by {item['via']}", None
    if item["source_recorded_at"] is not None:
        yield "by its source", at(item["source_recorded_at"], zone), None
    yield from _fields(item["details"], zone)
    if item["reason"]:
        yield "reason", item["reason"], None
    yield from _amended(item, items, zone)
    for said in irregular(item):
        yield "flag", f"! {said}", GRAVE
    if item["origin"]:
        yield "imported from", origin_in_words(item["origin"]), None


def _fields(details: Mapping[str, Any], zone: tzinfo) -> Iterator[tuple[str, str, str | None]]:
    for name, value in details.items():
        if name != "before" and value not in (None, (), {}, ""):
            yield words(name), value_in_words(name, value, zone), None
    for name, value in details.get("before", {}).items():
        yield f"before: {words(name)}", value_in_words(name, value, zone), QUIET


def _amended(item: Item, items: Mapping[int, Item], zone: tzinfo) -> Iterator[tuple[str, str, str | None]]:
    for version in item["corrected_by"]:
        yield "corrected", amended_by(version, items, zone), WARNING
    if item["retracted_by"] is not None:
        yield "retracted", amended_by(item["retracted_by"], items, zone), WARNING
