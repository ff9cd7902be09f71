"""Tables no wider than the terminal: what is cut, in which order, and with a sign."""

from __future__ import annotations

from datetime import UTC
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.output.layout import Page
from cli.output.table import Column, as_instant, draw
from cli.output.terminal import cells

COLUMNS: Final = (
    Column("reference", "case"),
    Column("said", "said"),
    Column("at", "at", as_instant),
    Column("number", "number", right=True),
    Column("last", "last"),
)
ITEM: Final = {
    "reference": "IMG-0417",
    "said": "a text of thirty-one cells, cut",
    "at": 0,
    "number": 1234,
    "last": "x" * 40,
}


def drawn(width: int | None, **more: str) -> list[str]:
    return list(draw(COLUMNS, [ITEM | more], Page(width, coloured=False, zone=UTC)))


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """From 40 cells on, whatever the columns hold."""
    assert max(map(cells, drawn(width))) <= width


@given(st.text(max_size=60), st.integers(40, 200))
def test_no_line_is_wider_whatever_is_in_it(text: str, width: int) -> None:
    """Wide letters count as what they take."""
    assert max(map(cells, drawn(width, said=text))) <= width


def test_the_last_column_is_cut_first_and_instants_last() -> None:
    """A text is cut with a sign, while an instant and a number stand whole."""
    assert drawn(None)[1].endswith("x" * 40)
    at_90 = drawn(90)[1]
    assert "a text of thirty-one cells, cut" in at_90
    assert at_90.endswith("…")
    at_60 = drawn(60)[1]
    assert "1 Jan 1970 00:00" in at_60
    assert "1234" in at_60
    assert at_60.count("…") == 2
