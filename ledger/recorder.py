"""What every recorder does alike: eventsourcing's interface, and the ledger's own beside it."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder

from ledger.entry import LARGEST
from ledger.errors import TooLarge
from ledger.reader import LAST, SELECT, LedgerReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    from ledger.entry import Row, StoredEntry


class LedgerRecorder(LedgerReader, ApplicationRecorder):
    """Appends entries and reads them back, for eventsourcing and for the rest of Longcase.

    ``clock`` gives microseconds since 1970 UTC. Where no server sets ``recorded_at``, it does; that is never
    before that of the entry at the position before, whatever the clock does. Errors are those of
    ``ledger.errors`` and ``eventsourcing.persistence``.
    """

    doubts_clock = False
    """Whether an entry is refused that a clock far beyond the last one would date; on a server none would."""

    def clock_doubted(self) -> bool:
        """Say whether the clock is so far beyond the last entry that it must be confirmed; never on a server."""
        return False

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Hold the writer's lock, and commit at the end; whatever goes wrong, nothing has happened."""

    def bulk_loading(self) -> AbstractContextManager[None]:
        """Be ready for very many entries inside the block, in a ``transaction`` that is open."""
        return nullcontext()

    @abstractmethod
    def append(self, entries: Iterable[StoredEntry]) -> range:
        """Insert entries, in an open ``transaction``, and return their positions.

        Raises ``VersionTaken``, ``CommandTaken``, ``TooLarge`` for a payload over ``LARGEST`` bytes, or
        ``ClockDoubted``.
        """

    @abstractmethod
    def put_back(self, rows: Iterable[Row]) -> int:
        """Insert complete rows as they are, in an open ``transaction``, and return how many: for a restore.

        They come in order of position, and their first is the next of the ledger.
        """

    @abstractmethod
    def keep_checkpoint(self, size: int, note: str) -> int:
        """Add a checkpoint of the first ``size`` entries in a transaction of its own, and return its number.

        Its instant is that of the clock. Raises ``OperationalError`` if ``size`` is less than that of the last
        one and there is none of this size yet, or more than there are entries. What the note says is for whoever
        signs to see to.
        """

    @abstractmethod
    def set_once(self, name: str, value: str) -> None:
        """Give the store a further setting; raises ``IntegrityError`` if it has one of that name."""

    def record(self, entries: Sequence[StoredEntry]) -> tuple[range, int]:
        """Append entries in a transaction of their own; return their positions and ``recorded_at``."""
        with self.transaction():
            positions = self.append(entries)
            return positions, self.head()[1]

    def reconnect(self) -> None:
        """Connect again after ``Lost``; an engine without connections to lose has nothing to do."""

    def confirm(self) -> None:
        """Return when the store holds for good what can be read in it, wherever it must be kept."""

    def insert_events(self, stored_events: Sequence[Any], **_: Any) -> Sequence[int]:
        """Append in a transaction of their own; return the positions."""
        return self.record(stored_events)[0]

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[Any]:
        """Return the entries of one stream, in order of version."""
        stream = (originator_id if isinstance(originator_id, UUID) else UUID(originator_id)).bytes
        if gt is None and lte is None and limit is None and not desc:
            return self.stream(stream)
        order = "DESC" if desc else "ASC"
        query = f"{SELECT} WHERE stream = ? AND version > ? AND version <= ? ORDER BY version {order} LIMIT ?"
        bounds = (gt or 0, LAST if lte is None else lte, LAST if limit is None else limit)
        return self.entries(query, (stream, *bounds))

    def max_notification_id(self) -> int | None:
        """Return the last position, or ``None`` for an empty ledger."""
        return self.head()[0] or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> NoReturn:
        """Refuse, as the library's recorder on SQLite does: whoever follows the ledger uses ``wait``."""
        raise NotImplementedError("there are no subscriptions to a ledger: wait says when to look again")


def check_sizes(entries: Iterable[StoredEntry]) -> None:
    """Raise ``TooLarge`` for the first entry whose payload is larger than any may be.

    What another process made for this one comes as plain tuples, with everything in its place.
    """
    for entry in entries:
        if len(entry[-1]) > LARGEST:
            check_size(entry[3], entry[-1])


def check_size(topic: str, payload: bytes) -> None:
    """Raise ``TooLarge`` if a payload is larger than any may be."""
    if len(payload) > LARGEST:
        size, limit = len(payload) / 2**20, LARGEST // 2**20
        raise TooLarge(f"a {topic} of {size:.1f} MiB is too large: an entry holds at most {limit} MiB")
