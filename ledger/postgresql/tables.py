"""The functions by which the population tables are made, indexed and dropped on PostgreSQL.

The tables belong to the role that owns the ledger, as which nobody logs in: what is in a table's definition (a
rule, a trigger, a default) runs with the rights of whoever uses the table. Those who work with the store read
them; the members of one role fill them, and make and drop them by these functions alone, which take the number of
a generation and nothing else. See docs/adr/0055 and 0060.
"""

from __future__ import annotations

from typing import Final

TABLES: Final = "longcase_tables"
"""The schema that everybody reads; what a session makes for itself alone is in another."""

_SAFE: Final = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_FILL: Final = "SELECT, INSERT, UPDATE, DELETE"

PROJECTION: Final = (
    'CREATE TABLE IF NOT EXISTS longcase_tables.projection (name TEXT COLLATE "C" NOT NULL,'
    " generation INTEGER NOT NULL, schema INTEGER NOT NULL, position BIGINT NOT NULL, updated_at BIGINT NOT NULL,"
    ' failed_position BIGINT, failure TEXT COLLATE "C", PRIMARY KEY (name))'
)
INTERVALS: Final = (
    (
        "CREATE TABLE longcase_tables.case_interval_%s (stream BYTEA NOT NULL, valid_from BIGINT NOT NULL,"
        " known_from BIGINT NOT NULL, valid_to BIGINT NOT NULL, known_to BIGINT NOT NULL,"
        ' reference TEXT COLLATE "C" NOT NULL, category TEXT COLLATE "C", risk TEXT COLLATE "C",'
        ' ownership TEXT COLLATE "C" NOT NULL, owner TEXT COLLATE "C", team TEXT COLLATE "C",'
        ' allocated_by TEXT COLLATE "C", reported_at BIGINT NOT NULL, closed_at BIGINT,'
        ' record TEXT COLLATE "C" NOT NULL, last_activity TEXT COLLATE "C" NOT NULL,'
        " last_activity_at BIGINT NOT NULL, cell BIGINT NOT NULL, PRIMARY KEY (stream, valid_from, known_from))"
    ),
    (
        "CREATE TABLE longcase_tables.clock_interval_%s (stream BYTEA NOT NULL, valid_from BIGINT NOT NULL,"
        " valid_to BIGINT NOT NULL, known_from BIGINT NOT NULL, known_to BIGINT NOT NULL,"
        ' kind TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, standard TEXT COLLATE "C" NOT NULL,'
        ' key TEXT COLLATE "C" NOT NULL, "limit" TEXT COLLATE "C" NOT NULL, since BIGINT NOT NULL,'
        " due BIGINT NOT NULL, stalled_from BIGINT, cell BIGINT, officer BYTEA)"
    ),
)
_INDEX: Final = "CREATE INDEX IF NOT EXISTS {0}_interval_%s_{1} ON longcase_tables.{0}_interval_%s {2}"
INDEXES: Final = tuple(
    _INDEX.format(*parts)
    for parts in (
        ("case", "cell", "(cell, valid_from)"),
        ("case", "open", "(cell, valid_from, valid_to, known_from, known_to, closed_at) WHERE closed_at IS NULL"),
        (
            "clock",
            "cell",
            "(cell, stalled_from, valid_to, valid_from, known_from, known_to) WHERE cell IS NOT NULL",
        ),
        ("clock", "due", "(due) WHERE kind = 'wait'"),
        ("clock", "kind", "(name, since) WHERE kind IN ('condition', 'harm')"),
        ("clock", "officer", "(officer) WHERE officer IS NOT NULL"),
        ("clock", "stream", "(stream)"),
    )
)
_NAMES: Final = ("longcase_tables.case_interval_%s", "longcase_tables.clock_interval_%s")
NAMES: Final = ("tables_make", "tables_index", "tables_drop")
"""The functions; each is given the number of a generation."""

_MAKE: Final = (PROJECTION, *INTERVALS)
_FINISH: Final = (*INDEXES, f"ANALYZE {', '.join(_NAMES)}")
_DROP: Final = (f"DROP TABLE IF EXISTS {', '.join(_NAMES)}",)

_TURN: Final = f"""CREATE FUNCTION longcase.tables_turn() RETURNS void LANGUAGE plpgsql {_SAFE} AS $$
-- Whoever fills the tables has this turn until the commit.
BEGIN
    LOCK TABLE longcase.store IN SHARE UPDATE EXCLUSIVE MODE;
END $$"""


def functions(app: str, filler: str) -> tuple[str, ...]:
    """Return what makes the functions, for roles that are quoted: ``app`` reads the tables, ``filler`` fills."""
    make = (
        *_MAKE,
        *(f"GRANT SELECT ON {name} TO {app}" for name in _granted()),
        *(f"GRANT {_FILL} ON {name} TO {filler}" for name in _granted()),
    )
    bodies = (make, _FINISH, _DROP)
    return (_TURN, *(_function(name, body) for name, body in zip(NAMES, bodies, strict=True)))


def for_oneself(name: str, generation: int, schema: str) -> tuple[str, ...]:
    """Return the statements of one of the functions, for tables in a schema that is the session's own."""
    statements = dict(zip(NAMES, (_MAKE, _FINISH, _DROP), strict=True))[name]
    return tuple(one.replace("%s", str(generation)).replace(f"{TABLES}.", f"{schema}.") for one in statements)


def _granted() -> tuple[str, ...]:
    return ("longcase_tables.projection", *_NAMES)


def grants(app: str, filler: str) -> tuple[str, ...]:
    """Return what the owner grants, to roles that are quoted already: to look, to fill, and to make nothing."""
    each = ", ".join(f"longcase.{name}(integer)" for name in NAMES)
    return (
        f"GRANT USAGE ON SCHEMA longcase_tables TO {app}",
        f"GRANT EXECUTE ON FUNCTION longcase.tables_turn(), {each} TO {filler}",
    )


def _function(name: str, statements: tuple[str, ...]) -> str:
    lines = "".join(f"    EXECUTE {_with_number(statement)};\n" for statement in statements)
    return (
        f"CREATE FUNCTION longcase.{name}(generation integer) RETURNS void LANGUAGE plpgsql {_SAFE} AS $$\n"
        f"BEGIN\n{lines}END $$"
    )


def _with_number(statement: str) -> str:
    text = "'" + statement.replace("'", "''") + "'"
    return f"replace({text}, '%s', generation::text)" if "%s" in statement else text
