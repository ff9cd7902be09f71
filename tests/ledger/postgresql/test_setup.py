"""Making a store in a database: who may, what is made, what is left of it to whoever made it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from ledger.errors import NotAStore
from ledger.postgresql import setup
from ledger.postgresql.checks import quick
from ledger.postgresql.connect_errors import NotAMember, Unusable
from ledger.postgresql.location import app_of, owner_of
from ledger.postgresql.reader import PostgresReader
from ledger.postgresql.setup import roles_of, script, set_up, to_do
from ledger.schema import VERSION
from ledger.versions import NewerStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.postgres.databases import Databases

MAKER, PLAIN = "longcase_test_maker", "longcase_test_plain"
MEMBERS = "SELECT FROM pg_auth_members WHERE roleid = %s::regrole AND member = %s::regrole"


@pytest.fixture(scope="module", autouse=True)
def logins(databases: Databases) -> Iterator[None]:
    with psycopg.connect(databases.url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {MAKER} LOGIN CREATEROLE")
        admin.execute(f"CREATE ROLE {PLAIN} LOGIN")
    yield
    with psycopg.connect(databases.url, autocommit=True) as admin:
        admin.execute(f"DROP ROLE {MAKER}, {PLAIN}")


@pytest.fixture
def empty(databases: Databases) -> Iterator[str]:
    with databases.empty() as url:
        yield url


@pytest.fixture
def as_login(databases: Databases, empty: str) -> Callable[[str], str]:
    return lambda login: databases.at(name_of(empty), login)


def name_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


@contextmanager
def administering(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(url, autocommit=True) as admin:
        yield admin


def may_create(url: str) -> None:
    with administering(url) as admin:
        admin.execute(f"GRANT CREATE ON DATABASE {name_of(url)} TO {MAKER}")


def wrong(url: str) -> list[str]:
    """Return which checks find fault, but for how durable the tests' server is."""
    ledger = PostgresReader(url)
    try:
        return [one.check for one in quick(ledger) if not one.ok and one.check != "durability"]
    finally:
        ledger.close()


def test_what_is_made(empty: str) -> None:
    """It is said which roles, schemas and grants were made; a second time nothing is made."""
    done = set_up(empty, {"zone": "UTC"})
    name = name_of(empty)
    assert (done.made, done.database) == (True, name)
    made = [f'CREATE ROLE "{name}_{role}" NOLOGIN' for role in ("owner", "app", "tables")]
    assert list(done.statements[:4]) == [*made, f'GRANT "{name}_app" TO "{name}_tables"']
    assert any(one.startswith("GRANT SELECT ON longcase.entry") for one in done.statements)
    assert not any("CREATE TABLE" in one for one in done.statements)
    assert set_up(empty, {"zone": "Europe/London"}) == (False, name, ())
    assert wrong(empty) == []
    assert to_do(name) == (f'GRANT "{name}_app" TO LOGIN', f'GRANT "{name}_tables" TO LOGIN')


def test_somebody_who_is_no_superuser(empty: str, as_login: Callable[[str], str]) -> None:
    """CREATEROLE and CREATE on the database will do, and the maker is a member of neither role afterwards."""
    may_create(empty)
    assert set_up(as_login(MAKER), {"zone": "UTC"}).made
    assert wrong(empty) == []
    with pytest.raises(NotAMember, match=f"{MAKER} may not use"):
        PostgresReader(as_login(MAKER))
    ledger = PostgresReader(empty)
    told = {one.check: one.explanation for one in quick(ledger)}["rights"]
    newer = ledger.connection.info.server_version >= 160_000
    ledger.close()
    assert (f"{MAKER} made the roles, and may make themselves a member of" in told) is newer


def test_a_maker_who_is_given_what_they_make(empty: str, as_login: Callable[[str], str]) -> None:
    """Where the server makes whoever makes a role a member of it, that is taken back."""
    may_create(empty)
    with administering(empty) as admin:
        if admin.info.server_version < 160_000:
            pytest.skip("no such setting before PostgreSQL 16")
        admin.execute(f"ALTER ROLE {MAKER} SET createrole_self_grant = 'set, inherit'")
        try:
            assert set_up(as_login(MAKER), {"zone": "UTC"}).made
        finally:
            admin.execute(f"ALTER ROLE {MAKER} RESET createrole_self_grant")
    assert wrong(empty) == []
    with pytest.raises(NotAMember):
        PostgresReader(as_login(MAKER))


@pytest.mark.parametrize("may_make", ["neither", "schemas", "roles"])
def test_who_may_not(may_make: str, empty: str, as_login: Callable[[str], str]) -> None:
    """Who lacks a right is told which, and what an administrator can do; nothing is made."""
    if may_make == "schemas":
        with administering(empty) as admin:
            admin.execute(f"GRANT CREATE ON DATABASE {name_of(empty)} TO {PLAIN}")
    who = MAKER if may_make == "roles" else PLAIN
    with pytest.raises(
        Unusable, match=f"{who} may not make a store in .* it takes CREATEROLE, and CREATE"
    ) as caught:
        set_up(as_login(who), {"zone": "UTC"})
    assert f'ALTER ROLE "{who}" CREATEROLE; GRANT CREATE ON DATABASE' in caught.value.advice[0]
    assert "init --print" in caught.value.advice[1]
    with administering(empty) as admin:
        found = admin.execute("SELECT FROM pg_roles WHERE rolname = %s", (owner_of(name_of(empty)),)).fetchone()
    assert found is None


def test_the_roles_are_there_already(empty: str) -> None:
    """A database that was restored without its schemas gets a store of the roles that there are."""
    name = name_of(empty)
    with administering(empty) as admin:
        admin.execute(f"CREATE ROLE {owner_of(name)} NOLOGIN")
    done = set_up(empty, {"zone": "UTC"})
    assert done.statements[0] == f'CREATE ROLE "{name}_app" NOLOGIN'
    assert wrong(empty) == []


def test_the_role_of_a_database_under_another_name(empty: str) -> None:
    """A store whose database was renamed is not said to be missing: its roles are."""
    name = name_of(empty)
    set_up(empty, {"zone": "UTC"})
    with administering(empty) as admin:
        admin.execute(f"ALTER ROLE {app_of(name)} RENAME TO longcase_test_former")
        with pytest.raises(Unusable, match="no role") as caught:
            PostgresReader(empty)
        admin.execute(f"ALTER ROLE longcase_test_former RENAME TO {app_of(name)}")
    assert f'CREATE ROLE "{app_of(name)}" NOLOGIN' in caught.value.advice[1]


def test_a_schema_of_that_name(empty: str) -> None:
    """A schema that is none of ours is left alone."""
    with administering(empty) as admin:
        admin.execute("CREATE SCHEMA longcase")
    with pytest.raises(Unusable, match="a schema of that name, and no store"):
        set_up(empty, {"zone": "UTC"})


def test_another_encoding(databases: Databases, empty: str) -> None:
    """Texts that the database could not hold would be refused much later: it is refused now."""
    name = f"{name_of(empty)}_latin"
    with administering(databases.url) as admin:
        admin.execute(f"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        with pytest.raises(Unusable, match="encoding is LATIN1") as caught:
            set_up(databases.at(name), {"zone": "UTC"})
        admin.execute(f"DROP DATABASE {name}")
    assert caught.value.advice == (f"createdb -E UTF8 -T template0 {name}",)


def test_an_older_server(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is too old is told by its version."""
    monkeypatch.setattr(setup, "OLDEST", 10_000_000)
    with pytest.raises(Unusable, match=r"the server is PostgreSQL [0-9]+, and 13 is the first") as caught:
        set_up(empty, {"zone": "UTC"})
    assert "pg_upgrade" in caught.value.advice[0]


@pytest.mark.parametrize("superuser", [True, False])
def test_by_hand(superuser: bool, empty: str, as_login: Callable[[str], str]) -> None:
    """What is printed for an administrator makes the same store, for a superuser and for one who is none."""
    may_create(empty)
    database, statements = script(empty, {"zone": "Europe/London", "scenario": r"O'x\y"})
    assert database == name_of(empty)
    with administering(empty if superuser else as_login(MAKER)) as admin:
        for statement in statements:
            admin.execute(statement)
        for role in roles_of(database):
            found = admin.execute(f"{MEMBERS} AND admin_option IS FALSE", (role, admin.info.user)).fetchone()
            assert found is None
    assert wrong(empty) == []
    ledger = PostgresReader(empty)
    assert ledger.setting("scenario") == r"O'x\y"
    ledger.close()


def test_by_hand_in_which_database() -> None:
    """Roles are named after the database, so the URL has to name it."""
    with pytest.raises(Unusable, match="names no database"):
        script("postgresql://host", {})


def test_a_newer_store(empty: str) -> None:
    """A store that a newer version wrote is refused, with what to install."""
    set_up(empty, {"zone": "UTC"})
    with administering(empty) as admin:
        admin.execute(f"INSERT INTO longcase.written VALUES ({VERSION + 1}, '9.9', 0)")
    with pytest.raises(
        NewerStore, match=rf"newer Longcase, 9\.9 \(store version {VERSION + 1}\).*install Longcase 9\.9 or later"
    ):
        PostgresReader(empty)


def test_no_store(empty: str) -> None:
    """An empty database is no store, and neither is one whose table says nothing of a version."""
    with pytest.raises(NotAStore, match="there is no store in the database"):
        PostgresReader(empty)


def test_a_role_that_may_not_read(empty: str) -> None:
    """Where the grants are gone, that is said, and how to see what they were."""
    set_up(empty, {"zone": "UTC"})
    with administering(empty) as admin:
        admin.execute(f"REVOKE USAGE ON SCHEMA longcase FROM {app_of(name_of(empty))}")
    with pytest.raises(Unusable, match="may not read") as caught:
        PostgresReader(empty)
    assert "--print" in caught.value.advice[0]
