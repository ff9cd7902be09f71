"""Whether a store on PostgreSQL is whole, and what its server can lose: what ``doctor`` asks there.

The checks work as everybody does, in the role that may read and add entries; only the standbys are looked for as
whoever logged in, since it takes a right of the server to see them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ledger import schema as versions
from ledger.integrity.entries import entries_deep
from ledger.integrity.findings import Finding, Wrong, as_made, found
from ledger.integrity.sequence import NOT_BUILT, ORDER, clock, projections
from ledger.integrity.settings import settings_in_words
from ledger.integrity.tally import in_order
from ledger.postgresql import schema_check
from ledger.postgresql.durability import durability
from ledger.postgresql.errors import translated
from ledger.postgresql.holders import recording
from ledger.postgresql.location import app_of, filler_of, owner_of, psycopg
from ledger.postgresql.rights import rights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.entry import StoredEntry
    from ledger.postgresql.reader import PostgresReader

_WRITTEN: Final = """
SELECT version, longcase, to_char(to_timestamp(at / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM written ORDER BY version DESC LIMIT 1"""
_SERVER: Final = """
SELECT current_setting('server_version'), current_database(), host(inet_server_addr()), inet_server_port(),
    pg_is_in_recovery(), current_setting('data_checksums')"""
_CLIENTS_CLOCK: Final = "greatest(clock, coalesce(recorded, clock))"
"""What the function that appends has in a store from before the server's clock alone said when."""

_CHOOSES: Final = "whoever records can choose when: the function append takes the time from them"
_MENDS: Final = "an administrator mends it: longcase init --harden"
_BUILT: Final = "SELECT to_regclass('longcase_tables.projection') IS NOT NULL"


def quick(ledger: PostgresReader) -> Iterator[Finding]:
    """Yield what the checks find that read no payload; raise ``Busy`` or ``Lost`` if they cannot be made."""
    driver = psycopg()
    for name, check in _QUICK.items():
        yield found(name, driver, lambda check=check: check(ledger))  # type: ignore[misc]  # mypy cannot infer a lambda's default
    for name, ordered in ORDER.items():
        asked = partial(clock, now=ledger.clock() / 1_000_000) if name == "clock" else ordered
        yield found(name, driver, lambda check=asked: _on_connection(ledger, check))  # type: ignore[misc]  # as above
    yield found("projections", driver, lambda: _projections(ledger))


def deep(
    ledger: PostgresReader, *, complaint: Callable[[StoredEntry], str | None], advance: Callable[[], None]
) -> Iterator[Finding]:
    """Yield what the checks find that read every entry; takes and raises what ``integrity.entries`` does."""
    yield Finding("pages", ok=True, explanation=_PAGES)
    rows = in_order(ledger, ledger.head()[0])
    yield from entries_deep(rows, ledger, psycopg(), complaint=complaint, advance=advance)


_PAGES: Final = (
    "not read here: an administrator of the server reads every page and index with pg_amcheck --heapallindexed,"
    " and what pg_checksums guards is told when it is read"
)


def _on_connection(ledger: PostgresReader, check: Callable[[Any, Any], str]) -> str:
    with translated(ledger.connection):
        return check(ledger.connection, psycopg())


def _server(ledger: PostgresReader) -> str:
    version, database, address, port, standby, checksums = ledger.rows(_SERVER)[0]
    where = f"{address} port {port}" if address else "a socket"
    role = "a standby" if standby else "the primary"
    what = f"PostgreSQL {version} at {where}, {role}; the database {database}"
    if checksums == "on":
        return f"{what}; data checksums are on: a page that the disk has damaged is told when it is read"
    return f"{what}; data checksums are off: a page that the disk has damaged shows in doctor --deep, if at all"


def _guards(ledger: PostgresReader) -> str:
    database = ledger.connection.info.dbname
    wanted = schema_check.made(owner_of(database), app_of(database), filler_of(database))
    there = schema_check.there(ledger)
    try:
        return as_made(there, wanted, "tables, columns, constraints, indexes, triggers and functions")
    except Wrong as error:
        if _CLIENTS_CLOCK not in there.get("function append", ""):
            raise
        raise Wrong(f"{_CHOOSES}; {error}", f"{_MENDS} --store {ledger.location}") from error


def _settings(ledger: PostgresReader) -> str:
    written = ledger.rows(_WRITTEN)
    return settings_in_words(ledger.settings(), versions.VERSION, written[0] if written else None)


def _projections(ledger: PostgresReader) -> str:
    if not ledger.rows(_BUILT)[0][0]:
        return NOT_BUILT
    return _on_connection(ledger, partial(projections, table="longcase_tables.projection"))


def _seen(ledger: PostgresReader) -> str:
    """Return what this machine keeps of what the server has shown to it, or why it does not."""
    memory, met = ledger.memory, ledger.met
    if memory is None or met.store is None:
        return "nothing is kept of what this server has shown: one that goes back is not noticed"
    if met.timeline is None:
        return "a standby may be behind: it is not compared with what was seen"
    if memory.trouble is not None:
        return f"not kept, so a server that goes back is not noticed from here: {memory.trouble}"
    seen = f"position {met.position:,} on timeline {met.timeline}, kept in {memory.path(met.store)}"
    return f"this machine has seen {seen}; a server that is behind it would be refused"


_QUICK: Final[dict[str, Callable[[PostgresReader], str]]] = {
    "server": _server,
    "seen": _seen,
    "durability": durability,
    "guards": _guards,
    "rights": rights,
    "settings": _settings,
    "recording": recording,
}
