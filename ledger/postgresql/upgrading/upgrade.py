"""Making a store on PostgreSQL one of this version, by whoever may make stores: after a copy, wholly or not.

The copy is an archive, in a file of whoever upgrades. It is written and compared under the lock that keeps
writers out until all is done, in one transaction, which ends with a look whether tables, guards and functions are
those that this version makes.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from ledger import schema as versions
from ledger.errors import NotAStore
from ledger.integrity.findings import Wrong, as_made
from ledger.integrity.tally import Damaged
from ledger.postgresql import arrays, schema, schema_check
from ledger.postgresql.connect_errors import Unusable, quoted
from ledger.postgresql.connection import reach
from ledger.postgresql.errors import meaning
from ledger.postgresql.foreign import look
from ledger.postgresql.harden import is_store, lent_roles, mend
from ledger.postgresql.location import PATH, owner_of, psycopg
from ledger.postgresql.setup import roles_of
from ledger.postgresql.upgrading.unsalted import UnsaltedReader, check_guards, salt_entries
from ledger.reader import now
from ledger.transfer import archive
from ledger.versions import NotUpgraded, Upgraded, unfit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

_VERSION: Final = "SELECT max(version) FROM longcase.written"
_LOCK: Final = "LOCK TABLE longcase.written, longcase.store, longcase.entry IN EXCLUSIVE MODE"
"""Keeps all who add anything out, and lets others read until the tables are made anew."""

_WRITTEN: Final = "INSERT INTO longcase.written VALUES (%s, %s, %s)"


def upgrade(
    location: str,
    copy: Callable[[], AbstractContextManager[BinaryIO]],
    *,
    say_done: Callable[[str], None] = lambda _: None,
    advance: Callable[[int], None] = lambda _: None,
) -> Upgraded:
    """Make the store at ``location`` one of this version, after an archive of it was written to ``copy``.

    ``copy`` lends the file that is written to, and makes it last when it is given back, before anything is
    changed. ``say_done`` is called with what is done, ``advance`` with numbers of entries, each of which is
    counted twice. Raises ``NotUpgraded`` if the store is not sound, or if its tables would not be those of this
    version, ``Unusable`` if who asks may not, ``NotAStore``, ``Unreachable`` or ``Lost``; nothing is changed
    then.
    """
    connection = reach(location)
    driver = psycopg()
    arrays.register(connection)
    try:
        with connection.transaction():
            return _upgrade(connection, location, copy, say_done, advance)
    except driver.errors.InsufficientPrivilege as error:
        who = connection.info.user
        raise Unusable(
            f"{who} may not do that: {error}", "a superuser may, and whoever made the roles"
        ) from error
    except (Damaged, Wrong) as error:
        raise NotUpgraded(f"the store was not upgraded and is as it was: {error}", *_ADVICE) from error
    except driver.Error as error:
        raise meaning(error, gone=connection.closed) from error
    finally:
        connection.close()


_ADVICE: Final = (
    "record nothing more in it: it is evidence; pg_dump keeps it as it is",
    "go on with the last backup that can be restored",
)


def _upgrade(
    connection: Any,
    location: str,
    copy: Callable[[], AbstractContextManager[BinaryIO]],
    say_done: Callable[[str], None],
    advance: Callable[[int], None],
) -> Upgraded:
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (schema.SETUP_LOCK,))
    database = connection.info.dbname
    if not is_store(connection):
        raise NotAStore(f"there is no store in the database {database}")
    look(connection, owner_of(database))  # (what is found there is for ``mend`` to judge)
    connection.execute(f"SET LOCAL search_path = {PATH}")
    reader = UnsaltedReader(connection)
    with _as_owner(connection, database):
        connection.execute(_LOCK)
        version = connection.execute(_VERSION).fetchone()[0]
        if version == versions.VERSION:
            return Upgraded(version, version, None, reader.head()[0])
        if version != versions.SALTED - 1:
            raise unfit(location, version or 0, None)
        check_guards(reader, roles_of(database))
        say_done("copying the store, and checking the copy")
        with copy() as out:
            held = archive.write(reader, out, advance)
        say_done(f"the copy is sound; upgrading from version {version} to {versions.VERSION}")
        salt_entries(connection, advance)
        connection.execute(_WRITTEN, (versions.VERSION, versions.longcase_version(), now()))
    mend(connection)
    connection.execute(f"SET LOCAL search_path = {PATH}")
    as_made(schema_check.there(reader), schema_check.made(*roles_of(database)), "things")
    return Upgraded(version, versions.VERSION, None, held.entries)


@contextmanager
def _as_owner(connection: Any, database: str) -> Iterator[None]:
    """Act as the role that owns the store, which whoever asks is made a member of meanwhile."""
    roles = ", ".join(lent_roles(connection, database))
    if roles:
        connection.execute(f"GRANT {roles} TO CURRENT_USER")
    connection.execute(f"SET LOCAL ROLE {quoted(owner_of(database))}")
    yield
    connection.execute("RESET ROLE")
    if roles:
        connection.execute(f"REVOKE {roles} FROM CURRENT_USER")
