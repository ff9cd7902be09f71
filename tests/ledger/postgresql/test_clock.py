"""On a server its own clock says when: nothing that a client sends, and no machine that is years ahead.

What restores an empty store keeps the instants that its entries had. A store from before, whose function takes
the time from whoever records, works on, is told by ``doctor`` and mended by ``init --harden``.
"""

from __future__ import annotations

import time
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest
from eventsourcing.persistence import OperationalError

from domain.instant import SECOND
from ledger.entry import StoredEntry, placed
from ledger.postgresql import schema
from ledger.postgresql.checks import quick
from ledger.postgresql.harden import harden
from ledger.postgresql.location import app_of, filler_of
from ledger.postgresql.recorder import PostgresRecorder
from ledger.reader import now
from tests.ledger.contract import ONE, TWO, row, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres.databases import Databases

TEN_YEARS: Final = 3_652 * 86_400 * SECOND
LAST_OF_ALL: Final = 2**63 - 1
ANNA: Final = "longcase_test_anna"
BERTA: Final = "longcase_test_berta"
ATTACK: Final = """SELECT * FROM longcase.append(ARRAY['\\x00112233445566778899aabbccddeeff'::bytea], ARRAY[1],
ARRAY['case.reported'], ARRAY[1], ARRAY['x'], ARRAY[''], ARRAY[NULL]::bigint[],
ARRAY['\\x000102030405060708090a0b0c0d0e0f'::bytea], ARRAY[sha256('')], ARRAY['{}'::bytea], %s)"""
SOON: Final = 60 * SECOND
"""How long one of these tests may take at most between two readings of the clock."""


def name_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def anna(databases: Databases, store_url: str) -> Iterator[str]:
    """The URL of the store for a login that works with it and has no other right."""
    with psycopg.connect(databases.url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {ANNA} LOGIN IN ROLE {app_of(name_of(store_url))}")
        yield databases.at(name_of(store_url), ANNA)
        admin.execute(f"DROP ROLE {ANNA}")


def as_before(url: str) -> None:
    """Make a store what it was before: the function takes the time, and whoever works with it inserts."""
    append = next(one for one in schema.FUNCTIONS if "FUNCTION longcase.append(" in one)
    old = append.replace(
        f"greatest(recorded, {schema.SERVERS_CLOCK})", "greatest(clock, coalesce(recorded, clock))"
    ).replace(
        "LOCK TABLE longcase.written IN SHARE UPDATE EXCLUSIVE MODE",
        f"PERFORM pg_advisory_xact_lock({schema.APPEND_LOCK})",
    )
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(old.replace("CREATE", "CREATE OR REPLACE", 1).replace("DEFINER", "INVOKER"))
        for name in (f"put_back({schema.PUT_BACK_ARGUMENTS})", "turn()"):
            admin.execute(f"DROP FUNCTION longcase.{name}")
        admin.execute(f"GRANT INSERT ON longcase.entry TO {app_of(name_of(url))}")


def kept(count: int, recorded_at: int) -> list[Any]:
    """Return the first entries of a ledger as they were recorded at an instant."""
    return [StoredEntry._make(one) for one in placed(rows(ONE, count), 0, recorded_at)]


class TestWhoSaysWhen:
    """Everything that a login can send."""

    @pytest.mark.parametrize("clock", [LAST_OF_ALL, -LAST_OF_ALL, 0, None])
    def test_an_instant_that_is_sent_is_not_used(self, anna: str, clock: int | None) -> None:
        """The entry is recorded now, and what comes after it is too."""
        with psycopg.connect(anna, autocommit=True) as session:
            found: Any = session.execute(ATTACK, (clock,)).fetchone()
        assert abs(found[1] - now()) < SOON
        with closing(PostgresRecorder.open(anna)) as recorder:
            assert recorder.record(rows(TWO, 1))[1] >= found[1]
            assert abs(recorder.head()[1] - now()) < SOON

    @pytest.mark.parametrize("off", [TEN_YEARS, -TEN_YEARS])
    def test_a_machine_whose_clock_is_years_off_records_now(self, anna: str, off: int) -> None:
        """And goes by the server's clock itself: what it takes for now, and what it writes down."""
        with closing(PostgresRecorder.open(anna)) as right, closing(_machine(anna, off)) as wrong:
            stamps = [one.record([row(ONE, version)])[1] for version, one in enumerate((right, wrong, right), 1)]
            assert all(later >= earlier for earlier, later in pairwise(stamps))
            assert all(abs(stamp - now()) < SOON for stamp in (*stamps, wrong.clock()))
            assert abs(wrong.met.offset + off) < SOON

    def test_nobody_inserts_by_hand(self, anna: str) -> None:
        """An entry of one's own choosing, COPY and all: for want of the right."""
        with psycopg.connect(anna, autocommit=True) as session:
            values = ", ".join(["%s"] * 13)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(f"INSERT INTO longcase.entry VALUES ({values})", kept(1, now() - SOON)[0])
            with pytest.raises(psycopg.errors.InsufficientPrivilege), session.cursor() as cursor:
                cursor.execute("COPY longcase.entry FROM STDIN")


class TestPuttingBack:
    """Entries with the instants that they had go into an empty store, in one transaction, and nowhere else."""

    @pytest.fixture
    def anna(self, databases: Databases, store_url: str, anna: str) -> str:
        """The URL for a login that may fill the tables too, and so restore."""
        with psycopg.connect(databases.url, autocommit=True) as admin:
            admin.execute(f"GRANT {filler_of(name_of(store_url))} TO {ANNA}")
        return anna

    def test_nobody_else_may(self, databases: Databases, store_url: str) -> None:
        """Whoever works with the store, and no more, puts nothing back."""
        with psycopg.connect(databases.url, autocommit=True) as admin:
            admin.execute(f"CREATE ROLE {BERTA} LOGIN IN ROLE {app_of(name_of(store_url))}")
        try:
            berta = databases.at(name_of(store_url), BERTA)
            refused = pytest.raises(OperationalError, match="permission denied")
            with closing(PostgresRecorder.open(berta)) as recorder, refused, recorder.transaction():
                recorder.put_back(kept(1, 1_000))
        finally:
            with psycopg.connect(databases.url, autocommit=True) as admin:
                admin.execute(f"DROP ROLE {BERTA}")

    def test_into_an_empty_store(self, anna: str) -> None:
        """In several statements and savepoints, as a restore does, by whoever works with the store."""
        given = kept(6, 1_000)
        with closing(PostgresRecorder.open(anna)) as recorder:
            with recorder.transaction():
                for start in (0, 2, 4):
                    recorder.connection.execute("SAVEPOINT put_back")
                    recorder.put_back(given[start : start + 2])
                    recorder.connection.execute("RELEASE SAVEPOINT put_back")
            assert recorder.stream(ONE) == given
            assert abs(recorder.record([row(ONE, 7)])[1] - now()) < SOON

    @pytest.mark.parametrize("before", ["recorded", "put back"])
    def test_not_into_a_store_in_use(self, anna: str, before: str) -> None:
        """Neither behind what was recorded, nor behind what another transaction put back."""
        with closing(PostgresRecorder.open(anna)) as recorder:
            if before == "recorded":
                recorder.record(rows(ONE, 1))
            else:
                with recorder.transaction():
                    recorder.put_back(kept(1, 1_000))
            behind = list(placed([row(ONE, 2)], 1, now() + TEN_YEARS))
            with pytest.raises(OperationalError, match="only an empty store"), recorder.transaction():
                recorder.put_back(behind)
            assert recorder.head()[0] == 1

    def test_not_behind_what_somebody_recorded_meanwhile(self, anna: str) -> None:
        """A transaction that began when the store was empty has no right to what is there since."""
        with closing(PostgresRecorder.open(anna)) as slow, closing(PostgresRecorder.open(anna)) as quick_one:
            slow.connection.execute("BEGIN; SELECT pg_current_xact_id()")
            quick_one.record(rows(ONE, 1))
            with pytest.raises(OperationalError, match="only an empty store"):
                slow.put_back(list(placed([row(ONE, 2)], 1, now() + TEN_YEARS)))
            slow.connection.execute("ROLLBACK")


class TestBefore:
    """A store whose function takes the time from whoever records."""

    def test_it_works_on(self, anna: str, store_url: str) -> None:
        """Recording, by the server's clock as far as the program goes."""
        as_before(store_url)
        with closing(_machine(anna, TEN_YEARS)) as recorder:
            with recorder.transaction():
                recorder.append(rows(ONE, 2))
            assert abs(recorder.record([row(ONE, 3)])[1] - now()) < SOON

    def test_it_is_told_and_mended(self, anna: str, store_url: str) -> None:
        """By doctor, with the command that mends it; afterwards nothing is wrong and nobody chooses."""
        as_before(store_url)
        with closing(PostgresRecorder.open(anna)) as recorder:
            recorder.record(rows(ONE, 1))
            found = {one.check: one for one in quick(recorder)}
            assert "whoever records can choose when" in found["guards"].explanation
            assert f"longcase init --harden --store {anna}" in found["guards"].advice[0]
            assert [found[name].ok for name in ("guards", "rights")] == [False, False]
            harden(store_url)
            found = {one.check: one for one in quick(recorder)}
            assert [found[name].ok for name in ("guards", "rights")] == [True, True]
        TestWhoSaysWhen().test_an_instant_that_is_sent_is_not_used(anna, LAST_OF_ALL)


def _machine(url: str, off: int) -> PostgresRecorder:
    """Return the recorder of a machine whose clock is off, by so many microseconds, since before it connected."""
    with pytest.MonkeyPatch.context() as patch:
        wrong = lambda: time.time_ns() // 1000 + off  # noqa: E731  (as short as a clock)
        patch.setattr("ledger.postgresql.connection.now", wrong)
        return PostgresRecorder.open(url, wrong)
