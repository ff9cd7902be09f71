"""JSON Lines: each object an event, its values as the source wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from exchange.mapping.mapping import Mapping
from exchange.readers.jsonl import LONGEST
from tests.exchange.support import Outcome, outcome_of

if TYPE_CHECKING:
    from pathlib import Path

GOOD = '{"case": "A", "activity": "a", "timestamp": "2016-02-12T09:12:00Z"%s}\n'
PLAIN = GOOD % ""


def jsonl(folder: Path, content: str | bytes, mapping: Mapping | None = None) -> Outcome:
    return outcome_of(folder, content, "log.jsonl", mapping)


def test_values_keep_the_text_of_the_source(tmp_path: Path) -> None:
    more = ', "n": 1.50, "big": 12345678901234567890, "t": true, "f": false, "none": null, "empty": ""'
    read = jsonl(tmp_path, GOOD % more, Mapping(keep=True))
    assert read.events[0].attributes == {
        "n": "1.50",
        "big": "12345678901234567890",
        "t": "true",
        "f": "false",
    }


def test_what_is_nested_has_names_of_its_own(tmp_path: Path) -> None:
    more = ', "a": {"b": 1, "c": [2, 3, {"d": 4}]}, "note": "x", "note": "y", "same": 1, "same": 1'
    read = jsonl(tmp_path, GOOD % more, Mapping(keep=True))
    assert read.events[0].attributes == {
        "a/b": "1",
        "a/c": "2",
        "a/c[2]": "3",
        "a/c[3]/d": "4",
        "note": "x",
        "note[2]": "y",
        "same": "1",
    }


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "ill-formed JSON"),
        ("[1]", "an object was expected"),
        ("12", "an object was expected"),
        ("[" * 100_000, "nested more than"),
        ('{"a":' * 100 + "1" + "}" * 100, "nested more than"),
        ('{"case": "A", "case": "B"}', "given twice"),
        (PLAIN.replace('"A"', '"\\ud800"'), "surrogates not allowed"),
        (PLAIN.replace('"A"', '"\\u0000"'), "a NUL character"),
        (PLAIN.replace('"case"', '"other"'), "no case: 'case' has no value"),
        (PLAIN.replace('"activity": "a"', '"activity": ""'), "no activity"),
    ],
)
def test_a_line_that_does_not_fit_is_refused_and_reading_goes_on(tmp_path: Path, line: str, reason: str) -> None:
    read = jsonl(tmp_path, f"{PLAIN}\n{line.strip()}\n{PLAIN}")
    assert [event.line for event in read.events] == [1, 4]
    assert read.lines == [3]
    assert reason in read.refusals[0].reason


def test_a_name_given_twice_with_different_values_is_refused_if_it_is_used(tmp_path: Path) -> None:
    read = jsonl(tmp_path, PLAIN + GOOD % ', "activity": "b"')
    assert read.lines == [2]
    assert read.refusals[0].reason == "'activity' is given twice, with different values"


def test_bytes_that_are_no_text_are_refused_by_their_line(tmp_path: Path) -> None:
    read = jsonl(tmp_path, PLAIN.encode() + b'{"case": "\xff"}\n' + PLAIN.encode())
    assert read.lines == [2]
    assert len(read.events) == 2


def test_a_mark_at_the_start_and_another_encoding_are_read(tmp_path: Path) -> None:
    assert len(jsonl(tmp_path, PLAIN.encode("utf-8-sig")).events) == 1
    old = (PLAIN % () if "%" in PLAIN else PLAIN).replace('"a"', '"ä"').encode("cp1252")
    assert jsonl(tmp_path, old, Mapping(encoding="cp1252")).events[0].activity == "ä"


def test_a_line_beyond_all_measure_refuses_the_file(tmp_path: Path) -> None:
    refused = jsonl(tmp_path, PLAIN + GOOD % f', "x": "{"y" * LONGEST}"').refused
    assert refused is not None
    assert refused.refusal.line == 2


def test_without_an_object_nothing_can_be_guessed(tmp_path: Path) -> None:
    refused = jsonl(tmp_path, "").refused
    assert refused is not None
    assert refused.hints[0] == 'write in a mapping: case = "..."'
