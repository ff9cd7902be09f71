"""What waits for somebody's decision, as it is listed: from the tables, and of rounds that are open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from presentation.questions.live_items import live_items
from presentation.waiting import item
from projections.inspections.decisions import DECIDES, items
from projections.queries.decisions import IN_TABLES, undecided
from projections.queries.filters import owned_by
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from presentation.look import Look
    from projections.queries.stalled import StalledQuery
    from projections.runner.runner import Runner
    from projections.views.case_view import Unread
    from projections.views.timeline import Item


class UndecidedItems(NamedTuple):
    """What waits for a decision, what could not be read of it, and how much waits in all."""

    items: list[Item]
    unread: list[Unread]
    total: int


def undecided_items(
    look: Look, runner: Runner, wanted: StalledQuery, whose: str | None = None, limit: int | None = None
) -> UndecidedItems:
    """Return what waits for a decision, of one of ``WHOSE`` if given, what has waited for longest first.

    With a ``limit`` at least the first so many, and how many there are in all.
    """
    asked = undecided(runner, wanted, _kinds(whose), limit)
    every, unread = live_items(look, asked.streams, rulebook_versions(look.ledger), items)
    grades = _grades(look, wanted, unread) if whose in {None, "inspectorate"} else []
    chosen = [item(one, look.zone) for one in (*every, *grades) if whose in {None, one["decides"]}]
    chosen.sort(key=lambda one: (one["since"], one["reference"], one["waits_for"], one["escalation"] or ""))
    return UndecidedItems(chosen, unread, asked.total + len(grades))


def _kinds(whose: str | None) -> list[str]:
    """Return which decisions to look for in the tables."""
    return [one for one in IN_TABLES if whose is None or DECIDES.get(one, "supervisor") == whose]


def _grades(look: Look, wanted: StalledQuery, unread: list[Unread]) -> list[Item]:
    from projections.inspections.missing_grades import missing_grades

    found = missing_grades(look.scope, rulebook_versions(look.ledger), unread)
    return [one for one in found if _is_wanted(one, wanted)]


def _is_wanted(one: Item, wanted: StalledQuery) -> bool:
    """Say whether a case, of whose values the tables were not asked, is among those meant."""
    filters = {name: getattr(wanted, name) for name in ("category", "risk", "team")}
    named = all(not values or one[name] in values for name, values in filters.items())
    return named and owned_by(one["owner"], wanted) and not (wanted.unallocated and one["owner"])
