"""What a follower does, in figures for whoever watches over a server: OpenMetrics text 1.0.

A gauge that says something by its label has the type ``gauge``, not ``info``: both formats of Prometheus read
that, the older one too, in which node_exporter reads files. No figure and no label says anything of a case.
"""

from __future__ import annotations

import time
from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from projections.tables.schema import PROJECTION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from domain.instant import Instant
    from projections.runner.lag import Lag

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
MINUTE = 60.0

_MICROSECONDS = 1_000_000
_TABLES = f'{{projection="{PROJECTION}"}}'

Number = int | float


class Figures(NamedTuple):
    """What one process did since it began; ``last_error`` is the kind of its last error, a word of ours."""

    active: bool
    entries: int
    per_second: float
    errors: int
    last_error: str | None
    last_error_at: Instant | None


class Tally:
    """Counts what a follower does, for readers in other threads."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        """Begin at nought; ``ticks`` returns seconds."""
        self._ticks = ticks
        self._lock = Lock()
        self._figures = Figures(
            active=False, entries=0, per_second=0.0, errors=0, last_error=None, last_error_at=None
        )
        self._lately: deque[tuple[float, int]] = deque()

    def leading(self, *, active: bool) -> None:
        """Note whether this process is the active one."""
        with self._lock:
            self._figures = self._figures._replace(active=active)

    def advanced(self, entries: int) -> None:
        """Note that the tables came to reflect so many entries more."""
        with self._lock:
            self._figures = self._figures._replace(entries=self._figures.entries + entries)
            self._lately.append((self._ticks(), entries))
            self._forget()

    def failed(self, kind: str, at: Instant) -> None:
        """Note an error of a kind, which is one of a few words of ours and holds nothing of what was read."""
        with self._lock:
            errors = self._figures.errors + 1
            self._figures = self._figures._replace(errors=errors, last_error=kind, last_error_at=at)

    def figures(self) -> Figures:
        """Return the figures as they are now; the rate is that of the last minute."""
        with self._lock:
            self._forget()
            return self._figures._replace(per_second=sum(count for _, count in self._lately) / MINUTE)

    def _forget(self) -> None:
        while self._lately and self._lately[0][0] < self._ticks() - MINUTE:
            self._lately.popleft()


class Family(NamedTuple):
    """A metric: its name, type and unit, what it means, and its samples by what follows the name."""

    name: str
    type: str
    unit: str
    help: str
    samples: Mapping[str, Number]

    def lines(self) -> Iterator[str]:
        """Yield its lines; there are no samples of what is not known."""
        yield f"# TYPE {self.name} {self.type}\n"
        if self.unit:
            yield f"# UNIT {self.name} {self.unit}\n"
        yield f"# HELP {self.name} {self.help}\n"
        for after, value in self.samples.items():
            yield f"{self.name}{after} {value}\n"


def exposition(figures: Figures, standing: Lag | None, now: Instant, version: str) -> str:
    """Return all metrics as text; ``standing`` is ``None`` if the store could not be read just now."""
    families = [
        Family(
            "longcase_build_info", "gauge", "", "The version of this program.", {_label("version", version): 1}
        ),
        *_of_the_store(standing, now),
        *_of_the_follower(figures),
    ]
    return "".join(line for family in families for line in family.lines()) + "# EOF\n"


def _of_the_store(standing: Lag | None, now: Instant) -> Iterator[Family]:
    up = {"": int(standing is not None)}
    yield Family("longcase_store_up", "gauge", "", "Whether the store could be read for these figures.", up)
    ledger, position, entries, seconds, stopped = (
        ({}, {}, {}, {}, {}) if standing is None else _behind(standing, now)
    )
    yield Family("longcase_ledger_position", "gauge", "", "The last position of the ledger.", ledger)
    yield Family("longcase_projection_position", "gauge", "", "The position that the tables reflect.", position)
    about = "Entries that the tables do not reflect yet."
    yield Family("longcase_projection_lag_entries", "gauge", "entries", about, entries)
    about = "How long ago the oldest entry was recorded that the tables do not reflect yet."
    yield Family("longcase_projection_lag_seconds", "gauge", "seconds", about, seconds)
    about = "Whether an entry that cannot be read stopped the tables."
    yield Family("longcase_projection_stopped", "gauge", "", about, stopped)


def _behind(standing: Lag, now: Instant) -> tuple[dict[str, Number], ...]:
    waiting = 0.0 if standing.waiting_since is None else (now - standing.waiting_since) / _MICROSECONDS
    return (
        {"": standing.head},
        {_TABLES: standing.position},
        {_TABLES: max(standing.head - standing.position, 0)},
        {_TABLES: max(waiting, 0.0)},
        {_TABLES: int(standing.failed_position is not None)},
    )


def _of_the_follower(figures: Figures) -> Iterator[Family]:
    about = "Whether this process is the one that keeps the tables current."
    yield Family("longcase_follow_active", "gauge", "", about, {"": int(figures.active)})
    about = "Entries that the tables came to reflect while this process was the active one."
    yield Family("longcase_follow_entries", "counter", "", about, {"_total": figures.entries})
    about = "Of those the ones of the last minute, for each second."
    yield Family("longcase_follow_entries_per_second", "gauge", "", about, {"": round(figures.per_second, 6)})
    about = "Errors that this process met."
    yield Family("longcase_follow_errors", "counter", "", about, {"_total": figures.errors})
    at = figures.last_error_at
    seen: dict[str, Number] = {} if at is None else {"": at / _MICROSECONDS}
    about = "When it met the last one."
    yield Family("longcase_follow_last_error_timestamp_seconds", "gauge", "seconds", about, seen)
    kinds: dict[str, Number] = {_label("kind", figures.last_error): 1} if figures.last_error else {}
    yield Family("longcase_follow_last_error_info", "gauge", "", "Of which kind the last one was.", kinds)


def _label(name: str, value: str) -> str:
    escaped = value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'{{{name}="{escaped}"}}'
