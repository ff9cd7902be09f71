"""Who stands in the way of recording on PostgreSQL: which sessions, whose, and what an administrator can do.

Any login sees which locks there are and whose sessions hold them. From where a session came and since when it is
at it is seen by those who may see it: its own login, and who has ``pg_read_all_stats``. So it is looked for as
whoever logged in, and not as the role that works with the store.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.errors import Busy
from ledger.integrity.findings import Wrong
from ledger.postgresql.connect_errors import quoted
from ledger.postgresql.errors import translated
from ledger.postgresql.schema import APPEND_LOCK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.reader import LedgerReader

PATIENCE: Final = 5.0
"""For how many seconds ``doctor`` looks on before it says that whoever has the turn stands in the way."""

_PAUSE: Final = 0.25

_LOOK: Final = f"""
WITH RECURSIVE here AS (
    SELECT l.*, coalesce(relation IN ('longcase.entry'::regclass, 'longcase.written'::regclass), false) AS ours
    FROM pg_locks AS l WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
), first AS (
    SELECT pid FROM here WHERE ours AND mode IN
        ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    UNION
    SELECT pid FROM here WHERE granted AND (
        ours AND mode = 'ShareUpdateExclusiveLock'
        OR to_regprocedure('longcase.turn()') IS NULL AND locktype = 'advisory' AND objsubid = 1
            AND classid = {APPEND_LOCK >> 32} AND objid = {APPEND_LOCK % 2**32})
), all_of_them AS (
    SELECT pid FROM first
    UNION
    SELECT unnest(pg_blocking_pids(pid)) FROM all_of_them
)
SELECT a.pid, a.usename::text, a.application_name, host(a.client_addr),
    to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    (SELECT min(virtualtransaction) FROM pg_locks AS l WHERE l.pid = a.pid)
FROM pg_stat_activity AS a JOIN all_of_them USING (pid) WHERE a.pid <> pg_backend_pid() ORDER BY a.pid
"""  # noqa: S608  (made of constants)


class Holder(NamedTuple):
    """A session: its process, its login, what it says it is, from where, since when; and its transaction.

    From where and since when are ``None`` where they are not for whoever asks to see.
    """

    pid: int
    login: str | None
    program: str
    address: str | None
    since: str | None
    transaction: str | None


def in_the_way(connection: Any) -> list[Holder]:
    """Return who has the writers' turn, or a lock for which writers would wait, and who keeps those waiting.

    Whoever only waits for the turn is not among them.
    """
    with connection.transaction():
        connection.execute("SET LOCAL ROLE NONE")
        return [Holder(*row) for row in connection.execute(_LOOK)]


def named(connection: Any, error: Busy) -> Busy:
    """Return ``error`` with who kept this session waiting, as far as that can still be seen."""
    with translated(connection):
        found = in_the_way(connection)
    if not found:
        return error
    better = Busy(str(error), *advice(found))
    better.who = sentence(found)
    return better


def sentence(holders: Iterable[Holder]) -> str:
    """Return who they are, in words."""
    return "; ".join(_one(holder) for holder in holders)


def _one(holder: Holder) -> str:
    whose = f"the session {holder.pid} of {holder.login or 'nobody known'}"
    program = f" ({holder.program})" if holder.program else ""
    address = f" from {holder.address}" if holder.address else ""
    since = f", in a transaction since {holder.since}" if holder.since else ""
    return f"{whose}{program}{address}{since}"


def advice(holders: Iterable[Holder]) -> tuple[str, ...]:
    """Return what to do: to wait, or to have an administrator end those sessions."""
    ended = "; ".join(f"SELECT pg_terminate_backend({holder.pid})" for holder in holders)
    return "try again", f"if it goes on, an administrator ends it: {ended}"


def recording(ledger: LedgerReader) -> str:
    """Return that nobody stands in the way of recording, or raise ``Wrong`` if somebody goes on doing so."""
    until = time.monotonic() + PATIENCE
    held = _seen(ledger)
    while held:
        if time.monotonic() > until:
            who = list(held)
            terminate = advice(who)[1]
            logins = {quoted(one.login) for one in who if one.login}
            barred = f"whose login does it again loses it: ALTER ROLE {', '.join(sorted(logins))} NOLOGIN"
            raise Wrong(f"nothing is recorded while this goes on: {sentence(who)}", terminate, barred)
        time.sleep(_PAUSE)
        held &= _seen(ledger)
    return "nobody stands in the way of recording"


def _seen(ledger: LedgerReader) -> set[Holder]:
    with translated(ledger.connection):
        return set(in_the_way(ledger.connection))
