"""What the ledger reports, in eventsourcing's family of persistence errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventsourcing.persistence import IntegrityError, OperationalError

if TYPE_CHECKING:
    from types import ModuleType

    from eventsourcing.persistence import PersistenceError


class Advised(OperationalError):
    """An error with what to do about it, which is the ``advice`` of its kind unless it is given."""

    advice: tuple[str, ...] = ()

    def __init__(self, message: str = "", *advice: str) -> None:
        """Keep the message and the advice."""
        super().__init__(message)
        if advice:
            self.advice = advice


class VersionTaken(IntegrityError):
    """Somebody else appended to the stream in between."""


class CommandTaken(IntegrityError):
    """The command's id is in the ledger already."""


class Busy(Advised):
    """Another process holds the writer's lock for longer than the time allowed; ``advice`` says what to do."""

    advice: tuple[str, ...] = ("try again",)
    who = ""
    """Who that is, in words, where it is known."""

    @property
    def in_words(self) -> str:
        """What happened, for whoever was kept waiting."""
        return f"the store is in use by another writer{self.who and ': '}{self.who}"


class TooLarge(Advised):
    """An entry is larger than the ledger takes; nothing was recorded. ``advice`` says what to do."""

    advice = ("shorten it, record it as several entries, or say where the document is kept",)


class ClockDoubted(Advised):
    """The clock is so far beyond the last entry that nothing is recorded until somebody says that it is right."""


class Lost(Advised):
    """The connection to the server is gone: what was being recorded may or may not be in the ledger."""


class Unconfirmed(OperationalError):
    """The server has committed, and warns that it may not last: it is not to be taken as recorded."""


class NotAStore(Advised):
    """The file is missing, or is no store of Longcase, or was written by a newer version."""


class Misplaced(NotAStore):
    """The store has a second name, or parts of another lie where one is to be; ``advice`` says what to do."""


_MEANINGS = {
    "longcase: version is not the next": VersionTaken,
    "longcase: command is recorded": CommandTaken,
    "UNIQUE constraint failed: entry.stream, entry.version": VersionTaken,
    "UNIQUE constraint failed: entry.command_id": CommandTaken,
}


def meaning(driver: ModuleType, error: BaseException) -> PersistenceError:
    """Return what an error of the driver means, as one of this family."""
    text = str(error)
    if isinstance(error, driver.IntegrityError):
        return _MEANINGS.get(text, OperationalError)(text)
    if isinstance(error, driver.OperationalError) and ("locked" in text or "busy" in text):
        return Busy(text)
    return OperationalError(text)
