"""The whole state of one case: states that run in parallel, each in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.deadlines.standards import Laws
from presentation.states import state_paragraphs
from projections.views.rulebooks import rulebook_versions
from projections.views.state import FIELDS, state
from web.cases.one_case import REFERENCE, elsewhere, heading, reference_given, unread_in_words, whole_case
from web.courses import course_of_case
from web.page import Data, Shown, WebPage

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from projections.views.case_view import CaseView
    from projections.views.timeline import Item
    from web.page import PageQuestion


def _state(asked: PageQuestion, case: CaseView) -> Item | None:
    return state(case, Laws(rulebook_versions(asked.look.ledger).versions))


def _show(asked: PageQuestion) -> Shown | Response:
    case = asked.look.case(reference_given(asked))
    other = elsewhere(asked, case)
    if other is not None:
        return other
    found = _state(asked, case)
    said = (
        [] if found is None else [(name, list(all_)) for name, all_ in state_paragraphs(found, asked.look.zone)]
    )
    content = heading(asked, found) | {"states": said}
    course = course_of_case(asked, case)
    return Shown("case_state.html", reference_given(asked), content, (), unread_in_words(case), course)


def _data(asked: PageQuestion) -> Data:
    found = _state(asked, whole_case(asked))
    return Data([] if found is None else [found], FIELDS)


PAGE: Final = WebPage("/case/state", "", (REFERENCE,), _show, _data, fields=FIELDS, title="The state of a case.")
