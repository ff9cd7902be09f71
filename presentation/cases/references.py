"""Whose an item is: the reference of a case as it was reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.cases.events import Reported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.views.case_view import CaseView
    from projections.views.timeline import Item


def in_each(items: Iterable[Item], reference: str) -> Iterator[Item]:
    """Yield items of one case, each with its reference: a row of a table of many cases says whose it is."""
    return (item | {"reference": reference} for item in items)


def reference_of(case: CaseView, typed: str) -> str:
    """Return the reference of a case as it was reported, however it was typed."""
    return next((one.event.reference for one in case.entries if isinstance(one.event, Reported)), typed.strip())
