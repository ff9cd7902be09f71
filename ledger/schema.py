"""The tables of the ledger on SQLite, and the triggers that let nothing happen to them but an append.

UPDATE and DELETE triggers alone are bypassed by INSERT OR REPLACE, which deletes without firing them unless
the connection asked for it; so a guard on INSERT refuses whatever would replace anything.
"""

from __future__ import annotations

APPLICATION_ID = 0x4C434153
"""``LCAS``: how a file is known to be a store of Longcase."""

VERSION = 3
"""The version of these tables; ``ledger.sqlite.upgrade`` has the steps from each one before."""

SALTED = 3
"""The first version in which an entry has a salt, and a leaf that needs it (docs/adr/0081)."""

OLDEST = 1
"""The oldest version of a store that can still be upgraded."""

UNKNOWN = "unknown"

COLUMNS = (
    "position, stream, version, topic, schema, actor, role, occurred_at, recorded_at, command_id, leaf, salt,"
    " payload"
)

WRITTEN = """CREATE TABLE written (
    version INTEGER PRIMARY KEY,
    longcase TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT"""
"""Of which versions the store has been, by which Longcase, and since when (microseconds since 1970 UTC)."""

ENTRY = (
    """CREATE TABLE entry (
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
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    payload BLOB NOT NULL,
    CHECK (instr(topic || actor || role, char(10)) = 0)
) STRICT""",
    "CREATE UNIQUE INDEX entry_stream ON entry (stream, version)",
    "CREATE UNIQUE INDEX entry_command ON entry (command_id)",
)
"""The entries, and the indexes of what is unique among them."""

TREE = (
    """CREATE TABLE node (
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE checkpoint (
    number INTEGER PRIMARY KEY,
    size INTEGER NOT NULL,
    at INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT""",
    "CREATE INDEX checkpoint_size ON checkpoint (size)",
)
"""Every eighth level of the Merkle tree over the leaves of the entries, as far as its subtrees are whole, and
what was signed of the tree: of how many entries, when (microseconds since 1970 UTC), the note as it is."""

TABLES = (
    *ENTRY,
    "CREATE TABLE store (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    WRITTEN,
    *TREE,
)

TRIGGERS = {
    "entry_append": """CREATE TRIGGER entry_append BEFORE INSERT ON entry
    WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM entry)
        OR NEW.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM entry WHERE stream = NEW.stream)
        OR EXISTS (SELECT 1 FROM entry WHERE command_id = NEW.command_id)
        OR NEW.salt IS NULL
    BEGIN SELECT CASE
    WHEN NEW.salt IS NULL
        THEN raise(ABORT, 'longcase: the store was upgraded, and takes entries of a newer Longcase alone')
    WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM entry)
        THEN raise(ABORT, 'longcase: position is not the next')
    WHEN NEW.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM entry WHERE stream = NEW.stream)
        THEN raise(ABORT, 'longcase: version is not the next')
    ELSE raise(ABORT, 'longcase: command is recorded')
    END; END""",
    "entry_update": """CREATE TRIGGER entry_update BEFORE UPDATE ON entry
    BEGIN SELECT raise(ABORT, 'longcase: an entry is never changed'); END""",
    "entry_delete": """CREATE TRIGGER entry_delete BEFORE DELETE ON entry
    BEGIN SELECT raise(ABORT, 'longcase: an entry is never deleted'); END""",
    "node_append": """CREATE TRIGGER node_append BEFORE INSERT ON node
    WHEN NEW.level NOT BETWEEN 8 AND 56 OR NEW.level % 8 IS NOT 0
        OR NEW.number IS NOT (SELECT coalesce(max(number), -1) + 1 FROM node WHERE level = NEW.level)
        OR NEW.number >= (SELECT coalesce(max(position), 0) FROM entry) >> NEW.level
    BEGIN SELECT raise(ABORT, 'longcase: a node is the next of its level, over entries that are there'); END""",
    "node_update": """CREATE TRIGGER node_update BEFORE UPDATE ON node
    BEGIN SELECT raise(ABORT, 'longcase: a node is never changed'); END""",
    "node_delete": """CREATE TRIGGER node_delete BEFORE DELETE ON node
    BEGIN SELECT raise(ABORT, 'longcase: a node is never deleted'); END""",
    "checkpoint_append": """CREATE TRIGGER checkpoint_append BEFORE INSERT ON checkpoint
    WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM checkpoint)
        OR (NEW.size < (SELECT coalesce(max(size), 0) FROM checkpoint)
            AND NOT EXISTS (SELECT 1 FROM checkpoint WHERE size = NEW.size))
        OR NEW.size > (SELECT coalesce(max(position), 0) FROM entry)
    BEGIN SELECT raise(ABORT, 'longcase: a checkpoint is the next, of no fewer entries and none that is missing');
    END""",
    "checkpoint_update": """CREATE TRIGGER checkpoint_update BEFORE UPDATE ON checkpoint
    BEGIN SELECT raise(ABORT, 'longcase: a checkpoint is never changed'); END""",
    "checkpoint_delete": """CREATE TRIGGER checkpoint_delete BEFORE DELETE ON checkpoint
    BEGIN SELECT raise(ABORT, 'longcase: a checkpoint is never deleted'); END""",
    "store_append": """CREATE TRIGGER store_append BEFORE INSERT ON store
    WHEN EXISTS (SELECT 1 FROM store WHERE name = NEW.name)
    BEGIN SELECT raise(ABORT, 'longcase: a setting of the store is never replaced'); END""",
    "store_update": """CREATE TRIGGER store_update BEFORE UPDATE ON store
    BEGIN SELECT raise(ABORT, 'longcase: a setting of the store is never changed'); END""",
    "store_delete": """CREATE TRIGGER store_delete BEFORE DELETE ON store
    BEGIN SELECT raise(ABORT, 'longcase: a setting of the store is never deleted'); END""",
    "written_append": """CREATE TRIGGER written_append BEFORE INSERT ON written
    WHEN NEW.version <= (SELECT max(version) FROM written)
    BEGIN SELECT raise(ABORT, 'longcase: a store is never of an earlier version again'); END""",
    "written_update": """CREATE TRIGGER written_update BEFORE UPDATE ON written
    BEGIN SELECT raise(ABORT, 'longcase: who wrote a store is never changed'); END""",
    "written_delete": """CREATE TRIGGER written_delete BEFORE DELETE ON written
    BEGIN SELECT raise(ABORT, 'longcase: who wrote a store is never deleted'); END""",
}
"""Each guard by its name; ``doctor`` compares what a store has with these, to the letter."""

WRITE = "INSERT INTO written (version, longcase, at) VALUES (?, ?, ?)"
"""Says of which version the store is from now on, by which Longcase, since when."""


def longcase_version() -> str:
    """Return which version of Longcase this is, as it was installed; ``unknown`` where it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("longcase")
    except PackageNotFoundError:
        return UNKNOWN
