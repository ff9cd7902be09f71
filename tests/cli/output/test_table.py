"""Tables no wider than the terminal: broken between words, blocks at last, nothing cut."""

from __future__ import annotations

from datetime import UTC
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.output.layout import Page
from cli.output.table import Column, as_instant, draw
from cli.output.terminal import cells
from presentation.escaping import safe_text

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


TEXTS: Final = st.text(st.sampled_from("ab é日\u0644\u0301-x\n\x1b"), max_size=80)


@given(TEXTS, TEXTS, st.integers(20, 140))
def test_no_word_is_lost_or_broken(first: str, last: str, width: int) -> None:
    """Every word stands in the table as it is, and is broken only where it is wider than a line."""
    page = Page(width, coloured=False, zone=UTC)
    columns = (Column("first", "first"), Column("last", "last"))
    shown = "\n".join(draw(columns, [{"first": first, "last": last}], page))
    words = [word for text in (first, last) for word in safe_text(text).split()]
    assert [word for word in words if cells(word) <= width - 4 and word not in shown] == []
    joined = "".join(shown.split())
    assert all(letter in joined for word in words for letter in word)


def test_texts_are_broken_between_words_and_numbers_stay_whole() -> None:
    """A text has lines of its own in its column, while an instant and a number stand whole; nothing is cut."""
    assert drawn(None)[1].endswith("x" * 40)
    wide, narrow = drawn(110), drawn(104)
    assert len(wide) == 2
    assert "a text of thirty-one cells, cut" in wide[1]
    assert narrow[1].startswith("IMG-0417  a text of thirty-one")
    assert narrow[2].strip() == "cells, cut"
    assert not any("…" in line for width in (40, 60, 80) for line in drawn(width))


def test_a_narrow_table_is_blocks() -> None:
    """Where columns do not fit, each value stands beside its title, on as many lines as it takes."""
    assert drawn(40) == [
        "case: IMG-0417",
        "  said: a text of thirty-one cells, cut",
        "  at: 1 Jan 1970 00:00; number: 1234",
        "  last:",
        f"  {'x' * 38}",
        "  xx",
    ]
    again = list(draw(COLUMNS[:2], [ITEM, {"said": "b " * 30}, ITEM], Page(24, coloured=False, zone=UTC)))
    assert again[3:6] == ["  said: b b b b b b b", "    b b b b b b b b b b", "    b b b b b b b b b b"]
    assert again.count("") == 1


def test_columns_that_may_be_left_out_are_named() -> None:
    """Those that need the most first, only where a row does not fit; a block has them all."""
    columns = (COLUMNS[0], COLUMNS[1]._replace(at_least=1), COLUMNS[2]._replace(at_least=70), COLUMNS[3])

    def left(width: int) -> list[str]:
        found: list[str] = []
        list(draw(columns, [ITEM], Page(width, coloured=False, zone=UTC), found))
        return found

    assert left(200) == []
    assert left(69) == ["at"]
    assert left(24) == ["said", "at"]
    assert left(12) == []
