"""eventsourcing as a contestant: its own application, SQLite recorder and ``@event`` aggregates.

The aggregate carries the same facts as a case of ours and folds no more than ours does. Nothing of Longcase
is used, so there are no positions without gaps, no triggers, no leaf hashes and no guard on a command's id.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import eventsourcing.sqlite as library
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.actions import ACTOR, Deed, reference
from benchmarks.longcase_side import pragmas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


By = dict[str, str]
"""Who acts, in which role, with which command, through what: a field of every event."""


def by() -> By:
    """Return a new command's envelope."""
    return {"actor": ACTOR, "role": "investigator", "command_id": uuid4().hex, "via": "cli"}


class FolderOfCase(Aggregate):
    """A case as an aggregate of the library's."""

    @event("Reported")
    def __init__(self, reference: str, category: str, source: str, summary: str, by: By) -> None:
        """Open it."""
        self.reference = reference
        self.category = category
        self.source = source
        self.summary = summary
        self.risk: str | None = None
        self.owner: str | None = None
        self.team: str | None = None
        self.steps: dict[str, tuple[int, str, str]] = {}
        self.last_activity = "reported"
        self.last_by = by

    @staticmethod
    def create_id(reference: str) -> UUID:
        """Return the id of the case of that reference."""
        return uuid5(NAMESPACE_URL, reference)

    @event("RiskAssessed")
    def assess(self, risk: str, by: By) -> None:
        """Assess its risk."""
        self.risk = risk
        self.last_activity = "risk-assessed"
        self.last_by = by

    @event("Allocated")
    def allocate(self, officer: str, team: str, by: By) -> None:
        """Give it to an officer."""
        self.owner = officer
        self.team = team
        self.last_by = by

    @event("ActionRecorded")
    def act(self, kind: str, outcome: str, text: str, by: By, *, counts: bool) -> None:
        """Record an action."""
        count = self.steps[kind][0] if kind in self.steps else 0
        self.steps[kind] = (count + 1, outcome, text)
        self.last_by = by
        if counts:
            self.last_activity = kind


class Folders(Application[UUID]):
    """The library's application with one verb."""

    def act(self, number: int, deed: Deed) -> None:
        """Load the case, decide, save."""
        case = self.loaded(number)
        trigger(case, deed)
        self.save(case)

    def loaded(self, number: int) -> FolderOfCase:
        """Return the aggregate, from the store."""
        return self.repository.get(FolderOfCase.create_id(reference(number)))


def trigger(case: FolderOfCase, deed: Deed) -> None:
    """Let the aggregate record an action."""
    case.act(deed.kind, deed.outcome, deed.text, by(), counts=deed.kind != "contact-attempted")


@contextmanager
def _connecting_by(driver: ModuleType) -> Iterator[None]:
    library.sqlite3 = driver  # type: ignore[attr-defined]  # it has the interface of sqlite3
    try:
        yield
    finally:
        library.sqlite3 = sqlite3  # type: ignore[attr-defined]  # as it was


class Theirs:
    """Cases recorded, added to and replayed through the library's application."""

    def __init__(self, path: str, driver: ModuleType | None = None) -> None:
        """Make a store at ``path``; ``driver`` stands in for Python's own ``sqlite3``."""
        with _connecting_by(driver or sqlite3):
            self._app = Folders({"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": path})
            self.entries()

    def open_cases(self, count: int, deeds: int) -> None:
        """Record ``count`` cases of ``deeds`` + 3 events each."""
        for number in range(count):
            case = FolderOfCase(reference(number), "other", "referral", "invented", by())
            case.assess("high", by())
            case.allocate("DC 1000", "Hydra", by())
            for index in range(deeds):
                trigger(case, Deed.of(index))
            self._app.save(case)

    def act(self, number: int, deed: Deed) -> None:
        """Record one action: load the case, decide, append; one transaction."""
        self._app.act(number, deed)

    def batch(self, numbers: range, each: int) -> None:
        """Record ``each`` actions on each of the cases in one transaction."""
        loaded = [self._app.loaded(number) for number in numbers]
        for case in loaded:
            for index in range(each):
                trigger(case, Deed.of(index))
        self._app.save(*loaded)

    def replay(self, number: int) -> FolderOfCase:
        """Return the aggregate, from the store."""
        return self._app.loaded(number)

    def entries(self) -> int:
        """Return how many events the store holds."""
        return self._app.recorder.max_notification_id() or 0

    def settings(self) -> dict[str, object]:
        """Return what the connections have in force."""
        recorder: Any = self._app.recorder
        with recorder.datastore.get_connection(commit=True) as connection:
            return pragmas(connection.cursor().sqlite_cursor)

    def close(self) -> None:
        """Close the store."""
        self._app.close()
