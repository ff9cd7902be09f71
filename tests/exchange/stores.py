"""Stores for tests of what comes in and goes out, and what must be the same in two of them."""

from __future__ import annotations

import io
from datetime import UTC
from typing import TYPE_CHECKING, Any

from application.app import Longcase
from application.envelope import Envelope
from domain.axes import Axes
from domain.event import known_at
from exchange.exports.cases import Export
from exchange.exports.write import write
from exchange.imports.command import Asked, import_file, mapping_for
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from projections.views.access import Reader, Scope, entries_of
from projections.views.case_view import CaseView
from projections.views.timeline import item
from tests.clock import START, Clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from domain.event import Entry
    from domain.instant import Instant
    from exchange.imports.command import FileOutcome
    from exchange.mapping.mapping import Mapping

LATER = START + 20_000 * 24 * 3_600 * 1_000_000
"""An instant at which everything in any of the tests has happened, and is known."""

AUDITOR = Reader("DC 9", "auditor")


class Store:
    """A store with a clock that stands at ``LATER``."""

    def __init__(self, path: Path | None = None, app: Longcase | None = None) -> None:
        self.clock = Clock(LATER)
        if app is not None:
            self.ledger = app.ledger
        elif path is None:
            self.ledger = SQLiteRecorder.in_memory()
        else:
            self.ledger = SQLiteRecorder(create(str(path), {"zone": "UTC"}))
        self.ledger.clock = self.clock
        # An application that is let go closes its ledger.
        self.app = app or Longcase(self.ledger)
        self.app.clock = self.clock

    def take(self, path: Path, mapping: Mapping | None = None, source: str | None = None) -> FileOutcome:
        by, asked = Envelope("DC 9"), Asked(named=source is not None)
        return import_file(self.app, path, mapping_for(mapping, source), by, lambda _count: None, asked)

    def put(self, path: Path, form: str | None = None, as_at: Instant = LATER, known: Instant = LATER) -> Export:
        """Export everything to ``path``, whose suffix is the format unless one is given."""
        export = Export(Scope(self.ledger, Axes(as_at, known), AUDITOR))
        with path.open("wb") as out:
            write(export.all(), form or path.suffix[1:], out, UTC, lambda _count: None)
        return export

    def text(self, form: str, as_at: Instant = LATER, known: Instant = LATER) -> str:
        out = io.BytesIO()
        write(Export(Scope(self.ledger, Axes(as_at, known), AUDITOR)).all(), form, out, UTC, lambda _count: None)
        return out.getvalue().decode()

    def cases(self) -> Iterator[list[Entry]]:
        """Give each case's entries, the cases in the order of their streams."""
        after = b""
        while streams := self.ledger.next_streams(after, 500):
            found = (entries_of(self.ledger, stream) for stream in streams)
            yield from (entries for entries in found if entries[0].topic == "case.reported")
            after = streams[-1]

    def count(self) -> int:
        return self.ledger.head()[0]


def timeline_of(entries: list[Entry], as_at: Instant = LATER, known: Instant = LATER) -> list[dict[str, Any]]:
    """Return a case's timeline but for where this store keeps it, and since when.

    Of an entry that the first store made itself, the second knows where it has it from.
    """
    by_version = {entry.version: known_at(entry) for entry in entries}
    own = {"position", "recorded_at", "source_recorded_at", "via", "origin"}
    return [
        {name: value for name, value in each.items() if name not in own} | {"known": by_version[each["version"]]}
        for each in map(item, CaseView(entries, Axes(as_at, known)).lines)
    ]


def origins(entries: list[Entry]) -> list[Any]:
    """Return where each entry came from, as the timeline tells it."""
    return [item(line)["origin"] for line in CaseView(entries, Axes(LATER, LATER)).lines]
