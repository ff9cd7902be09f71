"""What will be too long within some time, the soonest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from presentation import headlines
from presentation.questions.stalled import stalled_items, stalled_query
from presentation.questions.waits import later
from presentation.stalled import FIELDS
from web.filters import CASELOAD, WAITS, given
from web.page import Data, Shown, WebPage
from web.pages.stalled import FULL, answered, remarks, shown
from web.parameters import LIMIT, Parameter

if TYPE_CHECKING:
    from projections.queries.stalled import StalledQuery
    from web.page import PageQuestion

_WITHIN: Final = "7d"


def _within(asked: PageQuestion) -> str:
    return asked.values["within"] or _WITHIN


def _question(asked: PageQuestion, limit: int | None) -> StalledQuery:
    wanted = stalled_query(asked.look, given(asked, *CASELOAD, *WAITS))
    wanted = wanted._replace(due_by=later(_within(asked), asked.look))
    return wanted._replace(limit=limit) if asked.values["sort"] is None else wanted


def _show(asked: PageQuestion) -> Shown:
    wanted = _question(asked, asked.rows)
    answer = answered(asked, wanted, asked.rows)
    said = headlines.due(answer, _within(asked), asked.look.as_of)
    as_at = asked.look.axes.as_at
    return shown(asked, answer, said, remarks(asked, answer, wanted, as_at, wanted.due_by or as_at), "left")


def _data(asked: PageQuestion) -> Data:
    limit = asked.values["limit"] or None
    answer = answered(asked, _question(asked, limit), limit)
    return Data(stalled_items(answer.cases, asked.look), FIELDS, {"open": answer.open})


PAGE: Final = WebPage(
    "/due",
    "Due",
    (*CASELOAD, *WAITS, Parameter("within", "within"), Parameter("sort"), LIMIT, FULL),
    _show,
    _data,
    fields=FIELDS,
    title="The cases that will be stalled within a time.",
)
