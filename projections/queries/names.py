"""Which names a store has: whoever asks about a name that nobody bears must not take nought for an answer."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.codec import Unreadable, entry_of
from domain.identity import same_name
from domain.officer import Accredited, Enrolled, Moved
from domain.spelling import nearest
from projections.tables import checkpoint
from projections.tables.engine import reading
from projections.tables.reference import OFFICERS
from projections.tables.schema import case_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.event import Event
    from ledger.reader import LedgerReader
    from projections.runner.runner import Runner


def unknown_owners(runner: Runner, names: Sequence[str]) -> dict[str, list[str]]:
    """Return, of ``names``, who never had a case and are in no register, each with the names most like theirs.

    Letters and spacing name the same officer. The tables must have been brought up to date.
    """
    left = [name for name in names if not _has(runner, "owner", name)]
    if not left:
        return {}
    register = _register(runner.recorder)
    there = {*_values(runner, "owner"), *(one.officer for one in register if isinstance(one, Enrolled))}
    return {name: nearest(name, there) for name in left if not any(same_name(name, one) for one in there)}


def unknown_teams(runner: Runner, names: Sequence[str]) -> dict[str, list[str]]:
    """Return, of ``names``, those of which no case and no officer ever was, each with those most like it.

    Teams are compared to the letter. The tables must have been brought up to date.
    """
    left = [name for name in names if not _has(runner, "team", name)]
    if not left:
        return {}
    register = _register(runner.recorder)
    moves = (one.team for one in register if isinstance(one, Enrolled | Moved))
    there = {*_values(runner, "team"), *filter(None, moves)}
    return {name: nearest(name, there) for name in left if name not in there}


def unknown_categories(runner: Runner, names: Sequence[str], vocabulary: Iterable[str]) -> dict[str, list[str]]:
    """Return, of ``names``, what no case ever was and the vocabulary has not; otherwise as ``unknown_teams``."""
    known = set(vocabulary)
    left = [name for name in names if name not in known and not _has(runner, "category", name)]
    return {name: nearest(name, {*known, *_values(runner, "category")}) for name in left}


def unknown_accreditations(
    ledger: LedgerReader, names: Sequence[str], rules: Iterable[str]
) -> dict[str, list[str]]:
    """Return, of ``names``, what nobody ever was accredited for and no rule has; otherwise as ``unknown_teams``.

    ``rules`` are the accreditations that rulebooks name.
    """
    held = (one.accreditation for one in _register(ledger) if isinstance(one, Accredited))
    there = {*rules, *held}
    return {name: nearest(name, there) for name in names if name not in there}


def unread(runner: Runner) -> list[int]:
    """Return the positions of entries that this version cannot read, any of which may name anybody.

    The tables must have been brought up to date: they stop at such an entry until it is passed over.
    """
    return [position for position in sorted(runner.skipped()) if not _readable(runner.recorder, position)]


def _readable(ledger: LedgerReader, position: int) -> bool:
    try:
        return bool([entry_of(row) for row in ledger.select_notifications(position, 1)])
    except Unreadable:
        return False


def _has(runner: Runner, column: str, value: str) -> bool:
    with reading(runner.engine) as connection:
        table = case_interval(checkpoint.in_service(connection).generation)
        query = select(table.c.stream).where(table.c[column] == value).limit(1)
        return connection.execute(query).first() is not None


def _values(runner: Runner, column: str) -> list[str]:
    with reading(runner.engine) as connection:
        table = case_interval(checkpoint.in_service(connection).generation)
        query = select(table.c[column]).where(table.c[column].is_not(None)).distinct()
        return [row[0] for row in connection.execute(query)]


def _register(ledger: LedgerReader) -> list[Event]:
    """Return what is in the register of officers, without what ``unread`` tells of."""
    found = []
    for row in ledger.topics_like(OFFICERS):
        with suppress(Unreadable):
            found.append(entry_of(row).event)
    return found
