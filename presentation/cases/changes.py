"""What changed in a case between two instants, in words: its entries, its state, its clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.duration import in_words
from presentation.phrases import at, spoken
from presentation.values import value_in_words, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from domain.axes import Axes
    from domain.instant import Instant
    from presentation.instants import AsOf
    from projections.views.timeline import Item

_PARTS: Final = {
    "investigation.warrants.": "warrant",
    "safeguarding.steps.": "step",
    "safeguarding.children.": "child",
    "oversight.escalations.": "escalation",
    "oversight.grades.": "grade",
}


def label(path: str) -> str:
    """Return the path of a field of the state in words: ``warrant W1 state``, ``ownership owner``."""
    for start, part in _PARTS.items():
        if path.startswith(start):
            name, _, field = path.removeprefix(start).rpartition(".")
            return f"{part} {name.replace('.steps.', ' step ')} {words(field)}"
    return words(path).replace(".", " ")


def change_of_state(each: Item, zone: tzinfo) -> str:
    """Return what a field of the state was and is, or what it is where it was nothing."""
    name = each["field"].rpartition(".")[2]
    old, new = (value_in_words(name, each[side], zone) for side in ("before", "after"))
    return new if each["before"] is None else f"{old} -> {new}"


def between(first: Axes, second: Axes, as_of: AsOf) -> str:
    """Return in words what is compared with what."""
    worlds, knowns = ([_said_at(one, as_of) for one in axis] for axis in zip(first, second, strict=True))
    if first.known_at != second.known_at:
        world = f", about {worlds[0]}" if first.as_at == second.as_at else ""
        return f"from what was known at {knowns[0]} to what was known at {knowns[1]}{world}"
    known = "is known now" if first.known_at >= as_of.now else f"was known at {knowns[0]}"
    return f"from {worlds[0]} to {worlds[1]}, by what {known}"


def _said_at(instant: Instant, as_of: AsOf) -> str:
    return "now" if instant == as_of.now else spoken(instant, as_of.zone)


def became(item: Item, zone: tzinfo) -> Iterator[str]:
    """Yield what became of an entry that stands in both."""
    if item["before"] is None:
        return
    for name, old in item["before"].items():
        new = item["after"][name]
        if name == "details":
            yield from _details(old, new, zone)
        elif new != old:
            yield f"{words(name)}: {value_in_words(name, old, zone)} -> {value_in_words(name, new, zone)}"


def _details(old: Item, new: Item, zone: tzinfo) -> Iterator[str]:
    for name in dict.fromkeys([*old, *new]):
        if name != "before" and old.get(name) != new.get(name):
            first, second = (value_in_words(name, side.get(name), zone) for side in (old, new))
            yield f"{words(name)}: {first} -> {second}"


def change_of_clock(item: Item, zone: tzinfo) -> str:
    """Return what became of a clock, as ``projections.views.clocks.clock_diff`` has it."""
    before, after = item["before"], item["after"]
    match item["change"]:
        case "started":
            return f"started {at(after['since'], zone)}, {_due(after, zone)}"
        case "breached":
            return f"overdue from {at(after['due'], zone)}"
        case "stopped":
            return _stopped(after, zone)
        case "continued":
            return f"goes on after all, {_due(after, zone)}"
        case "gone":
            return f"never was: it had started {at(before['since'], zone)}"
        case _:
            return f"{_due(before, zone)} -> {_due(after, zone).removeprefix('due ')}"


def _stopped(clock: Item, zone: tzinfo) -> str:
    if clock["stopped_at"] is None:
        return "not met when the case was resolved"
    how = {"met": "met in time", "met late": "met too late"}.get(clock["state"], "ended: no longer called for")
    return f"{how}, {at(clock['stopped_at'], zone)}"


def _due(clock: Item, zone: tzinfo) -> str:
    limit = in_words(clock["limit"])
    if clock["due"] is None:
        return f"standing still ({limit})" if clock["stands_since"] is not None else f"never due ({limit})"
    return f"due {at(clock['due'], zone)} ({limit})"
