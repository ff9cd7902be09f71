"""What Longcase exported comes back as it was, and coming back twice adds nothing."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.commands import cases
from application.mapper import to_stored
from domain.cases import events as ev
from domain.event import known_at
from domain.instant import iso
from presentation.escaping import escaped, guard_cell, unescaped, unguard_cell
from tests.exchange.stores import LATER, Store, origins, timeline_of
from tests.exchange.support import LOG, event, trace
from tests.projections.story_store import CASE, warning
from tests.projections.story_store import Store as Told
from tests.strategies import histories, instants

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.event import Entry

FORMS = ("jsonl", "csv", "xes")
law = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def recorded(entries: list[Entry]) -> Store:
    """Return a store in which ``entries`` were recorded, each at its time."""
    store = Store()
    for entry in entries:
        store.clock.at(entry.recorded_at)
        store.ledger.insert_events([to_stored(entry)])
    store.clock.at(LATER)
    return store


def story() -> Store:
    """Return the store of a warning that waited, in which one entry was late, one corrected, one retracted."""
    return Store(app=warning(Told()).app)


def through(store: Store, form: str, folder: Path) -> tuple[Store, Path]:
    path = folder / f"out.{form}"
    store.put(path)
    other = Store()
    outcome = other.take(path)
    assert outcome.refused == []
    assert outcome.own
    return other, path


@law
@given(histories(), st.sampled_from(FORMS))
def test_a_history_comes_back_with_the_timeline_it_had(entries: list[Entry], form: str) -> None:
    """Whatever happened in it, in every format, at every pair of instants; and twice is once."""
    with tempfile.TemporaryDirectory() as folder:
        store = recorded(entries)
        other, path = through(store, form, Path(folder))
        [was], [again] = store.cases(), other.cases()
        assert timeline_of(again) == timeline_of(was)
        assert [entry.command_id for entry in again] == [entry.command_id for entry in was]
        for before, after in zip(origins(was), origins(again), strict=True):
            assert after == before or before is None
        for one in (store, other):
            count = one.count()
            outcome = one.take(path)
            assert (outcome.entries, outcome.already_present, outcome.refused) == (0, len(entries), [])
            assert one.count() == count


@pytest.mark.parametrize("form", FORMS)
def test_what_earlier_versions_let_be_corrected_comes_back(tmp_path: Path, form: str) -> None:
    """The relation of a link could be corrected once: such a correction is taken as it was recorded."""
    store = Told()
    store.at("2016-02-12T09:12", cases.report, CASE, category="other")
    store.at("2016-02-12T10:12", cases.plain, CASE, ev.Linked, other="F-1", relation="suspect")
    store.at("2016-02-12T11:12", cases.plain, CASE, ev.EntryCorrected, entry=2, values={"relation": "sibling"})
    was = Store(app=store.app)
    other, _ = through(was, form, tmp_path)
    assert [timeline_of(case) for case in other.cases()] == [timeline_of(case) for case in was.cases()]


@law
@given(histories(), st.data())
def test_what_was_known_at_any_instant_comes_back_too(entries: list[Entry], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = recorded(entries)
        other, _ = through(store, data.draw(st.sampled_from(FORMS)), Path(folder))
        [was], [again] = store.cases(), other.cases()
        for _ in range(3):
            as_at, known = data.draw(instants(entries)), data.draw(instants(entries))
            assert timeline_of(again, as_at, known) == timeline_of(was, as_at, known)


@law
@given(histories(), st.data())
def test_an_export_of_part_of_a_history_is_taken_or_refused_and_the_rest_completes_it(
    entries: list[Entry], data: st.DataObject
) -> None:
    """Every entry of the file is taken or refused with a reason; the whole file then brings what is missing."""
    form = data.draw(st.sampled_from(FORMS))
    as_at, known = data.draw(instants(entries)), data.draw(instants(entries))
    with tempfile.TemporaryDirectory() as folder:
        store, other = recorded(entries), Store()
        part, whole = Path(folder, f"part.{form}"), Path(folder, f"whole.{form}")
        exported = store.put(part, as_at=as_at, known=known).entries
        store.put(whole)
        first = other.take(part)
        if not exported and form == "jsonl":
            return  # nothing says what an empty file is
        assert first.entries + len(first.refused) == exported
        second = other.take(whole)
        assert second.refused == []
        assert second.already_present == first.entries
        [again] = other.cases()
        assert {one.command_id for one in again} == {one.command_id for one in entries}
        assert sorted(map(known_at, again)) == sorted(map(known_at, entries))


@pytest.mark.parametrize("form", FORMS)
def test_a_story_comes_back_entry_for_entry(tmp_path: Path, form: str) -> None:
    store = story()
    other, _ = through(store, form, tmp_path)
    [was] = store.cases()
    [now] = other.cases()
    assert timeline_of(now) == timeline_of(was)
    assert {one.event.via for one in now} == {"import"}
    origin = now[2].event.origin
    assert origin is not None
    assert (origin.source, origin.case, origin.place, origin.imported_by) == ("out", CASE, 2, "DC 9")
    assert iso(origin.recorded_at or 0) == "2016-02-29T11:00:00+00:00"


@pytest.mark.parametrize("form", FORMS)
def test_an_export_of_an_export_is_the_same_but_for_where_it_was_kept(tmp_path: Path, form: str) -> None:
    """What the second store exports, a third takes; and the second again gives the same bytes."""
    second, _ = through(story(), form, tmp_path)
    assert second.text(form) == second.text(form)
    third, path = through(second, form, tmp_path)
    assert [timeline_of(case) for case in third.cases()] == [timeline_of(case) for case in second.cases()]
    assert [origins(case) for case in third.cases()] == [origins(case) for case in second.cases()]
    assert second.take(path).entries == 0


@pytest.mark.parametrize("form", FORMS)
def test_an_imported_log_comes_back_with_its_origins(tmp_path: Path, form: str) -> None:
    log = tmp_path / "log.xes"
    log.write_text(LOG.format("".join(trace(str(n), [event("A"), event("B =1+1 \\u0041 é")]) for n in range(3))))
    store = Store()
    assert store.take(log).entries == 9
    other, _ = through(store, form, tmp_path)
    assert [timeline_of(case) for case in other.cases()] == [timeline_of(case) for case in store.cases()]
    assert [origins(case) for case in other.cases()] == [origins(case) for case in store.cases()]
    # The log itself adds nothing to what came back of it.
    assert other.take(log).entries == 0


def test_lines_in_any_order_are_put_in_theirs(tmp_path: Path) -> None:
    """Sorting an export in a spreadsheet, or two of them one after the other, loses nothing."""
    store = story()
    lines = store.text("jsonl").splitlines(keepends=True)
    (tmp_path / "x.jsonl").write_text("".join([*reversed(lines), "\n", *lines]))
    other = Store()
    outcome = other.take(tmp_path / "x.jsonl")
    assert (outcome.entries, outcome.already_present, outcome.refused) == (len(lines), len(lines), [])
    [was] = store.cases()
    assert [timeline_of(case) for case in other.cases()] == [timeline_of(was)]


def test_a_spreadsheet_with_semicolons_and_a_byte_order_mark_is_still_known(tmp_path: Path) -> None:
    import csv
    import io

    rows = list(csv.reader(io.StringIO(story().text("csv"), newline="")))
    with (tmp_path / "x.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    outcome = Store().take(tmp_path / "x.csv")
    assert (outcome.own, outcome.entries, outcome.refused) == (True, len(rows) - 1, [])


@pytest.mark.parametrize("form", ["jsonl", "csv", "xes"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_file_that_was_saved_in_a_wide_encoding_is_known(tmp_path: Path, form: str, encoding: str) -> None:
    """As shells do that write what a program says into a file of theirs."""
    store = story()
    (tmp_path / f"x.{form}").write_bytes(store.text(form).encode(encoding))
    outcome = store.take(tmp_path / f"x.{form}")
    assert (outcome.own, outcome.entries, outcome.refused) == (True, 0, [])
    assert outcome.already_present


def test_a_correction_follows_its_entry_to_its_new_number(tmp_path: Path) -> None:
    """The file has gaps: what it says of entry 6 is said of the entry that is now the fourth."""
    store = story()
    lines = [json.loads(line) for line in store.text("jsonl").splitlines()]
    # Without entry 4, on which nothing else rests.
    kept = [line for line in lines if line["version"] != 4]
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, kept)))
    other = Store()
    assert other.take(tmp_path / "x.jsonl").refused == []
    [case] = other.cases()
    assert [entry.version for entry in case] == list(range(1, len(lines)))
    amendments = [
        entry.event for entry in case if entry.topic in {"case.entry-retracted", "case.entry-corrected"}
    ]
    assert [msgspec.to_builtins(one)["entry"] for one in amendments] == [4, 2]


def test_two_stores_with_different_cases_of_one_name_are_not_mixed(tmp_path: Path) -> None:
    first, second = story(), story()
    first.put(tmp_path / "a.jsonl")
    before = [timeline_of(case) for case in second.cases()]
    outcome = second.take(tmp_path / "a.jsonl")
    assert outcome.entries == 0
    assert {one.reason for one in outcome.refused} == {
        f"the store has another case '{CASE}', which was reported by itself"
    }
    assert [timeline_of(case) for case in second.cases()] == before


def changed(change: Callable[[dict[str, Any]], object], number: int = 1) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [json.loads(line) for line in story().text("jsonl").splitlines()]
    change(next(line for line in lines if line["version"] == number))
    return lines


def payload(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda line: line["payload"].update(values)


def header(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda line: line.update(values)


@pytest.mark.parametrize(
    ("number", "change", "reason"),
    [
        (2, header(longcase_entry=2), "shape 2 of Longcase's entries"),
        (2, header(version=0), "version is no number"),
        (2, header(version=1), "is missing from the file|two different entries 1"),
        (2, header(event="case.unheard-of"), "no event of a case"),
        (2, header(event="officer.left"), "no event of a case"),
        (2, header(schema=9), "has schema 9"),
        (2, header(command_id="x"), "command id is no UUID"),
        (2, header(actor=""), "does not say who acted"),
        (2, header(actor="a\x1b[2J"), "control or invisible character"),
        (2, header(role="\u202e"), "control or invisible character"),
        (2, payload(on_behalf_of="\u202e"), "control or invisible character"),
        (2, header(occurred_at="2999-01-01T00:00:00Z"), "in the future"),
        (2, header(occurred_at="noon"), "noon"),
        (2, header(known_at=""), "since when it was known"),
        (2, header(reference=None), "it is no entry"),
        (2, header(payload=[1]), "payload cannot be read"),
        (2, payload(risk="extreme"), "payload cannot be read"),
        (2, payload(mood="fair"), "a field 'mood'"),
        (1, payload(reference="OTHER"), "the report is that of another case"),
        (6, payload(entry=1), "the report itself cannot be retracted"),
        (6, payload(entry=77), "amends entry 77"),
        (6, payload(entry=6), "amends entry 6"),
        (7, payload(values={"risk": "extreme"}), "is no risk-assessed"),
        (7, payload(values={"actor": "me"}), "cannot be corrected"),
        (7, payload(values={"occurred_at": "noon"}), "the instant of a correction"),
        (7, payload(values={"occurred_at": 1 << 62}), "the instant of a correction"),
    ],
)
def test_an_entry_that_was_tampered_with_is_refused_by_its_line(
    tmp_path: Path, number: int, change: Callable[[dict[str, Any]], object], reason: str
) -> None:
    """And what is taken can be read: no file makes a case that nobody can open."""
    lines = changed(change, number)
    (tmp_path / "x.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    other = Store()
    outcome = other.take(tmp_path / "x.jsonl")
    assert outcome.refused
    assert outcome.entries + len(outcome.refused) == len(lines)
    assert any(part in outcome.refused[0].reason for part in reason.split("|"))
    for case in other.cases():
        timeline_of(case)


def test_an_entry_that_says_something_else_than_the_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(story().text("jsonl"))
    store = Store()
    store.take(tmp_path / "x.jsonl")
    text = (tmp_path / "x.jsonl").read_text().replace('"risk":"high"', '"risk":"low"')
    (tmp_path / "x.jsonl").write_text(text)
    outcome = store.take(tmp_path / "x.jsonl")
    assert (outcome.entries, len(outcome.refused)) == (0, 1)
    assert "has the same command id and says otherwise" in outcome.refused[0].reason


def test_a_command_id_of_another_case_refuses_the_file_whole(tmp_path: Path) -> None:
    text = story().text("jsonl")
    (tmp_path / "x.jsonl").write_text(text + text.replace(CASE, "IMG-0418"))
    store = Store()
    outcome = store.take(tmp_path / "x.jsonl")
    assert not outcome.complete
    assert "command id" in outcome.refused[0].reason
    assert store.count() == 0


def test_a_log_that_a_newer_version_made_is_refused_whole(tmp_path: Path) -> None:
    text = story().text("xes").replace("urn:longcase:xes:1", "urn:longcase:xes:2")
    (tmp_path / "x.xes").write_text(text)
    outcome = Store().take(tmp_path / "x.xes")
    assert not outcome.complete
    assert "shape 2" in outcome.refused[0].reason


def test_a_text_of_a_million_bytes_comes_back(tmp_path: Path) -> None:
    """Of the characters that grow most where they are escaped."""
    from application.commands import cases
    from application.envelope import Envelope

    store = Store()
    cases.report(store.app, "A", Envelope("x"), category="other", summary="'<\x01\"\n" * 200_000)
    for form in FORMS:
        other, _ = through(store, form, tmp_path)
        assert [timeline_of(case) for case in other.cases()] == [timeline_of(case) for case in store.cases()]


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\\uU0123456789abcdef=+-@'\t\n"))


@given(ANY_TEXT)
def test_what_was_made_safe_for_a_cell_comes_back(text: str) -> None:
    assert unescaped(unguard_cell(guard_cell(escaped(text)))) == text
    assert unescaped(escaped(text, "\x00-\x08\ufffe\uffff")) == text


NASTY = ["\x1b[2J", "=cmd|' /C calc'!A0", "a\x00b\r\nc", "\u202e\ufeff", "\ufffe\uffff \U000e0041", "\\u0041\\"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("nasty", NASTY)
def test_a_text_that_would_do_harm_comes_back_to_the_letter(tmp_path: Path, form: str, nasty: str) -> None:
    from application.commands import amendments, cases
    from application.envelope import Envelope

    store = Store()
    by = Envelope("DC 1", reason=nasty)
    cases.report(store.app, "=A'1", by, category="other", summary=nasty, source=nasty, crime_reference=nasty)
    cases.act(store.app, "=A'1", "interview", by, outcome=nasty, text=nasty)
    amendments.correct(store.app, "=A'1", 2, {"text": nasty + "!"}, by)
    other, path = through(store, form, tmp_path)
    assert [timeline_of(case) for case in other.cases()] == [timeline_of(case) for case in store.cases()]
    content = path.read_bytes()
    assert not {byte for byte in content if byte < 32} - {10, 13}
