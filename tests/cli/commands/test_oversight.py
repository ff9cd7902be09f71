"""How words of a fixed choice are typed."""

from __future__ import annotations

from typing import get_args

import click
import pytest

from cli.input.parameters import GRADE, GRADER, RISK
from domain.cases.events import Grade, Grader, Risk


@pytest.mark.parametrize("typed", ["requires-improvement", "requires improvement", "Requires  Improvement"])
def test_hyphens_spaces_and_capitals(typed: str) -> None:
    """What is stored is the same, however it was typed."""
    assert GRADE.convert(typed, None, None) == "requires improvement"


def test_a_word_that_is_not_offered() -> None:
    """Anything else is a fault of usage, and the choice is shown as it may be typed."""
    with pytest.raises(click.BadParameter, match="very-high"):
        RISK.convert("severe", None, None)


def test_the_choices_are_those_of_the_domain() -> None:
    """The terminal offers what the domain knows, and nothing else."""
    for words, known in ((RISK, Risk), (GRADE, Grade), (GRADER, Grader)):
        assert {words.convert(choice, None, None) for choice in words.choices} == set(get_args(known))
