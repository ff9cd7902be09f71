"""Who may read a case, and what is said where nothing can be read."""

from __future__ import annotations

import pytest

from application.commands import cases
from domain.cases.state import Case
from domain.errors import NotFound, Refused
from projections.views.access import Reader, Scope, may_read, readable_case
from tests.projections.story_store import CASE, Store

RESTRICTED = Case(record="restricted", restricted_to=("DI 7", "DS 2"), owner="DC 9")


@pytest.mark.parametrize(
    ("actor", "role", "allowed"),
    [
        ("DI 7", None, True),
        ("di7", "supervisor", True),
        ("DC 9", None, True),
        ("x", "inspectorate", True),
        (None, "auditor", True),
        ("x", "supervisor", False),
        ("x", None, False),
        (None, None, False),
        ("auditor", None, False),
    ],
)
def test_a_restricted_case_is_for_those_named_the_owner_and_the_overseers(
    actor: str | None, role: str | None, allowed: bool
) -> None:
    """Names are compared whatever their case and spacing; nobody is nobody."""
    assert may_read(RESTRICTED, Reader(actor, role)) is allowed


def test_any_other_case_is_for_everybody() -> None:
    """Even for those who do not say who they are."""
    assert may_read(Case(), Reader(None, None))


def test_a_restriction_counts_whatever_is_asked_about() -> None:
    """It is what stands now that decides, not what stood at the instant that is looked at."""
    store = Store()
    store.at("2016-05-01T09:00", cases.report, CASE, category="other")
    store.at("2016-05-02T09:00", cases.restrict, CASE, ["DI 7"])
    with pytest.raises(Refused, match="DC 1 is not among its readers"):
        readable_case(Scope(store.ledger, reader=Reader("DC 1")), CASE)
    assert len(readable_case(Scope(store.ledger, reader=Reader("DI 7")), CASE).entries) == 2
    store.at("2016-05-03T09:00", cases.unrestrict, CASE, actor="DI 7")
    assert len(readable_case(Scope(store.ledger, reader=Reader()), CASE).entries) == 3


def test_a_case_that_does_not_exist_is_not_found() -> None:
    """The hints say where the cases are and how to open one."""
    store = Store()
    with pytest.raises(NotFound, match="no case IMG-0417") as raised:
        readable_case(Scope(store.ledger, reader=Reader()), CASE)
    assert raised.value.hints == ("longcase cases lists the cases", "longcase report IMG-0417 opens one")
