"""Traces that are found whole are those that tag by tag are found, and nothing else is taken for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.mapping.mapping import Mapping
from exchange.readers import xes
from exchange.source.open import CHUNK
from tests.exchange.support import LOG, Outcome, attribute, event, outcome, outcome_of, real, trace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


NESTED = '<string key="a" value="b"><string key="c" value="d"/></string>\n'
ODD = (
    "",
    attribute("org:resource", "DC 1"),
    attribute("concept:name", "given again"),
    attribute("org:resource", "a &amp; b"),
    attribute("org:resource", "Zo\u00eb"),
    attribute("org:resource", "\u00c3\u00ab, which in Latin-1 are the bytes of one letter in UTF-8"),
    attribute("org:resource", "two\nlines"),
    attribute("", "nameless"),
    NESTED,
    NESTED.replace("string", "list").replace(' value="b"', ""),
    "<!-- <trace><event></event></trace> -->",
    "<![CDATA[</trace><trace></trace>]]>",
    "<?x </trace>?>",
    "<event></event>",
    "<trace></trace>",
    "\r\n \t",
    "\r",
    "text",
    "<string key='org:resource' value='DC 2'/>",
    '<x:string key="x" value="y" />',
    '<string value="y" key="x"/>',
)
"""What may stand in a log, an event or a trace beside what is usual, at its right place or at a wrong one."""

BROKEN = ("", "", "", "<", "</event>", "&", "\x01", "\ud7ff", '<string key="a" key="a" value=""/>', "<trace>")

odd = st.sampled_from(ODD) | st.sampled_from(ODD[:2])
events = st.builds(
    event,
    st.sampled_from(("A", "B", "")),
    st.sampled_from(("2016-02-12T09:12:00Z", "never", "2016-02-12T09:12:00.1234567+01:00")),
    odd,
)
traces = st.builds(trace, st.sampled_from(("C", "D", "")), st.lists(events | odd, max_size=4), odd)
bodies = st.lists(traces | odd | st.sampled_from(BROKEN), max_size=6).map("".join)


def both_ways(read: Callable[[], Outcome], *, chunk: int = CHUNK) -> tuple[Outcome, Outcome, int]:
    """Return what is read, what is read tag by tag, and how many traces were found whole."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xes, "CHUNK", chunk)
        whole = xes.XesReader._whole
        found: list[bool] = []

        def counted(self: xes.XesReader, piece: bytes) -> bool:
            found.append(whole(self, piece))
            return found[-1]

        patch.setattr(xes.XesReader, "_whole", counted)
        shorter = read()
        patch.setattr(xes, "trace_at", lambda *_: None)
        return shorter, read(), sum(found)


def told(one: Outcome) -> tuple[object, ...]:
    """Return an outcome with the refusal of the file, which is no value of its own, in words."""
    return (*one[:-1], one.refused and (one.refused.refusal, one.refused.hints))


@given(
    body=bodies,
    chunk=st.sampled_from((50, 200, 1_000, CHUNK)),
    encoding=st.sampled_from(("UTF-8", "UTF-8", "ISO-8859-1")),
    lines=st.sampled_from(("\n", "\n", "\r\n", "\r")),
    keep=st.booleans(),
)
def test_a_trace_is_read_whole_as_it_is_tag_by_tag(
    tmp_path_factory: pytest.TempPathFactory, body: str, chunk: int, encoding: str, lines: str, keep: bool
) -> None:
    """In whatever company it stands: the same traces, lines, refusals and notes, and the same error."""
    text = LOG.format(body).replace("UTF-8", encoding).replace("\n", lines)
    path = tmp_path_factory.mktemp("usual")
    content = text.encode(encoding, errors="xmlcharrefreplace")

    def read() -> Outcome:
        return outcome_of(path, content, "log.xes", Mapping(keep=True) if keep else None)

    shorter, longer, _ = both_ways(read, chunk=chunk)
    assert told(shorter) == told(longer)


@pytest.mark.parametrize("lines", ["\n", "\r\n", ""])
def test_the_usual_traces_are_found_whole(tmp_path: Path, lines: str) -> None:
    """All but the first, before which something else may be open."""
    many = "".join(trace(str(at), [event(), event("B", "2016-02-13T09:12:00Z")]) for at in range(50))
    body = LOG.format(many).replace("\n", lines)
    shorter, longer, whole = both_ways(lambda: outcome_of(tmp_path, body, "log.xes"))
    assert told(shorter) == told(longer)
    assert (len(shorter.traces), whole) == (50, 49)


def test_what_a_comment_holds_is_no_trace(tmp_path: Path) -> None:
    """However it looks, and wherever the comment stands."""
    hidden = trace("hidden", [event()])
    body = trace("C", [event()]) + f"<!--\n{hidden}{hidden}-->" + trace("D", [event()])
    given, _, whole = both_ways(lambda: outcome_of(tmp_path, LOG.format(body), "log.xes"))
    assert [one.case for one in given.traces] == ["C", "D"]
    assert whole == 0


@pytest.mark.parametrize("name", ["sepsis", "helpdesk_italian", "receipt", "bpic2013_closed_problems"])
def test_real_logs_are_read_whole_as_they_are_tag_by_tag(name: str) -> None:
    """Most of their traces are found whole, wherever what is read at once ends."""
    path = real(f"{name}.xes.gz")
    shorter, longer, whole = both_ways(lambda: outcome(path), chunk=50_021)
    assert told(shorter) == told(longer)
    assert whole > len(shorter.traces) / 2


def test_a_comment_full_of_ends_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not anew with each of them, which would take a file of a megabyte many minutes."""
    parse, pieces = xes.XesReader._parse, []

    def counted(self: xes.XesReader, chunk: bytes, *, final: bool) -> None:
        pieces.append(chunk)
        parse(self, chunk, final=final)

    monkeypatch.setattr(xes.XesReader, "_parse", counted)
    body = trace("C", [event()]) + f"<!--{'</trace>' * 100_000}-->" + trace("D", [event()])
    given = outcome_of(tmp_path, LOG.format(body), "log.xes")
    assert [one.case for one in given.traces] == ["C", "D"]
    assert len(pieces) < 20
