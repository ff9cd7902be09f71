"""Words as they are looked for: accents and punctuation, phrases, beginnings, and what bytes may hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cases.events import ActionRecorded
from domain.codec import encode
from domain.errors import UsageProblem
from projections.finding.folding import folded, places
from projections.finding.search_terms import SearchTerms
from projections.finding.texts import LONGEST, context, fields_named

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("o'brien", "Ms O'Brien"),
        ("o'brien", "Ms O\u2019BRIEN"),
        ("o'brien", "Ms O Brien"),
        ("zoe", "Zoë and Zoe\u0308"),
        ("ZOË", "zoe"),
        ("lodz", "from Łódź"),
        ("strasse", "Hauptstraße; STRASSE"),
        ("sian", "Siân Llŷr"),
        ("interv", "she was interviewed"),
        ("img-0417", "as in IMG 0417"),
        ('"said nothing"', "he said,\nnothing more"),
        ("nothing said", "he said nothing"),
        ("حمد", "قال حَمْد"),
        ("田", "鈴木田中"),
        ("hidden", "hid\u200bden"),
    ],
)
def test_what_is_found(typed: str, text: str) -> None:
    """However it was typed and however it was written."""
    assert all(SearchTerms.read([typed]).within(text))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("ann", "it was planned"),
        ('"nothing said"', "he said nothing"),
        ('"said noth ing"', "he said nothing"),
        ('"said nothing"', "he saidnothing"),
        ("said nobody", "he said nothing"),
        ("o'brien", "Obama and Brien"),
    ],
)
def test_what_is_not(typed: str, text: str) -> None:
    """A word is found by its beginning, a phrase in its order, and all of them must be there."""
    assert not all(SearchTerms.read([typed]).within(text))


@pytest.mark.parametrize("typed", [[""], ["..."], ["\u200b"], ['"said'], ['"', '"']])
def test_no_words(typed: list[str]) -> None:
    """What has no letter or digit is refused, and so is a phrase that does not end."""
    with pytest.raises(UsageProblem):
        SearchTerms.read(typed)


def test_fields_by_name() -> None:
    """All that people write in, unless others are named; a name that is none is refused with the nearest."""
    assert {"summary", "text", "reason", "grounds", "outcome"} < fields_named(())
    assert "kind" not in fields_named(())
    assert fields_named(["summary,kind", "crime-reference"]) == {"summary", "kind", "crime_reference"}
    with pytest.raises(UsageProblem) as refused:
        fields_named(["sumary"])
    assert refused.value.hints == ("did you mean: summary",)


@given(TEXT)
def test_places_are_those_of_the_folded_text(text: str) -> None:
    """One for each character, in order; what is folded again is the same."""
    where = list(places(text))
    assert len(where) == len(folded(text))
    assert where == sorted(where)
    assert folded(folded(text)) == folded(text)


@given(TEXT, TEXT, st.data())
def test_bytes_that_hold_the_words_are_never_passed_over(before: str, text: str, data: st.DataObject) -> None:
    """Whatever a text is made of: what is found in it may be in its payload, whole and word by word."""
    begin = data.draw(st.integers(0, len(text)))
    typed = text[begin : data.draw(st.integers(begin, len(text)))].replace('"', "")
    try:
        words = SearchTerms.read([typed])
    except UsageProblem:
        return
    event = ActionRecorded(kind="note", text=f"{before} {text}", outcome=before)
    if all(words.within(event.text or "")):
        assert words.may_be_in(encode(event))
        assert all(one.may_be_in(encode(event)) for one in words.each())


@given(st.lists(st.sampled_from(["word", "O\u2019Brien", "x" * 90, "é"]), min_size=1, max_size=120), st.data())
def test_a_context_is_a_part_of_the_text(parts: list[str], data: st.DataObject) -> None:
    """No longer than it may be, with signs where it is cut, and marks on what was found."""
    text = " ".join(parts)
    words = SearchTerms.read([data.draw(st.sampled_from(parts))])
    spans = words.within(text)[0]
    shown, marks = context(text, spans)
    assert len(shown) <= LONGEST + 2
    assert shown.strip("…") in text
    first = text[slice(*spans[0])]
    assert shown[slice(*marks[0])] == first[: marks[0][1] - marks[0][0]]
    assert all(0 <= begin < end <= len(shown) for begin, end in marks)
