"""Who may read a case, and what is said where nothing can be read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from application.commands import cases
from application.mapper import to_stored
from domain.cases import amendments
from domain.cases import events as ev
from domain.cases.state import Case
from domain.errors import NotFound, Refused
from domain.identity import case_stream
from ledger.sqlite.recorder import SQLiteRecorder
from projections.views import access
from projections.views.access import Reader, Scope, may_read, readable_case
from tests.domain.scene import REFERENCE, REPORT, entry
from tests.projections.story_store import CASE, Store

if TYPE_CHECKING:
    from types import FrameType

RESTRICTED = Case(record="restricted", restricted_to=("DI 7", "DS 2"), owner="DC 9")


@pytest.mark.parametrize(
    ("actor", "role", "allowed"),
    [
        ("DI 7", None, True),
        ("di7", "supervisor", True),
        ("DC 9", None, True),
        ("x", "inspectorate", True),
        (None, "auditor", True),
        ("x", "supervisor", False),
        ("x", None, False),
        (None, None, False),
        ("auditor", None, False),
    ],
)
def test_a_restricted_case_is_for_those_named_the_owner_and_the_overseers(
    actor: str | None, role: str | None, allowed: bool
) -> None:
    """Names are compared whatever their case and spacing; nobody is nobody."""
    assert may_read(RESTRICTED, Reader(actor, role)) is allowed


def test_any_other_case_is_for_everybody() -> None:
    """Even for those who do not say who they are."""
    assert may_read(Case(), Reader(None, None))


def test_a_restriction_counts_whatever_is_asked_about() -> None:
    """It is what stands now that decides, not what stood at the instant that is looked at."""
    store = Store()
    store.at("2016-05-01T09:00", cases.report, CASE, category="other")
    store.at("2016-05-02T09:00", cases.restrict, CASE, ["DI 7"])
    with pytest.raises(Refused, match="DC 1 is not among its readers"):
        readable_case(Scope(store.ledger, reader=Reader("DC 1")), CASE)
    assert len(readable_case(Scope(store.ledger, reader=Reader("DI 7")), CASE).entries) == 2
    store.at("2016-05-03T09:00", cases.unrestrict, CASE, actor="DI 7")
    assert len(readable_case(Scope(store.ledger, reader=Reader()), CASE).entries) == 3


def test_a_case_that_does_not_exist_is_not_found() -> None:
    """The hints say where the cases are and how to open one."""
    store = Store()
    with pytest.raises(NotFound, match="no case IMG-0417") as raised:
        readable_case(Scope(store.ledger, reader=Reader()), CASE)
    assert raised.value.hints == ("longcase cases lists the cases", "longcase report IMG-0417 opens one")


def lines_run(number: int) -> int:
    """Return how many lines of the module run to read a case with that many corrections and retractions."""
    entries = [entry(1, REPORT, 0), entry(2, ev.ActionRecorded(kind="arrest"), 1)]
    for version in range(3, number + 3):
        amends = ev.EntryRetracted(entry=version - 1) if version % 2 else ev.EntryCorrected(entry=2, values={})
        entries.append(entry(version, amends, version))
    recorder = SQLiteRecorder.in_memory()
    recorder.insert_events([to_stored(one) for one in entries])
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace if frame.f_code.co_filename in {access.__file__, amendments.__file__} else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        part = access.part_of(recorder, case_stream(REFERENCE))
    finally:
        sys.settrace(before)
    recorder.close()
    assert (len(part[0]), part[1]) == (number + 2, [])
    return count


def test_each_correction_costs_the_same_however_many_there_are() -> None:
    """What it amends is looked up, not looked for."""
    once, twice, thrice = lines_run(40), lines_run(80), lines_run(120)
    assert once < twice
    assert twice - once == thrice - twice


def test_what_lifts_a_restriction_is_about_who_may_see_the_case_and_so_is_what_amends_it() -> None:
    """Also through a retraction of the correction: if that cannot be read, nobody knows who may."""
    entries = [
        entry(1, REPORT, 0),
        entry(2, ev.Unrestricted(), 1),
        entry(3, ev.EntryCorrected(entry=2, values={"no_such": 1}), 2),
        entry(4, ev.EntryCorrected(entry=1, values={"no_such": 1}), 3),
        entry(5, ev.EntryRetracted(entry=2), 4),
    ]
    recorder = SQLiteRecorder.in_memory()
    recorder.insert_events([to_stored(one) for one in entries])
    read, unread = access.part_of(recorder, case_stream(REFERENCE))
    recorder.close()
    assert [one.version for one in read] == [1, 2, 5]
    assert [(one.version, one.restricts) for one in unread] == [(3, True), (4, False)]
