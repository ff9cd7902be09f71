"""What is kept of the tree over the leaves, and of what was signed of it, on PostgreSQL: tables, guards, nodes.

The nodes are worked out by the server, in the transaction of the entries that make them whole; ``ledger.tree``
says which those are.
"""

from __future__ import annotations

from typing import Final

from ledger.entry import HEIGHT

NODE, CHECKPOINT = "LC006", "LC007"
"""The SQLSTATE of a node of the tree, of a checkpoint, that is not the next or stands over no entries."""

TABLES: Final = (
    """CREATE TABLE longcase.node (
    level integer NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
)""",
    "CREATE UNIQUE INDEX node_place ON longcase.node (level, number)",
    """CREATE TABLE longcase.checkpoint (
    number bigint PRIMARY KEY, size bigint NOT NULL, at bigint NOT NULL, note text NOT NULL)""",
    "CREATE UNIQUE INDEX checkpoint_size ON longcase.checkpoint (size, number)",
)
"""What is kept of the tree over the leaves, and what was signed of it, as in a file."""

_SAFE: Final = "SECURITY INVOKER SET search_path = pg_catalog, longcase, pg_temp"

FUNCTIONS: Final = (
    f"""CREATE FUNCTION longcase.node_append() RETURNS trigger LANGUAGE plpgsql {_SAFE} AS $$
BEGIN
    IF NEW.level NOT BETWEEN 8 AND 56 OR NEW.level % 8 <> 0
        OR NEW.number IS DISTINCT FROM
            (SELECT coalesce(max(n.number), -1) + 1 FROM longcase.node AS n WHERE n.level = NEW.level)
        OR NEW.number >= (SELECT coalesce(max(position), 0) FROM longcase.entry) >> NEW.level THEN
        RAISE EXCEPTION 'longcase: a node is the next of its level, over entries that are there'
            USING ERRCODE = '{NODE}';
    END IF;
    RETURN NEW;
END $$""",  # noqa: S608  (made of constants)
    f"""CREATE FUNCTION longcase.checkpoint_append() RETURNS trigger LANGUAGE plpgsql {_SAFE} AS $$
BEGIN
    IF NEW.number IS DISTINCT FROM (SELECT coalesce(max(number), 0) + 1 FROM longcase.checkpoint)
        OR (NEW.size < (SELECT coalesce(max(size), 0) FROM longcase.checkpoint)
            AND NOT EXISTS (SELECT 1 FROM longcase.checkpoint AS c WHERE c.size = NEW.size))
        OR NEW.size > (SELECT coalesce(max(position), 0) FROM longcase.entry) THEN
        RAISE EXCEPTION 'longcase: a checkpoint is the next, of no fewer entries and none that is missing'
            USING ERRCODE = '{CHECKPOINT}';
    END IF;
    RETURN NEW;
END $$""",  # noqa: S608  (made of constants)
    f"""CREATE FUNCTION longcase.grow(before bigint, after bigint) RETURNS void LANGUAGE plpgsql {_SAFE} AS $$
-- Keeps the nodes of the tree that became whole when it grew from so many leaves to so many (RFC 9162): over each
-- {1 << HEIGHT} leaves, and over each {1 << HEIGHT} nodes of the kept level below.
DECLARE
    below integer := 0;
    hashes bytea;
BEGIN
    WHILE before >> {HEIGHT} <> after >> {HEIGHT} LOOP
        FOR one IN before >> {HEIGHT} .. (after >> {HEIGHT}) - 1 LOOP
            IF below = 0 THEN
                SELECT string_agg(leaf, '' ORDER BY position) INTO hashes FROM longcase.entry
                WHERE position > one::bigint << {HEIGHT} AND position <= (one::bigint + 1) << {HEIGHT};
            ELSE
                SELECT string_agg(hash, '' ORDER BY number) INTO hashes FROM longcase.node WHERE level = below
                    AND number >= one::bigint << {HEIGHT} AND number < (one::bigint + 1) << {HEIGHT};
            END IF;
            WHILE octet_length(hashes) > 32 LOOP
                SELECT string_agg(sha256(decode('01', 'hex') || substr(hashes, 64 * n + 1, 64)), '' ORDER BY n)
                INTO hashes FROM generate_series(0, octet_length(hashes) / 64 - 1) AS n;
            END LOOP;
            INSERT INTO longcase.node VALUES (below + {HEIGHT}, one, hashes);
        END LOOP;
        below := below + {HEIGHT};
        before := before >> {HEIGHT};
        after := after >> {HEIGHT};
    END LOOP;
END $$""",  # noqa: S608  (made of constants)
)
