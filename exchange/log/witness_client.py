"""Asking a witness over HTTP to cosign a checkpoint (C2SP tlog-witness, add-checkpoint).

Witnesses differ in which status says what: 403 or 404 for a log that they do not know, 409 or 422 for roots that
differ at one size. Both are taken, and said as what they mean.
"""

from __future__ import annotations

from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Final, NamedTuple, cast
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from domain.errors import LongcaseError, Refused, UsageProblem
from transparency.encoding import from_decimal
from transparency.errors import MalformedText
from transparency.notes import LARGEST_NOTE
from transparency.witnessing import SIZE

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse

SECONDS: Final = 30.0
"""For how many seconds an answer is waited for."""

_PATH: Final = "/add-checkpoint"
_UNKNOWN: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


class WitnessUnreachable(LongcaseError):
    """The witness could not be asked, or gave no answer that can be understood; it may be asked again."""

    exit_code = 74


class HttpAnswer(NamedTuple):
    """What came back: the status, the media type, and the body as far as an answer may go."""

    status: int
    media_type: str
    body: str


class _NoRedirects(HTTPRedirectHandler):
    """Sends nothing to an address that was not given."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Return nothing, so that the answer stays what it is."""


def submission_url(address: str) -> str:
    """Return where requests go, from the address that a witness is known by; raise ``UsageProblem``."""
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        hint = "write the address as the witness gives it, as https://witness.example/prefix"
        raise UsageProblem(f"{address!r} is no address of a witness", hints=(hint,))
    if parts.username or parts.password:
        raise UsageProblem("an address with a name or a password in it is not taken")
    return address if parts.path.endswith(_PATH) else address.rstrip("/") + _PATH


def cosignatures_from(address: str, body_from: Callable[[int], bytes], old: int) -> str:
    """Return the signature lines that a witness answers; nothing of them is verified yet.

    ``body_from`` returns the request with a proof from so many leaves on, the first time from ``old``. Where the
    witness says that it has seen another number, it is asked once more, from that. Raises ``UsageProblem``,
    ``Refused`` in words for whatever it refuses, and ``WitnessUnreachable``.
    """
    url = submission_url(address)
    answer = ask(url, body_from(old))
    if answer.status == HTTPStatus.CONFLICT:
        seen = _size_in(answer)
        if seen == old:
            raise _forked(answer)
        answer = ask(url, body_from(seen))
        if answer.status == HTTPStatus.CONFLICT and _size_in(answer) != seen:
            raise Refused("the witness was asked by somebody else in between", hints=("try again",))
    if answer.status != HTTPStatus.OK:
        raise _refused(answer)
    return answer.body


def ask(url: str, body: bytes) -> HttpAnswer:
    """Send a request, and return what came back, whatever its status; raise ``WitnessUnreachable``."""
    request = Request(url, data=body, headers={"Content-Type": "text/plain; charset=utf-8"}, method="POST")  # noqa: S310  (its scheme was looked at)
    try:
        with _answered(request) as answer:
            return _read(answer, answer.status or 0)
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        reason = getattr(reason, "strerror", None) or reason
        why = f"the witness at {url} cannot be reached: {reason}"
        raise WitnessUnreachable(why, hints=("nothing was changed; try again",)) from error


def _answered(request: Request) -> HTTPResponse | HTTPError:
    """Return what came back, where the library makes an error of most statuses."""
    try:
        return cast("HTTPResponse", build_opener(_NoRedirects).open(request, timeout=SECONDS))
    except HTTPError as error:
        return error


def _read(answer: HTTPResponse | HTTPError, status: int) -> HttpAnswer:
    data: bytes = answer.read(LARGEST_NOTE + 1)
    if len(data) > LARGEST_NOTE:
        raise WitnessUnreachable(f"the witness answered with more than {LARGEST_NOTE:,} bytes")
    try:
        body = data.decode()
    except UnicodeDecodeError as error:
        raise WitnessUnreachable("the witness answered with what is no text") from error
    return HttpAnswer(status, answer.headers.get_content_type(), body)


def _size_in(answer: HttpAnswer) -> int:
    """Return how many leaves the witness says that it has seen."""
    try:
        if answer.media_type == SIZE:
            return from_decimal(answer.body.removesuffix("\n"))
    except MalformedText as error:
        raise WitnessUnreachable(f"the witness answered 409 without a size: {error}") from error
    raise _forked(answer)


def _forked(answer: HttpAnswer) -> Refused:
    why = f"the witness has cosigned another tree of this log than the store has ({answer.status})"
    return Refused(
        why,
        hints=(
            "longcase log verify --checkpoint FILE compares the store with the checkpoint that it last cosigned",
            "leave the store, the signer and the witness as they are: one of them was changed or set back",
        ),
    )


def _refused(answer: HttpAnswer) -> LongcaseError:
    if answer.status in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}:
        return _forked(answer)
    said = f"the witness says {answer.status}: {' '.join(answer.body.split())[:200] or 'nothing'}"
    if answer.status in _UNKNOWN:
        hint = "whoever runs it enters the log by its keys: longcase log keys prints them"
        why = f"the witness does not know this log or its keys, or is at another address; {said}"
        return Refused(why, hints=(hint,))
    if answer.status == HTTPStatus.BAD_REQUEST:
        return Refused(f"the witness did not understand the request; {said}")
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        hint = "give the address that it sends to, if you trust it"
        return Refused(f"the witness sends elsewhere, where nothing is sent; {said}", hints=(hint,))
    return WitnessUnreachable(f"the witness gave no answer that can be used; {said}", hints=("try again later",))
