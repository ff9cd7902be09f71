"""Nothing that a login of the store can define ever runs as somebody else, whatever they type.

Who works with the store is mallory; who types a command is a superuser or another member. In a store from
before the tables had an owner of their own mallory can put code among them: nothing is read there. In a store
of now the server refuses that.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import psycopg
import pytest

from ledger.errors import NotAStore
from ledger.postgresql import tables
from ledger.postgresql.checks import quick
from ledger.postgresql.connect_errors import Unusable
from ledger.postgresql.harden import harden
from ledger.postgresql.location import app_of, owner_of
from ledger.postgresql.reader import PostgresReader
from ledger.postgresql.recorder import PostgresRecorder
from ledger.postgresql.setup import roles_of
from projections.runner.rebuild import rebuild
from projections.runner.runner import Runner
from tests.clock import Clock
from tests.ledger.contract import ONE, row, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres.databases import Databases

MALLORY, ANNA, MAKER = "longcase_test_mallory", "longcase_test_anna", "longcase_test_builder"

PEEK: Final = f"""CREATE FUNCTION {{place}}.peek{{of}} RETURNS {{kind}} LANGUAGE plpgsql AS $$ BEGIN
    RESET ROLE;
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE 'ALTER ROLE {MALLORY} SUPERUSER'; END IF;
    {{back}}; RETURN {{value}}; END $$"""


def peek(place: str = "longcase_tables", of: str = "()", kind: str = "boolean", value: str = "true") -> str:
    """Return a function that gives back the role that a session took, and takes what it then may."""
    return PEEK.format(place=place, of=of, kind=kind, value=value, back="SET ROLE {app}")


def unchanging(of: str = "()", kind: str = "boolean", value: str = "true") -> str:
    """Return a function such as an index takes, which does nothing yet."""
    made = f"CREATE FUNCTION longcase_tables.peek{of} RETURNS {kind} LANGUAGE plpgsql IMMUTABLE"
    return f"{made} AS $$ BEGIN RETURN {value}; END $$"


MOVED: Final = "ALTER TABLE longcase_tables.projection RENAME TO p"
TRIGGER: Final = peek(kind="trigger", value="NEW")
PLANTED: Final[dict[str, tuple[str, ...]]] = {
    "a view in the table's place": (
        MOVED,
        peek(),
        "CREATE VIEW longcase_tables.projection AS SELECT * FROM longcase_tables.p WHERE longcase_tables.peek()",
    ),
    "a materialized view": (
        MOVED,
        "CREATE MATERIALIZED VIEW longcase_tables.projection AS SELECT * FROM longcase_tables.p",
    ),
    "a trigger before a change": (
        TRIGGER,
        (
            "CREATE TRIGGER t BEFORE UPDATE ON longcase_tables.projection"
            " FOR EACH ROW EXECUTE FUNCTION longcase_tables.peek()"
        ),
    ),
    "a rule": (
        peek(),
        "CREATE RULE r AS ON UPDATE TO longcase_tables.projection DO ALSO SELECT longcase_tables.peek()",
    ),
    "a default": (
        peek(kind="integer", value="1"),
        "ALTER TABLE longcase_tables.projection ALTER COLUMN generation SET DEFAULT longcase_tables.peek()",
    ),
    "a constraint": (
        peek(),
        "ALTER TABLE longcase_tables.projection ADD CONSTRAINT c CHECK (longcase_tables.peek())",
    ),
    "a column that is computed": (
        unchanging(kind="integer", value="1"),
        (
            "ALTER TABLE longcase_tables.projection ADD COLUMN g integer"
            " GENERATED ALWAYS AS (longcase_tables.peek()) STORED"
        ),
    ),
    "an index of an expression": (
        unchanging(of="(text)"),
        "CREATE INDEX i ON longcase_tables.projection (longcase_tables.peek(name))",
    ),
    "an index of a part": (
        unchanging(),
        "CREATE INDEX i ON longcase_tables.projection (name) WHERE longcase_tables.peek()",
    ),
    "a policy": (
        peek(),
        "ALTER TABLE longcase_tables.projection FORCE ROW LEVEL SECURITY",
        "ALTER TABLE longcase_tables.projection ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY p ON longcase_tables.projection USING (longcase_tables.peek())",
    ),
    "an operator": (
        peek(of="(text, text)"),
        "CREATE OPERATOR longcase_tables.= (LEFTARG = text, RIGHTARG = text, FUNCTION = longcase_tables.peek)",
    ),
    "a type with a condition": (
        peek(),
        "CREATE DOMAIN longcase_tables.d AS text CHECK (longcase_tables.peek())",
        "ALTER TABLE longcase_tables.projection ALTER COLUMN failure TYPE longcase_tables.d",
    ),
    "a type and a cast": (
        "CREATE TYPE longcase_tables.kind AS ENUM ('a')",
        peek(of="(longcase_tables.kind)", kind="text", value="''"),
        (
            "CREATE CAST (longcase_tables.kind AS text) WITH FUNCTION longcase_tables.peek(longcase_tables.kind)"
            " AS IMPLICIT"
        ),
    ),
    "a function named like one that is used": (peek(of="(varchar)").replace(".peek", ".to_regclass"),),
    "a child": ("CREATE TABLE longcase_tables.child () INHERITS (longcase_tables.projection)",),
    "a sequence": ("CREATE SEQUENCE longcase_tables.s",),
    "another table": ("CREATE TABLE longcase_tables.mine (n integer)",),
}


def name_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def do(url: str, *statements: str, role: str | None = None) -> None:
    """Run statements in a session of its own, as the role of the store if wanted."""
    owner, app, filler = roles_of(name_of(url))
    names = {"app": app, "owner": owner, "filler": filler, "mallory": MALLORY}
    with psycopg.connect(url, autocommit=True) as connection:
        if role is not None:
            connection.execute(f"SET ROLE {role}")
        for statement in statements:
            connection.execute(statement.format(**names))


@pytest.fixture(scope="module", autouse=True)
def _logins(databases: Databases) -> Iterator[None]:
    with psycopg.connect(databases.url, autocommit=True) as admin:
        admin.execute(
            f"CREATE ROLE {MALLORY} LOGIN; CREATE ROLE {ANNA} LOGIN; CREATE ROLE {MAKER} LOGIN CREATEROLE"
        )
    yield
    with psycopg.connect(databases.url, autocommit=True) as admin:
        admin.execute(f"DROP ROLE {MALLORY}, {ANNA}, {MAKER}")


@pytest.fixture
def now(store_url: str) -> str:
    """A store as it is made, with tables in it and two who work with it."""
    do(store_url, f"GRANT {{app}} TO {MALLORY}, {ANNA}")
    with closing(PostgresRecorder.open(store_url, Clock())) as recorder:
        Runner(recorder).catch_up()
    return store_url


@pytest.fixture
def before(now: str) -> str:
    """The same, as it was made before: whoever works with it owns the tables and their schema."""
    do(
        now,
        "DROP SCHEMA longcase_tables CASCADE",
        *(f"DROP FUNCTION longcase.{name}(integer)" for name in tables.NAMES),
        "CREATE SCHEMA longcase_tables AUTHORIZATION {app}",
        "SET ROLE {app}",
        tables.PROJECTION,
        *(one % 1 for one in tables.INTERVALS),
    )
    return now


def assert_not_taken_over(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        powers = "SELECT rolsuper FROM pg_roles WHERE rolname = %s"
        assert admin.execute(powers, (MALLORY,)).fetchone() == (False,)


def found_by(url: str) -> list[str]:
    """Return which checks find fault, but for how durable the tests' server is."""
    with closing(PostgresReader(url)) as ledger:
        return [one.check for one in quick(ledger) if not one.ok and one.check != "durability"]


@pytest.mark.parametrize("planted", PLANTED)
def test_what_was_planted_in_a_store_from_before(planted: str, before: str, databases: Databases) -> None:
    """It is named, never run, by whoever reads the store or mends it; what is more than tables stays."""
    mallory = databases.at(name_of(before), MALLORY)
    role = app_of(name_of(before))
    do(mallory, *PLANTED[planted], role=role)
    for who in (before, databases.at(name_of(before), ANNA)):
        with pytest.raises(Unusable, match="others could run code there") as caught:
            PostgresReader(who)
        assert "init --harden" in caught.value.advice[0]
    if planted == "another table":
        harden(before)
        assert found_by(before) == []
    else:
        with pytest.raises(Unusable, match=r"more than Longcase makes: .*longcase_tables"):
            harden(before)
    assert_not_taken_over(before)


@pytest.mark.parametrize("planted", PLANTED)
def test_what_the_server_refuses(planted: str, now: str, databases: Databases) -> None:
    """In a store of now nothing of it can be made."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        do(databases.at(name_of(now), MALLORY), *PLANTED[planted], role=app_of(name_of(now)))
    assert found_by(now) == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE longcase_tables.mine (n integer)",
        "CREATE FUNCTION longcase.max(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "DROP TABLE longcase_tables.projection",
        "TRUNCATE longcase_tables.projection",
        "ALTER TABLE longcase_tables.projection OWNER TO {app}",
        "CREATE INDEX i ON longcase_tables.projection (generation)",
        "CREATE TABLE public.mine (name text REFERENCES longcase_tables.projection)",
        "CREATE TEMP TABLE mine () INHERITS (longcase_tables.projection)",
        "CREATE OR REPLACE FUNCTION longcase.tables_make(generation integer) RETURNS void LANGUAGE sql AS ''",
        "ALTER FUNCTION longcase.tables_make(integer) RESET search_path",
        "ALTER SCHEMA longcase_tables RENAME TO mine",
        "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION longcase.keep()",
        "CREATE TYPE pg_temp.t (INPUT = textin, OUTPUT = textout)",
        "SET session_preload_libraries = 'x'",
        "ALTER ROLE {mallory} SET session_preload_libraries = 'x'",
        "SELECT longcase.tables_make(-1)",
        "SELECT longcase.tables_make(NULL)",
    ],
)
def test_what_else_the_server_refuses(statement: str, now: str, databases: Databases) -> None:
    """Nor anything on the path, nor anything that changes what is there."""
    with pytest.raises(psycopg.Error):
        do(databases.at(name_of(now), MALLORY), statement, role=app_of(name_of(now)))
    assert found_by(now) == []


def elsewhere(place: str) -> tuple[str, ...]:
    """Return what makes things in a schema, named like what a session uses there."""
    return (
        *(
            peek(place, of, kind, value).replace(".peek", f".{name}")
            for name, of, kind, value in (
                ("max", "(integer)", "integer", "2"),
                ("to_regclass", "(text)", "regclass", "NULL"),
                ("tables_make", "(bigint)", "boolean", "true"),
                ("equal", "(text, text)", "boolean", "true"),
            )
        ),
        f"CREATE OPERATOR {place}.= (LEFTARG = text, RIGHTARG = text, FUNCTION = {place}.equal)",
        f"CREATE TABLE {place}.projection (name text)",
        f"CREATE TABLE {place}.written (version integer)",
    )


@pytest.mark.parametrize("place", ["evil", "public", "pg_temp"])
def test_what_is_made_elsewhere(place: str, now: str, databases: Databases) -> None:
    """A schema of one's own, one that is everybody's, temporary things, and settings of one's own do nothing."""
    url = databases.at(name_of(now), MALLORY)
    do(now, f"GRANT CREATE ON DATABASE {name_of(now)} TO {MALLORY}; GRANT CREATE ON SCHEMA public TO PUBLIC")
    if place == "evil":
        do(url, "CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC")
    do(url, *elsewhere(place), f"ALTER ROLE {MALLORY} SET search_path = {place}, pg_catalog")
    for who in (now, databases.at(name_of(now), ANNA), url):
        with closing(PostgresRecorder.open(who, Clock())) as recorder:
            recorder.insert_events([row(uuid4().bytes, 1)])
            runner = Runner(recorder)
            assert runner.catch_up() == recorder.head()[0]
            if recorder.may_fill():
                rebuild(runner)
        assert found_by(who) == []
    assert_not_taken_over(now)
    do(now, f"DROP OWNED BY {MALLORY}; ALTER ROLE {MALLORY} RESET ALL")


def test_who_fills_the_tables_makes_and_drops_them(now: str, databases: Databases) -> None:
    """Through the owner's functions, which take the number of a generation."""
    do(now, f"GRANT {{filler}} TO {ANNA}")
    with closing(PostgresRecorder.open(databases.at(name_of(now), ANNA), Clock())) as recorder:
        recorder.insert_events(rows(ONE, 1))
        recorder.rows("SELECT longcase.tables_make(7)")
        recorder.rows("SELECT longcase.tables_index(7)")
        recorder.rows("SELECT longcase.tables_drop(7)")
        recorder.rows("SELECT longcase.tables_drop(7)")
    assert found_by(now) == []


class TestMending:
    """``init --harden``."""

    def test_a_store_from_before(self, before: str, databases: Databases) -> None:
        """Is refused, with what to do, until an administrator mends it; then all goes on."""
        with pytest.raises(Unusable, match=f"the schema longcase_tables belongs to {app_of(name_of(before))}"):
            PostgresReader(before)
        done = harden(before)
        assert f"longcase_tables.projection belongs to {app_of(name_of(before))}" in done.found
        assert found_by(before) == []
        do(before, f"GRANT {{filler}} TO {ANNA}")
        with closing(PostgresRecorder.open(databases.at(name_of(before), ANNA), Clock())) as recorder:
            Runner(recorder).catch_up()
            rebuild(Runner(recorder))
        assert harden(before).found == ()

    def test_who_may_not(self, before: str, databases: Databases) -> None:
        """Whoever works with the store may not, and nothing is changed."""
        with pytest.raises(Unusable, match=f"{MALLORY} may not do that"):
            harden(databases.at(name_of(before), MALLORY))
        with pytest.raises(Unusable):
            PostgresReader(before)

    def test_whoever_made_the_roles(self, before: str, databases: Databases) -> None:
        """May mend the store without being a superuser, and is granted afterwards what they were before."""
        do(before, f"GRANT CREATE ON DATABASE {name_of(before)} TO {MAKER}; GRANT {{app}} TO {MAKER}")
        with psycopg.connect(before, autocommit=True) as admin:
            if admin.info.server_version >= 160_000:
                admin.execute(
                    f"GRANT {owner_of(name_of(before))} TO {MAKER} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE"
                )
            members = f"SELECT roleid::regrole::text FROM pg_auth_members WHERE member = '{MAKER}'::regrole"
            granted = admin.execute(members).fetchall()
            harden(databases.at(name_of(before), MAKER))
            assert admin.execute(members).fetchall() == granted
            admin.execute(f"REVOKE CREATE ON DATABASE {name_of(before)} FROM {MAKER}")
        assert found_by(before) == []

    def test_others_rest_on_the_tables(self, before: str) -> None:
        """What somebody else made of the tables is not dropped with them."""
        do(before, "CREATE VIEW public.seen AS SELECT name FROM longcase_tables.projection")
        with pytest.raises(Unusable, match=r"others rest on the tables: .*seen"):
            harden(before)

    def test_no_store(self, databases: Databases) -> None:
        """There is nothing to mend where there is no store."""
        with databases.empty() as url, pytest.raises(NotAStore):
            harden(url)

    def test_a_right_to_make_things(self, now: str) -> None:
        """Granted afterwards, it is found by the next session, and taken back."""
        do(now, "GRANT CREATE ON SCHEMA longcase_tables TO {app}")
        with pytest.raises(Unusable, match="may make things in the schema longcase_tables"):
            PostgresReader(now)
        assert len(harden(now).found) == 1
        assert found_by(now) == []
