"""``longcase follow``: keeps the population tables of a server current, until it is told to stop."""

from __future__ import annotations

import signal
from contextlib import closing, contextmanager
from threading import Lock
from typing import TYPE_CHECKING

import click
from eventsourcing.persistence import PersistenceError

from cli.input.options import STORE
from cli.input.requests import View
from cli.output.progress import Progress
from cli.output.streams import say
from cli.service.metrics_endpoint import published
from cli.service.signals import stopped_by_signals
from cli.session import stores as session
from domain.errors import LongcaseError
from ledger import stores
from ledger.schema import longcase_version
from projections.runner.follower import Follower
from projections.runner.lag import lag_of
from projections.runner.metrics import CONTENT_TYPE, Tally, exposition
from projections.runner.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.reader import LedgerReader
    from projections.runner.lag import Lag


@click.command()
@click.option(
    "--metrics",
    metavar="WHERE",
    help="Where to show figures, in OpenMetrics text: a file, or HOST:PORT for http://HOST:PORT/metrics.",
)
@click.option("--once", is_flag=True, help="Catch up, and end.")
@STORE
def follow(metrics: str | None, store: str | None, *, once: bool) -> None:
    """Keep the tables that are read current, until SIGTERM or Ctrl-C.

    One process at a time does so for a store; others stand by, and one of them takes over when it ends. Reading
    commands need none of this: they catch up themselves, and then find less left to do.
    """
    path = View(store=store).store_path
    (_catch_up if once else _follow)(path, metrics)


def _follow(path: str, metrics: str | None) -> None:
    tally = Tally()
    with session.explained(path), stopped_by_signals() as stop, _shown(metrics, path, tally) as where:
        say(f"following {path}{where}")
        Follower(lambda: _opened(path), say, tally, stop).run()
    if stop.signal == signal.SIGINT:
        raise KeyboardInterrupt


def _catch_up(path: str, metrics: str | None) -> None:
    tally = Tally()
    with _shown(metrics, path, tally), session.lent_to_read(path) as ledger:
        runner = Runner(ledger)
        before = lag_of(runner).position
        with Progress("catching up") as progress:
            head = runner.catch_up(progress.advance, retry=True)
        tally.advanced(head - before)
    say(f"caught up with {head - before:,} entries, up to position {head}")


@contextmanager
def _shown(metrics: str | None, path: str, tally: Tally) -> Iterator[str]:
    """Show the metrics where they are wanted, while the block runs, and lend the words for where that is."""
    if metrics is None:
        yield ""
        return
    with published(metrics, _Source(path, tally).text, CONTENT_TYPE, say) as where:
        yield f", metrics in {where}"


def _opened(path: str) -> LedgerReader:
    return stores.open_reader(path, clock=lambda: session.now())  # noqa: PLW0108  (looked up at each call)


class _Source:
    """Reads the store for each look at the metrics, so that they are true while the follower is at work."""

    def __init__(self, path: str, tally: Tally) -> None:
        self._path, self._tally = path, tally
        self._version = longcase_version()
        self._lock = Lock()

    def text(self) -> str:
        """Return the metrics as they are now; one asks after the other."""
        with self._lock:
            return exposition(self._tally.figures(), self._lag(), session.now(), self._version)

    def _lag(self) -> Lag | None:
        """Return where the store stands; ``None``, which is a figure too, if it cannot be read."""
        try:
            with closing(_opened(self._path)) as ledger:
                return lag_of(Runner(ledger))
        except (PersistenceError, LongcaseError):
            return None
