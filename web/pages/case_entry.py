"""One entry of a case, whole: every field, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.errors import NotFound, UsageProblem
from domain.spelling import typed
from presentation.cases.entry_fields import entry_fields
from presentation.cases.references import in_each, reference_of
from presentation.phrases import as_of_in_words
from projections.views.state import state
from projections.views.timeline import FIELDS, item
from web.cases.one_case import REFERENCE, elsewhere, heading, reference_given, unread_in_words, whole_case
from web.courses import course_of_case
from web.page import Data, Shown, WebPage
from web.parameters import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Response

    from projections.views.case_view import CaseView
    from projections.views.timeline import Item
    from web.page import PageQuestion

_NUMBER: Final = Parameter("n", number=True)


def _number(asked: PageQuestion) -> int:
    found: int | None = asked.values["n"]
    if found is None:
        raise UsageProblem("which entry is meant is not said", hints=("/case/entry?ref=REFERENCE&n=NUMBER",))
    return found


def _entries(asked: PageQuestion, case: CaseView) -> dict[int, Item]:
    """Return all entries by version; raise ``NotFound`` if the one that was asked for is not among them."""
    items = {line.entry.version: item(line) for line in case.lines}
    if _number(asked) not in items:
        reference = reference_given(asked)
        hint = typed("timeline", reference, "--all shows which there are")
        why = f"{reference} has no entry {_number(asked)}, {as_of_in_words(asked.look.as_of)}"
        raise NotFound(why, hints=(hint,))
    return items


def _show(asked: PageQuestion) -> Shown | Response:
    case = asked.look.case(reference_given(asked))
    other = elsewhere(asked, case)
    if other is not None:
        return other
    items, number = _entries(asked, case), _number(asked)
    one = items[number]
    content = heading(asked, state(case)) | {
        "facts": [
            (name, said.splitlines(), rank) for name, said, rank in entry_fields(one, items, asked.look.zone)
        ],
        **_beside(items, number),
    }
    title = f"{reference_given(asked)}, entry {number}: {one['event'].partition('.')[2].replace('-', ' ')}"
    failure, course = unread_in_words(case), course_of_case(asked, case)
    return Shown("case_entry.html", title, content, (), failure, course)


def _beside(numbers: Iterable[int], number: int) -> dict[str, Any]:
    """Return which entries stand before and after one, in the order of what happened."""
    ordered = list(numbers)
    place = ordered.index(number)
    return {"before": ordered[place - 1] if place else None, "after": next(iter(ordered[place + 1 :]), None)}


def _data(asked: PageQuestion) -> Data:
    case, given = whole_case(asked), reference_given(asked)
    entries = in_each([_entries(asked, case)[_number(asked)]], reference_of(case, given))
    return Data(entries, (*FIELDS, "reference"), {"reference": given})


PAGE: Final = WebPage(
    "/case/entry",
    "",
    (REFERENCE, _NUMBER),
    _show,
    _data,
    fields=(*FIELDS, "reference"),
    title="One entry of a case.",
)
