"""A witness over HTTP (C2SP tlog-witness), as a callable of WSGI: checkpoints in, cosignatures out.

It answers at ``/add-checkpoint`` and ``/HASH/checkpoint``; a server in front of it may put both anywhere.
"""

from __future__ import annotations

import re
import sqlite3
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from transparency.witnessing import LARGEST_REQUEST, TEXT, WitnessAnswer
from witness.errors import WitnessError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from witness.cosigning import Witness

_MONITORED = re.compile(r"/([0-9a-f]{64})/checkpoint")
_LENGTH = re.compile(r"[0-9]{1,12}")
_HEADERS = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)
_LONGEST_PATH = 100


class _Refusal(Exception):
    """A request that no witness is asked about: its status, why, and what else its head says."""

    def __init__(self, status: HTTPStatus, why: str, *more: tuple[str, str]) -> None:
        super().__init__(why)
        self.answer, self.more = WitnessAnswer(status, f"{why}\n"), more


class Visit(NamedTuple):
    """What is told of a request once it is answered: nothing of it is a secret."""

    method: str
    path: str
    status: int
    what: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.status} {self.method} {self.path}{f': {self.what}' if self.what else ''}"


class WitnessSite:
    """The callable. Any thread may call it; whatever it is sent, it answers."""

    def __init__(self, witness: Witness, origins: Iterable[str], tell: Callable[[str, str], None]) -> None:
        """Take the witness, the logs that are shown, and what is told of each answer: who asked, and a line."""
        self._witness, self._tell = witness, tell
        self._origins = {sha256(origin.encode()).hexdigest(): origin for origin in origins}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer a request."""
        answer, more = self._answered(environ)
        body = answer.body.encode()
        method = str(environ.get("REQUEST_METHOD", ""))
        path = str(environ.get("PATH_INFO", ""))[:_LONGEST_PATH]
        visit = Visit(method[:_LONGEST_PATH], path, int(answer.status), _described(answer))
        self._tell(_asker(environ), str(visit))
        head = [("Content-Type", answer.media_type), ("Content-Length", str(len(body))), *_HEADERS, *more]
        start_response(f"{int(answer.status)} {answer.status.phrase}", head)
        return [] if method == "HEAD" else [body]

    def _answered(self, environ: WSGIEnvironment) -> tuple[WitnessAnswer, tuple[tuple[str, str], ...]]:
        try:
            return self._routed(environ), ()
        except _Refusal as refusal:
            return refusal.answer, refusal.more
        except (WitnessError, sqlite3.Error, OSError) as error:
            self._tell(_asker(environ), f"nothing can be kept: {error}")
            why = "nothing can be kept now, so nothing is cosigned\n"
            return WitnessAnswer(HTTPStatus.SERVICE_UNAVAILABLE, why), (("Retry-After", "60"),)
        except Exception as error:  # noqa: BLE001  (whoever asks is told nothing of what is inside)
            self._tell(_asker(environ), f"a fault of the program: {type(error).__name__}: {error}")
            return WitnessAnswer(HTTPStatus.INTERNAL_SERVER_ERROR, "a fault of the program\n"), ()

    def _routed(self, environ: WSGIEnvironment) -> WitnessAnswer:
        path = environ.get("PATH_INFO", "")
        if path == "/add-checkpoint":
            _check_method(environ, "POST")
            return self._cosigned(environ)
        if monitored := _MONITORED.fullmatch(path):
            _check_method(environ, "GET", "HEAD")
            return self._shown(monitored[1])
        raise _Refusal(HTTPStatus.NOT_FOUND, "there is nothing but /add-checkpoint and /HASH/checkpoint")

    def _cosigned(self, environ: WSGIEnvironment) -> WitnessAnswer:
        answer = self._witness.answer(_body(environ))
        if fork := self._witness.fork_of(answer):
            self._tell(_asker(environ), f"! {fork.origin} has signed two different trees of size {fork.size}")
        return answer

    def _shown(self, hashed: str) -> WitnessAnswer:
        """Return the last checkpoint of a log, with its cosignatures."""
        origin = self._origins.get(hashed)
        last = None if origin is None else self._witness.state.last(origin)
        if last is None:
            raise _Refusal(HTTPStatus.NOT_FOUND, "no checkpoint of this log was cosigned")
        return WitnessAnswer(HTTPStatus.OK, last.note, TEXT)


def _asker(environ: WSGIEnvironment) -> str:
    return str(environ.get("REMOTE_ADDR", ""))


def _check_method(environ: WSGIEnvironment, *allowed: str) -> None:
    if environ.get("REQUEST_METHOD") not in allowed:
        methods = ", ".join(allowed)
        raise _Refusal(HTTPStatus.METHOD_NOT_ALLOWED, f"this is asked by {methods}", ("Allow", methods))


def _body(environ: WSGIEnvironment) -> bytes:
    """Return the body of a request, which says how long it is."""
    length = str(environ.get("CONTENT_LENGTH") or "")
    if not length:
        raise _Refusal(HTTPStatus.LENGTH_REQUIRED, "a request says how many bytes it has")
    if not _LENGTH.fullmatch(length):
        raise _Refusal(HTTPStatus.BAD_REQUEST, "the length of a request is a number of bytes")
    if int(length) > LARGEST_REQUEST:
        raise _Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a request has {LARGEST_REQUEST} bytes at most")
    body: bytes = environ["wsgi.input"].read(int(length))
    if len(body) != int(length):
        raise _Refusal(HTTPStatus.BAD_REQUEST, "the request ends before its end")
    return body


def _described(answer: WitnessAnswer) -> str:
    """Return which log said what in a request, or why it was not looked at."""
    if answer.signed:
        checkpoint = answer.signed.checkpoint
        last = "the last one has size " if answer.status is HTTPStatus.CONFLICT else ""
        why = "" if answer.accepted else f", {last}{answer.body.strip()}"
        return f"{checkpoint.origin} size {checkpoint.size}{why}"
    return "" if answer.status is HTTPStatus.OK else answer.body.strip()
