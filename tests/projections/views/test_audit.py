"""Who acted when, over all cases and registers: filters, order, restricted cases, bounded memory."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from application.commands import amendments, cases, officers
from application.commands.projections import skip_entry
from application.envelope import Envelope
from domain.axes import Axes
from domain.cases.restrictions import WITHHELD
from domain.errors import NotFound, StoreError, UsageProblem
from domain.instant import FOREVER
from ledger.entry import StoredEntry
from projections.views import audit as auditing
from projections.views.access import Reader, Scope
from projections.views.audit import FIELDS, Filter, audit, topics_of
from projections.views.case_view import CaseView
from projections.views.stream_cache import StreamCache
from projections.views.timeline import item
from tests.projections.story_store import CASE, INSPECTOR, OWNER, SERGEANT, Store, warning, when

if TYPE_CHECKING:
    from projections.views.case_view import Unread
    from projections.views.timeline import Item

AUDITOR = Reader("A 1", "auditor")
NOBODY = Reader()
HIDDEN = "CSE-0083"


@pytest.fixture(scope="module")
def store() -> Store:
    """The story of the warning, and a case that is restricted to one inspector of police."""
    told = warning(Store())
    told.at("2016-06-01T09:00", cases.report, HIDDEN, category="child-abuse", summary="a secret")
    told.at("2016-06-01T10:00", cases.allocate, HIDDEN, "DC 9")
    told.at("2016-06-01T11:00", cases.restrict, HIDDEN, ["DI 7"], reason="a secret reason")
    return told


def found(store: Store, reader: Reader = NOBODY, **wanted: Any) -> list[Item]:
    return list(audit(Scope(store.ledger, Axes(), reader), Filter(**wanted)))


def positions(items: list[Item]) -> list[int]:
    return [item["position"] for item in items]


def test_everything_is_there_in_order_of_position(store: Store) -> None:
    """Cases and registers, none left out."""
    items = found(store)
    assert positions(items) == list(range(1, 18))
    assert [items[0]["register"], items[0]["reference"]] == ["officer", OWNER]
    assert [items[5]["register"], items[5]["reference"]] == ["case", CASE]
    assert all(tuple(each) == FIELDS for each in items)


def test_an_item_is_that_of_the_timeline(store: Store) -> None:
    """Corrections, retractions and flags are those of the case's own timeline."""
    expected = [item(line) for line in CaseView(store.entries()).lines]
    named = [{key: each[key] for key in expected[0]} for each in found(store, case=CASE)]
    assert sorted(named, key=lambda each: each["version"]) == sorted(expected, key=lambda each: each["version"])


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"case": CASE}, list(range(6, 15))),
        ({"case": f" {CASE} ", "events": ("allocated",)}, [8]),
        ({"by": ("dc1417",)}, [9, 10, 13]),
        ({"by": ("DC 1417", INSPECTOR)}, [9, 10, 13, 14]),
        ({"roles": ("Supervisor",)}, [7, 8]),
        ({"events": ("reported",)}, [6, 15]),
        ({"events": ("case.allocated", "enrolled")}, [1, 2, 3, 4, 5, 8, 16]),
        ({"late": True}, [9]),
        ({"corrected": True}, [7, 10]),
        ({"irregular": True}, [7, 8, 9, 10, 11, 16]),
        ({"irregular": True, "by": (SERGEANT,)}, [7, 8, 11, 16]),
        ({"by": ("nobody",)}, []),
    ],
)
def test_filters(store: Store, wanted: dict[str, object], expected: list[int]) -> None:
    """Each filter lets through what it says; several must all hold."""
    assert positions(found(store, NOBODY, **wanted)) == expected


def test_since_and_until_bound_when_it_occurred(store: Store) -> None:
    """The first is included and the second is not; a late entry counts where it happened."""
    assert positions(found(store, since=when("2016-03-04T15:20"), until=when("2016-03-14T10:00"))) == [9]
    assert positions(found(store, since=when("2016-03-04T15:20"), until=when("2016-03-14T10:01"))) == [9, 10]


def test_what_was_known_at_an_instant(store: Store) -> None:
    """Entries, their values and their flags are those of that knowledge."""
    items = list(audit(Scope(store.ledger, Axes(known_at=when("2016-03-14T12:00")), NOBODY), Filter()))
    assert positions(items) == list(range(1, 11))
    assert items[6]["details"]["risk"] == "high"
    assert items[9]["retracted_by"] is None


def test_the_world_as_at_an_instant(store: Store) -> None:
    """What had not happened yet is left out, whenever it was recorded."""
    items = list(audit(Scope(store.ledger, Axes(as_at=when("2016-03-10T00:00")), NOBODY), Filter()))
    assert positions(items) == list(range(1, 10))


@pytest.mark.parametrize("page", [1, 4, 17, 1_000])
def test_the_newest_first(store: Store, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    """The order turns round, whatever the size of a page."""
    monkeypatch.setattr(auditing, "PAGE", page)
    items = list(audit(Scope(store.ledger, Axes(), NOBODY), Filter(), newest_first=True))
    assert positions(items) == list(range(17, 0, -1))
    newest = list(audit(Scope(store.ledger, Axes(), NOBODY), Filter(case=CASE), newest_first=True))
    assert positions(newest) == list(range(14, 5, -1))
    assert positions(found(store)) == list(range(1, 18))


def test_the_text_of_a_restricted_case_is_withheld(store: Store) -> None:
    """Who acted when stays; what was written does not, and the item says so."""
    items = found(store, case=HIDDEN)
    assert [each["withheld"] for each in items] == [True, True, True]
    assert {each["summary"] for each in items} == {WITHHELD}
    assert "secret" not in str(items)
    assert [each["actor"] for each in items] == [SERGEANT] * 3
    assert items[1]["flags"] == ["owner-not-enrolled"]


@pytest.mark.parametrize(
    "reader",
    [AUDITOR, Reader("x", "inspectorate"), Reader("di7"), Reader("DC 9")],
    ids=["auditor", "inspectorate", "named", "owner"],
)
def test_its_readers_see_the_text(store: Store, reader: Reader) -> None:
    """Those named, the owner, the inspectorate and auditors read it."""
    items = found(store, reader, case=HIDDEN)
    assert items[0]["details"]["summary"] == "a secret"
    assert not any(each["withheld"] for each in items)


def test_a_decision_about_a_projection_is_in_the_audit() -> None:
    """Who had an entry left out, of which projection, and why."""
    store = Store()
    store.at("2016-05-01T09:00", officers.enrol, OWNER)
    skip_entry(store.app, "cases", 1, Envelope("A 1", reason="it cannot be read"))
    last = found(store)[-1]
    assert (last["register"], last["reference"], last["reason"]) == (
        "projection",
        "cases",
        "it cannot be read",
    )


def test_a_case_that_does_not_exist_is_not_found(store: Store) -> None:
    """It is no empty answer."""
    with pytest.raises(NotFound, match="no case NOPE"):
        found(store, case="NOPE")


def test_an_event_that_does_not_exist_is_a_mistake(store: Store) -> None:
    """The message names the nearest ones."""
    with pytest.raises(UsageProblem, match="no event is named 'alocated'") as raised:
        found(store, events=("alocated",))
    assert "allocated" in raised.value.hints[0]
    assert topics_of("Allocated") == ("case.allocated",)


def test_an_entry_that_cannot_be_read_stops_the_audit_by_its_position() -> None:
    """It is named, and nothing is left out in silence."""
    store = Store()
    store.at("2016-05-01T09:00", cases.report, CASE, category="other")
    report = store.ledger.stream(store.entries()[0].stream)[0]
    poison = StoredEntry(0, report.stream, 2, "case.unheard-of", 1, "a", "", 1, 0, b"p" * 16, b"", b"", b"{}")
    store.ledger.insert_events([poison])
    with pytest.raises(StoreError, match=r"position 2 cannot be read.*case\.unheard-of") as raised:
        found(store)
    assert "doctor" in raised.value.hints[0]


def test_streams_are_forgotten_when_too_many_entries_are_held(store: Store) -> None:
    """What is forgotten is read again, and the answers are the same."""
    small = StreamCache(Scope(store.ledger, Axes(FOREVER, FOREVER), NOBODY), keep=3)
    streams = [row.stream for row in store.ledger.select_notifications(1, 100)]
    for stream in (*streams, *reversed(streams)):
        fresh = StreamCache(Scope(store.ledger, Axes(FOREVER, FOREVER), NOBODY)).of(stream)
        assert small.of(stream) == fresh
        assert small.held <= max(3, len(fresh.lines))


def test_progress_counts_every_entry(store: Store) -> None:
    """It is told how many were looked at, whether they were asked for or not."""
    seen: list[int] = []
    list(audit(Scope(store.ledger, Axes(), NOBODY), Filter(events=("enrolled",)), progress=seen.append))
    assert sum(seen) == 17


def test_a_corrected_report_keeps_the_name_of_the_case(store: Store) -> None:
    """The reference is that of the stream, which no correction changes."""
    own = Store()
    own.at("2016-05-01T09:00", cases.report, CASE, category="other")
    own.at("2016-05-02T09:00", amendments.correct, CASE, 1, {"category": "missing"})
    assert {each["reference"] for each in found(own)} == {CASE}


def test_a_feed_goes_on_where_it_was(store: Store) -> None:
    """After a position come all that follow, each once; what ends at a position goes on after it."""
    everything = positions(found(store))
    for after in range(len(everything) + 1):
        assert positions(found(store, after=after)) == everything[after:]
    assert positions(found(store, after=8, case=CASE)) == [9, 10, 11, 12, 13, 14]


def test_a_feed_has_what_is_dated_ahead_of_the_clock() -> None:
    """A question as at now leaves it out until then; a feed that had gone on would never have it."""
    told = warning(Store())
    told.at("2016-05-20T09:00", cases.act, CASE, "interview", occurred="2016-05-20T09:04")
    now = when("2016-05-20T09:00")
    axes = Axes(now, now)
    assert positions(list(audit(Scope(told.ledger, axes), Filter()))) == list(range(1, 15))
    assert positions(list(audit(Scope(told.ledger, axes), Filter(after=13)))) == [14, 15]


def test_a_feed_ends_before_what_cannot_be_read(store: Store) -> None:
    """Whoever went on from what came after it would never have it; passing over it is for them to say."""
    told = warning(Store())
    row = told.ledger.select_notifications(9, 1)[0]
    told.ledger.connection.execute("DROP TRIGGER entry_update")
    told.ledger.connection.execute("UPDATE entry SET payload = x'00' WHERE position = 9")
    unread: list[Unread] = []
    given = list(audit(Scope(told.ledger), Filter(after=0), unread=unread))
    assert (positions(given), [one.position for one in unread]) == ([1, 2, 3, 4, 5, 6, 7, 8], [row.position])
    unread.clear()
    assert positions(list(audit(Scope(told.ledger), Filter(after=9), unread=unread))) == [10, 11, 12, 13, 14]
    assert unread == []


@pytest.mark.parametrize("most_first", [False, True])
@pytest.mark.parametrize("limit", [None, 0, 1, 3, 100])
def test_by_lateness(store: Store, limit: int | None, *, most_first: bool) -> None:
    """The same entries, by how late each was known, those alike by position; no more than the limit."""
    items = found(store)
    items.sort(key=lambda one: (-one["late_seconds"] if most_first else one["late_seconds"], one["position"]))
    kept: dict[str, Any] = {"progress": lambda _count: None, "unread": [], "unasked": Counter()}
    scope = Scope(store.ledger, Axes())
    sorted_ = list(auditing.by_lateness(scope, Filter(), most_first=most_first, limit=limit, **kept))
    assert sorted_ == items[:limit]


def test_when_it_was_recorded(store: Store) -> None:
    """What was typed in a week is asked by when the ledger took it, whenever it happened."""
    bounds: dict[str, Any] = {
        "recorded_since": when("2016-03-13T15:20"),
        "recorded_until": when("2016-03-20T10:00"),
    }
    assert positions(found(store, **bounds)) == [9, 10, 11]
    assert positions(found(store, **bounds, since=when("2016-03-10T00:00"))) == [10, 11]
