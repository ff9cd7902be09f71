"""A store of version 2, whose entries have no salt: reading it, and making its tables those of version 3.

The new leaves are worked out by the server, from the rows that it has; the salts are drawn here, as ever. The old
leaf of every entry has been compared before, when the store was copied, under the lock that is still held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ledger.entry import salts
from ledger.integrity.findings import as_made
from ledger.postgresql import arrays, schema, schema_check, tree
from ledger.postgresql.reader import PostgresReader
from ledger.reader import now
from ledger.schema import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.entry import StoredEntry

_COLUMNS: Final = COLUMNS.replace(" salt,", " ''::bytea AS salt,")
_PORTION: Final = 10_000
"""How many entries are given salts by one statement."""

_CHECKS: Final = ("stream", "command_id", "leaf", "payload")
_PUT_ASIDE: Final = (
    *(f"ALTER TABLE longcase.entry DROP CONSTRAINT entry_{column}_check" for column in _CHECKS),
    "ALTER TABLE longcase.entry DROP CONSTRAINT entry_check, DROP CONSTRAINT entry_check1",
    "ALTER TABLE longcase.entry RENAME TO entry_unsalted",
    "ALTER INDEX longcase.entry_pkey RENAME TO entry_unsalted_pkey",
    "DROP INDEX longcase.entry_stream, longcase.entry_command",
    *(
        f"DROP FUNCTION IF EXISTS longcase.{name}"
        for name in (
            f"append({schema.APPEND_ARGUMENTS.replace('bytea[], bytea[], bytea[],', 'bytea[], bytea[],')})",
            f"put_back({schema.PUT_BACK_ARGUMENTS.removesuffix(', bytea[]')})",
        )
    ),
)
_LAST: Final = "SELECT coalesce(max(position), 0) FROM longcase.entry_unsalted"
_LEAF: Final = schema.leaf("position", "occurred_at", "recorded_at", "command_id")
_TAKE: Final = f"""INSERT INTO longcase.entry SELECT position, stream, version, topic, schema, actor, role,
    occurred_at, recorded_at, command_id, {_LEAF}, salt, payload
FROM longcase.entry_unsalted JOIN unnest(%b) WITH ORDINALITY AS given (salt, n) ON position = n + %s"""  # noqa: S608  (made of constants)
_GUARDS: Final = tuple(name for name in schema.TRIGGERS if name.startswith(("entry_", "node_", "checkpoint_")))


class UnsaltedReader(PostgresReader):
    """Reads the entries of a store of version 2, over a connection that somebody else has opened."""

    unsalted = True

    def __init__(self, connection: Any) -> None:
        """Read through ``connection``, which stays its owner's to close."""
        self.connection = connection
        self.clock = now

    def entries(self, query: str, parameters: tuple[Any, ...]) -> list[StoredEntry]:
        """Return what a query that begins with ``SELECT`` finds, each with an empty salt."""
        return super().entries(query.replace(COLUMNS, _COLUMNS), parameters)


def check_guards(reader: UnsaltedReader, roles: tuple[str, str, str]) -> None:
    """Raise ``Wrong`` unless the table of the entries and its guards are as version 2 made them."""
    wanted = _of_entries(schema_check.made(*roles))
    del wanted["column entry.salt"], wanted["constraint entry_salt_check"]
    payload = wanted["column entry.payload"].removeprefix("13")
    as_made(_of_entries(schema_check.there(reader)), {**wanted, "column entry.payload": f"12{payload}"}, "things")


def _of_entries(made: dict[str, str]) -> dict[str, str]:
    """Return of what the catalogue says that which is about the table of the entries, without functions."""
    return {name: made[name] for name in made if " entry" in name and not name.startswith("function ")}


def salt_entries(connection: Any, advance: Callable[[int], None]) -> None:
    """Make the tables and functions of version 3, as the owner; ``advance`` is called with numbers of entries."""
    table, *indexes = schema.ENTRY
    for statement in (*_PUT_ASIDE, table, *tree.TABLES):
        connection.execute(statement)
    last = connection.execute(_LAST).fetchone()[0]
    for start in range(0, last, _PORTION):
        many = min(_PORTION, last - start)
        connection.execute(_TAKE, (arrays.bytea(salts(many)), start))
        advance(many)
    for function in schema.FUNCTIONS:
        connection.execute(function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
    for statement in (*indexes, "DROP TABLE longcase.entry_unsalted", "ANALYZE longcase.entry"):
        connection.execute(statement)
    connection.execute("SELECT longcase.grow(0, %s)", (last,))
    for name in _GUARDS:
        for statement in schema.guard(name):
            connection.execute(statement)
