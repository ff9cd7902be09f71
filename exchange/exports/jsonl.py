"""JSON Lines: an entry a line, with its header, its payload as it is stored, and its case's reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from domain.codec import encode
from domain.event import known_at
from domain.instant import iso
from exchange.exports.cases import MARK, SHAPE
from presentation.escaping import safe_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo
    from typing import BinaryIO

    from domain.event import Entry
    from exchange.exports.cases import ExportedCase


def write_jsonl(cases: Iterable[ExportedCase], out: BinaryIO, zone: tzinfo) -> None:
    """Write every entry as it was recorded; instants have the offset of ``zone``."""
    to_json = msgspec.json.Encoder().encode
    for case in cases:
        out.writelines(
            safe_json(to_json(_item(case.reference, line.original, zone))) + b"\n" for line in case.lines
        )


def _item(reference: str, entry: Entry, zone: tzinfo) -> dict[str, Any]:
    return {
        MARK: SHAPE,
        "reference": reference,
        "position": entry.position,
        "version": entry.version,
        "event": entry.topic,
        "schema": type(entry.event).SCHEMA,
        "occurred_at": iso(entry.occurred_at, zone),
        "recorded_at": iso(entry.recorded_at, zone),
        "known_at": iso(known_at(entry), zone),
        "actor": entry.actor,
        "role": entry.role,
        "command_id": str(UUID(bytes=entry.command_id)),
        "payload": msgspec.Raw(encode(entry.event)),
    }
