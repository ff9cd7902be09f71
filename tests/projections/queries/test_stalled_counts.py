"""Stalled cases counted by what they have in common and by month, and the harm that came to light."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from domain.axes import Axes
from domain.cases import events as ev
from domain.errors import UsageProblem
from domain.instant import from_datetime, parse, to_datetime
from projections.queries.stalled import Cause, Stalled, StalledCases, StalledQuery
from projections.queries.stalled_counts import FIELDS, GROUPS, Harm, by_month, counted, harms, month_ends
from tests.clock import HOUR, hours
from tests.projections.stores import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.projections.engines import Place

LONDON = ZoneInfo("Europe/London")
NOW = hours(1_000)


def case(reference: str, *causes: tuple[str, float], **about: Any) -> Stalled:
    """Return a stalled case, each cause with how many hours it is overdue by."""
    whose = {"category": "other", "risk": None, "owner": None, "team": None, "supervisor": None} | about
    found = [Cause(name, "", "", "", NOW - 2 * HOUR, NOW - round(over * HOUR)) for name, over in causes]
    return Stalled(reference, **whose, reported_at=hours(0), causes=found, harms=[])


def harm(kind: str, **about: Any) -> Harm:
    whose = {"team": None, "owner": None, "supervisor": None, "category": "other", "risk": None} | about
    return Harm(kind, NOW, **whose)


CASES = [
    case(
        "A", ("dormant", 9), ("step-missing", 7), ("step-missing", 3), team="Hydra", risk="high", owner="DC 1417"
    ),
    case("B", ("dormant", 2), team="Lernia", supervisor="PS 0088"),
    case("C", ("step-missing", 1.5), ("unallocated", 1), team="Lernia"),
]
HARMS = [
    harm("evidence-lost", team="Hydra"),
    harm("further-harm", team="Orion"),
    harm("further-harm", team="Orion"),
]


def by(group: str | None, found: list[Harm] = HARMS, cases: list[Stalled] = CASES) -> list[dict[str, Any]]:
    return list(counted(StalledCases(cases, 9, len(cases), 0), found, group, NOW))


def test_without_a_group_all_cases_are_one() -> None:
    """How many wait, how long for the longest of their waits, for what, and what harm came of it."""
    assert by(None) == [
        {
            "group": None,
            "stalled": 3,
            "overdue_seconds": (9 + 2) * 3_600 + 5_400,
            "longest_seconds": 9 * 3_600,
            "causes": {"dormant": 2, "step-missing": 2, "unallocated": 1},
            "harm": {"evidence-lost": 1, "further-harm": 2},
        }
    ]


def test_by_team_the_most_waiting_first_and_a_team_with_harm_alone_last() -> None:
    """A case is counted once in its team, whatever it waits for, and once for each cause."""
    found = by("team")
    assert [(one["group"], one["stalled"], one["longest_seconds"] // 3_600) for one in found] == [
        ("Lernia", 2, 2),
        ("Hydra", 1, 9),
        ("Orion", 0, 0),
    ]
    assert found[1]["causes"] == {"dormant": 1, "step-missing": 1}
    assert [one["harm"] for one in found] == [{}, {"evidence-lost": 1}, {"further-harm": 2}]


def test_by_cause_a_case_is_in_each_group_of_its_causes_and_there_with_that_one_alone() -> None:
    """The longest of several waits of one cause counts; harm has no cause and stands by itself."""
    found = by("cause")
    assert [(one["group"], one["stalled"], one["overdue_seconds"], one["causes"]) for one in found] == [
        ("dormant", 2, 11 * 3_600, {"dormant": 2}),
        ("step-missing", 2, 8 * 3_600 + 1_800, {"step-missing": 2}),
        ("unallocated", 1, 3_600, {"unallocated": 1}),
        (None, 0, 0, {}),
    ]
    assert found[-1]["harm"] == {"evidence-lost": 1, "further-harm": 2}
    assert None not in {one["group"] for one in by("cause", [])}


@pytest.mark.parametrize("group", [one for one in GROUPS if one != "cause"])
def test_every_group_counts_every_case_and_every_harm_once(group: str) -> None:
    """What has no team, owner or risk is a group of its own, after those of the same size that have a name."""
    found = by(group)
    assert sum(one["stalled"] for one in found) == len(CASES)
    assert sum(sum(one["harm"].values()) for one in found) == len(HARMS)
    sizes = [(-one["stalled"], one["group"] is None, one["group"] or "") for one in found]
    assert sizes == sorted(sizes)


def test_nothing_waits_and_nothing_happened() -> None:
    """Then there is nothing to show."""
    assert [by(group, [], []) for group in (None, *GROUPS)] == [[]] * 7


@pytest.mark.parametrize(
    ("as_at", "months", "zone", "ends"),
    [
        ("2016-05-20T12:00", 1, LONDON, ["2016-04-30T23:59:59.999999"]),
        ("2016-03-27T12:00", 1, LONDON, ["2016-02-29T23:59:59.999999"]),
        ("2016-01-01T00:00", 2, LONDON, ["2015-11-30T23:59:59.999999", "2015-12-31T23:59:59.999999"]),
        ("2016-03-31T23:59:59.999999", 1, LONDON, ["2016-02-29T23:59:59.999999"]),
        ("2016-11-05T12:00", 2, LONDON, ["2016-09-30T23:59:59.999999", "2016-10-31T23:59:59.999999"]),
        ("2016-05-01T00:00", 1, UTC, ["2016-04-30T23:59:59.999999"]),
    ],
)
def test_months_end_with_their_last_microsecond_where_the_store_is(
    as_at: str, months: int, zone: Any, ends: list[str]
) -> None:
    """Whatever the clocks do; the last month ends at the instant asked about."""
    at = parse(as_at, zone)
    found = month_ends(at, months, zone)
    assert found == [*(parse(one, zone) for one in ends), at]
    assert len(found) == months + 1


@pytest.mark.parametrize("zone", [UTC, LONDON])
def test_months_before_the_year_1_are_none(zone: Any) -> None:
    """Where the clocks of the zone are behind those of UTC, and where they are not."""
    with pytest.raises(UsageProblem, match="5 months lead back before the year 0001"):
        month_ends(parse("0001-02-15T12:00:00Z"), 5, zone)


def test_fifty_years_of_months() -> None:
    """Each is one later than the one before."""
    found = month_ends(NOW, 600, LONDON)
    assert found == sorted(set(found))
    assert to_datetime(found[0], LONDON).year == to_datetime(NOW, LONDON).year - 50
    assert all(to_datetime(one + 1, LONDON).day == 1 for one in found[:-1])
    assert from_datetime(to_datetime(found[0], LONDON)) == found[0]


@pytest.fixture
def shelf(place: Place) -> Iterator[Shelf]:
    """A case that had two owners, with harm under each; hours run from 12 February 2016."""
    shelf = place.shelf()
    shelf.put("A", ev.Reported(reference="A", category="other"), at=0)
    shelf.put("A", ev.Allocated(officer="DC 1417", team="Hydra"), at=10)
    shelf.put("A", ev.ActionRecorded(kind="evidence-lost"), at=20)
    shelf.put("A", ev.Allocated(officer="DC 2206", team="Lernia"), at=30)
    shelf.put("A", ev.ActionRecorded(kind="further-harm"), at=40, recorded=60)
    shelf.put("A", ev.Resolved(outcome="charged"), at=70)
    shelf.runner.catch_up()
    yield shelf
    shelf.close()


def harms_between(
    shelf: Shelf, since: float, until: float, as_at: float = 99, known: float = 99, **wanted: Any
) -> list[str]:
    """Return the harm that came to light between two hours, with the team whose the case was."""
    asked = StalledQuery(Axes(hours(as_at), hours(known)), **wanted)
    return [f"{one.kind} {one.team}" for one in harms(shelf.runner, asked, hours(since), hours(until))]


def test_harm_is_of_those_whose_the_case_was_and_stays_when_it_is_closed(shelf: Shelf) -> None:
    """From one instant until before another."""
    both = ["evidence-lost Hydra", "further-harm Lernia"]
    assert harms_between(shelf, 0, 99) == both
    assert harms_between(shelf, 20, 40) == both[:1]
    assert harms_between(shelf, 20.001, 40.001) == both[1:]
    assert harms_between(shelf, 0, 99, as_at=39) == both[:1]


def test_harm_that_nobody_had_heard_of_is_not_told_as_known_then(shelf: Shelf) -> None:
    """It was recorded twenty hours late."""
    assert harms_between(shelf, 0, 99, known=59) == ["evidence-lost Hydra"]
    assert len(harms_between(shelf, 0, 99, known=60)) == 2


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"team": ("Hydra",)}, ["evidence-lost Hydra"]),
        ({"owner": ("dc2206",)}, ["further-harm Lernia"]),
        ({"owner": ("DC 1417", "DC 2206")}, ["evidence-lost Hydra", "further-harm Lernia"]),
        ({"category": ("missing",)}, []),
        ({"risk": ("high",)}, []),
        ({"unallocated": True}, []),
    ],
)
def test_harm_takes_the_filters_that_say_whose_case_it_is(
    shelf: Shelf, wanted: dict[str, Any], found: list[str]
) -> None:
    """As things stood when it came to light."""
    assert harms_between(shelf, 0, 99, **wanted) == found


def test_harm_done_before_the_report_comes_to_light_with_it(place: Place) -> None:
    """A history from elsewhere may have it so; nothing that was done to a child is left uncounted."""
    shelf = place.shelf()
    shelf.put("A", ev.Reported(reference="A", category="other"), at=30 * 24)
    shelf.put("A", ev.ActionRecorded(kind="further-harm"), at=0, recorded=31 * 24)
    shelf.runner.catch_up()
    assert harms_between(shelf, 0, 30 * 24, as_at=9_999, known=9_999) == []
    assert harms_between(shelf, 30 * 24, 9_999, as_at=9_999, known=9_999) == ["further-harm None"]
    months = list(by_month(shelf.runner, StalledQuery(Axes(hours(9_999), hours(9_999))), None, 20, LONDON))
    assert [(one["month"], one["harm"]) for one in months if one["harm"]] == [("2016-03", {"further-harm": 1})]
    shelf.close()


def test_each_month_is_counted_as_it_was_at_its_end(shelf: Shelf) -> None:
    """A case is stalled in no month after the one in which it was resolved; items have the contract's fields."""
    shelf.open("B", at=71)
    shelf.runner.catch_up()
    found = list(by_month(shelf.runner, StalledQuery(Axes(hours(1_000), hours(1_000))), "team", 2, LONDON))
    assert [tuple(one) for one in found] == [FIELDS] * len(found)
    assert [(one["month"], one["group"], one["stalled"], one["harm"]) for one in found] == [
        ("2016-02", None, 1, {}),
        ("2016-02", "Hydra", 0, {"evidence-lost": 1}),
        ("2016-02", "Lernia", 0, {"further-harm": 1}),
        ("2016-03", None, 1, {}),
    ]
    assert {one["by"] for one in found} == {"team"}


def test_harm_is_found_without_reading_what_else_cases_wait_for() -> None:
    """Of a large store that would be millions of rows, once for each month asked about."""
    shelf = Shelf()
    shelf.open("A")
    shelf.runner.catch_up()
    seen: list[Any] = []

    @event.listens_for(shelf.runner.engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_others: Any) -> None:
        seen.append((statement, parameters))

    harms(shelf.runner, StalledQuery(Axes(NOW, NOW)), hours(0), NOW)
    statement, parameters = seen[-1]
    plan = shelf.ledger.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
    assert any("clock_interval_1_kind" in row[3] for row in plan)
    shelf.close()
