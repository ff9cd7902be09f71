"""An export is of one moment, in order, within bounds, and whole or not there."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID
from xml.etree import ElementTree as ET

import msgspec
import pytest

from application.commands import amendments, cases
from application.mapper import to_stored
from application.recording import Envelope
from domain.axes import Axes
from domain.errors import NotFound, Refused, UsageProblem
from domain.event import Origin
from domain.identity import case_stream
from domain.instant import parse, zone_of
from exchange.atomic_file import whole_file
from exchange.exports.cases import Export
from exchange.exports.csv import COLUMNS
from exchange.exports.write import FORMATS, write
from exchange.exports.xes import date
from presentation.escaping import unescaped, unguard_cell
from projections.views.access import Reader, Scope
from projections.views.timeline import FIELDS
from tests.exchange.stores import AUDITOR, LATER, Store
from tests.exchange.support import LOG, event, real, trace
from tests.projections.story_store import CASE, warning, when
from tests.projections.story_store import Store as Told

if TYPE_CHECKING:
    from collections.abc import Iterator

XES = "{http://www.xes-standard.org/}"


@pytest.fixture
def story() -> Store:
    return Store(app=warning(Told()).app)


def items(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def events(text: str) -> list[dict[str, str]]:
    log = ET.fromstring(text)  # noqa: S314  (what this program wrote itself)
    return [{each.attrib["key"]: each.attrib["value"] for each in one} for one in log.iter(f"{XES}event")]


def test_a_line_of_json_is_the_whole_entry(story: Store) -> None:
    line = next(one for one in items(story.text("jsonl")) if one["version"] == 4)
    entry = next(story.cases())[3]
    assert line == {
        "longcase_entry": 1,
        "reference": CASE,
        "position": entry.position,
        "version": 4,
        "event": "case.action-recorded",
        "schema": 1,
        "occurred_at": "2016-03-04T15:20:00+00:00",
        "recorded_at": "2016-03-13T15:20:00+00:00",
        "known_at": "2016-03-13T15:20:00+00:00",
        "actor": "DC 1417",
        "role": "",
        "command_id": str(UUID(bytes=entry.command_id)),
        "payload": {"via": "cli", "kind": "contact-attempted", "outcome": "no answer", "counts": False},
    }


def test_the_three_formats_tell_the_same_entries_in_the_same_order(story: Store) -> None:
    lines, rows, logged = items(story.text("jsonl")), cells(story.text("csv")), events(story.text("xes"))
    versions = [line["version"] for line in lines]
    assert sorted(versions) == list(range(1, len(versions) + 1))
    assert [int(row["version"]) for row in rows] == versions
    assert [int(one["longcase:version"]) for one in logged] == versions
    payloads = [line["payload"] for line in lines]
    assert [json.loads(row["payload"]) for row in rows] == payloads
    assert [json.loads(one["longcase:payload"]) for one in logged] == payloads


def test_a_row_has_the_columns_of_the_timeline_as_it_is_believed(story: Store) -> None:
    rows = {int(row["version"]): row for row in cells(story.text("csv"))}
    assert list(rows[1]) == ["longcase_entry", "reference", *FIELDS, *COLUMNS[len(FIELDS) + 2 :]]
    assert json.loads(rows[2]["details"])["risk"] == "very high"
    assert json.loads(rows[2]["payload"])["risk"] == "high"
    assert (rows[5]["retracted_by"], json.loads(rows[5]["flags"])) == ("6", ["retracted"])
    assert json.loads(rows[2]["flags"]) == ["corrected"]


def test_a_corrected_time_is_told_beside_the_one_recorded_at_first() -> None:
    store = Store()
    store.clock.at(parse("2016-02-12T10:00:00Z"))
    by = Envelope("DC 1")
    cases.report(store.app, "C", by, category="other")
    cases.act(store.app, "C", "interview", by)
    amendments.correct(store.app, "C", 2, {}, by, occurred_at=parse("2016-02-11T10:00:00Z"))
    row = next(row for row in cells(store.text("csv")) if row["version"] == "2")
    assert (row["occurred_at"], row["first_occurred_at"]) == (
        "2016-02-11T10:00:00+00:00",
        "2016-02-12T10:00:00+00:00",
    )
    assert json.loads(row["details"])["before"] == {"occurred_at": "2016-02-12T10:00:00+00:00"}
    one = next(one for one in events(store.text("xes")) if one["longcase:version"] == "2")
    assert (one["time:timestamp"], one["longcase:occurred_at"]) == (row["occurred_at"], row["first_occurred_at"])
    assert (one["concept:name"], one["longcase:corrected_by"]) == ("interview", "3")


def test_only_what_was_known_and_had_occurred_is_exported(story: Store) -> None:
    def versions(as_at: str, known: str) -> list[int]:
        return sorted(line["version"] for line in items(story.text("jsonl", when(as_at), when(known))))

    everything = versions("2017-01-01T00:00", "2017-01-01T00:00")
    late = next(line for line in items(story.text("jsonl")) if line["occurred_at"] != line["recorded_at"])
    assert late["version"] in versions("2016-03-10T00:00", "2017-01-01T00:00")
    assert late["version"] not in versions("2016-03-10T00:00", "2016-03-10T00:00")
    assert versions("2017-01-01T00:00", "2016-02-12T09:20") == [1]
    assert versions("2016-02-12T09:20", "2017-01-01T00:00") == [1]
    assert versions("2016-01-01T00:00", "2017-01-01T00:00") == []
    assert len(everything) == len(items(story.text("jsonl")))


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_moment_gives_the_same_bytes(story: Store, form: str) -> None:
    assert story.text(form) == story.text(form)


def test_what_is_recorded_meanwhile_plays_no_part() -> None:
    """Not even if its source knew it long ago."""
    store = Store()
    for name in ("A", "B"):
        cases.report(store.app, name, Envelope("DC 1"), category="other")
    export = Export(Scope(store.ledger, Axes(LATER, LATER), AUDITOR))
    given = export.all()
    assert next(given).reference == "A"
    origin = Origin("log", "B", 0, recorded_at=0)
    second = store.app.entries(case_stream("B"))[0]
    event = msgspec.structs.replace(second.event, origin=origin)
    more = msgspec.structs.replace(second, version=2, position=0, command_id=b"x" * 16, event=event)
    store.ledger.insert_events([to_stored(more)])
    cases.report(store.app, "C", Envelope("DC 1"), category="other")
    assert [(case.reference, len(case.lines)) for case in given] == [("B", 1)]
    assert (export.cases, export.entries) == (2, 2)


def test_cases_come_in_the_order_in_which_they_were_recorded_or_named() -> None:
    store = Store()
    for number in range(1_500):
        cases.report(store.app, f"C{number}", Envelope("DC 1"), category="other")
    export = Export(Scope(store.ledger, Axes(LATER, LATER), AUDITOR))
    assert [case.reference for case in export.all()] == [f"C{number}" for number in range(1_500)]
    assert [case.reference for case in export.named(["C3", " C1 ", "C3"])] == ["C3", "C1"]
    with pytest.raises(NotFound):
        export.named(["C1", "D"])


def test_a_restricted_case_is_for_those_named(story: Store) -> None:
    cases.restrict(story.app, CASE, ["DC 2206"], Envelope("PS 0088"))
    for reader, seen in ((Reader("DC 2206"), 1), (AUDITOR, 1), (Reader("DC 7"), 0), (Reader(), 0)):
        export = Export(Scope(story.ledger, Axes(LATER, LATER), reader))
        assert (len(list(export.all())), export.withheld) == (seen, 1 - seen)
    # It is restricted now, whatever was known at the instant asked for.
    export = Export(Scope(story.ledger, Axes(when("2016-03-01T00:00"), when("2016-03-01T00:00")), Reader("DC 7")))
    assert (list(export.all()), export.withheld) == ([], 1)
    with pytest.raises(Refused, match="restricted"):
        export.named([CASE])


def test_an_empty_ledger_gives_an_empty_file_of_each_format(tmp_path: Path) -> None:
    store = Store()
    assert store.text("jsonl") == ""
    assert store.text("csv") == ",".join(COLUMNS) + "\r\n"
    assert events(store.text("xes")) == []
    for form in ("csv", "xes"):
        store.put(tmp_path / f"x.{form}")
        outcome = store.take(tmp_path / f"x.{form}")
        assert (outcome.own, outcome.complete, outcome.refused) == (True, True, [])


def nasty() -> Iterator[str]:
    yield from (chr(code) for code in (*range(32), 0x7F, 0x9B, 0x202E, 0xFEFF, 0xFFFE, 0xFFFF, 0xE0041))
    yield from ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\n=1+1", "\uff1d1+1", "'=1+1", '"=1+1"', "\\u0041")


def test_no_cell_is_a_formula_or_steers_a_terminal_and_each_comes_back() -> None:
    store = Store()
    texts = [text + " end" for text in nasty()]
    for number, text in enumerate(texts):
        by = Envelope("DC 1", reason=text)
        cases.report(store.app, f"={number}", by, category="other", source=text, summary=text)
    content = store.text("csv")
    assert {code for code in map(ord, content) if code < 32 or 126 < code < 160} == {10, 13}
    rows = cells(content)
    assert len(rows) == len(texts)
    for row in rows:
        assert not [cell for cell in row.values() if cell[:1] in "=+-@\t\r\n\uff1d" and cell]
    assert [unescaped(unguard_cell(row["reason"])) for row in rows] == texts
    assert [json.loads(row["payload"])["summary"] for row in rows] == texts


def test_a_log_holds_what_xml_cannot_and_still_is_xml() -> None:
    store = Store()
    kinds = [f"{text} end" for text in nasty()]
    for number, kind in enumerate(kinds):
        by = Envelope("DC 1", reason=kind)
        cases.report(store.app, f"C{number}", by, category="other", source=kind, summary=kind)
    content = store.text("xes")
    assert not {code for code in map(ord, content) if code < 32} - {10}
    reasons = [json.loads(one["longcase:payload"])["reason"] for one in events(content)]
    assert reasons == kinds


def test_the_name_of_an_imported_activity_is_escaped_so_that_it_can_be_undone(tmp_path: Path) -> None:
    names = ["a\x1bb", "c\\u0041", "d & <e> 'f' \"g\"", "h\u202e", "i\tj"]
    rows = "".join(
        f'C,"{name.replace(chr(34), chr(34) * 2)}",2016-02-12T09:00:0{n}Z\n' for n, name in enumerate(names)
    )
    (tmp_path / "x.csv").write_text("case id,activity,timestamp\n" + rows, newline="")
    store = Store()
    assert store.take(tmp_path / "x.csv").refused == []
    found = [one["concept:name"] for one in events(store.text("xes"))][1:]
    assert [unescaped(name) for name in found] == names
    assert found[0] == "a\\u001bb"


def test_a_log_is_valid_by_the_schema_of_the_standard(tmp_path: Path, story: Store) -> None:
    etree = pytest.importorskip("lxml.etree", reason="lxml judges a log by the schema: pip install lxml")
    schema = etree.XMLSchema(etree.parse(str(real("conformance", "xsd", "xes22.xsd"))))
    (tmp_path / "log.xes").write_text(LOG.format(trace("C", [event("a &amp; b", "1066-10-14T09:00:00Z")])))
    assert story.take(tmp_path / "log.xes").refused == []
    schema.assertValid(etree.fromstring(story.text("xes").encode()))


def test_a_log_has_the_parts_of_the_standard_in_their_order(story: Store) -> None:
    """What the schema would say of it, as far as this program's own logs can go wrong."""
    log = ET.fromstring(story.text("xes"))  # noqa: S314  (what this program wrote itself)
    assert log.tag == f"{XES}log"
    assert log.attrib["xes.version"] == "1849.2016"
    tags = [each.tag.removeprefix(XES) for each in log]
    assert list(dict.fromkeys(tags)) == ["extension", "classifier", "trace"]
    prefixes = {each.attrib["prefix"] for each in log.iter(f"{XES}extension")}
    used = {each.attrib["key"].partition(":")[0] for each in log.iter() if "key" in each.attrib}
    assert used <= prefixes
    for each in log.iter():
        if each.tag == f"{XES}date":
            assert parse(each.attrib["value"]) is not None
        if each.tag == f"{XES}int":
            assert int(each.attrib["value"]) > 0


def test_an_offset_with_seconds_is_told_in_utc() -> None:
    """As London's was before 1847, and as XML has no way of writing it."""
    assert date(parse("1840-01-01T12:00:00Z"), zone_of("Europe/London")) == "1840-01-01T12:00:00+00:00"
    assert date(parse("1940-07-01T12:00:00Z"), zone_of("Europe/London")) == "1940-07-01T13:00:00+01:00"


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    def broken() -> None:
        with whole_file(tmp_path / "x.csv", force=True) as out:
            out.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "x.csv").write_bytes(b"before")
    with pytest.raises(RuntimeError):
        broken()
    assert (tmp_path / "x.csv").read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]


def test_a_file_is_for_its_owner_alone_and_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with whole_file(path, force=False) as out:
        out.write(b"one")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageProblem, match="is there already"), whole_file(path, force=False) as out:
        out.write(b"two")
    assert path.read_bytes() == b"one"
    with whole_file(path, force=True) as out:
        out.write(b"two")
    assert path.read_bytes() == b"two"


def test_a_file_that_comes_to_be_there_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"

    def write_beside() -> None:
        with whole_file(path, force=False) as out:
            out.write(b"ours")
            path.write_bytes(b"theirs")

    with pytest.raises(UsageProblem, match="is there already"):
        write_beside()
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"theirs"]


def test_a_link_is_replaced_and_never_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "x.csv"
    target.write_bytes(b"precious")
    link.symlink_to(target)
    with pytest.raises(UsageProblem), whole_file(link, force=False):
        raise AssertionError
    with whole_file(link, force=True) as out:
        out.write(b"new")
    assert target.read_bytes() == b"precious"
    assert not link.is_symlink()
    assert link.read_bytes() == b"new"


def test_the_store_a_folder_and_a_device_are_never_replaced(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    store.write_bytes(b"store")
    os.mkfifo(tmp_path / "pipe")
    for path in (store, tmp_path, tmp_path / "pipe", Path(os.devnull)):
        with pytest.raises(UsageProblem), whole_file(path, force=True, spare=[store]):
            raise AssertionError
    with pytest.raises(UsageProblem, match="there is no folder"), whole_file(tmp_path / "a" / "b", force=True):
        raise AssertionError


def test_a_packed_file_holds_the_same_and_no_time(tmp_path: Path, story: Store) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        with whole_file(tmp_path / name, force=False) as out:
            write(
                Export(Scope(story.ledger, Axes(LATER, LATER), AUDITOR)).all(),
                "jsonl",
                out,
                UTC,
                lambda _count: None,
            )
    assert gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()).decode() == story.text("jsonl")
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()
