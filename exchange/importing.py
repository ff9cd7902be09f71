"""Imports: what a reader gives becomes entries, one transaction a file, nothing stored twice.

An entry's identity is its source, its case and its place in the case, never its content. Without a rule of
the mapping, the first event of a case opens it (``case.reported``) and every event, the first included, is
an action whose kind is the source's own word for it. What a rule about who may act is against has happened
all the same: it is stored, and flagged for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from application.mapper import to_stored
from application.recording import AHEAD, Envelope
from domain import rules
from domain.case_events import ActionRecorded, Reported
from domain.codec import TOPICS, entry_of
from domain.errors import Forbidden, LongcaseError, Premature, Refused, UsageProblem
from domain.event import Entry, Event, Origin
from domain.history import History
from domain.identity import case_stream, identifier, import_id, import_prefix
from exchange.records import Activity, Refusal, Trace
from ledger.batches import Batches
from ledger.stored import StoredEntry

if TYPE_CHECKING:
    from application.longcase import Longcase
    from exchange.mapping import Mapping

UNKNOWN = "unknown"
"""The actor of an event whose source names none."""

REPORT_PLACE = -1
"""The place of the report that is made of a case's first event."""


class Outcome(msgspec.Struct):
    """What an import did: cases opened, entries added, entries that were there already, what was refused."""

    cases: int = 0
    entries: int = 0
    already_present: int = 0
    refused: list[Refusal] = []
    events_read: int = 0


def check_events(mapping: Mapping) -> None:
    """Raise ``UsageProblem`` if a rule of the mapping names an event that no case has."""
    for rule in mapping.rule:
        if rule.event not in TOPICS or not rule.event.startswith("case."):
            known = ", ".join(sorted(topic for topic in TOPICS if topic.startswith("case.")))
            raise UsageProblem(f"the mapping names an event {rule.event!r}", hints=(f"one of: {known}",))


class Importer:
    """Takes the traces of one file into the ledger, inside a transaction that is open."""

    def __init__(self, app: Longcase, source: str, file: str, by: Envelope, outcome: Outcome) -> None:
        """Import on behalf of ``by``, who is named in every entry's origin."""
        self._ledger = app.ledger
        self._latest = app.clock() + AHEAD
        self._source = source
        self._file = file
        self._by = by
        self._outcome = outcome
        self._fresh = app.ledger.head()[0] == 0
        self._seen: set[bytes] = set()
        self._actors: dict[str, str] = {}

    def take(self, traces: Iterable[Trace], progress: Callable[[int], None]) -> None:
        """Take all traces; ``progress`` is told how many events each had."""
        with Batches(self._ledger.append, concurrent=self._fresh) as batches:
            for trace in traces:
                batches.add(self._rows(trace, batches))
                self._outcome.events_read += len(trace.events)
                progress(len(trace.events))

    def refuse(self, line: int, error: LongcaseError) -> None:
        """Note that what stands on a line of the file was not taken, and why."""
        self._outcome.refused.append(Refusal(self._file, line, error.message))

    def _rows(self, trace: Trace, batches: Batches[StoredEntry]) -> list[StoredEntry]:
        try:
            reference = identifier(trace.case, "the name of the case")
        except Refused as error:
            for activity in trace.events:
                self.refuse(activity.line, error)
            return []
        stream = case_stream(reference)
        history = self._history(stream, batches)
        self._seen.add(stream)
        prefix = import_prefix(self._source, reference)
        rows = list(self._entries(trace, reference, stream, prefix, history))
        self._outcome.entries += len(rows)
        return rows

    def _history(self, stream: bytes, batches: Batches[StoredEntry]) -> History:
        if self._fresh:
            if stream not in self._seen:
                return History()
            batches.settle()
        return History(map(entry_of, self._ledger.stream(stream)))

    def _entries(
        self, trace: Trace, reference: str, stream: bytes, prefix: bytes, history: History
    ) -> Iterator[StoredEntry]:
        present = {entry.command_id for entry in history.entries}
        guarded = bool(history.entries) or any(one.event is not None for one in trace.events)
        self._outcome.already_present += import_id(prefix, REPORT_PLACE) in present
        version = history.version
        for activity in trace.events:
            command_id = import_id(prefix, activity.place)
            if command_id in present:
                self._outcome.already_present += 1
                continue
            try:
                actor = self._fit(activity)
                for event, own_id in self._events(trace, reference, activity, prefix, command_id, version):
                    entry = Entry(
                        0, stream, version + 1, activity.occurred_at, 0, actor, activity.role or "", own_id, event
                    )
                    if guarded:
                        _check(history, entry)
                        history.append(entry)
                    version += 1
                    yield to_stored(entry)
            except Refused as error:
                self.refuse(activity.line, error)

    def _events(
        self, trace: Trace, reference: str, activity: Activity, prefix: bytes, command_id: bytes, version: int
    ) -> Iterator[tuple[Event, bytes]]:
        """Yield what one event of the source becomes: itself, and before a case's first the report."""
        kind = TOPICS[activity.event] if activity.event else ActionRecorded
        if version == 0 and kind is not Reported:
            self._outcome.cases += 1
            origin = self._origin(trace.case, activity, REPORT_PLACE)
            yield Reported(reference=reference, via="import", origin=origin), import_id(prefix, REPORT_PLACE)
        origin = self._origin(trace.case, activity, activity.place)
        if activity.event is None:
            attributes = activity.attributes or {}
            yield (
                ActionRecorded(kind=activity.activity, via="import", origin=origin, attributes=attributes),
                command_id,
            )
        else:
            self._outcome.cases += kind is Reported
            yield _mapped(kind, activity, reference, origin), command_id

    def _origin(self, case: str, activity: Activity, place: int) -> Origin:
        recorded_at = activity.occurred_at if activity.recorded_at is None else activity.recorded_at
        return Origin(self._source, case, place, activity.time_text, recorded_at, self._by.actor)

    def _fit(self, activity: Activity) -> str:
        """Return the actor of an event; raise ``Refused`` if that, or its time, cannot be."""
        if activity.occurred_at > self._latest:
            raise Refused(f"{activity.time_text} is in the future")
        name = activity.actor or UNKNOWN
        actor = self._actors.get(name)
        if actor is None:
            actor = self._actors[name] = identifier(name, "the actor")
        if activity.role:
            identifier(activity.role, "the role")
        return actor


def _mapped(kind: type[Event], activity: Activity, reference: str, origin: Origin) -> Event:
    values: dict[str, Any] = {"reference": reference} if kind is Reported else {}
    values |= activity.fields or {}
    try:
        event = msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(f"that makes no {kind.TOPIC}: {error}") from error
    return msgspec.structs.replace(event, via="import", origin=origin)


def _check(history: History, entry: Entry) -> None:
    try:
        rules.check(history.case(entry.occurred_at), entry)
    except (Forbidden, Premature):
        return


