"""A small store in which cases wait for different things, for the commands that list and count them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.commands import amendments, cases, officers
from tests.projections.story_store import OWNER, SERGEANT

if TYPE_CHECKING:
    from tests.projections.story_store import Store

OTHER = "DC 2206"


def neglected(store: Store) -> Store:
    """Tell of eight cases: six that are stalled at noon on 20 May 2016, one that is not, one that is closed.

    In the order of their gravity: VH-2 and IMG-1 (very high), HIGH-1, NEW-1 (not assessed), HARM-1 (medium), in
    which evidence was lost on 5 May, and OLD-1 (low).
    """
    at = store.at
    for officer, team in ((OWNER, "Hydra"), (OTHER, "Lernia")):
        at("2016-01-04T09:00", officers.enrol, officer, team=team, actor="HR 1", role="registrar")
        at("2016-01-04T09:01", officers.accredit, officer, "child-protection", actor="HR 1", role="registrar")
    store.enrol(SERGEANT, "INSP 7")
    at("2016-03-01T09:00", cases.report, "OLD-1", category="other", risk="low")
    at("2016-03-01T10:00", cases.allocate, "OLD-1", OTHER, actor="INSP 7")
    at("2016-03-02T09:00", cases.report, "GONE-1", category="other")
    at("2016-03-02T10:00", cases.act, "OLD-1", "interview")
    at("2016-03-04T10:00", cases.resolve, "GONE-1", outcome="no further action")
    at("2016-04-01T09:00", cases.report, "HARM-1", category="other", risk="medium")
    at("2016-04-01T10:00", cases.allocate, "HARM-1", OWNER)
    at("2016-04-02T10:00", cases.act, "HARM-1", "interview")
    at("2016-04-20T10:00", cases.act, "HARM-1", "supervisor-review")
    at("2016-05-05T10:00", cases.act, "HARM-1", "evidence-lost", outcome="a telephone")
    at("2016-05-10T09:00", cases.report, "NEW-1", category="missing")
    at("2016-05-12T09:00", cases.report, "HIGH-1", category="other", risk="high")
    at("2016-05-12T09:30", cases.allocate, "HIGH-1", OTHER)
    at("2016-05-13T10:00", cases.act, "HIGH-1", "contact-attempted")
    at("2016-05-14T09:00", cases.report, "VH-2", category="other", risk="very high")
    at("2016-05-14T09:30", cases.allocate, "VH-2", OTHER)
    at("2016-05-14T10:00", cases.act, "VH-2", "interview")
    at("2016-05-16T09:00", cases.report, "FIT-1", category="other", risk="medium")
    at("2016-05-16T10:00", cases.allocate, "FIT-1", OTHER)
    at("2016-05-17T10:00", cases.act, "FIT-1", "interview")
    report = {"category": "indecent-images", "risk": "very high", "crime_reference": "06/1"}
    at("2016-05-18T09:00", cases.report, "IMG-1", **report)
    at("2016-05-18T10:00", cases.allocate, "IMG-1", OWNER)
    return store


def written_up(store: Store) -> Store:
    """Tell of the neglected cases, and of a morning on which what had happened before is written down."""
    neglected(store)
    at = store.at
    at("2016-05-20T09:00", cases.act, "OLD-1", "interview", occurred="2016-05-11T15:20", actor=OTHER)
    at("2016-05-20T09:10", cases.assess, "HIGH-1", "medium")
    at("2016-05-20T09:20", cases.allocate, "HIGH-1", OWNER)
    at("2016-05-20T09:30", amendments.correct, "FIT-1", 2, {"risk": "high"})
    at("2016-05-20T09:40", cases.resolve, "HARM-1", outcome="no suspect")
    at("2016-05-20T09:50", cases.reopen, "GONE-1")
    at("2016-05-20T10:00", cases.report, "LATE-1", category="other", occurred="2016-05-18T10:00")
    return store
