"""Correcting and retracting entries: the original stays, and what stands is derived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from application.commands.cases import fitness, on_case
from application.recording import AHEAD
from domain.cases import events as ev
from domain.cases.amendments import check_changes, check_correction, check_retraction, read_value, target
from domain.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from domain.cases.history import History
    from domain.cases.state import Case
    from domain.event import Entry, Event
    from domain.instant import Instant


def correct(
    app: Longcase,
    reference: str,
    version: int,
    values: Mapping[str, str],
    by: Envelope,
    *,
    occurred_at: Instant | None = None,
) -> Receipt:
    """Replace fields of entry number ``version``; ``values`` are texts, as they were typed.

    ``occurred_at`` (microseconds, UTC), if given, is when the entry really occurred.
    """

    def event(case: Case, history: History, at: Instant) -> Event:
        original = target(history.entries, version).event
        new: dict[str, Any] = {name: read_value(original, name, text) for name, text in values.items()}
        if occurred_at is not None:
            new["occurred_at"] = occurred_at
        check_correction(history.entries, version, new)
        _follow_vocabulary(app, original, new)
        unfit = _follow_register(app, original, new, case, at)
        return ev.EntryCorrected(entry=version, values=new, flags=unfit, **by.fields())

    def check(history: History, entry: Entry) -> None:
        check_changes(history.entries, entry)
        if occurred_at is not None and occurred_at > entry.recorded_at + AHEAD:
            raise Refused("an entry cannot be corrected to have occurred in the future")

    return on_case(app, reference, ev.EntryCorrected, event, by, check)


def _follow_vocabulary(app: Longcase, original: Event, new: dict[str, Any]) -> None:
    if isinstance(original, ev.ActionRecorded) and "kind" in new:
        new["counts"] = app.vocabulary.kind(new["kind"]).counts
    if isinstance(original, ev.Reported) and "category" in new:
        app.vocabulary.category(new["category"])


def _follow_register(
    app: Longcase, original: Event, new: dict[str, Any], case: Case, at: Instant
) -> tuple[str, ...]:
    if not isinstance(original, ev.Allocated) or "officer" not in new:
        return ()
    new["officer"], _, unfit = fitness(app, new["officer"], case, at)
    return unfit


def retract(app: Longcase, reference: str, version: int, by: Envelope) -> Receipt:
    """Take entry number ``version`` back: it no longer counts and stays on show."""

    def event(_case: Case, history: History, _at: Instant) -> Event:
        check_retraction(history.entries, version)
        return ev.EntryRetracted(entry=version, **by.fields())

    return on_case(app, reference, ev.EntryRetracted, event, by)
