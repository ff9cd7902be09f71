"""What programs may ask the pages, described as OpenAPI 3.1 has it; made from the pages themselves."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from presentation.formats import is_instant, json_bytes
from web.data_formats import KINDS
from web.moments import AS_AT, KNOWN_AT
from web.rendering import program_version
from web.site_map import PAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.page import WebPage
    from web.parameters import Parameter

_INSTANTS: Final = {
    AS_AT: "The world at this instant, as the command line takes it: 2016-05-20, 2016-05-20T10:30, -7d.",
    KNOWN_AT: "By what had been recorded by this instant; without it, by what is known now.",
}
_REFUSALS: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.MISDIRECTED_REQUEST,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def description() -> bytes:
    """Return the description as JSON."""
    paths = {f"{page.path}.{form}": _path(page, form) for page in PAGES for form in page.formats}
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "Longcase", "version": program_version(), "description": "Reads; records nothing."},
        "paths": paths,
        "components": {"schemas": {"Error": _ERROR}},
    }
    return json_bytes(whole) + b"\n"


def _path(page: WebPage, form: str) -> dict[str, Any]:
    parameters = [*map(_parameter, page.parameters), *(_instant(name) for name in _INSTANTS if page.timed)]
    answers: dict[str, Any] = {
        "200": {"description": "What was found.", "content": {KINDS[form]: {"schema": _schema(page, form)}}},
        "303": {"description": "The one address of this question."},
    }
    refused = {
        KINDS["json"]: {"schema": {"$ref": "#/components/schemas/Error"}},
        "text/html; charset=utf-8": {"schema": {"type": "string"}},
    }
    answers |= {str(int(one)): {"description": one.phrase, "content": refused} for one in _REFUSALS}
    return {"get": {"summary": page.title, "parameters": parameters, "responses": answers}}


def _parameter(one: Parameter) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": "integer", "minimum": 0} if one.number else {"type": "string"}
    if one.flag:
        plain = {"const": "1"}
    if one.choices:
        plain["enum"] = list(one.choices)
    schema = {"type": "array", "items": plain} if one.many else plain
    return {"name": one.name, "in": "query", "schema": schema, "explode": True}


def _instant(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string"}, "description": _INSTANTS[name]}


def _schema(page: WebPage, form: str) -> dict[str, Any]:
    """Return what an answer is: JSON is the envelope, JSON Lines an item a line, CSV a table."""
    if form != "json":
        return _item(page.fields) if form == "jsonl" else {"type": "string"}
    text = {"type": "string", "format": "date-time"}
    properties = {
        "as_at": text,
        "known_at": text,
        "count": {"type": "integer"},
        "items": {"type": "array", "items": _item(page.fields)},
    }
    return {"type": "object", "required": [*properties], "properties": properties}


def _item(fields: Sequence[str]) -> dict[str, Any]:
    return {"type": "object", "required": [*fields], "properties": {name: _field(name) for name in fields}}


def _field(name: str) -> dict[str, Any]:
    """Return what is known of a field by its name: instants and lengths of time are told by it."""
    if name.endswith("_seconds"):
        return {"type": ["integer", "null"]}
    return {"type": ["string", "null"], "format": "date-time"} if is_instant(name) else {}


_ERROR: Final = {
    "type": "object",
    "required": ["error", "hints", "exit_code"],
    "properties": {
        "error": {"type": "string"},
        "hints": {"type": "array", "items": {"type": "string"}},
        "exit_code": {"type": "integer"},
    },
}
