"""Which URLs a store may have, and that none of them carries a password or changes how a session works."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ledger import stores
from ledger.postgresql.connect_errors import Unreachable, Unusable, no_connection
from ledger.postgresql.location import PATH, SESSION, connection_info, database_in
from ledger.postgresql.reader import PostgresReader
from ledger.postgresql.secrets import shows_secret, without_secrets

HIDDEN = "sesame"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://maker:{HIDDEN}@host/force",
        f"postgresql://maker:{HIDDEN}@host:5432,other:5433/force?target_session_attrs=any",
        f"postgresql://:{HIDDEN}@host/force",
        f"postgresql://maker:{HIDDEN}%2F@host/force",
        f"postgresql://maker:{HIDDEN}/more@host/force",
        f"postgresql://maker:{HIDDEN}?more@host/force",
        f"postgres://host/force?password={HIDDEN}",
        f"postgresql://host/force?user=maker&pass%77ord={HIDDEN}",
        f"postgresql://host/force?sslpassword={HIDDEN}",
        f"postgresql://host/force?oauth_client_secret={HIDDEN}",
    ],
)
def test_a_password_in_the_url(url: str) -> None:
    """A password is seen wherever it may stand, refused, and never repeated."""
    assert shows_secret(url)
    with pytest.raises(Unusable) as caught:
        connection_info(url)
    assert HIDDEN not in str(caught.value) + "".join(caught.value.advice)
    assert caught.value.__cause__ is None
    assert HIDDEN not in without_secrets(f"the store '{url}' cannot be opened")


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://maker:{HIDDEN}%00@host/force",
        f"postgresql://maker:{HIDDEN}%zz@host/force",
        f"postgresql://[{HIDDEN}",
        f"postgresql://host/force?a=b={HIDDEN}",
        f"postgresql://host/force?password={HIDDEN}&x",
        f"postgresql://host/force?{HIDDEN}=1",
    ],
)
def test_a_url_that_is_none(url: str) -> None:
    """What libpq cannot read is refused without what libpq quotes of it."""
    with pytest.raises(Unusable, match="cannot be used") as caught:
        connection_info(url)
    assert HIDDEN not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///force",
        "postgresql://host/force",
        "postgresql://maker@host:5432/force",
        "postgresql://host:5432,other:5433/force?user=maker@there",
        "postgresql://[::1]:5432/force?application_name=a@b",
        "postgresql://maker@[::1]:5432/force",
        "postgresql://maker%3A@%2Fvar%2Frun/force",
        "postgresql://?service=force",
        "postgresql://",
        "postgresql://postgres:@/force?host=/run/postgresql",
        "postgresql://postgres:@host:5432,other:5433/force",
        "postgresql://postgres:@[::1]:5432/force",
        "postgresql://:@host/force",
        "postgresql://host/force?password=&sslmode=require",
    ],
)
def test_a_url_without_one(url: str) -> None:
    """Ports, addresses and names of users are not taken for passwords, nor is an empty password one."""
    assert not shows_secret(url)
    assert without_secrets(f"the store {url} is in use") == f"the store {url} is in use"
    connection_info(url)


def test_an_at_sign_that_may_begin_a_password() -> None:
    """It is not taken for the end of an empty one."""
    url = f"postgresql://maker:@{HIDDEN}@host/force"
    assert shows_secret(url)
    assert HIDDEN not in without_secrets(f"the store {url} cannot be opened")


@pytest.mark.parametrize("url", ["postgresql://maker:@host/force", "postgresql://maker@host/force?password="])
def test_an_empty_password_is_not_handed_on(url: str) -> None:
    """Else libpq would not look for the one in PGPASSWORD."""
    assert connection_info(url) == connection_info("postgresql://maker@host/force")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("options=-c%20session_replication_role%3Dreplica", "options"),
        ("replication=database", "replication"),
        ("client_encoding=LATIN1", "client_encoding"),
    ],
)
def test_what_may_not_stand_there(query: str, name: str) -> None:
    """Nothing in the URL changes the settings under which a session works."""
    with pytest.raises(Unusable, match=f"{name} may not stand"):
        connection_info(f"postgresql://host/force?{query}")


@pytest.mark.parametrize(
    "name", ["Force", "for%0Ace", "force%22%3B", "%3D", "host%3Dother", "postgresql%3A%2F%2Fu:p%40h", "f" * 52]
)
def test_a_database_after_which_no_role_can_be_named(name: str) -> None:
    """Names that would have to be quoted, or stand for something else, are refused before anything is asked."""
    with pytest.raises(Unusable, match="small letters, digits and _"):
        connection_info(f"postgresql://host/{name}")


def test_what_libpq_is_told() -> None:
    """Several hosts go to libpq as they are; a store is looked for on the primary unless it is said otherwise."""
    found = connection_info("postgresql://maker@one:5433,two/force?sslmode=require")
    assert (found["host"], found["port"], found["user"]) == ("one,two", "5433,", "maker")
    assert (found["dbname"], found["sslmode"], found["target_session_attrs"]) == (
        "force",
        "require",
        "read-write",
    )
    told = "postgresql://one,two/force?target_session_attrs=any"
    assert connection_info(told)["target_session_attrs"] == "any"
    assert connection_info(told, standby=True)["target_session_attrs"] == "standby"
    assert database_in("postgresql://one") is None


def test_psycopg_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the driver it is said what to install."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(Unusable, match="needs psycopg") as caught:
        connection_info("postgresql://host/force")
    assert caught.value.advice == ("pip install 'longcase[postgresql]'",)


def test_where_a_store_is() -> None:
    """A URL is no path: it has no files, and means the same everywhere."""
    url = "postgresql://host/force"
    assert (stores.absolute(url), stores.files_of(url)) == (url, [])
    assert stores.absolute("a.db") == str(Path.cwd() / "a.db")
    assert stores.files_of("a.db") == ["a.db", "a.db-wal", "a.db-shm", "a.db-journal"]


PORT = 'connection to server at "h", port 1 failed: '
SEVERAL = f"""connection failed: {PORT}FATAL:  password authentication failed for user "u"
Multiple connection attempts failed. All failures were:
- host: 'one', port: '1', hostaddr: '127.0.0.1': connection failed: {PORT}Connection refused
\tIs the server running on that host and accepting TCP/IP connections?
- host: 'two', port: '1', hostaddr: '127.0.0.1': connection failed: {PORT}FATAL:  database "x" does not exist"""


@pytest.mark.parametrize(
    ("told", "kind", "why", "advice"),
    [
        (f"{PORT}Connection refused\n\tIs the server running?", Unreachable, "no server answers", "pg_isready"),
        ("failed to resolve host 'h'", Unreachable, "no server answers", "host and port"),
        (f"{PORT}FATAL:  the database system is starting up", Unreachable, "not ready", "try again"),
        (f"{PORT}FATAL:  sorry, too many clients already", Unreachable, "no more connections", "max_connections"),
        (f"{PORT}session is read-only", Unreachable, "each is a standby", "--standby"),
        (f"{PORT}server is not in hot standby mode", Unreachable, "no standby answers", "leave out --standby"),
        (f'{PORT}FATAL:  password authentication failed for user "u"', Unusable, "right password", "pgpass"),
        ("connection failed: fe_sendauth: no password supplied", Unusable, "right password", "pgpass"),
        (f'{PORT}FATAL:  database "x" does not exist', Unusable, "no database x", "createdb x"),
        (f'{PORT}FATAL:  role "u" does not exist', Unusable, "no login u", "CREATE ROLE u LOGIN"),
        (
            f'{PORT}FATAL:  no pg_hba.conf entry for host "h"',
            Unusable,
            "does not let this login in",
            "pg_hba.conf",
        ),
        (f"{PORT}server does not support SSL, but SSL was required", Unusable, "encrypted", "sslmode"),
        ('invalid sslmode value: "x"', Unusable, "cannot be used", "USER@HOST"),
        (SEVERAL, Unreachable, "there is no database x on the server", "createdb x"),
    ],
)
def test_why_no_connection_came_about(told: str, kind: type[Exception], why: str, advice: str) -> None:
    """What libpq says becomes a reason and advice; what may pass by itself is told from what does not."""
    found = no_connection(OSError(told))
    assert type(found) is kind
    assert why in str(found)
    assert advice in " ".join(found.advice)  # type: ignore[attr-defined]  # both kinds have it
    assert "\n" not in str(found)


def test_a_session_has_settings_of_its_own(store_url: str) -> None:
    """Whatever the server, the database or the role has; over a socket of the system nobody falls silent."""
    ledger = PostgresReader(store_url)
    over_network = ledger.rows("SELECT inet_server_addr() IS NOT NULL")[0][0]
    told = {name: value for name, value in SESSION.items() if over_network or not name.startswith("tcp_")}
    found = {name: ledger.rows("SELECT current_setting(?)", (name,))[0][0] for name in told}
    ledger.close()
    assert found == told | {"search_path": PATH, "idle_in_transaction_session_timeout": "5min"}
