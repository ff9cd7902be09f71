"""The ledger's schema on PostgreSQL: tables, guards, the one function that appends, roles and grants.

The tables belong to a role as which nobody logs in; whoever works with the store does so as another role,
which may read, and add entries by the functions alone, so that the server says when (docs/adr/0058). The
triggers hold for the owner too, and fire in every mode of replication. All that stands here is qualified, and
``pg_temp`` comes last, so that nobody's temporary object is taken for one of these. See docs/adr/0046.
"""

from __future__ import annotations

from typing import Final

from ledger.entry import FORMAT, HEIGHT
from ledger.integrity.settings import SETTINGS
from ledger.postgresql import tree
from ledger.postgresql.location import IDLE_SECONDS

APPEND_LOCK: Final = 0x4C43415345_01
TABLES_LOCK: Final = 0x4C43415345_02
"""The advisory locks by which turns were taken in a store from before that took a right."""

SETUP_LOCK: Final = 0x4C43415345_03
FOLLOW_LOCK: Final = 0x4C43415345_04
"""The advisory lock that the active follower holds."""

CHANNEL: Final = "longcase"
"""On this channel every append notifies those who listen."""

POSITION, VERSION, SETTING = "LC001", "LC002", "LC003"
"""The SQLSTATE of an entry that is not the next of the ledger, of its stream; of a setting that is changed."""

CHANGED: Final = "LC004"
"""The SQLSTATE of an attempt to change or delete what is recorded."""

FILLED: Final = "LC005"
"""The SQLSTATE of an attempt to put entries as they were into a store that has others."""

SERVERS_CLOCK: Final = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
"""What a server's clock reads, in microseconds since 1970 UTC."""

ENTRY: Final = (
    """CREATE TABLE longcase.entry (
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
    salt bytea NOT NULL CHECK (octet_length(salt) = 32),
    payload bytea NOT NULL CHECK (octet_length(payload) <= 16777216),
    CHECK (strpos(topic || actor || role, chr(10)) = 0),
    CHECK (position > 0 AND version > 0)
)""",
    "CREATE UNIQUE INDEX entry_stream ON longcase.entry (stream, version)",
    "CREATE UNIQUE INDEX entry_command ON longcase.entry (command_id)",
)
"""The entries, and the indexes of what is unique among them."""

TABLES: Final = (
    *ENTRY,
    'CREATE TABLE longcase.store (name text COLLATE "C" PRIMARY KEY, value text NOT NULL)',
    """CREATE TABLE longcase.written (
    version integer PRIMARY KEY, longcase text NOT NULL, at bigint NOT NULL)""",
    *tree.TABLES,
)

_KNOWN = ", ".join(f"'{name}'" for name in sorted(SETTINGS))
_PATH = "SET search_path = pg_catalog, longcase, pg_temp"
_SAFE = f"SECURITY INVOKER {_PATH}"
_AS_OWNER = f"SECURITY DEFINER {_PATH}"
"""Such a function adds what whoever works with the store has no right to insert by hand."""


def _keyed(pad: str) -> str:
    """Return the SQL of a block of 64 bytes: a row's salt and as many zeros, each XOR the ``pad`` (RFC 2104)."""
    block = f"substr(bit_send(('x' || encode(salt, 'hex'))::bit(256) # X'{pad * 32}'), 5)"
    return f"{block} || decode('{pad * 32}', 'hex')"


def leaf(position: str, occurred: str, recorded: str, command: str) -> str:
    """Return the SQL of a row's leaf hash, for which those four columns are given as they are called."""
    return f"""sha256(decode('00', 'hex') || convert_to(concat_ws(E'\\n', '{FORMAT}', {position},
                encode(stream, 'hex'), version, topic, schema, actor, role, {occurred}, {recorded},
                encode({command}, 'hex'), concat_ws(' ', 'payload', encode(sha256({_keyed("5c")}
                || sha256({_keyed("36")} || payload)), 'hex'), octet_length(payload)),
                'sealed', 'signature', ''), 'UTF8'))"""


_LEAF: Final = leaf("first - 1 + n", "coalesce(at, recorded)", "recorded", "command")
_INSERT = f"""INSERT INTO longcase.entry
        SELECT first - 1 + n, stream, version, topic, schema, actor, role, coalesce(at, recorded), recorded,
            command, {_LEAF},
            salt, payload
        FROM"""
_ONE = """(SELECT streams[1] AS stream, versions[1] AS version, topics[1] AS topic, schemas[1] AS schema,
            actors[1] AS actor, roles[1] AS role, occurred[1] AS at, commands[1] AS command,
            salts[1] AS salt, payloads[1] AS payload, 1 AS n) AS given"""
_MANY = """unnest(streams, versions, topics, schemas, actors, roles, occurred, commands, salts, payloads)
            WITH ORDINALITY AS
            given (stream, version, topic, schema, actor, role, at, command, salt, payload, n)"""

_TURN = f"""PERFORM set_config('idle_in_transaction_session_timeout', '{IDLE_SECONDS}s', true);
    LOCK TABLE longcase.written IN SHARE UPDATE EXCLUSIVE MODE;"""
"""What takes the turn; in ``append`` it stands for itself, for a call would take a hundredth of its time."""

_SINGLE = """array_lower(occurred, 1) = 1 AND greatest(cardinality(streams), cardinality(versions),
        cardinality(topics), cardinality(schemas), cardinality(actors), cardinality(roles), cardinality(occurred),
        cardinality(commands), cardinality(salts), cardinality(payloads)) = 1"""

FUNCTIONS: Final = (
    *tree.FUNCTIONS,
    f"""CREATE FUNCTION longcase.keep() RETURNS trigger LANGUAGE plpgsql {_SAFE} AS $$
BEGIN
    RAISE EXCEPTION 'longcase: what is recorded is never changed or deleted' USING ERRCODE = '{CHANGED}';
END $$""",
    f"""CREATE FUNCTION longcase.entry_append() RETURNS trigger LANGUAGE plpgsql {_SAFE} AS $$
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
        RAISE EXCEPTION 'longcase: position is not the next' USING ERRCODE = '{POSITION}';
    ELSIF wrong_version THEN
        RAISE EXCEPTION 'longcase: version is not the next' USING ERRCODE = '{VERSION}';
    END IF;
    RETURN NULL;
END $$""",  # noqa: S608  (made of constants)
    f"""CREATE FUNCTION longcase.turn() RETURNS void LANGUAGE plpgsql {_AS_OWNER} AS $$
-- A writer has the turn until its commit: positions are given, and seen, in that order. It is a lock that takes
-- a right on the table which nobody else has. Whoever falls silent with it is cut off, unless they forbid that.
BEGIN
    {_TURN}
END $$""",
    f"""CREATE FUNCTION longcase.append(
    streams bytea[], versions integer[], topics text[], schemas integer[], actors text[], roles text[],
    occurred bigint[], commands bytea[], salts bytea[], payloads bytea[], clock bigint,
    OUT first bigint, OUT recorded bigint)
LANGUAGE plpgsql {_AS_OWNER} AS $$
-- The server's own clock says when: what a client sends as its own is what older versions of Longcase do.
DECLARE
    last bigint;
    many bigint;
BEGIN
    {_TURN}
    SELECT position, recorded_at INTO last, recorded FROM longcase.entry ORDER BY position DESC LIMIT 1;
    first := coalesce(last, 0) + 1;
    recorded := greatest(recorded, {SERVERS_CLOCK});
    IF {_SINGLE} THEN
        {_INSERT} {_ONE};
    ELSE
        {_INSERT} {_MANY};
    END IF;
    GET DIAGNOSTICS many = ROW_COUNT;
    IF (first - 1) >> {HEIGHT} <> (first - 1 + many) >> {HEIGHT} THEN
        PERFORM longcase.grow(first - 1, first - 1 + many);
    END IF;
    PERFORM pg_notify('{CHANNEL}', '');
END $$""",  # noqa: S608  (made of constants)
    f"""CREATE FUNCTION longcase.put_back(
    positions bigint[], streams bytea[], versions integer[], topics text[], schemas integer[], actors text[],
    roles text[], occurred bigint[], recorded bigint[], commands bytea[], leaves bytea[], salts bytea[],
    payloads bytea[])
RETURNS void LANGUAGE plpgsql {_AS_OWNER} AS $$
-- Only a store that was empty when this transaction began takes entries with the instants that they had: either
-- there is none, or the first was put there by this transaction, which is still in progress. A subtransaction
-- has a number of its own, after that of the transaction it is part of.
DECLARE
    first bigint;
    own bigint;
    many bigint;
    last bigint;
BEGIN
    PERFORM longcase.turn();
    SELECT xmin::text::bigint INTO first FROM longcase.entry WHERE position = 1;
    IF FOUND THEN
        own := pg_current_xact_id()::text::bigint;
        own := own + (first - own % 4294967296 + 4294967296) % 4294967296;
        IF own - pg_current_xact_id()::text::bigint > 2147483647
            OR pg_xact_status(own::text::xid8) IS DISTINCT FROM 'in progress' THEN
            RAISE EXCEPTION 'longcase: only an empty store takes entries as they were' USING ERRCODE = '{FILLED}';
        END IF;
    END IF;
    INSERT INTO longcase.entry SELECT * FROM unnest(positions, streams, versions, topics, schemas, actors, roles,
        occurred, recorded, commands, leaves, salts, payloads);
    GET DIAGNOSTICS many = ROW_COUNT;
    SELECT max(position) INTO last FROM longcase.entry;
    PERFORM longcase.grow(last - many, last);
END $$""",  # noqa: S608  (made of constants)
    f"""CREATE FUNCTION longcase.keep_checkpoint(given bigint, said text, clock bigint)
RETURNS bigint LANGUAGE plpgsql {_AS_OWNER} AS $$
DECLARE
    own bigint;
BEGIN
    PERFORM longcase.turn();
    SELECT coalesce(max(number), 0) + 1 INTO own FROM longcase.checkpoint;
    INSERT INTO longcase.checkpoint VALUES (own, given, {SERVERS_CLOCK}, said);
    RETURN own;
END $$""",  # noqa: S608  (made of constants)
    f"""CREATE FUNCTION longcase.set_once(given text, said text) RETURNS void LANGUAGE plpgsql {_AS_OWNER} AS $$
BEGIN
    IF given NOT IN ({_KNOWN}) THEN
        RAISE EXCEPTION 'longcase: no store has a setting of the name %', given USING ERRCODE = '{SETTING}';
    END IF;
    INSERT INTO longcase.store VALUES (given, said);
END $$""",  # noqa: S608  (made of constants)
)

APPEND_ARGUMENTS: Final = (
    "bytea[], integer[], text[], integer[], text[], text[], bigint[], bytea[], bytea[], bytea[], bigint"
)
PUT_BACK_ARGUMENTS: Final = (
    "bigint[], bytea[], integer[], text[], integer[], text[], text[], bigint[], bigint[],"
    " bytea[], bytea[], bytea[], bytea[]"
)

_KEPT = ("entry", "node", "checkpoint", "store", "written")

TRIGGERS: Final = {
    "entry_append": (
        "CREATE TRIGGER entry_append AFTER INSERT ON longcase.entry"
        " REFERENCING NEW TABLE AS given FOR EACH STATEMENT EXECUTE FUNCTION longcase.entry_append()"
    ),
    **{
        f"{table}_append": (
            f"CREATE TRIGGER {table}_append BEFORE INSERT ON longcase.{table}"
            f" FOR EACH ROW EXECUTE FUNCTION longcase.{table}_append()"
        )
        for table in ("node", "checkpoint")
    },
    **{
        f"{table}_{event.lower()}": (
            f"CREATE TRIGGER {table}_{event.lower()} BEFORE {event} ON longcase.{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION longcase.keep()"
        )
        for table in _KEPT
        for event in ("UPDATE", "DELETE", "TRUNCATE")
    },
}
"""Each guard by its name. They are made to fire always, whatever ``session_replication_role`` says."""


def guard(name: str) -> tuple[str, str]:
    """Return the statements that make a guard, and that make it fire always."""
    table = name.partition("_")[0]
    return TRIGGERS[name], f"ALTER TABLE longcase.{table} ENABLE ALWAYS TRIGGER {name}"


def grants(app: str, filler: str) -> tuple[str, ...]:
    """Return what the owner grants, to roles that are quoted already.

    Whoever works with the store may read and append; who fills its tables may also restore a store.
    """
    return (
        f"GRANT USAGE ON SCHEMA longcase TO {app}",
        f"GRANT SELECT ON {', '.join(f'longcase.{table}' for table in _KEPT)} TO {app}",
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA longcase FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION longcase.turn(), longcase.append({APPEND_ARGUMENTS}) TO {app}",
        f"GRANT EXECUTE ON FUNCTION longcase.set_once(text, text) TO {filler}",
        f"GRANT EXECUTE ON FUNCTION longcase.keep_checkpoint(bigint, text, bigint) TO {filler}",
        f"GRANT EXECUTE ON FUNCTION longcase.put_back({PUT_BACK_ARGUMENTS}) TO {filler}",
    )
