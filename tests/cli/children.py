"""A story of children in custody and missing, and of offenders, for the lists that are about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.commands import cases, officers
from tests.projections.story_store import OWNER, SERGEANT

if TYPE_CHECKING:
    from tests.projections.story_store import Store


def children(store: Store) -> Store:
    """Tell of a boy in a cell, two missing girls, two offenders, and one case that few may read."""
    at = store.at
    at("2016-01-04T09:00", officers.enrol, OWNER, team="Hydra", actor="HR 1", role="registrar")
    store.enrol(SERGEANT)
    _offenders(store)
    at("2016-05-10T08:00", cases.report, "MIS-0001", category="missing", risk="high", ages=(13,))
    at("2016-05-10T08:10", cases.act, "MIS-0001", "missing-reported")
    at("2016-05-10T09:30", cases.act, "MIS-0001", "missing-graded", outcome="medium risk")
    at("2016-05-13T08:00", cases.report, "MIS-0002", category="missing", ages=(15,))
    at("2016-05-13T08:10", cases.act, "MIS-0002", "missing-reported")
    at("2016-05-14T20:00", cases.act, "MIS-0001", "found", occurred="2016-05-12T20:00")
    at("2016-05-19T22:00", cases.report, "CUS-0001", category="child-in-custody", ages=(15,))
    at("2016-05-19T22:05", cases.act, "CUS-0001", "detained", outcome="cell 4")
    at("2016-05-19T22:10", cases.allocate, "CUS-0001", OWNER)
    at("2016-05-20T02:00", cases.act, "CUS-0001", "charge")
    at("2016-05-20T09:00", cases.report, "CUS-0002", category="child-in-custody", risk="high", ages=(17,))
    at("2016-05-20T09:05", cases.act, "CUS-0002", "detained", outcome="cell 7")
    at("2016-05-20T09:10", cases.restrict, "CUS-0002", ["DI 7"])
    at("2016-05-20T10:00", cases.act, "CUS-0002", "accommodation-requested")
    return store


def _offenders(store: Store) -> None:
    at = store.at
    at("2016-01-10T09:00", cases.report, "OFF-0001", category="offender-management", risk="high")
    at("2016-01-10T09:10", cases.allocate, "OFF-0001", OWNER)
    at("2016-02-01T09:00", cases.act, "OFF-0001", "offender-visited")
    at("2016-03-10T09:00", cases.report, "OFF-0002", category="offender-management", risk="low")
    at("2016-03-11T09:00", cases.act, "OFF-0002", "neighbourhood-briefed")
