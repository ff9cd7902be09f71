"""Opening a store for a command, and putting what is wrong with it into words that say what to do."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from cli.input.folders import state_folder
from domain.codec import Unreadable
from domain.errors import LongcaseError, StoreError, UsageProblem
from domain.instant import FOREVER, SECOND, zone_of
from ledger import reader, stores

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from eventsourcing.persistence import PersistenceError

    from application.app import Longcase
    from domain.instant import Instant
    from ledger.recorder import LedgerRecorder

DEFAULT_ZONE = "Europe/London"
"""The zone in which a store shows and reads instants, unless it was made with another."""

SCENARIO: Final = "scenario"
"""The setting that says of which invented cases a store was made; a store of any other has none."""

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


def demonstration_at(ledger: reader.LedgerReader, path: str) -> str | None:
    """Return in words that the store at ``path`` is a demonstration, and which; None if it is none.

    What it was made as is among its settings, which never change and go with its entries into every copy.
    """
    if ledger.setting(SCENARIO) is None:
        return None
    return f"DEMONSTRATION of invented cases, in {stores.name_of(path)}"


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


def now_of(ledger: reader.LedgerReader) -> tuple[Instant, Instant | None]:
    """Return what is now, and when the last entry was recorded if the clock is over a day before that.

    Where the last entry is later than the clock by less, now is when it was recorded.
    """
    last, clock = min(ledger.head()[1], FOREVER - 1), ledger.clock()
    return (clock, last) if reader.beyond(last, clock, reader.FAR) else (max(last, clock), None)


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


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Turn every error of the ledger, and an entry that cannot be read, into a ``StoreError`` with hints."""
    try:
        yield
    except Exception as error:
        explanation = _explanation(error, path)
        if explanation is None:
            raise
        raise explanation from error


def _explanation(error: Exception, path: str) -> StoreError | None:
    """Return an error of the ledger in words, ``None`` for any other error.

    Its family stands on eventsourcing, which a command that only reads loads here, if at all.
    """
    if isinstance(error, LongcaseError):
        return None
    if isinstance(error, Unreadable):
        hint = f"{_with_store('longcase doctor --deep', path)} names the entry"
        return StoreError(f"an entry in {path} cannot be read: {error}", hints=(hint,))
    from eventsourcing.persistence import PersistenceError

    return _of_ledger(error, path) if isinstance(error, PersistenceError) else None


def _of_ledger(error: PersistenceError, path: str) -> StoreError:
    from ledger.errors import Busy, ClockDoubted, Lost, NotAStore, TooLarge

    match error:
        case TooLarge() | ClockDoubted():
            return StoreError(f"nothing was recorded: {error}", hints=error.advice)
        case NotAStore() if error.advice:
            return StoreError(str(error), hints=error.advice)
        case Lost():
            return StoreError(f"the store {path} cannot be used: {error}", hints=error.advice or ("try again",))
        case NotAStore():
            return StoreError(str(error), hints=_of_another_version(error, path) or _where_to_look(path))
        case Busy():
            return StoreError(f"the store {path} is in use: {error.who or error}", hints=error.advice)
        case _:
            return _failed(error, path)


def _failed(error: Exception, path: str) -> StoreError:
    if unwritable(error, path):
        why = f"the store {path} cannot be used where it lies: its file or its folder is read-only"
        return StoreError(why, hints=("copy the file to a folder that can be written; even reading needs one",))
    hint = f"{_with_store('longcase doctor', path)} says what is wrong with it"
    return StoreError(f"the store {path} cannot be used: {error}", hints=(hint,))


def unwritable(error: Exception, path: str) -> bool:
    """Say whether ``error`` came of a file or folder that may not be written, and not of any damage."""
    explanation = str(error)
    if stores.on_server(path):
        return False
    if "unable to open" not in explanation and "readonly" not in explanation:
        return False
    return not all(os.access(each, os.W_OK) for each in (path, os.path.dirname(path) or "."))  # noqa: PTH120  (a path is a text here)


def zone(recorder: reader.LedgerReader) -> tzinfo:
    """Return the store's time zone; raise ``StoreError`` if this system knows no zone of that name."""
    name = recorder.setting("zone") or DEFAULT_ZONE
    try:
        return zone_of(name)
    except ValueError as error:
        raise StoreError(f"the store's zone cannot be used: {error}", hints=("pip install tzdata",)) from error


def _of_another_version(error: Exception, path: str) -> tuple[str, ...]:
    """Return what to do with a store of an older or newer version; nothing if it is none."""
    from ledger.versions import NewerStore, OldStore

    match error:
        case OldStore():
            command = "longcase upgrade --backup FILE" if stores.on_server(path) else "longcase upgrade"
            return (
                f"{_with_store(command, path)} makes a copy of it first, and changes nothing that an entry says",
            )
        case NewerStore():
            return ("it was left as it is", "--store or LONGCASE_STORE says which file is meant")
        case _:
            return ()


def _where_to_look(path: str) -> tuple[str, ...]:
    if stores.on_server(path) or not os.path.lexists(path):
        elsewhere = "--store or LONGCASE_STORE names a store that is somewhere else"
        return (f"{_with_store('longcase init', path)} makes one", elsewhere)
    return ("--store or LONGCASE_STORE says which file is meant", "if it was a store, take its last backup")


def _with_store(command: str, path: str) -> str:
    from shlex import quote

    return f"{command} --store {quote(path)}"
