"""What changed in one case since another instant, of the world or of knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.deadlines.standards import Laws
from domain.errors import UsageProblem
from presentation.cases.changes import became, between, change_of_clock, change_of_state, label
from presentation.cases.references import in_each, reference_of
from presentation.formats import with_offset
from presentation.instants import parse_instant
from presentation.phrases import at
from presentation.questions.comparison import compared_knowledge, compared_worlds
from projections.views.case_view import CaseView
from projections.views.diff import FIELDS, differences
from projections.views.rulebooks import rulebook_versions
from projections.views.state import state
from web.cases.one_case import REFERENCE, elsewhere, heading, reference_given, unread_in_words, whole_case
from web.courses import course_of_case
from web.page import Data, Shown, WebPage
from web.parameters import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from werkzeug.wrappers import Response

    from domain.axes import Axes
    from projections.views.timeline import Item
    from web.page import PageQuestion

_FROM: Final = Parameter("from", "since")
_KNOWN: Final = Parameter("known", "in what was known", flag=True)
_WORDS: Final = {"appeared": "new", "gone": "gone", "breached": "overdue"}


def _compared(asked: PageQuestion) -> tuple[Axes, Axes]:
    """Return the two instants on both axes: that of the page is the second."""
    as_of, moment, text = asked.look.as_of, asked.moment, asked.values["from"]
    if text is None:
        raise UsageProblem("since when is not said", hints=("/case/changes?ref=REFERENCE&from=2016-05-20",))
    first = parse_instant(text, zone=as_of.zone, now=as_of.now, name="from")
    if not asked.values["known"]:
        return compared_worlds(first, as_of.axes.as_at, as_of)
    second = as_of.now if moment.known_at is None else as_of.axes.known_at
    return compared_knowledge(first, second, None if moment.as_at is None else as_of.axes.as_at, as_of)


def _differences(asked: PageQuestion, case: CaseView, compared: tuple[Axes, Axes]) -> list[Item]:
    laws = Laws(rulebook_versions(asked.look.ledger).versions)
    first, second = (CaseView(case.entries, axes) for axes in compared)
    return list(differences(first, second, laws))


def _show(asked: PageQuestion) -> Shown | Response:
    case = asked.look.case(reference_given(asked))
    other = elsewhere(asked, case)
    if other is not None:
        return other
    content = heading(asked, state(case)) | {"since": asked.values["from"] or "", "known": asked.values["known"]}
    content |= _content(asked, case)
    title, failure = f"{reference_given(asked)}: what changed", unread_in_words(case)
    return Shown("case_changes.html", title, content, (), failure, course_of_case(asked, case))


def _content(asked: PageQuestion, case: CaseView) -> dict[str, Any]:
    """Return what changed; nothing where it is not said since when, which the page then asks."""
    if asked.values["from"] is None:
        return {"between": None, "entries": [], "states": [], "clocks": []}
    compared, zone = _compared(asked), asked.look.zone
    items = _differences(asked, case, compared)
    return {
        "between": between(*compared, asked.look.as_of),
        "entries": [_entry(one, zone) for one in items if one["kind"] == "entry"],
        "states": list(_states((one for one in items if one["kind"] == "state"), zone)),
        "clocks": [_clock(one, zone) for one in items if one["kind"] == "clock"],
    }


def _entry(one: Item, zone: tzinfo) -> Mapping[str, Any]:
    entry = one["entry"]
    return {
        "how": _how(one),
        "version": one["version"],
        "when": at(entry["occurred_at"], zone),
        "said": f"{entry['actor']}: {entry['summary']}",
        "became": list(became(one, zone)),
    }


def _states(items: Iterable[Item], zone: tzinfo) -> Iterable[tuple[str, str]]:
    """Yield each field that changed; of links ``linked`` has every one that stands."""
    for one in items:
        if not one["field"].startswith("links."):
            yield label(one["field"]), change_of_state(one, zone)


def _clock(one: Item, zone: tzinfo) -> tuple[str, str, str]:
    return one["field"], _how(one), change_of_clock(one, zone)


def _how(one: Item) -> str:
    return _WORDS.get(one["change"]) or str(one["change"])


def _data(asked: PageQuestion) -> Data:
    case, given = whole_case(asked), reference_given(asked)
    compared, zone = _compared(asked), asked.look.zone
    items = _differences(asked, case, compared)
    plain = (with_offset(one, zone) if one["kind"] == "state" else one for one in items)
    extra = {"reference": given, "from": compared[0]._asdict()}
    whole = in_each(plain, reference_of(case, given))
    return Data(whole, (*FIELDS, "reference"), extra, compared[1])


PAGE: Final = WebPage(
    "/case/changes",
    "",
    (REFERENCE, _FROM, _KNOWN),
    _show,
    _data,
    fields=(*FIELDS, "reference"),
    title="What changed in a case since an instant.",
)
