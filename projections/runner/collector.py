"""What a follower does, in figures for whoever watches over a server: metrics of prometheus_client.

A gauge that says something by its label has the type ``gauge``, not ``info``: both formats of Prometheus read
that, the older one too, in which node_exporter reads files. No figure and no label says anything of a case.
"""

from __future__ import annotations

from contextlib import closing
from threading import Lock
from typing import TYPE_CHECKING

from eventsourcing.persistence import PersistenceError
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from domain.errors import LongcaseError
from domain.instant import SECOND
from ledger.schema import longcase_version
from projections.runner.lag import lag_of
from projections.runner.runner import Runner
from projections.tables.schema import PROJECTION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prometheus_client import Metric

    from domain.instant import Instant
    from ledger.reader import LedgerReader
    from projections.runner.case_figures import CaseFigures
    from projections.runner.lag import Lag
    from projections.runner.metrics import Figures, FollowerCounts


class FollowerCollector:
    """Reads the store for each look at the metrics, so that they are true while the follower is at work."""

    def __init__(
        self,
        opened: Callable[[], LedgerReader],
        tally: FollowerCounts,
        now: Callable[[], Instant],
        cases: Callable[[], CaseFigures | None] = lambda: None,
    ) -> None:
        """Collect what ``tally`` counts and what one just ``opened`` holds ``now``; ``cases`` counts them."""
        self._opened, self._tally, self._now, self._cases = opened, tally, now, cases
        self._version = longcase_version()
        self._lock = Lock()

    def collect(self) -> Iterator[Metric]:
        """Return the metrics as they are now; one asks after the other."""
        with self._lock:
            return metrics(self._tally.figures(), self._lag(), self._now(), self._version, self._cases())

    def _lag(self) -> Lag | None:
        """Return where the store stands; ``None``, which is a figure too, if it cannot be read."""
        try:
            with closing(self._opened()) as ledger:
                return lag_of(Runner(ledger))
        except (PersistenceError, LongcaseError):
            return None


def metrics(
    figures: Figures, lag: Lag | None, now: Instant, version: str, cases: CaseFigures | None = None
) -> Iterator[Metric]:
    """Yield all metrics; ``lag`` is ``None`` if the store could not be read just now, ``cases`` if uncounted."""
    yield _gauge("longcase_build_info", "The version of this program.", 1, version=version)
    up = lag is not None
    yield _gauge("longcase_store_up", "Whether the store could be read for these figures.", up)
    if lag is not None:
        yield from _of_the_store(lag, now)
    if cases is not None:
        yield from _of_the_cases(cases)
    yield from _of_the_follower(figures)


def _of_the_store(lag: Lag, now: Instant) -> Iterator[Metric]:
    yield _gauge("longcase_ledger_position", "The last position of the ledger.", lag.head)
    about = "The position that the tables reflect."
    yield _gauge("longcase_projection_position", about, lag.position, projection=PROJECTION)
    about = "Entries that the tables do not reflect yet."
    entries = max(lag.head - lag.position, 0)
    yield _gauge("longcase_projection_lag_entries", about, entries, "entries", projection=PROJECTION)
    about = "How long ago the oldest entry was recorded that the tables do not reflect yet."
    waiting = 0 if lag.waiting_since is None else max(now - lag.waiting_since, 0)
    yield _gauge("longcase_projection_lag_seconds", about, waiting / SECOND, "seconds", projection=PROJECTION)
    about = "Whether an entry that cannot be read stopped the tables."
    stopped = lag.failed_position is not None
    yield _gauge("longcase_projection_stopped", about, stopped, projection=PROJECTION)


def _of_the_cases(cases: CaseFigures) -> Iterator[Metric]:
    yield _gauge("longcase_cases_open", "Cases that are open.", cases.open)
    yield _gauge("longcase_cases_stalled", "Cases that are stalled.", cases.stalled)
    every = "Cases that are stalled, by {}; one counts for each of its own."
    yield _gauges("longcase_cases_stalled_by_cause", every.format("cause"), "cause", cases.by_cause)
    yield _gauges("longcase_cases_stalled_by_risk", "Cases that are stalled, by risk.", "risk", cases.by_risk)
    about = every.format("the standard that is broken")
    yield _gauges("longcase_cases_stalled_by_standard", about, "standard", cases.by_standard)
    name, at = "longcase_cases_counted_timestamp_seconds", cases.counted_at / SECOND
    yield _gauge(name, "As at when cases were counted.", at, "seconds")


def _of_the_follower(figures: Figures) -> Iterator[Metric]:
    about = "Whether this process is the one that keeps the tables current."
    yield _gauge("longcase_follow_active", about, figures.active)
    about = "Entries that the tables came to reflect while this process was the active one."
    yield CounterMetricFamily("longcase_follow_entries", about, figures.entries)
    about = "Of those the ones of the last minute, for each second."
    yield _gauge("longcase_follow_entries_per_second", about, round(figures.per_second, 6))
    yield CounterMetricFamily("longcase_follow_errors", "Errors that this process met.", figures.errors)
    if figures.last_error is not None and figures.last_error_at is not None:
        name, at = "longcase_follow_last_error_timestamp_seconds", figures.last_error_at / SECOND
        yield _gauge(name, "When it met the last one.", at, "seconds")
        about = "Of which kind the last one was."
        yield _gauge("longcase_follow_last_error_info", about, 1, kind=figures.last_error)


def _gauge(name: str, about: str, value: float, unit: str = "", **labels: str) -> Metric:
    gauge = GaugeMetricFamily(name, about, labels=list(labels), unit=unit)
    gauge.add_metric(list(labels.values()), value)
    return gauge


def _gauges(name: str, about: str, label: str, values: Mapping[str, int]) -> Metric:
    gauge = GaugeMetricFamily(name, about, labels=[label])
    for value, count in values.items():
        gauge.add_metric([value], count)
    return gauge
