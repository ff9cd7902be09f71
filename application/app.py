"""The composition root: eventsourcing's application over our ledger, our mapper and our fold."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.utils import Environment

from application.event_store import EntryStore, LedgerFactory
from application.mapper import EntryMapper
from domain.cases.history import History, project_history
from domain.codec import entry_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from eventsourcing.persistence import Recording

    from application.unit_of_work import Unit
    from domain.event import Entry
    from domain.instant import Instant
    from domain.vocabulary import Vocabulary
    from ledger.recorder import LedgerRecorder


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
        self.sent = False
        """Whether anything was given to the ledger to be recorded."""
        self.register_from: int | None = 0
        """Up to which position no entry of the register of officers was met; ``None`` once one was."""
        self.head = 0
        """The ledger's last position when it was last asked what time it is."""
        self._until: int | None = None
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
        """Return the clock's reading, or when the ledger's last entry was recorded if it has been put back since.

        That is when the ledger will say that what happens now was recorded: rules are asked of the same instant.
        """
        self.head, since = self.ledger.head() if self.unit is None else (self.unit.flushed, self.unit.since)
        return max(self.clock(), since)

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
        if self.unit is not None:
            taken = self.unit.add(entries, at_recording=at_recording)
        else:
            self.sent = True
            recorded: list[Any] = self.save(*entries, at_recording=at_recording)
            taken = tuple(one.domain_event for one in recorded)
        if entries[0].topic.startswith("officer."):
            self.register_from = None
        return taken

    @contextmanager
    def unit_of_work(self) -> Iterator[Unit]:
        """Let all commands given inside the block happen together, or not at all.

        A command that finds its command id recorded already, by this unit or before, still changes nothing.
        """
        from application.unit_of_work import Unit  # (a single command needs none)

        with self.ledger.transaction():
            self.unit = Unit(self.ledger)
            try:
                yield self.unit
                self.unit.flush()
            finally:
                self.unit = None
                self.register_from = 0  # (what was met may be undone)
