"""Imports: what a reader gives becomes entries, nothing is stored twice, nothing is left out in silence.

An entry's identity is its source, its case and its place in the case; where places have shifted, what it says
tells it. Without a rule of the mapping, the first event of a case opens it (``case.reported``) and every event,
the first included, is an action whose kind is the source's own word for it. What a rule about who may act is
against has happened all the same: it is stored, and flagged for ever.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import msgspec

from application.mapper import storable, to_stored
from domain.axes import Axes
from domain.cases import rules
from domain.cases.events import ActionRecorded, Reported
from domain.codec import schema_of, topics
from domain.errors import Forbidden, Premature, Refused
from domain.event import SHORT, Entry, Event, Origin, ShortOrigin
from domain.identity import identifier, import_id, import_prefix, kept_identifier
from domain.origins import IMPORT, zone_of_text
from exchange.imports.importer import UNKNOWN, Taker
from exchange.imports.known import REPORT_PLACE
from exchange.imports.matching import SourceRow
from exchange.mapping.rules import fields_of, nearest
from exchange.source.trace import ImportRefused, Refusal
from ledger.entry import StoredEntry

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator, Sequence

    from domain.cases.history import History
    from exchange.imports.brought import Brought
    from exchange.source.trace import Activity, Trace


_new = tuple.__new__


class Importer(Taker):
    """Takes the traces of a file that another program made."""

    def rows(self, trace: Trace, reference: str, stream: bytes, history: History) -> Iterator[StoredEntry]:
        """Yield what a trace adds to the case ``reference``, whose stream has ``history`` so far."""
        # The name as the source has it: two names that differ in white space alone are two traces.
        prefix = import_prefix(self.source, trace.case)
        if self.outcome.amends and self.known.begun(prefix):
            why = f"the case {trace.case!r:.60} stands in several traces, and is amended as a whole or not at all"
            raise ImportRefused(Refusal(self.file, trace.events[0].line, why))
        stored = [] if self.fresh else self.known.stored(history, prefix)
        if history.entries or any(one.event is not None for one in trace.events):
            return self._guarded(trace, reference, stream, history, prefix, stored)
        return self._plain(trace, reference, stream, prefix)

    def _plain(self, trace: Trace, reference: str, stream: bytes, prefix: bytes) -> Iterator[StoredEntry]:
        """Yield the entries of a new case that has actions alone: no rule is against any of them."""
        version = 0
        for activity in trace.events:
            try:
                actor, role, at = self.actor_of(activity), activity.role or "", activity.occurred_at
                for event, place in self._events(trace, reference, activity, reported=version > 0, stored=True):
                    payload = storable(event)
                    self.outcome.cases += version == 0
                    version += 1
                    kind, own_id = event.TOPIC, import_id(prefix, place)
                    head = (0, stream, version, kind, schema_of(event), actor, role, at, 0, own_id)
                    yield _new(StoredEntry, (*head, b"", b"", payload))
            except Refused as error:
                self.refuse(activity.line, error)

    def _guarded(
        self,
        trace: Trace,
        reference: str,
        stream: bytes,
        history: History,
        prefix: bytes,
        stored: list[Brought],
    ) -> Iterator[StoredEntry]:
        """Yield the entries that are new, each checked in the state in which it occurred."""
        new = trace.events
        if stored:
            new = yield from self._known(trace, reference, history, prefix, stored)
            if not new:
                return
        before = history.version
        taken = {entry.command_id for entry in history.entries}
        elsewhere = self.elsewhere.brought(history.entries) if new else {}
        reported = bool(history.entries) and history.case().reported_at is not None
        for activity in new if reported else _report_first(new):
            try:
                actor, role = self.actor_of(activity), activity.role or ""
                for event, place in self._events(trace, reference, activity, reported=reported):
                    version, at = history.version + 1, activity.occurred_at
                    entry = Entry(0, stream, version, at, 0, actor, role, _free(prefix, place, taken), event)
                    row = to_stored(entry)
                    copied = self.elsewhere.note(entry, elsewhere) if place != REPORT_PLACE else None
                    _check(history, entry)
                    history.append(entry)
                    if copied is not None:
                        self.elsewhere.stored(copied)
                    taken.add(entry.command_id)
                    self.outcome.cases += isinstance(event, Reported)
                    reported = True
                    yield row
            except Refused as error:
                self.refuse(activity.line, error)
        self.elsewhere.joins(history.entries[:before], history.version - before)

    def _known(
        self, trace: Trace, reference: str, history: History, prefix: bytes, stored: list[Brought]
    ) -> Generator[StoredEntry, None, list[Activity]]:
        """Yield what is amended of a case that the source brought before, and return what is new of it."""
        stream = history.entries[0].stream
        rows = [self._row(activity, trace, reference, stream) for activity in trace.events]
        new = yield from self.known.compare(rows, stored, history, prefix)
        return sorted((row.activity for row in new), key=lambda one: (one.occurred_at, one.place))

    def repeats(self, trace: Trace, reference: str, stored: list[StoredEntry]) -> bool:
        """Say whether a trace is all that is stored of its case, to the letter, and count it so.

        Most are where a file comes again. Then nothing has to be read of what is stored, or compared with it.
        """
        prefix = import_prefix(self.source, trace.case)
        if self.known.begun(prefix):
            return False
        left = {row.command_id: row for row in stored}
        for activity in trace.events:
            row = left.pop(import_id(prefix, activity.place), None)
            if row is None or not self._repeats(activity, trace, reference, row):
                return False
        report = left.pop(import_id(prefix, REPORT_PLACE), None)
        if left or (report is not None and report.occurred_at != trace.events[0].occurred_at):
            return False
        self.known.repeated(prefix, len(stored))
        return True

    def _repeats(self, activity: Activity, trace: Trace, reference: str, row: StoredEntry) -> bool:
        try:
            actor, role, event = self._said(activity, trace, reference, stored=row.schema >= SHORT)
            header = (event.TOPIC, schema_of(event), actor, role, activity.occurred_at)
            return row[3:8] == header and row.payload == storable(event)
        except Refused:  # the reason is told where the case is compared row by row
            return False

    def _row(self, activity: Activity, trace: Trace, reference: str, stream: bytes) -> SourceRow:
        """Return the entry that an event of the source would be."""
        try:
            actor, role, event = self._said(activity, trace, reference)
        except Refused as error:
            return SourceRow(activity, None, error)
        return SourceRow(activity, Entry(0, stream, 0, activity.occurred_at, 0, actor, role, b"", event))

    def _said(
        self, activity: Activity, trace: Trace, reference: str, *, stored: bool = False
    ) -> tuple[str, str, Event]:
        """Return who did what in an event of the source, by names as earlier versions took them."""
        actor = kept_identifier(activity.actor or UNKNOWN, "the actor")
        role = kept_identifier(activity.role, "the role") if activity.role else ""
        envelope = self._envelope(trace.case, activity, activity.place, stored=stored)
        return actor, role, event_of(activity, reference, envelope)

    def _events(
        self, trace: Trace, reference: str, activity: Activity, *, reported: bool, stored: bool = False
    ) -> Sequence[tuple[Event, int]]:
        """Return what one event of the source becomes, each with its place: before a case's first the report."""
        place = activity.place
        event = event_of(activity, reference, self._envelope(trace.case, activity, place, stored=stored))
        self.words.see(event)
        if reported or type(event) is Reported:
            return ((event, place),)
        envelope = self._envelope(trace.case, activity, REPORT_PLACE, stored=stored)
        report = Reported(reference=reference, **envelope)
        return (report, REPORT_PLACE), (event, place)

    def _envelope(self, case: str, activity: Activity, place: int, *, stored: bool) -> dict[str, Any]:
        """Return what an import says in the envelope of an event; in short, if that is to be stored as it is."""
        at, recorded_at, text, by = activity.occurred_at, activity.recorded_at, activity.time_text, self.by.actor
        if recorded_at is None:
            recorded_at = at
        zone = zone_of_text(text, at) if stored and recorded_at == at else None
        if zone is not None:
            return {"short_origin": ShortOrigin(self.source, case, place, zone, by)}
        return {"via": IMPORT, "origin": Origin(self.source, case, place, text, recorded_at, by)}


def _report_first(events: list[Activity]) -> list[Activity]:
    """Return events with the report first, if there is one: nothing is made up where the source has it."""
    report = next((one for one in events if one.event == Reported.TOPIC), None)
    return events if report is None else [report, *(one for one in events if one is not report)]


def event_of(activity: Activity, reference: str, envelope: dict[str, Any]) -> Event:
    """Return what an event of the source is here; raise ``Refused`` if its fields make no such event."""
    if activity.event is None:
        kept, child = activity.attributes or {}, _child(activity.child)
        return ActionRecorded(kind=activity.activity, child=child, attributes=kept, **envelope)
    kind = topics()[activity.event]
    values: dict[str, Any] = {"reference": reference} if kind is Reported else {}
    values |= activity.fields or {}
    if kind is ActionRecorded:
        values["child"] = _child(values.get("child", activity.child))
    try:
        event = msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(f"that makes no {kind.TOPIC}: {_wrong(kind, values) or error}") from error
    return msgspec.structs.replace(event, **envelope)


def _child(given: object) -> Any:  # noqa: ANN401  (what is no text makes no event, and is refused there)
    """Return a child's name fit to be one, ``None`` for an empty one; raise ``Refused`` for an unfit one."""
    if not isinstance(given, str):
        return given
    return identifier(given, "the child's name") if given.strip() else None


def _wrong(kind: type[Event], values: dict[str, Any]) -> str | None:
    """Return which value is none of those that its field has, and what these are; ``None`` if that is not it."""
    for name, field in fields_of(kind.TOPIC).items():
        if field.choices and name in values and values[name] not in field.choices:
            return f"there is no {name} {values[name]!r}; {nearest(str(values[name]), field.choices)}"
    return None


def _free(prefix: bytes, place: int, taken: Collection[bytes]) -> bytes:
    """Return the command id of what is new at a place, which other events may have had before."""
    return next(own_id for own_id in (import_id(prefix, place, each) for each in count()) if own_id not in taken)


def _check(history: History, entry: Entry) -> None:
    try:
        rules.check(history.case(Axes(entry.occurred_at)), entry)
    except (Forbidden, Premature):
        return
