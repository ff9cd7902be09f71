"""The errors that a user meets: each says what and why, hints what to do, and knows its exit code."""

from __future__ import annotations

from typing import ClassVar


class LongcaseError(Exception):
    """The root of all errors that are shown to a user as a message, never as a traceback.

    ``message`` says what happened and why, on one line; ``hints`` say what to do next.
    """

    exit_code: ClassVar[int] = 5

    def __init__(self, message: str, *, hints: tuple[str, ...] = ()) -> None:
        """Keep the message and the hints."""
        super().__init__(message)
        self.message = message
        self.hints = hints


class UsageProblem(LongcaseError):
    """What was typed cannot be understood."""

    exit_code = 2


class Refused(LongcaseError):
    """A rule forbids it, or it cannot have happened."""

    exit_code = 3


class Forbidden(Refused):
    """A rule about who may act forbids it; it is not impossible, and an import may bring it."""


class Premature(Refused):
    """The case had not been reported by the instant at which something is said to have happened to it."""


class NotFound(Refused):
    """What was named is not in the ledger."""


class Conflict(LongcaseError):
    """Somebody else recorded something in between, or a command id was used for something else."""

    exit_code = 4


class StoreError(LongcaseError):
    """The store cannot be used: missing, locked, damaged, or written by another version."""

    exit_code = 5


class Unreadable(Exception):
    """What is stored is no event that this version can read, or fits no other; the text says why."""
