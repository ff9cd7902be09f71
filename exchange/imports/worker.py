"""Reading a large file in a process of its own, so that this one can insert meanwhile."""

from __future__ import annotations

import os
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from application.app import Longcase
from application.envelope import Envelope
from domain.errors import StoreError
from exchange.imports.foreign import Importer
from exchange.imports.importer import Batch
from exchange.imports.outcome import Outcome
from exchange.mapping.mapping import Mapping
from exchange.readers.reader import read
from exchange.source.trace import Activity, ImportRefused, Refusal, Trace
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.workers.process import WorkerFailed, possible, run_in_process

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.instant import Instant

LARGE = 1 << 20
"""From which size on, in bytes, a child process reads a file: below, starting one costs more than it saves."""

_TOGETHER = 500


def worthwhile(path: Path) -> bool:
    """Say whether it pays to read a file in a child process."""
    try:
        return possible() and path.stat().st_size >= LARGE
    except OSError:
        return False


class PartsAside:
    """What a file of another program adds to an empty ledger, told by another process.

    ``notes`` and ``not_kept`` are as ``Reading`` has them, complete at the end.
    """

    def __init__(self, path: Path, mapping: Mapping | None, by: Envelope, now: Instant, *, strict: bool) -> None:
        """Read ``path`` when iterated over."""
        self.notes: list[str] = []
        self.not_kept: list[str] = []
        self._asked = (os.fspath(path), msgspec.json.encode(mapping or Mapping()), by.actor, now, strict)

    def __iter__(self) -> Iterator[Batch]:
        """Give the parts. Raises as ``Reading`` does, and ``StoreError`` if the other process fails."""
        try:
            batches = run_in_process("exchange.imports.worker", "read_batches", *self._asked)
            for rows, refusals, cases, events, nobody, words, trace, ending in batches:
                told = [Refusal(*one) for one in refusals]
                yield Batch(rows, told, cases, events, nobody, words, _trace(trace))
                if ending is not None:
                    self._end(*ending)
        except WorkerFailed as error:
            raise StoreError(f"{self._asked[0]} could not be read: {error}") from error

    def _end(self, notes: list[str], not_kept: list[str], refusal: list[Any] | None, hints: list[str]) -> None:
        self.notes, self.not_kept = notes, not_kept
        if refusal is not None:
            raise ImportRefused(Refusal(*refusal), hints=tuple(hints))


def read_batches(
    path: str,
    mapping: bytes,
    actor: str,
    now: Instant,
    strict: bool,  # noqa: FBT001  (another process is told by place)
) -> Iterator[tuple[Any, ...]]:
    """Yield, in the other process, what ``PartsAside`` makes parts of: with the last, how the file ended."""
    outcome = Outcome()
    found = read(Path(path), msgspec.json.decode(mapping, type=Mapping), outcome.refuse)
    app = Longcase(SQLiteRecorder.in_memory(), clock=lambda: now)
    importer = Importer(app, found.source, path, Envelope(actor), outcome, strict=strict)
    refused: ImportRefused | None = None
    traces = iter(found)
    try:
        for first in traces:
            # One trace at a time, as where it is read here: so refusals come in the same order.
            yield from _messages(importer, chain((first,), islice(traces, _TOGETHER - 1)))
    except ImportRefused as error:
        refused = error
    refusal = None if refused is None else tuple(refused.refusal)
    hints = [] if refused is None else list(refused.hints)
    yield (*_parts(importer, [], 0), None, (found.all_notes, found.not_kept, refusal, hints))


def _messages(importer: Importer, traces: Iterable[Trace]) -> Iterator[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    events = 0
    for trace in traces:
        apart = importer.apart(trace)
        events += len(trace.events)
        if apart is None:
            plain = (trace.case, [tuple(event) for event in trace.events], trace.attributes)
            yield (*_parts(importer, rows, events), plain, None)
            rows, events = [], 0
        else:
            rows += map(tuple, apart)
    yield (*_parts(importer, rows, events), None, None)


def _parts(importer: Importer, rows: list[tuple[Any, ...]], events: int) -> tuple[Any, ...]:
    outcome = importer.outcome
    refused = [tuple(one) for one in outcome.refused]
    message = rows, refused, outcome.cases, events, outcome.nobody, importer.words.taken()
    outcome.refused.clear()
    outcome.cases = outcome.nobody = 0
    return message


def _trace(message: tuple[str, list[Any], dict[str, str] | None] | None) -> Trace | None:
    if message is None:
        return None
    case, events, attributes = message
    return Trace(case, [Activity(*event) for event in events], attributes)
