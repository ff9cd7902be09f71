"""A copy under another name is noticed, and so is what is added to the cases of others."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from application.commands.cases import report
from application.envelope import Envelope
from domain.codec import entry_of
from domain.identity import case_stream
from exchange.mapping.mapping import Mapping, Rule
from tests.exchange.stores import LATER, Store, timeline_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from exchange.imports.command import FileOutcome

HEAD = "case id,activity,timestamp,resource\n"
OPENED = "C,opened,2016-03-01T09:00:00Z,DC 1\n"
VISITED = "C,visited,2016-03-02T09:00:00Z,DC 1\n"
CLOSED = "C,closed,2016-03-03T09:00:00Z,DC 1\n"


def take(
    store: Store, folder: Path, name: str, rows: str, source: str | None = None, mapping: Mapping | None = None
) -> FileOutcome:
    path = folder / name
    path.write_text(HEAD + rows, encoding="utf-8")
    return store.take(path, mapping, source=source)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store()
    assert take(store, tmp_path, "desk.csv", OPENED + VISITED).entries == 3
    return store


@pytest.mark.parametrize("rows", [OPENED + VISITED, OPENED + VISITED + CLOSED, VISITED])
def test_a_copy_under_another_name_is_not_stored(store: Store, tmp_path: Path, rows: str) -> None:
    """As a browser makes one; nor a later export under a name of its own."""
    outcome = take(store, tmp_path, "desk (1).csv", rows)
    assert (outcome.complete, outcome.entries, store.count()) == (False, 0, 3)
    count = "2 of its events are" if OPENED in rows else "1 of its events is"
    assert outcome.refused[-1].reason == f"{count} in the store already, imported from 'desk'"
    assert [hint.partition(" if ")[0] for hint in outcome.hints] == ["--source desk", "--source 'desk (1)'"]


def test_a_source_renamed_in_the_mapping_is_noticed_too(store: Store, tmp_path: Path) -> None:
    outcome = take(store, tmp_path, "desk.csv", OPENED + VISITED, mapping=Mapping(source="north", keep=True))
    assert (outcome.complete, store.count()) == (False, 3)


def test_whoever_names_the_source_is_believed(store: Store, tmp_path: Path) -> None:
    same = take(store, tmp_path, "desk (1).csv", OPENED + VISITED + CLOSED, "desk")
    assert (same.entries, same.already_present, same.notes[:0]) == (1, 3, [])
    other = take(store, tmp_path, "desk (2).csv", OPENED + VISITED + CLOSED, "other")
    assert other.entries == 3
    assert "3 of its events were imported before from 'desk'; stored beside those: 3" in other.notes


def test_copies_that_could_not_be_taken_are_not_said_to_be_stored(tmp_path: Path) -> None:
    """A second report of the case is refused; what was done in it stands there twice."""
    rule = Rule(event="case.reported", when={"activity": "opened"}, fields={"category": "other"})
    store, rows = Store(), OPENED + VISITED
    take(store, tmp_path, "desk.csv", rows, mapping=Mapping(rule=[rule]))
    other = take(store, tmp_path, "desk (1).csv", rows, "other", mapping=Mapping(rule=[rule]))
    assert (other.entries, len(other.refused)) == (1, 1)
    assert "2 of its events were imported before from 'desk'; stored beside those: 1" in other.notes


def test_what_is_added_to_the_cases_of_others_is_told(store: Store, tmp_path: Path) -> None:
    report(store.app, "H", Envelope("DC 1"), category="missing")
    rows = "".join(f"{name},rang,2016-03-04T09:00:00Z,DC 2\n" for name in "CHN")
    outcome = take(store, tmp_path, "phone.csv", rows)
    assert "entries added to cases that were there already, opened by 'desk': 1, in 1 of them" in outcome.notes
    assert (
        "entries added to cases that were there already, opened by somebody here: 1, in 1 of them"
        in outcome.notes
    )
    assert (outcome.cases, outcome.entries, outcome.refused) == (1, 4, [])


def head_gone(text: str) -> str:
    return re.sub(r"<extension[^>]*>\n?", "", text)


def columns_turned(text: str) -> str:
    import csv
    import io

    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, sorted(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def keys_sorted(text: str) -> str:
    return "".join(json.dumps(json.loads(line), sort_keys=True) + "\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("form", "rewritten"), [("xes", head_gone), ("csv", columns_turned), ("jsonl", keys_sorted)]
)
def test_an_own_file_that_another_program_wrote_anew_adds_nothing(
    store: Store, tmp_path: Path, form: str, rewritten: Callable[[str], str]
) -> None:
    """It is known by what stands on every entry, not by a line of its head; in another store all comes back."""
    path = tmp_path / f"passed-on.{form}"
    path.write_text(rewritten(store.text(form)), encoding="utf-8", newline="")
    outcome = store.take(path)
    assert (outcome.own, outcome.entries, outcome.already_present, outcome.refused) == (True, 0, 3, [])
    other = Store()
    assert other.take(path).entries == 3
    first, second = ([entry_of(row) for row in one.ledger.stream(case_stream("C"))] for one in (store, other))
    assert timeline_of(first, LATER) == timeline_of(second, LATER)


def test_own_entries_among_those_of_another_program_refuse_the_file(store: Store, tmp_path: Path) -> None:
    line = '{"case": "D", "activity": "opened", "timestamp": "2016-03-01T09:00:00Z"}\n'
    path = tmp_path / "mixed.jsonl"
    path.write_text(line + store.text("jsonl"), encoding="utf-8")
    outcome = Store().take(path, Mapping(case="case", activity="activity", time="timestamp"))
    assert (outcome.complete, outcome.entries) == (False, 0)
    assert outcome.refused[-1].reason == "it holds entries that Longcase exported, among others"
