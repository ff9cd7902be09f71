"""CSV: an entry a row, with the columns of the timeline, then what is needed to take it back.

``occurred_at`` and ``details`` are what is believed, after corrections; ``first_occurred_at`` and ``payload``
are the entry as it was recorded. No cell is a formula to a spreadsheet, and none steers a terminal; both can
be undone: see ``presentation.escaping``.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from domain.codec import encode, schema_of
from domain.event import known_at
from domain.instant import iso
from exchange.exports.cases import MARK, SHAPE
from presentation.escaping import escaped, guard_cell, safe_json
from projections.views.timeline import FIELDS, item

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo
    from typing import BinaryIO

    from exchange.exports.cases import ExportedCase
    from projections.views.case_view import Unread
    from projections.views.timeline import Line

COLUMNS = (
    MARK,
    "reference",
    *FIELDS,
    "known_at",
    "first_occurred_at",
    "schema",
    "command_id",
    "payload",
)


def write_csv(cases: Iterable[ExportedCase], out: BinaryIO, zone: tzinfo) -> None:
    """Write a heading and every entry; rows end in CR LF, and instants have the offset of ``zone``."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    try:
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for case in cases:
            writer.writerows(_row(case.reference, line, zone) for line in case.lines)
            writer.writerows(_unread(case.reference, one, zone) for one in case.unread)
    finally:
        text.flush()
        text.detach()


def _row(reference: str, line: Line, zone: tzinfo) -> list[str]:
    entry = line.original
    more = {
        MARK: SHAPE,
        "reference": reference,
        "known_at": known_at(entry),
        "first_occurred_at": entry.occurred_at,
        "schema": schema_of(entry.event),
        "command_id": str(UUID(bytes=entry.command_id)),
    }
    return _cells(item(line) | more, encode(entry.event), zone)


def _unread(reference: str, unread: Unread, zone: tzinfo) -> list[str]:
    """Return the row of an entry that cannot be read: its header, why, and its payload as it is stored."""
    entry = unread.row
    header = {
        MARK: SHAPE,
        "reference": reference,
        "event": entry.topic,
        "known_at": entry.recorded_at,
        "first_occurred_at": entry.occurred_at or 0,
        "summary": f"cannot be read: {unread.reason}",
        "command_id": str(UUID(bytes=entry.command_id)),
    }
    named = ("position", "version", "occurred_at", "recorded_at", "actor", "role", "schema")
    values = dict.fromkeys(COLUMNS) | {name: getattr(entry, name) for name in named} | header
    return _cells(values, entry.payload, zone)


def _cells(values: dict[str, Any], payload: bytes, zone: tzinfo) -> list[str]:
    cells = [_cell(exported_value(name, values[name], zone)) for name in COLUMNS[:-1]]
    return [*cells, safe_json(payload).decode()]


def exported_value(name: str, value: Any, zone: tzinfo) -> Any:  # noqa: ANN401  (any value of a timeline's item)
    """Return a value with its instants, at every depth, as texts; a name that ends in ``_at`` is one."""
    if type(value) is int and name.endswith("_at"):
        return iso(value, zone)
    if isinstance(value, dict):
        return {key: exported_value(key, each, zone) for key, each in value.items()}
    return value


def _cell(value: Any) -> str:  # noqa: ANN401  (any value of a timeline's item)
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return safe_json(msgspec.json.encode(value)).decode()
    return guard_cell(escaped(str(value)))
