"""The composition root: eventsourcing's application over our ledger, our mapper and our fold."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import msgspec
from eventsourcing.application import Application
from eventsourcing.utils import Environment

from application.event_store import EntryStore, LedgerFactory
from application.known_register import KnownRegister
from application.mapper import EntryMapper, storable
from domain.cases.history import History, project_history
from domain.codec import decode, entry_of, schema_of
from domain.event import CLOCK_CONFIRMED
from domain.origins import shortened
from ledger.entry import StoredEntry
from ledger.reader import FAR, beyond

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from eventsourcing.persistence import Recording

    from application.unit_of_work import Unit
    from domain.event import Entry, Event
    from domain.instant import Instant
    from domain.vocabulary import Vocabulary
    from ledger.recorder import LedgerRecorder


def _confirmed(event: Event) -> Event:
    return msgspec.structs.replace(event, flags=(*event.flags, CLOCK_CONFIRMED))


class Longcase(Application[UUID]):
    """Everything that a command needs: the ledger, the clock and the vocabulary in force.

    ``clock`` gives microseconds since 1970 UTC; only tests and scenarios give another than the ledger's own.
    """

    def __init__(
        self,
        recorder: LedgerRecorder,
        *,
        clock: Callable[[], Instant] | None = None,
        vocabulary: Callable[[], Vocabulary] | None = None,
    ) -> None:
        """Put the parts together."""
        self._recorder = recorder
        self.clock = clock or recorder.clock
        self._vocabulary = vocabulary
        self.unit: Unit | None = None
        self.clock_confirmed = False
        """Whether somebody has said that this machine's clock is right, however long nothing was recorded."""
        self.sent = False
        """Whether anything was given to the ledger to be recorded."""
        self.register = KnownRegister()
        self.head = 0
        """The ledger's last position when it was last asked what time it is."""
        self._until: int | None = None
        self.recording_at = 0
        """When the ledger would have recorded something as things were when ``now`` was last asked."""
        self.behind = False
        """Whether the ledger's last entry was over a day ahead of the clock when ``now`` was last asked."""
        super().__init__()

    def construct_env(self, name: str, env: Any = None) -> Environment:  # noqa: ARG002  (the signature is the library's)
        """Return an empty environment: no variable of the process, such as for a cache, changes what is read."""
        return Environment(name)

    def construct_factory(self, env: Environment) -> Any:  # noqa: ARG002  (as above)
        """Return the factory for the recorder in use."""
        return LedgerFactory(self._recorder)

    def construct_mapper(self) -> Any:
        """Return the mapper of entries."""
        return EntryMapper()

    def construct_event_store(self) -> EntryStore:
        """Return the event store that says when the ledger took what was saved."""
        return EntryStore(self.mapper, self.recorder)

    @property
    def ledger(self) -> LedgerRecorder:
        """The recorder."""
        return self._recorder

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary in force, read when it is first needed."""
        if self._vocabulary is None:
            from application.vocabulary import shipped  # (few commands need it)

            self._vocabulary = shipped
        return self._vocabulary()

    def now(self) -> Instant:
        """Return the clock's reading, or when the last entry was recorded if that is later by up to a day.

        That is when the ledger will say that what happens now was recorded: rules are asked of the same instant.
        Where the last entry is further ahead, now is what the clock says all the same.
        """
        self.head, since = self.ledger.head() if self.unit is None else (self.unit.flushed, self.unit.since)
        clock = self.clock()
        self.behind = beyond(since, clock, FAR) > 0
        self.recording_at = max(clock, since)
        return clock if self.behind else self.recording_at

    def history(self, stream: bytes) -> History:
        """Return the entries of a stream, as the unit of work in progress sees them; none if it is new."""
        if self.unit is None:
            projector: Any = project_history
            found = cast("History", self.repository.get(UUID(bytes=stream), projector_func=projector))
        else:
            found = self.unit.history(stream)
        if self._until is None:
            return found
        return History(entry for entry in found.entries if entry.position < self._until)

    @property
    def looks_back(self) -> bool:
        """Whether every history is now what it was before some entry."""
        return self._until is not None

    @contextmanager
    def seen_before(self, position: int) -> Iterator[None]:
        """Let every history be what it was before the entry at ``position`` was recorded: for a retry."""
        self._until = position
        try:
            yield
        finally:
            self._until = None

    def entries(self, stream: bytes) -> list[Entry]:
        """Return the entries of a stream, in order of version."""
        return self.history(stream).entries

    def read(self, stream: bytes) -> list[Entry]:
        """Return what ``entries`` does, at half the cost, where nobody asks for the state of a case."""
        if self.unit is None and self._until is None:
            return list(map(entry_of, self.ledger.stream(stream)))
        return self.entries(stream)

    def save(self, *entries: Any, **how: Any) -> list[Recording[UUID]]:
        """Put the entries of one command into the event store, together, and return them as the ledger took them.

        The library's own first asks of each object, by a protocol, whether it is an event; here all are entries,
        and the question would cost a command a tenth of its time.
        """
        return self.events.put(entries, **how)

    def take(self, entries: Sequence[Entry], *, at_recording: bool) -> tuple[Entry, ...]:
        """Save a command's entries, or add them to the unit of work in progress; return them as they were taken.

        ``at_recording``: they occurred at the very instant at which the ledger takes them.
        """
        if self.clock_confirmed:
            entries = self._marked(entries)
        if self.unit is not None:
            taken = self.unit.add(entries, at_recording=at_recording)
            self.register.recorded(entries[0].topic)
        else:
            self.sent = True
            recorded: list[Any] = self.save(*entries, at_recording=at_recording)
            taken = tuple(one.domain_event for one in recorded)
            self.register.recorded(entries[0].topic, taken[0].position, taken[-1].position)
        return taken

    def append(self, rows: Sequence[StoredEntry]) -> range:
        """Insert the rows of an import, in an open transaction, and return their positions."""
        if self.clock_confirmed and rows and self.ledger.clock_doubted():
            self.clock_confirmed = False
            first = StoredEntry._make(rows[0])
            at = first.occurred_at or 0
            event = shortened(_confirmed(decode(first.topic, first.schema, first.payload, at)), at)
            rows = [first._replace(schema=schema_of(event), payload=storable(event)), *rows[1:]]
        return self.ledger.append(rows)

    def _marked(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Flag the first entry that is recorded under a clock which had to be confirmed."""
        if not self.ledger.clock_doubted():
            return entries
        self.clock_confirmed = False
        return [msgspec.structs.replace(entries[0], event=_confirmed(entries[0].event)), *entries[1:]]

    @contextmanager
    def unit_of_work(self) -> Iterator[Unit]:
        """Let all commands given inside the block happen together, or not at all.

        A command that finds its command id recorded already, by this unit or before, still changes nothing. Of
        one that is abandoned (``Unit.abandon``) nothing is recorded.
        """
        from application.unit_of_work import Abandoned, Unit  # (a single command needs none)

        with suppress(Abandoned), self.ledger.transaction():
            self.unit = Unit(self.ledger)
            try:
                yield self.unit
                self.sent = True
                self.unit.flush()
            finally:
                self.unit = None
                self.register = KnownRegister()  # (what was met may be undone)
