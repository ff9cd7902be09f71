"""The command for what is waited for: found for whatever a rulebook can name, and one that can be typed."""

from __future__ import annotations

import shlex
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.registry import SECTIONS, Branch
from domain.deadlines.silence import ACTIVITY
from domain.rulebook.default import default_rulebook
from domain.rulebook.model import CAUSES
from domain.rulebook.versions import RulebookVersions
from domain.rulebook_toml.meaning import _EVENTS, _NOT_A_STANDARDS
from presentation.commands import BY_EVENT, NOT_TYPED, meeting
from projections.queries.stalled import Cause
from tests.laws.test_laws import law

if TYPE_CHECKING:
    from cli.registry import Leaf

FILLED = {"RISK": "high", "GRADE": "good", "WHOSE": "force", "DAY": "2016-06-01", "FILE": "x.zip"}
BOOKS = RulebookVersions([(0, default_rulebook())])


def parsed(typed: str) -> Any:
    """Parse a command as click does, without running it; what stands in capitals is filled in."""
    program, *words = (FILLED.get(word, word) for word in shlex.split(typed))
    assert program == "longcase"
    found: Leaf | Branch = {name: one for _, each in SECTIONS for name, one in each.items()}[words.pop(0)]
    if isinstance(found, Branch):
        found = found.verbs[words.pop(0)]
    module, _, function = found.target.partition(":")
    command = getattr(import_module(module), function)
    assert isinstance(command, click.Command)
    return command.make_context("longcase", words).params


def test_whatever_a_rulebook_can_name_has_a_command() -> None:
    """But for what happens to a case once, before all else."""
    assert {*_EVENTS, ACTIVITY, "reported-as-crime"} == {*BY_EVENT, *NOT_TYPED}


@pytest.mark.parametrize("name", BY_EVENT)
def test_the_command_of_an_event_can_be_typed(name: str) -> None:
    """With a warrant, an escalation and a child, and without."""
    for warrant, escalation, child in ((" --warrant W1", "E1", " --child Ann"), ("", "E", "")):
        parts = {"case": "'IMG 1'", "warrant": warrant, "escalation": escalation, "child": child}
        assert "IMG 1" in str(parsed(f"longcase {BY_EVENT[name].format(**parts)}"))


@pytest.mark.parametrize("standard", [one.id for one in default_rulebook().standards])
def test_every_standard_that_ships_has_a_command(standard: str) -> None:
    """Each of what meets it, in its order, and each can be typed."""
    cause = Cause("clock-breached", standard, "", "", 1, 2)
    typed = meeting("IMG-1", cause, BOOKS)
    assert typed
    for one in typed:
        parsed(one)


@pytest.mark.parametrize("cause", sorted(_NOT_A_STANDARDS.keys() - {"attempts-only"}))
def test_every_cause_without_a_standard_has_a_command(cause: str) -> None:
    """For a child by its name."""
    assert cause in CAUSES
    typed = meeting("IMG-1", Cause(cause, "", "", "", 1, 2, 3), BOOKS, "Ann")
    assert typed
    assert all(parsed(one) for one in typed)
    assert ("child" in cause) == any("--child Ann" in one for one in typed)


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(lambda one: bool(one.strip()))


@law
@given(NAMES, NAMES, NAMES)
def test_a_name_is_one_word_of_the_command_whatever_it_holds(reference: str, key: str, child: str) -> None:
    """And stands in none where it is not to be told."""
    about = Cause("escalation-unanswered", "escalation-answer", key, "", 1, 2)
    (answer,) = meeting(reference, about, BOOKS)
    assert shlex.split(answer)[2:4] == [reference, key]
    (unsaid,) = meeting(reference, about, BOOKS, named=False)
    assert shlex.split(unsaid) == ["longcase", "answer", reference, "E", "--text", "TEXT"]
    seen = Cause("step-missing", "child-seen", "", "", 1, 2, 3)
    (act,) = meeting(reference, seen, BOOKS, child)
    assert shlex.split(act) == ["longcase", "act", reference, "child-seen", "--child", child]
    (nobody,) = meeting(reference, seen, BOOKS, child, named=False)
    assert shlex.split(nobody) == ["longcase", "act", reference, "child-seen"]
