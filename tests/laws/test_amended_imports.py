"""Laws of importing: parts and the whole, repeats, amendments, and taking it back."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from application.envelope import Envelope
from domain.axes import Axes
from domain.cases.belief import AMENDING, believe
from domain.codec import entry_of
from domain.identity import case_stream
from exchange.imports.command import Asked, FileOutcome, import_file, mapping_for
from exchange.imports.undo import undo
from exchange.mapping.mapping import check
from projections.queries.cases import CaseQuery, cases
from projections.queries.stalled import StalledQuery, stalled
from projections.runner.runner import Runner
from tests.exchange.stores import LATER, Store

HEAD = "case id,activity,timestamp,resource,outcome"
CASES = "ABC"
MAPPING = check(
    {
        "source": "desk",
        "actor": "resource",
        "rule": [
            {
                "when": {"activity": "see"},
                "event": "case.action-recorded",
                "fields": {"kind": "child-seen", "outcome": {"from": "outcome"}},
            },
            {"when": {"activity": "rate"}, "event": "case.risk-assessed", "fields": {"risk": "high"}},
        ],
    },
    "m.toml",
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(CASES),
        st.sampled_from(["see", "rate", "rang", "met"]),
        st.integers(1, 4),
        st.sampled_from(["DC 1", "DC 2", ""]),
        st.sampled_from(["", "x", "y"]),
    ),
    max_size=9,
)


def take(store: Store, rows: list[Any], *, amend: bool = False, source: str = "desk") -> FileOutcome:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "desk.csv"
        lines = [f"{c},{a},2016-02-0{day}T09:00:00Z,{who},{out}" for c, a, day, who, out in rows]
        path.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
        asked = Asked(named=True, amend=amend)
        by = Envelope("DC 9", reason="put right")
        return import_file(store.app, path, mapping_for(MAPPING, source), by, lambda _count: None, asked)


def believed(store: Store) -> list[Any]:
    """Return what is believed of all cases, but for whose event gave a report."""
    found = []
    for name in CASES:
        entries = [entry_of(row) for row in store.ledger.stream(case_stream(name))]
        for one in believe(entries).entries:
            if not isinstance(one.event, AMENDING):
                event = msgspec.structs.replace(one.event, origin=None)
                report = one.topic == "case.reported"
                found.append((name, one.topic, one.occurred_at, "" if report else one.actor, repr(event)))
    return sorted(found)


def lists(store: Store) -> tuple[Any, ...]:
    runner = Runner(store.ledger)
    runner.catch_up()
    axes = Axes(LATER, LATER)
    return list(cases(runner, CaseQuery(axes, sort="reference")).items), stalled(runner, StalledQuery(axes))


@settings(max_examples=25, deadline=None)
@given(ROWS, st.data())
def test_a_part_and_then_the_whole_is_the_whole(rows: list[Any], data: st.DataObject) -> None:
    """Any prefix, and any selection of the rows: what has been there is known, whatever its place."""
    part = data.draw(st.sampled_from([rows[: len(rows) // 2], rows[1:], rows[::2], rows[::-1], rows]))
    whole, parts = Store(), Store()
    take(whole, rows)
    take(parts, part)
    outcome = take(parts, rows)
    assert outcome.refused == []
    assert believed(parts) == believed(whole)
    assert take(parts, rows).entries == 0


@settings(max_examples=25, deadline=None)
@given(ROWS, ROWS)
def test_amended_by_a_file_the_cases_in_it_are_what_it_says(before: list[Any], after: list[Any]) -> None:
    """Whatever was imported before; and nothing is left to amend."""
    store, alone = Store(), Store()
    take(store, before)
    take(alone, after)
    outcome = take(store, after, amend=True)
    assert outcome.refused == []
    told = {row[0] for row in after}
    assert [one for one in believed(store) if one[0] in told] == believed(alone)
    assert take(store, after, amend=True).entries == 0
    assert take(store, after).refused == []


@settings(max_examples=25, deadline=None)
@given(ROWS, ROWS, ROWS)
def test_taken_back_every_list_is_what_it_was(first: list[Any], second: list[Any], third: list[Any]) -> None:
    """Of what another source brought before, and after amendments; the rows can come again."""
    store = Store()
    take(store, first, source="other")
    before, was = lists(store), believed(store)
    take(store, second)
    take(store, third, amend=True)
    if take(store, third).already_present or second:
        undo(store.app, "desk", Envelope("DS 1", reason="the wrong file"), lambda _count: None)
    assert believed(store) == was
    assert lists(store) == before
    again = take(store, third)
    assert again.refused == []
    assert take(store, third).entries == 0
