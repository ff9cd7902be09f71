"""XES is read as it stands: each event once, at its instant, in its place, or refused with its line."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from exchange.mapping.mapping import From, Join, Mapping, Rule
from tests.exchange.support import LOG, Outcome, attribute, event, outcome_of, trace

if TYPE_CHECKING:
    from pathlib import Path


def xes(folder: Path, body: str, mapping: Mapping | None = None) -> Outcome:
    return outcome_of(folder, LOG.format(body), "log.xes", mapping)


def test_an_event_keeps_its_source_to_the_letter(tmp_path: Path) -> None:
    person = attribute("org:resource", " DC 1417") + attribute("org:role", "investigator")
    given = xes(tmp_path, trace("IMG-1", [event("Warrant sought ", "2016-05-18T10:30:00.1234567+01:00", person)]))
    (only,) = given.traces
    (activity,) = only.events
    assert only.case == "IMG-1"
    assert activity.activity == "Warrant sought "
    assert activity.time_text == "2016-05-18T10:30:00.1234567+01:00"
    assert activity.occurred_at == 1_463_563_800_123_456
    assert (activity.actor, activity.role) == (" DC 1417", "investigator")
    assert (activity.place, activity.line, activity.recorded_at) == (0, 5, None)
    assert (activity.event, activity.fields, activity.attributes) == (None, None, None)


def test_events_are_in_order_of_time_then_place(tmp_path: Path) -> None:
    given = xes(
        tmp_path,
        trace(
            "C",
            [
                event("third", "2016-02-12T12:00:00Z"),
                event("first", "2016-02-12T11:00:00+01:00"),
                event("second", "2016-02-12T10:00:00Z"),
            ],
        ),
    )
    assert [(e.activity, e.place) for e in given.events] == [("first", 1), ("second", 2), ("third", 0)]


def test_a_case_in_several_traces_goes_on_with_its_places(tmp_path: Path) -> None:
    given = xes(tmp_path, trace("C", [event("a"), event("b")]) + trace("D", [event()]) + trace("C", [event("c")]))
    assert [t.case for t in given.traces] == ["C", "D", "C"]
    assert given.traces[2].events[0].place == 2


def test_exact_duplicates_are_kept(tmp_path: Path) -> None:
    given = xes(tmp_path, trace("C", [event("a"), event("a")]))
    assert [e.place for e in given.events] == [0, 1]


def test_attributes_of_a_trace_may_follow_its_events(tmp_path: Path) -> None:
    body = f"<trace>{event('a')}{attribute('concept:name', 'late')}</trace>"
    assert xes(tmp_path, body).activities == [("late", "a")]


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        (attribute("time:timestamp", "2016-02-12T09:12:00Z"), "no activity: 'concept:name' has no value"),
        (attribute("concept:name", "A"), "no time: 'time:timestamp' has no value"),
        (attribute("concept:name", " ") + attribute("time:timestamp", "2016-02-12"), "no activity"),
        (
            attribute("concept:name", "A") + attribute("time:timestamp", "soon"),
            "'soon' is not written as ISO 8601 has it",
        ),
        (
            attribute("concept:name", "A") + attribute("time:timestamp", "2016-02-12T09:12:00"),
            "no offset from UTC",
        ),
    ],
)
def test_an_event_without_name_or_time_is_refused_and_reading_goes_on(
    tmp_path: Path, missing: str, reason: str
) -> None:
    given = xes(tmp_path, trace("C", [f"<event>{missing}</event>\n", event("next")]))
    assert [(e.activity, e.place) for e in given.events] == [("next", 1)]
    assert given.lines == [5]
    assert reason in given.refusals[0].reason


def test_a_naive_time_takes_the_zone_of_the_mapping(tmp_path: Path) -> None:
    """One that the clocks skipped is refused; of one that they showed twice the first is a guess, and told."""
    body = trace("C", [event("a", "2016-10-30T01:30:00"), event("b", "2016-03-27T01:30:00")])
    given = xes(tmp_path, body, Mapping(zone="Europe/London"))
    assert [e.occurred_at // 1_000_000 for e in given.events] == [1_477_787_400]
    assert "which is a guess" in given.notes[0]
    assert "skipped by the clocks" in given.refusals[0].reason


def test_no_default_of_the_log_becomes_a_fact(tmp_path: Path) -> None:
    """A default of bpic2013 is the role UNKNOWN, of bpic2012 the year 1970: neither was ever recorded."""
    defaults = f'<global scope="event">{attribute("time:timestamp", "1970-01-01T00:00:00Z", "date")}</global>'
    given = xes(tmp_path, defaults + trace("C", [f"<event>{attribute('concept:name', 'a')}</event>"]))
    assert not given.traces
    assert "no time" in given.refusals[0].reason


def test_an_empty_actor_is_unknown(tmp_path: Path) -> None:
    body = trace("C", [event("a", "2016-02-12T09:00:00Z", attribute("org:resource", " "))])
    assert xes(tmp_path, body).events[0].actor is None


@pytest.mark.parametrize(
    ("body", "lines", "reason"),
    [
        (event(), [3], "outside a trace"),
        (trace("C"), [3], "no events"),
        ("<trace/>", [3], "no events"),
        (f"<trace>\n{event()}{event()}</trace>", [4, 8], "has no case: 'concept:name' has no value"),
        ("<log/>", [3], "<log> inside <log>"),
        (trace("C", [f"<event>\n<trace>{event()}</trace></event>"]), [5, 6], ""),
        (trace("C", [event(), "<trace/>", "<global/>"]), [9, 9], "inside a trace"),
        (trace("C", [event("a", "2016-02-12", "<event>\n</event>")], ""), [5, 8], ""),
    ],
)
def test_what_stands_where_it_cannot_be_is_refused_with_its_line(
    tmp_path: Path, body: str, lines: list[int], reason: str
) -> None:
    given = xes(tmp_path, body)
    assert sorted(given.lines) == lines
    assert all(reason in refusal.reason for refusal in given.refusals)
    assert given.refused is None


def test_a_name_given_twice_is_refused_only_if_the_two_differ(tmp_path: Path) -> None:
    same, other = attribute("concept:name", "A"), attribute("concept:name", "B")
    unused = attribute("note", "1") + attribute("note", "2")
    events = [event("A", "2016-02-12T09:00:00Z", more) for more in (same, other, unused)]
    given = xes(tmp_path, trace("C", events), Mapping(keep=True))
    assert [e.place for e in given.events] == [0, 2]
    assert given.refusals[0].reason == "'concept:name' is given twice, with different values"
    assert given.events[1].attributes == {"note": "1", "note[2]": "2"}


def test_two_names_of_a_trace_refuse_its_events(tmp_path: Path) -> None:
    given = xes(tmp_path, trace("C", [event(), event()], attribute("concept:name", "D")))
    assert given.lines == [6, 10]
    assert "given twice" in given.refusals[0].reason


def test_nested_attributes_and_lists_have_names_of_their_own(tmp_path: Path) -> None:
    nested = (
        '<string key="a" value="1"><int key="b" value="2"><int key="c" value="3"/></int></string>'
        '<list key="l"><values><string key="x" value="4"/><string key="x" value="5"/></values></list>'
        '<container key="n"><id key="i" value="6"/></container><string value="7"/><string key="empty"/>'
    )
    given = xes(tmp_path, trace("C", [event("e", "2016-02-12T09:00:00Z", nested)]), Mapping(keep=True))
    assert given.events[0].attributes == {
        "a": "1",
        "a/b": "2",
        "a/b/c": "3",
        "l/values/x": "4",
        "l/values/x[2]": "5",
        "n/i": "6",
        "(without a name)": "7",
    }


def test_what_is_not_kept_is_named(tmp_path: Path) -> None:
    more = attribute("org:resource", "x") + attribute("amount", "3", "float") + attribute("level", "1")
    body = trace("C", [event("e", "2016-02-12T09:00:00Z", more)], attribute("channel", "web"))
    assert xes(tmp_path, body).not_kept == ["amount", "case:channel", "level"]
    some = xes(tmp_path, body, Mapping(keep=["amount", "case:channel"]))
    assert some.not_kept == ["level"]
    assert some.events[0].attributes == {"amount": "3"}
    assert some.traces[0].attributes == {"channel": "web"}
    everything = xes(tmp_path, body, Mapping(keep=True))
    assert everything.not_kept == []
    assert everything.events[0].attributes == {"amount": "3", "level": "1"}
    assert everything.traces[0].attributes == {"concept:name": "C", "channel": "web"}


def test_a_rule_makes_an_event_of_an_activity_and_of_its_case(tmp_path: Path) -> None:
    rule = Rule(
        when={"activity": "Assign", "case:channel": ["web", "post"]},
        event="case.allocated",
        fields={"officer": From("badge"), "team": "north", "absent": From("nothing")},
    )
    body = trace("C", [event("Assign", "2016-02-12", attribute("badge", "1417"))], attribute("channel", "web"))
    (activity,) = xes(tmp_path, body, Mapping(rule=[rule], zone="UTC")).events
    assert (activity.event, activity.fields) == ("case.allocated", {"officer": "1417", "team": "north"})


def test_an_end_of_the_mapping_resolves_the_case(tmp_path: Path) -> None:
    given = xes(tmp_path, trace("C", [event("Closed"), event("Open")]), Mapping(ends=["Closed"]))
    assert [(e.event, e.fields) for e in given.events] == [
        ("case.resolved", {"outcome": "Closed"}),
        (None, None),
    ]


def test_names_may_be_joined_or_tried_in_turn(tmp_path: Path) -> None:
    mapping = Mapping(activity=Join(["concept:name", "state"], with_="+"), actor=["badge", "unit"])
    with_unit = event("A", "2016-02-12T09:00:00Z", attribute("state", "open"), attribute("unit", "north"))
    given = xes(tmp_path, trace("C", [with_unit, event("B")]), mapping)
    assert [(e.activity, e.actor) for e in given.events] == [("A+open", "north")]
    assert given.refusals[0].reason == "no activity: 'concept:name' or 'state' has no value"


def test_the_recording_time_is_read_where_it_is_named(tmp_path: Path) -> None:
    recorded = attribute("entered", "2016-02-21T09:00:00Z")
    wrong = attribute("entered", "later")
    events = [event("a", "2016-02-12T09:00:00Z", more) for more in (recorded, "", wrong)]
    given = xes(tmp_path, trace("C", events), Mapping(recorded="entered"))
    assert [e.recorded_at for e in given.events] == [1_456_045_200_000_000, None]
    assert given.refusals[0].reason == "entered: 'later' is not written as ISO 8601 has it"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_an_encoding_that_the_file_declares_is_used(tmp_path: Path, encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    content = LOG.replace("UTF-8", declared).format(trace("Café", [event("Überprüft")]))
    given = outcome_of(tmp_path, content.encode(encoding), "log.xes")
    assert given.activities == [("Café", "Überprüft")]


@pytest.mark.parametrize("declared", ["shift_jis", "nonsense", "base64", "idna"])
def test_an_encoding_that_cannot_be_read_refuses_the_file(tmp_path: Path, declared: str) -> None:
    refused = outcome_of(tmp_path, LOG.replace("UTF-8", declared).format(""), "log.xes").refused
    assert refused is not None
    assert (refused.refusal.line, refused.exit_code) == (1, 3)
    assert "encoding" in refused.refusal.reason


def test_prefixes_namespaces_and_unknown_elements_are_tolerated(tmp_path: Path) -> None:
    body = LOG.format(trace("C", [event()])).split("\n", 1)[1]
    for tag in ("log", "trace", "event", "string", "date"):
        body = body.replace(f"<{tag}", f"<xes:{tag}").replace(f"</{tag}", f"</xes:{tag}")
    body = body.replace("<xes:log", '<xes:log xmlns:xes="urn:x" xmlns="urn:y"').replace("<xes:date", "<when")
    assert outcome_of(tmp_path, body, "log.xes").activities == [("C", "A")]


def test_value_may_stand_before_key(tmp_path: Path) -> None:
    named = '<string value="A" key="concept:name"/>'
    swapped = f'<event>{named}<date value="2016-02-12T00:00Z" key="time:timestamp"/></event>'
    assert xes(tmp_path, trace("C", [swapped])).activities == [("C", "A")]


def test_gzip_is_told_by_its_content(tmp_path: Path) -> None:
    packed = gzip.compress(LOG.format(trace("C", [event()])).encode())
    assert outcome_of(tmp_path, packed, "log.xes").activities == [("C", "A")]


def test_a_cut_file_is_refused_with_the_line_where_it_ends(tmp_path: Path) -> None:
    content = LOG.format(trace("C", [event()]))
    refused = outcome_of(tmp_path, content[: content.index("</event>")], "log.xes").refused
    assert refused is not None
    assert refused.refusal.line == 8
    assert refused.refusal.file == str(tmp_path / "log.xes")
    assert str(refused) == f"{tmp_path / 'log.xes'}, line 8: ill-formed XML: no element found"


def test_another_kind_of_xml_is_refused(tmp_path: Path) -> None:
    refused = outcome_of(tmp_path, "<html/>", "log.xes").refused
    assert refused is not None
    assert refused.refusal.reason == "it is no XES: its first element is <html>"


@pytest.mark.parametrize("declared", ["UTF-8", "ISO-8859-1", "UTF-16"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_the_mark_of_a_file_wins_over_what_its_declaration_says(
    tmp_path: Path, declared: str, encoding: str
) -> None:
    """Programs that write a file anew change its encoding and leave the declaration as it was."""
    content = LOG.replace("UTF-8", declared).format(trace("C", [event("Café")])).encode(encoding)
    assert outcome_of(tmp_path, content, "log.xes").activities == [("C", "Café")]


def test_what_is_not_the_encoding_that_the_mark_says_is_refused(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + LOG.replace("UTF-8", "ISO-8859-1").format(trace("C", [event("Café")])).encode(
        "latin-1"
    )
    refused = outcome_of(tmp_path, content, "log.xes").refused
    assert refused is not None
    assert "not well-formed" in refused.refusal.reason
