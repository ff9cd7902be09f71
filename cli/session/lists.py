"""What the lists of cases in some condition share: the question, the cases read live, their order, the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cli.output.layout import wrapped
from cli.output.streams import present, say_out
from cli.output.table import Column
from cli.output.terminal import width_of_terminal
from domain.deadlines.standards import Laws
from projections.queries.stalled import StalledQuery
from projections.views.live_case import live_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import tzinfo

    from cli.input.requests import View
    from cli.output.streams import Shape
    from domain.rulebook.versions import RulebookVersions
    from presentation.look import Look
    from projections.views.live_case import LiveCase
    from projections.views.timeline import Item


def _owner(item: Mapping[str, Any], _zone: tzinfo) -> str:
    return item["owner"] or "nobody"


def _colour_owner(item: Mapping[str, Any]) -> str | None:
    return "red" if item["owner"] is None else None


def _risk(risk: str | None, _zone: tzinfo) -> str:
    return risk or "not assessed"


def _ages(ages: Sequence[int], _zone: tzinfo) -> str:
    return ", ".join(map(str, ages)) or "-"


CASE: Final = Column("reference", "case")
RISK: Final = Column("risk", "risk", _risk)
OWNER: Final = Column("", "owner", _owner, colour=_colour_owner)
TEAM: Final = Column("team", "team", at_least=120)
AGES: Final = Column("ages", "aged", _ages)


def wanted_of(look: Look, given: Mapping[str, Any]) -> StalledQuery:
    """Return the question that the two instants and the filters of the open cases make."""
    return StalledQuery(look.axes, **given)


def live_items(
    look: Look, streams: Iterable[bytes], rulebooks: RulebookVersions, make: Callable[[LiveCase], Item]
) -> list[Item]:
    """Return the items that ``make`` makes of these cases, each read live."""
    laws = Laws(rulebooks.versions)
    return [make(case) for case in live_cases(look.scope, streams, laws)]


def ordered(items: Iterable[Item], view: View, fields: Sequence[str], place: Callable[[Item], Any]) -> list[Item]:
    """Return ``items`` by their usual ``place``, or as ``--sort`` asks, those without a value last.

    Raises ``UsageProblem`` for a field that there is not.
    """
    usual = sorted(items, key=place)
    if view.sort is None:
        return usual
    name, downwards = view.order(fields, "reference")
    has = [one for one in usual if one[name] is not None]
    has.sort(key=lambda one: one[name], reverse=downwards)
    return [*has, *(one for one in usual if one[name] is None)]


def display(items: Sequence[Item], shape: Shape, view: View, look: Look, headline: str) -> None:
    """Show the items, in a table under a headline."""
    if view.format == "table":
        for line in wrapped(headline, width_of_terminal()):
            say_out(line)
    present(items, shape, view, look.as_of, total=len(items))


def number(count: int, one: str, many: str, of: int | None = None) -> str:
    """Return a count with its noun: ``1 case``, ``2,000 cases``; of how many it was picked: ``1 of 3 cases``."""
    if of is not None:
        return f"{count:,} of {of:,} {one if of == 1 else many}"
    return f"{count:,} {one if count == 1 else many}"
