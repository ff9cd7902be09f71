"""What the checks of a store on PostgreSQL find: every way to loosen the guards, told by its name."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from ledger.integrity.findings import Finding, Wrong
from ledger.postgresql import durability, schema_check
from ledger.postgresql.checks import deep, quick
from ledger.postgresql.durability import _Standby
from ledger.postgresql.location import app_of, owner_of
from ledger.postgresql.reader import PostgresReader
from ledger.postgresql.recorder import PostgresRecorder
from ledger.postgresql.setup import roles_of
from tests.ledger.contract import ONE, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres.databases import Databases

OTHER = "longcase_test_other"


@pytest.fixture(scope="module")
def url(databases: Databases) -> Iterator[str]:
    with databases.store() as made, psycopg.connect(databases.url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {OTHER} LOGIN")
        recorder = PostgresRecorder.open(made)
        recorder.record(rows(ONE, 3))
        recorder.close()
        yield made
    with psycopg.connect(databases.url, autocommit=True) as admin:
        admin.execute(f"DROP ROLE {OTHER}")


@pytest.fixture
def ledger(url: str) -> Iterator[PostgresReader]:
    reader = PostgresReader(url)
    yield reader
    reader.close()


def database_of(ledger: PostgresReader) -> str:
    return str(ledger.connection.info.dbname)


def named(ledger: PostgresReader, text: str) -> str:
    database = database_of(ledger)
    return text.format(app=app_of(database), owner=owner_of(database), other=OTHER)


@contextmanager
def after(ledger: PostgresReader, *statements: str) -> Iterator[None]:
    """Do as an administrator what is undone afterwards, and look at it as everybody does."""
    database = database_of(ledger)
    with ledger.connection.transaction(force_rollback=True):
        ledger.connection.execute("RESET ROLE")
        for statement in statements:
            ledger.connection.execute(named(ledger, statement))
        ledger.connection.execute(f"SET LOCAL ROLE {app_of(database)}")
        yield


def asked(ledger: PostgresReader) -> dict[str, Finding]:
    return {finding.check: finding for finding in quick(ledger)}


def test_a_sound_store(ledger: PostgresReader) -> None:
    """Of a new store nothing is wrong, but that the tests' server forgets all in a power cut."""
    found = asked(ledger)
    assert list(found) == [
        "server", "seen", "durability", "guards", "rights", "settings", "recording", "positions", "versions",
        "clock", "projections",
    ]  # fmt: skip
    assert [name for name, one in found.items() if not one.ok] in ([], ["durability"])


def test_the_catalogue_holds_what_is_made(ledger: PostgresReader) -> None:
    """What the schema's own words come to is what the server says of them, thing by thing."""
    database = database_of(ledger)
    made = schema_check.made(*roles_of(database))
    assert schema_check.there(ledger) == made
    assert len(made) == 82


LOOSENED = {
    "ALTER TABLE longcase.entry DISABLE TRIGGER entry_update": "trigger entry_update is not as it was made",
    "ALTER TABLE longcase.entry ENABLE TRIGGER entry_delete": "trigger entry_delete is not as it was made",
    "ALTER TABLE longcase.store ENABLE REPLICA TRIGGER store_update": "trigger store_update is",
    "DROP TRIGGER entry_append ON longcase.entry": "trigger entry_append is missing",
    "CREATE TRIGGER a BEFORE INSERT ON longcase.entry EXECUTE FUNCTION longcase.keep()": "trigger a was added",
    "CREATE OR REPLACE FUNCTION longcase.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'": (
        "function keep is not as it was made"
    ),
    "ALTER FUNCTION longcase.keep() SECURITY DEFINER": "function keep is not as it was made",
    "ALTER FUNCTION longcase.entry_append() RESET search_path": "function entry_append is not as it was made",
    "CREATE FUNCTION longcase.append() RETURNS integer LANGUAGE sql AS 'SELECT 1'": "append",
    "CREATE FUNCTION longcase.strpos(text, text) RETURNS integer LANGUAGE sql AS 'SELECT 0'": "strpos was added",
    "CREATE RULE swallow AS ON INSERT TO longcase.entry DO INSTEAD NOTHING": "table entry is not as it was made",
    "ALTER TABLE longcase.entry ENABLE ROW LEVEL SECURITY": "table entry is not as it was made",
    "ALTER TABLE longcase.entry SET UNLOGGED": "table entry is not as it was made",
    "CREATE TABLE public.child () INHERITS (longcase.entry)": "table entry is not as it was made",
    "ALTER TABLE longcase.written OWNER TO {other}": "table written is not as it was made",
    "CREATE VIEW longcase.entries AS SELECT 1": "view entries was added",
    "CREATE TABLE longcase.more (n integer)": "table more was added",
    "ALTER TABLE longcase.entry ADD COLUMN more text": "column entry.more was added",
    "ALTER TABLE longcase.entry ALTER COLUMN actor DROP NOT NULL": "column entry.actor is not as it was made",
    "ALTER TABLE longcase.entry ALTER COLUMN actor TYPE varchar(9)": "column entry.actor is not as it was made",
    "ALTER TABLE longcase.entry ALTER COLUMN actor SET DEFAULT ''": "column entry.actor is not as it was made",
    "ALTER TABLE longcase.entry DROP CONSTRAINT entry_leaf_check": "constraint entry_leaf_check is missing",
    "DROP INDEX longcase.entry_command": "index entry_command is missing",
    "CREATE INDEX more ON longcase.entry (topic)": "index more was added",
}


@pytest.mark.parametrize("statement", LOOSENED)
def test_a_guard_that_was_loosened(statement: str, ledger: PostgresReader) -> None:
    """Whatever an administrator does to the tables and their guards is told by the name of the thing."""
    with after(ledger, statement):
        found = asked(ledger)["guards"]
    assert not found.ok
    assert LOOSENED[statement] in found.explanation


def test_a_guard_put_back_in_part(ledger: PostgresReader) -> None:
    """A guard of the same name that does less is not the guard."""
    with after(
        ledger,
        "DROP INDEX longcase.entry_command",
        "CREATE INDEX entry_command ON longcase.entry (command_id)",
        "DROP TRIGGER entry_update ON longcase.entry",
        "CREATE TRIGGER entry_update BEFORE UPDATE ON longcase.entry FOR EACH STATEMENT"
        " WHEN (false) EXECUTE FUNCTION longcase.keep()",
        "ALTER TABLE longcase.entry ENABLE ALWAYS TRIGGER entry_update",
        "ALTER TABLE longcase.entry DROP CONSTRAINT entry_check1",
        "ALTER TABLE longcase.entry ADD CONSTRAINT entry_check1 CHECK (position > 0 AND version > 0) NOT VALID",
    ):
        told = asked(ledger)["guards"].explanation
    for name in ("index entry_command", "trigger entry_update", "constraint entry_check1"):
        assert f"{name} is not as it was made" in told


EXCESSIVE = {
    "ALTER ROLE {owner} LOGIN": ("{owner} has LOGIN", 'ALTER ROLE "{owner}" NOLOGIN'),
    "ALTER ROLE {app} SUPERUSER": ("{app} has SUPERUSER", 'ALTER ROLE "{app}" NOSUPERUSER'),
    "GRANT {owner} TO {other}": ("{other} is a member of {owner}", 'REVOKE "{owner}" FROM "{other}"'),
    "GRANT {owner} TO {app}": ("{app} is a member of {owner}", 'REVOKE "{owner}" FROM "{app}"'),
    "GRANT UPDATE ON longcase.entry TO {app}": (
        "{app} has UPDATE",
        'REVOKE UPDATE ON longcase.entry FROM "{app}"',
    ),
    "GRANT UPDATE (actor) ON longcase.entry TO {app}": ("{app} has UPDATE on longcase.entry", "REVOKE UPDATE"),
    "GRANT INSERT ON longcase.written TO {app}": ("{app} has INSERT on longcase.written", "REVOKE INSERT"),
    "GRANT TRIGGER ON longcase.store TO PUBLIC": ("PUBLIC has TRIGGER", "REVOKE TRIGGER ON TABLE longcase.store"),
    "GRANT pg_write_all_data TO {app}": ("{app} has DELETE on longcase.entry", "REVOKE DELETE"),
    "GRANT INSERT ON longcase.entry TO {other}": ("{other} has INSERT", "REVOKE INSERT"),
    "GRANT CREATE ON SCHEMA longcase_tables TO PUBLIC": ("PUBLIC has CREATE on SCHEMA longcase_tables", "REVOKE"),
    "GRANT CREATE ON SCHEMA longcase_tables TO {app}": ("{app} has CREATE on SCHEMA longcase_tables", "REVOKE"),
    "GRANT CREATE ON SCHEMA longcase TO {other}": ("{other} has CREATE on SCHEMA longcase", "REVOKE CREATE"),
    "GRANT ALL ON FUNCTION longcase.keep TO PUBLIC": ("PUBLIC has EXECUTE on FUNCTION longcase.keep", "REVOKE"),
    "ALTER SCHEMA longcase OWNER TO {other}": ("the schema longcase belongs to {other}", "ALTER SCHEMA longcase"),
}


@pytest.mark.parametrize("statement", EXCESSIVE)
def test_somebody_may_do_more_than_was_meant(statement: str, ledger: PostgresReader) -> None:
    """Every right beyond reading and adding is told, with the statement that takes it away."""
    if "pg_write_all_data" in statement and ledger.connection.info.server_version < 140_000:
        pytest.skip("PostgreSQL 13 has no such role")
    with after(ledger, statement):
        found = asked(ledger)["rights"]
    assert not found.ok
    told, advice = (named(ledger, text) for text in EXCESSIVE[statement])
    assert told in found.explanation
    assert advice in " ".join(found.advice)


def test_who_may_read(ledger: PostgresReader) -> None:
    """Who works with the store and who else may read it is told, and is not wrong."""
    with after(ledger, "GRANT SELECT ON longcase.entry TO {other}", "GRANT {app} TO {other}"):
        found = asked(ledger)["rights"]
    assert found.ok
    assert f"_app may read and add entries and nothing else, and is granted to {OTHER}; " in found.explanation
    assert (
        "_tables fills the tables that they read, may restore a store, and is granted to nobody"
        in found.explanation
    )
    assert f"; {OTHER} may read entries too; " in found.explanation
    assert "is a superuser, whom nothing here binds" in found.explanation


@pytest.mark.parametrize(
    ("statement", "check", "told"),
    [
        ("DELETE FROM longcase.entry WHERE position = 2", "positions", "the first that is missing is 2"),
        ("UPDATE longcase.entry SET recorded_at = 0 WHERE position = 2", "clock", "position 2"),
        (
            "UPDATE longcase.entry SET recorded_at = 4102444800000000 WHERE position = 3",
            "clock",
            "the last entry is recorded at 2100-01-01T00:00:00Z",
        ),
        ("INSERT INTO longcase.store VALUES ('colour', 'red')", "settings", "colour"),
        ("DELETE FROM longcase.written", "settings", "does not say by which Longcase"),
    ],
)
def test_what_was_changed(statement: str, check: str, told: str, ledger: PostgresReader) -> None:
    """What an administrator did to the rows with the guards off is told although they are on again."""
    tables = ("entry", "store", "written")
    with after(
        ledger,
        *(f"ALTER TABLE longcase.{table} DISABLE TRIGGER ALL" for table in tables),
        statement,
        "SET CONSTRAINTS ALL IMMEDIATE",
    ):
        found = asked(ledger)[check]
    assert not found.ok
    assert told in found.explanation


def test_every_leaf_is_read(ledger: PostgresReader) -> None:
    """A changed payload is told by its position; a sound ledger is read to its end."""
    seen: list[None] = []
    sound = {one.check: one for one in deep(ledger, complaint=lambda _: None, advance=lambda: seen.append(None))}
    assert all(one.ok for one in sound.values())
    assert "pg_amcheck" in sound["pages"].explanation
    assert len(seen) == 3
    with after(
        ledger,
        "ALTER TABLE longcase.entry DISABLE TRIGGER ALL",
        "UPDATE longcase.entry SET payload = payload || '!' WHERE position = 2",
    ):
        changed = {one.check: one for one in deep(ledger, complaint=lambda _: None, advance=lambda: None)}
    assert changed["leaves"].explanation == "not as they were recorded: the entries at position 2"


SAFE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "synchronous_standby_names": "",
}
IN_SYNC = [_Standby("second", "streaming", "sync"), _Standby("third", "streaming", "async")]
UNSEEN = [_Standby(None, None, None)]


@pytest.mark.parametrize(
    ("settings", "standbys", "told"),
    [
        ({}, [], "survives a crash of this server; no standby is connected"),
        ({}, IN_SYNC, "what its standbys have not received by then is lost (second, third)"),
        ({}, UNSEEN, "GRANT pg_read_all_stats"),
        ({"synchronous_commit": "local", "synchronous_standby_names": "*"}, IN_SYNC, "have not received"),
        ({"synchronous_standby_names": "*"}, IN_SYNC, "survives the loss of either server; in sync: second"),
        ({"synchronous_standby_names": "*"}, UNSEEN, "GRANT pg_read_all_stats"),
        (
            {"synchronous_commit": "remote_apply", "synchronous_standby_names": "ANY 1 (second, third)"},
            IN_SYNC,
            "where it can be read",
        ),
        (
            {"synchronous_commit": "remote_write", "synchronous_standby_names": "second"},
            IN_SYNC,
            "unless that one loses its power",
        ),
    ],
)
def test_what_the_settings_can_lose(
    settings: dict[str, str], standbys: list[_Standby], told: str, fake: Fake
) -> None:
    """What is lost in which case is said in words, for each setting of the server."""
    fake.settings, fake.standbys = {**SAFE, **settings}, standbys
    assert told in fake.asked()


@pytest.mark.parametrize(
    ("settings", "standbys", "told"),
    [
        ({"fsync": "off"}, [], "fsync is off"),
        ({"full_page_writes": "off"}, [], "half-written pages"),
        ({"synchronous_commit": "off"}, [], "loses what was acknowledged in the last moments"),
        ({"synchronous_standby_names": "second"}, [], "none is connected: every command waits"),
        ({"synchronous_standby_names": "FIRST 2 (a, b)"}, IN_SYNC, "1 of 2 are connected"),
        ({"synchronous_standby_names": "any 2 (a, b)"}, IN_SYNC[1:], "none is connected"),
    ],
)
def test_settings_that_lose_what_was_acknowledged(
    settings: dict[str, str], standbys: list[_Standby], told: str, fake: Fake
) -> None:
    """Settings under which an acknowledged command can be lost, or none is acknowledged, are wrong."""
    fake.settings, fake.standbys = {**SAFE, **settings}, standbys
    with pytest.raises(Wrong, match=told) as caught:
        fake.asked()
    assert caught.value.advice


class Fake:
    """Stands in for a server with other settings and standbys than the tests' own."""

    def __init__(self) -> None:
        self.settings: dict[str, str] = {}
        self.standbys: list[_Standby] = []

    def rows(self, query: str) -> list[tuple[object, ...]]:
        if "pg_settings" in query:
            return list(self.settings.items())
        return [(False, None)] if "pg_is_in_recovery" in query else []

    def asked(self) -> str:
        return durability.durability(self)  # type: ignore[arg-type]  # it can do what is asked of it here


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    standing_in = Fake()
    monkeypatch.setattr(durability, "_standbys", lambda ledger: ledger.standbys)
    return standing_in


def test_a_login_of_its_own_ways(ledger: PostgresReader) -> None:
    """A login for which commits are not waited for is named, whoever asks."""
    with after(ledger, "ALTER ROLE {other} SET synchronous_commit = off"), pytest.raises(Wrong, match=OTHER):
        durability._check_awaited(ledger, "on")
