"""Reading what a correction says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.commands.amend import pairs
from domain.errors import UsageProblem

FIELD = st.text(min_size=1).filter(lambda text: "=" not in text)


@given(st.dictionaries(FIELD, st.text()))
def test_pairs(values: dict[str, str]) -> None:
    """A value may hold anything, equals signs included; a field is what stands before the first."""
    assert pairs(tuple(f"{field}={value}" for field, value in values.items())) == values


@pytest.mark.parametrize("typed", [("children",), ("=2",), ("",), ("a=1", "a=1")])
def test_what_is_no_pair(typed: tuple[str, ...]) -> None:
    """A word that is no pair, and a field given twice, are faults of usage."""
    with pytest.raises(UsageProblem):
        pairs(typed)
