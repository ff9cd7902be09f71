"""The real logs give what they hold, by two other ways of counting: no case or event more or less."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from domain.instant import DAY, parse, to_datetime
from tests.exchange.support import DATA, Outcome, mapping_named, outcome, real

if TYPE_CHECKING:
    from exchange.mapping.mapping import Mapping
    from exchange.source.trace import Activity

# All others need no more than the standard names.
MAPPED = {"coselog_wabo_1": "coselog_wabo", "coselog_wabo_2": "coselog_wabo"}
LOGS = sorted(path.name.removesuffix(".xes.gz") for path in DATA.glob("*.xes.gz")) or ["receipt"]


def mapping_of(log: str) -> Mapping | None:
    return mapping_named(MAPPED[log]) if log in MAPPED else None


def last_by_case(read: Outcome, until: int) -> dict[str, Activity]:
    last = {}
    for trace in read.traces:
        for event in trace.events:
            if event.occurred_at <= until:
                last[trace.case] = event
    return last


def as_at(read: Outcome, text: str) -> dict[str, Any]:
    """Work out the figures of the expected file from what was read."""
    until = parse(text)
    last = last_by_case(read, until)
    stamped = {case: to_datetime(event.occurred_at, UTC) for case, event in last.items()}
    lines = sorted(
        f"{case}\t{event.activity}\t{stamped[case].isoformat(timespec='milliseconds')}"
        for case, event in last.items()
    )
    oldest = sorted(last, key=lambda case: (last[case].occurred_at, case))[:3]
    return {
        "cases_started": len(last),
        "events_le_T": sum(event.occurred_at <= until for event in read.events),
        "idle_gt_30d": sum(until - event.occurred_at > 30 * DAY for event in last.values()),
        "oldest3": [[case, last[case].activity, stamped[case].isoformat()] for case in oldest],
        "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
    }


@pytest.mark.slow
@pytest.mark.parametrize("log", LOGS)
def test_cases_events_and_the_state_as_at_three_instants_are_as_expected(log: str) -> None:
    expected = json.loads(real("expected_asof.json").read_text())[f"files/{log}.xes.gz"]
    read = outcome(real(f"{log}.xes.gz"), mapping_of(log))
    assert read.refused is None
    assert read.refusals == []
    assert len(read.events) == expected["events"]
    assert len({trace.case for trace in read.traces}) == expected["cases"]
    for at in expected["asof"]:
        found = as_at(read, at["T"])
        assert found == {key: at[key] for key in found}


def test_an_event_without_a_name_is_refused_unless_the_mapping_names_another() -> None:
    read = outcome(real("coselog_wabo_1.xes.gz"))
    assert len(read.events) == 38_943
    assert [refusal.reason for refusal in read.refusals] == ["no activity: 'concept:name' has no value"]


def test_receipt_is_the_same_log_in_both_formats() -> None:
    by_xes, by_csv = outcome(real("receipt.xes.gz")), outcome(real("receipt.csv"))
    assert not by_csv.refusals

    def traces_of(read: Outcome) -> dict[str, list[tuple[object, ...]]]:
        return {
            trace.case: [(e.activity, e.occurred_at, e.actor, e.role) for e in trace.events]
            for trace in read.traces
        }

    assert traces_of(by_csv) == traces_of(by_xes)


def test_sepsis_is_the_same_log_in_both_formats() -> None:
    by_xes = outcome(real("sepsis.xes.gz"))
    by_csv = outcome(real("sepsis_eventdataR.csv"), mapping_named("sepsis_csv"))
    assert not by_csv.refusals

    def traces_of(read: Outcome) -> dict[str, list[tuple[object, ...]]]:
        return {trace.case: sorted((e.occurred_at, e.activity) for e in trace.events) for trace in read.traces}

    assert traces_of(by_csv) == traces_of(by_xes)


def test_hospital_billing_needs_a_zone_and_no_more() -> None:
    read = outcome(real("hospital_billing_10k.csv.gz"), mapping_named("hospital_billing"))
    assert (len(read.traces), len(read.events)) == (9_999, 49_950)
    assert [(refusal.line, refusal.reason) for refusal in read.refusals] == [
        (214, "no case: 'case_id' has no value")
    ]
    assert len({event.actor for event in read.events} - {None}) == 565
    first = read.traces[0].events[0]
    assert to_datetime(first.occurred_at) == datetime(2012, 12, 16, 18, 33, 10, tzinfo=UTC)
    unzoned = outcome(real("hospital_billing_10k.csv.gz"))
    assert len(unzoned.refusals) == 49_951
    assert "no zone was given" in unzoned.refusals[0].reason


def test_a_mapping_reads_the_states_of_bpic2013() -> None:
    read = outcome(real("bpic2013_incidents.xes.gz"), mapping_named("bpic2013_incidents"))
    made = {event.event for event in read.events}
    assert made == {None, "case.resolved", "case.paused"}
    assert all(event.role for event in read.events)
    assert set(read.events[0].attributes or ()) == {"impact", "product"}
    assert "org:role" not in read.not_kept
    assert "resource country" in read.not_kept
