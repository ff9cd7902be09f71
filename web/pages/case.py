"""One case: what it is, what is overdue, what went on side by side, what happened, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.deadlines.standards import Laws
from domain.event import known_at
from presentation.cases.references import in_each, reference_of
from presentation.lanes.case_lanes import case_lanes
from presentation.questions.waits import holidays_unknown
from presentation.states import state_paragraphs
from projections.views.rulebooks import rulebook_versions
from projections.views.state import state
from projections.views.timeline import FIELDS, item
from web.cases.entry_rows import entry_rows
from web.cases.lanes import lanes_picture
from web.cases.one_case import REFERENCE, elsewhere, heading, reference_given, unread_in_words, whole_case
from web.courses import course_of_case
from web.page import Data, Shown, WebPage
from web.parameters import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from werkzeug.wrappers import Response

    from projections.views.case_view import CaseView
    from projections.views.timeline import Item
    from web.page import PageQuestion

_ORDER: Final = Parameter("order", choices=("oldest", "newest"))
_WHOLE: Final = Parameter("all", flag=True)


def _show(asked: PageQuestion) -> Shown | Response:
    case = asked.look.case(reference_given(asked))
    other = elsewhere(asked, case)
    if other is not None:
        return other
    laws = Laws(rulebook_versions(asked.look.ledger).versions)
    found = state(case, laws)
    content = heading(asked, found) | _content(asked, case, found, laws)
    failure, course = unread_in_words(case), course_of_case(asked, case)
    return Shown("case.html", reference_given(asked), content, _remarks(asked, found), failure, course)


def _content(asked: PageQuestion, case: CaseView, found: Item | None, laws: Laws) -> dict[str, Any]:
    zone, values = asked.look.zone, asked.values
    lanes = case_lanes(case, laws, zone)
    items = list(map(item, case.lines))
    return {
        "overdue": [] if found is None else _overdue(dict(state_paragraphs(found, zone)).get("clocks", ())),
        "lanes": [] if lanes is None else lanes.lanes,
        "picture": None if lanes is None else lanes_picture(lanes, asked.look.as_of),
        "axis": _second_axis(asked, case),
        **entry_rows(asked, items, newest=values["order"] == "newest", whole=values["all"]),
    }


def _overdue(clocks: Iterable[str]) -> list[str]:
    return [one.removeprefix("! ") for one in clocks if one.startswith("! ")]


def _remarks(asked: PageQuestion, found: Item | None) -> list[str]:
    said = holidays_unknown(asked.look, asked.look.axes.as_at) if found and found["clocks"] else None
    return [] if said is None else [said]


def _second_axis(asked: PageQuestion, case: CaseView) -> Mapping[str, int]:
    """Return how many entries were not known at the instant shown, and how many recorded since are left out."""
    axes = asked.look.axes
    after = sum(known_at(line.original) > axes.as_at for line in case.lines)
    since = sum(known_at(one) > axes.known_at and one.occurred_at <= axes.as_at for one in case.entries)
    return {"not_known": after, "left_out": since}


def _data(asked: PageQuestion) -> Data:
    case, given = whole_case(asked), reference_given(asked)
    items = in_each(map(item, case.lines), reference_of(case, given))
    return Data(items, (*FIELDS, "reference"), {"reference": given})


PAGE: Final = WebPage(
    "/case",
    "",
    (REFERENCE, _ORDER, _WHOLE),
    _show,
    _data,
    fields=(*FIELDS, "reference"),
    title="The entries of a case.",
)
