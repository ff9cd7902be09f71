"""References that differ in spelling alone, and names that are most like one that was typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity import case_stream
from domain.spelling import _LATIN, alike, did_you_mean, nearest, respelt, typed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

LETTERS = st.from_regex(r"[A-Z]{1,4}", fullmatch=True)
DIGITS = st.from_regex(r"[0-9]{1,5}", fullmatch=True)
PARTS = st.lists(st.one_of(LETTERS, DIGITS), min_size=1, max_size=3)
SEPARATORS = st.sampled_from(["-", " ", "/", "_", "."])
IN_LETTERS = st.sampled_from([str.upper, str.lower, str.title])


@st.composite
def two_spellings(draw: st.DrawFn) -> tuple[str, str]:
    parts = draw(PARTS)
    one, other = (draw(IN_LETTERS)(draw(SEPARATORS).join(parts)) for _ in range(2))
    return one, other


@given(two_spellings())
def test_two_spellings_of_one_reference_find_each_other(two: tuple[str, str]) -> None:
    """Whatever stands between the same parts, in capitals or not: each spelling is among those of the other."""
    one, other = two
    assert one == other or (other in respelt(one) and one in respelt(other))


@given(st.text(max_size=30))
def test_no_other_reference_is_among_them(reference: str) -> None:
    """Letters and digits look the same, in the same order; the reference itself is not among them."""

    def bare(text: str) -> str:
        return re.sub(r"[-\s/_.\u2010-\u2015\u2212]", "", text.casefold().upper().translate(_LATIN)).casefold()

    found = respelt(reference)
    assert reference not in found
    assert all(bare(one) == bare(reference) for one in found)
    assert len(found) < (900 if reference.isascii() else 1800)


@pytest.mark.parametrize(
    ("written", "there"),
    [
        ("IMG\u20110901", "IMG-0901"),
        ("IMG\u20130901", "IMG-0901"),
        ("IMG\xa00901", "IMG-0901"),
        ("IMG-0901", "IMG\u20110901"),
        ("42/0002\u201121", "42/0002/21"),
        ("\u0399\u039cG-0901", "IMG-0901"),
        ("\u0441\u0455\u0435-92", "CSE-92"),
    ],
)
def test_what_looks_the_same_is_found(written: str, there: str) -> None:
    """A hyphen or blank as programs set it, and letters of Greek and Cyrillic that look like Latin ones."""
    assert there in respelt(written)


def test_what_is_there_is_found_by_its_stream() -> None:
    """Only spellings in which something was recorded are returned."""
    there = {case_stream("IMG-0417"), case_stream("OTHER")}

    def recorded(streams: Sequence[bytes]) -> Collection[bytes]:
        return there & set(streams)

    assert alike("img 0417", recorded) == ["IMG-0417"]
    assert alike("IMG-0417", recorded) == []


def test_nearest_and_its_hint() -> None:
    """The names most like one come first, whatever their capitals; without any there is no hint."""
    assert nearest("dc 1471", ["DC 2206", "DC 1417"]) == ["DC 1417"]
    assert did_you_mean(nearest("x", ["DC 2206"])) == ()
    assert did_you_mean(["a", "b"]) == ("did you mean: a, b",)


def test_a_command_to_type_has_a_name_as_one_word() -> None:
    """It can be copied into a shell, whatever the name holds."""
    assert typed("report", "A-1", "--new") == "longcase report A-1 --new"
    assert typed("timeline", "a 1") == "longcase timeline 'a 1'"
