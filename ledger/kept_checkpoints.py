"""Reading the checkpoints that a store keeps: what was signed of the tree over its entries, and by whom."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

ALL = (1 << 62) - 1
"""More checkpoints than there are."""

_AFTER = "SELECT number, size, at, note FROM checkpoint WHERE number > ? ORDER BY number LIMIT ?"
_FROM = "SELECT number, size, at, note FROM checkpoint WHERE size >= ? ORDER BY size, number"
_LAST = "SELECT number, size, at, note FROM checkpoint ORDER BY size DESC, number DESC LIMIT ?"


class StoredCheckpoint(NamedTuple):
    """A checkpoint that the store keeps: what was signed of the tree when it had ``size`` leaves.

    ``at`` is microseconds since 1970 UTC; ``note`` the whole signed note. A form with more signatures is a
    further one of the same size.
    """

    number: int
    size: int
    at: int
    note: str


class CheckpointReader(ABC):
    """Reads checkpoints back, by the queries that the engine of the store runs."""

    @abstractmethod
    def rows(self, query: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows that a query finds."""

    def checkpoints(self, after: int = 0, limit: int = ALL) -> list[StoredCheckpoint]:
        """Return the checkpoints with a number over ``after``, in order; what they say is for others to check."""
        return [StoredCheckpoint(*row) for row in self.rows(_AFTER, (after, limit))]

    def checkpoints_from(self, size: int) -> list[StoredCheckpoint]:
        """Return the checkpoints of so many leaves and more, in order of their leaves and numbers."""
        return [StoredCheckpoint(*row) for row in self.rows(_FROM, (size,))]

    def last_checkpoints(self, count: int) -> list[StoredCheckpoint]:
        """Return the ``count`` checkpoints of the most leaves, the largest and last first."""
        return [StoredCheckpoint(*row) for row in self.rows(_LAST, (count,))]

    def newest_checkpoint(self) -> StoredCheckpoint | None:
        """Return the last form of the checkpoint of the most leaves, if there is any."""
        return next(iter(self.last_checkpoints(1)), None)
