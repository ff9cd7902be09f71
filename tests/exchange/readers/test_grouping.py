"""Rows gathered by case are the same whether they fit in memory or are put aside."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exchange.mapping.mapper import Mapper
from exchange.mapping.mapping import Mapping
from exchange.readers.grouping import IN_MEMORY, traces

NAMES = {"case": "case", "activity": "activity", "time": "time"}
ROWS = st.lists(st.tuples(st.sampled_from(["A", "B", "C", ""]), st.integers(0, 9)), max_size=60)


@given(rows=ROWS, in_memory=st.sampled_from([0, 500, IN_MEMORY]))
def test_every_row_comes_out_once_in_order(rows: list[tuple[str, int]], in_memory: int) -> None:
    refused: list[tuple[int, str]] = []
    mapper = Mapper(Mapping(), dict(NAMES), lambda line, reason: refused.append((line, reason)))
    events = [
        (line, {"case": case, "activity": str(line), "time": f"2016-02-12T09:0{minute}:00Z"})
        for line, (case, minute) in enumerate(rows)
    ]
    found = list(traces(mapper, events, in_memory))
    cases = list(dict.fromkeys(case for case, _ in rows if case))
    assert [trace.case for trace in found] == cases
    for trace in found:
        of_case = [(minute, line) for line, (case, minute) in enumerate(rows) if case == trace.case]
        assert [event.line for event in trace.events] == [line for _, line in sorted(of_case)]
        assert sorted(event.place for event in trace.events) == list(range(len(of_case)))
    assert [line for line, _ in refused] == [line for line, (case, _) in enumerate(rows) if not case]
