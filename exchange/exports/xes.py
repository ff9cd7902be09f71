r"""XES (IEEE 1849-2016): a case a trace, an entry an event.

Name and time of an event are what is believed, after corrections, so that other programs see the case as it
stands; ``longcase:occurred_at`` and ``longcase:payload`` are the entry as it was recorded. A character that
XML cannot hold is written ``\uXXXX`` (``presentation.escaping.escaped``), in the payload as JSON's own escape.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from domain.cases.events import ActionRecorded
from domain.codec import encode, schema_of
from domain.event import known_at
from domain.instant import to_datetime
from domain.unseen import CONTROLS, UNSEEN
from exchange.exports.cases import XES_URI
from presentation.escaping import escaped, safe_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo
    from typing import BinaryIO

    from domain.event import Entry
    from domain.instant import Instant
    from exchange.exports.cases import ExportedCase
    from ledger.entry import StoredEntry
    from projections.views.timeline import Line

_STANDARD = (("Concept", "concept"), ("Time", "time"), ("Organizational", "org"), ("Identity", "identity"))
_HEAD = "\n".join(
    (
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">',
        *(
            f'<extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>'
            for name, prefix in _STANDARD
        ),
        f'<extension name="Longcase" prefix="longcase" uri="{XES_URI}"/>',
        '<classifier name="Activity" keys="concept:name"/>',
        '<classifier name="Resource" keys="org:resource"/>',
        "",
    )
)
_FORBIDDEN = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&apos;"}
_SPECIAL = re.compile(f"[&<>'{CONTROLS}{UNSEEN}]")


def write_xes(cases: Iterable[ExportedCase], out: BinaryIO, zone: tzinfo) -> None:
    """Write the log; instants have the offset of ``zone``."""
    out.write(_HEAD.encode())
    out.writelines("".join(_trace(case, zone)).encode() for case in cases)
    out.write(b"</log>\n")


def _trace(case: ExportedCase, zone: tzinfo) -> Iterator[str]:
    yield f"<trace>\n{_text('concept:name', case.reference)}"
    for line in case.lines:
        yield "<event>\n"
        yield from _event(line, zone)
        yield "</event>\n"
    for one in case.unread:
        yield "<event>\n"
        yield from _unread(one.row, zone)
        yield "</event>\n"
    yield "</trace>\n"


def _event(line: Line, zone: tzinfo) -> Iterator[str]:
    believed, entry = line.entry, line.original
    event = believed.event
    yield _text("concept:name", event.kind if isinstance(event, ActionRecorded) else believed.name)
    yield _attribute("date", "time:timestamp", date(believed.occurred_at, zone))
    yield from _header(entry, schema_of(entry.event), known_at(entry), zone)
    if line.corrected_by:
        yield _attribute("int", "longcase:corrected_by", str(line.corrected_by[-1]))
    if line.retracted_by is not None:
        yield _attribute("int", "longcase:retracted_by", str(line.retracted_by))
    yield _payload(encode(entry.event))


def _unread(row: StoredEntry, zone: tzinfo) -> Iterator[str]:
    """Yield what a log has of an entry that cannot be read: its header, and its payload as it is stored."""
    yield _text("concept:name", row.topic.partition(".")[2] or row.topic)
    yield _attribute("date", "time:timestamp", date(row.occurred_at or 0, zone))
    yield from _header(row, row.schema, row.recorded_at, zone)
    yield _payload(row.payload)


def _header(entry: Entry | StoredEntry, schema: int, known: Instant, zone: tzinfo) -> Iterator[str]:
    yield _text("org:resource", entry.actor)
    if entry.role:
        yield _text("org:role", entry.role)
    yield _attribute("id", "identity:id", str(UUID(bytes=entry.command_id)))
    yield _text("longcase:event", entry.topic)
    yield _attribute("int", "longcase:schema", str(schema))
    yield _attribute("int", "longcase:version", str(entry.version))
    yield _attribute("int", "longcase:position", str(entry.position))
    yield _attribute("date", "longcase:occurred_at", date(entry.occurred_at or 0, zone))
    yield _attribute("date", "longcase:recorded_at", date(entry.recorded_at, zone))
    yield _attribute("date", "longcase:known_at", date(known, zone))


def _payload(payload: bytes) -> str:
    return _attribute("string", "longcase:payload", _quoted(safe_json(payload).decode()))


def date(instant: Instant, zone: tzinfo) -> str:
    """Return an instant as XML writes it: an offset of whole minutes, so UTC where the zone's had seconds."""
    moment = to_datetime(instant, zone)
    offset = moment.utcoffset()
    if offset is not None and offset.total_seconds() % 60:
        moment = to_datetime(instant)
    return moment.isoformat()


def _text(key: str, text: str) -> str:
    return _attribute("string", key, _quoted(escaped(text, _FORBIDDEN)))


def _attribute(kind: str, key: str, value: str) -> str:
    """Return an element whose value is quoted by apostrophes, since JSON is full of the other quotes."""
    return f"<{kind} key=\"{key}\" value='{value}'/>\n"


def _quoted(text: str) -> str:
    return _SPECIAL.sub(_reference, text)


def _reference(found: re.Match[str]) -> str:
    return _NAMED.get(found[0]) or f"&#x{ord(found[0]):x};"
