"""On PostgreSQL too an entry is never changed and never deleted, and none leaves a gap, whoever asks and how.

Who asks is a member of the role that works with the store, that role's owner of the ledger, or a superuser; the
guards fire also for a session that says it is replicating. That a superuser can take them off is documented:
what holds here is that nothing goes wrong by accident, and nothing at all for anybody else.
"""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.entry import LARGEST, leaf_hash
from ledger.errors import CommandTaken
from ledger.postgresql import schema, tree
from ledger.postgresql.connect_errors import NotAMember
from ledger.postgresql.location import app_of, owner_of
from ledger.postgresql.recorder import PostgresRecorder
from tests.clock import Clock
from tests.ledger.contract import ONE, TWO, row, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres.databases import Databases

MEMBER, STRANGER = "longcase_test_member", "longcase_test_stranger"
SIZE: Final = 5
"""How many entries the store has: three of one stream, two of another."""

NEXT: Final = {
    "position": "6",
    "stream": f"'\\x{ONE.hex()}'",
    "version": "4",
    "topic": "'t'",
    "schema": "1",
    "actor": "'a'",
    "role": "'r'",
    "occurred_at": "0",
    "recorded_at": "0",
    "command_id": "decode(md5(random()::text), 'hex')",
    "leaf": "sha256('')",
    "salt": "sha256('')",
    "payload": "''",
}


def having(**others: str) -> str:
    """Return the values of the next entry, with some of them replaced."""
    return f"({', '.join((NEXT | others).values())})"


def insert(*values: str) -> str:
    return f"INSERT INTO longcase.entry VALUES {', '.join(values)}"


SAME_COMMAND = "(SELECT command_id FROM longcase.entry WHERE position = 1)"
CHANGE = "DO UPDATE SET payload = 'x'"

COLUMNS_APPENDED: dict[str, str] = {
    "streams": "decode(md5('new'), 'hex')",
    "versions": "1",
    "topics": "'t'",
    "schemas": "1",
    "actors": "'a'",
    "roles": "'r'",
    "instants": "0::bigint",
    "commands": "decode(md5('new'), 'hex')",
    "salts": "sha256('')",
    "payloads": "'x'::bytea",
}


def appending(several: str) -> str:
    """Return a call of the function that appends, with one entry but for one column, which has two."""
    columns = (f"ARRAY[{one}{f', {one}' if name == several else ''}]" for name, one in COLUMNS_APPENDED.items())
    return f"SELECT longcase.append({', '.join(columns)}, 0)"


INSERTS: dict[str, str] = {
    **{f"two {name} for one entry": appending(name) for name in COLUMNS_APPENDED},
    "a position left out": insert(having(position="7")),
    "a position taken": insert(having(position="5")),
    "position nought": insert(having(position="0")),
    "a negative position": insert(having(position="-1")),
    "the lowest position of all": insert(having(position="-9223372036854775808")),
    "the highest position of all": insert(having(position="9223372036854775807")),
    "no position": insert(having(position="NULL")),
    "a version left out": insert(having(version="5")),
    "a version taken": insert(having(version="3")),
    "version nought": insert(having(version="0")),
    "a negative version": insert(having(version="-1")),
    "the highest version of all": insert(having(version="2147483647")),
    "a stream that begins with 2": insert(having(stream="decode(md5('new'), 'hex')", version="2")),
    "a command of another entry": insert(having(command_id=SAME_COMMAND)),
    "a stream that is too short": insert(having(stream="'short'", version="1")),
    "a stream of nothing": insert(having(stream="NULL", version="1")),
    "a command that is too long": insert(having(command_id="sha256('')")),
    "a leaf that is too short": insert(having(leaf="'short'")),
    "a salt that is too short": insert(having(salt="'short'")),
    "a salt of nothing": insert(having(salt="NULL")),
    "a payload that is too large": insert(having(payload=f"decode(repeat('00', {LARGEST + 1}), 'hex')")),
    "a payload of nothing": insert(having(payload="NULL")),
    "a line break in the actor": insert(having(actor="E'a\\nb'")),
    "a line break in the topic": insert(having(topic="E'a\\nb'")),
    "several with a position left out": insert(having(), having(position="8", version="5")),
    "several with a position twice": insert(having(), having(version="5")),
    "several with a version left out": insert(having(), having(position="7", version="6")),
    "several with a version twice": insert(having(), having(position="7")),
    "several of which one begins too late": insert(having(position="7"), having(position="8", version="5")),
    "several behind a common table": (
        f"WITH more AS ({insert(having(position='8', version='5'))} RETURNING 1) {insert(having())}"
    ),
    "a command twice": insert(having(command_id="sha256('')"), having(position="7", version="5")),
    "out of its place, whatever conflicts": f"{insert(having(position='7'))} ON CONFLICT DO NOTHING",
    "a node over entries that are not there": "INSERT INTO longcase.node VALUES (8, 0, sha256(''))",
    "a node of a level that is not kept": "INSERT INTO longcase.node VALUES (7, 0, sha256(''))",
    "a node of no level": "INSERT INTO longcase.node VALUES (NULL, 0, sha256(''))",
    "a node of a negative number": "INSERT INTO longcase.node VALUES (8, -1, sha256(''))",
    "a checkpoint left out": "INSERT INTO longcase.checkpoint VALUES (3, 4, 0, 'x')",
    "a checkpoint taken": "INSERT INTO longcase.checkpoint VALUES (1, 4, 0, 'x')",
    "a checkpoint of fewer entries": "INSERT INTO longcase.checkpoint VALUES (2, 3, 0, 'x')",
    "a checkpoint of more entries than there are": "INSERT INTO longcase.checkpoint VALUES (2, 6, 0, 'x')",
    "a checkpoint of no size": "INSERT INTO longcase.checkpoint VALUES (2, NULL, 0, 'x')",
}
CHANGES: dict[str, str] = {
    "update": "UPDATE longcase.entry SET payload = 'x' WHERE position = 1",
    "update nothing": "UPDATE longcase.entry SET actor = actor WHERE false",
    "update of one table alone": "UPDATE ONLY longcase.entry SET position = position",
    "delete the last": "DELETE FROM longcase.entry WHERE position = 5",
    "delete all": "DELETE FROM longcase.entry",
    "delete nothing": "DELETE FROM longcase.entry WHERE false",
    "truncate": "TRUNCATE longcase.entry",
    "truncate everything": "TRUNCATE longcase.entry, longcase.store, longcase.written RESTART IDENTITY CASCADE",
    "delete behind a common table": (
        "WITH gone AS (DELETE FROM longcase.entry RETURNING *) INSERT INTO longcase.entry SELECT * FROM gone"
    ),
    "upsert by position": f"{insert(having(position='1'))} ON CONFLICT (position) {CHANGE}",
    "upsert by version": f"{insert(having(version='3'))} ON CONFLICT (stream, version) {CHANGE}",
    "upsert by command": f"{insert(having(command_id=SAME_COMMAND))} ON CONFLICT (command_id) {CHANGE}",
    "upsert where nothing conflicts": f"{insert(having())} ON CONFLICT (position) {CHANGE}",
    "update a setting": "UPDATE longcase.store SET value = 'Europe/Paris' WHERE name = 'zone'",
    "delete a setting": "DELETE FROM longcase.store WHERE name = 'zone'",
    "truncate the settings": "TRUNCATE longcase.store",
    "upsert a setting": (
        "INSERT INTO longcase.store VALUES ('zone', 'x') ON CONFLICT (name) DO UPDATE SET value = 'x'"
    ),
    "update a node": "UPDATE longcase.node SET hash = sha256('')",
    "delete a node": "DELETE FROM longcase.node",
    "truncate the nodes": "TRUNCATE longcase.node",
    "update a checkpoint": "UPDATE longcase.checkpoint SET note = 'x'",
    "delete a checkpoint": "DELETE FROM longcase.checkpoint",
    "truncate the checkpoints": "TRUNCATE longcase.checkpoint",
    "update who wrote it": "UPDATE longcase.written SET longcase = 'x'",
    "delete who wrote it": "DELETE FROM longcase.written",
    "truncate who wrote it": "TRUNCATE longcase.written",
    "upsert who wrote it": (
        "INSERT INTO longcase.written VALUES (2, 'x', 0) ON CONFLICT (version) DO UPDATE SET at = 0"
    ),
}
OTHERS: dict[str, str] = {
    "a setting a second time": "INSERT INTO longcase.store VALUES ('zone', 'x')",
    "a setting of nothing": "INSERT INTO longcase.store VALUES ('other', NULL)",
    "who wrote it, a second time": "INSERT INTO longcase.written SELECT * FROM longcase.written",
}
MERGES: dict[str, str] = {
    "merge and update": "WHEN MATCHED THEN UPDATE SET payload = 'x'",
    "merge and delete": "WHEN MATCHED THEN DELETE",
    "merge and update nothing": "WHEN MATCHED AND false THEN UPDATE SET payload = 'x'",
    "merge with a gap": f"WHEN NOT MATCHED THEN INSERT VALUES {having(position='7')}",
}
HARMLESS: dict[str, str] = {
    "a doubled position": f"{insert(having(position='5'))} ON CONFLICT DO NOTHING",
    "a doubled version": f"{insert(having(version='3'))} ON CONFLICT DO NOTHING",
    "a doubled command": f"{insert(having(command_id=SAME_COMMAND))} ON CONFLICT DO NOTHING",
    "everything again": "INSERT INTO longcase.entry SELECT * FROM longcase.entry ON CONFLICT DO NOTHING",
    "a setting again": "INSERT INTO longcase.store VALUES ('zone', 'x') ON CONFLICT DO NOTHING",
    "nothing": "INSERT INTO longcase.entry SELECT * FROM longcase.entry WHERE false",
}

WHO = ("member", "owner", "superuser", "superuser, replicating")


@pytest.fixture(scope="module")
def url(databases: Databases) -> Iterator[str]:
    """A store of some entries, with a login that may work with it, and one that may not."""
    with databases.store() as url, psycopg.connect(databases.url, autocommit=True) as admin:
        with closing(PostgresRecorder.open(url)) as recorder:
            recorder.insert_events([*rows(ONE, 3), *rows(TWO, 2)])
            assert recorder.keep_checkpoint(4, "a note") == 1
        admin.execute(f"CREATE ROLE {MEMBER} LOGIN IN ROLE {app_of(name_of(url))}")
        admin.execute(f"CREATE ROLE {STRANGER} LOGIN")
        try:
            yield url
        finally:
            with psycopg.connect(url, autocommit=True) as here:
                here.execute(f"DROP OWNED BY {MEMBER}, {STRANGER}")
            admin.execute(f"DROP ROLE {MEMBER}, {STRANGER}")


def name_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def member(databases: Databases, url: str) -> Iterator[Any]:
    with psycopg.connect(databases.at(name_of(url), MEMBER), autocommit=True) as connection:
        yield connection


@pytest.fixture
def superuser(url: str) -> Iterator[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture(params=WHO)
def somebody(request: pytest.FixtureRequest, url: str) -> Any:
    if request.param == "member":
        return request.getfixturevalue("member")
    connection = request.getfixturevalue("superuser")
    if request.param == "owner":
        connection.execute(f"SET ROLE {owner_of(name_of(url))}")
    if request.param == "superuser, replicating":
        connection.execute("SET session_replication_role = replica")
    return connection


@pytest.fixture(autouse=True)
def _nothing_changes(url: str) -> Iterator[None]:
    before = content(url)
    assert before[0][0] == SIZE
    yield
    assert content(url) == before


def content(url: str) -> list[Any]:
    """Return how many rows each table has, and a digest of them all."""
    with psycopg.connect(url) as connection:
        return [connection.execute(_DIGEST.format(table)).fetchone() for table in _TABLES]


_TABLES: Final = ("entry", "node", "checkpoint", "store", "written")
_DIGEST: Final = "SELECT count(*), md5(string_agg(one::text, '|' ORDER BY 1)) FROM longcase.{} AS one"


class TestWhatIsRecordedStays:
    """Every way that there is to change it, by everybody."""

    @pytest.mark.parametrize("attempt", INSERTS)
    def test_an_insert_is_refused(self, somebody: Any, attempt: str) -> None:
        """Where it would leave a gap, take a place that is taken, or be of a wrong length."""
        with pytest.raises(psycopg.Error) as refused:
            somebody.execute(INSERTS[attempt])
        assert refused.value.sqlstate in _REFUSED

    @pytest.mark.parametrize("attempt", CHANGES)
    def test_a_change_is_refused(self, somebody: Any, attempt: str) -> None:
        """For want of the right to whoever works with the store; by the guards to those who have every right."""
        with pytest.raises(psycopg.Error) as refused:
            somebody.execute(CHANGES[attempt])
        by_guard = not somebody.execute("SELECT current_user = %s", (MEMBER,)).fetchone()[0]
        assert refused.value.sqlstate == (schema.CHANGED if by_guard else "42501")

    @pytest.mark.parametrize("attempt", OTHERS)
    def test_a_second_row_is_refused(self, somebody: Any, attempt: str) -> None:
        """A setting has one value, and each version one row."""
        with pytest.raises(psycopg.Error) as refused:
            somebody.execute(OTHERS[attempt])
        assert refused.value.sqlstate in _REFUSED

    @pytest.mark.parametrize("attempt", MERGES)
    def test_merge_is_refused(self, somebody: Any, attempt: str) -> None:
        """It is newer than the oldest server that is used."""
        if somebody.info.server_version < 150_000:
            pytest.skip("no MERGE before PostgreSQL 15")
        given_ = "(VALUES (1), (7)) AS given (position)"
        merge = f"MERGE INTO longcase.entry AS e USING {given_} ON e.position = given.position {MERGES[attempt]}"
        with pytest.raises(psycopg.Error) as refused:
            somebody.execute(merge)
        assert refused.value.sqlstate in _REFUSED

    @pytest.mark.parametrize("attempt", HARMLESS)
    def test_does_nothing(self, somebody: Any, attempt: str) -> None:
        """What conflicts with what is there is left out, if that is wanted; a member inserts nothing by hand."""
        if somebody.info.user == MEMBER:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                somebody.execute(HARMLESS[attempt])
        else:
            assert somebody.execute(HARMLESS[attempt]).rowcount == 0

    @pytest.mark.parametrize("places", [(7,), (6, 8), (0,), (5,), (8, 7)])
    def test_a_copy_with_a_gap(self, somebody: Any, places: tuple[int, ...]) -> None:
        """COPY is an insert."""
        with pytest.raises(psycopg.Error) as refused, somebody.cursor() as cursor:
            _copy(cursor, places)
        assert refused.value.sqlstate in _REFUSED

    def test_a_lock_to_keep_others_out(self, member: Any) -> None:
        """Whoever may not change a table may not lock it against writers either."""
        for query in ("LOCK TABLE longcase.entry IN EXCLUSIVE MODE", "SELECT * FROM longcase.entry FOR UPDATE"):
            member.execute("BEGIN")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                member.execute(query)
            member.execute("ROLLBACK")


_REFUSED = {
    *(schema.POSITION, schema.VERSION, schema.CHANGED, tree.NODE, tree.CHECKPOINT),
    *("42501", "23505", "23514", "23502", "22003"),
}
"""By a guard, for want of a right, by a unique index, a CHECK, NOT NULL, or as out of a number's range."""


def _copy(cursor: Any, places: tuple[int, ...]) -> None:
    with cursor.copy("COPY longcase.entry FROM STDIN") as copy:
        for number, place in enumerate(places):
            stream, command = bytes([number]) * 16, bytes([99, number]) * 8
            copy.write_row((place, stream, 1, "t", 1, "a", "r", 0, 0, command, bytes(32), bytes(32), b""))


DEFINITIONS = (
    "ALTER TABLE longcase.entry DISABLE TRIGGER ALL",
    "ALTER TABLE longcase.entry DISABLE TRIGGER USER",
    "ALTER TABLE longcase.entry DISABLE TRIGGER entry_update",
    "ALTER TABLE longcase.entry ENABLE REPLICA TRIGGER entry_append",
    "DROP TRIGGER entry_delete ON longcase.entry",
    "ALTER TRIGGER entry_delete ON longcase.entry RENAME TO other",
    "CREATE TRIGGER mine BEFORE UPDATE ON longcase.entry EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE mine AS ON INSERT TO longcase.entry DO INSTEAD NOTHING",
    "CREATE POLICY mine ON longcase.entry USING (false)",
    "ALTER TABLE longcase.entry ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE longcase.entry DROP CONSTRAINT entry_pkey",
    "ALTER TABLE longcase.entry RENAME TO other",
    "ALTER TABLE longcase.entry ADD COLUMN mine text",
    "ALTER TABLE longcase.entry ALTER COLUMN payload TYPE text USING ''",
    "ALTER TABLE longcase.entry SET UNLOGGED",
    "ALTER TABLE longcase.entry OWNER TO CURRENT_USER",
    "ALTER TABLE longcase.entry SET SCHEMA longcase_tables",
    "CREATE TABLE longcase_tables.mine () INHERITS (longcase.entry)",
    "DROP TABLE longcase.entry",
    "DROP TABLE longcase.store CASCADE",
    "DROP INDEX longcase.entry_command",
    "CREATE INDEX mine ON longcase.entry (topic)",
    "CREATE TABLE longcase.mine (n integer)",
    "CREATE FUNCTION longcase.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION longcase.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "ALTER FUNCTION longcase.keep() SET search_path = pg_temp",
    "ALTER FUNCTION longcase.entry_append() RESET ALL",
    "DROP FUNCTION longcase.entry_append() CASCADE",
    "DROP SCHEMA longcase CASCADE",
    "ALTER SCHEMA longcase RENAME TO other",
    "SET session_replication_role = replica",
    "COMMENT ON TABLE longcase.entry IS 'mine'",
    "INSERT INTO longcase.written VALUES (99, 'x', 0)",
)


@pytest.mark.parametrize("role", [None, "app"])
@pytest.mark.parametrize("definition", DEFINITIONS)
def test_who_works_with_a_store_does_not_define_it(
    member: Any, url: str, definition: str, role: str | None
) -> None:
    """No guard is taken off, and nothing is put beside or in front of one, by a member or by the role itself."""
    if role is not None:
        member.execute(f"SET ROLE {app_of(name_of(url))}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        member.execute(definition)


def test_who_works_with_a_store_gives_nobody_a_right(member: Any, url: str) -> None:
    """The server only warns, and grants nothing: not what they lack, and not what they have."""
    member.execute(f"SET ROLE {app_of(name_of(url))}")
    warnings: list[str] = []
    member.add_notice_handler(lambda diagnostic: warnings.append(diagnostic.message_primary))
    member.execute(f"GRANT SELECT, INSERT, UPDATE ON longcase.entry TO CURRENT_USER, {STRANGER}")
    assert warnings
    for who, right, held in ((MEMBER, "UPDATE", False), (STRANGER, "SELECT, INSERT, UPDATE", False)):
        found = member.execute("SELECT has_table_privilege(%s, 'longcase.entry', %s)", (who, right)).fetchone()
        assert found == (held,)


def test_who_works_with_a_store_becomes_nobody_else(member: Any, url: str) -> None:
    """Neither the owner, nor what may make the owner's members."""
    owner, app = owner_of(name_of(url)), app_of(name_of(url))
    for query in (
        f"SET ROLE {owner}",
        f"GRANT {owner} TO {MEMBER}",
        f"GRANT {app} TO {STRANGER}",
        f"ALTER ROLE {app} LOGIN",
        f"DROP OWNED BY {owner}",
        f"REASSIGN OWNED BY {owner} TO {app}",
        f"SET SESSION AUTHORIZATION {owner}",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            member.execute(query)


OBJECTS = """
CREATE TABLE {0}.entry (LIKE longcase.entry);
CREATE TABLE {0}.given (LIKE longcase.entry);
INSERT INTO {0}.entry SELECT n, sha256(''), n, 't', 1, 'a', 'r', 0, 99e15, '', '', '', ''
    FROM generate_series(1, 20) AS n;
CREATE TABLE {0}.store (name text, value text);
INSERT INTO {0}.store VALUES ('zone', 'Europe/Paris'), ('id', 'x');
CREATE TABLE {0}.written (version integer, longcase text, at bigint);
INSERT INTO {0}.written VALUES (99, 'x', 0);
CREATE FUNCTION {0}.never(bigint, integer) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE FUNCTION {0}.never(integer, integer) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE FUNCTION {0}.never(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE FUNCTION {0}.always(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION {0}.less(bigint, integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE OPERATOR {0}.<> (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = {0}.never);
CREATE OPERATOR {0}.<> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = {0}.never);
CREATE OPERATOR {0}.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = {0}.always);
CREATE OPERATOR {0}.= (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = {0}.never);
CREATE OPERATOR {0}.- (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = {0}.less);
CREATE FUNCTION {0}.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$SELECT decode(repeat('00', 32), 'hex')$$;
CREATE FUNCTION {0}.convert_to(text, name) RETURNS bytea LANGUAGE sql AS $$SELECT ''::bytea$$;
CREATE FUNCTION {0}.concat_ws(text, text, bigint, text, integer, text, integer, text, text, bigint, bigint, text,
    text, text, text, text) RETURNS text LANGUAGE sql AS $$SELECT ''$$;
CREATE FUNCTION {0}.concat_ws(text, text, text, integer) RETURNS text LANGUAGE sql AS $$SELECT ''$$;
CREATE FUNCTION {0}.bit_send(bit) RETURNS bytea LANGUAGE sql AS $$SELECT ''::bytea$$;
CREATE FUNCTION {0}.substr(bytea, integer) RETURNS bytea LANGUAGE sql AS $$SELECT ''::bytea$$;
CREATE FUNCTION {0}.pg_advisory_xact_lock(bigint) RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION {0}.pg_notify(text, text) RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION {0}.octet_length(bytea) RETURNS integer LANGUAGE sql AS 'SELECT 16';
CREATE FUNCTION {0}.strpos(text, text) RETURNS integer LANGUAGE sql AS 'SELECT 0';
CREATE AGGREGATE {0}.count(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '7');
"""
"""What somebody could make in a schema of their own, each named like what the guards or ``append`` use."""


@pytest.fixture(params=["evil", "pg_temp"])
def misled(request: pytest.FixtureRequest, member: Any, superuser: Any) -> Iterator[Any]:
    """A session of a member in which such things come first, with a schema of its own or a temporary one."""
    superuser.execute(f"CREATE SCHEMA evil AUTHORIZATION {MEMBER}")
    try:
        member.execute(OBJECTS.format(request.param))
        member.execute(f"SET search_path = {request.param}, pg_catalog")
        yield member
    finally:
        superuser.execute("DROP SCHEMA evil CASCADE")


class TestNamesakes:
    """Objects named like those of the ledger fool neither the guards nor what appends."""

    def test_they_are_there(self, misled: Any) -> None:
        """In this session they are what the names mean, so that the tests below prove something."""
        assert misled.execute("SELECT count(*) FROM entry WHERE version = 20").fetchone()[0] != 0
        if misled.execute("SHOW search_path").fetchone()[0].startswith("evil"):
            assert misled.execute(
                "SELECT 1::bigint <> 2, sha256('') = decode(repeat('00', 32), 'hex')"
            ).fetchone() == (
                False,
                True,
            )

    @pytest.mark.parametrize("attempt", INSERTS)
    def test_a_guard_is_not_misled(self, misled: Any, attempt: str) -> None:
        """What leaves a gap, or is of a wrong length, is refused as ever."""
        with pytest.raises(psycopg.Error) as refused:
            misled.execute(INSERTS[attempt])
        assert refused.value.sqlstate in _REFUSED

    def test_what_appends_is_not_misled(self, misled: Any) -> None:
        """The entry goes to the ledger, in its place, at its time, with its leaf."""
        misled.execute("BEGIN")
        position, recorded_at = misled.execute(
            "SELECT * FROM longcase.append(ARRAY[%s::bytea], '{4}', '{t}', '{1}', '{a}', '{r}', '{NULL}',"
            " ARRAY[%s::bytea], ARRAY[%s::bytea], ARRAY['x'::bytea], 50)",
            (ONE, b"c" * 16, b"s" * 32),
        ).fetchone()
        found = misled.execute(
            "SELECT * FROM longcase.entry ORDER BY position DESC LIMIT 1", binary=True
        ).fetchone()
        misled.execute("ROLLBACK")
        assert (position, found[0], found[8], recorded_at) == (SIZE + 1, SIZE + 1, recorded_at, recorded_at)
        assert recorded_at < 99 * 10**15
        assert found[10] == leaf_hash(found)

    def test_a_recorder_is_not_misled(self, databases: Databases, url: str, misled: Any) -> None:
        """Temporary objects on its own connection change nothing of what it reads and appends."""
        with closing(PostgresRecorder.open(databases.at(name_of(url), MEMBER), Clock())) as recorder:
            recorder.connection.execute(OBJECTS.format("pg_temp"))
            assert recorder.head()[0] == SIZE
            assert recorder.setting("zone") == "UTC"
            with pytest.raises(CommandTaken):
                recorder.record([row(ONE, 4, command=recorder.stream(ONE)[0].command_id)])
            with pytest.raises(ZeroDivisionError), recorder.transaction():
                _append_and_give_up(recorder)


def assert_leaves(found: Any) -> None:
    """Assert that what was found carries the hashes that Longcase would give it."""
    assert [one.leaf for one in found] == [leaf_hash(one) for one in found] != []


def _append_and_give_up(recorder: PostgresRecorder) -> None:
    assert recorder.append([row(ONE, 4)]) == range(SIZE + 1, SIZE + 2)
    assert_leaves(recorder.stream(ONE)[3:])
    raise ZeroDivisionError


@contextmanager
def two_at(url: str) -> Iterator[tuple[Any, Any]]:
    """Lend two connections that wait for a lock no longer than a test has to."""
    options = "-c lock_timeout=20ms"
    with (
        psycopg.connect(url, autocommit=True, options=options) as one,
        psycopg.connect(url, autocommit=True, options=options) as two,
    ):
        yield one, two


LEVELS = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")


def direct(connection: Any, position: int) -> None:
    """Insert an entry at a position as somebody does who knows nothing of the lock."""
    connection.execute(
        insert(having(position=str(position), stream="decode(md5(random()::text), 'hex')", version="1"))
    )


class TestWithoutTheLock:
    """Writers who insert without waiting for one another leave no gap, and commit in order."""

    @pytest.mark.parametrize("level", LEVELS)
    def test_nobody_builds_on_what_is_not_committed(self, url: str, level: str) -> None:
        """While the next place is taken, nobody gets that, nor the one after it."""
        with two_at(url) as (one, two):
            one.execute(f"BEGIN ISOLATION LEVEL {level}")
            direct(one, SIZE + 1)
            for position in (SIZE + 1, SIZE + 2):
                two.execute(f"BEGIN ISOLATION LEVEL {level}")
                with pytest.raises(psycopg.Error) as refused:
                    direct(two, position)
                assert refused.value.sqlstate == {SIZE + 1: "55P03", SIZE + 2: schema.POSITION}[position]
                two.execute("ROLLBACK")
            one.execute("ROLLBACK")
            two.execute(f"BEGIN ISOLATION LEVEL {level}")
            direct(two, SIZE + 1)
            two.execute("ROLLBACK")

    @pytest.mark.parametrize("level", LEVELS[1:])
    def test_an_old_picture_of_the_ledger_is_no_ground(self, databases: Databases, level: str) -> None:
        """Who began before another committed cannot take the place after it, by hand or by ``append``."""
        with databases.store() as url, two_at(url) as (one, two):
            for position in (1, 2):
                one.execute(f"BEGIN ISOLATION LEVEL {level}")
                one.execute("SELECT count(*) FROM longcase.entry")
                direct(two, position)
                for attempt in (position, position + 1):
                    one.execute("SAVEPOINT before")
                    with pytest.raises(psycopg.Error) as refused:
                        direct(one, attempt)
                    assert refused.value.sqlstate in {"23505", "40001", schema.POSITION}
                    one.execute("ROLLBACK TO before")
                with pytest.raises((psycopg.errors.UniqueViolation, psycopg.errors.SerializationFailure)):
                    one.execute("SELECT longcase.append('{0123456789abcdef}', '{1}', '{t}', '{1}', '{a}', '{r}',"
                                " '{0}', '{fedcba9876543210}', ARRAY[sha256('')], '{x}', 0)")  # fmt: skip
                one.execute("ROLLBACK")

    def test_whatever_two_of_them_do(self, databases: Databases) -> None:
        """Any course of inserts, savepoints and endings, at any level: a third never sees a gap."""
        with databases.store() as url, two_at(url) as both, psycopg.connect(url, autocommit=True) as third:

            @settings(max_examples=150)
            @given(st.lists(st.tuples(st.integers(0, 1), STEPS), min_size=4, max_size=20))
            def holds(course: list[tuple[int, tuple[str, int]]]) -> None:
                for who, (what, number) in course:
                    _step(both[who], what, _head(third) + number)
                    _head(third)
                for each in both:
                    each.rollback()

            holds()
            assert _head(third) > 0

    def test_many_at_once(self, databases: Databases) -> None:
        """Three threads take what they believe to be the next place; a fourth always sees all up to the last."""
        with databases.store() as url:
            stopped = threading.Event()
            taken: list[int] = []
            writers = [threading.Thread(target=_keep_inserting, args=(url, taken)) for _ in range(3)]
            watcher = threading.Thread(target=_watch, args=(url, stopped, taken))
            for each in (watcher, *writers):
                each.start()
            for each in writers:
                each.join()
            stopped.set()
            watcher.join()
            assert -1 not in taken
            assert sorted(taken) == list(range(1, len(taken) + 1))


STEPS = st.one_of(
    st.tuples(st.just("insert"), st.integers(-1, 3)),
    st.tuples(st.just("begin"), st.integers(0, 2)),
    st.tuples(st.sampled_from(["commit", "rollback", "savepoint", "undo", "look", "append"]), st.just(0)),
)


def _step(connection: Any, what: str, number: int) -> None:
    """Do one thing of a course; what is refused, or waits too long, is undone."""
    try:
        _do(connection, what, number)
    except psycopg.Error:
        connection.rollback()


def _do(connection: Any, what: str, number: int) -> None:
    match what:
        case "begin" if connection.info.transaction_status.name == "IDLE":
            connection.execute(f"BEGIN ISOLATION LEVEL {LEVELS[number % 3]}")
        case "insert":
            direct(connection, number)
        case "append":
            connection.execute(
                "SELECT longcase.append(ARRAY[decode(md5(random()::text), 'hex')], '{1}', '{t}', '{1}', '{a}',"
                " '{r}', '{0}', ARRAY[decode(md5(random()::text), 'hex')], '{x}', 0)"
            )
        case "look":
            connection.execute("SELECT count(*) FROM longcase.entry")
        case "savepoint" | "undo" if connection.info.transaction_status.name == "INTRANS":
            connection.execute({"savepoint": "SAVEPOINT s", "undo": "ROLLBACK TO s"}[what])
        case "commit":
            connection.commit()
        case "rollback":
            connection.rollback()
        case _:  # there is no transaction to be begun, or none to do it in
            pass


def _head(connection: Any) -> int:
    """Return the last position that can be seen, which is also how many entries can."""
    count, last = connection.execute("SELECT count(*), coalesce(max(position), 0) FROM longcase.entry").fetchone()
    assert count == last, "a gap can be seen"
    return int(last)


def _keep_inserting(url: str, taken: list[int]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(60):
            last = connection.execute("SELECT coalesce(max(position), 0) FROM longcase.entry").fetchone()
            position = (last or (0,))[0] + 1
            try:
                direct(connection, position)
            except psycopg.Error:
                continue
            taken.append(position)


def _watch(url: str, stopped: threading.Event, taken: list[int]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        while not stopped.is_set():
            try:
                _head(connection)
            except AssertionError:
                taken.append(-1)


class TestLogins:
    """Who is a member of what."""

    def test_a_stranger_gets_nothing(self, databases: Databases, url: str) -> None:
        """Whoever is a member of nothing may connect, and that is all."""
        location = databases.at(name_of(url), STRANGER)
        with pytest.raises(NotAMember, match=f"{STRANGER} may not use the store in the database {name_of(url)}"):
            PostgresRecorder.open(location)
        with psycopg.connect(location, autocommit=True) as stranger:
            for query in (
                "SELECT position FROM longcase.entry",
                "SELECT * FROM longcase.store",
                "SELECT * FROM longcase.written",
                "SELECT longcase.append('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', 0)",
                "SELECT longcase.keep()",
                insert(having()),
                "CREATE TABLE longcase_tables.mine (n integer)",
                f"SET ROLE {app_of(name_of(url))}",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    stranger.execute(query)

    def test_a_member_records_through_longcase(self, databases: Databases) -> None:
        """And neither they nor the role in whose name they work may change what they recorded."""
        with databases.store() as url, psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"GRANT {app_of(name_of(url))} TO {MEMBER}")
            with closing(PostgresRecorder.open(databases.at(name_of(url), MEMBER), Clock())) as recorder:
                assert list(recorder.insert_events(rows(ONE, 3))) == [1, 2, 3]
                for query in ("UPDATE entry SET actor = 'x'", "DELETE FROM entry", "TRUNCATE entry"):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        recorder.connection.execute(query)
                assert list(recorder.insert_events([row(ONE, 4)])) == [4]

    def test_the_settings_of_the_database_do_not_come_first(self, databases: Databases) -> None:
        """A search path, an isolation level, how strings are read: set for a database, they mislead nobody."""
        with databases.store() as url, psycopg.connect(url, autocommit=True) as admin:
            for setting in (
                "search_path = public",
                "default_transaction_isolation = 'serializable'",
                "default_transaction_read_only = on",
                "bytea_output = 'escape'",
                "DateStyle = 'German'",
                "transform_null_equals = on",
                "standard_conforming_strings = off",
                "escape_string_warning = off",
                "plpgsql.variable_conflict = 'use_column'",
            ):
                admin.execute(f"ALTER DATABASE {name_of(url)} SET {setting}")
            with closing(PostgresRecorder.open(url, Clock())) as recorder:
                recorder.insert_events([*rows(ONE, 2), row(TWO, 1, payload=bytes(range(256)))])
                assert_leaves(recorder.stream(ONE))
                assert_leaves(recorder.stream(TWO))
