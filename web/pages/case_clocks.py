"""The clocks of one case: what started each, which days counted and why, what stopped it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.deadlines.standards import Laws
from presentation.cases.references import in_each
from presentation.clocks import NOT_COUNTED, clock_paragraphs, day_rows, name_of, state_in_words
from presentation.times.bank_holidays import unknown
from projections.views.clocks.explain import FIELDS, clock_items, explain
from projections.views.rulebooks import rulebook_versions
from projections.views.state import state
from web.cases.one_case import REFERENCE, elsewhere, heading, reference_given, unread_in_words, whole_case
from web.courses import course_of_case
from web.page import Data, Shown, WebPage
from web.parameters import Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from werkzeug.wrappers import Response

    from projections.views.case_view import CaseView
    from projections.views.clocks.explain import Explained
    from projections.views.timeline import Item
    from web.page import PageQuestion

_STANDARD: Final = Parameter("standard", "standard")
_KEY: Final = Parameter("key", "warrant, escalation or child")
_GRAVE: Final = frozenset({"breached", "unmet", "met late"})
_QUIET: Final = frozenset({"met", "ended"})
"""How a clock stands that is told in a line, unless it was asked for."""


def _explained(asked: PageQuestion, case: CaseView) -> Explained:
    return explain(case, rulebook_versions(asked.look.ledger))


def _items(asked: PageQuestion, case: Explained) -> list[Item]:
    """Return the clocks that were asked for; of a case that had not been reported, none."""
    if case.view.case.reported_at is None:
        return []
    return clock_items(case, asked.values["standard"], asked.values["key"])


def _show(asked: PageQuestion) -> Shown | Response:
    case = asked.look.case(reference_given(asked))
    other = elsewhere(asked, case)
    if other is not None:
        return other
    explained = _explained(asked, case)
    items, zone = _items(asked, explained), asked.look.zone
    found = state(case, Laws(explained.rulebooks.versions))
    narrowed = asked.narrowed > 0
    content = heading(asked, found) | {
        "clocks": [_clock(one, zone, whole=narrowed or one["state"] not in _QUIET) for one in items],
    }
    said, failure = _remarks(asked, explained, items), unread_in_words(case)
    title = f"{reference_given(asked)}: clocks"
    return Shown("case_clocks.html", title, content, said, failure, course_of_case(asked, case))


def _clock(item: Item, zone: tzinfo, *, whole: bool) -> Mapping[str, Any]:
    return {
        "name": name_of(item),
        "stands": state_in_words(item, zone),
        "grave": item["state"] in _GRAVE,
        "whole": whole,
        "paragraphs": [(title, list(said)) for title, said in clock_paragraphs(item, zone)],
        "days": [(*row, row[1] != NOT_COUNTED) for row in day_rows(item)] if item["days"] else [],
    }


def _remarks(asked: PageQuestion, case: Explained, items: Sequence[Item]) -> list[str]:
    """Return what is said where working time is counted in years whose bank holidays are not known."""
    counting = [one for one in items if one["hours"]]
    if not counting:
        return []
    as_at = asked.look.axes.as_at
    ends = (as_at if one["due"] is None else one["due"] for one in counting)
    said = unknown(case.rulebooks.at(as_at).calendar, (as_at, *ends))
    return [] if said is None else [said]


def _data(asked: PageQuestion) -> Data:
    case = _explained(asked, whole_case(asked))
    reference = case.view.case.reference
    return Data(in_each(_items(asked, case), reference), (*FIELDS, "reference"), {"reference": reference})


PAGE: Final = WebPage(
    "/case/clocks",
    "",
    (REFERENCE, _STANDARD, _KEY),
    _show,
    _data,
    fields=(*FIELDS, "reference"),
    title="The clocks of a case.",
)
