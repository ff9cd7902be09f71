"""Every case as at an instant, the longest idle first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from presentation import headlines
from presentation.phrases import at, elapsed
from presentation.questions.cases import population_query, withheld
from presentation.questions.orders import order_of
from presentation.times.bank_holidays import unknown
from projections.queries.cases import FIELDS, cases
from projections.queries.states import STATES
from projections.views.summaries import words_of
from web.courses import course_of_store
from web.filters import CASELOAD, given
from web.page import Data, Shown, WebPage
from web.parameters import LIMIT, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from presentation.formats import Item
    from presentation.questions.cases import PopulationQuery
    from web.page import PageQuestion

_SORT: Final = "-idle_seconds"
_STATE: Final = Parameter("state", "state", many=True, choices=STATES)
_OPEN: Final = Parameter("open", "open", choices=("yes", "no"))
_IDLE: Final = Parameter("idle-over", "idle for over")


def _question(asked: PageQuestion, limit: int | None) -> PopulationQuery:
    sort = asked.values["sort"] or _SORT
    order_of(sort, FIELDS)
    is_open = {None: None, "yes": True, "no": False}[asked.values["open"]]
    idle, filters = asked.values["idle_over"], given(asked, *CASELOAD, _STATE)
    return population_query(asked.look, sort, limit, is_open=is_open, idle_over=idle, **filters)


def _show(asked: PageQuestion) -> Shown:
    question = _question(asked, asked.rows)
    runner = asked.tables_for(question.query)
    found = cases(runner, question.query)
    items = withheld(found.items, runner, asked.look)
    said = headlines.cases(found.total, question.query, asked.values["idle_over"], asked.look.as_of)
    doubt = None if question.counted is None else unknown(*question.counted)
    content = {"rows": list(_rows(asked, items)), "total": found.total, "noun": "cases"}
    return Shown("cases.html", said, content, [] if doubt is None else [doubt], course=course_of_store(asked))


def _rows(asked: PageQuestion, items: Iterable[Item]) -> Iterator[Mapping[str, Any]]:
    zone = asked.look.zone
    for item in items:
        yield {
            **item,
            "url": asked.url("/case", ("ref", item["reference"])),
            "category": words_of(item["category"] or ""),
            "reported": at(item["reported_at"], zone),
            "age": elapsed(item["age_seconds"]),
            "idle": elapsed(item["idle_seconds"]) if item["open"] else "closed",
            "last": words_of(item["last_activity"] or ""),
            "last_at": "" if item["last_activity_at"] is None else at(item["last_activity_at"], zone),
        }


def _data(asked: PageQuestion) -> Data:
    question = _question(asked, asked.values["limit"] or None)
    runner = asked.tables_for(question.query)
    return Data(withheld(cases(runner, question.query).items, runner, asked.look), FIELDS)


PAGE: Final = WebPage(
    "/cases",
    "Cases",
    (*CASELOAD, _STATE, _OPEN, _IDLE, Parameter("sort"), LIMIT),
    _show,
    _data,
    fields=FIELDS,
    title="The cases.",
)
