"""Longcase's own files: how they are known by their content, and read."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any

import msgspec

from exchange.exports.cases import MARK, SHAPE
from exchange.mapping.mapping import Mapping
from exchange.source.trace import PROBLEM, Trace, UnreadableSource
from presentation.escaping import unescaped, unguard_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO, Literal

    from exchange.source.trace import Activity, RawEvent, Refuse

LONGEST = 8 << 20
"""How many bytes an entry has at most: a text of a million bytes, every character of it escaped, and more."""

_MARKS: tuple[tuple[Literal["xes", "csv", "jsonl"], re.Pattern[str]], ...] = (
    ("jsonl", re.compile(rf'\{{(?:[^\n]*[{{,\s])?"{MARK}"\s*:')),
    ("csv", re.compile(rf'(?:sep=.\r?\n)?(?:[^\n<{{]*[,;\t|])?"?{MARK}"?(?:[,;\t|\r\n]|$)')),
    ("xes", re.compile(r"<[^>]*>.*<extension\s[^>]*[\"']urn:longcase:xes:(\d+)[\"']", re.DOTALL)),
    ("xes", re.compile(r"<[^>]*>.*\skey\s*=\s*[\"']longcase:(?:event|version|payload)[\"']", re.DOTALL)),
)
_KEPT = ["version", "schema", "command_id", "payload"]
_NAMES: dict[str, Any] = {
    "case": "reference",
    "activity": "event",
    "recorded": "known_at",
    "actor": "actor",
    "role": "role",
    "keep": _KEPT,
}
_XES_NAMES = {"longcase:version", "longcase:schema", "identity:id", "longcase:payload"}
_RENAMED = {"identity:id": "command_id"}

MAPPINGS: dict[str, Mapping] = {
    "jsonl": Mapping(**_NAMES, time="occurred_at", encoding="utf-8"),
    "csv": Mapping(**_NAMES, time="first_occurred_at"),
    "xes": Mapping(
        activity="longcase:event",
        time="longcase:occurred_at",
        recorded="longcase:known_at",
        keep=sorted(_XES_NAMES),
    ),
}
"""How each kind is read into activities, whose attributes then are ``version, schema, command_id, payload``."""


def own_format(start: str) -> Literal["xes", "csv", "jsonl"] | None:
    """Return the format of a file that Longcase made, by how its content begins; ``None`` for any other file.

    Other programs write such files anew: with other heads, their columns or keys in another order. What each
    entry needs to be known again tells them.

    Raises ``UnreadableSource`` for a log that a newer Longcase made.
    """
    for form, mark in _MARKS:
        found = mark.match(start)
        if found is not None:
            if found.groups() and found[1] != str(SHAPE):
                raise UnreadableSource(_newer(found[1]))
            return form
    return None


def is_own(name: str) -> bool:
    """Say whether an attribute of this name is one that Longcase gives to what it exports."""
    return name == MARK or name.startswith("longcase:")


def _newer(shape: object) -> str:
    return f"it has shape {shape!s:.20} of Longcase's entries, and this version reads shape {SHAPE}"


def rows(events: Iterable[RawEvent]) -> Iterator[RawEvent]:
    """Give the rows of a CSV file with their cells as they were before they were made safe."""
    for line, values in events:
        for name in ("reference", "actor", "role"):
            if name in values:
                values[name] = unescaped(unguard_cell(values[name]))
        if values.get(MARK) != str(SHAPE):
            values[PROBLEM] = _newer(values.get(MARK, "no"))
        yield line, values


def trace(given: Trace) -> Trace:
    """Return a trace of a XES file with its texts as they were, under the names of the other formats."""
    return Trace(unescaped(given.case), list(map(_activity, given.events)))


def _activity(given: Activity) -> Activity:
    attributes = {
        _RENAMED.get(name, name.removeprefix("longcase:")): value
        for name, value in (given.attributes or {}).items()
    }
    actor, role = (text and unescaped(text) for text in (given.actor, given.role))
    return given._replace(actor=actor, role=role, attributes=attributes)


class _Entry(msgspec.Struct):
    """A line of JSON, as far as it is needed to take the entry back."""

    longcase_entry: int
    reference: str
    version: int
    event: str
    schema: int
    occurred_at: str
    known_at: str
    actor: str
    command_id: str
    payload: msgspec.Raw
    role: str = ""

    def values(self) -> dict[str, str]:
        """Return everything as text."""
        found = {name: getattr(self, name) for name in self.__struct_fields__ if name != "payload"}
        values = {name: str(value) for name, value in found.items() if value != ""}
        values["payload"] = bytes(self.payload).decode()
        if self.longcase_entry != SHAPE:
            values[PROBLEM] = _newer(self.longcase_entry)
        return values


class EntryLines:
    """Reads one file of JSON Lines that Longcase made; ``line`` says how far it has come."""

    def __init__(self, stream: BinaryIO, refuse: Refuse) -> None:
        """Read ``stream``; refuse the lines that are no entry."""
        self.line = 0
        self._stream = stream
        self._refuse = refuse
        self._decode = msgspec.json.Decoder(_Entry).decode

    def events(self) -> Iterator[RawEvent]:
        """Give the entries, everything as text; raise ``UnreadableSource`` for a line beyond all measure."""
        while line := self._stream.readline(LONGEST + 1):
            self.line += 1
            if len(line) > LONGEST:
                raise UnreadableSource(f"the line is longer than {LONGEST} bytes")
            content = line.removeprefix(codecs.BOM_UTF8).strip()
            if not content:
                continue
            try:
                values = self._decode(content).values()
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                self._refuse(self.line, f"it is no entry: {error}")
            else:
                yield self.line, values
