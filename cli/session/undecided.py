"""What waits for somebody's decision, as it is listed: from the tables, and of rounds that are open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.session.lists import LiveItems, live_items
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


def undecided_items(look: Look, runner: Runner, wanted: StalledQuery, whose: str | None = None) -> LiveItems:
    """Return what waits for a decision, of one of ``WHOSE`` if given, what has waited for longest first."""
    found = live_items(look, undecided(runner, wanted, _kinds(whose)), rulebook_versions(look.ledger), items)
    every, unread = found
    if whose in {None, "inspectorate"}:
        every += _grades(look, wanted, unread)
    chosen = [item(one, look.zone) for one in every if whose in {None, one["decides"]}]
    chosen.sort(key=lambda one: (one["since"], one["reference"], one["waits_for"], one["escalation"] or ""))
    return LiveItems(chosen, unread)


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
