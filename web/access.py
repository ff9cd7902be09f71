"""Who may look: this machine alone, with a cookie that a token was exchanged for, once.

A machine has many users on one loopback address, and browsers that others' pages steer: so nothing is answered
without the cookie, to another name than the address that is listened at (against names that are bound anew), or
to a page of another site that asks in its reader's name.
"""

from __future__ import annotations

import secrets
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

ENTER: Final = "/enter"
"""Where the token is exchanged."""

METHODS: Final = ("GET", "HEAD")
_NAMES: Final = ("127.0.0.1", "localhost")
_OWN: Final = frozenset(("same-origin", "none"))
_BYTES: Final = 32


class AccessRefusal(NamedTuple):
    """Why a request is not answered."""

    status: HTTPStatus
    why: str
    hints: tuple[str, ...] = ()


_NO_TOKEN: Final = AccessRefusal(
    HTTPStatus.FORBIDDEN,
    "this browser has not been let in",
    (
        "the address that longcase web printed lets a browser in, once",
        "longcase web, started again, prints another",
    ),
)
_METHOD: Final = AccessRefusal(HTTPStatus.METHOD_NOT_ALLOWED, "these pages are read, and nothing is sent to them")
_FOREIGN: Final = AccessRefusal(
    HTTPStatus.FORBIDDEN, "a page of another site asked for this one", ("type the address",)
)


class Access:
    """Lets in whoever brings the token that only the starter of the program knows."""

    def __init__(self, port: int = 0) -> None:
        """Make token and cookie for the server at ``port``, or at the one that is told once it listens."""
        self.port = port
        self._token: str | None = secrets.token_urlsafe(_BYTES)
        self._secret = secrets.token_urlsafe(_BYTES)
        self._guard = threading.Lock()

    @property
    def entrance(self) -> str:
        """The address that lets a browser in, once."""
        return f"http://127.0.0.1:{self.port}{ENTER}?token={self._token}"

    @property
    def _cookie(self) -> str:
        return f"longcase-{self.port}"

    def refusal(self, request: Request) -> AccessRefusal | None:
        """Return why a request is not answered at all, whatever it asks for, if it is not."""
        if request.host not in {f"{name}:{self.port}" for name in _NAMES}:
            names = f"http://127.0.0.1:{self.port}/"
            return AccessRefusal(
                HTTPStatus.MISDIRECTED_REQUEST, "this server has another name", (f"it is {names}",)
            )
        if request.method not in METHODS:
            return _METHOD
        return _FOREIGN if _is_foreign(request) else None

    def is_let_in(self, request: Request) -> bool:
        """Say whether a request brings the cookie."""
        given = request.cookies.get(self._cookie, "")
        return secrets.compare_digest(given.encode(), self._secret.encode())

    def exchange(self, token: str) -> bool:
        """Say whether a token is the one that lets in; it never is again."""
        with self._guard:
            if self._token is None or not secrets.compare_digest(token.encode(), self._token.encode()):
                return False
            self._token = None
            return True

    def let_in(self, response: Response) -> None:
        """Give the browser the cookie, until it is closed."""
        response.set_cookie(self._cookie, self._secret, httponly=True, samesite="Strict")

    @property
    def not_let_in(self) -> AccessRefusal:
        """What is said to whoever brings neither."""
        return _NO_TOKEN


def _is_foreign(request: Request) -> bool:
    """Say whether another page asks, and not a person who follows a link or types an address.

    A page of another port is of the same site and no less foreign. Browsers that do not say it are older.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is None or site in _OWN:
        return False
    mode, target = (request.headers.get(f"Sec-Fetch-{name}") for name in ("Mode", "Dest"))
    return not (request.method == "GET" and mode == "navigate" and target == "document")
