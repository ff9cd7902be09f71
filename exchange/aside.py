"""Reading a large file in a process of its own, so that this one can insert meanwhile."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from domain.errors import StoreError
from exchange.mapping import Mapping
from exchange.reading import Reading, read
from exchange.records import Activity, ImportRefused, Refusal, Trace
from ledger.aside import Lost, aside, possible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LARGE = 1 << 20
"""From which size on, in bytes, a file is read aside: before, starting a process costs more than it saves."""

_TOGETHER = 500


class ReadingAside(Reading):
    """What ``Reading`` gives, read by another process."""

    def __init__(self, path: Path, mapping: Mapping | None, on_refusal: Callable[[Refusal], None]) -> None:
        """Read ``path`` when iterated over."""
        super().__init__(path, mapping or Mapping(), on_refusal, None)
        self._left_behind: list[str] = []

    @property
    def not_kept(self) -> list[str]:
        """The names of the attributes that were met, and neither used nor kept."""
        return self._left_behind

    def __iter__(self) -> Iterator[Trace]:
        """Give the traces; see ``exchange.reading.read`` for what is raised."""
        asked = (os.fspath(self._path), msgspec.json.encode(self._mapping))
        try:
            for traces, refusals, ending in aside("exchange.aside", "read_here", *asked):
                for refusal in refusals:
                    self._on_refusal(Refusal(*refusal))
                for case, events, attributes in traces:
                    yield Trace(case, [Activity(*event) for event in events], attributes)
                if ending is not None:
                    self._end(ending)
        except Lost as error:
            raise StoreError(f"{self._path} could not be read: {error}") from error

    def _end(self, ending: dict[str, Any]) -> None:
        self.notes += ending["notes"]
        self._left_behind = ending["not_kept"]
        if ending["refusal"] is not None:
            raise ImportRefused(Refusal(*ending["refusal"]), hints=tuple(ending["hints"]))


def reading(path: Path, mapping: Mapping | None, on_refusal: Callable[[Refusal], None]) -> Reading:
    """Return the reading of a file: in this process, or for a large file aside."""
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    if size >= LARGE and possible():
        return ReadingAside(path, mapping, on_refusal)
    return read(path, mapping, on_refusal)


def read_here(path: str, mapping: bytes) -> Iterator[tuple[list[Any], list[Any], dict[str, Any] | None]]:
    """Yield a file's traces, some at a time, with what was refused among them, and at last how it ended."""
    refusals: list[Refusal] = []
    found = read(Path(path), msgspec.json.decode(mapping, type=Mapping), refusals.append)
    refused: ImportRefused | None = None
    traces = iter(found)
    try:
        while some := [_plain(trace) for trace in islice(traces, _TOGETHER)]:
            yield some, [tuple(one) for one in refusals], None
            refusals.clear()
    except ImportRefused as error:
        refused = error
    yield [], [tuple(one) for one in refusals], _ending(found, refused)


def _plain(trace: Trace) -> tuple[str, list[Any], dict[str, str] | None]:
    return trace.case, [tuple(event) for event in trace.events], trace.attributes


def _ending(found: Reading, refused: ImportRefused | None) -> dict[str, Any]:
    return {
        "notes": found.notes,
        "not_kept": found.not_kept,
        "refusal": None if refused is None else tuple(refused.refusal),
        "hints": [] if refused is None else list(refused.hints),
    }


