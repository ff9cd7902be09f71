"""``longcase follow``: keeps the population tables of a server current, until it is told to stop."""

from __future__ import annotations

import os
import signal
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click
from eventsourcing.persistence import PersistenceError

from cli.input.folders import state_folder
from cli.input.options import STORE
from cli.input.requests import View
from cli.output.progress import Progress
from cli.output.streams import say
from cli.service.signals import stopped_by_signals
from cli.session import stores as session
from cli.session.passphrases import PASSPHRASE_FILE
from domain.errors import LongcaseError, UsageProblem
from ledger import stores
from projections.runner.follower import Follower
from projections.runner.lag import lag_of
from projections.runner.metrics import FollowerCounts
from projections.runner.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.reader import LedgerReader
    from ledger.recorder import LedgerRecorder
    from projections.runner.case_figures import CaseFigures


@click.command()
@click.option(
    "--metrics",
    metavar="WHERE",
    help="Where to show figures, in OpenMetrics text: a file, or HOST:PORT for http://HOST:PORT/metrics.",
)
@click.option("--once", is_flag=True, help="Catch up, and end.")
@click.option(
    "--checkpoint-every",
    metavar="TIME",
    help="Sign the log so often, where entries were added: 15min, 1h, 1d. The passphrase is read first.",
)
@click.option("--signer", metavar="DIR", help="The signer's folder, for that.  [env: LONGCASE_SIGNER]")
@PASSPHRASE_FILE
@STORE
def follow(
    metrics: str | None,
    checkpoint_every: str | None,
    signer: str | None,
    passphrase_file: str | None,
    store: str | None,
    *,
    once: bool,
) -> None:
    """Keep the tables that are read current, until SIGTERM or Ctrl-C.

    One process at a time does so for a store; others stand by, and one of them takes over when it ends. Reading
    commands need none of this: they catch up themselves, and then find less left to do.
    """
    path = View(store=store).store_path
    if not once:
        _follow(path, metrics, _signing(path, checkpoint_every, signer, passphrase_file))
        return
    if checkpoint_every is not None:
        hint = "longcase log checkpoint makes one"
        raise UsageProblem("--checkpoint-every is for a follower that goes on, and --once ends", hints=(hint,))
    _catch_up(path, metrics)


def _signing(
    path: str, every: str | None, signer: str | None, file: str | None
) -> Callable[[LedgerReader], None]:
    """Return what signs the log as often as is wanted; whatever is missing for that is told before it begins."""
    if every is None:
        return lambda _: None
    from application.signing.schedule import CheckpointSchedule
    from cli.session import signing

    signing.check_cryptography()
    seconds = _seconds(every)
    with session.lent_to_read(path) as ledger:
        signs = signing.opened_signer(ledger, signer, file)

    def opened() -> LedgerRecorder:
        return stores.open_recorder(path, clock=lambda: session.now(), memory=state_folder)  # noqa: PLW0108  (as below)

    return CheckpointSchedule(signs, seconds, opened, say).look


def _seconds(every: str) -> float:
    from domain.duration import MINUTE
    from domain.instant import SECOND
    from presentation.times.durations import parse_duration

    length = parse_duration(every, name="--checkpoint-every")
    if length.microseconds < MINUTE:
        hint = "write a minute at least, in minutes, hours, days or weeks: 15min, 1h, 1d"
        raise UsageProblem(f"--checkpoint-every: {every!r} is no such time", hints=(hint,))
    return length.microseconds / SECOND


def _follow(path: str, metrics: str | None, beside: Callable[[LedgerReader], None]) -> None:
    tally = FollowerCounts()
    with session.explained(path), stopped_by_signals() as stop, _shown(metrics, path, tally) as where:
        say(f"following {path}{where}")
        Follower(lambda: _followed(path), say, tally, stop, lambda: _which(path), beside).run()
    if stop.signal == signal.SIGINT:
        raise KeyboardInterrupt


def _which(path: str) -> tuple[int, int] | None:
    """Return what tells the file at ``path`` from another; ``None`` if there is none, or the store is no file."""
    try:
        about = os.stat(path)  # noqa: PTH116  (a path is a text here)
    except (OSError, ValueError):
        return None
    return about.st_dev, about.st_ino


def _catch_up(path: str, metrics: str | None) -> None:
    tally = FollowerCounts()
    with _shown(metrics, path, tally, once=True), session.lent_to_read(path) as ledger:
        runner = Runner(ledger)
        runner.check_may_fill()
        before = lag_of(runner).position
        with Progress("catching up") as progress:
            head = runner.catch_up(progress.advance, retry=True)
        tally.advanced(head - before)
    say(f"caught up with {head - before:,} entries, up to position {head}")


@contextmanager
def _shown(metrics: str | None, path: str, tally: FollowerCounts, *, once: bool = False) -> Iterator[str]:
    """Show the metrics where they are wanted, while the block runs, and lend the words for where that is.

    Cases are counted by the follower that is active, or ``once``: two would be added up.
    """
    if metrics is None:
        yield ""
        return
    from cli.service.metrics_endpoint import published
    from projections.runner.case_figures import KeptFigures
    from projections.runner.collector import FollowerCollector

    kept = KeptFigures(lambda: _counted(path), at_once=once)

    def cases() -> CaseFigures | None:
        return kept.look() if once or tally.figures().active else None

    collector = FollowerCollector(lambda: _opened(path), tally, session.now, cases)
    with published(metrics, collector, say) as where:
        yield f", metrics in {where}"


def _counted(path: str) -> CaseFigures | None:
    """Return how many cases are stalled, by a connection of its own; ``None`` if the store cannot be read."""
    from projections.queries.stalled_figures import stalled_figures

    try:
        with closing(_opened(path)) as ledger:
            return stalled_figures(Runner(ledger), session.now())
    except (PersistenceError, LongcaseError):
        return None


def _followed(path: str) -> LedgerReader:
    ledger = stores.open_reader(path, clock=lambda: session.now(), memory=state_folder)  # noqa: PLW0108  (as below)
    session.say_clocks(ledger)
    return ledger


def _opened(path: str) -> LedgerReader:
    return stores.open_reader(path, clock=lambda: session.now())  # noqa: PLW0108  (looked up at each call)
