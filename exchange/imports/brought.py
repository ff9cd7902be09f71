"""What imports brought of one case of one source: as the source last said it, and as it is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from domain.cases.belief import AMENDING, amendments, corrected
from domain.codec import encode
from domain.event import ENVELOPE, Entry
from domain.identity import amendment_prefix, import_place
from domain.instant import iso
from domain.unseen import composed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.cases.belief import Amendments
    from domain.event import Event

_MARKS: dict[str, Any] = {"via": None, "origin": None, "flags": ()}
_SAID = ("on_behalf_of", "reason")
_LONGEST = 80


class Brought(NamedTuple):
    """An entry that an import brought and no import has taken back.

    ``said`` is what its source last said: the entry with the corrections that imports made. ``believed`` has
    those that people made too, and is ``None`` where they retracted it.
    """

    entry: Entry
    said: Entry
    believed: Entry | None

    @property
    def place(self) -> int:
        """Its place in its case, by the file that brought it; -1 is the report that was made up."""
        return import_place(self.entry.command_id)

    def says(self) -> Iterator[Key]:
        """Yield what a row may say so that it says nothing new."""
        yield key(self.said)
        if self.believed is not None and self.believed is not self.said:
            yield key(self.believed)


Key = tuple[Any, ...]


def key(entry: Entry) -> Key:
    """Return all that a source says of an entry, to be compared; spellings of a name are one."""
    event = entry.event
    known = entry.occurred_at if event.origin is None else event.origin.recorded_at
    when = entry.occurred_at, entry.occurred_at if known is None else known
    who = composed(entry.actor), composed(entry.role)
    return (event.TOPIC, *when, *who, encode(msgspec.structs.replace(event, **_MARKS)))


def brought(entries: Sequence[Entry], prefix: bytes) -> list[Brought]:
    """Return what was imported under command ids that begin with ``prefix``, in order of version."""
    own = [entry for entry in entries if entry.command_id.startswith(prefix)]
    if not own or not any(isinstance(entry.event, AMENDING) for entry in entries):
        return [Brought(entry, entry, entry) for entry in own]
    found = amendments(entries)
    by_version = {entry.version: entry for entry in entries}
    made = (_brought(entry, by_version, found) for entry in own)
    return [one for one in made if one is not None]


def _brought(entry: Entry, by_version: dict[int, Entry], found: Amendments) -> Brought | None:
    imports = amendment_prefix(entry.command_id)
    retraction = by_version.get(found.retracted_by.get(entry.version, 0))
    if retraction is not None and retraction.command_id.startswith(imports):
        return None
    said = believed = entry
    for correction in (by_version[number] for number in found.corrected_by.get(entry.version, ())):
        believed = corrected(believed, correction.event)  # type: ignore[arg-type]  # what stands under corrections is one
        if correction.command_id.startswith(imports):
            said = corrected(said, correction.event)  # type: ignore[arg-type]  # as above
    return Brought(entry, said, believed if retraction is None else None)


class Difference(NamedTuple):
    """A field of which a stored entry and a row say different things."""

    field: str
    stored: Any
    given: Any

    def __str__(self) -> str:
        """Say both values."""
        return f"{self.field}: {_shown(self.stored)} is stored, {_shown(self.given)} is in the file"


def differences(stored: Entry, given: Entry) -> list[Difference]:
    """Return what ``given`` says otherwise than ``stored``: the envelope first, then the event's own fields."""
    pairs: list[tuple[str, Any, Any]] = [
        ("event", stored.topic, given.topic),
        ("occurred_at", iso(stored.occurred_at), iso(given.occurred_at)),
        ("actor", composed(stored.actor), composed(given.actor)),
        ("role", composed(stored.role), composed(given.role)),
        ("recorded", _recorded(stored), _recorded(given)),
    ]
    if stored.topic == given.topic:
        fields = (name for name in stored.event.__struct_fields__ if name in _SAID or name not in ENVELOPE)
        pairs += [(name, getattr(stored.event, name), getattr(given.event, name)) for name in fields]
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def _recorded(entry: Entry) -> str:
    origin = entry.event.origin
    known = None if origin is None else origin.recorded_at
    return iso(entry.occurred_at if known is None else known)


def _shown(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def in_words(event: Event) -> str:
    """Return what an event is called in a message: its kind, or its name."""
    return str(getattr(event, "kind", event.TOPIC.partition(".")[2]))


def listed(found: Iterable[Difference]) -> str:
    """Return differences as a sentence has them."""
    return "; ".join(map(str, found))
