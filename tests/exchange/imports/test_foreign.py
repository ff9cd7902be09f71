"""An import takes a file whole, knows an event by its place, and loses nothing in silence."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC
from typing import TYPE_CHECKING, Any

import pytest

from domain.axes import Axes
from domain.codec import entry_of
from domain.errors import UsageProblem
from domain.identity import case_stream, kept_identifier
from domain.instant import DAY, parse, to_datetime
from exchange.imports import importer
from exchange.mapping.mapping import Mapping, check
from projections.queries.cases import CaseQuery, cases
from projections.runner.runner import Runner
from tests.exchange.roundtrip import LARGE, LOGS, mapping_of, same_rows
from tests.exchange.stores import LATER, Store, timeline_of
from tests.exchange.support import LOG, event, mapping_named, real, trace

if TYPE_CHECKING:
    from pathlib import Path

    from domain.event import Entry

LONG = os.environ.get("LONGCASE_LAWS") == "long"
CSV = "case id,activity,timestamp,resource\n"


def csv(folder: Path, rows: str, name: str = "log.csv") -> Path:
    path = folder / name
    path.write_text(CSV + rows, encoding="utf-8")
    return path


def xes(folder: Path, *traces: str, name: str = "log.xes") -> Path:
    path = folder / name
    path.write_text(LOG.format("".join(traces)), encoding="utf-8")
    return path


def case(store: Store, reference: str) -> list[Entry]:
    return [entry_of(row) for row in store.ledger.stream(case_stream(reference))]


def figures(runner: Runner, at: int, known: int) -> dict[str, Any]:
    """Work out the figures of the expected file from the population tables."""
    found = cases(runner, CaseQuery(Axes(at, known), sort="last_activity_at")).items
    quiet = cases(runner, CaseQuery(Axes(at, known), idle_before=at - 30 * DAY, limit=1)).total
    stamps = [to_datetime(item["last_activity_at"], UTC) for item in found]
    lines = sorted(
        f"{item['reference']}\t{item['last_activity']}\t{stamp.isoformat(timespec='milliseconds')}"
        for item, stamp in zip(found, stamps, strict=True)
    )
    oldest = [
        [item["reference"], item["last_activity"], stamp.isoformat()]
        for item, stamp in zip(found[:3], stamps, strict=False)
    ]
    return {
        "cases_started": len(found),
        "idle_gt_30d": quiet,
        "oldest3": oldest,
        "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
    }


@pytest.mark.slow
@pytest.mark.parametrize("log", LOGS)
def test_a_real_log_gives_the_expected_figures_and_adds_nothing_again(log: str, tmp_path: Path) -> None:
    """Through the population tables, as at three instants, by what is known now and by what was known then."""
    expected = json.loads(real("expected_asof.json").read_text())[f"files/{log}.xes.gz"]
    file, mapping = real(f"{log}.xes.gz"), mapping_of(log)
    store = Store(tmp_path / "store.db")
    outcome = store.take(file, mapping)
    assert outcome.refused == []
    assert (outcome.cases, outcome.events_read) == (expected["cases"], expected["events"])
    assert outcome.entries == expected["events"] + expected["cases"] == store.count()
    runner = Runner(store.ledger)
    runner.catch_up()
    for at in expected["asof"]:
        instant = parse(at["T"])
        for known in (LATER, instant):
            found = figures(runner, instant, known)
            assert found == {key: at[key] for key in found}
    again = store.take(file, mapping)
    assert (again.cases, again.entries, again.refused) == (0, 0, [])
    assert again.already_present == outcome.entries == store.count()


@pytest.mark.slow
@pytest.mark.parametrize("log", [log for log in LOGS if LONG or log not in LARGE])
def test_a_real_log_exported_to_xes_and_imported_again_is_the_same(log: str, tmp_path: Path) -> None:
    """Every entry but for its position and the instant at which this store took it; so every timeline.

    The largest logs have their turn with LONGCASE_LAWS=long, or ``python -m tests.exchange.roundtrip``.
    """
    first, second = Store(tmp_path / "1.db"), Store(tmp_path / "2.db")
    first.take(real(f"{log}.xes.gz"), mapping_of(log))
    first.put(tmp_path / "out.xes")
    outcome = second.take(tmp_path / "out.xes")
    assert outcome.refused == []
    assert outcome.entries == first.count()
    assert same_rows(first, second) == first.count()


@pytest.mark.slow
@pytest.mark.parametrize("form", ["jsonl", "csv", "xes"])
@pytest.mark.parametrize(
    ("name", "mapping"),
    [
        ("receipt.xes.gz", None),
        ("sepsis_eventdataR.csv", "sepsis_csv"),
        ("hospital_billing_10k.csv.gz", "hospital_billing"),
    ],
)
def test_a_real_log_has_the_same_timelines_after_each_format(
    name: str, mapping: str | None, form: str, tmp_path: Path
) -> None:
    first, second = Store(), Store()
    first.take(real(name), mapping_named(mapping) if mapping else None)
    first.put(tmp_path / f"out.{form}")
    assert second.take(tmp_path / f"out.{form}").refused == []
    assert same_rows(first, second) == first.count()
    for number, (was, now) in enumerate(zip(first.cases(), second.cases(), strict=True)):
        if number % 25 == 0:
            assert timeline_of(now) == timeline_of(was)


def test_events_make_entries_and_the_first_opens_the_case(tmp_path: Path) -> None:
    store = Store()
    path = xes(
        tmp_path, trace("C", [event("B", "2016-02-13T09:00:00Z"), event("A", "2016-02-12T09:12:00+01:00")])
    )
    outcome = store.take(path)
    assert (outcome.cases, outcome.entries, outcome.events_read, outcome.source) == (1, 3, 2, "log")
    entries = case(store, "C")
    assert [entry.name for entry in entries] == ["reported", "action-recorded", "action-recorded"]
    origins = [entry.event.origin for entry in entries]
    assert [(o.source, o.case, o.place, o.time, o.imported_by) for o in origins if o] == [
        ("log", "C", -1, "2016-02-12T09:12:00+01:00", "DC 9"),
        ("log", "C", 1, "2016-02-12T09:12:00+01:00", "DC 9"),
        ("log", "C", 0, "2016-02-13T09:00:00Z", "DC 9"),
    ]
    assert {entry.actor for entry in entries} == {"unknown"}
    assert {entry.event.via for entry in entries} == {"import"}


def test_exact_duplicates_are_kept_and_the_file_again_adds_nothing(tmp_path: Path) -> None:
    store, path = Store(), csv(tmp_path, "C,A,2016-02-12T09:12:00Z,x\n" * 3)
    assert store.take(path).entries == 4
    again = store.take(path)
    assert (again.entries, again.already_present) == (0, 4)


def test_a_longer_export_of_the_same_source_adds_what_is_new(tmp_path: Path) -> None:
    store = Store()
    store.take(csv(tmp_path, "C,A,2016-02-12T09:12:00Z,x\n"))
    outcome = store.take(
        csv(tmp_path, "C,A,2016-02-12T09:12:00Z,x\nC,B,2016-02-13T09:12:00Z,x\nD,A,2016-02-12T09:12:00Z,x\n")
    )
    assert (outcome.cases, outcome.entries, outcome.already_present, outcome.refused) == (1, 3, 2, [])


def test_a_case_in_two_traces_goes_on_in_an_empty_store_and_in_another(tmp_path: Path) -> None:
    """Whether the rows of the first trace have been inserted by then or not."""
    parts = [trace("C", [event("A")]), trace("D", [event("A")]), trace("C", [event("B")])]
    fresh, used = Store(), Store()
    used.take(xes(tmp_path, trace("X", [event("A")]), name="other.xes"))
    for store in (fresh, used):
        outcome = store.take(xes(tmp_path, *parts))
        assert (outcome.cases, outcome.entries, outcome.already_present, outcome.refused) == (2, 5, 0, [])
        assert [entry.version for entry in case(store, "C")] == [1, 2, 3]
        assert store.take(tmp_path / "log.xes").already_present == 5


def test_two_names_that_differ_in_white_space_are_one_case_and_both_are_kept(tmp_path: Path) -> None:
    store = Store()
    outcome = store.take(xes(tmp_path, trace("C", [event("A")]), trace(" C ", [event("A")])))
    assert (outcome.cases, outcome.entries, outcome.already_present) == (1, 3, 0)
    assert store.take(tmp_path / "log.xes").already_present == 3


def test_an_imported_case_goes_on_with_entries_made_here(tmp_path: Path) -> None:
    from application.commands.cases import act
    from application.envelope import Envelope

    store = Store()
    store.take(csv(tmp_path, "C,A,2016-02-12T09:12:00Z,x\n"))
    act(store.app, "C", "interview", Envelope("DC 1"))
    outcome = store.take(csv(tmp_path, "C,A,2016-02-12T09:12:00Z,x\nC,B,2016-02-13T09:12:00Z,x\n"))
    assert (outcome.entries, outcome.already_present) == (1, 2)
    assert [entry.version for entry in case(store, "C")] == [1, 2, 3, 4]


MAPPED = check(
    {
        "rule": [
            {"when": {"activity": "Seek"}, "event": "case.warrant-sought", "fields": {"warrant": "W1"}},
            {"when": {"activity": "Do"}, "event": "case.warrant-executed", "fields": {"warrant": "W1"}},
            {
                "when": {"activity": "Rate"},
                "event": "case.risk-assessed",
                "fields": {"risk": {"from": "resource"}},
            },
            {"when": {"activity": "Open"}, "event": "case.reported", "fields": {"category": "missing"}},
        ],
        "ends": ["Close"],
    },
    "mapped.toml",
)


def test_rules_make_events_and_the_impossible_is_refused_by_its_line(tmp_path: Path) -> None:
    rows = "".join(
        f"C,{name},2016-02-{day}T09:00:00Z,x\n"
        for day, name in enumerate(["Open", "Seek", "Do", "Rate", "Open", "Close", "Close"], 10)
    )
    store = Store()
    outcome = store.take(csv(tmp_path, rows), MAPPED)
    assert (outcome.cases, outcome.entries) == (1, 3)
    assert [(one.line, one.reason) for one in outcome.refused] == [
        (4, "warrant W1 cannot be executed: it is sought, and was never granted"),
        (5, "that makes no case.risk-assessed: there is no risk 'x'; one of: low, medium, high, very high"),
        (6, "case C has been reported already"),
        (8, "the case is resolved"),
    ]
    assert [entry.name for entry in case(store, "C")] == ["reported", "warrant-sought", "resolved"]


def test_what_only_a_rule_about_persons_is_against_is_stored_and_flagged(tmp_path: Path) -> None:
    mapping = check(
        {
            "rule": [{"when": {"activity": "Give"}, "event": "case.allocated", "fields": {"officer": "x"}}],
            "ends": ["Close"],
        },
        "m.toml",
    )
    store = Store()
    rows = "C,Give,2016-02-10T09:00:00Z,y\nC,Close,2016-02-11T09:00:00Z,x\n"
    assert store.take(csv(tmp_path, rows), mapping).refused == []
    assert any("owns the case" in flag for flag in timeline_of(case(store, "C"))[-1]["flags"])


def test_an_owner_who_took_the_allocation_back_and_closed_the_case_is_stored_and_flagged(tmp_path: Path) -> None:
    """As a command would have been refused."""
    given = {"when": {"activity": "Give"}, "event": "case.allocated", "fields": {"officer": "x"}}
    undone = {"when": {"activity": "Undo"}, "event": "case.entry-retracted", "fields": {"entry": 2}}
    mapping = check({"rule": [given, undone], "ends": ["Close"]}, "m.toml")
    store = Store()
    rows = "".join(
        f"C,{name},2016-02-{day}T09:00:00Z,{who}\n"
        for day, name, who in [(10, "Give", "y"), (11, "Undo", "x"), (12, "Close", "x")]
    )
    assert store.take(csv(tmp_path, rows), mapping).refused == []
    flags = timeline_of(case(store, "C"))[-1]["flags"]
    assert any(flag.endswith("so it stood before their own correction or retraction") for flag in flags)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("C,A,2999-01-01T00:00:00Z,x", "is in the future"),
        ("C,A,2016-02-12T09:00:00,x", "no zone was given"),
        ("C,,2016-02-12T09:00:00Z,x", "no activity"),
        (f"{'C' * 300},A,2016-02-12T09:00:00Z,x", "longer than 200 characters"),
        ("\x1b[2J,A,2016-02-12T09:00:00Z,x", "control or invisible character"),
        ("C,A,2016-02-12T09:00:00Z,\u202ex", "control or invisible character"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_and_the_rest_goes_on(
    tmp_path: Path, row: str, reason: str
) -> None:
    store = Store()
    outcome = store.take(csv(tmp_path, f"B,A,2016-02-12T09:00:00Z,x\n{row}\nD,A,2016-02-12T09:00:00Z,x\n"))
    assert (outcome.cases, outcome.entries) == (2, 4)
    assert [one.line for one in outcome.refused] == [3]
    assert reason in outcome.refused[0].reason
    assert outcome.complete


def test_an_attribute_that_cannot_be_stored_does_not_break_the_case(tmp_path: Path) -> None:
    """Half a character, which an odd encoding can smuggle in: the event is refused, those after it are taken."""
    path = tmp_path / "log.csv"
    path.write_bytes(
        b"case id,activity,timestamp\nC,A,2016-02-12T09:00:00Z\n"
        b"C,\\ud800,2016-02-13T09:00:00Z\nC,B,2016-02-14T09:00:00Z\n"
    )
    store = Store()
    outcome = store.take(path, Mapping(encoding="raw_unicode_escape"))
    assert (outcome.entries, [one.line for one in outcome.refused]) == (3, [3])
    assert [entry.version for entry in case(store, "C")] == [1, 2, 3]


def test_a_file_that_breaks_off_changes_nothing(tmp_path: Path) -> None:
    """Although its first cases had been given to the store by then."""
    store = Store(tmp_path / "store.db")
    path = xes(tmp_path, *(trace(str(n), [event("A")]) for n in range(10_000)))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - 2_000])
    outcome = store.take(path)
    assert not outcome.complete
    assert (outcome.cases, outcome.entries, outcome.events_read, store.count()) == (0, 0, 0, 0)
    assert outcome.refused[-1].line > 1
    path.write_bytes(content)
    assert store.take(path).entries == 20_000


def test_a_mapping_that_does_not_fit_at_all_refuses_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.imports.outcome.MOST_REFUSED", 10)
    store = Store()
    outcome = store.take(csv(tmp_path, "B,A,2016-02-12T09:00:00Z,x\n" + "C,A,noon,x\n" * 20))
    assert (outcome.complete, outcome.entries, store.count(), len(outcome.refused)) == (False, 0, 0, 11)
    assert "more than 10 of its events" in outcome.refused[-1].reason


@pytest.mark.parametrize("source", ["", "a\nb", "x" * 201])
def test_a_source_needs_a_name_that_can_be_seen(tmp_path: Path, source: str) -> None:
    path = csv(tmp_path, "B,A,2016-02-12T09:00:00Z,x\n")
    with pytest.raises(UsageProblem, match="name of the source"):
        Store().take(path, source=source)


def test_a_link_that_leads_out_of_its_folder_is_refused_and_one_within_is_followed(tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    (sent / "deeper").mkdir(parents=True)
    csv(tmp_path, "B,A,2016-02-12T09:00:00Z,x\n", "outside.csv")
    csv(sent / "deeper", "B,A,2016-02-12T09:00:00Z,x\n", "inside.csv")
    (sent / "out.csv").symlink_to("../outside.csv")
    (sent / "around.csv").symlink_to("deeper/../../outside.csv")
    (sent / "folder").symlink_to("..")
    (sent / "twice.csv").symlink_to("folder/outside.csv")
    (sent / "in.csv").symlink_to("deeper/inside.csv")
    for name in ("out.csv", "around.csv", "twice.csv"):
        outcome = Store().take(sent / name)
        assert not outcome.complete
        assert "leads out of its folder" in outcome.refused[0].reason
    assert Store().take(sent / "in.csv").entries == 2


def test_names_that_cannot_be_seen_are_refused_by_line_and_accents_are_composed(tmp_path: Path) -> None:
    """A file is held to what is typed; its other rows are taken."""
    store = Store(tmp_path / "store.db")
    day = "2016-01-01T00:00:00Z"
    file = csv(tmp_path, f"E\u0301-1,a,{day},DC\u2800\n\xc9-1,b,{day},DC 1\nX\u3164,a,{day},DC 1\n")
    outcome = store.take(file)
    assert [one.line for one in outcome.refused] == [2, 4]
    assert [entry.topic for entry in case(store, "\xc9-1")] == ["case.reported", "case.action-recorded"]


def test_a_file_that_an_earlier_version_took_is_known_again(tmp_path: Path, monkeypatch: Any) -> None:
    """Its names were kept to the letter, and nothing of it is refused or added now."""
    store = Store(tmp_path / "store.db")
    day = "2016-01-01T00:00:00Z"
    file = csv(tmp_path, f"E\u0301-1,a,{day},DC\u2800\nX\u3164,a,{day},DC 1\n")
    with monkeypatch.context() as before:
        before.setattr(importer.Taker, "checked", staticmethod(kept_identifier))
        assert store.take(file).refused == []
    count = store.count()
    again = store.take(file)
    assert (again.refused, again.entries, store.count()) == ([], 0, count)


def test_what_a_restriction_keeps_from_its_maker_is_stored_and_flagged(tmp_path: Path) -> None:
    """A file says that it has happened; the case is open, and everybody sees by whose hand."""
    mapping = check(
        {
            "rule": [
                {"when": {"activity": "Shut"}, "event": "case.restricted", "fields": {"to": ["DI 7"]}},
                {"when": {"activity": "Open"}, "event": "case.unrestricted"},
            ]
        },
        "m.toml",
    )
    rows = "A,Begin,2016-01-01T09:00Z,x\nA,Shut,2016-01-02T09:00Z,DI 7\nA,Open,2016-01-03T09:00Z,DC 9\n"
    store = Store(tmp_path / "s.db")
    assert store.take(csv(tmp_path, rows), mapping).refused == []
    lines = timeline_of(case(store, "A"))
    assert lines[-1]["flags"] == ["forbidden: the case is restricted, and this is not for DC 9 to do"]
    assert not any("restricted" in flag for line in lines[:-1] for flag in line["flags"])
