"""The site as a callable of WSGI: lets in or refuses, finds the page, asks it, and answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import HTTPException
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from domain.errors import LongcaseError
from presentation.instants import parse_axes
from presentation.look import Look
from presentation.questions.stores import now_of, zone
from web import html_answers, parameters
from web.access import ENTER
from web.asking import asking_of
from web.assets import FOLDER, by_hashed_name
from web.data_formats import KINDS, answer_in, error_in_json
from web.description import description
from web.failures import as_shown, status_of
from web.headers import add_headers
from web.page import PageQuestion
from web.site_map import HOME, find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from wsgiref.types import StartResponse, WSGIEnvironment

    from projections.views.access import Reader
    from web.access import Access
    from web.asking import Asking
    from web.site_map import Found
    from web.store_readers import OpenStore, StoreReaders

_PLAIN: Final = "text/plain; charset=utf-8"
_FOR_EVER: Final = "private, max-age=31536000, immutable"
_AGAIN: Final = "5"
"""After how many seconds to ask again where the store cannot be used."""


class Site:
    """Answers requests for the pages of one store, to whoever was let in; a thread has one at a time."""

    def __init__(
        self,
        readers: StoreReaders,
        reader: Reader,
        access: Access,
        start: str,
        keep: Callable[[BaseException], str],
    ) -> None:
        """Show what ``reader`` may read; ``start`` is the first page.

        ``keep`` keeps the details of a fault of the program, and returns in words where they are.
        """
        self._readers, self._reader, self._access = readers, reader, access
        self._start, self._keep = start, keep

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        response = self._answer(Request(environ))
        add_headers(response)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        refusal = self._access.refusal(request)
        if refusal is not None:
            return html_answers.refusal_answer(refusal)
        if request.path == ENTER:
            return self._enter(request)
        if not self._access.is_let_in(request):
            return html_answers.refusal_answer(self._access.not_let_in)
        return self._caught(request)

    def _enter(self, request: Request) -> Response:
        """Exchange the token for the cookie."""
        if request.method != "GET" or not self._access.exchange(request.args.get("token", "")):
            return html_answers.refusal_answer(self._access.not_let_in)
        response = html_answers.entrance_answer(self._start)
        self._access.let_in(response)
        return response

    def _caught(self, request: Request) -> Response:
        """Return the answer to whoever was let in, whatever goes wrong."""
        try:
            return self._routed(request)
        except LongcaseError as error:
            return _failed(request, as_shown(error))
        except HTTPException as error:
            status = HTTPStatus(error.code or HTTPStatus.NOT_FOUND)
            return _error(request, status, "there is no such page", ())
        except Exception as error:  # noqa: BLE001  (a fault of the program is told, and kept for whoever mends it)
            where = self._keep(error)
            return _error(request, HTTPStatus.INTERNAL_SERVER_ERROR, "something went wrong", (where,))

    def _routed(self, request: Request) -> Response:
        path = request.path
        if path == "/":
            return redirect(HOME, HTTPStatus.SEE_OTHER)
        if path == "/healthz":
            return Response("ok\n", content_type=_PLAIN)
        if path == "/position":
            return self._position()
        if path == "/openapi.json":
            return Response(description(), content_type=KINDS["json"])
        if path.startswith(f"{FOLDER}/"):
            return _asset(path)
        return self._page(request, find(path))

    def _position(self) -> Response:
        with self._readers.lent() as store:
            return Response(f"{store.ledger.head()[0]}\n", content_type=_PLAIN)

    def _page(self, request: Request, found: Found) -> Response:
        asking = asking_of(request, found)
        if asking.pairs != tuple(request.args.items(multi=True)):
            return redirect(parameters.url(request.path, asking.pairs), HTTPStatus.SEE_OTHER)
        with self._readers.lent() as store:
            asked = self._asked(asking, store)
            position = store.ledger.head()[0]
            if found.form is not None and found.page.data is not None:
                return answer_in(found.form, asked, found.page.data(asked))
            shown = found.page.show(asked)
            return shown if isinstance(shown, Response) else html_answers.page_answer(asked, shown, position)

    def _asked(self, asking: Asking, store: OpenStore) -> PageQuestion:
        ledger, moment = store.ledger, asking.moment
        now, ahead = now_of(ledger)
        as_of = parse_axes(moment.as_at, moment.known_at, zone=zone(ledger), now=now, ahead=ahead)
        look = Look(ledger, as_of, self._reader, self._readers.location)
        return PageQuestion(asking.found.page, look, store.runner, moment, asking.values)


def _failed(request: Request, error: LongcaseError) -> Response:
    status = status_of(error)
    if request.path.rpartition(".")[2] in KINDS:
        response = error_in_json(status, error)
    else:
        response = _error(request, status, error.message, error.hints)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = _AGAIN
    return response


def _error(request: Request, status: HTTPStatus, message: str, hints: Sequence[str]) -> Response:
    return html_answers.error_answer(status, message, hints, _understood(request))


def _understood(request: Request) -> Asking | None:
    """Return what was asked, if that can be told."""
    try:
        return asking_of(request, find(request.path))
    except (LongcaseError, HTTPException):
        return None


def _asset(path: str) -> Response:
    found = by_hashed_name().get(path.removeprefix(f"{FOLDER}/"))
    if found is None:
        return Response("there is no such file\n", HTTPStatus.NOT_FOUND, content_type=_PLAIN)
    return Response(found.content, content_type=found.kind, headers={"Cache-Control": _FOR_EVER})
