"""Answers for a person: pages, and errors as pages, each with what stands around it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Response

from presentation.questions.stores import demonstration_at
from web import parameters
from web.access import METHODS
from web.failures import TITLES
from web.moments import Moment
from web.rendering import Place, Surroundings, program_version, render, render_error
from web.site_map import PAGES
from web.time_bar import TimeBar, time_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.access import AccessRefusal
    from web.asking import Asking
    from web.page import PageQuestion, Shown, WebPage

HTML: Final = "text/html; charset=utf-8"

NOT_RECORDED: Final = "that you read this is not recorded in this version"
"""What the foot of every page says, so that nobody takes a reading for recorded."""

_NOTHING: Final = Surroundings((), None, (), ())


def page_answer(asked: PageQuestion, shown: Shown, position: int) -> Response:
    """Return a page; the store's last entry was at ``position`` before it was asked."""
    page = asked.page
    bar = time_bar(asked, shown.course) if page.timed else None
    formats = [(form, asked.in_format(form)) for form in page.formats]
    invented = demonstration_at(asked.look.ledger, asked.look.location)
    places, foot = _places(page, asked.moment), _foot(asked, position)
    around = Surroundings(places, bar, formats, foot, position, invented)
    beside = {"heading": shown.heading, "remarks": shown.remarks, "failure": shown.failure}
    content = render(shown.template, around, asked=asked, **beside, **shown.content)
    status = HTTPStatus.OK if shown.failure is None else HTTPStatus.SERVICE_UNAVAILABLE
    return Response(content, status, content_type=HTML)


def error_answer(status: HTTPStatus, message: str, hints: Sequence[str], asking: Asking | None) -> Response:
    """Return an error as a page; where it was understood what was ``asking``, its time bar can be put right."""
    around = Surroundings(_places(None, Moment()), None if asking is None else _bar(asking), (), ())
    return Response(render_error(around, TITLES[status], message, hints), status, content_type=HTML)


def refusal_answer(refusal: AccessRefusal) -> Response:
    """Return why nothing is answered, on a page that loads nothing and leads nowhere."""
    heading, message = TITLES[refusal.status], refusal.why
    content = render("refused.html", _NOTHING, heading=heading, message=message, hints=refusal.hints)
    response = Response(content, refusal.status, content_type=HTML)
    if refusal.status is HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(METHODS)
    return response


def entrance_answer(start: str) -> Response:
    """Return the page that goes on to the first by itself: a redirect would not bring the cookie."""
    return Response(render("enter.html", _NOTHING, heading="Longcase", start=start), content_type=HTML)


def _bar(asking: Asking) -> TimeBar | None:
    page, moment = asking.found.page, asking.moment
    if not page.timed:
        return None
    return TimeBar(moment, parameters.pairs(asking.values, page.parameters), page.path)


def _places(shown: WebPage | None, moment: Moment) -> list[Place]:
    """Return the navigation, each page as of the same instants."""
    return [
        Place(parameters.url(page.path, moment.pairs if page.timed else ()), page.name, page is shown)
        for page in PAGES
        if page.name
    ]


def _foot(asked: PageQuestion, position: int) -> Sequence[str]:
    reader = asked.look.reader
    role = f", {reader.role}" if reader.role else ""
    return (
        f"{asked.look.location}, up to entry {position:,}",
        f"times are those of {asked.look.zone}",
        f"{reader.actor or 'nobody is named as the reader'}{role}",
        f"Longcase {program_version()}",
        NOT_RECORDED,
    )
