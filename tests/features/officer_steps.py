"""The steps that ask who holds cases, who is fit for them, and how many specialists there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import parsers, then

from domain.axes import Axes
from domain.identity import officer_stream
from projections.views.access import Scope, entries_of
from projections.views.attribution import owner_spells
from projections.views.case_view import CaseView
from projections.views.officers import officers, specialists
from projections.views.rulebooks import rulebook_versions
from tests import naive_stalls
from tests.entries import case_entries
from tests.features.queries import SECONDS, as_table, every_case, listed, rows
from tests.features.words import moment, shown

if TYPE_CHECKING:
    from application.app import Longcase
    from domain.rulebook.model import Rulebook
    from tests.features.words import Picture


def book_of(app: Longcase, picture: Picture) -> Rulebook:
    return rulebook_versions(app.ledger).at(Axes(*picture).valid_at)


def everybody(app: Longcase, picture: Picture) -> list[dict[str, Any]]:
    """Return the officers beside the open cases, by the tables; the cases folded live must say the same."""
    held = listed(app, picture, open=True)
    found = officers(Scope(app.ledger, Axes(*picture)), held, book_of(app, picture))
    for one in found:
        assert one["unaccredited"] == sorted(lacking(app, picture, one["officer"]))
    return found


def lacking(app: Longcase, picture: Picture, officer: str) -> list[str]:
    """Return which of an officer's open cases, each folded from its own entries, need what they do not hold."""
    entries = entries_of(app.ledger, officer_stream(officer))
    runs = naive_stalls.officer_state(entries, *picture)["runs"]
    needs, now = book_of(app, picture).needs, min(picture)
    return [
        case.case.reference
        for case in every_case(app, picture)
        if case.clocks.is_open
        and case.case.owner == officer
        and (needed := needs.get(case.case.category or ""))
        and not any(since <= now < until for since, until in runs.get(needed, ()))
    ]


@then("these officers hold cases that they are not fit for")
def are_unfit(app: Longcase, picture: Picture, datatable: list[list[str]]) -> None:
    found = [remarks(one) for one in everybody(app, picture) if one["unfit"]]
    assert as_table(found, datatable) == rows(datatable)


@then("nobody holds a case that they are not fit for")
def none_is_unfit(app: Longcase, picture: Picture) -> None:
    assert [one for one in everybody(app, picture) if one["unfit"]] == []


@then("these officers are in the register")
def are_registered(app: Longcase, picture: Picture, datatable: list[list[str]]) -> None:
    found = [remarks(one) for one in sorted(everybody(app, picture), key=lambda one: str(one["officer"]))]
    assert as_table(found, datatable) == rows(datatable)


def remarks(one: dict[str, Any]) -> dict[str, Any]:
    """Return what a table can show of an officer."""
    return {
        "officer": one["officer"],
        "team": shown(one["team"]),
        "holds": str(one["cases"]),
        "accredited for": shown(", ".join(held["accreditation"] for held in one["accreditations"])),
        "lacks": shown(", ".join(one["lacking"])),
        "for": shown(", ".join(one["unaccredited"])),
        "absent since": moment(one["absent_since"]),
        "left": moment(one["left_at"]),
        "given while away": shown(", ".join(one["given_while_away"])),
    }


@then("there are these specialists")
def are_there(app: Longcase, picture: Picture, datatable: list[list[str]]) -> None:
    counted = specialists(everybody(app, picture), book_of(app, picture))
    found = [{name: shown_number(one[name]) for name in one} for one in counted]
    assert as_table(found, datatable) == rows(datatable)


def shown_number(value: str | int | None) -> str:
    return "-" if value is None else str(value)


@then(parsers.parse("case {case} has been with these owners"))
def has_been_with(app: Longcase, picture: Picture, case: str, datatable: list[list[str]]) -> None:
    spells = owner_spells(CaseView(case_entries(app.ledger, case), Axes(*picture)))
    found = [
        {
            "owner": one.owner or "nobody",
            "since": moment(one.since),
            "days": str(one.held_seconds // SECONDS),
            "actions": str(one.actions),
            "failed contacts": str(one.attempts),
        }
        for one in spells
    ]
    assert as_table(found, datatable) == rows(datatable)
