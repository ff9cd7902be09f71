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
    from domain.instant import Instant

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
        yield key(self.said, self.entry.occurred_at)
        if self.believed is not None and self.believed is not self.said:
            yield key(self.believed, self.entry.occurred_at)


Key = tuple[Any, ...]


def key(entry: Entry, first: Instant | None = None) -> Key:
    """Return all that a source says of an entry, to be compared; spellings of a name are one.

    ``first`` is when it occurred before it was corrected.
    """
    event = entry.event
    known = recorded(entry, first)
    who = composed(entry.actor), composed(entry.role)
    return (event.TOPIC, entry.occurred_at, known, *who, encode(msgspec.structs.replace(event, **_MARKS)))


def recorded(entry: Entry, first: Instant | None = None) -> Instant | None:
    """Return when the source recorded an entry; ``None`` if it does not say, or as it occurred (at ``first``)."""
    origin = entry.event.origin
    known = None if origin is None else origin.recorded_at
    return None if known == (entry.occurred_at if first is None else first) else known


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


def differences(stored: Brought, given: Entry) -> list[Difference]:
    """Return what ``given`` says otherwise than the source before: the envelope, then the event's own fields."""
    said = stored.said
    known, now_known = recorded(said, stored.entry.occurred_at), recorded(given)
    pairs: list[tuple[str, Any, Any]] = [
        ("event", said.topic, given.topic),
        ("occurred_at", iso(said.occurred_at), iso(given.occurred_at)),
        ("actor", composed(said.actor), composed(given.actor)),
        ("role", composed(said.role), composed(given.role)),
        ("recorded", known and iso(known), now_known and iso(now_known)),
    ]
    if said.topic == given.topic:
        fields = (name for name in said.event.__struct_fields__ if name in _SAID or name not in ENVELOPE)
        pairs += [(name, getattr(said.event, name), getattr(given.event, name)) for name in fields]
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


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
