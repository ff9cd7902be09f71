"""What changed in a case between two instants, of the world or of knowledge: entries, its state, clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from projections.views.state import changes, leaves, state
from projections.views.timeline import Item, item

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.deadlines.standards import Laws
    from domain.instant import Instant
    from projections.views.case_view import CaseView

FIELDS = ("kind", "change", "version", "field", "before", "after", "entry")
"""What an item holds. ``kind`` is ``entry``, ``state`` or ``clock``; the others as ``differences`` says."""

_JUDGED = ("occurred_at", "details", "retracted_by", "corrected_by", "flags")


def differences(first: CaseView, second: CaseView, laws: Laws | None = None) -> Iterator[Item]:
    """Yield what differs between one case as of some instants and as of others: entries, then the state.

    An entry has ``appeared``, is ``gone``, or was ``corrected``, ``retracted`` or otherwise ``changed`` in
    between; ``before`` and ``after`` hold what differs of it. A field of the state has ``changed``. Clocks
    come last, where ``laws`` are given, as ``projections.views.clocks.clock_diff`` says.
    """
    yield from _entries(first, second)
    for change in changes(leaves(state(first)), leaves(state(second))):
        yield {"kind": "state", "change": "changed", "version": None, **change, "entry": None}
    if laws is not None:
        from projections.views.clocks.clock_diff import clock_changes

        for found in clock_changes(first, second, laws):
            yield {"kind": "clock", **found, "entry": None}


def _entries(first: CaseView, second: CaseView) -> Iterator[Item]:
    old, new = _items(first), _items(second)
    for version in sorted({*old, *new}, key=lambda one: _place(new.get(one) or old[one])):
        before, after = old.get(version), new.get(version)
        if before is None or after is None:
            yield _entry(after or before or {}, "gone" if after is None else "appeared")
        else:
            parts = [name for name in _JUDGED if before[name] != after[name]]
            if parts:
                yield _entry(after, _what(parts, after), _only(before, parts), _only(after, parts))


def _items(view: CaseView) -> dict[int, Item]:
    return {line.entry.version: item(line) for line in view.lines}


def _place(entry: Item) -> tuple[Instant, int]:
    return entry["occurred_at"], entry["version"]


def _what(parts: Sequence[str], after: Item) -> str:
    if "retracted_by" in parts and after["retracted_by"] is not None:
        return "retracted"
    if "corrected_by" in parts and after["corrected_by"]:
        return "corrected"
    return "changed"


def _only(entry: Item, parts: Sequence[str]) -> Item:
    return {name: entry[name] for name in parts}


def _entry(entry: Item, change: str, before: Any = None, after: Any = None) -> Item:  # noqa: ANN401  (parts of an item)
    return {
        "kind": "entry",
        "change": change,
        "version": entry["version"],
        "field": None,
        "before": before,
        "after": after,
        "entry": entry,
    }
