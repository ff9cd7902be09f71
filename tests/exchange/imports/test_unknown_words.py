"""Who acted, and words of the data that nothing knows: told with their count, or refused where that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.commands.officers import enrol
from application.envelope import Envelope
from domain.codec import entry_of
from domain.identity import case_stream
from exchange.imports.command import Asked, FileOutcome, import_file, mapping_for
from exchange.mapping.mapping import Mapping, check
from tests.exchange.stores import Store

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "case id,activity,timestamp,resource,offence\n"
ROWS = (
    "A,Open,2016-02-01T09:00:00Z,DC 1,indecent-images\n"
    "A,child-seen,2016-02-02T09:00:00Z,,\n"
    "B,Open,2016-02-01T09:00:00Z,DC 1,IIOC\n"
    "B,rang,2016-02-02T09:00:00Z,DC 1,\n"
    "B,rang,2016-02-03T09:00:00Z,DC 1,\n"
    "B,Give,2016-02-04T09:00:00Z,DC 1,\n"
)
MAPPING = check(
    {
        "rule": [
            {"when": {"activity": "Open"}, "event": "case.reported", "fields": {"category": {"from": "offence"}}},
            {"when": {"activity": "Give"}, "event": "case.allocated", "fields": {"officer": "DC 7"}},
        ]
    },
    "m.toml",
)


def take(
    store: Store, path: Path, text: str, mapping: Mapping | None = None, *, strict: bool = False
) -> FileOutcome:
    path.write_text(text, encoding="utf-8")
    asked = Asked(strict=strict)
    return import_file(store.app, path, mapping_for(mapping, None), Envelope("DC 9"), lambda _count: None, asked)


def actors(store: Store, reference: str) -> list[str]:
    return [entry_of(row).actor for row in store.ledger.stream(case_stream(reference))]


@pytest.mark.parametrize("fresh", [True, False])
def test_words_of_the_data_that_nothing_knows_are_told_with_their_count(tmp_path: Path, *, fresh: bool) -> None:
    store = Store()
    if not fresh:
        enrol(store.app, "DC 8", Envelope("DC 9"))
    outcome = take(store, tmp_path / "a.csv", HEAD + ROWS, MAPPING)
    assert outcome.refused == []
    assert outcome.notes == [
        "1 of 6 events name nobody: they are by 'unknown', and no entry can be given another person",
        "kinds in no vocabulary, so that no standard waits for them: 'rang' (2)",
        "categories in no vocabulary, so that no standard waits for them: 'IIOC' (1)",
        "officers in no register: 'DC 7' (1)",
    ]


def test_strictly_such_words_are_refused_by_their_line(tmp_path: Path) -> None:
    """A case whose report is refused is opened by its next event, as ever."""
    outcome = take(Store(), tmp_path / "a.csv", HEAD + ROWS, MAPPING, strict=True)
    assert [(one.line, one.reason) for one in outcome.refused] == [
        (4, "there is no category 'IIOC'"),
        (5, "there is no kind 'rang'"),
        (6, "there is no kind 'rang'"),
    ]
    assert (outcome.cases, outcome.entries) == (2, 4)


def test_a_registered_officer_is_no_news(tmp_path: Path) -> None:
    store = Store()
    enrol(store.app, "DC 7", Envelope("DC 9"))
    outcome = take(store, tmp_path / "a.csv", HEAD + ROWS, MAPPING)
    assert not any("register" in note for note in outcome.notes)


def test_what_the_first_object_leaves_empty_is_told_from_the_others(tmp_path: Path) -> None:
    """Which key is the person, and every other: all objects are looked at."""
    lines = (
        '{"case id": "A", "activity": "opened", "timestamp": "2016-07-01T10:00:00Z", "resource": null}\n'
        '{"case id": "A", "activity": "seen", "timestamp": "2016-07-02T10:00:00Z", "resource": "DC 7"}\n'
    )
    store = Store()
    outcome = take(store, tmp_path / "a.jsonl", lines)
    assert actors(store, "A") == ["unknown", "unknown", "DC 7"]
    assert outcome.nobody == 1
    nested = '{"case id": "B", "activity": "x", "timestamp": "2016-07-01T10:00:00Z", "user": "DC 7"}\n'
    outcome = take(store, tmp_path / "b.jsonl", lines + nested)
    assert not outcome.complete
    assert outcome.refused[-1].reason == "the column of the actor may be any of 'resource', 'user'"


@pytest.mark.parametrize("head", ["resource,user", "user,resource", "actor,performer"])
def test_two_headings_that_may_be_the_person_are_a_question(tmp_path: Path, head: str) -> None:
    """As they are for the case, the activity and the time; nothing is taken meanwhile."""
    text = f"case id,activity,timestamp,{head}\nA,opened,2016-05-01T10:00:00Z,DC 1,login1\n"
    store = Store()
    outcome = take(store, tmp_path / "a.csv", text)
    assert (outcome.complete, store.count()) == (False, 0)
    assert "the column of the actor may be any of" in outcome.refused[-1].reason
    assert outcome.hints[0].startswith("write in a mapping the one that is meant: actor = ")
    assert take(store, tmp_path / "a.csv", text, Mapping(actor=head.partition(",")[0])).refused == []
    assert actors(store, "A")[-1] == "DC 1"


def test_a_name_in_a_mapping_that_no_column_has_is_refused_with_what_is_near(tmp_path: Path) -> None:
    for mapping in (
        {"rule": [{"when": {"ofence": "x"}, "event": "case.returned"}]},
        {
            "rule": [
                {"when": {"activity": "x"}, "event": "case.allocated", "fields": {"officer": {"from": "ofence"}}}
            ]
        },
        {"keep": ["ofence"]},
    ):
        outcome = take(Store(), tmp_path / "a.csv", HEAD + ROWS, check(mapping, "m.toml"))
        assert not outcome.complete
        assert "there is no column 'ofence'" in outcome.refused[-1].reason
        assert outcome.hints == ["did you mean: offence"]


def test_a_name_in_a_mapping_that_no_object_has_is_told(tmp_path: Path) -> None:
    """Objects need not have all keys, so that it may be none of this file's."""
    line = '{"case id": "A", "activity": "opened", "timestamp": "2016-07-01T10:00:00Z", "resource": "DC 1"}\n'
    outcome = take(Store(), tmp_path / "a.jsonl", line, check({"keep": ["amuont"]}, "m.toml"))
    assert "nothing in the file is called 'amuont', as the mapping has it" in outcome.notes
