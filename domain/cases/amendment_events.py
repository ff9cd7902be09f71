"""Corrections and retractions: the original stays, and what stands is derived (``domain.cases.belief``)."""

from __future__ import annotations

from typing import Any, ClassVar

from domain.event import Event


class EntryCorrected(Event, frozen=True, kw_only=True):
    """Entry ``entry`` (a version) was wrong: ``values`` replace those fields, the original stays on show.

    ``values`` may hold the event's own fields and ``occurred_at`` (microseconds since 1970 UTC).
    """

    TOPIC: ClassVar[str] = "case.entry-corrected"
    FIXED: ClassVar[frozenset[str]] = frozenset({"entry", "values"})
    entry: int
    values: dict[str, Any]


class EntryRetracted(Event, frozen=True, kw_only=True):
    """Entry ``entry`` (a version) should not have been made: it no longer counts and stays on show."""

    TOPIC: ClassVar[str] = "case.entry-retracted"
    FIXED: ClassVar[frozenset[str]] = frozenset({"entry"})
    entry: int
