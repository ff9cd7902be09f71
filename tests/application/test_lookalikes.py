"""Names that look the same are one name, or one is refused; what was recorded before is still found."""

from __future__ import annotations

import unicodedata

import pytest

from application.commands import cases, inspections, links, officers
from domain.cases import events as ev
from domain.errors import Refused
from domain.identity import officer_stream, same_name
from domain.officer import Enrolled
from projections.views.access import Scope, readable_case
from projections.views.audit import Filter, audit
from tests.application.actions import OWNER, REF, by, opened, prepared, state
from tests.projections.stores import Shelf

COMPOSED = "\xc9-1"
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)
INSPECTOR = by(role="inspectorate")


def test_an_owner_cannot_close_their_own_case_by_a_letter_that_is_blank() -> None:
    """The entry would show the owner's own name, and the rule would know nothing of it."""
    app = prepared("allocate")
    with pytest.raises(Refused, match=r"the actor .*U\+2800 \(braille pattern blank\): DC 1417.u2800"):
        cases.resolve(app, REF, by(actor=f"{OWNER}\u2800"), outcome="charged")
    assert state(app, REF).closed_at is None


def test_a_reference_typed_on_two_systems_is_one_case() -> None:
    """The second report is refused, and either spelling records in the case and reads it."""
    app = opened()
    cases.report(app, DECOMPOSED, by(), category="other")
    with pytest.raises(Refused, match="has been reported already"):
        cases.report(app, COMPOSED, by(), category="other")
    cases.assess(app, DECOMPOSED, "low", by())
    assert readable_case(Scope(app.ledger), DECOMPOSED).current.reference == COMPOSED


def test_what_an_earlier_version_kept_decomposed_is_found_in_either_spelling() -> None:
    """Its stream rests on the letters that were stored, and no second case is opened beside it."""
    shelf = Shelf()
    shelf.open(DECOMPOSED, "A")
    for typed in (COMPOSED, DECOMPOSED):
        cases.assess(shelf.app, typed, "low", by())
        assert readable_case(Scope(shelf.ledger), typed).current.reference == DECOMPOSED
        links.link(shelf.app, "A", typed, "same-household", by())
        links.unlink(shelf.app, "A", typed, by())
        with pytest.raises(Refused, match="has been reported already"):
            cases.report(shelf.app, typed, by(), category="other")
    assert len(list(audit(Scope(shelf.ledger), Filter(case=COMPOSED)))) == 7


def test_an_officer_enrolled_decomposed_is_fit_in_either_spelling() -> None:
    """The register knows one officer, as whom the case is allocated."""
    shelf = Shelf()
    shelf.open("A")
    shelf.put("", Enrolled(officer=DECOMPOSED), stream=officer_stream(DECOMPOSED))
    officers.move(shelf.app, COMPOSED, "hydra", by())
    cases.allocate(shelf.app, "A", COMPOSED, by())
    owner = state(shelf.app, "A")
    assert (owner.owner, owner.team) == (DECOMPOSED, "hydra")


def test_a_round_is_found_however_its_accents_are_typed() -> None:
    """As cases and officers are."""
    app = opened()
    inspections.open_inspection(app, DECOMPOSED, INSPECTOR, body="HMIC", force="ours")
    with pytest.raises(Refused, match="opened"):
        inspections.open_inspection(app, COMPOSED, INSPECTOR, body="HMIC", force="ours")
    inspections.close_inspection(app, COMPOSED, INSPECTOR)


def test_an_officer_with_a_blank_letter_from_before_is_left_alone() -> None:
    """What an earlier version took keeps its meaning: it is another name than the one that it looks like."""
    shelf = Shelf()
    shelf.open("A")
    shelf.put("A", ev.Allocated(officer=f"{OWNER}\u2800"))
    assert state(shelf.app, "A").owner == f"{OWNER}\u2800"
    assert not same_name(OWNER, f"{OWNER}\u2800")
    assert same_name(COMPOSED, DECOMPOSED.lower())
