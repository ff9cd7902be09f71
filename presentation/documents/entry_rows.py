"""The entries of a case as rows of a printed record: all that was written, and beside it what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from presentation.documents.document import Struck, TextTable
from presentation.flags import irregular, lateness
from presentation.phrases import amended_by, at, origin_in_words
from presentation.values import fields, value_in_words, words
from projections.views.summaries import in_full
from projections.views.timeline import item, own_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    from projections.views.case_view import Unread
    from projections.views.timeline import Item, Line

_HEAD: Final = ("entry", "occurred", "recorded", "by whom", "what was recorded", "what became of it")


def entries_table(lines: Sequence[Line], zone: tzinfo) -> TextTable:
    """Return a row for each entry, in order of occurrence, corrections and retractions among them.

    An entry that was corrected is shown as it is believed, with what was recorded at first; one that was
    retracted is struck through.
    """
    items = {line.entry.version: item(line) for line in lines}
    rows = [_row(line, items, zone) for line in lines]
    return TextTable("Every entry, in the order in which it happened", _HEAD, rows)


def unread_table(unread: Sequence[Unread]) -> TextTable:
    """Return a row for each entry that cannot be read, and why."""
    rows = [(str(one.version), str(one.position), one.topic, one.reason) for one in unread]
    return TextTable("Entries that cannot be read", ("entry", "position", "kind", "why"), rows)


def _row(line: Line, items: Mapping[int, Item], zone: tzinfo) -> tuple[str, ...]:
    found = items[line.entry.version]
    said = "\n".join(_said(line, zone))
    return (
        str(found["version"]),
        at(found["occurred_at"], zone),
        f"{at(found['recorded_at'], zone)}\nat position {found['position']}",
        "\n".join(_by_whom(found)),
        said if found["retracted_by"] is None else Struck(said),
        "\n".join(_fate(line, items, zone)),
    )


def _by_whom(found: Item) -> Iterator[str]:
    yield found["actor"]
    yield f"as {found['role']}" if found["role"] else "in no role"
    if found["on_behalf_of"]:
        yield f"on behalf of {found['on_behalf_of']}"


def _said(line: Line, zone: tzinfo) -> Iterator[str]:
    """Yield an entry in words, then each of its fields that these do not have to the letter, then the reason."""
    event = line.entry.event
    whole = in_full(event)
    yield whole
    for name, value in own_fields(event).items():
        shown = isinstance(value, str) and value in whole
        if not shown and value not in (None, "", [], (), {}):
            yield f"{words(name)}: {_value(name, value, zone)}"
    if event.reason:
        yield f"reason: {event.reason}"


def _value(name: str, value: object, zone: tzinfo) -> str:
    return fields(value, zone) if isinstance(value, dict) else value_in_words(name, value, zone)


def _fate(line: Line, items: Mapping[int, Item], zone: tzinfo) -> Iterator[str]:
    found = items[line.entry.version]
    late = lateness(found)
    if late:
        yield f"! {late}"
    for said in irregular(found):
        yield f"! {said}"
    for version in found["corrected_by"]:
        yield f"corrected {amended_by(version, items, zone)}"
    if "before" in found["details"]:
        yield f"as recorded at first: {fields(found['details']['before'], zone)}"
    if found["retracted_by"] is not None:
        yield f"retracted {amended_by(found['retracted_by'], items, zone)}"
    if found["source_recorded_at"] is not None:
        yield f"recorded by its source: {at(found['source_recorded_at'], zone)}"
    if found["origin"]:
        yield f"imported from {origin_in_words(found['origin'])}"
