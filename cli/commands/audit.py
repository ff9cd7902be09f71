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
from cli.session.reading import looking
from domain.errors import StoreError, UsageProblem
from domain.identity import same_name
from domain.spelling import nearest
from ledger.reader import LAST
from presentation.flags import irregular, lateness
from presentation.instants import interval_of
from presentation.questions.filters import refuse
from projections.views.access import UNREADABLE, left_out
from projections.views.audit import FIELDS, Filter, by_lateness
from projections.views.audit import audit as audit_of
from projections.views.summaries import is_cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo
    from typing import Any

    from cli.input.requests import View
    from presentation.instants import AsOf
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
@click.option("--recorded-since", metavar="T", help="Recorded from T on; a day alone from its start.")
@click.option("--recorded-until", metavar="T", help="Recorded before T; a day alone through its end.")
@click.option("--late", is_flag=True, help="Recorded more than a day after they occurred.")
@click.option("--corrected", is_flag=True, help="Corrected or retracted since.")
@click.option("--irregular", is_flag=True, help="With anything irregular about them.")
@click.option(
    "--after",
    metavar="POSITION",
    type=click.IntRange(0, LAST),
    help="All that came after the entry at POSITION, each once: for programs that follow the ledger.",
)
@reading(listing=True)
def audit(view: View, after: int | None, **given: Any) -> None:
    """Show who acted when, over all cases and registers, in the order in which it was recorded.

    All that is asked for must hold; a name that nobody has is refused. --since and --until are about when it
    occurred, --recorded-since and --recorded-until about when it was recorded. --sort -position shows the newest
    first, --sort -late_seconds what was recorded latest after it occurred. For a whole ledger take --format jsonl
    or csv: they are written as they are read.
    """
    field, downwards = view.order(("position", "late_seconds"), "position")
    if after is not None:
        _check_feed(view)
    with looking(view) as look:
        _check_names(look.scope, given["by"], given["roles"])
        wanted = _wanted(look.as_of, after=after, **given)
        head = look.ledger.head()[0]
        if after is not None and after > head:
            raise _before(after, head, standby=view.standby)
        unread: list[Unread] = []
        left: Counter[str] = Counter()
        with Progress("audit", total=head - (after or 0)) as progress:
            advance = (lambda _count: None) if is_terminal(sys.stdout) else progress.advance
            kept: dict[str, Any] = {"progress": advance, "unread": unread, "unasked": left}
            if field == "position":
                items = audit_of(look.scope, wanted, newest_first=downwards, **kept)
            else:
                items = by_lateness(look.scope, wanted, most_first=downwards, limit=_kept(view), **kept)
            present(_counted(items, left), _SHAPE, view, look.as_of)
        _say_left(view, left)
        if unread:
            raise _ended(unread[0]) if after is not None else left_out(unread)


def _wanted(as_of: AsOf, *, after: int | None, **given: Any) -> Filter:
    bounds: dict[str, Any] = {}
    for prefix in ("", "recorded_"):
        since, until = (given.pop(f"{prefix}{edge}") for edge in ("since", "until"))
        options = f"--{prefix.replace('_', '-')}"
        found = interval_of(since, until, zone=as_of.zone, now=as_of.now, prefix=options)
        bounds |= zip((f"{prefix}since", f"{prefix}until"), found, strict=True)
    return Filter(after=after, **bounds, **given)


def _kept(view: View) -> int | None:
    """Return how many items a sort need keep: one over those that are shown tells that there are more."""
    return None if view.row_limit is None else view.row_limit + 1


def _check_feed(view: View) -> None:
    """Raise ``UsageProblem`` for what a feed does not go with: it has all there is, in the order of positions."""
    if view.as_at is not None or view.known_at is not None:
        hint = "--recorded-until T ends it with what had been recorded before T"
        raise UsageProblem("--after has all that was recorded, and takes no --as-at or --known-at", hints=(hint,))
    if view.sort not in {None, "position"}:
        raise UsageProblem("--after goes by position: leave out --sort")


def _before(after: int, head: int, *, standby: bool) -> StoreError:
    """Return the error of a feed that has read further than the store goes."""
    behind = (f"a standby may be behind: --wait-for {after}",) if standby else ()
    went_back = "if it was restored from a backup, what was read after that is not in it: begin anew"
    return StoreError(f"--after {after}: the last entry is at position {head}", hints=(*behind, went_back))


def _ended(one: Unread) -> StoreError:
    """Return the error of a feed that an entry which cannot be read has ended."""
    why = f"the entry at position {one.position} cannot be read, and nothing after it is given: {one.reason}"
    return StoreError(why, hints=(*UNREADABLE, f"--after {one.position} passes over it"))


def _say_left(view: View, left: Counter[str]) -> None:
    if left["withheld"]:
        _say_withheld(left["withheld"])
    if left["imported"]:
        _say_unasked(left["imported"])
    if left["cut"] and view.format == "table":
        _say_cut(left["cut"])


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
