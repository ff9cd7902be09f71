"""JSON Lines: an entry a line, with its header, its payload as it is stored, and its case's reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from domain.codec import encode, schema_of
from domain.event import known_at
from domain.instant import iso
from exchange.exports.cases import MARK, SHAPE
from presentation.escaping import safe_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo
    from typing import BinaryIO

    from domain.event import Entry
    from domain.instant import Instant
    from exchange.exports.cases import ExportedCase
    from ledger.entry import StoredEntry


def write_jsonl(cases: Iterable[ExportedCase], out: BinaryIO, zone: tzinfo) -> None:
    """Write every entry as it was recorded; instants have the offset of ``zone``."""
    to_json = msgspec.json.Encoder().encode
    for case in cases:
        out.writelines(safe_json(to_json(each)) + b"\n" for each in _items(case, zone))


def _items(case: ExportedCase, zone: tzinfo) -> Iterator[dict[str, Any]]:
    for line in case.lines:
        entry = line.original
        payload = encode(entry.event)
        yield _item(case.reference, entry, schema_of(entry.event), known_at(entry), payload, zone)
    for one in case.unread:
        row = one.row
        yield _item(case.reference, row, row.schema, row.recorded_at, _on_one_line(row.payload), zone)


def _on_one_line(payload: bytes) -> bytes:
    """Return JSON without line breaks, which are no more than white space in it."""
    return payload.replace(b"\n", b" ").replace(b"\r", b" ")


def _item(
    reference: str, entry: Entry | StoredEntry, schema: int, known: Instant, payload: bytes, zone: tzinfo
) -> dict[str, Any]:
    return {
        MARK: SHAPE,
        "reference": reference,
        "position": entry.position,
        "version": entry.version,
        "event": entry.topic,
        "schema": schema,
        "occurred_at": iso(entry.occurred_at or 0, zone),
        "recorded_at": iso(entry.recorded_at, zone),
        "known_at": iso(known, zone),
        "actor": entry.actor,
        "role": entry.role,
        "command_id": str(UUID(bytes=entry.command_id)),
        "payload": msgspec.Raw(payload),
    }
