"""What a page may be asked with: read into values, and written back in one spelling."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UsageProblem
from web.parameters import LIMIT, Parameter, pairs, read, url

ALL = (
    Parameter("team", many=True),
    Parameter("risk", many=True, choices=("high", "very high")),
    Parameter("idle-over"),
    Parameter("full", flag=True),
    LIMIT,
)
words = st.text(min_size=1, max_size=8).map(str.strip).filter(bool)
queries = st.fixed_dictionaries(
    {},
    optional={
        "team": st.lists(words, max_size=3),
        "risk": st.lists(st.sampled_from(["high", "very high", "Very-High", "HIGH"]), max_size=3),
        "idle-over": st.lists(words, max_size=1),
        "full": st.lists(st.just("1"), max_size=1),
        "limit": st.lists(st.integers(0, 10**6).map(str), max_size=1),
    },
)


@given(queries)
def test_what_is_written_is_read_alike(query: dict[str, list[str]]) -> None:
    """The one spelling of a question names the same values, and is its own."""
    values = read(query, ALL)
    written = pairs(values, ALL)
    address = url("/case", written)
    again = dict(parse_qs(urlsplit(address).query, keep_blank_values=True))
    assert read(again, ALL) == values
    assert pairs(read(again, ALL), ALL) == written


def test_what_is_blank_was_not_given() -> None:
    """A form sends every field, filled in or not."""
    blank = {"team": [""], "risk": ["", " "], "idle-over": [""], "limit": [""], "full": [""]}
    assert read(blank, ALL) == read({}, ALL)
    assert pairs(read(blank, ALL), ALL) == ()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"teams": ["Hydra"]}, "there is no 'teams' to ask this page with"),
        ({"risk": ["grave"]}, "risk: 'grave' is none of the choices"),
        ({"idle-over": ["1d", "2d"]}, "idle-over is given twice"),
        ({"full": ["yes"]}, "full: 'yes' is not 1"),
        ({"limit": ["-1"]}, "limit: '-1' is not a whole number"),
        ({"limit": ["9" * 13]}, "is not a whole number"),
        ({"limit": ["\u0663"]}, "is not a whole number"),
    ],
)
def test_what_cannot_be_asked_is_refused(query: dict[str, list[str]], said: str) -> None:
    """Nothing is passed over: a filter that was mistyped would show what was not asked for."""
    with pytest.raises(UsageProblem, match=said):
        read(query, ALL)


def test_a_mistyped_name_is_told_what_is_near() -> None:
    """The hint says which name was probably meant."""
    with pytest.raises(UsageProblem) as caught:
        read({"idel-over": ["3d"]}, ALL)
    assert "did you mean: idle-over" in caught.value.hints
