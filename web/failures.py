"""What goes wrong, as a status of HTTP."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from domain.errors import Conflict, LongcaseError, NotFound, Refused, UsageProblem
from ledger.postgresql.secrets import without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

_STATUSES: Final[Mapping[type[LongcaseError], HTTPStatus]] = {
    UsageProblem: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    Refused: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
}

TITLES: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.BAD_REQUEST: "This cannot be understood",
    HTTPStatus.FORBIDDEN: "This may not be looked at",
    HTTPStatus.NOT_FOUND: "There is nothing here",
    HTTPStatus.METHOD_NOT_ALLOWED: "This page is only read",
    HTTPStatus.CONFLICT: "This does not agree with the store",
    HTTPStatus.MISDIRECTED_REQUEST: "This is another server",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The program has a fault",
    HTTPStatus.SERVICE_UNAVAILABLE: "The store cannot be used",
}
"""The heading of the page that says it."""


def status_of(error: LongcaseError) -> HTTPStatus:
    """Return the status of an error that has words; what no other class says is the store's."""
    return next(
        (one for kind, one in _STATUSES.items() if isinstance(error, kind)), HTTPStatus.SERVICE_UNAVAILABLE
    )


def as_shown(error: LongcaseError) -> LongcaseError:
    """Return an error without a password that somebody typed into the location of a store."""
    hints = tuple(map(without_secrets, error.hints))
    return type(error)(without_secrets(error.message), hints=hints)
