"""A page's answer to a program: what the command of the same question writes, byte for byte."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Response

from presentation.formats import json_bytes, write_csv, write_json, write_jsonl

if TYPE_CHECKING:
    from http import HTTPStatus

    from domain.errors import LongcaseError
    from web.page import Data, PageQuestion

KINDS: Final = {
    "json": "application/json",
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
}
"""The kinds of the formats, as HTTP names them."""


def answer_in(form: str, asked: PageQuestion, data: Data) -> Response:
    """Return the items in one of ``KINDS``."""
    out, as_of = BytesIO(), asked.look.as_of
    if data.axes is not None:
        as_of = as_of._replace(axes=data.axes)
    if form == "json":
        write_json(data.items, as_of, out, indent=False, extra=data.extra)
    elif form == "jsonl":
        write_jsonl(data.items, as_of.zone, out)
    else:
        write_csv(data.items, data.fields, as_of.zone, out, readable=False)
    response = Response(out.getvalue(), content_type=KINDS[form])
    if form == "csv":
        name = asked.page.path.strip("/").replace("/", "-")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def error_in_json(status: HTTPStatus, error: LongcaseError) -> Response:
    """Return an error as a command tells it to a program."""
    told = {"error": error.message, "hints": error.hints, "exit_code": error.exit_code}
    return Response(json_bytes(told) + b"\n", status, content_type=KINDS["json"])
