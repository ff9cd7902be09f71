"""What the pages of one case share: which case is meant, what stands over it, and whose answer is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from werkzeug.utils import redirect

from domain.errors import UsageProblem
from presentation.cases.heading import heading_parts
from presentation.cases.references import reference_of
from presentation.phrases import as_of_in_words, not_yet_reported
from projections.views.access import left_out
from web.parameters import Parameter

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from projections.views.case_view import CaseView
    from projections.views.timeline import Item
    from web.page import PageQuestion

REFERENCE: Final = Parameter("ref")

CASE_PLACES: Final = (
    ("/case", "What happened"),
    ("/case/clocks", "Clocks"),
    ("/case/state", "State"),
    ("/case/changes", "Changes"),
)
"""The pages of a case, each with its name."""


def reference_given(asked: PageQuestion) -> str:
    """Return the reference that was asked for; raise ``UsageProblem`` if none was."""
    found: str | None = asked.values["ref"]
    if found is None:
        raise UsageProblem("which case is meant is not said", hints=("/case?ref=REFERENCE", "/cases lists them"))
    return found


def whole_case(asked: PageQuestion) -> CaseView:
    """Return the case that was asked for, for a program; raise ``StoreError`` if part of it cannot be read."""
    case = asked.look.case(reference_given(asked))
    if case.unread:
        raise left_out(case.unread)
    return case


def unread_in_words(case: CaseView) -> str | None:
    """Return what is said if entries were left out since they cannot be read."""
    return left_out(case.unread).message if case.unread else None


def elsewhere(asked: PageQuestion, case: CaseView) -> Response | None:
    """Return where the case stands under the reference with which it was reported, if that is another."""
    given = reference_given(asked)
    reported = reference_of(case, given)
    return None if reported == given else redirect(asked.here(ref=reported), 303)


def heading(asked: PageQuestion, found: Item | None) -> dict[str, Any]:
    """Return what stands over a case in the state ``found``; ``None`` is one that had not been reported."""
    reference, as_of = reference_given(asked), asked.look.as_of
    return {
        "reference": reference,
        "places": CASE_PLACES,
        "parts_of_case": [] if found is None else heading_parts(found),
        "missing": not_yet_reported(reference, as_of) if found is None else None,
        "as_of": as_of_in_words(as_of),
    }
