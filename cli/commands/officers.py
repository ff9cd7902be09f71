"""``longcase officers``: who holds what, who may not, who is away and still has cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import QUIET, reading
from cli.output.layout import headline
from cli.output.streams import Shape
from cli.output.table import Column, red_if
from cli.session import lists
from cli.session.reading import looking, up_to_date
from domain.identity import same_name
from presentation import headlines
from presentation.phrases import day, deputy_for, through
from presentation.questions.filters import check_names, refuse
from projections.queries.cases import CaseQuery
from projections.queries.cases import cases as cases_of
from projections.views.access import left_out
from projections.views.officers import FIELDS, specialists
from projections.views.officers import officers as officers_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    from cli.input.requests import View
    from domain.rulebook.model import Rulebook
    from presentation.look import Look
    from projections.runner.runner import Runner
    from projections.views.case_view import Unread
    from projections.views.officers import Item


def _accredited(item: Mapping[str, Any], zone: tzinfo) -> str:
    return ", ".join(_held(held, zone) for held in item["accreditations"]) or "nothing"


def _held(held: Mapping[str, Any], zone: tzinfo) -> str:
    name = str(held["accreditation"])
    return name if held["until"] is None else f"{name} until {day(held['until'] - 1, zone).strip()}"


def _remarks(item: Mapping[str, Any], zone: tzinfo) -> str:
    return "; ".join(_wrong(item, zone))


def _wrong(item: Mapping[str, Any], zone: tzinfo) -> Iterator[str]:
    if not item["enrolled"]:
        yield "not in the register"
    if item["side"] == "inspectorate":
        yield "of the inspectorate"
    if item["left_at"] is not None:
        yield f"left {day(item['left_at'], zone).strip()}"
    elif item["absent_since"] is not None:
        yield _absence(item, zone)
    for one in item["deputy_for"]:
        yield deputy_for(one["officer"], one["until"], zone)
    if item["unaccredited"]:
        yield f"{len(item['unaccredited'])} without {', '.join(item['lacking'])}: {_some(item['unaccredited'])}"
    if item["given_while_away"]:
        yield f"{len(item['given_while_away'])} given while away: {_some(item['given_while_away'])}"


def _absence(item: Mapping[str, Any], zone: tzinfo) -> str:
    lasting = "" if item["absent_until"] is None else f" {through(item['absent_until'], zone)}"
    deputy = f", deputy {item['deputy']}" if item["deputy"] else ""
    return f"absent since {day(item['absent_since'], zone).strip()}{lasting}{deputy}"


def _some(references: list[str]) -> str:
    more = len(references) - 3
    return ", ".join(references[:3]) + (f" and {more} more" if more > 0 else "")


_COLUMNS: Final = (
    Column("officer", "officer"),
    Column("team", "team"),
    Column("cases", "cases", right=True),
    Column("", "accredited for", _accredited),
    Column("", "remarks", _remarks, colour=red_if(lambda item: item["unfit"])),
)
_SHAPE: Final = Shape("officers", FIELDS, _COLUMNS)


@click.command()
@click.option("--team", multiple=True, metavar="T", help="Of this team, to the letter; may be given again.")
@click.option("--officer", "names", multiple=True, metavar="ID", help="This officer; may be given again.")
@click.option("--accreditation", multiple=True, metavar="A", help="Who hold this one; may be given again.")
@click.option("--away", is_flag=True, help="Who are absent, or have left.")
@click.option("--unfit", is_flag=True, help="Who hold cases without being fit for them.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there are any.")
@QUIET
@reading(listing=True)
def officers(view: View, *, exit_code: bool, **given: Any) -> int:
    """List the officers as at one instant and as known at another, with the cases that they hold.

    First come those who hold cases without being fit for them: not accredited for the work, absent, gone, or
    never enrolled. Below, how many specialists there are, against how many the rulebook says are needed.
    """
    with looking(view) as look:
        runner = up_to_date(look.ledger)
        unread: list[Unread] = []
        check_names(runner, owner=given["names"], team=given["team"], owner_option="--officer")
        _check_accreditations(runner, look, given["accreditation"])
        everybody, book = _everybody(look, runner, unread)
        counted = specialists(everybody, book)
        items = lists.ordered([one for one in everybody if _asked(one, **given)], view, FIELDS, _rank)
        said = headlines.officers(items, look.as_of)
        lists.display(items, _SHAPE, view, look, said, extra={"specialists": counted})
        if view.format == "table":
            headline("")
            for one in counted:
                headline(f"{one['accreditation']}: {_count(one)}")
        if unread:
            raise left_out(unread)
    return int(exit_code and bool(items))


def _check_accreditations(runner: Runner, look: Look, names: Sequence[str]) -> None:
    """Raise as ``check_names`` does, for an accreditation that nobody ever had and no rulebook names."""
    if not names:
        return
    from projections.queries.names import unknown_accreditations, unread
    from projections.views.rulebooks import rulebook_versions

    books = [book for _, book in rulebook_versions(look.ledger).versions]
    rules = {name for book in books for name in (*book.needs.values(), *book.specialists)}
    if unknown := unknown_accreditations(look.ledger, names, rules):
        refuse("--accreditation", "nobody is accredited for, and no rulebook has,", unknown, unread(runner))


def _everybody(look: Look, runner: Runner, unread: list[Unread]) -> tuple[list[Item], Rulebook]:
    from projections.views.rulebooks import rulebook_versions

    book = rulebook_versions(look.ledger).at(look.axes.as_at)
    question = CaseQuery(look.axes, open=True, sort="reference")
    held = cases_of(runner, question).items
    return officers_of(look.scope, held, book, unread), book


def _asked(
    item: Item,
    *,
    team: tuple[str, ...],
    names: tuple[str, ...],
    accreditation: tuple[str, ...],
    away: bool,
    unfit: bool,
) -> bool:
    held = {one["accreditation"] for one in item["accreditations"]}
    return (
        (not team or item["team"] in team)
        and (not names or any(same_name(item["officer"], one) for one in names))
        and (not accreditation or not held.isdisjoint(accreditation))
        and (not away or item["absent_since"] is not None or item["left_at"] is not None)
        and (not unfit or item["unfit"])
    )


def _rank(value: Any) -> Any:
    """Return what a value is sorted by: a list by how much it holds."""
    return len(value) if isinstance(value, list) else value


def _count(one: Item) -> str:
    away = one["held"] - one["present"]
    there = f"{one['held']} hold it" + (f", {away} of them away" if away else "")
    if one["needed"] is None:
        return f"{there}; the rulebook does not say how many are needed"
    return f"{there}; {one['needed']} needed" + (f", {one['short']} short" if one["short"] else "")
