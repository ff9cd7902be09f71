"""Nobody who works with a store gains a right, changes a list or an entry, plants code, or stops the others.

Each attempt is made by a login that is a member of the role that works with the store, and in that role. What
holds is that the server refuses it, or that it comes to nothing: the ledger, the settings, the tables and what
``doctor`` says are the same afterwards, and others record and read meanwhile.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest

from ledger.errors import Busy
from ledger.postgresql import durability, holders, location, schema, tables
from ledger.postgresql.checks import quick
from ledger.postgresql.harden import harden
from ledger.postgresql.location import app_of
from ledger.postgresql.reader import PostgresReader
from ledger.postgresql.recorder import MOST, PostgresRecorder
from ledger.postgresql.setup import roles_of
from projections.runner.rebuild import rebuild
from projections.runner.runner import Runner
from tests.clock import Clock
from tests.ledger.contract import ONE, TWO, row, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres.databases import Databases

MALLORY, ANNA, FILLER = "longcase_test_mallory", "longcase_test_anna", "longcase_test_filler"

_CASES: Final = "longcase_tables.case_interval_1"
_CLOCKS: Final = "longcase_tables.clock_interval_1"
_POINT: Final = "longcase_tables.projection"

RIGHTS: Final = (
    "ALTER ROLE {mallory} SUPERUSER",
    "ALTER ROLE {app} SUPERUSER",
    "ALTER ROLE {app} LOGIN",
    "ALTER ROLE {filler} LOGIN",
    "SET ROLE {owner}",
    "SET ROLE {filler}",
    "SET SESSION AUTHORIZATION {owner}",
    "GRANT {owner} TO {mallory}",
    "GRANT {filler} TO {mallory}",
    "GRANT {filler} TO {app}",
    "GRANT {app} TO {mallory} WITH ADMIN OPTION",
    "GRANT pg_read_all_stats TO {mallory}",
    "CREATE ROLE longcase_test_helper IN ROLE {filler}",
    "ALTER SCHEMA longcase OWNER TO {app}",
    "ALTER TABLE longcase.entry OWNER TO {app}",
    "REASSIGN OWNED BY {owner} TO {mallory}",
    "DROP OWNED BY {owner}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT ALL ON TABLES TO {mallory}",
    "UPDATE pg_catalog.pg_authid SET rolsuper = true",
    "ALTER SYSTEM SET session_preload_libraries = 'x'",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT lo_import('/etc/hostname')",
)
"""To gain a right."""

ENTRIES: Final = (
    "UPDATE longcase.entry SET actor = 'x'",
    "DELETE FROM longcase.entry WHERE position = 1",
    "TRUNCATE longcase.entry",
    "INSERT INTO longcase.entry SELECT * FROM longcase.entry",
    "INSERT INTO longcase.entry (position, recorded_at) VALUES (4, 9223372036854775807)",
    "COPY longcase.entry FROM STDIN",
    "SELECT longcase.put_back(ARRAY[4], NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    "SELECT longcase.keep_checkpoint(1, 'x', 0)",
    "INSERT INTO longcase.node VALUES (8, 0, '')",
    "SELECT longcase.grow(0, 256)",
    "INSERT INTO longcase.checkpoint VALUES (1, 1, 0, 'x')",
    "DELETE FROM longcase.checkpoint",
    "SELECT * FROM longcase.entry FOR UPDATE",
    "INSERT INTO longcase.store VALUES ('hello', 'world')",
    "INSERT INTO longcase.store VALUES ('restored_from', 'x')",
    "SELECT longcase.set_once('hello', 'world')",
    "SELECT longcase.set_once('restored_from', 'x')",
    "UPDATE longcase.store SET value = 'UTC'",
    "DELETE FROM longcase.store",
    "INSERT INTO longcase.written VALUES (99, 'x', 0)",
    "DELETE FROM longcase.written",
    "SET LOCAL session_replication_role = replica",
    "ALTER TABLE longcase.entry DISABLE TRIGGER ALL",
    "DROP TRIGGER entry_update ON longcase.entry",
    "ALTER FUNCTION longcase.turn() SECURITY INVOKER",
)
"""To change what is recorded, or what the store was made with."""

LISTS: Final = (
    *(f"DELETE FROM {table}" for table in (_CASES, _CLOCKS, _POINT)),
    f"UPDATE {_CASES} SET reference = 'x'",
    f"UPDATE {_CLOCKS} SET due = 0",
    f"UPDATE {_POINT} SET position = 9",
    f"INSERT INTO {_CASES} SELECT * FROM {_CASES}",
    f"INSERT INTO {_POINT} VALUES ('cases', 9, 9, 9, 9)",
    *(f"TRUNCATE {table}" for table in (_CASES, _CLOCKS, _POINT)),
    f"COPY {_CASES} FROM STDIN",
    f"SELECT * FROM {_CASES} FOR UPDATE",
    f"SELECT * FROM {_POINT} FOR KEY SHARE",
    f"DROP TABLE {_CASES}",
    *(f"SELECT longcase.{name}(1)" for name in tables.NAMES),
    "SELECT longcase.tables_make(9)",
    f"ALTER TABLE {_CASES} RENAME TO mine",
    "DROP SCHEMA longcase_tables CASCADE",
)
"""To change what everybody's lists show."""

CODE: Final = (
    f"CREATE TRIGGER t BEFORE UPDATE ON {_CASES} FOR EACH ROW EXECUTE FUNCTION longcase.keep()",
    f"CREATE RULE r AS ON INSERT TO {_CASES} DO INSTEAD NOTHING",
    "CREATE RULE r AS ON INSERT TO longcase.entry DO INSTEAD NOTHING",
    f"CREATE POLICY p ON {_CASES} USING (false)",
    f"CREATE INDEX i ON {_CASES} (reference)",
    f"ALTER TABLE {_CASES} ADD CHECK (false)",
    "CREATE TABLE longcase.mine (n integer)",
    "CREATE TABLE longcase_tables.mine (n integer)",
    "CREATE VIEW longcase_tables.mine AS SELECT 1",
    "CREATE FUNCTION longcase.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION longcase_tables.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION longcase.turn() RETURNS void LANGUAGE sql AS ''",
    "CREATE OR REPLACE FUNCTION longcase.tables_turn() RETURNS void LANGUAGE sql AS ''",
    "CREATE FUNCTION pg_catalog.now(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE TEMP TABLE mine () INHERITS (longcase.entry)",
    f"CREATE TEMP TABLE mine () INHERITS ({_CASES})",
    "CREATE TEMP TABLE mine (n bigint REFERENCES longcase.entry (position))",
    "CREATE EXTENSION file_fdw",
    "CREATE LANGUAGE plpython3u",
    "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION longcase.keep()",
    "CREATE STATISTICS longcase.s ON position, version FROM longcase.entry",
    "COMMENT ON TABLE longcase.entry IS 'x'",
)
"""To plant code, or anything else."""

LOCKS: Final = (
    *(
        f"LOCK TABLE longcase.{table} IN {mode} MODE"
        for table in ("entry", "written", "store")
        for mode in ("SHARE UPDATE EXCLUSIVE", "SHARE", "ACCESS EXCLUSIVE")
    ),
    f"LOCK TABLE {_POINT} IN SHARE MODE",
    f"LOCK TABLE {_CASES} IN ACCESS EXCLUSIVE MODE",
    "SELECT * FROM longcase.written FOR UPDATE",
    "SELECT * FROM longcase.store FOR SHARE",
    "SELECT longcase.tables_turn()",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> '{mallory}' AND pid <> 0",
    "DROP INDEX longcase.entry_command",
    "ALTER DATABASE {database} CONNECTION LIMIT 0",
    "ALTER ROLE {anna} SET lock_timeout = 1",
    "ALTER DATABASE {database} SET default_transaction_read_only = on",
)
"""To take a lock for which others would wait, or to stop them otherwise."""

REFUSED: Final = (*RIGHTS, *ENTRIES, *LISTS, *CODE, *LOCKS)

HELD: Final = (
    f"SELECT pg_advisory_lock({schema.APPEND_LOCK})",
    f"SELECT pg_advisory_lock({schema.APPEND_LOCK + 1})",
    f"SELECT pg_advisory_lock({schema.FOLLOW_LOCK})",
    f"SELECT pg_advisory_lock_shared({schema.APPEND_LOCK})",
    "BEGIN; LOCK TABLE longcase.entry IN ACCESS SHARE MODE",
    "BEGIN; LOCK TABLE longcase.written IN ACCESS SHARE MODE",
    "BEGIN; LOCK TABLE longcase.store IN ACCESS SHARE MODE",
    f"BEGIN; LOCK TABLE {_POINT} IN ACCESS SHARE MODE",
    f"BEGIN; LOCK TABLE {_CASES} IN ACCESS SHARE MODE",
    f"BEGIN; LOCK TABLE {_CLOCKS} IN ACCESS SHARE MODE",
    "BEGIN; PREPARE p AS DELETE FROM longcase.written",
    "BEGIN; PREPARE p AS INSERT INTO longcase.entry DEFAULT VALUES",
    "BEGIN; PREPARE p AS UPDATE longcase.store SET value = 'x'",
    "BEGIN; PREPARE p AS SELECT * FROM longcase.written FOR UPDATE",
    f"BEGIN; PREPARE p AS DELETE FROM {_CASES}",
    f"BEGIN; PREPARE p AS DELETE FROM {_POINT}",
    "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT * FROM longcase.entry",
    "LISTEN longcase",
)
"""What a login may do, and what stops nobody however long it goes on."""


def name_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def named(url: str, statement: str) -> str:
    owner, app, filler = roles_of(name_of(url))
    return statement.format(
        owner=owner, app=app, filler=filler, mallory=MALLORY, anna=ANNA, database=name_of(url)
    )


@pytest.fixture(scope="module")
def url(databases: Databases) -> Iterator[str]:
    """A store of three entries and full tables, with two who work with it and one who fills its tables."""
    with databases.store() as url, psycopg.connect(databases.url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {MALLORY} LOGIN; CREATE ROLE {ANNA} LOGIN; CREATE ROLE {FILLER} LOGIN")
        admin.execute(named(url, "GRANT {app} TO {mallory}, {anna}"))
        admin.execute(named(url, f"GRANT {{filler}} TO {FILLER}"))
        with closing(PostgresRecorder.open(url, Clock())) as recorder:
            recorder.insert_events(rows(ONE, 3))
            Runner(recorder).catch_up()
        yield url
        admin.execute(named(url, "REVOKE {app} FROM {mallory}, {anna}"))
        admin.execute(f"DROP ROLE {MALLORY}, {ANNA}, {FILLER}")


@pytest.fixture
def mallory(url: str, databases: Databases) -> Iterator[Any]:
    """A session in the role that works with the store, with settings of its own."""
    with psycopg.connect(databases.at(name_of(url), MALLORY), autocommit=True) as connection:
        connection.execute(f"SET ROLE {app_of(name_of(url))}")
        yield connection


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long for a lock, or for a follower."""
    monkeypatch.setitem(location.SESSION, "lock_timeout", "500ms")
    monkeypatch.setattr("projections.runner.standby.FOLLOWER_SECONDS", 0.5)
    monkeypatch.setattr(holders, "PATIENCE", 0.5)


def content(url: str) -> list[list[Any]]:
    """Return all that there is in the store, with who may do what."""
    with psycopg.connect(url, autocommit=True) as admin:
        names = ("longcase.entry", "longcase.store", "longcase.written", _CASES, _CLOCKS, _POINT)
        found = [admin.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in names]
        powers = "rolname, rolsuper, rolcanlogin, rolconfig"
        roles = f"SELECT {powers} FROM pg_roles WHERE rolname LIKE 'longcase%' ORDER BY 1"
        members = "SELECT roleid, member FROM pg_auth_members ORDER BY 1, 2"
        objects = (
            "SELECT relname, relacl::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace"
            " WHERE nspname LIKE 'longcase%' ORDER BY 1"
        )
        return [*found, *(admin.execute(query).fetchall() for query in (roles, members, objects))]


def wrong(url: str) -> list[str]:
    """Return what the checks find fault with, but for how durable the tests' server is."""
    with closing(PostgresReader(url)) as ledger:
        return [one.explanation for one in quick(ledger) if not one.ok and one.check != "durability"]


def test_how_many_attempts_there_are() -> None:
    """Each is another one."""
    attempts = (*REFUSED, *HELD, *LEFT)
    assert len(set(attempts)) == len(attempts) == 132


@pytest.mark.parametrize("statement", REFUSED)
def test_what_is_refused(statement: str, url: str, mallory: Any) -> None:
    """The server refuses it, in a transaction as well, and all is as it was."""
    before = content(url)
    text = named(url, statement)
    if statement == "SET LOCAL session_replication_role = replica" or "COPY" not in statement:
        with pytest.raises(psycopg.Error), mallory.transaction():
            mallory.execute(text)
    else:
        with pytest.raises(psycopg.Error), mallory.cursor() as cursor, cursor.copy(text) as pipe:
            pipe.write(b"")
    assert content(url) == before


def test_all_is_well_afterwards(url: str) -> None:
    """Nor does doctor find anything."""
    assert wrong(url) == []


LEFT: Final = (
    "ALTER ROLE {app} SET default_transaction_read_only = on",
    "ALTER ROLE {app} SET synchronous_commit = off",
    "ALTER ROLE {app} SET search_path = pg_temp",
    "ALTER ROLE {app} PASSWORD 'x'",
)
"""What a member may leave behind in the role, as which nobody logs in: it is never in force."""


@pytest.mark.parametrize("statement", LEFT)
def test_what_comes_to_nothing(statement: str, url: str, mallory: Any, databases: Databases) -> None:
    """Nobody else's session has it, and doctor does not complain of it."""
    mallory.execute(named(url, statement))
    try:
        with closing(PostgresRecorder.open(databases.at(name_of(url), ANNA), Clock())) as anna:
            anna.record([row((anna.head()[0] + 1).to_bytes(16), 1)])
            assert anna.rows(durability._ELSEWHERE) == []
        assert wrong(url) == []
    finally:
        mallory.execute(named(url, "ALTER ROLE {app} RESET ALL"))


@pytest.mark.parametrize("off", ["off", "'Off'", "false", "no", "0"])
def test_what_a_login_leaves_for_itself(off: str, url: str, mallory: Any) -> None:
    """However it is written, it is told as that login's."""
    mallory.execute(f"RESET ROLE; ALTER ROLE {MALLORY} SET synchronous_commit = {off}")
    try:
        with closing(PostgresReader(url)) as ledger:
            assert ledger.rows(durability._ELSEWHERE) == [(MALLORY,)]
    finally:
        mallory.execute(f"ALTER ROLE {MALLORY} RESET ALL")


@pytest.mark.parametrize("statement", HELD)
@pytest.mark.usefixtures("impatient")
def test_what_stops_nobody(statement: str, url: str, mallory: Any, databases: Databases) -> None:
    """However long it goes on, others record, read what was recorded, follow and fill the tables."""
    mallory.execute(named(url, statement))
    with closing(PostgresRecorder.open(databases.at(name_of(url), ANNA), Clock())) as anna:
        stream = (anna.head()[0] + 1).to_bytes(16)
        anna.record([row(stream, 1)])
        with anna.transaction():
            anna.append([row(stream, 2)])
        assert Runner(anna).catch_up() == anna.head()[0]
    with closing(PostgresRecorder.open(databases.at(name_of(url), FILLER), Clock())) as filler:
        assert filler.lead()
        assert Runner(filler).catch_up() == filler.head()[0]
    assert wrong(url) == []


@pytest.mark.usefixtures("impatient")
class TestWhoIsInTheWay:
    """Who holds the turn is named: by the command that gave up, and by doctor."""

    @pytest.fixture
    def held(self, url: str, mallory: Any) -> Iterator[int]:
        """A transaction that has appended nothing yet, and has the turn; its process."""
        with mallory.transaction(force_rollback=True):
            mallory.execute("SELECT longcase.turn()")
            yield mallory.info.backend_pid

    def test_by_the_command(self, held: int, url: str, databases: Databases) -> None:
        """With what to do."""
        with closing(PostgresRecorder.open(databases.at(name_of(url), ANNA), Clock())) as anna:
            for more in (1, MOST + 1):
                with pytest.raises(Busy) as caught:
                    anna.record(rows(TWO, more))
                assert f"the session {held} of {MALLORY}" in caught.value.who
                assert f"pg_terminate_backend({held})" in caught.value.advice[1]

    def test_by_doctor(self, held: int, url: str, databases: Databases) -> None:
        """Whoever asks; since when, to those who may see it."""
        for who, told in ((databases.at(name_of(url), ANNA), ""), (url, ", in a transaction since 2")):
            found = "".join(wrong(who))
            assert f"nothing is recorded while this goes on: the session {held} of {MALLORY}" in found
            assert told in found

    def test_a_moment_is_no_fault(self, url: str, mallory: Any) -> None:
        """Who records now and then is not in the way."""
        with mallory.transaction(force_rollback=True):
            mallory.execute("SELECT longcase.turn()")
        assert wrong(url) == []

    def test_who_falls_silent_is_cut_off(self, mallory: Any) -> None:
        """Whatever settings the client has: the turn brings the limit with it, until the transaction ends."""
        asked = "SELECT current_setting('idle_in_transaction_session_timeout')"
        with mallory.transaction(force_rollback=True):
            mallory.execute("SELECT longcase.turn()")
            assert mallory.execute(asked).fetchone() == ("5min",)
        assert mallory.execute(asked).fetchone() == ("0",)

    def test_a_queue_before_the_ledger(self, url: str, mallory: Any, databases: Databases) -> None:
        """Whoever waits for a lock that nobody may have, and whom they wait for, are named too."""
        other = psycopg.connect(databases.at(name_of(url), MALLORY), autocommit=True)
        with mallory.transaction(force_rollback=True), closing(other):
            mallory.execute("SELECT count(*) FROM longcase.entry")
            other.pgconn.send_query(b"CREATE RULE r AS ON INSERT TO longcase.entry DO INSTEAD NOTHING")
            with pytest.raises(Busy) as refused:
                PostgresRecorder.open(url, Clock())
            for one in (mallory, other):
                assert f"the session {one.info.backend_pid} of {MALLORY}" in refused.value.who
            other.cancel()


class TestOfBefore:
    """A store in which every login could do that."""

    @pytest.fixture
    def before(self, url: str, store_url: str) -> str:
        """As it was made then: one role for all, and advisory locks."""
        _, app, filler = roles_of(name_of(store_url))
        with closing(PostgresRecorder.open(store_url, Clock())) as recorder:
            recorder.insert_events(rows(ONE, 3))
            Runner(recorder).catch_up()
        with psycopg.connect(store_url, autocommit=True) as admin:
            put_back = f"put_back({schema.PUT_BACK_ARGUMENTS})"
            for name in ("turn()", "tables_turn()", "set_once(text, text)", put_back):
                admin.execute(f"DROP FUNCTION longcase.{name}")
            append = next(one for one in schema.FUNCTIONS if "longcase.append(" in one)
            lock = f"PERFORM pg_advisory_xact_lock({schema.APPEND_LOCK})"
            before = append.replace("DEFINER", "INVOKER").replace(
                "LOCK TABLE longcase.written IN SHARE UPDATE EXCLUSIVE MODE", lock
            )
            for one in (before, *tables.functions(app, app)[1:]):
                admin.execute(one.replace("CREATE", "CREATE OR REPLACE", 1))
            admin.execute(f"GRANT INSERT ON longcase.entry, longcase.store TO {app}")
            admin.execute(
                f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA longcase_tables TO {app}"
            )
            admin.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA longcase TO {app}")
            admin.execute(f"DROP OWNED BY {filler}; DROP ROLE {filler}")
            admin.execute(f"GRANT {app} TO {MALLORY}")
        assert url != store_url
        return store_url

    def test_it_is_told_and_goes_on(self, before: str, databases: Databases) -> None:
        """Doctor says what to do; until then everybody records and fills the tables."""
        found = wrong(before)
        assert any("every login that works with the store may change what its lists show" in one for one in found)
        with closing(PostgresRecorder.open(databases.at(name_of(before), MALLORY), Clock())) as recorder:
            recorder.record([row(ONE, 4)])
            with recorder.transaction():
                recorder.append([row(ONE, 5)])
            assert Runner(recorder).catch_up() == 5
            rebuild(Runner(recorder))

    @pytest.mark.usefixtures("impatient")
    def test_who_has_the_lock_of_before(self, before: str, databases: Databases) -> None:
        """Is named as well."""
        with psycopg.connect(databases.at(name_of(before), MALLORY), autocommit=True) as mallory:
            mallory.execute(f"SELECT pg_advisory_lock({schema.APPEND_LOCK})")
            assert any(f"the session {mallory.info.backend_pid} of {MALLORY}" in one for one in wrong(before))

    def test_it_is_mended(self, before: str, databases: Databases) -> None:
        """By an administrator: the tables are made anew, and settings that no store has are taken away."""
        with psycopg.connect(databases.at(name_of(before), MALLORY), autocommit=True) as mallory:
            mallory.execute("INSERT INTO longcase.store VALUES ('hello', 'world')")
            mallory.execute(f"DELETE FROM {_CASES}")
        done = harden(before)
        assert "the setting hello world was taken away: no store has one of that name" in done.found
        assert f"{app_of(name_of(before))} may change the rows of {_CASES}" in done.found
        assert wrong(before) == []
        assert harden(before).found == ()
        with closing(PostgresRecorder.open(databases.at(name_of(before), MALLORY), Clock())) as recorder:
            assert Runner(recorder).catch_up() == 3
        with psycopg.connect(databases.at(name_of(before), MALLORY), autocommit=True) as mallory:
            for statement in ("INSERT INTO longcase.store VALUES ('a', 'b')", f"DELETE FROM {_POINT}"):
                with pytest.raises(psycopg.Error):
                    mallory.execute(statement)
