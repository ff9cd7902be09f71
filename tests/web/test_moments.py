"""The two instants in an address: four forms, each in its shortest spelling, and the form of the time bar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UsageProblem
from domain.instant import parse, zone_of
from presentation.instants import parse_axes
from web.moments import ANOTHER, NOW, THEN, Moment, moment_of, shortest

LONDON = zone_of("Europe/London")
CLOCK = parse("2016-09-30T12:00:00Z")
texts = st.sampled_from(["now", "2016-05-20", "2016-05-20T10:30", "yesterday", "-7d", "2016-05-20T10:30+01:00"])
given_or_not = st.none() | texts


def in_query(moment: Moment) -> dict[str, list[str]]:
    return {name: [text] for name, text in moment.pairs}


def axes_of(as_at: str | None, known_at: str | None) -> tuple[int, int]:
    return parse_axes(as_at, known_at, zone=LONDON, now=CLOCK).axes


@given(given_or_not, given_or_not)
def test_the_shortest_spelling_means_the_same(as_at: str | None, known_at: str | None) -> None:
    """What goes without saying is left out, and the command line's parser reads the same two instants."""
    short = shortest(as_at, known_at)
    assert axes_of(*short) == axes_of(as_at, known_at)
    assert shortest(*short) == short
    assert moment_of(in_query(short)) == short


@given(texts, st.sampled_from([NOW, THEN, ANOTHER]), texts)
def test_the_form_leads_to_an_address_that_fills_it_in_alike(text: str, by: str, on: str) -> None:
    """What the form sends and what its fields then show name the same two instants."""
    sent = moment_of({"moment": [text], "by": [by], "on": [on]})
    again = moment_of({"moment": [sent.text], "by": [sent.known_by], "on": [sent.known_on]})
    assert axes_of(*again) == axes_of(*sent)
    assert again == sent


def test_the_four_forms() -> None:
    """Now; a day by what is known now; by what was known then; by what was known on another day."""
    day, other = "2016-05-20", "2016-05-25"
    assert moment_of({}) == Moment()
    assert moment_of({"moment": [day], "by": ["now"]}).pairs == (("as-at", day),)
    assert moment_of({"moment": [day], "by": ["then"]}).pairs == (("known-at", day),)
    both = moment_of({"moment": [day], "by": ["on"], "on": [other]})
    assert both.pairs == (("as-at", day), ("known-at", other))
    assert [one.known_by for one in (Moment(), Moment(day), Moment(None, day), both)] == [
        "now",
        "now",
        "then",
        "on",
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"as-at": [""]},
        {"known-at": [" "]},
        {"as-at": ["now", "now"]},
        {"by": ["on"], "moment": ["2016-05-20"]},
        {"by": ["perhaps"]},
        {"moment": ["2016-05-20"], "as-at": ["2016-05-20"]},
        {"moment": ["a", "b"]},
    ],
)
def test_what_names_no_moment_is_refused(query: dict[str, list[str]]) -> None:
    """A blank, a second value and an unknown choice are told, and never taken for now."""
    with pytest.raises(UsageProblem):
        moment_of(query)
