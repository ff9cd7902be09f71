"""What changed in a case, for a person: by each entry of a replay, or between two pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cli.output.layout import Part, hung, painted, room_beside, wrapped
from cli.output.terminal import cells
from cli.pages import case
from presentation.escaping import safe_text
from presentation.phrases import day, moment, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from cli.output.table import Page
    from domain.axes import Axes
    from domain.instant import Instant
    from presentation.instants import AsOf
    from projections.views.timeline import Item

_MARKS: Final = {"appeared": "+", "gone": "-"}
_COLOURS: Final = {"+": "green", "-": "red", "~": "yellow"}
_LEFT: Final = 44
_PARTS: Final = {
    "investigation.warrants.": "warrant",
    "safeguarding.steps.": "step",
    "oversight.escalations.": "escalation",
    "oversight.grades.": "grade",
}


def replayed(items: Sequence[Item], reported_at: int | None, page: Page) -> Iterator[list[str]]:
    """Yield, after the titles, for each item of a replay its entry and what that changed."""
    story = case.entry_layout([item["entry"] for item in items], reported_at, page, whole=True)
    yield [case.titles(story)]
    year = ""
    for item in items:
        today = day(item["entry"]["occurred_at"], page.zone)
        head = [] if today[-4:] == year else [f"  {today[-4:]}"]
        year = today[-4:]
        yield [*head, *case.entry(story, item["entry"], today), *changed(item["changed"], page)]


def changed(changes: Sequence[Item], page: Page) -> Iterator[str]:
    """Yield one line, or as many as it needs, for each field that changed."""
    if not changes:
        yield "          (the state stays as it was)"
    named = [f"          {safe_text(label(each['field']))}" for each in changes]
    left = min(max(map(cells, named), default=0), _LEFT)
    for name, each in zip(named, changes, strict=True):
        yield from _change(f"{name}{' ' * (left - cells(name))}  ", each, page)


def label(path: str) -> str:
    """Return the path of a field of the state in words: ``warrant W1 state``, ``ownership owner``."""
    for start, words in _PARTS.items():
        if path.startswith(start):
            name, _, field = path.removeprefix(start).rpartition(".")
            return f"{words} {name} {case.words(field)}"
    return case.words(path).replace(".", " ")


def _change(head: str, each: Item, page: Page) -> Iterator[str]:
    name = each["field"].rpartition(".")[2]
    old, new = (case.value_in_words(name, each[side], page.zone) for side in ("before", "after"))
    texts = new if each["before"] is None else f"{old} -> {new}"
    lines = wrapped(texts, room_beside(page.width, cells(head)))
    yield from hung(head, [[Part(line, "cyan")] for line in lines], coloured=page.coloured)


def differed(
    ref: str, items: Sequence[Item], compared: tuple[Axes, Axes], as_of: AsOf, page: Page
) -> Iterator[str]:
    """Yield what differs in a case between two instants: its entries, its state, its clocks."""
    head = f"{safe_text(ref)}  "
    title = wrapped(_between(*compared, as_of), room_beside(page.width, cells(head)))
    yield from hung(head, [[Part(line, "bold")] for line in title], coloured=page.coloured)
    entries = [item for item in items if item["kind"] == "entry"]
    if entries:
        yield from ("", "  entries")
    for item in entries:
        yield from _entry(item, page)
    state = [item for item in items if item["kind"] == "state"]
    if state:
        yield from ("", "  state")
        yield from changed(state, page)
    clocks = [item for item in items if item["kind"] == "clock"]
    if clocks:
        from cli.pages.clock_changes import moved

        yield from ("", "  clocks")
        yield from moved(clocks, page)


def _between(first: Axes, second: Axes, as_of: AsOf) -> str:
    """Return in words what is compared with what."""
    worlds, knowns = ([_said_at(one, as_of) for one in axis] for axis in zip(first, second, strict=True))
    if first.known_at != second.known_at:
        world = f", about {worlds[0]}" if first.as_at == second.as_at else ""
        return f"from what was known at {knowns[0]} to what was known at {knowns[1]}{world}"
    known = "is known now" if first.known_at == as_of.now else f"was known at {knowns[0]}"
    return f"from {worlds[0]} to {worlds[1]}, by what {known}"


def _said_at(instant: Instant, as_of: AsOf) -> str:
    return "now" if instant == as_of.now else spoken(instant, as_of.zone)


def _entry(item: Item, page: Page) -> Iterator[str]:
    entry, mark = item["entry"], _MARKS.get(item["change"], "~")
    when = moment(entry["occurred_at"], page.zone)
    head = f"  {painted(Part(mark, _COLOURS[mark]), coloured=page.coloured)} {when}  {item['version']:>4}  "
    left = 2 + 2 + cells(when) + 2 + max(4, len(str(item["version"]))) + 2
    room = room_beside(page.width, left)
    texts = [f"{entry['actor']}: {entry['summary']}", *_became(item, page.zone)]
    lines = [line for each in texts for line in wrapped(each, room)]
    yield f"{head}{lines[0]}"
    for line in lines[1:]:
        yield f"{' ' * left}{line}"


def _became(item: Item, zone: tzinfo) -> Iterator[str]:
    """Yield what became of an entry that stands in both."""
    if item["before"] is None:
        return
    for name, old in item["before"].items():
        new = item["after"][name]
        if name == "details":
            yield from _details(old, new, zone)
        elif new != old:
            yield f"{case.words(name)}: {_said(name, old, zone)} -> {_said(name, new, zone)}"


def _details(old: Item, new: Item, zone: tzinfo) -> Iterator[str]:
    for name in dict.fromkeys([*old, *new]):
        if name != "before" and old.get(name) != new.get(name):
            first, second = (_said(name, side.get(name), zone) for side in (old, new))
            yield f"{case.words(name)}: {first} -> {second}"


def _said(name: str, value: Any, zone: tzinfo) -> str:
    return case.value_in_words(name, value, zone)
