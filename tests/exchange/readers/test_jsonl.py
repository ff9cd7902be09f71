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


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "it is empty"),
        ("\n\n", "it is empty"),
        (f"[\n{PLAIN}]", "it is one JSON array, where an object on each line is wanted"),
        ("[]", "it is one JSON array, where an object on each line is wanted"),
        (PLAIN.replace(" ", "\n  "), "no line of it is an object: ill-formed JSON"),
        (PLAIN.replace("\n", "\r") * 2, "no line of it is an object: ill-formed JSON: Extra data"),
    ],
)
def test_a_file_without_an_object_on_a_line_is_refused_in_words(
    tmp_path: Path, content: str, reason: str
) -> None:
    refused = jsonl(tmp_path, content).refused
    assert refused is not None
    assert reason in refused.refusal.reason
    assert not content.strip() or "jq -c" in refused.hints[0]


def test_what_json_does_not_have_is_refused_where_it_is_used(tmp_path: Path) -> None:
    read = jsonl(tmp_path, PLAIN.replace('"A"', "NaN") + GOOD % ', "n": NaN', Mapping(keep=["n"]))
    assert read.refusals[0].reason == "'case' is NaN, which JSON does not have"
    assert read.events[0].attributes == {"n": "NaN"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize("named", [False, True])
def test_a_wide_encoding_is_told_by_its_mark_or_its_nuls(tmp_path: Path, encoding: str, named: bool) -> None:
    content = (PLAIN + PLAIN.replace('"a"', '"Čas"')).encode(encoding)
    read = jsonl(tmp_path, content, Mapping(encoding=encoding) if named else None)
    assert [(one.activity, one.line) for one in read.events] == [("a", 1), ("Čas", 2)]


def test_wide_text_that_is_none_refuses_the_file_at_its_line(tmp_path: Path) -> None:
    content = PLAIN.encode("utf-16") + b"\x00\xd8\n\x00" + PLAIN.encode("utf-16-le")
    refused = jsonl(tmp_path, content).refused
    assert refused is not None
    assert refused.refusal.reason.startswith("the text is not utf-16")


def test_an_encoding_that_contradicts_the_mark_is_refused(tmp_path: Path) -> None:
    refused = jsonl(tmp_path, PLAIN.encode("utf-16"), Mapping(encoding="windows-1252")).refused
    assert refused is not None
    reason = "it begins with the mark of utf-16, where the mapping has encoding = 'windows-1252'"
    assert refused.refusal.reason == reason
