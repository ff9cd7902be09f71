"""A store as whoever only reads finds it: what is now, its zone, and what is wrong with it, in words."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from domain.codec import Unreadable
from domain.errors import LongcaseError, StoreError
from domain.instant import FOREVER, zone_of
from ledger import reader, stores

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from eventsourcing.persistence import PersistenceError

    from domain.instant import Instant

DEFAULT_ZONE = "Europe/London"
"""The zone in which a store shows and reads instants, unless it was made with another."""

SCENARIO: Final = "scenario"
"""The setting that says of which invented cases a store was made; a store of any other has none."""


def now_of(ledger: reader.LedgerReader) -> tuple[Instant, Instant | None]:
    """Return what is now, and when the last entry was recorded if the clock is over a day before that.

    Where the last entry is later than the clock by less, now is when it was recorded.
    """
    last, clock = min(ledger.head()[1], FOREVER - 1), ledger.clock()
    return (clock, last) if reader.beyond(last, clock, reader.FAR) else (max(last, clock), None)


def zone(recorder: reader.LedgerReader) -> tzinfo:
    """Return the store's time zone; raise ``StoreError`` if this system knows no zone of that name."""
    name = recorder.setting("zone") or DEFAULT_ZONE
    try:
        return zone_of(name)
    except ValueError as error:
        raise StoreError(f"the store's zone cannot be used: {error}", hints=("pip install tzdata",)) from error


def demonstration_at(ledger: reader.LedgerReader, path: str) -> str | None:
    """Return in words that the store at ``path`` is a demonstration, and which; None if it is none.

    What it was made as is among its settings, which never change and go with its entries into every copy.
    """
    if ledger.setting(SCENARIO) is None:
        return None
    return f"DEMONSTRATION of invented cases, in {stores.name_of(path)}"


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
