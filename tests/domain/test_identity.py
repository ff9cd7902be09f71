"""Identifiers and streams: pinned, since every store rests on them."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.errors import Refused
from domain.identity import (
    case_stream,
    command_id,
    comparable,
    identifier,
    import_id,
    import_prefix,
    officer_stream,
    projection_stream,
)

BLANKS = "\ufe0f\u034f\u3164\u115f\u17b4\U000e0100\u2800\U0001d159"


def test_streams_are_what_they_have_always_been() -> None:
    """A case is found by its reference for ever, by a UUID of version 5."""
    assert case_stream("IMG-0417").hex() == "d42aa9fe96f2590894bc6d91405ff482"
    assert officer_stream("DC 1417").hex() == "40b13f2cd74853a5ac7a2e67eaee6cb9"
    assert projection_stream("cases").hex() == "7d1955a7a80c5865b33b1aab07fefb46"
    assert UUID(bytes=case_stream("x")).version == 5


def test_officers_are_one_person_in_any_spelling_and_cases_are_not() -> None:
    """References are kept to the letter."""
    assert officer_stream("DC 1417") == officer_stream(" dc1417")
    assert case_stream("img-1") != case_stream("IMG-1")
    assert case_stream("x") != officer_stream("x") != projection_stream("x")


def test_a_commands_id_is_the_uuid_that_was_given_or_one_made_of_the_text() -> None:
    """In any of the forms of a UUID."""
    given = UUID(int=5)
    assert command_id(str(given)) == command_id(given.hex) == command_id(f"urn:uuid:{given}") == given.bytes
    assert command_id("row 17") == command_id("row 17") != command_id("row 18")
    assert len(command_id("")) == 16


def test_imported_entries_are_known_by_source_case_and_place() -> None:
    """No two places share an id, and the report that was made up for a case has one of its own."""
    prefix = import_prefix("log", "C 1")
    assert prefix.hex() == "85d381261f50f4fee5426d33"
    assert [import_id(prefix, place)[12:] for place in (-1, 0, 258)] == [bytes(4), b"\0\0\0\1", b"\0\0\1\3"]
    assert len({import_prefix(*one) for one in (("log", "C 1"), ("log", "C 2"), ("log2", "C 1"))}) == 3


@pytest.mark.parametrize("text", ["a", " IMG-0417 ", "DC 1417", "Zoë", "判例", "x" * 200])
def test_what_can_be_seen_is_an_identifier(text: str) -> None:
    """Without the white space around it."""
    assert identifier(text, "the reference") == text.strip()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the reference is empty"),
        (" \t\n", "the reference is empty"),
        ("x" * 201, "longer than 200 characters"),
        ("a\nb", "control or invisible character"),
        ("a\x00b", "control or invisible character"),
        ("a\u202eb", "control or invisible character"),
        ("a\u00adb", "control or invisible character"),
        ("a\udcffb", "control or invisible character"),
        *((f"a{one}b", "control or invisible character, U") for one in BLANKS),
        ("\u0301a", "a combining mark on nothing, U.0301"),
        ("a \u0301b", "a combining mark on nothing, U.0301"),
    ],
)
def test_what_cannot_be_seen_is_none(text: str, words: str) -> None:
    """It would look like another, or break a line."""
    with pytest.raises(Refused, match=words):
        identifier(text, "the reference")


def test_a_new_identifier_is_composed() -> None:
    """One picture has one spelling, whichever system it was typed on."""
    assert identifier("E\u0301-1", "the reference") == "\xc9-1"
    assert comparable("E\u0301-1") == comparable("\xe9 -1")
