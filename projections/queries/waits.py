"""What a question for stalled cases is answered from: the waits that it asks for, and the cases that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from domain.instant import FOREVER
from projections.queries.filters import Filtered, narrowing, owned_by, parameters
from projections.queries.silence import SilentQuery, silent
from projections.queries.stalled_statements import (
    Columns,
    StalledShape,
    cases_meant,
    count_open,
    mode_of,
    open_streams,
    waiting,
)
from projections.tables.engine import fetched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import sqlalchemy

    from domain.deadlines.facts import Fact
    from domain.instant import Instant
    from projections.runner.runner import Runner
    from projections.tables.checkpoint import Checkpoint


_TOGETHER: Final = 500
"""How many cases are looked up by one query."""


class Narrowed(Filtered, Protocol):
    """A question about stalled cases; an empty filter lets all through."""

    @property
    def causes(self) -> tuple[str, ...]:
        """The causes, one of which a case must have."""

    @property
    def standards(self) -> tuple[str, ...]:
        """The standards, one of which a case must break."""

    @property
    def due_by(self) -> Instant | None:
        """By when it is to be too long, if what will be is asked for and not what is."""

    @property
    def runs_on(self) -> bool:
        """Whether time runs on beyond what is known."""

    @property
    def order(self) -> str:
        """The order in which the cases come: ``severity`` or ``overdue``."""


class WaitReader(NamedTuple):
    """Reads the tables in service for one question; ``streams`` are the cases that are meant, if it is known."""

    runner: Runner
    connection: sqlalchemy.Connection
    service: Checkpoint
    wanted: Narrowed
    streams: Sequence[bytes] = ()

    def waits(self, columns: Columns, *, harm: bool = False) -> Iterator[Any]:
        """Yield these columns of each wait but those for work, and with ``harm`` of what came to light too."""
        return self._rows(waiting(self._shape, columns, harm=harm), self.streams)

    def cases(self, columns: Columns) -> Iterator[Any]:
        """Yield these columns of each of the cases that are meant, some of which are looked up at a time."""
        statement = cases_meant(self._shape, columns)
        for start in range(0, len(self.streams), _TOGETHER):
            yield from self._rows(statement, self.streams[start : start + _TOGETHER])

    def silences(self, columns: Columns) -> Iterator[tuple[Sequence[Any], Fact]]:
        """Yield each wait for work, and before it these columns of its case."""
        as_at, due_by = self.wanted.axes.as_at, self.wanted.due_by
        bounds = (-FOREVER, as_at) if due_by is None else (as_at, due_by)
        asked = SilentQuery(self.wanted, *bounds, columns, self.streams)
        return silent(self.runner, self.connection, self.service, asked)

    def open_streams(self) -> set[bytes]:
        """Return the streams of all open cases, whatever they wait for and whatever the filters are."""
        found = self.connection.execute(open_streams(self.service.generation), parameters(self.wanted))
        return set(found.scalars())

    def count_open(self) -> int:
        """Return how many of the cases asked for were open, whatever they wait for."""
        wanted = self.wanted
        count = count_open(self.service.generation, narrowing(wanted), by_owner=bool(wanted.owner))
        found = self.connection.execute(count, parameters(wanted))
        return sum(number for number, *owner in found if not owner or owned_by(owner[0], wanted))

    @property
    def _shape(self) -> StalledShape:
        mode = mode_of(self.wanted.axes, self.wanted.due_by)
        return StalledShape(self.service.generation, mode, narrowing(self.wanted), bool(self.streams))

    def _rows(self, statement: sqlalchemy.Executable, streams: Sequence[bytes]) -> Iterator[Any]:
        values = {**parameters(self.wanted), "d": self.wanted.due_by, "of": streams}
        return fetched(self.connection, statement, values)
