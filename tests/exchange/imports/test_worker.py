"""A file read by another process comes to the same as one read here: entries, refusals, notes, to the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.errors import StoreError
from exchange.imports import worker
from exchange.mapping.mapping import Mapping, check
from ledger.entry import leaf_hash_v1
from ledger.workers.process import run_in_process
from tests.exchange.stores import Store
from tests.exchange.support import LOG, attribute, event, mapping_named, real, trace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from exchange.imports.command import FileOutcome

FUTURE = "2300-01-01T00:00:00Z"
MAPPED = {
    "source": "police",
    "keep": ["note", "case:channel"],
    "ends": ["Close"],
    "rule": [
        {"when": {"activity": "Assess"}, "event": "case.risk-assessed", "fields": {"risk": {"from": "level"}}},
        {
            "when": {"activity": "Assign"},
            "event": "case.allocated",
            "fields": {"officer": {"from": "org:resource"}},
        },
        {"when": {"activity": "Execute"}, "event": "case.warrant-executed", "fields": {"warrant": "W1"}},
    ],
}


def days(*names: str) -> list[str]:
    return [event(name, f"2016-03-{day:02}T09:00:00Z") for day, name in enumerate(names, start=1)]


def log(folder: Path, *traces: str, name: str = "log.xes") -> Path:
    path = folder / name
    path.write_text(LOG.format("".join(traces)), encoding="utf-8")
    return path


def contents(store: Store) -> list[Any]:
    there: list[Any] = list(store.ledger.select_notifications(None, 1 << 40))
    return [row._replace(leaf=leaf_hash_v1(row), salt=b"") for row in there]  # (each salt is drawn)


class Both:
    """Takes a file into two stores, read here and read aside."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.here, self.there = Store(folder / "here.db"), Store(folder / "there.db")
        self.asked: list[tuple[Any, ...]] = []
        self._patch = monkeypatch
        monkeypatch.setattr(worker, "possible", lambda: True)
        monkeypatch.setattr(worker, "run_in_process", self._ask)

    def _ask(self, *arguments: Any) -> Iterator[Any]:
        self.asked.append(arguments)
        return run_in_process(*arguments)

    def take(self, path: Path, mapping: Mapping | None = None) -> FileOutcome:
        """Take ``path`` both ways, assert that all came to the same, and return the outcome."""
        self._patch.setattr(worker, "LARGE", 1 << 60)
        here = self.here.take(path, mapping)
        assert self.asked == []
        self._patch.setattr(worker, "LARGE", 1)
        there = self.there.take(path, mapping)
        assert len(self.asked) == 1
        assert there == here
        assert contents(self.there) == contents(self.here)
        return there


@pytest.fixture
def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Both]:
    both = Both(tmp_path, monkeypatch)
    yield both
    both.here.ledger.close()
    both.there.ledger.close()


def test_a_plain_log(both: Both, tmp_path: Path) -> None:
    """More traces than travel together."""
    traces = [trace(f"CASE-{number}", days("A", "B", "C")) for number in range(worker._TOGETHER * 2 + 3)]
    outcome = both.take(log(tmp_path, *traces))
    cases = len(traces)
    assert (outcome.cases, outcome.entries, outcome.events_read) == (cases, cases * 4, cases * 3)
    assert (outcome.refused, outcome.complete) == ([], True)


def test_rules_of_a_mapping(both: Both, tmp_path: Path) -> None:
    """Each entry is checked in the state in which it occurred, there as here; one of them could not be."""
    events = [
        event("Assess", "2016-03-01T09:00:00Z", attribute("level", "high"), attribute("note", "n\u00f6te")),
        event("Assign", "2016-03-02T09:00:00Z", attribute("org:resource", "DC 1417")),
        event("Call", "2016-03-03T09:00:00Z", attribute("unused", "1")),
        event("Execute", "2016-03-04T09:00:00Z"),
        event("Close", "2016-03-05T09:00:00Z"),
    ]
    mapping = check(MAPPED, "police.toml")
    path = log(tmp_path, trace("A", events, attribute("channel", "web")), trace("B", events[:2]))
    outcome = both.take(path, mapping)
    assert {row.topic for row in contents(both.there)} > {"case.risk-assessed", "case.allocated", "case.resolved"}
    assert len(outcome.refused) == 1
    assert outcome.source == "police"


@pytest.mark.parametrize("mapped", [False, True])
def test_a_case_in_two_traces(both: Both, tmp_path: Path, *, mapped: bool) -> None:
    """Only the first can be told without the ledger; the others come in their place, with their places."""
    traces = [
        trace("A", days("A", "B"), attribute("channel", "web")),
        trace("B", days("C", "D")),
        trace("A", days("E")),
        trace(" A ", days("F")),
        trace("C", days("G")),
        trace("B", days("H", "I"), attribute("channel", "post")),
    ]
    outcome = both.take(log(tmp_path, *traces), check(MAPPED, "police.toml") if mapped else None)
    assert (outcome.cases, outcome.refused) == (3, [])
    assert outcome.entries == 9 + 3


def test_refusals_come_in_the_same_order(both: Both, tmp_path: Path) -> None:
    """Those of the reader among those of the importer, in a file of many pieces."""

    def some(number: int) -> list[str]:
        return [
            trace(f"A{number}", [event("A", FUTURE), *days("B")]),
            trace(f"B{number}", [event("A", "yesterday"), *days("B")]),
            trace("  ", days("X", "Y")),
            trace(f"C{number}", [event("A", "2016-13-01"), event("C", FUTURE)]),
            trace(f"D{number}", [event("A", "2016-03-01T09:00:00Z", attribute("org:resource", "a\u202eb"))]),
            trace(f"A{number}", [event("Late", FUTURE), *days("Z")]),
            "<trace>\n" + event("no name") + "</trace>\n",
            trace(f"E{number}", days("F")),
            trace("EMPTY"),
        ]

    outcome = both.take(log(tmp_path, *(one for number in range(200) for one in some(number))))
    assert outcome.complete
    assert len(outcome.refused) > 200 * 8


def test_csv(both: Both, tmp_path: Path) -> None:
    """What was guessed about the file, and what was left behind, is told the same."""
    path = tmp_path / "log.csv"
    rows = "".join(f"CASE-{n % 7};St\u00e4p {n};2016-03-01 10:{n:02};DC {n % 3};x{n}\n" for n in range(60))
    path.write_bytes(f"case id;activity;timestamp;resource;colour\n{rows};step;;;\n".encode("windows-1252"))
    outcome = both.take(path, check({"zone": "Europe/London"}, "zone.toml"))
    assert outcome.cases == 7
    assert outcome.notes
    assert outcome.not_kept == ["colour"]
    assert len(outcome.refused) == 1


def test_json_lines(both: Both, tmp_path: Path) -> None:
    """A line that is no object among those that are."""
    path = tmp_path / "log.jsonl"
    line = '{{"case": "A", "activity": "step {0}", "timestamp": "2016-03-01T10:{0:02}:00Z"}}\n'
    path.write_text("".join(line.format(n) for n in range(30)) + "[1]\n" + line.format(31), encoding="utf-8")
    outcome = both.take(path)
    assert (outcome.cases, outcome.entries, len(outcome.refused)) == (1, 32, 1)


@pytest.mark.parametrize("end", ["", "<trace>", "<!-- ", "&nope;"])
def test_a_file_that_cannot_be_read_to_its_end_changes_nothing(both: Both, tmp_path: Path, end: str) -> None:
    """However much of it had arrived; what was refused on the way is told, then the file."""
    traces = [trace("BAD", [event("A", "yesterday")]), *(trace(f"C{n}", days("A")) for n in range(1_200))]
    path = log(tmp_path, *traces)
    path.write_text(path.read_text(encoding="utf-8").replace("</log>\n", end), encoding="utf-8")
    outcome = both.take(path)
    assert (outcome.complete, outcome.cases, outcome.entries) == (False, 0, 0)
    assert len(outcome.refused) == 2
    assert contents(both.there) == []
    assert not both.there.ledger.connection.in_transaction


def test_more_refusals_than_any_sound_file_has(
    both: Both, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is refused, with the same list and the same advice."""
    monkeypatch.setattr("exchange.imports.outcome.MOST_REFUSED", 10)
    outcome = both.take(log(tmp_path, trace("A", days("B")), trace("B", [event("A", "yesterday")] * 30)))
    assert (outcome.complete, len(outcome.refused)) == (False, 11)
    assert "more than 10 of its events" in outcome.refused[-1].reason
    assert outcome.hints


@pytest.mark.parametrize("name", ["receipt.xes.gz", "sepsis_eventdataR.csv"])
def test_a_real_log(both: Both, name: str) -> None:
    """Some thousand cases."""
    mapping = mapping_named("sepsis_csv") if name.endswith("csv") else None
    outcome = both.take(real(name), mapping)
    assert outcome.refused == []
    assert outcome.cases > 1_000


@pytest.mark.parametrize("instead", [("os", "_exit", 0), ("builtins", "int", "x")])
def test_if_the_other_process_fails_nothing_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instead: tuple[Any, ...]
) -> None:
    """The error names the file."""
    monkeypatch.setattr(worker, "LARGE", 1)
    monkeypatch.setattr(worker, "possible", lambda: True)
    monkeypatch.setattr(worker, "run_in_process", lambda *_: run_in_process(*instead))
    store = Store(tmp_path / "s.db")
    path = log(tmp_path, trace("A", days("B")))
    with pytest.raises(StoreError, match=r"log\.xes could not be read: "):
        store.take(path)
    assert contents(store) == []
    monkeypatch.setattr(worker, "run_in_process", run_in_process)
    assert store.take(path).entries == 2
    store.ledger.close()


def test_only_a_large_file_is_worth_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And only one that is there, where two things can be done at once."""
    monkeypatch.setattr(worker, "possible", lambda: True)
    path = log(tmp_path, trace("A"))
    assert not worker.worthwhile(path)
    monkeypatch.setattr(worker, "LARGE", path.stat().st_size)
    assert worker.worthwhile(path)
    assert not worker.worthwhile(tmp_path / "none.xes")
    monkeypatch.setattr(worker, "possible", lambda: False)
    assert not worker.worthwhile(path)


def test_a_store_that_has_entries_reads_here(tmp_path: Path, both: Both) -> None:
    """What is present already can be told by the ledger alone."""
    path = log(tmp_path, trace("A", days("B", "C")))
    both.take(path)
    again = both.there.take(path)
    assert (again.entries, again.already_present, len(both.asked)) == (0, 3, 1)
