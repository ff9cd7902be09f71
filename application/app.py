"""The composition root: eventsourcing's application over our ledger, our mapper and our fold."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory, InfrastructureFactoryError
from eventsourcing.utils import Environment

from application.mapper import EntryMapper
from domain.cases.history import History, project_case, project_history
from domain.errors import NotFound
from domain.identity import case_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from application.unit_of_work import Unit
    from domain.cases.state import Case
    from domain.event import Entry
    from domain.instant import Instant
    from domain.vocabulary import Vocabulary
    from ledger.recorder import LedgerRecorder


class LedgerFactory(InfrastructureFactory[Any]):
    """Hands eventsourcing the recorder that is open already."""

    def __init__(self, recorder: LedgerRecorder) -> None:
        """Hand out ``recorder``."""
        super().__init__(Environment())
        self.recorder = recorder

    def aggregate_recorder(self, purpose: str = "events") -> Any:
        """Refuse: there are no snapshots, since a case is short and read whole."""
        raise InfrastructureFactoryError(f"Longcase has no recorder for {purpose}")

    def application_recorder(self) -> LedgerRecorder:
        """Return the recorder."""
        return self.recorder

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> Any:  # noqa: ARG002  (the signature is the library's)
        """Refuse: projections keep their own checkpoints, beside their rows."""
        raise InfrastructureFactoryError("Longcase's projections keep their own checkpoints")

    def process_recorder(self) -> Any:
        """Refuse, for the same reason."""
        raise InfrastructureFactoryError("Longcase's projections keep their own checkpoints")

    def close(self) -> None:
        """Close the recorder."""
        self.recorder.close()


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
        self._until: int | None = None
        super().__init__({})

    def construct_factory(self, env: Environment) -> Any:  # noqa: ARG002  (the signature is the library's)
        """Return the factory for the recorder in use; the environment plays no part."""
        return LedgerFactory(self._recorder)

    def construct_mapper(self) -> Any:
        """Return the mapper of entries."""
        return EntryMapper()

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

    def case(self, reference: str) -> Case:
        """Return a case's current state; raise ``NotFound`` if no case has this reference."""
        return cast("Case", self.repository.get(UUID(bytes=case_stream(reference)), projector_func=_known_case))

    def history(self, stream: bytes) -> History:
        """Return the entries of a stream, as the unit of work in progress sees them; none if it is new."""
        found = self._history(stream) if self.unit is None else self.unit.history(stream)
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

    def _history(self, stream: bytes) -> History:
        projector: Any = project_history
        return cast("History", self.repository.get(UUID(bytes=stream), projector_func=projector))

    def entries(self, stream: bytes) -> list[Entry]:
        """Return the entries of a stream, in order of version."""
        return self.history(stream).entries


def _known_case(_: Any, entries: Any) -> Any:
    case = project_case(None, entries)
    if case is None:
        raise NotFound("there is no such case")
    return case


def case_history(app: Longcase, reference: str) -> History:
    """Return the history of a case; raise ``NotFound`` if no case has this reference."""
    history = app.history(case_stream(reference))
    if not history.entries:
        raise NotFound(f"there is no case {reference}", hints=("longcase cases lists the cases",))
    return history
