"""The cases that are stalled, the worst first, a line each with what has waited for longest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.instant import SECOND
from presentation import headlines
from presentation.phrases import day, elapsed
from presentation.questions.orders import order_of
from presentation.questions.stalled import in_order, stalled_items, stalled_query
from presentation.questions.waits import holidays_unknown, nobody_meant
from presentation.stalled import FIELDS
from projections.queries.stalled import ORDERS, stalled
from projections.views.summaries import words_of
from web.courses import course_of_store
from web.filters import CASELOAD, WAITS, given
from web.page import Data, Shown, WebPage
from web.parameters import LIMIT, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from presentation.formats import Item
    from projections.queries.stalled import StalledCases, StalledQuery
    from web.page import PageQuestion

FULL: Final = Parameter("full", flag=True)
"""Whether a page shows every cause, and not the one that has waited for longest."""

PARAMETERS: Final = (*CASELOAD, *WAITS, Parameter("sort"), LIMIT, FULL)


def _question(asked: PageQuestion, limit: int | None) -> StalledQuery:
    wanted = stalled_query(asked.look, given(asked, *CASELOAD, *WAITS))
    return wanted._replace(limit=limit) if asked.values["sort"] is None else wanted


def answered(asked: PageQuestion, wanted: StalledQuery, limit: int | None) -> StalledCases:
    """Return the cases of a question, in the order asked for, and no more of them than ``limit``."""
    answer = stalled(asked.tables_for(wanted), wanted)
    if asked.values["sort"] is None:
        return answer
    ordered = in_order(answer.cases, *order_of(asked.values["sort"], tuple(ORDERS)))
    return answer._replace(cases=ordered[:limit])


def _show(asked: PageQuestion) -> Shown:
    wanted = _question(asked, asked.rows)
    answer = answered(asked, wanted, asked.rows)
    said = headlines.stalled(answer, wanted, asked.look.as_of)
    return shown(asked, answer, said, remarks(asked, answer, wanted, asked.look.axes.as_at))


def shown(
    asked: PageQuestion, answer: StalledCases, heading: str, said: Iterable[str], over: str = "over by"
) -> Shown:
    """Return what the page shows of the cases; ``over`` is the title of what a wait is over by, or has left."""
    content = {
        "rows": list(rows(asked, stalled_items(answer.cases, asked.look), over)),
        "total": answer.total,
        "over": over,
        "noun": "cases",
    }
    return Shown("stalled.html", heading, content, list(said), course=course_of_store(asked))


def remarks(asked: PageQuestion, answer: StalledCases, wanted: StalledQuery, *counted: int) -> list[str]:
    """Return what is said beside the list: doubts about a name, and about years whose holidays are not known."""
    said = (nobody_meant(answer.open, wanted), holidays_unknown(asked.look, *counted))
    return [one for one in said if one is not None]


def rows(asked: PageQuestion, items: Iterable[Item], over: str) -> Iterator[Mapping[str, Any]]:
    """Yield a row for each case, with its causes as they are shown."""
    sign, zone, as_at = (1 if over == "over by" else -1), asked.look.zone, asked.look.axes.as_at
    for item in items:
        causes = [_cause(one, as_at, sign) for one in item["causes"]]
        shown_of = causes if asked.values["full"] else causes[:1]
        yield {
            **item,
            "url": asked.url("/case", ("ref", item["reference"])),
            "causes": shown_of,
            "more": len(causes) - len(shown_of),
            "harm": [f"{words_of(one['kind'])}, {day(one['at'], zone).strip()}" for one in item["harm"]],
        }


def _cause(cause: Item, as_at: int, sign: int) -> Mapping[str, str]:
    waiting = elapsed((as_at - cause["since"]) // SECOND)
    return {"waiting": waiting, "over": elapsed(sign * cause["overdue_seconds"]), "why": cause["explanation"]}


def _data(asked: PageQuestion) -> Data:
    limit = asked.values["limit"] or None
    answer = answered(asked, _question(asked, limit), limit)
    return Data(stalled_items(answer.cases, asked.look), FIELDS, {"open": answer.open})


PAGE: Final = WebPage(
    "/stalled", "Stalled", PARAMETERS, _show, _data, fields=FIELDS, title="The cases that are stalled."
)
