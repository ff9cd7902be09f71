BEGIN;
CREATE ROLE "force_owner" NOLOGIN;
CREATE ROLE "force_app" NOLOGIN;
CREATE ROLE "force_tables" NOLOGIN;
GRANT "force_app" TO "force_tables";
GRANT "force_owner", "force_app", "force_tables" TO CURRENT_USER;
CREATE SCHEMA longcase AUTHORIZATION "force_owner";
CREATE SCHEMA longcase_tables AUTHORIZATION "force_owner";
SET LOCAL ROLE "force_owner";
CREATE TABLE longcase.entry (
    position bigint PRIMARY KEY,
    stream bytea NOT NULL CHECK (octet_length(stream) = 16),
    version integer NOT NULL,
    topic text COLLATE "C" NOT NULL,
    schema integer NOT NULL,
    actor text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    occurred_at bigint NOT NULL,
    recorded_at bigint NOT NULL,
    command_id bytea NOT NULL CHECK (octet_length(command_id) = 16),
    leaf bytea NOT NULL CHECK (octet_length(leaf) = 32),
    payload bytea NOT NULL CHECK (octet_length(payload) <= 16777216),
    CHECK (strpos(topic || actor || role, chr(10)) = 0),
    CHECK (position > 0 AND version > 0)
);
CREATE UNIQUE INDEX entry_stream ON longcase.entry (stream, version);
CREATE UNIQUE INDEX entry_command ON longcase.entry (command_id);
CREATE TABLE longcase.store (name text COLLATE "C" PRIMARY KEY, value text NOT NULL);
CREATE TABLE longcase.written (
    version integer PRIMARY KEY, longcase text NOT NULL, at bigint NOT NULL);
CREATE FUNCTION longcase.keep() RETURNS trigger LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, longcase, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'longcase: what is recorded is never changed or deleted' USING ERRCODE = 'LC004';
END $$;
CREATE FUNCTION longcase.entry_append() RETURNS trigger LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, longcase, pg_temp AS $$
-- An entry is in its place if the one before it is there, in this statement or from before it. What many
-- entries bring with them is not looked up.
DECLARE
    many boolean;
    wrong_position boolean;
    wrong_version boolean;
BEGIN
    SELECT count(*) > 1,
        bool_or(position <> 1 AND
            (SELECT e.position FROM longcase.entry AS e WHERE e.position = one.position - 1) IS NULL),
        bool_or(version <> 1 AND (SELECT e.version
            FROM longcase.entry AS e WHERE e.stream = one.stream AND e.version = one.version - 1) IS NULL)
    INTO many, wrong_position, wrong_version
    FROM (SELECT position, stream, version FROM given LIMIT 2) AS one;
    IF many THEN
        wrong_position := EXISTS (
            SELECT FROM (SELECT position, lag(position) OVER (ORDER BY position) AS before FROM given) AS one
            WHERE position <> 1 AND before IS DISTINCT FROM position - 1 AND
                (SELECT e.position FROM longcase.entry AS e WHERE e.position = one.position - 1) IS NULL);
        wrong_version := EXISTS (
            SELECT FROM (SELECT stream, version,
                lag(version) OVER (PARTITION BY stream ORDER BY version) AS before FROM given) AS one
            WHERE version <> 1 AND before IS DISTINCT FROM version - 1 AND (SELECT e.version
                FROM longcase.entry AS e WHERE e.stream = one.stream AND e.version = one.version - 1) IS NULL);
    END IF;
    IF wrong_position THEN
        RAISE EXCEPTION 'longcase: position is not the next' USING ERRCODE = 'LC001';
    ELSIF wrong_version THEN
        RAISE EXCEPTION 'longcase: version is not the next' USING ERRCODE = 'LC002';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION longcase.turn() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, longcase, pg_temp AS $$
-- A writer has the turn until its commit: positions are given, and seen, in that order. It is a lock that takes
-- a right on the table which nobody else has. Whoever falls silent with it is cut off, unless they forbid that.
BEGIN
    PERFORM set_config('idle_in_transaction_session_timeout', '300s', true);
    LOCK TABLE longcase.written IN SHARE UPDATE EXCLUSIVE MODE;
END $$;
CREATE FUNCTION longcase.append(
    streams bytea[], versions integer[], topics text[], schemas integer[], actors text[], roles text[],
    occurred bigint[], commands bytea[], payloads bytea[], clock bigint, OUT first bigint, OUT recorded bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, longcase, pg_temp AS $$
-- The server's own clock says when: what a client sends as its own is what older versions of Longcase do.
DECLARE
    last bigint;
BEGIN
    PERFORM set_config('idle_in_transaction_session_timeout', '300s', true);
    LOCK TABLE longcase.written IN SHARE UPDATE EXCLUSIVE MODE;
    SELECT position, recorded_at INTO last, recorded FROM longcase.entry ORDER BY position DESC LIMIT 1;
    first := coalesce(last, 0) + 1;
    recorded := greatest(recorded, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint);
    IF array_lower(occurred, 1) = 1 AND greatest(cardinality(streams), cardinality(versions),
        cardinality(topics), cardinality(schemas), cardinality(actors), cardinality(roles), cardinality(occurred),
        cardinality(commands), cardinality(payloads)) = 1 THEN
        INSERT INTO longcase.entry
        SELECT first - 1 + n, stream, version, topic, schema, actor, role, coalesce(at, recorded), recorded,
            command, sha256(decode('00', 'hex') || convert_to(concat_ws(E'\n', 'longcase entry v1', first - 1 + n,
                encode(stream, 'hex'), version, topic, schema, actor, role, coalesce(at, recorded), recorded,
                encode(command, 'hex'), '', ''), 'UTF8') || payload),
            payload
        FROM (SELECT streams[1] AS stream, versions[1] AS version, topics[1] AS topic, schemas[1] AS schema,
            actors[1] AS actor, roles[1] AS role, occurred[1] AS at, commands[1] AS command,
            payloads[1] AS payload, 1 AS n) AS given;
    ELSE
        INSERT INTO longcase.entry
        SELECT first - 1 + n, stream, version, topic, schema, actor, role, coalesce(at, recorded), recorded,
            command, sha256(decode('00', 'hex') || convert_to(concat_ws(E'\n', 'longcase entry v1', first - 1 + n,
                encode(stream, 'hex'), version, topic, schema, actor, role, coalesce(at, recorded), recorded,
                encode(command, 'hex'), '', ''), 'UTF8') || payload),
            payload
        FROM unnest(streams, versions, topics, schemas, actors, roles, occurred, commands, payloads)
            WITH ORDINALITY AS given (stream, version, topic, schema, actor, role, at, command, payload, n);
    END IF;
    PERFORM pg_notify('longcase', '');
END $$;
CREATE FUNCTION longcase.put_back(
    positions bigint[], streams bytea[], versions integer[], topics text[], schemas integer[], actors text[],
    roles text[], occurred bigint[], recorded bigint[], commands bytea[], leaves bytea[], payloads bytea[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, longcase, pg_temp AS $$
-- Only a store that was empty when this transaction began takes entries with the instants that they had: either
-- there is none, or the first was put there by this transaction, which is still in progress. A subtransaction
-- has a number of its own, after that of the transaction it is part of.
DECLARE
    first bigint;
    own bigint;
BEGIN
    PERFORM longcase.turn();
    SELECT xmin::text::bigint INTO first FROM longcase.entry WHERE position = 1;
    IF FOUND THEN
        own := pg_current_xact_id()::text::bigint;
        own := own + (first - own % 4294967296 + 4294967296) % 4294967296;
        IF own - pg_current_xact_id()::text::bigint > 2147483647
            OR pg_xact_status(own::text::xid8) IS DISTINCT FROM 'in progress' THEN
            RAISE EXCEPTION 'longcase: only an empty store takes entries as they were' USING ERRCODE = 'LC005';
        END IF;
    END IF;
    INSERT INTO longcase.entry SELECT * FROM unnest(positions, streams, versions, topics, schemas, actors, roles,
        occurred, recorded, commands, leaves, payloads);
END $$;
CREATE FUNCTION longcase.set_once(given text, said text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, longcase, pg_temp AS $$
BEGIN
    IF given NOT IN ('id', 'restored_at', 'restored_from', 'restored_position', 'rulebook', 'scenario', 'zone') THEN
        RAISE EXCEPTION 'longcase: no store has a setting of the name %', given USING ERRCODE = 'LC003';
    END IF;
    INSERT INTO longcase.store VALUES (given, said);
END $$;
CREATE FUNCTION longcase.tables_turn() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
-- Whoever fills the tables has this turn until the commit.
BEGIN
    LOCK TABLE longcase.store IN SHARE UPDATE EXCLUSIVE MODE;
END $$;
CREATE FUNCTION longcase.tables_make(generation integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE 'CREATE TABLE IF NOT EXISTS longcase_tables.projection (name TEXT COLLATE "C" NOT NULL, generation INTEGER NOT NULL, schema INTEGER NOT NULL, position BIGINT NOT NULL, updated_at BIGINT NOT NULL, failed_position BIGINT, failure TEXT COLLATE "C", PRIMARY KEY (name))';
    EXECUTE replace('CREATE TABLE longcase_tables.case_interval_%s (stream BYTEA NOT NULL, valid_from BIGINT NOT NULL, known_from BIGINT NOT NULL, valid_to BIGINT NOT NULL, known_to BIGINT NOT NULL, reference TEXT COLLATE "C" NOT NULL, category TEXT COLLATE "C", risk TEXT COLLATE "C", ownership TEXT COLLATE "C" NOT NULL, owner TEXT COLLATE "C", team TEXT COLLATE "C", allocated_by TEXT COLLATE "C", reported_at BIGINT NOT NULL, closed_at BIGINT, record TEXT COLLATE "C" NOT NULL, last_activity TEXT COLLATE "C" NOT NULL, last_activity_at BIGINT NOT NULL, cell BIGINT NOT NULL, PRIMARY KEY (stream, valid_from, known_from))', '%s', generation::text);
    EXECUTE replace('CREATE TABLE longcase_tables.clock_interval_%s (stream BYTEA NOT NULL, valid_from BIGINT NOT NULL, valid_to BIGINT NOT NULL, known_from BIGINT NOT NULL, known_to BIGINT NOT NULL, kind TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, standard TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, "limit" TEXT COLLATE "C" NOT NULL, since BIGINT NOT NULL, due BIGINT NOT NULL, stalled_from BIGINT, cell BIGINT, officer BYTEA)', '%s', generation::text);
    EXECUTE 'GRANT SELECT ON longcase_tables.projection TO "force_app"';
    EXECUTE replace('GRANT SELECT ON longcase_tables.case_interval_%s TO "force_app"', '%s', generation::text);
    EXECUTE replace('GRANT SELECT ON longcase_tables.clock_interval_%s TO "force_app"', '%s', generation::text);
    EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON longcase_tables.projection TO "force_tables"';
    EXECUTE replace('GRANT SELECT, INSERT, UPDATE, DELETE ON longcase_tables.case_interval_%s TO "force_tables"', '%s', generation::text);
    EXECUTE replace('GRANT SELECT, INSERT, UPDATE, DELETE ON longcase_tables.clock_interval_%s TO "force_tables"', '%s', generation::text);
END $$;
CREATE FUNCTION longcase.tables_index(generation integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE replace('CREATE INDEX IF NOT EXISTS case_interval_%s_cell ON longcase_tables.case_interval_%s (cell, valid_from)', '%s', generation::text);
    EXECUTE replace('CREATE INDEX IF NOT EXISTS case_interval_%s_open ON longcase_tables.case_interval_%s (cell, valid_from, valid_to, known_from, known_to, closed_at) WHERE closed_at IS NULL', '%s', generation::text);
    EXECUTE replace('CREATE INDEX IF NOT EXISTS clock_interval_%s_cell ON longcase_tables.clock_interval_%s (cell, stalled_from, valid_to, valid_from, known_from, known_to) WHERE cell IS NOT NULL', '%s', generation::text);
    EXECUTE replace('CREATE INDEX IF NOT EXISTS clock_interval_%s_due ON longcase_tables.clock_interval_%s (due) WHERE kind = ''wait''', '%s', generation::text);
    EXECUTE replace('CREATE INDEX IF NOT EXISTS clock_interval_%s_kind ON longcase_tables.clock_interval_%s (name, since) WHERE kind IN (''condition'', ''harm'')', '%s', generation::text);
    EXECUTE replace('CREATE INDEX IF NOT EXISTS clock_interval_%s_officer ON longcase_tables.clock_interval_%s (officer) WHERE officer IS NOT NULL', '%s', generation::text);
    EXECUTE replace('CREATE INDEX IF NOT EXISTS clock_interval_%s_stream ON longcase_tables.clock_interval_%s (stream)', '%s', generation::text);
    EXECUTE replace('ANALYZE longcase_tables.case_interval_%s, longcase_tables.clock_interval_%s', '%s', generation::text);
END $$;
CREATE FUNCTION longcase.tables_drop(generation integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE replace('DROP TABLE IF EXISTS longcase_tables.case_interval_%s, longcase_tables.clock_interval_%s', '%s', generation::text);
END $$;
INSERT INTO longcase.store VALUES ('id', '5abe5156-203b-459d-975d-4c98daf5d5a0');
INSERT INTO longcase.store VALUES ('zone', 'Europe/London');
INSERT INTO longcase.store VALUES ('rulebook', 'Longcase default 2');
INSERT INTO longcase.written VALUES (2, '0.1.0.dev0', 1795820407542279);
CREATE TRIGGER entry_append AFTER INSERT ON longcase.entry REFERENCING NEW TABLE AS given FOR EACH STATEMENT EXECUTE FUNCTION longcase.entry_append();
ALTER TABLE longcase.entry ENABLE ALWAYS TRIGGER entry_append;
CREATE TRIGGER entry_update BEFORE UPDATE ON longcase.entry FOR EACH STATEMENT EXECUTE FUNCTION longcase.keep();
ALTER TABLE longcase.entry ENABLE ALWAYS TRIGGER entry_update;
CREATE TRIGGER entry_delete BEFORE DELETE ON longcase.entry FOR EACH STATEMENT EXECUTE FUNCTION longcase.keep();
ALTER TABLE longcase.entry ENABLE ALWAYS TRIGGER entry_delete;
CREATE TRIGGER entry_truncate BEFORE TRUNCATE ON longcase.entry FOR EACH STATEMENT EXECUTE FUNCTION longcase.keep();
ALTER TABLE longcase.entry ENABLE ALWAYS TRIGGER entry_truncate;
CREATE TRIGGER store_update BEFORE UPDATE ON longcase.store FOR EACH STATEMENT EXECUTE FUNCTION longcase.keep();
ALTER TABLE longcase.store ENABLE ALWAYS TRIGGER store_update;
CREATE TRIGGER store_delete BEFORE DELETE ON longcase.store FOR EACH STATEMENT EXECUTE FUNCTION longcase.keep();
ALTER TABLE longcase.store ENABLE ALWAYS TRIGGER store_delete;
CREATE TRIGGER store_truncate BEFORE TRUNCATE ON longcase.store FOR EACH STATEMENT EXECUTE FUNCTION longcase.keep();
ALTER TABLE longcase.store ENABLE ALWAYS TRIGGER store_truncate;
CREATE TRIGGER written_update BEFORE UPDATE ON longcase.written FOR EACH STATEMENT EXECUTE FUNCTION longcase.keep();
ALTER TABLE longcase.written ENABLE ALWAYS TRIGGER written_update;
CREATE TRIGGER written_delete BEFORE DELETE ON longcase.written FOR EACH STATEMENT EXECUTE FUNCTION longcase.keep();
ALTER TABLE longcase.written ENABLE ALWAYS TRIGGER written_delete;
CREATE TRIGGER written_truncate BEFORE TRUNCATE ON longcase.written FOR EACH STATEMENT EXECUTE FUNCTION longcase.keep();
ALTER TABLE longcase.written ENABLE ALWAYS TRIGGER written_truncate;
GRANT USAGE ON SCHEMA longcase TO "force_app";
GRANT SELECT ON longcase.entry, longcase.store, longcase.written TO "force_app";
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA longcase FROM PUBLIC;
GRANT EXECUTE ON FUNCTION longcase.turn(), longcase.append(bytea[], integer[], text[], integer[], text[], text[], bigint[], bytea[], bytea[], bigint) TO "force_app";
GRANT EXECUTE ON FUNCTION longcase.set_once(text, text) TO "force_tables";
GRANT EXECUTE ON FUNCTION longcase.put_back(bigint[], bytea[], integer[], text[], integer[], text[], text[], bigint[], bigint[], bytea[], bytea[], bytea[]) TO "force_tables";
GRANT USAGE ON SCHEMA longcase_tables TO "force_app";
GRANT EXECUTE ON FUNCTION longcase.tables_turn(), longcase.tables_make(integer), longcase.tables_index(integer), longcase.tables_drop(integer) TO "force_tables";
RESET ROLE;
REVOKE "force_owner", "force_app", "force_tables" FROM CURRENT_USER;
COMMIT;
-- For each LOGIN that is to work with the store: GRANT "force_app" TO LOGIN;
-- For the LOGIN as which longcase follow is to run: GRANT "force_tables" TO LOGIN;
