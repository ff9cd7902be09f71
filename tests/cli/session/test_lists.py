"""What lists share: the order that is asked for."""

from __future__ import annotations

import pytest

from cli.input.requests import View
from cli.session.lists import ordered


@pytest.mark.parametrize("sort", ["risk", "-risk"])
def test_risks_go_by_their_gravity(sort: str) -> None:
    """What was not assessed stands in the middle, as in every list, whichever way round."""
    items = [{"risk": risk} for risk in (None, "low", "high", "very high", "medium")]
    found = [one["risk"] for one in ordered(items, View(sort=sort), ("risk",))]
    assert found[:: -1 if sort == "-risk" else 1] == ["very high", "high", None, "medium", "low"]
