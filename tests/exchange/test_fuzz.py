"""No bytes, however wrong, give anything but traces, refusals and ImportRefused; and no event is lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from exchange.mapping.mapping import Mapping
from tests.exchange.support import LOG, attribute, event, outcome_of, trace

VALID = LOG.format(trace("C", [event("a"), event("b")]) + trace("D", [event("c")])).encode()
PIECES = st.sampled_from(
    [
        *(
            "<trace>",
            "</trace>",
            "<event>",
            "</event>",
            "<log>",
            "</log>",
            "<trace/>",
            "<event/>",
            "<!-- -->",
        ),
        *(
            "<string",
            ' key="',
            "concept:name",
            '" value="',
            '"/>',
            "&amp;",
            "&#0;",
            "<![CDATA[",
            "]]>",
            "\0",
            "\x80",
        ),
        *(
            attribute("concept:name", "x"),
            attribute("time:timestamp", "2016-02-12T09:12:00Z"),
            '<list key="l">',
        ),
        *(
            "</list>",
            "<values>",
            "</values>",
            "<!DOCTYPE log>",
            '<?xml version="1.1" encoding="utf-16"?>',
            "xes:",
        ),
    ]
)
ATTRIBUTE = st.tuples(
    st.sampled_from(["concept:name", "time:timestamp", "org:resource", "x", ""]),
    st.sampled_from(["A", "", " ", "2016-02-12T09:12:00Z", "2016-02-12", "0001-01-01T00:00:00+14:00"]),
).map(lambda pair: attribute(*pair))
EVENT = st.lists(ATTRIBUTE, max_size=4).map(lambda inner: f"<event>{''.join(inner)}</event>")
TRACE = st.lists(st.one_of(EVENT, ATTRIBUTE), max_size=6).map(lambda inner: f"<trace>{''.join(inner)}</trace>")
LOGS = st.lists(st.one_of(TRACE, EVENT, ATTRIBUTE), max_size=6).map(lambda inner: LOG.format("".join(inner)))


def check(content: bytes, name: str, mapping: Mapping | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        outcome_of(Path(folder), content, name, mapping)


@given(st.binary(max_size=200), st.sampled_from(["x.xes", "x.csv", "x.jsonl"]))
def test_any_bytes(content: bytes, name: str) -> None:
    for form in ("xes", "csv", "jsonl", None):
        check(content, name, Mapping(format=form))


@given(st.lists(PIECES, max_size=12))
def test_any_pieces_of_xes(pieces: list[str]) -> None:
    check(("<log>" + "".join(pieces)).encode(), "x.xes")


@given(st.integers(0, len(VALID) - 1), st.binary(max_size=8), st.integers(0, 8))
def test_a_log_with_some_bytes_exchanged(at: int, instead: bytes, count: int) -> None:
    check(VALID[:at] + instead + VALID[at + count :], "x.xes")


@given(LOGS, st.sampled_from([Mapping(), Mapping(zone="UTC", keep=True)]))
def test_every_event_of_a_well_formed_log_is_read_or_refused(log: str, mapping: Mapping) -> None:
    with tempfile.TemporaryDirectory() as folder:
        read = outcome_of(Path(folder), log, "x.xes", mapping)
    empty = sum("no events" in refusal.reason for refusal in read.refusals)
    assert read.refused is None
    assert len(read.events) + len(read.refusals) - empty == log.count("<event>")


@given(st.text(alphabet='ab,;"\n\r\t\0', max_size=60))
def test_any_rows(rows: str) -> None:
    check(f"case,activity,timestamp\n{rows}".encode(), "x.csv")
    check(rows.encode(), "x.csv")


@given(st.text(alphabet='{}[]:,"\\u0ad8 ', max_size=60))
def test_any_lines_of_json(lines: str) -> None:
    check(lines.encode(), "x.jsonl", Mapping(format="jsonl"))
