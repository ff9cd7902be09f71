"""Items that are made of cases read live, as far as each can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from projections.views.access import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domain.rulebook.versions import RulebookVersions
    from presentation.look import Look
    from projections.views.case_view import Unread
    from projections.views.live_case import LiveCase
    from projections.views.timeline import Item


class LiveItems(NamedTuple):
    """The items that were made of cases, and the entries of these cases that cannot be read."""

    items: list[Item]
    unread: list[Unread]


def live_items(
    look: Look, streams: Iterable[bytes], rulebooks: RulebookVersions, make: Callable[[LiveCase], Iterable[Item]]
) -> LiveItems:
    """Return all items that ``make`` makes of these cases, each read live as far as it can be."""
    from domain.deadlines.standards import Laws
    from projections.views.live_case import live_cases

    found = LiveItems([], [])
    for case in live_cases(look.scope, streams, Laws(rulebooks.versions)):
        found.items.extend(make(case))
        found.unread.extend(told(case, look.reader))
    return found
