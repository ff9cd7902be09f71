"""What the catalogue of a database says of the ledger there, beside what ``schema`` makes.

Functions are compared to the letter. How the server words a constraint, an index or a trigger differs a little
between its versions, in parentheses, quotes and names of schemas: those are left out on both sides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ledger.postgresql import schema, tables
from ledger.postgresql.connect_errors import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ledger.postgresql.reader import PostgresReader

_OURS: Final = "relnamespace = 'longcase'::regnamespace"
_MADE: Final = f"""
SELECT CASE relkind WHEN 'r' THEN 'table ' WHEN 'v' THEN 'view ' ELSE 'relation ' END || relname,
    concat_ws(' ', pg_get_userbyid(relowner), relpersistence, relrowsecurity,
        EXISTS (SELECT FROM pg_rewrite WHERE ev_class = c.oid),
        EXISTS (SELECT FROM pg_inherits WHERE c.oid IN (inhparent, inhrelid)))
FROM pg_class AS c WHERE {_OURS} AND relkind NOT IN ('i', 't')
UNION ALL
SELECT 'column ' || relname || '.' || attname,
    concat_ws(' ', attnum, format_type(atttypid, atttypmod), attnotnull, atthasdef, attidentity, attgenerated,
        (SELECT collname FROM pg_collation AS l WHERE l.oid = attcollation))
FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
WHERE {_OURS} AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'constraint ' || conname, relname || ' ' || pg_get_constraintdef(o.oid)
FROM pg_constraint AS o JOIN pg_class AS c ON c.oid = conrelid WHERE {_OURS} AND contype <> 'n'
UNION ALL
SELECT 'index ' || i.relname, pg_get_indexdef(i.oid) || CASE WHEN indisvalid AND indislive THEN '' ELSE '!' END
FROM pg_index JOIN pg_class AS i ON i.oid = indexrelid JOIN pg_class AS c ON c.oid = indrelid
WHERE c.relnamespace = 'longcase'::regnamespace AND c.relkind = 'r'
UNION ALL
SELECT 'trigger ' || tgname, concat_ws(' ', tgenabled, pg_get_triggerdef(t.oid))
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = tgrelid WHERE {_OURS} AND NOT tgisinternal
UNION ALL
SELECT 'function ' || proname, concat_ws(' ', pg_get_userbyid(proowner), pg_get_function_arguments(p.oid),
    lanname, prosecdef, array_to_string(proconfig, ';')) || chr(31) || prosrc
FROM pg_proc AS p JOIN pg_language AS g ON g.oid = prolang WHERE pronamespace = 'longcase'::regnamespace
"""  # noqa: S608  (made of constants)

_FUNCTION: Final = re.compile(
    r"CREATE FUNCTION longcase\.(\w+)\((.*?)\)\s+(?:RETURNS \w+ )?LANGUAGE (\w+)"
    r" SECURITY (INVOKER|DEFINER) SET (search_path) = (.+?) AS \$\$(.*)\$\$",
    re.DOTALL,
)
_INDEX: Final = re.compile(r"CREATE UNIQUE INDEX (\w+) ON")
_TABLE: Final = re.compile(r"CREATE TABLE longcase\.(\w+) \((.*)\)", re.DOTALL)
_COLUMN: Final = re.compile(r"(\w+) (\w+)(.*)", re.DOTALL)
_LEFT_OUT: Final = re.compile(r"[\s()\"]|longcase\.|USING btree |::\w+")
_PLAIN: Final = " f f f"
_BODY: Final = chr(31)


def there(ledger: PostgresReader) -> dict[str, str]:
    """Return, by kind and name, what the catalogue says of each thing in the schema of the ledger."""
    return _by_name(ledger.rows(_MADE))


def made(owner: str, app: str, filler: str) -> dict[str, str]:
    """Return the same of what is made for the three roles of a store: ``setup.roles_of``."""
    return _by_name(_made(owner, app, filler))


def _by_name(found: Iterable[tuple[Any, ...]]) -> dict[str, str]:
    """Return definitions by name; a second one of a name, as a function can have, gets another."""
    by_name: dict[str, str] = {}
    for name, definition in sorted(found):
        by_name[f"another {name}" if name in by_name else name] = _plain(definition)
    return by_name


def _plain(definition: str) -> str:
    head, mark, body = definition.partition(_BODY)
    return _LEFT_OUT.sub("", head) + mark + body


def _made(owner: str, app: str, filler: str) -> Iterator[tuple[str, str]]:
    for statement in schema.TABLES:
        if found := _INDEX.match(statement):
            yield f"index {found[1]}", statement
        elif found := _TABLE.match(statement):
            yield from _of_table(owner, found[1], found[2])
    for name, trigger in schema.TRIGGERS.items():
        yield f"trigger {name}", f"A {trigger}"
    for function in (*schema.FUNCTIONS, *tables.functions(quoted(app), quoted(filler))):
        if found := _FUNCTION.match(function):
            name, arguments, language, rights, setting, value, body = found.groups()
            definer = "t" if rights == "DEFINER" else "f"
            yield f"function {name}", f"{owner} {arguments} {language} {definer} {setting}={value}{_BODY}{body}"


def _of_table(owner: str, table: str, columns: str) -> Iterator[tuple[str, str]]:
    yield f"table {table}", f"{owner} p{_PLAIN}"
    checks = 0
    for number, item in enumerate(_parts(columns), 1):
        if item.startswith("CHECK"):
            yield f"constraint {table}_check{checks or ''}", f"{table} {item}"
            checks += 1
        elif found := _COLUMN.match(item):
            yield from _of_column(table, number, *found.groups())


def _parts(text: str) -> Iterator[str]:
    """Yield what stands between the commas of a text that are in no parentheses."""
    depth = start = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            yield text[start:place].strip()
            start = place + 1
    yield text[start:].strip()


def _of_column(table: str, number: int, name: str, kind: str, rest: str) -> Iterator[tuple[str, str]]:
    primary = "PRIMARY KEY" in rest
    collation = {"text": "C" if "COLLATE" in rest else "default"}.get(kind, "")
    required = "t" if primary or "NOT NULL" in rest else "f"
    yield f"column {table}.{name}", f"{number} {kind} {required} f {collation}"
    if primary:
        yield f"constraint {table}_pkey", f"{table} PRIMARY KEY ({name})"
        yield f"index {table}_pkey", f"CREATE UNIQUE INDEX {table}_pkey ON longcase.{table} ({name})"
    if "CHECK" in rest:
        yield f"constraint {table}_{name}_check", f"{table} CHECK{rest.partition('CHECK')[2]}"
