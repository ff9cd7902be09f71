"""``longcase audit``: who acted when, over all cases and registers."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Final

import click

from cli.input.options import reading, span
from cli.input.parameters import people
from cli.output.progress import Progress
from cli.output.streams import Shape, present, say
from cli.output.table import Column, as_instant
from cli.output.terminal import is_terminal
from cli.session.filters import refuse
from cli.session.reading import looking
from domain.identity import same_name
from domain.spelling import nearest
from presentation.flags import irregular, lateness
from presentation.instants import interval_of
from projections.views.access import left_out
from projections.views.audit import FIELDS, Filter
from projections.views.audit import audit as audit_of
from projections.views.summaries import is_cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo
    from typing import Any

    from cli.input.requests import View
    from projections.views.access import Scope
    from projections.views.case_view import Unread
    from projections.views.timeline import Item


def _what(item: Mapping[str, Any], _zone: tzinfo) -> str:
    """Return what happened in words, with what is wrong with it in front, where no edge cuts it."""
    late, entry = lateness(dict(item)), dict(item)
    wrong = [*(f"! {said}" for said in irregular(entry)), *([late] if late else [])]
    if item["retracted_by"] is not None:
        wrong.append(f"retracted by entry {item['retracted_by']}")
    if item["corrected_by"]:
        wrong.append(f"corrected by entry {item['corrected_by'][-1]}")
    return " | ".join((*wrong, item["summary"]))


def _colour(item: Mapping[str, Any]) -> str | None:
    if item["retracted_by"] is not None:
        return "dim"
    return "yellow" if item["flags"] else None


_COLUMNS: Final = (
    Column("position", "no", right=True),
    Column("occurred_at", "occurred", as_instant),
    Column("recorded_at", "recorded", as_instant, at_least=120),
    Column("actor", "who"),
    Column("role", "role", at_least=100),
    Column("on_behalf_of", "for", at_least=120),
    Column("reference", "case"),
    Column("version", "entry", right=True, at_least=100),
    Column("", "what", _what, colour=_colour),
)
_SHAPE: Final = Shape("entries", FIELDS, _COLUMNS)


@click.command()
@click.option("--case", metavar="REF", help="Of this case only.")
@click.option(
    "--by",
    multiple=True,
    metavar="ID",
    callback=people,
    help="Who acted, or for whom; me is whoever acts; may be given again.",
)
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="In this role; may be given again.")
@click.option("--event", "events", multiple=True, metavar="NAME", help="Of this name; may be given again.")
@click.option("--flag", "flags", multiple=True, metavar="NAME", help="With this flag; may be given again.")
@span
@click.option("--late", is_flag=True, help="Recorded more than a day after they occurred.")
@click.option("--corrected", is_flag=True, help="Corrected or retracted since.")
@click.option("--irregular", is_flag=True, help="With anything irregular about them.")
@reading(listing=True)
def audit(view: View, since: str | None, until: str | None, **given: Any) -> None:
    """Show who acted when, over all cases and registers, in the order in which it was recorded.

    All that is asked for must hold; a name that nobody has is refused. --since and --until are about when it
    occurred; --sort -position shows the newest first. For a whole ledger take --format jsonl or csv: they are
    written as they are read.
    """
    _, newest_first = view.order(("position",), "position")
    with looking(view) as look:
        _check_names(look.scope, given["by"], given["roles"])
        as_of = look.as_of
        bounds = interval_of(since, until, zone=as_of.zone, now=as_of.now)
        wanted = Filter(since=bounds[0], until=bounds[1], **given)
        with Progress("audit", total=look.ledger.head()[0]) as progress:
            advance = (lambda _count: None) if is_terminal(sys.stdout) else progress.advance
            unread: list[Unread] = []
            left: Counter[str] = Counter()
            items = audit_of(
                look.scope, wanted, newest_first=newest_first, progress=advance, unread=unread, unasked=left
            )
            present(_counted(items, left), _SHAPE, view, as_of)
        if left["withheld"]:
            _say_withheld(left["withheld"])
        if left["imported"]:
            _say_unasked(left["imported"])
        if left["cut"] and view.format == "table":
            _say_cut(left["cut"])
        if unread:
            raise left_out(unread)


def _check_names(scope: Scope, by: Sequence[str], roles: Sequence[str]) -> None:
    """Raise ``UsageProblem`` for somebody who never acted, nor anybody for them, and a role that nobody had."""
    if by:
        actors = scope.ledger.actors()
        left = [name for name in by if not any(same_name(name, one) for one in actors)]
        unread: list[Unread] = []
        absent = [name for name in left if next(audit_of(scope, Filter(by=(name,)), unread=unread), None) is None]
        unknown = {one: nearest(one, actors) for one in absent}
        positions = sorted({one.position for one in unread})
        refuse("--by", "nobody acted in this store who is called", unknown, positions)
    if roles:
        there = scope.ledger.roles()
        absent = [name for name in roles if not any(same_name(name, one) for one in there)]
        refuse("--role", "nobody acted in this store as", {one: nearest(one, there) for one in absent})


def _counted(items: Iterable[Item], left: Counter[str]) -> Iterator[Item]:
    """Yield the items as they are, and count those whose text was left out, and those with one that is cut."""
    for item in items:
        left["withheld"] += item["withheld"]
        left["cut"] += not item["withheld"] and is_cut(item["summary"])
        yield item


def _say_unasked(count: int) -> None:
    say(f"{count:,} besides came by imports, of which the register was not asked: people elsewhere recorded them")


def _say_cut(count: int) -> None:
    which = "1 text is cut" if count == 1 else f"{count:,} texts are cut"
    say(f"{which} (…): longcase show REF N shows one whole, of CASE and ENTRY; --format json has all")


def _say_withheld(count: int) -> None:
    which, whose = ("entry", "its case is") if count == 1 else ("entries", "their cases are")
    say(f"the text of {count:,} {which} was left out: {whose} restricted")
