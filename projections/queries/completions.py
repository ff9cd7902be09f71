"""What a shell can complete: the names that a store has, as the tables stand, without bringing them up to date.

Each question is one look through the latest row of each case, or through the topics of the ledger: a tenth of a
second on 100,000 cases, without an index of its own. SQLAlchemy takes as long to load, and is left out.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domain.codec import Unreadable, entry_of
from projections.tables.names import PROJECTION, SCHEMA, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.event import Event
    from ledger.reader import LedgerReader

NEWEST: Final = 5_000
"""How many of the entries that the tables do not reflect yet are looked through, the newest."""

_LATEST: Final = "valid_to = 0 AND known_to = 0"
"""Holds of the one row of a case that no instant ends and nothing has replaced (``tables.column_values``)."""
_NO_END: Final = "\U0010ffff"
_REGISTER: Final = ("officer.enrolled", "officer.moved")


class _Tables(NamedTuple):
    """The table of the cases in service, and the position that it reflects; no table where none can be read."""

    cases: str | None
    position: int


def references(ledger: LedgerReader, prefix: str) -> set[str]:
    """Return the references that begin with ``prefix``, of the cases whose report stands."""
    tables = _tables(ledger)
    found = set()
    if tables.cases is not None:
        query = f"SELECT reference FROM {tables.cases} WHERE {_LATEST} AND reference >= ? AND reference < ?"  # noqa: S608  (the table's name is one of ours)
        found = {row[0] for row in ledger.rows(query, (prefix, prefix + _NO_END))}
    last = ledger.head()[0]
    start = max(tables.position, last - NEWEST)
    new = (event.reference for event in _events(ledger, ("case.reported",), start))
    return found.union(one for one in new if one.startswith(prefix))


def owners(ledger: LedgerReader) -> set[str]:
    """Return the officers of the register, and everybody who has a case or had it when it was closed."""
    register = {event.officer for event in _events(ledger, _REGISTER[:1])}
    return register | _values(ledger, "owner")


def teams(ledger: LedgerReader) -> set[str]:
    """Return the teams of officers and of cases."""
    register = {event.team for event in _events(ledger, _REGISTER) if event.team}
    return register | _values(ledger, "team")


def categories(ledger: LedgerReader) -> set[str]:
    """Return the categories of the cases."""
    return _values(ledger, "category")


def rounds(ledger: LedgerReader) -> set[str]:
    """Return the rounds of inspection."""
    return {event.inspection for event in _events(ledger, ("inspection.opened",))}


def _tables(ledger: LedgerReader) -> _Tables:
    server = ledger.location is not None and "://" in ledger.location
    within = f"{TABLES}." if server else ""
    query = f"SELECT generation, position FROM {within}projection WHERE name = ? AND schema = ?"  # noqa: S608  (as above)
    there = "SELECT to_regclass(?)::text" if server else "SELECT name FROM sqlite_master WHERE name = ?"
    if ledger.rows(there, (f"{within}projection",)) in ([], [(None,)]):
        return _Tables(None, 0)
    found = ledger.rows(query, (PROJECTION, SCHEMA))
    return _Tables(f"{within}case_interval_{found[0][0]}", found[0][1]) if found else _Tables(None, 0)


def _values(ledger: LedgerReader, column: str) -> set[str]:
    cases = _tables(ledger).cases
    if cases is None:
        return set()
    query = f"SELECT DISTINCT {column} FROM {cases} WHERE {_LATEST} AND {column} IS NOT NULL"  # noqa: S608  (as above)
    return {row[0] for row in ledger.rows(query)}


def _events(ledger: LedgerReader, topics: tuple[str, ...], start: int = 0) -> Iterator[Any]:
    """Yield the events of these topics after a position, without those that this version cannot read."""
    for row in ledger.select_notifications(start, 1 << 31, topics=topics, inclusive_of_start=False):
        with suppress(Unreadable):  # (an entry that says nothing here is told of by whatever shows the case)
            event: Event = entry_of(row).event
            yield event
