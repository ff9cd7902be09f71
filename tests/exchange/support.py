"""What the tests of reading share: where the real logs are, and reading a file to its end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from exchange.mapping.mapping import Mapping, load
from exchange.readers.reader import read
from exchange.source.trace import Activity, ImportRefused, Refusal, Trace

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("LONGCASE_DATA") or ROOT.parent / "shared" / "data")
MAPPINGS = Path(__file__).parent / "mappings"

LOG = '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n{}</log>\n'


class Outcome(NamedTuple):
    """All that reading a file gave."""

    traces: list[Trace]
    refusals: list[Refusal]
    not_kept: list[str]
    notes: list[str]
    refused: ImportRefused | None

    @property
    def lines(self) -> list[int]:
        return [refusal.line for refusal in self.refusals]

    @property
    def activities(self) -> list[tuple[str, str]]:
        return [(trace.case, event.activity) for trace in self.traces for event in trace.events]

    @property
    def events(self) -> list[Activity]:
        return [event for trace in self.traces for event in trace.events]


def outcome(path: Path, mapping: Mapping | None = None) -> Outcome:
    traces: list[Trace] = []
    refusals: list[Refusal] = []
    reading = read(path, mapping, refusals.append)
    refused = None
    try:
        traces.extend(reading)
    except ImportRefused as error:
        refused = error
    return Outcome(traces, refusals, reading.not_kept, reading.notes, refused)


def outcome_of(folder: Path, content: str | bytes, name: str, mapping: Mapping | None = None) -> Outcome:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return outcome(path, mapping)


def real(*parts: str) -> Path:
    """Return a file of the real logs; skip the test, saying so, where there are none."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {path}: set LONGCASE_DATA to the folder of the real logs")
    return path


def mapping_named(name: str) -> Mapping:
    return load(MAPPINGS / f"{name}.toml")


def attribute(key: str, value: str, kind: str = "string") -> str:
    return f'<{kind} key="{key}" value="{value}"/>\n'


def event(name: str = "A", time: str = "2016-02-12T09:12:00Z", *more: str) -> str:
    inner = attribute("concept:name", name) + attribute("time:timestamp", time, "date") + "".join(more)
    return f"<event>\n{inner}</event>\n"


def trace(name: str, events: Iterable[str] = (), *more: str) -> str:
    return f"<trace>\n{attribute('concept:name', name)}{''.join(more)}{''.join(events)}</trace>\n"
