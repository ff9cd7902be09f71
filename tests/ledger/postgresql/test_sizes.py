"""How large an entry, a batch and a transaction may be: what fits goes through, what does not is refused.

Nothing hangs. eventsourcing's recorder does, on a batch of a few megabytes, and keeps the others out meanwhile.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import time
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from eventsourcing.persistence import OperationalError
from hypothesis import example, given
from hypothesis import strategies as st

from cli.main import main
from ledger import stores
from ledger.entry import LARGEST, StoredEntry, leaf_hash, placed
from ledger.errors import TooLarge, VersionTaken
from ledger.integrity.entries import entries_deep
from ledger.postgresql import arrays
from ledger.postgresql.recorder import BYTES, MOST, PostgresRecorder, parts
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from tests.clock import Clock
from tests.ledger.contract import ONE, TWO, row, rows
from tests.transactions import in_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tests.postgres.databases import Databases

MIB = 2**20
SECONDS = 60
"""How long a batch may take on a machine that has much else to do; it takes a hundredth of that."""


@pytest.fixture
def ours(store_url: str) -> Iterator[PostgresRecorder]:
    found = PostgresRecorder.open(store_url, Clock())
    yield found
    found.close()


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def recorder(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "PostgreSQL":
        yield request.getfixturevalue("ours")
        return
    path = str(request.getfixturevalue("tmp_path") / "store.db")
    create(path, {"zone": "UTC"}).close()
    found = SQLiteRecorder.open(path, Clock())
    yield found
    found.close()


def of_size(size: int) -> bytes:
    """Return a payload of so many bytes, of every value."""
    return (bytes(range(256)) * (size // 256 + 1))[:size]


class TestOneEntry:
    """The bound is 16 MiB, on both engines."""

    @pytest.mark.parametrize("size", [0, 1, 5_000_000, LARGEST])
    def test_goes_through(self, recorder: Any, size: int) -> None:
        """Every byte comes back, and the database hashed them as Longcase does."""
        payload = of_size(size)
        recorder.record([row(ONE, 1, payload=payload)])
        found = recorder.stream(ONE)[0]
        assert found.payload == payload
        assert found.leaf == leaf_hash(found)

    @pytest.mark.parametrize("batch", ["alone", "last of three", "in a transaction"])
    def test_is_refused(self, recorder: Any, batch: str) -> None:
        """A byte more is refused, with what went with it, and the recorder works on."""
        large = row(ONE, 1, payload=of_size(LARGEST + 1))
        given_ = [large] if batch == "alone" else [row(TWO, 1), row(TWO, 2), large]
        with pytest.raises(TooLarge, match=r"^a case.reopened of 16.0 MiB is too large: .* at most 16 MiB$"):
            (recorder.insert_events if batch == "in a transaction" else recorder.record)(given_)
        assert recorder.head()[0] == 0
        assert not in_transaction(recorder)
        assert list(recorder.insert_events(rows(ONE, 1))) == [1]

    def test_what_went_before_it_in_the_transaction_is_undone(self, recorder: Any) -> None:
        """As for any other error."""
        with pytest.raises(TooLarge), recorder.transaction():
            _append_each(recorder, rows(TWO, 3), [row(ONE, 1, payload=of_size(LARGEST + 1))])
        assert recorder.head()[0] == 0

    def test_the_database_itself_refuses_it(
        self, ours: PostgresRecorder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whatever program sends it."""
        monkeypatch.setattr("ledger.postgresql.recorder.check_sizes", lambda _entries: None)
        with pytest.raises(OperationalError, match="entry_payload_check"):
            ours.record([row(ONE, 1, payload=of_size(LARGEST + 1))])
        assert ours.head()[0] == 0


class TestManyEntries:
    """What does not fit one statement goes over in several, in one transaction."""

    @pytest.mark.parametrize(
        ("count", "size"), [(2_000, 3_000), (300, 40_000), (2_001, 2), (3, BYTES), (5, BYTES + 1)]
    )
    def test_a_batch(self, ours: PostgresRecorder, count: int, size: int) -> None:
        """Whole, in order, well within a minute, where the library's recorder never answers."""
        payload, began = of_size(size), time.monotonic()
        given_ = [row(ONE, version + 1, payload=payload) for version in range(count)]
        assert ours.record(given_)[0] == range(1, count + 1)
        assert time.monotonic() - began < SECONDS
        assert ours.rows("SELECT count(*), max(position) FROM entry WHERE payload = ?", (payload,)) == [
            (count, count)
        ]

    def test_fifty_thousand_entries_in_one_transaction(self, ours: PostgresRecorder) -> None:
        """Each with a good leaf, over many streams and a long one; no other sees a part of them."""
        many = [row(index.to_bytes(16, "big"), version) for index in range(400) for version in range(1, 101)]
        began = time.monotonic()
        with ours.transaction():
            assert ours.append(many + rows(ONE, 10_000)) == range(1, 50_001)
            assert _seen_by_another(ours) == 0
        assert time.monotonic() - began < SECONDS
        assert _seen_by_another(ours) == 50_000
        there = ours.entries(_ALL, ())
        found = entries_deep(there, ours, psycopg, complaint=lambda _entry: None, advance=lambda: None)
        assert all(one.ok for one in found)

    def test_the_last_of_fifty_thousand_is_refused(self, ours: PostgresRecorder) -> None:
        """Then the other 49,999 are not there either."""
        with pytest.raises(VersionTaken):
            ours.record([*rows(ONE, 49_999), row(ONE, 1)])
        assert ours.head()[0] == 0

    def test_a_large_batch_put_back(self, ours: PostgresRecorder) -> None:
        """What a restore gives has its positions and leaves already, and is sent in the same way."""
        many = [row(ONE, version + 1, payload=of_size(9_000)) for version in range(1_500)]
        kept: list[Any] = [StoredEntry._make(one) for one in placed(many, 0, 1_000)]
        with ours.transaction():
            assert [ours.put_back(some) for some in (kept[:700], kept[700:])] == [700, 800]
        assert list(ours.stream(ONE)) == kept


_ALL = (
    "SELECT position, stream, version, topic, schema, actor, role, occurred_at, recorded_at, command_id, leaf,"
    " salt, payload FROM entry ORDER BY position"
)


def _seen_by_another(recorder: PostgresRecorder) -> int:
    return _count(recorder.location)


def _append_each(recorder: Any, *batches: Sequence[Any]) -> None:
    for batch in batches:
        recorder.append(batch)


class TestParts:
    """How entries are divided among statements."""

    @given(st.lists(st.sampled_from([0, 1, 7, BYTES // 3, BYTES // 2, BYTES - 1, BYTES, BYTES + 1, 3 * BYTES])))
    @example([BYTES, 0])
    @example([0, BYTES, 0, BYTES])
    @example([3 * BYTES])
    def test_by_size(self, sizes: list[int]) -> None:
        """Nothing is lost, the order is kept, and no part is too large that could be smaller."""
        given_ = [(number, _Sized(size)) for number, size in enumerate(sizes)]
        found = list(parts(given_))
        _check(given_, found)

    @given(st.integers(0, 3 * MOST + 1))
    @example(MOST)
    @example(MOST + 1)
    def test_by_number(self, count: int) -> None:
        """The same of many that are small."""
        given_ = [(number, b"") for number in range(count)]
        found = list(parts(given_))
        _check(given_, found)
        assert len(found) == -(-count // MOST)


class _Sized:
    """A payload of which only the size counts."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size


def _check(given_: Sequence[Any], found: Sequence[Sequence[Any]]) -> None:
    assert [one for part in found for one in part] == list(given_)
    for part in found:
        assert 0 < len(part) <= MOST
        assert len(part) == 1 or sum(len(one[-1]) for one in part) <= BYTES
    for part, after in pairwise(found):
        together = sum(len(one[-1]) for one in part) + len(after[0][-1])
        assert len(part) == MOST or together > BYTES


SMALL, BIG = 2**31, 2**63
BIGINTS = st.integers(-BIG, BIG - 1) | st.sampled_from([-BIG, -1, 0, 1, BIG - 1])
COLUMNS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "bytea": (arrays.bytea, st.binary() | st.just(bytes(range(256)))),
    "text": (arrays.text, st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))),
    "integer": (arrays.integer, st.integers(-SMALL, SMALL - 1) | st.sampled_from([-SMALL, SMALL - 1])),
    "bigint": (arrays.bigint, BIGINTS | st.none()),
}


@pytest.fixture(scope="module")
def plain(databases: Databases) -> Iterator[Any]:
    with psycopg.connect(databases.url, autocommit=True) as connection:
        arrays.register(connection)
        yield connection


class TestArrays:
    """Columns as they go over, beside psycopg's own lists."""

    @pytest.mark.parametrize("kind", sorted(COLUMNS))
    def test_what_arrives(self, plain: Any, kind: str) -> None:
        """It comes back as it was, and the server finds it the same as what psycopg sends."""
        make, elements = COLUMNS[kind]

        @given(st.lists(elements, max_size=30))
        @example([])
        def holds(column: list[Any]) -> None:
            made = make(column)
            query = f"SELECT %b, %b::{kind}[] IS NOT DISTINCT FROM %s::{kind}[], coalesce(cardinality(%b), 0)"
            for binary in (False, True):
                found = plain.execute(query, (made, made, column, made), binary=binary).fetchone()
                assert found == (column, True, len(column))

        holds()

    @pytest.mark.parametrize(
        ("make", "wrong"),
        [(arrays.integer, SMALL), (arrays.integer, -SMALL - 1), (arrays.bigint, BIG), (arrays.bigint, -BIG - 1)],
    )
    def test_a_number_that_is_too_large(self, make: Any, wrong: int) -> None:
        """It is refused, and never cut."""
        with pytest.raises(struct.error):
            make([1, wrong])

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            (row(ONE, SMALL), "a number of an entry is beyond what its column holds"),
            (row(ONE, 1, occurred_at=BIG), "a number of an entry is beyond what its column holds"),
            (row(ONE, 1, occurred_at=-BIG - 1), "a number of an entry is beyond what its column holds"),
            (row(ONE, 1)._replace(schema=SMALL), "a number of an entry is beyond what its column holds"),
            (row(ONE, 1, topic="a\0b"), "invalid byte sequence"),
            (row(ONE, 1)._replace(actor="a\nb"), "entry_check"),
            (row(ONE, 1)._replace(command_id=b"short"), "entry_command_id_check"),
            (row(b"short", 1), "entry_stream_check"),
        ],
    )
    @pytest.mark.parametrize("batch", ["alone", "with others", "in a transaction"])
    def test_an_entry_that_does_not_fit(self, ours: PostgresRecorder, wrong: Any, told: str, batch: str) -> None:
        """It is refused in words with all that went with it, and the connection works on."""
        record, given_ = _ways(ours)[batch], [wrong] if batch == "alone" else [*rows(TWO, 1), wrong]
        with pytest.raises(OperationalError, match=told):
            record(given_)
        assert ours.head()[0] == 0
        assert list(ours.insert_events(rows(ONE, 2))) == [1, 2]

    def test_the_furthest_instants(self, ours: PostgresRecorder) -> None:
        """The column holds 292,000 years either way."""
        ours.record([row(ONE, 1, occurred_at=-BIG), row(ONE, 2, occurred_at=BIG - 1)])
        assert [one.occurred_at for one in ours.stream(ONE)] == [-BIG, BIG - 1]

    def test_an_archive_whose_numbers_are_too_large(self, ours: PostgresRecorder) -> None:
        """What is put back is refused as what is appended."""
        ours.record(rows(ONE, 1))
        wrong: Any = ours.stream(ONE)[0]._replace(position=BIG)
        with pytest.raises(OperationalError, match="beyond what its column holds"), ours.transaction():
            ours.put_back([wrong])
        assert ours.head()[0] == 1


def _ways(recorder: PostgresRecorder) -> dict[str, Callable[[Sequence[Any]], Any]]:
    def one_by_one(entries: Sequence[Any]) -> None:
        with recorder.transaction():
            _append_each(recorder, *([one] for one in entries))

    return {"alone": recorder.record, "with others": recorder.record, "in a transaction": one_by_one}


@pytest.fixture
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The location of a store on the engine that the test is given, meant by whoever runs ``longcase``."""
    if request.param == "PostgreSQL":
        location = str(request.getfixturevalue("store_url"))
    else:
        location = str(request.getfixturevalue("tmp_path") / "store.db")
        create(location, {"zone": "UTC"}).close()
    monkeypatch.setenv("LONGCASE_STORE", location)
    monkeypatch.setenv("LONGCASE_ACTOR", "PS 0088")
    return location


BOTH = pytest.mark.parametrize("store", ["SQLite", "PostgreSQL"], indirect=True)


def longcase(*words: str) -> int:
    """Run a command in this process: no system hands so long a text from one to another."""
    return main(words)


@BOTH
def test_what_a_user_is_told(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is refused, for what reason, and what to do: exit code 3, and the next command is recorded."""
    assert longcase("report", "IMG-0417", "--category", "indecent-images") == 0
    capsys.readouterr()
    assert longcase("act", "IMG-0417", "device-seized", "--text", "x" * (17 * MIB)) == 3
    why, hint = capsys.readouterr().err.splitlines()
    assert why.startswith("longcase: a case.action-recorded of 17.0 MiB is too large")
    assert why.endswith("an entry holds at most 16 MiB")
    assert hint == "  hint: shorten it, record it as several entries, or say where the document is kept"
    assert longcase("act", "IMG-0417", "device-seized", "--text", "x" * (15 * MIB)) == 0


@BOTH
@pytest.mark.parametrize("before", [0, 1])
def test_what_an_importer_is_told(
    store: str, before: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An event with attributes of 17 MiB together is named by its line, and the others are taken."""
    if before:
        assert longcase("report", "IMG-0417", "--category", "indecent-images") == 0
        capsys.readouterr()
    large = "".join(f'<string key="a{number}" value="{"x" * (MIB - 64)}"/>\n' for number in range(17))
    path, mapping = tmp_path / "large.xes", tmp_path / "mapping.toml"
    path.write_text(
        f"<log><trace>\n{NAMED}\n{EVENT}</event>\n{EVENT}\n{large}</event>\n{EVENT}</event>\n</trace></log>"
    )
    mapping.write_text("keep = true\n")
    assert longcase("import", str(path), "--mapping", str(mapping)) == 3
    told = capsys.readouterr().out
    assert "  line 4  a case.action-recorded of 17.0 MiB is too large" in told
    assert _count(store) == before + 3


NAMED = '<string key="concept:name" value="C"/>'
EVENT = '<event><string key="concept:name" value="A"/><date key="time:timestamp" value="2016-02-12T09:00:00Z"/>'


def _count(location: str) -> int:
    with closing(stores.open_reader(location)) as ledger:
        return ledger.head()[0]


def _waiting(url: str) -> int:
    """Return of how many statements the server has waited for the rest for five seconds."""
    with psycopg.connect(url) as asking:
        found = asking.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'"
            " AND wait_event = 'ClientRead' AND state_change < now() - interval '5 seconds'"
        ).fetchone()
    return 0 if found is None else int(found[0])


SILENT_SECONDS = 8.0
LIBRARY = """
import sys
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict
from uuid import UUID
at = conninfo_to_dict(sys.argv[1])
datastore = PostgresDatastore(*(str(at.get(name, "")) for name in ("dbname", "host", "port", "user", "password")))
recorder = PostgresApplicationRecorder(datastore)
recorder.create_table()
recorder.insert_events([StoredEvent(UUID(int=1), 1, "t", b"x" * 40_000)])
print("one is recorded", flush=True)
for stream in range(2, 52):
    recorder.insert_events([StoredEvent(UUID(int=stream), n, "t", b"x" * 40_000) for n in range(300)])
    print("300 are recorded", flush=True)
"""


@pytest.mark.slow
def test_the_librarys_recorder_hangs(databases: Databases, tmp_path: Path) -> None:
    """Why there is one of ours: with 300 entries of 40 KB, a second's work for ours, it hangs sooner or later.

    Its statements go out in one pipeline, and sooner or later it waits for an answer to one that it has sent the
    server half of. Once may go well; fifty times in a row does not.
    """
    said = tmp_path / "said"
    with databases.empty() as url, said.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-c", LIBRARY, url], stdout=out)
        try:
            length, since = 0, time.monotonic()
            while process.poll() is None and (length == 0 or time.monotonic() - since < SILENT_SECONDS):
                if (now := said.stat().st_size) > length:
                    length, since = now, time.monotonic()
                assert time.monotonic() - since < 60, "it never began"
                time.sleep(0.05)
            assert process.poll() is None, f"it came to an end: {said.read_text()}"
            assert _waiting(url) == 1, "it is slow, and does not hang"
        finally:
            process.kill()
            process.wait()
    assert said.read_text().startswith("one is recorded\n")
