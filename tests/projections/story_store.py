"""A store in the making: what people did, told by the day and the hour in London, through the application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from application.app import Longcase
from application.commands import amendments, cases, officers, oversight, warrants
from application.envelope import Envelope, Receipt
from domain.instant import parse
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from tests.clock import Clock
from tests.entries import case_entries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from domain.event import Entry
    from domain.officer import Side
    from ledger.recorder import LedgerRecorder

LONDON = ZoneInfo("Europe/London")
CASE = "IMG-0417"
OWNER = "DC 1417"
SERGEANT = "PS 0088"
INSPECTOR = "HMI 3"


def when(text: str) -> int:
    """Return the instant of a local time in London."""
    return parse(text, LONDON)


class Store:
    """A store with a clock that is set to each act's own time of recording."""

    def __init__(self, recorder: LedgerRecorder | None = None) -> None:
        self.clock = Clock()
        self.ledger: LedgerRecorder = recorder or SQLiteRecorder.in_memory()
        self.ledger.clock = self.clock
        self.app = Longcase(self.ledger, clock=self.clock)

    def at(
        self,
        recorded: str,
        command: Callable[..., Receipt],
        *args: Any,
        occurred: str | None = None,
        actor: str = SERGEANT,
        role: str = "",
        reason: str | None = None,
        on_behalf_of: str | None = None,
        **values: Any,
    ) -> Receipt:
        self.clock.at(when(recorded))
        occurred_at = None if occurred is None else when(occurred)
        by = Envelope(actor, role, occurred_at, on_behalf_of=on_behalf_of, reason=reason)
        return command(self.app, *args, by, **values)

    def enrol(self, *names: str, side: Side = "force") -> None:
        """Enter people in the register who record, and are in no team."""
        for name in names:
            self.at("2016-01-04T09:00", officers.enrol, name, side=side, actor="HR 1", role="registrar")

    def entries(self, reference: str = CASE) -> list[Entry]:
        return case_entries(self.ledger, reference)


def warning(store: Store) -> Store:
    """Tell the story of a warning that waited: with a late entry, a correction and a retraction."""
    at = store.at
    at("2016-01-04T09:00", officers.enrol, OWNER, team="Hydra", actor="HR 1", role="registrar")
    store.enrol(SERGEANT, "referral desk", "DC 2206")
    store.enrol(INSPECTOR, side="inspectorate")
    at(
        "2016-02-12T09:12",
        cases.report,
        CASE,
        category="indecent-images",
        summary="an agency's warning about uploads",
        actor="referral desk",
    )
    at("2016-02-12T09:40", cases.assess, CASE, "high", role="supervisor")
    at("2016-02-29T11:00", cases.allocate, CASE, OWNER, role="supervisor")
    at(
        "2016-03-13T15:20",
        cases.act,
        CASE,
        "contact-attempted",
        occurred="2016-03-04T15:20",
        actor=OWNER,
        outcome="no answer",
    )
    at("2016-03-14T10:00", cases.act, CASE, "child-seen", actor="DC 2206", on_behalf_of=OWNER)
    at("2016-03-15T10:00", amendments.retract, CASE, 5, reason="entered on the wrong case")
    at("2016-03-20T10:00", amendments.correct, CASE, 2, {"risk": "very high"}, reason="children live there")
    at("2016-05-18T10:30", warrants.seek, CASE, actor=OWNER, court="magistrates' court")
    at(
        "2016-05-19T10:30",
        oversight.escalate,
        CASE,
        "96 days without a warrant",
        actor=INSPECTOR,
        role="inspectorate",
        immediate=True,
    )
    return store


def on_disk(path: Path, tell: Callable[[Store], Store] = warning) -> Path:
    """Write a story to a store at ``path`` and return the path."""
    recorder = SQLiteRecorder(create(str(path), {"zone": "Europe/London"}))
    tell(Store(recorder))
    recorder.close()
    return path
