"""Whole traces of XES as nearly all logs write them: their attributes, found without a call for each tag.

A trace that begins with its own attributes, then has events of attributes alone, none of them nested, and no
reference to a character, means what stands in it to the letter. Expat still judges whether it is well-formed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from exchange.source.trace import RawEvent

END: Final = b"</trace>"

_BLANK: Final = r"[ \t\r\n]*+"
_TEXT: Final = r'[^"<&\t\r\n]'
_TYPES: Final = "string|date|int|float|boolean|id"
_ATTRIBUTES: Final = rf'(?:<(?:{_TYPES}) key="{_TEXT}++" value="{_TEXT}*+" ?/>{_BLANK})*+'
_EVENTS: Final = rf"(?:<event>{_BLANK}{_ATTRIBUTES}</event>{_BLANK})*+"
trace_at = re.compile(f"{_BLANK}<trace>{_BLANK}{_ATTRIBUTES}{_EVENTS}</trace>".encode()).match
_given = re.compile('key="([^"]*)" value="([^"]*)"').findall


class UsualTrace(NamedTuple):
    """A trace: the line where it begins, its own attributes, and its events with theirs."""

    line: int
    values: dict[str, str]
    events: list[RawEvent]


def usual(text: str, line: int) -> UsualTrace | None:
    """Return the trace of a text that ``trace_at`` has found, which begins on ``line``.

    ``None`` where a name is given twice in one place: what becomes of those is told elsewhere.
    """
    of_case, *parts = text.split("<event>")
    values = _values(of_case)
    if values is None:
        return None
    begins = line + of_case.count("\n", 0, of_case.index("<"))
    line += of_case.count("\n")
    events: list[RawEvent] = []
    for part in parts:
        found = _values(part)
        if found is None:
            return None
        events.append((line, found))
        line += part.count("\n")
    return UsualTrace(begins, values, events)


def _values(text: str) -> dict[str, str] | None:
    given = _given(text)
    values = dict(given)
    return values if len(values) == len(given) else None


def lines_are_plain(chunk: bytes) -> bool:
    """Say whether every line of a chunk ends with a line feed, so that counting those counts lines."""
    return chunk.count(b"\r") == chunk.count(b"\r\n")
