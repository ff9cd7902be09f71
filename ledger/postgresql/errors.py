"""What PostgreSQL's errors mean, in the ledger's family."""

from __future__ import annotations

import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from eventsourcing.persistence import IntegrityError, OperationalError

from ledger.errors import Busy, CommandTaken, Lost, TooLarge, VersionTaken
from ledger.postgresql import schema, tree
from ledger.postgresql.location import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eventsourcing.persistence import PersistenceError

_BY_CONSTRAINT: Final = {"entry_stream": VersionTaken, "entry_command": CommandTaken}
_BY_STATE: Final[dict[str, type[PersistenceError]]] = {
    schema.VERSION: VersionTaken,
    schema.POSITION: OperationalError,
    schema.CHANGED: OperationalError,
    schema.FILLED: OperationalError,
    tree.NODE: OperationalError,
    tree.CHECKPOINT: OperationalError,
    "23505": IntegrityError,
    "55P03": Busy,  # lock_not_available: another writer holds the lock for longer than lock_timeout
    "40P01": Busy,  # deadlock_detected
    "53200": TooLarge,  # out_of_memory
    "54000": TooLarge,  # program_limit_exceeded
    "25006": Lost,  # read_only_sql_transaction: what was the primary is a standby now
}

_BESIDES: Final = {
    "42501": "; docs/operators.md, PostgreSQL, says which role is granted to whoever needs that",
    "42883": "; a store from before has no such function: longcase init --harden makes it",
}
"""What is said besides, by the SQLSTATE: insufficient_privilege, undefined_function."""


@contextmanager
def translated(connection: Any = None) -> Iterator[None]:
    """Turn errors of psycopg, and of making columns for it, into the ledger's, in eventsourcing's family.

    An error after which ``connection`` is closed means that nobody knows what became of the statement.
    """
    driver = psycopg()
    try:
        yield
    except driver.Error as error:
        raise meaning(error, gone=connection is not None and connection.closed) from error
    except struct.error as error:  # raised before anything is sent
        raise OperationalError(f"a number of an entry is beyond what its column holds: {error}") from error


def meaning(error: Any, *, gone: bool = False) -> PersistenceError:
    """Return what an error of psycopg means, as one of the ledger's family; ``gone``: with the connection."""
    text = str(error).strip().partition("\n")[0]
    state = error.sqlstate or ""
    if state == "23505" and (kind := _BY_CONSTRAINT.get(error.diag.constraint_name)):
        return kind(text)
    # Without a state they are libpq's own words, and not the server's.
    unanswered = not state and isinstance(error, psycopg().OperationalError)
    if gone or unanswered or state.startswith(("57P", "08")):
        return Lost(text or "the connection to the server is gone")
    return _BY_STATE.get(state, OperationalError)(text + _BESIDES.get(state, ""))
