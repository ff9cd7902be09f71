"""What stands in a store's schemas on PostgreSQL that is none of Longcase's, or could be put there.

Code in the definition of a table runs with the rights of whoever uses the table, and may give back the role that
a session took. So a session looks here first, and reads nothing there if anything is found. The look reads the
catalogue alone, with no schema but the catalogue's on its path. See docs/adr/0055.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

_LOOK: Final = """
WITH ours AS (
    SELECT c.oid, c.relname, c.relkind, c.relrowsecurity, pg_catalog.pg_get_userbyid(c.relowner)::text AS owner
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = 'longcase_tables'::name
)
SELECT 'the schema ' || nspname::text || ' belongs to ' || pg_catalog.pg_get_userbyid(nspowner)::text,
    nspname = 'longcase_tables'::name
FROM pg_catalog.pg_namespace
WHERE nspname IN ('longcase'::name, 'longcase_tables'::name)
    AND pg_catalog.pg_get_userbyid(nspowner)::text <> %(owner)s::text
UNION ALL
SELECT CASE grantee WHEN 0::oid THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(grantee)::text END
    || ' may make things in the schema ' || nspname::text, nspname = 'longcase_tables'::name
FROM (SELECT nspname, nspowner, (pg_catalog.aclexplode(nspacl)).* FROM pg_catalog.pg_namespace
    WHERE nspname IN ('longcase'::name, 'longcase_tables'::name)) AS granted
WHERE privilege_type = 'CREATE'::text AND grantee <> nspowner
UNION ALL
SELECT 'longcase_tables.' || relname::text || ' belongs to ' || owner, true FROM ours
WHERE owner <> %(owner)s::text
UNION ALL
SELECT 'longcase_tables.' || relname::text || ' is no plain table', false FROM ours
WHERE relkind NOT IN ('r'::"char", 'i'::"char")
    OR relrowsecurity OR EXISTS (SELECT FROM pg_catalog.pg_rewrite WHERE ev_class = ours.oid)
    OR EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = ours.oid)
    OR EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhparent = ours.oid OR inhrelid = ours.oid)
UNION ALL
SELECT 'longcase_tables.' || relname::text || ' has a default', false FROM ours
JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = ours.oid
UNION ALL
SELECT 'longcase_tables.' || relname::text || ' has a constraint ' || o.conname::text, false FROM ours
JOIN pg_catalog.pg_constraint AS o ON o.conrelid = ours.oid WHERE o.contype NOT IN ('p'::"char", 'n'::"char")
UNION ALL
SELECT 'longcase_tables.' || relname::text || ' has a policy ' || p.polname::text, false FROM ours
JOIN pg_catalog.pg_policy AS p ON p.polrelid = ours.oid
UNION ALL
SELECT 'longcase_tables.' || relname::text || ' rests on '
    || pg_catalog.pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid), false
FROM ours JOIN pg_catalog.pg_depend AS d
    ON d.classid = 'pg_catalog.pg_class'::regclass::oid AND d.objid = ours.oid
WHERE d.refclassid NOT IN ('pg_catalog.pg_class'::regclass::oid, 'pg_catalog.pg_namespace'::regclass::oid,
    'pg_catalog.pg_constraint'::regclass::oid, 'pg_catalog.pg_am'::regclass::oid)
    AND d.refobjid >= 16384::oid
UNION ALL
SELECT 'there is ' || pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid), false
FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_namespace AS n
    ON d.refclassid = 'pg_catalog.pg_namespace'::regclass::oid AND d.refobjid = n.oid
WHERE n.nspname = 'longcase_tables'::name AND d.classid <> 'pg_catalog.pg_class'::regclass::oid
ORDER BY 2, 1 LIMIT 20"""

_SAFE_PATH: Final = "SET search_path = pg_catalog, pg_temp"


class Foreign(NamedTuple):
    """What is found, in words, and whether ``init --harden`` mends it by making the tables anew."""

    what: str
    mended: bool


def look(connection: Any, owner: str) -> list[Foreign]:
    """Return what is found where the store is to belong to the role ``owner``; no code is run for it.

    The session's path is the catalogue's alone afterwards.
    """
    connection.execute(_SAFE_PATH)
    return [Foreign(*row) for row in connection.execute(_LOOK, {"owner": owner})]
