"""Opening a store for a command, to read or to record in it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from cli.input.folders import state_folder
from domain.errors import StoreError, UsageProblem
from domain.instant import SECOND
from ledger import reader, stores
from presentation.questions.stores import DEFAULT_ZONE, SCENARIO, demonstration_at, explained, now_of, zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from application.app import Longcase
    from domain.instant import Instant
    from ledger.recorder import LedgerRecorder

__all__ = ("DEFAULT_ZONE", "SCENARIO", "demonstration_at", "explained", "now_of", "zone")

WAIT_SECONDS: Final = 30
"""How long a position is waited for."""

_PAUSE: Final = 0.05


def now() -> Instant:
    """Return the clock's reading, in microseconds since 1970 UTC; tests put another clock in its place."""
    return reader.now()


@contextmanager
def lent(path: str) -> Iterator[LedgerRecorder]:
    """Lend the ledger of the store at ``path``, and close it afterwards.

    Raises ``StoreError`` if there is no store, or if it fails while it is lent.
    """
    with explained(path):
        recorder = stores.open_recorder(path, clock=lambda: now(), memory=state_folder)  # noqa: PLW0108  (looked up at each call)
        try:
            say_clocks(recorder)
            yield recorder
        finally:
            recorder.close()


@contextmanager
def lent_to_read(
    path: str, *, standby: bool = False, wait_for: int | None = None
) -> Iterator[reader.LedgerReader]:
    """Lend the ledger of the store at ``path`` to a command that only reads; errors as for ``lent``.

    It is that of a ``standby`` if wanted, and lent as soon as the position ``wait_for`` is in it.
    """
    check_standby(path, wanted=standby)
    with explained(path):
        ledger = stores.open_reader(path, clock=lambda: now(), standby=standby, memory=state_folder)  # noqa: PLW0108  (as above)
        try:
            say_clocks(ledger)
            if wait_for is not None:
                wait(ledger, wait_for)
            yield ledger
        finally:
            ledger.close()


def check_current(path: str) -> None:
    """Raise ``StoreError`` if the store is on a server that has gone back behind what was seen of it."""
    if stores.on_server(path):
        with lent_to_read(path):
            pass


def check_standby(path: str, *, wanted: bool) -> None:
    """Raise ``UsageProblem`` if a standby is wanted of a store that has none."""
    if wanted and not stores.on_server(path):
        hint = "a file has none: leave --standby out"
        raise UsageProblem("--standby is for a store on a server", hints=(hint,))


def wait(ledger: reader.LedgerReader, position: int) -> None:
    """Return when the entry at ``position`` can be read; raise ``StoreError`` if it takes too long."""
    until = time.monotonic() + WAIT_SECONDS
    while (head := ledger.head()[0]) < position:
        if time.monotonic() > until:
            waited = f"after {WAIT_SECONDS} seconds the store is at position {head:,}, and not at {position:,}"
            hint = "is the position right, and is the standby connected to its primary?"
            raise StoreError(waited, hints=(hint, "leave out --wait-for to read what is there"))
        time.sleep(_PAUSE)


@contextmanager
def at_work(path: str, today: str | None = None, *, staging: bool = False) -> Iterator[Longcase]:
    """Lend the application over the store at ``path``, for commands that record; errors as for ``lent``.

    ``today`` is which day it is, if somebody says so to confirm the clock. That the store is a demonstration is
    said, unless it is being made one: ``staging``.
    """
    from application.app import Longcase

    with lent(path) as recorder:
        if not staging and (said := demonstration_at(recorder, path)):
            _say_demonstration(said)
        app = Longcase(recorder)
        confirm_clock(app, today)
        yield app


def _say_demonstration(said: str) -> None:
    from cli.output.streams import say

    say(f"! {said}: what is recorded here is in no other store")


def confirm_clock(app: Longcase, today: str | None) -> None:
    """Doubt a clock far beyond the last entry, unless ``today`` is given, and is the day that it shows.

    Raises ``UsageProblem`` if it is another.
    """
    app.ledger.doubts_clock = today is None
    if today is None:
        return
    from domain.instant import to_datetime

    shown = to_datetime(app.clock(), zone(app.ledger)).date().isoformat()
    if today.strip() != shown:
        hint = "put the clock right; a day is written as 2016-05-20, in the store's time zone"
        raise UsageProblem(f"--today: this machine's clock shows {shown}, and not {today!r}", hints=(hint,))
    app.clock_confirmed = True


def say_clocks(ledger: reader.LedgerReader) -> None:
    """Say if the store's last entry is ahead of the clock, or this machine's clock is not that of the server."""
    if ahead := ledger.ahead():
        _say_ahead(f"! the last entry was recorded {{}} ahead of {ledger.whose_clock}: longcase doctor", ahead)
    if (off := ledger.clock_offset()) and abs(off) > reader.AHEAD:
        which = "behind" if off > 0 else "ahead of"
        _say_ahead(f"! this machine's clock is {{}} {which} the server's, which is used", abs(off))


def _say_ahead(sentence: str, microseconds: int) -> None:
    from cli.output.streams import say
    from presentation.phrases import elapsed

    say(sentence.format(elapsed(microseconds / SECOND)))
