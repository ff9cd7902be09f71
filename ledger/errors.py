"""What the ledger reports, in eventsourcing's family of persistence errors."""

from __future__ import annotations

from eventsourcing.persistence import IntegrityError, OperationalError


class VersionTaken(IntegrityError):
    """Somebody else appended to the stream in between."""


class CommandTaken(IntegrityError):
    """The command's id is in the ledger already."""


class Busy(OperationalError):
    """Another process holds the writer's lock for longer than the time allowed."""


class NotAStore(OperationalError):
    """The file is missing, or is no store of Longcase, or was written by a newer version."""
