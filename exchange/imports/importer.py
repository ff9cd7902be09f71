"""What both kinds of import share: traces in, rows out, counts kept, refusals told.

A file of Longcase's own and one of another program differ in what becomes of a trace; see ``Taker.rows``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from application.recording import AHEAD
from domain.cases.history import History
from domain.codec import entry_of
from domain.errors import Refused
from domain.identity import case_stream, identifier, kept_identifier, known
from exchange.imports.amending import Amender
from exchange.imports.elsewhere import Elsewhere
from exchange.imports.known import Known
from exchange.imports.unknown_words import UnknownWords
from exchange.source.trace import Refusal
from ledger.workers.batches import Batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from application.app import Longcase
    from application.envelope import Envelope
    from domain.errors import LongcaseError
    from exchange.imports.outcome import Outcome
    from exchange.source.trace import Activity, Trace
    from ledger.entry import StoredEntry

UNKNOWN = "unknown"
"""The actor of an event whose source names none."""


SAMPLES = 3
"""How many of the cases that anything is added to are shown before it is."""


class Batch(NamedTuple):
    """What some traces add to an empty ledger: rows, refusals, cases opened, events read, words, who did not act.

    ``trace`` is one that comes after them and cannot be told apart.
    """

    rows: list[StoredEntry]
    refusals: list[Refusal]
    cases: int
    events: int
    nobody: int
    words: list[tuple[str, str, int]]
    trace: Trace | None


class Taker:
    """Takes the traces of one file into the ledger, inside a transaction that is open.

    ``samples`` are the streams of the first cases that it added anything to.
    ``checked`` says what a name may be that was not recorded before.
    """

    checked = staticmethod(identifier)

    def __init__(
        self, app: Longcase, source: str, file: str, by: Envelope, outcome: Outcome, *, strict: bool = False
    ) -> None:
        """Import on behalf of ``by``, who is named in every entry's origin.

        With ``strict`` an event with a word that the vocabulary does not have is refused.
        """
        self.words = UnknownWords(app, strict=strict)
        self.outcome = outcome
        self.source = source
        self.by = by
        self.latest = app.clock() + AHEAD
        self.elsewhere = Elsewhere(source)
        self.known = Known(source, outcome, self.refuse, Amender(app, by), self.words)
        self._ledger = app.ledger
        self._append = app.append
        self.file = file
        self.fresh = app.ledger.head()[0] == 0
        self.samples: list[bytes] = []
        self._met: set[bytes] = set()
        self._actors: dict[str, str] = {}

    def take(self, traces: Iterable[Trace], progress: Callable[[int], None]) -> None:
        """Take all traces; ``progress`` is told how many events each had."""
        with Batches(self._append, concurrent=self.fresh) as batches:
            for trace in traces:
                batches.add(self._rows(trace, batches) or [])
                self.outcome.events_read += len(trace.events)
                progress(len(trace.events))

    def apart(self, trace: Trace) -> list[StoredEntry] | None:
        """Return what a trace adds, where that can be told without the ledger; ``None`` where it cannot.

        It can for the first trace of a case, if the ledger was empty; nothing is inserted.
        """
        return self._rows(trace, None)

    def take_parts(self, parts: Iterable[Batch], progress: Callable[[int], None]) -> None:
        """Take what ``apart`` told elsewhere, and here the traces that it could not tell."""
        with Batches(self._append, concurrent=True) as batches:
            for part in parts:
                batches.add(part.rows)
                self._sample(part.rows)
                self.outcome.entries += len(part.rows)
                self.outcome.cases += part.cases
                self.outcome.events_read += part.events
                self.outcome.nobody += part.nobody
                self.words.add(part.words)
                for refusal in part.refusals:
                    self.outcome.refuse(refusal)
                if part.trace is not None:
                    self._met.add(self._place(part.trace.case)[1])
                    batches.add(self._rows(part.trace, batches) or [])
                progress(part.events)

    def rows(self, trace: Trace, reference: str, stream: bytes, history: History) -> Iterator[StoredEntry]:
        """Yield what a trace adds to the case ``reference``, whose stream has ``history`` so far.

        An event that cannot be taken is given to ``refuse``.
        """
        raise NotImplementedError

    def repeats(self, _trace: Trace, _reference: str, _stored: list[StoredEntry]) -> bool:
        """Say whether a trace is all that is stored of its case, to the letter; whoever can tell counts it so."""
        return False

    def refuse(self, line: int, error: LongcaseError) -> None:
        """Note that what stands on a line of the file was not taken, and why."""
        self.outcome.refuse(Refusal(self.file, line, error.message))

    def met(self, stream: bytes) -> bool:
        """Say whether the file has had a trace of this case before."""
        return stream in self._met

    def actor_of(self, activity: Activity) -> str:
        """Return the actor of an event; raise ``Refused`` if that, its role or its time cannot be."""
        if activity.occurred_at > self.latest:
            raise Refused(f"{activity.time_text} is in the future")
        name = activity.actor or UNKNOWN
        if name is UNKNOWN:
            self.outcome.nobody += 1
        actor = self._actors.get(name)
        if actor is None:
            actor = self._actors[name] = self.checked(name, "the actor")
        if activity.role:
            self.checked(activity.role, "the role")
        return actor

    def _rows(self, trace: Trace, batches: Batches[StoredEntry] | None) -> list[StoredEntry] | None:
        try:
            reference, stream = self._place(trace.case)
        except Refused as error:
            for activity in trace.events:
                self.refuse(activity.line, error)
            return []
        if batches is None and stream in self._met:
            return None
        stored = self._stored(stream, batches)
        rows: list[StoredEntry] = []
        if not stored or not self.repeats(trace, reference, stored):
            rows += self.rows(trace, reference, stream, History(map(entry_of, stored)))
        self._met.add(stream)
        self.outcome.entries += len(rows)
        self._sample(rows)
        return rows

    def _sample(self, rows: Iterable[StoredEntry]) -> None:
        """Keep the streams of the first cases that anything is added to."""
        if len(self.samples) < SAMPLES:
            found = dict.fromkeys((*self.samples, *(row[1] for row in rows)))
            self.samples = list(found)[:SAMPLES]

    def _place(self, name: str) -> tuple[str, bytes]:
        """Return a case's reference and stream: as the file has it if it was recorded before, else checked."""
        kept = kept_identifier(name, "the name of the case")
        if not kept.isascii():
            stream = known(case_stream, kept, self._recorded)
            if self._recorded(stream):
                return kept, stream
        reference = self.checked(name, "the name of the case")
        return reference, case_stream(reference)

    def _recorded(self, stream: bytes) -> bool:
        return stream in self._met or (not self.fresh and bool(self._ledger.stream(stream)))

    def _stored(self, stream: bytes, batches: Batches[StoredEntry] | None) -> list[StoredEntry]:
        """Return what is stored of a case, with what the file had of it before."""
        if stream in self._met:
            if batches is not None:
                batches.settle()
        elif self.fresh:
            return []
        return self._ledger.stream(stream)
