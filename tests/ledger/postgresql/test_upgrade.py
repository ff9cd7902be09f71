"""A store on PostgreSQL that an older version made: refused with what to do, and upgraded whole or not at all."""

from __future__ import annotations

import io
import json
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest

from ledger import schema
from ledger.entry import leaf_hash_v1
from ledger.postgresql import schema_check
from ledger.postgresql.checks import deep, quick
from ledger.postgresql.connect_errors import Unusable
from ledger.postgresql.harden import harden
from ledger.postgresql.location import app_of, owner_of
from ledger.postgresql.reader import PostgresReader
from ledger.postgresql.recorder import PostgresRecorder
from ledger.postgresql.setup import roles_of
from ledger.postgresql.upgrading.upgrade import upgrade
from ledger.sqlite.driver import newest
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.transfer import archive, restore
from ledger.versions import NotUpgraded, OldStore
from tests.ledger.contract import ONE, assert_tree, row, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres.databases import Databases

SAMPLES: Final = Path(__file__).resolve().parents[1] / "samples"
MAKES: Final = SAMPLES / "postgresql-2.sql"
"""What ``longcase init --print`` gave when version 2 was current, for a database named ``force``."""

EXPECTED: Final = json.loads((SAMPLES / "store-2.json").read_text("utf-8"))
COLUMNS: Final = schema.COLUMNS.replace("salt, ", "")
CLERK: Final = "longcase_test_clerk"


def name_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


class Copies:
    """Takes copies into memory, and counts those that were given back whole."""

    def __init__(self) -> None:
        self.whole: list[bytes] = []

    @contextmanager
    def __call__(self) -> Iterator[io.BytesIO]:
        out = io.BytesIO()
        yield out
        self.whole.append(out.getvalue())


@pytest.fixture
def old(databases: Databases) -> Iterator[str]:
    """A store of version 2 with the entries of the sample in it."""
    with databases.empty() as url, psycopg.connect(url, autocommit=True) as admin:
        admin.execute(MAKES.read_text("utf-8").replace('"force_', f'"{name_of(url)}_'))
        with closing(newest().connect(str(SAMPLES / "store-2.db"))) as sample:
            there = sample.execute(f"SELECT {COLUMNS} FROM entry ORDER BY position").fetchall()
        values = ", ".join(["%s"] * 12)
        for one in there:
            admin.execute(f"INSERT INTO longcase.entry ({COLUMNS}) VALUES ({values})", one)
        yield url


def content(url: str) -> tuple[Any, ...]:
    """Return what each entry says, of a store of any version, and of which versions it has been."""
    said = COLUMNS.replace("leaf, ", "")
    with psycopg.connect(url, autocommit=True) as admin:
        entries = admin.execute(f"SELECT {said} FROM longcase.entry ORDER BY position").fetchall()
        return entries, admin.execute("SELECT version FROM longcase.written ORDER BY 1").fetchall()


def wrong(url: str) -> dict[str, str]:
    """Return what any check of ``doctor`` finds wrong."""
    with closing(PostgresReader(url)) as ledger:
        found = [*quick(ledger), *deep(ledger, complaint=lambda _: None, advance=lambda: None)]
    return {one.check: one.explanation for one in found if not one.ok and one.check != "durability"}


def test_it_is_refused_as_it_is(old: str) -> None:
    """By whoever works with it, and by what mends a store of this version: it would leave half of each."""
    before = content(old)
    for attempt in (PostgresReader, PostgresRecorder, harden):
        with pytest.raises(OldStore, match=r"written by an older Longcase .*must be upgraded first"):
            attempt(old)
    assert content(old) == before


def test_it_becomes_a_store_of_this_version(old: str) -> None:
    """What every entry says is as it was, its leaf v1 too; tables, guards, functions and rights are today's."""
    before = content(old)[0]
    told: list[str] = []
    done = upgrade(old, Copies(), say_done=told.append)
    assert (done.before, done.after, done.entries) == (2, schema.VERSION, len(EXPECTED["leaves"]))
    assert content(old) == (before, [(2,), (schema.VERSION,)])
    assert [one.partition(" ")[0] for one in told] == ["copying", "the"]
    with closing(PostgresRecorder.open(old)) as recorder:
        there: list[Any] = list(recorder.select_notifications(None, 1 << 20))
        assert [leaf_hash_v1(one).hex() for one in there] == EXPECTED["leaves"]
        assert len({one.salt for one in there}) == len(there)
        assert schema_check.there(recorder) == schema_check.made(*roles_of(name_of(old)))
        assert wrong(old) == {}
        more = [one._replace(command_id=b"new" + one.command_id[3:]) for one in rows(ONE, 300)]
        assert list(recorder.insert_events(more)) == list(range(len(there) + 1, len(there) + 301))
        assert_tree(recorder, [1, 256, 300])
    assert wrong(old) == {}


def test_a_tree_is_kept_of_what_was_there(old: str) -> None:
    """A node for each 256 entries that the store had before."""
    with psycopg.connect(old, autocommit=True) as admin:
        last = len(EXPECTED["leaves"])
        for number in range(500):
            one: Any = row(ONE, number + 1, command=number.to_bytes(16, "little"))
            one = one._replace(position=last + number + 1, occurred_at=0, recorded_at=1_700_000_000_000_000)
            put = f"INSERT INTO longcase.entry ({COLUMNS}) VALUES ({', '.join(['%s'] * 12)})"
            admin.execute(put, (*one[:10], leaf_hash_v1(one), one.payload))
    assert upgrade(old, Copies()).entries == last + 500
    with closing(PostgresReader(old)) as reader:
        assert_tree(reader, [255, 256, 512, last + 500])
    assert wrong(old) == {}


def test_the_copy_can_be_restored(old: str) -> None:
    """It is whole before anything is changed, and is an archive of the store as it was."""
    copies = Copies()
    upgrade(old, copies)
    source = archive.read(io.BytesIO(copies.whole[0]))
    other = SQLiteRecorder.in_memory()
    other.set_once("zone", "Europe/London")
    held = restore.restore(other, source, at="now")
    assert (source.unsalted, held.entries, held.leaf) == (True, len(EXPECTED["leaves"]), EXPECTED["leaves"][-1])
    other.close()


def test_a_second_time_there_is_nothing_to_do(old: str) -> None:
    """And no copy is made."""
    upgrade(old, Copies())
    copies = Copies()
    done = upgrade(old, copies)
    assert (done.before, done.after, copies.whole) == (schema.VERSION, schema.VERSION, [])


@pytest.mark.parametrize(
    ("statement", "error", "said"),
    [
        ("UPDATE longcase.entry SET actor = 'x' WHERE position = 7", NotUpgraded, "entry 7: it is not as it was"),
        (
            "UPDATE longcase.entry SET leaf = sha256('') WHERE position = 7",
            NotUpgraded,
            "entry 7: it is not as it",
        ),
        ("DELETE FROM longcase.entry WHERE position = 7", NotUpgraded, "entry 7: position 8 stands in its place"),
        ("DROP TRIGGER store_update ON longcase.store", NotUpgraded, "trigger store_update is missing"),
        ("DROP TRIGGER entry_delete ON longcase.entry", NotUpgraded, "trigger entry_delete is missing"),
        (
            "ALTER TABLE longcase.entry ENABLE TRIGGER entry_append",
            NotUpgraded,
            "entry_append is not as it",
        ),
        (
            "ALTER TABLE longcase.entry DROP CONSTRAINT entry_leaf_check",
            NotUpgraded,
            "leaf_check is missing",
        ),
        ("CREATE VIEW longcase_tables.mine AS SELECT 1", Unusable, "is more than Longcase makes"),
        ("CREATE VIEW public.mine AS SELECT * FROM longcase.entry", Exception, "depend"),
    ],
)
def test_what_is_wrong_keeps_it_as_it_was(old: str, statement: str, error: type[Exception], said: str) -> None:
    """Damage, a guard that is gone, what others have put there: nothing is upgraded over it."""
    with psycopg.connect(old, autocommit=True) as admin:
        change = statement.startswith(("UPDATE", "DELETE"))
        guards = ["append", "update", "delete", "truncate"] if change else []
        for guard in guards:
            admin.execute(f"ALTER TABLE longcase.entry DISABLE TRIGGER entry_{guard}")
        admin.execute(statement)
        for guard in guards:
            admin.execute(f"ALTER TABLE longcase.entry ENABLE ALWAYS TRIGGER entry_{guard}")
    before = content(old)
    with pytest.raises(error, match=said):
        upgrade(old, Copies())
    assert content(old) == before


def test_who_may_not_make_stores_upgrades_none(databases: Databases, old: str) -> None:
    """A login that works with the store is told who may."""
    before = content(old)
    with psycopg.connect(old, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {CLERK} LOGIN IN ROLE {app_of(name_of(old))}")
        try:
            with pytest.raises(Unusable, match=f"{CLERK} may not do that"):
                upgrade(databases.at(name_of(old), CLERK), Copies())
        finally:
            admin.execute(f"DROP ROLE {CLERK}")
    assert content(old) == before


def test_nobody_records_meanwhile(old: str) -> None:
    """Who had the store open is refused while it is copied, and afterwards by what is there."""
    refused: list[str] = []
    call = (
        "SELECT longcase.append(ARRAY[sha256('')], '{1}', '{t}', '{1}', '{a}', '{r}', '{0}', ARRAY[sha256('')],"
        " ARRAY[sha256('')], 0)"
    )

    def record(_: str = "") -> None:
        with pytest.raises(psycopg.Error) as caught:
            impatient.execute(call)
        refused.append(caught.value.sqlstate or "")

    with psycopg.connect(old, autocommit=True, options="-c lock_timeout=20ms") as impatient:
        upgrade(old, Copies(), say_done=record)
        record()
    assert refused == ["55P03", "55P03", "42883"]


def test_an_upgrade_that_is_cut_off_has_not_begun(old: str) -> None:
    """Wherever: it is one transaction."""
    before = content(old)

    def stop(told: str) -> None:
        if "sound" in told:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        upgrade(old, Copies(), say_done=stop)
    seen = 0

    def stop_late(number: int) -> None:
        nonlocal seen
        seen += number
        if seen > len(EXPECTED["leaves"]):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        upgrade(old, Copies(), advance=stop_late)
    assert content(old) == before
    assert upgrade(old, Copies()).before == 2


def test_an_owner_who_is_no_superuser(databases: Databases, old: str) -> None:
    """Whoever made the roles may: lent to themselves for the time of the transaction, and taken back."""
    maker = "longcase_test_maker"
    roles = ", ".join(roles_of(name_of(old)))
    with psycopg.connect(old, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {maker} LOGIN CREATEROLE")
        try:
            admin.execute(f"GRANT CREATE ON DATABASE {name_of(old)} TO {maker}")
            admin.execute(f"GRANT {roles} TO {maker} WITH ADMIN OPTION")
            upgrade(databases.at(name_of(old), maker), Copies())
        finally:
            admin.execute(f"REVOKE {roles} FROM {maker}; DROP OWNED BY {maker}; DROP ROLE {maker}")
    assert wrong(old) == {}
    assert owner_of(name_of(old))
