"""Commands that are recorded in one transaction: each is refused for itself, or one undoes them all."""

from __future__ import annotations

import sys
from bisect import bisect_left
from contextlib import contextmanager
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from eventsourcing.persistence import PersistenceError

from application.recording import TRIES, connected_again, used
from domain.cases.events import EntryCorrected
from domain.errors import Conflict, LongcaseError, Refused, StoreError, Unreadable, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from application.app import Longcase
    from application.envelope import Receipt
    from application.unit_of_work import Unit
    from domain.cases.history import History
    from domain.event import Entry
    from domain.instant import Instant
    from ledger.entry import StoredEntry

_AGAIN = "give the same commands again: those that were stored add nothing"

_MOST: Final = 100_000

_position = attrgetter("position")


class OneRefused(Exception):
    """One of several commands was refused, and so none of them is recorded: its ``place``, and the ``error``."""

    def __init__(self, place: int, error: LongcaseError) -> None:
        """Keep which it was, from 0, and why."""
        super().__init__(error.message)
        self.place, self.error = place, error


class _OutOfOrder(Exception):
    """While the commands were carried out, the clock passed an instant at which one of them says it occurred."""


class RecordedGroup(NamedTuple):
    """What became of commands that were recorded together.

    ``outcomes`` has, for each, its receipt, or why it was refused. Entries in the receipts have the instant at
    which the group ``began``; the ledger took them at ``taken_at``, which a server says by its own clock.
    ``first`` is the position of the first, and ``dated`` says of each whether it was said when it occurred.
    """

    outcomes: list[Receipt | LongcaseError]
    began: Instant
    taken_at: Instant
    first: int
    dated: list[bool]

    def settled(self, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        """Return entries with the instants that the ledger gave to those of the group among them."""
        if self.began == self.taken_at:
            return tuple(entries)
        before = bisect_left(entries, self.first, key=_position)
        return (*entries[:before], *map(self._settled, entries[before:]))

    def _settled(self, entry: Entry) -> Entry:
        if self.dated[entry.position - self.first]:
            return msgspec.structs.replace(entry, recorded_at=self.taken_at)
        return msgspec.structs.replace(entry, recorded_at=self.taken_at, occurred_at=self.taken_at)


def is_refusal(error: LongcaseError) -> bool:
    """Say whether an error is of one command, so that others may be recorded: the store has not failed."""
    if isinstance(error, StoreError):
        return isinstance(error.__cause__, Unreadable)
    return isinstance(error, UsageProblem | Refused | Conflict)


class Recent:
    """The histories that the last group asked for, for the next one unless anybody recorded in between.

    They are let go when they have more than 100,000 entries together.
    """

    def __init__(self) -> None:
        """Hold nothing."""
        self._histories: dict[bytes, History] = {}
        self._entries = self._position = 0

    def lend(self, position: int) -> dict[bytes, History]:
        """Return what is held if ``position`` is still the ledger's last, and hold it no longer."""
        found, self._histories = self._histories, {}
        if self._position == position and self._entries <= _MOST:
            return found
        self._entries = 0
        return {}

    def hold(self, histories: dict[bytes, History], position: int, more: int) -> None:
        """Hold what is in the ledger up to ``position``: so many ``more`` entries than were lent."""
        self._histories, self._position = histories, position
        self._entries += more


def record_together(
    app: Longcase, commands: Sequence[Callable[[], Receipt]], *, all_or_none: bool, recent: Recent | None = None
) -> RecordedGroup:
    """Carry out ``commands`` in one transaction, in their order, and return what became of each.

    Each sees what those before it did. One that is refused leaves the others whole; with ``all_or_none`` nothing
    of any is recorded then, and ``OneRefused`` is raised. They are carried out again where a connection was lost,
    a command's id turns out to be taken, or the clock passed what they say. ``recent`` is what groups of one
    process share. Raises ``StoreError`` if the store fails.
    """
    barred: dict[int, LongcaseError] = {}
    confirmed = app.clock_confirmed
    for _ in range(TRIES + len(commands)):
        app.clock_confirmed = confirmed
        attempt = _Attempt(app, commands, barred, recent or Recent(), all_or_none=all_or_none)
        try:
            return _confirmed(app, attempt.run())
        except _OutOfOrder:
            continue
        except Conflict as error:
            barred |= attempt.used_elsewhere(error)
        except (PersistenceError, StoreError) as error:
            _reconnect(app, error)
    raise StoreError(f"nothing was recorded: gave up after {TRIES} tries", hints=("try again",))


def rehearse(app: Longcase, commands: Sequence[Callable[[], Receipt]]) -> list[Receipt | LongcaseError]:
    """Return what each of ``commands`` would come to if they were given one after the other; record nothing.

    Raises ``StoreError`` if the store fails.
    """
    confirmed = app.clock_confirmed
    outcomes: list[Receipt | LongcaseError] = []
    try:
        with app.unit_of_work() as unit:
            unit.flush_at = sys.maxsize
            outcomes += (_carried_out(app, unit, command) for command in commands)
            unit.abandon()
    finally:
        app.clock_confirmed = confirmed
    return outcomes


def _carried_out(app: Longcase, unit: Unit, command: Callable[[], Receipt]) -> Receipt | LongcaseError:
    """Return what a command comes to; what it added is taken back if it is refused after all."""
    waiting, confirmed = len(unit.waiting), app.clock_confirmed
    try:
        return command()
    except LongcaseError as error:
        if not is_refusal(error):
            raise
        unit.take_back(waiting)
        app.clock_confirmed = confirmed
        return error


def _reconnect(app: Longcase, error: PersistenceError | StoreError) -> None:
    failure = error.__cause__ if isinstance(error, StoreError) else error
    if not isinstance(failure, PersistenceError):
        raise error
    connected_again(app, failure, _AGAIN)


def _confirmed(app: Longcase, group: RecordedGroup) -> RecordedGroup:
    """Return the group once the store holds for good what was found in it."""
    if any(not isinstance(one, LongcaseError) and one.repeated for one in group.outcomes):
        app.ledger.confirm()
    return group


class _Attempt:
    """One transaction with all the commands, but for those that are ``barred``, and the rows that each made."""

    def __init__(
        self,
        app: Longcase,
        commands: Sequence[Callable[[], Receipt]],
        barred: dict[int, LongcaseError],
        recent: Recent,
        *,
        all_or_none: bool,
    ) -> None:
        self._app, self._commands, self._barred, self._all_or_none = app, commands, barred, all_or_none
        self._recent = recent
        self._rows: list[StoredEntry] = []
        self._made: list[int] = []
        self._first = 0

    def run(self) -> RecordedGroup:
        """Carry the commands out and commit; raise ``Conflict`` if an id was used in another case."""
        app = self._app
        with app.unit_of_work() as unit, _standing_still(app):
            unit.flush_at = sys.maxsize
            unit.histories = self._recent.lend(unit.flushed)
            self._first = unit.flushed + 1
            outcomes = [self._outcome(unit, place) for place in range(len(self._commands))]
            self._rows, histories = unit.waiting, unit.histories
            began = app.now()
            ahead = [] if app.behind else list(_ahead(unit, self._rows, began))
            unit.flush()
            taken_at = app.ledger.head()[1] if self._rows else began
            if began != taken_at and any(instant <= taken_at for instant in ahead):
                raise _OutOfOrder
            register = app.register
        app.register = register  # (nothing of what was met is undone)
        if began == taken_at:
            self._recent.hold(histories, unit.flushed, unit.read + len(self._rows))
        return RecordedGroup(
            outcomes, began, taken_at, self._first, [row.occurred_at is not None for row in self._rows]
        )

    def _outcome(self, unit: Unit, place: int) -> Receipt | LongcaseError:
        waiting = len(unit.waiting)
        found = self._barred.get(place) or _carried_out(self._app, unit, self._commands[place])
        if self._all_or_none and isinstance(found, LongcaseError):
            raise OneRefused(place, found)
        self._made += [place] * (len(unit.waiting) - waiting)
        return found

    def used_elsewhere(self, error: Conflict) -> dict[int, LongcaseError]:
        """Return, by their places, the commands whose ids were used in another case, and for what.

        Those of the ledger first; then the first whose id another of these used, since leaving one out moves the
        positions of all behind it. Raises ``error`` if there is none.
        """
        found = dict(self._used_before()) or dict(self._used_twice())
        if not found:
            raise error
        return found

    def _used_before(self) -> Iterator[tuple[int, LongcaseError]]:
        for place, row in zip(self._made, self._rows, strict=True):
            stored = self._app.ledger.by_command(row.command_id)
            if stored is not None:
                yield place, used(row.command_id, f"{stored.topic} at position {stored.position}")

    def _used_twice(self) -> Iterator[tuple[int, LongcaseError]]:
        seen: dict[bytes, str] = {}
        for number, (place, row) in enumerate(zip(self._made, self._rows, strict=True)):
            if row.command_id in seen:
                yield place, used(row.command_id, seen[row.command_id])
                return
            seen[row.command_id] = f"{row.topic} at position {self._first + number}"


@contextmanager
def _standing_still(app: Longcase) -> Iterator[None]:
    """Let the clocks stand, so that what has no instant of its own is recorded at that at which it is judged.

    A server goes by its own clock, and not by these.
    """
    clock, ledgers = app.clock, app.ledger.clock
    now = clock()
    app.clock = app.ledger.clock = lambda: now
    try:
        yield
    finally:
        app.clock, app.ledger.clock = clock, ledgers


def _ahead(unit: Unit, rows: Sequence[StoredEntry], now: Instant) -> Iterator[Instant]:
    """Yield what is said to occur after ``now`` in the cases that have entries of no instant of their own.

    Those entries were judged by what had occurred ``now``, and occur when the ledger takes them.
    """
    for stream in {row.stream for row in rows if row.occurred_at is None}:
        for entry in unit.history(stream).entries:
            if entry.occurred_at > now:
                yield entry.occurred_at
            if type(entry.event) is EntryCorrected and entry.event.values.get("occurred_at", now) > now:
                yield entry.event.values["occurred_at"]
