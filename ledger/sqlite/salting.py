"""The step from version 2 to 3: every entry gets a salt and the leaf that needs it, and the tree is kept.

The table of the entries is made anew, for a column cannot be put into its place otherwise. The old one shrinks as
the new one grows, so that the file does not become twice as large; and the old leaf of every entry is compared
before it goes. Nothing else of an entry is touched. See docs/adr/0081.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ledger import schema
from ledger.entry import leaf_hash_v1, salted, salts
from ledger.integrity.findings import Wrong, as_made
from ledger.integrity.tree import TreeOfEntries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.entry import Row

_TABLE: Final = """CREATE TABLE entry (
    position INTEGER PRIMARY KEY,
    stream BLOB NOT NULL CHECK (length(stream) = 16),
    version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    schema INTEGER NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    command_id BLOB NOT NULL CHECK (length(command_id) = 16),
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    payload BLOB NOT NULL,
    CHECK (instr(topic || actor || role, char(10)) = 0)
) STRICT"""
_APPEND: Final = """CREATE TRIGGER entry_append BEFORE INSERT ON entry
    WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM entry)
        OR NEW.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM entry WHERE stream = NEW.stream)
        OR EXISTS (SELECT 1 FROM entry WHERE command_id = NEW.command_id)
    BEGIN SELECT CASE
    WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM entry)
        THEN raise(ABORT, 'longcase: position is not the next')
    WHEN NEW.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM entry WHERE stream = NEW.stream)
        THEN raise(ABORT, 'longcase: version is not the next')
    ELSE raise(ABORT, 'longcase: command is recorded')
    END; END"""
_TRIGGERS: Final = ("entry_append", "entry_update", "entry_delete")
_BEFORE: Final = {
    "table entry": _TABLE,
    "index entry_stream": "CREATE UNIQUE INDEX entry_stream ON entry (stream, version)",
    "index entry_command": "CREATE UNIQUE INDEX entry_command ON entry (command_id)",
    **{f"trigger {name}": schema.TRIGGERS[name] for name in _TRIGGERS[1:]},
    "trigger entry_append": _APPEND,
}
"""What stands in a store of version 2 about its entries, to the letter."""

_THERE: Final = (
    "SELECT type || ' ' || name, sql FROM sqlite_schema"
    " WHERE tbl_name = 'entry' AND sql IS NOT NULL ORDER BY name"
)
_PUT_ASIDE: Final = (
    *(f"DROP TRIGGER {name}" for name in _TRIGGERS),
    "ALTER TABLE entry RENAME TO entry_unsalted",
    "DROP INDEX entry_stream",
    "DROP INDEX entry_command",
)
_LAST: Final = "SELECT coalesce(max(position), 0) FROM entry_unsalted"
_SOME: Final = (
    "SELECT position, stream, version, topic, schema, actor, role, occurred_at, recorded_at, command_id, leaf,"
    " x'', payload FROM entry_unsalted WHERE position > ? AND position <= ? ORDER BY position"
)
_TAKE: Final = f"INSERT INTO entry ({schema.COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  (made of constants)
_GONE: Final = "DELETE FROM entry_unsalted WHERE position <= ?"
_NODE: Final = "INSERT INTO node (level, number, hash) VALUES (?, ?, ?)"
_GUARDS: Final = tuple(
    trigger for name, trigger in schema.TRIGGERS.items() if name.startswith(("entry_", "node_", "checkpoint_"))
)
_PORTION: Final = 1_000
"""How many entries are moved together; of their payloads one at a time is in memory."""


def salt_entries(connection: Any, advance: Callable[[int], None]) -> None:
    """Give every entry a salt, in a transaction that is open; ``advance`` is called with numbers of entries.

    Raises ``Wrong`` if a guard is not as version 2 made it, or an entry not as it was recorded.
    """
    as_made(dict(connection.execute(_THERE)), _BEFORE, "tables, indexes and triggers")
    table, *indexes = schema.ENTRY
    for statement in (*_PUT_ASIDE, table):
        connection.execute(statement)
    tree = TreeOfEntries()
    last = connection.execute(_LAST).fetchone()[0]
    for start in range(0, last, _PORTION):
        connection.executemany(_TAKE, _moved(connection, start, tree))
        connection.execute(_GONE, (start + _PORTION,))
        advance(min(_PORTION, last - start))
    for statement in (*indexes, "DROP TABLE entry_unsalted", *schema.TREE):
        connection.execute(statement)
    connection.executemany(_NODE, sorted((*place, node) for place, node in tree.nodes.items()))
    for statement in _GUARDS:
        connection.execute(statement)


def _moved(connection: Any, start: int, tree: TreeOfEntries) -> Iterator[Row]:
    """Yield the entries of a portion with salts, their old leaves compared."""
    drawn = iter(salts(_PORTION))
    for row in connection.execute(_SOME, (start, start + _PORTION)):
        if leaf_hash_v1(row) != row[10]:
            raise Wrong(f"the entry at position {row[0]:,} is not as it was recorded")
        made = salted(row, next(drawn))
        tree.add(made[10])
        yield made
