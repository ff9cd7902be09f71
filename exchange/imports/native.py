"""Taking back what Longcase exported: every entry comes back as it was, under its own command id.

So an export that is imported into the store that it came from, or twice into another, adds nothing. What the
rules would say of an entry is not asked again: it was recorded, and what is wrong with it is flagged. What
would make a case unreadable is refused.

Numbers of entries are those of the case in this store, which differ from the file's where the file has gaps
or the case had other entries already; a correction or retraction follows the entry that it names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import msgspec

from application.mapper import to_stored
from domain.cases.amendments import correctable
from domain.cases.belief import AMENDING, corrected
from domain.cases.events import ActionRecorded, EntryCorrected, EntryRetracted, Linked, Reported
from domain.codec import Unreadable, decode, of_today, topics
from domain.errors import Refused
from domain.event import Entry, Event, Origin
from domain.identity import amendment_prefix, kept_identifier
from domain.instant import EARLIEST
from exchange.imports.importer import Taker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.cases.history import History
    from domain.instant import Instant
    from exchange.source.trace import Activity, Trace
    from ledger.entry import StoredEntry

    Numbers = dict[int, int]

_MARKS = {"via": None, "origin": None}

_ONCE_CORRECTED: dict[type[Event], tuple[str, ...]] = {ActionRecorded: ("counts",), Linked: ("relation",)}
"""What a correction may name here besides what it may name today: earlier versions recorded such corrections."""


class _Exported(NamedTuple):
    """An entry of the file; ``number`` is its version there, ``known_at`` in microseconds UTC."""

    number: int
    command_id: bytes
    event: Event
    known_at: Instant
    activity: Activity


class NativeImporter(Taker):
    """Takes the traces of a file that Longcase made: what stands in it was recorded, and keeps its letters."""

    checked = staticmethod(kept_identifier)

    def rows(self, trace: Trace, reference: str, stream: bytes, history: History) -> Iterator[StoredEntry]:
        """Yield what a trace adds to the case ``reference``, whose stream has ``history`` so far."""
        found = self._read(trace)
        try:
            _check_report(found, history, reference)
        except Refused as error:
            for one in found:
                self.refuse(one.activity.line, error)
            return
        present = {entry.command_id: entry for entry in history.entries}
        numbers: Numbers = {}
        for one in found:
            try:
                entry = self._entry(one, stream, reference, history, present, numbers)
                if entry is not None:
                    stored = to_stored(entry)
                    self.outcome.cases += entry.version == 1
                    present[one.command_id] = entry
                    numbers[one.number] = entry.version
                    history.append(entry)
                    yield stored
            except Refused as error:
                self.refuse(one.activity.line, error)

    def _read(self, trace: Trace) -> list[_Exported]:
        """Return a trace's entries by their number in the file; refuse those that cannot be understood."""
        found = []
        for activity in trace.events:
            try:
                found.append(_exported(activity))
            except Refused as error:
                self.refuse(activity.line, error)
        return sorted(found, key=lambda one: one.number)

    def _entry(
        self,
        one: _Exported,
        stream: bytes,
        reference: str,
        history: History,
        present: dict[bytes, Entry],
        numbers: Numbers,
    ) -> Entry | None:
        """Return the entry to be added, or ``None`` if it is there already; raise ``Refused``."""
        if not one.activity.actor:
            raise Refused("it does not say who acted")
        actor, role = self.actor_of(one.activity), one.activity.role or ""
        if one.event.on_behalf_of:
            kept_identifier(one.event.on_behalf_of, "for whom it was done")
        there = present.get(one.command_id)
        if there is not None:
            _check_same(there, one, actor, role, numbers)
            self.outcome.already_present += 1
            numbers[one.number] = there.version
            return None
        if one.number in numbers:
            raise Refused(f"the file has two different entries {one.number} of the case")
        event = _following(one.event, numbers)
        _check_amending(event, one.command_id, history.entries, self.latest)
        event = msgspec.structs.replace(event, via="import", origin=self._origin(one, reference))
        version = history.version + 1
        return Entry(0, stream, version, one.activity.occurred_at, 0, actor, role, one.command_id, event)

    def _origin(self, one: _Exported, reference: str) -> Origin:
        """Return where an entry came from: what the export says, else the export itself."""
        given = one.event.origin
        if given is None:
            place = one.number - 1
            time = one.activity.time_text
            return Origin(self.source, reference, place, time, one.known_at, self.by.actor)
        return msgspec.structs.replace(given, recorded_at=one.known_at)


def _exported(activity: Activity) -> _Exported:
    values = activity.attributes or {}
    number, schema = (_whole(name, values.get(name)) for name in ("version", "schema"))
    if activity.recorded_at is None:
        raise Refused("it does not say since when it was known")
    try:
        command_id = UUID(values.get("command_id", "")).bytes
    except ValueError as error:
        raise Refused("its command id is no UUID") from error
    event = _event(activity, schema, values.get("payload", ""))
    return _Exported(number, command_id, event, activity.recorded_at, activity)


def _whole(name: str, text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdigit() or not 0 < len(text) < 10 or int(text) < 1:  # noqa: PLR2004  (no case has so many entries)
        raise Refused(f"its {name} is no number from 1 on")
    return int(text)


def _event(activity: Activity, schema: int, payload: str) -> Event:
    topic = activity.activity
    kind = topics().get(topic)
    if kind is None or not topic.startswith("case."):
        raise Refused(f"{topic!r:.100} is no event of a case that this version of Longcase knows")
    try:
        event = decode(topic, schema, payload.encode(), activity.occurred_at)
        given = msgspec.json.decode(payload, type=dict[str, msgspec.Raw])
    except (Unreadable, msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise Refused(f"its payload cannot be read: {error}") from error
    unknown = given.keys() - set(kind.__struct_encode_fields__)
    if of_today(kind, schema) and unknown:
        raise Refused(f"{topic} has a field {min(unknown)!r:.100}, which this version of Longcase does not know")
    return event


def _check_report(found: Sequence[_Exported], history: History, reference: str) -> None:
    """Raise ``Refused`` unless the file has the case's report, and it is the one that the store has, if any."""
    reports = [one for one in found if isinstance(one.event, Reported)]
    if not reports or found[0] is not reports[0]:
        raise Refused("the case's report is missing from the file, or is not the first of its entries")
    if reports[0].event.reference != reference:  # type: ignore[attr-defined]  # a report, as was asked above
        raise Refused("the report is that of another case")
    if history.entries and history.entries[0].command_id != reports[0].command_id:
        raise Refused(f"the store has another case {reference!r}, which was reported by itself")
    undone = {one.event.entry for one in found if isinstance(one.event, EntryRetracted) and _undoes(one, reports)}
    if len({one.command_id for one in reports if one.number not in undone}) > 1:
        raise Refused("a case is reported once, and here it is reported again")


def _undoes(retraction: _Exported, reports: Sequence[_Exported]) -> bool:
    """Say whether an import that brought one of ``reports`` was undone by this."""
    return any(retraction.command_id.startswith(amendment_prefix(one.command_id)) for one in reports)


def _following(event: Event, numbers: Numbers) -> Event:
    """Return a correction or retraction with the number that the entry it names has in this store."""
    if not isinstance(event, AMENDING):
        return event
    if event.entry not in numbers:
        raise Refused(f"it amends entry {event.entry}, which is not among the entries of the file before it")
    return msgspec.structs.replace(event, entry=numbers[event.entry])


def _check_same(there: Entry, one: _Exported, actor: str, role: str, numbers: Numbers) -> None:
    """Raise ``Refused`` if what the store has under the same command id says otherwise."""
    event = one.event
    if isinstance(event, AMENDING) and isinstance(there.event, AMENDING):
        # The file may lack the entry that is amended, if that lies outside what was exported.
        event = msgspec.structs.replace(event, entry=numbers.get(event.entry, there.event.entry))
    stored = (there.actor, there.role, there.occurred_at, msgspec.structs.replace(there.event, **_MARKS))
    given = (actor, role, one.activity.occurred_at, msgspec.structs.replace(event, **_MARKS))
    if stored != given:
        raise Refused(f"entry {there.version} of the case has the same command id and says otherwise")


def _check_amending(event: Event, own_id: bytes, entries: Sequence[Entry], latest: Instant) -> None:
    """Raise ``Refused`` for a correction or retraction that would make the case unreadable."""
    if isinstance(event, EntryRetracted):
        report = entries[event.entry - 1]
        undone = own_id.startswith(amendment_prefix(report.command_id))
        if isinstance(report.event, Reported) and not undone:
            raise Refused("the report itself cannot be retracted")
    if not isinstance(event, EntryCorrected):
        return
    target = entries[event.entry - 1]
    wrong = event.values.keys() - {*correctable(target.event), *_ONCE_CORRECTED.get(type(target.event), ())}
    if wrong or isinstance(target.event, AMENDING):
        raise Refused(f"{min(wrong, default='nothing')!r:.100} of {target.name} cannot be corrected")
    at = event.values.get("occurred_at", 0)
    if type(at) is not int or not EARLIEST <= at <= latest:
        raise Refused("the instant of a correction is none, or lies in the future")
    try:
        corrected(target, event)
    except Unreadable as error:
        raise Refused(f"that is no {target.name}: {error.__cause__}") from error
