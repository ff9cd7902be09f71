"""What changed in a case, for a person: by each entry of a replay, or between two instants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cli.output.layout import Part, beside, marked
from cli.output.terminal import cells
from cli.pages import case
from presentation.escaping import safe_text
from presentation.phrases import day, moment, spoken
from presentation.values import value_in_words, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import tzinfo

    from cli.output.layout import Page
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
    "safeguarding.children.": "child",
    "oversight.escalations.": "escalation",
    "oversight.grades.": "grade",
}


def replayed(
    entries: Sequence[Item], items: Iterable[Item], reported_at: int | None, page: Page
) -> Iterator[list[str]]:
    """Yield, after the titles, for each item of a replay of ``entries`` its entry and what that changed."""
    layout = case.entry_layout(entries, reported_at, page, whole=True)
    yield list(case.titles(layout))
    year = ""
    for item in items:
        today = day(item["entry"]["occurred_at"], page.zone)
        head = [] if today[-4:] == year else [f"  {today[-4:]}"]
        year = today[-4:]
        yield [*head, *case.entry(layout, item["entry"], today), *changed(item["changed"], page)]


def changed(changes: Sequence[Item], page: Page) -> Iterator[str]:
    """Yield one line, or as many as it needs, for each field that changed.

    Which relation to a case was recorded last is left out: ``linked`` has every one that stands.
    """
    changes = [each for each in changes if not each["field"].startswith("links.")]
    if not changes:
        yield "          (the state stays as it was)"
    named = [f"          {safe_text(label(each['field']))}" for each in changes]
    left = min(max(map(cells, named), default=0), _LEFT)
    for name, each in zip(named, changes, strict=True):
        yield from _change(f"{name}{' ' * (left - cells(name))}  ", each, page)


def label(path: str) -> str:
    """Return the path of a field of the state in words: ``warrant W1 state``, ``ownership owner``."""
    for start, part in _PARTS.items():
        if path.startswith(start):
            name, _, field = path.removeprefix(start).rpartition(".")
            return f"{part} {name.replace('.steps.', ' step ')} {words(field)}"
    return words(path).replace(".", " ")


def _change(head: str, each: Item, page: Page) -> Iterator[str]:
    name = each["field"].rpartition(".")[2]
    old, new = (value_in_words(name, each[side], page.zone) for side in ("before", "after"))
    texts = new if each["before"] is None else f"{old} -> {new}"
    return beside(head, [Part(texts, "cyan")], page)


def differed(
    ref: str, items: Sequence[Item], compared: tuple[Axes, Axes], as_of: AsOf, page: Page
) -> Iterator[str]:
    """Yield what differs in a case between two instants: its entries, its state, its clocks."""
    yield from beside(f"{safe_text(ref)}  ", [Part(_between(*compared, as_of), "bold")], page)
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
    known = "is known now" if first.known_at >= as_of.now else f"was known at {knowns[0]}"
    return f"from {worlds[0]} to {worlds[1]}, by what {known}"


def _said_at(instant: Instant, as_of: AsOf) -> str:
    return "now" if instant == as_of.now else spoken(instant, as_of.zone)


def _entry(item: Item, page: Page) -> Iterator[str]:
    entry, mark = item["entry"], _MARKS.get(item["change"], "~")
    head = f"{moment(entry['occurred_at'], page.zone)}  {item['version']:>4}  "
    texts = [f"{entry['actor']}: {entry['summary']}", *_became(item, page.zone)]
    return marked(Part(mark, _COLOURS[mark]), head, texts, page)


def _became(item: Item, zone: tzinfo) -> Iterator[str]:
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
