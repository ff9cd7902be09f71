"""Imports: what a reader gives becomes entries, nothing is stored twice, nothing is left out in silence.

An entry's identity is its source, its case and its place in the case, never its content. Without a rule of
the mapping, the first event of a case opens it (``case.reported``) and every event, the first included, is
an action whose kind is the source's own word for it. What a rule about who may act is against has happened
all the same: it is stored, and flagged for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from application.mapper import storable, to_stored
from domain.axes import Axes
from domain.cases import rules
from domain.cases.events import ActionRecorded, Reported
from domain.codec import TOPICS
from domain.errors import Forbidden, Premature, Refused, UsageProblem
from domain.event import Entry, Event, Origin
from domain.identity import comparable, identifier, import_id, import_prefix
from exchange.imports.importer import Taker
from ledger.entry import StoredEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.cases.history import History
    from exchange.mapping.mapping import Mapping
    from exchange.source.trace import Activity, Trace

REPORT_PLACE = -1
"""The place of the report that is made of a case's first event."""


def check_events(mapping: Mapping) -> None:
    """Raise ``UsageProblem`` if a rule of the mapping names an event that no case has."""
    for rule in mapping.rule:
        if rule.event not in TOPICS or not rule.event.startswith("case."):
            known = ", ".join(sorted(topic for topic in TOPICS if topic.startswith("case.")))
            raise UsageProblem(f"the mapping names an event {rule.event!r}", hints=(f"one of: {known}",))


class Importer(Taker):
    """Takes the traces of a file that another program made."""

    def rows(self, trace: Trace, reference: str, stream: bytes, history: History) -> Iterator[StoredEntry]:
        """Yield what a trace adds to the case ``reference``, whose stream has ``history`` so far."""
        # The name as the source has it: two names that differ in white space alone are two traces.
        prefix = import_prefix(self.source, trace.case)
        if history.entries or any(one.event is not None for one in trace.events):
            return self._guarded(trace, reference, stream, history, prefix)
        return self._plain(trace, reference, stream, prefix)

    def _plain(self, trace: Trace, reference: str, stream: bytes, prefix: bytes) -> Iterator[StoredEntry]:
        """Yield the entries of a new case that has actions alone: no rule is against any of them."""
        version = 0
        for activity in trace.events:
            try:
                actor, role = self.actor_of(activity), activity.role or ""
                for event, own_id in self._events(trace, reference, activity, prefix, version):
                    payload = storable(event)
                    self.outcome.cases += version == 0
                    version += 1
                    at = activity.occurred_at
                    topic, schema = event.TOPIC, event.SCHEMA
                    yield StoredEntry(0, stream, version, topic, schema, actor, role, at, 0, own_id, b"", payload)
            except Refused as error:
                self.refuse(activity.line, error)

    def _guarded(
        self, trace: Trace, reference: str, stream: bytes, history: History, prefix: bytes
    ) -> Iterator[StoredEntry]:
        """Yield the entries that are new, each checked in the state in which it occurred."""
        present = {entry.command_id: entry for entry in history.entries}
        if not self.met(stream):
            self.outcome.already_present += import_id(prefix, REPORT_PLACE) in present
        for activity in trace.events:
            stored = present.get(import_id(prefix, activity.place))
            try:
                if stored is not None:
                    self._repeated(activity, stored)
                    continue
                actor, role = self.actor_of(activity), activity.role or ""
                for event, own_id in self._events(trace, reference, activity, prefix, history.version):
                    version, at = history.version + 1, activity.occurred_at
                    entry = Entry(0, stream, version, at, 0, actor, role, own_id, event)
                    row = to_stored(entry)
                    _check(history, entry)
                    history.append(entry)
                    self.outcome.cases += version == 1
                    yield row
            except Refused as error:
                self.refuse(activity.line, error)

    def _repeated(self, activity: Activity, stored: Entry) -> None:
        """Count an event that is stored already; raise ``Refused`` if what is stored says otherwise."""
        event = stored.event
        named = activity.event or ActionRecorded.TOPIC
        if (
            stored.topic != named
            or stored.occurred_at != activity.occurred_at
            or (activity.event is None and getattr(event, "kind", "") != activity.activity)
            or not _is_of_the_same_child(activity, event)
        ):
            raise Refused(
                f"entry {stored.version} of the case was imported from the same place of {self.source!r} and "
                f"says otherwise; if events have shifted or the mapping has changed, give another --source"
            )
        self.outcome.already_present += 1

    def _events(
        self, trace: Trace, reference: str, activity: Activity, prefix: bytes, version: int
    ) -> Iterator[tuple[Event, bytes]]:
        """Yield what one event of the source becomes: itself, and before a case's first the report."""
        kind = TOPICS[activity.event] if activity.event else ActionRecorded
        if version == 0 and kind is not Reported:
            origin = self._origin(trace.case, activity, REPORT_PLACE)
            yield Reported(reference=reference, via="import", origin=origin), import_id(prefix, REPORT_PLACE)
        origin = self._origin(trace.case, activity, activity.place)
        own_id = import_id(prefix, activity.place)
        if activity.event is None:
            kept, child = activity.attributes or {}, _child(activity.child)
            kind_of = activity.activity
            yield ActionRecorded(kind=kind_of, child=child, via="import", origin=origin, attributes=kept), own_id
        else:
            yield _mapped(kind, activity, reference, origin), own_id

    def _origin(self, case: str, activity: Activity, place: int) -> Origin:
        recorded_at = activity.occurred_at if activity.recorded_at is None else activity.recorded_at
        return Origin(self.source, case, place, activity.time_text, recorded_at, self.by.actor)


def _child(named: object) -> str | None:
    """Return a child's name fit to be one; raise ``Refused`` if it is none."""
    return identifier(named, "the child's name") if isinstance(named, str) and named.strip() else None


def _is_of_the_same_child(activity: Activity, stored: Event) -> bool:
    """Say whether an action that is stored is about the child that the source names now, or about all."""
    if not isinstance(stored, ActionRecorded):
        return True
    named = (activity.fields or {}).get("child", activity.child)
    return comparable(stored.child or "") == comparable(named if isinstance(named, str) else "")


def _mapped(kind: type[Event], activity: Activity, reference: str, origin: Origin) -> Event:
    values: dict[str, Any] = {"reference": reference} if kind is Reported else {}
    values |= activity.fields or {}
    if kind is ActionRecorded:
        values["child"] = _child(values.get("child", activity.child))
    try:
        event = msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(f"that makes no {kind.TOPIC}: {error}") from error
    return msgspec.structs.replace(event, via="import", origin=origin)


def _check(history: History, entry: Entry) -> None:
    try:
        rules.check(history.case(Axes(entry.occurred_at)), entry)
    except (Forbidden, Premature):
        return
