"""Archives: what comes back, what is refused, and that a restore happens wholly or not at all."""

from __future__ import annotations

import io
import json
from base64 import b64decode
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from eventsourcing.persistence import OperationalError, PersistenceError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.entry import StoredEntry, leaf_hash, leaf_hash_v1
from ledger.integrity import tally
from ledger.integrity.settings import digest_of
from ledger.integrity.tally import Damaged, Held
from ledger.postgresql.recorder import PostgresRecorder
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.transfer import archive, restore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ID, ZONE = "6e4f4571-d08c-4db7-8028-74cf8639e6b1", "Europe/London"
AT = "2016-05-20T09:00:00+00:00"


class Ticking:
    """A clock that is set by its tests."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


def store(zone: str | None = ZONE) -> SQLiteRecorder:
    """Return an empty store in memory."""
    recorder = SQLiteRecorder.in_memory(Ticking())
    if zone is not None:
        recorder.set_once("zone", zone)
    return recorder


class Written(NamedTuple):
    """What a test records: everything that the ledger does not give itself."""

    stream: int
    topic: str
    schema: int
    actor: str
    role: str
    occurred_at: int | None
    recorded_at: int
    payload: bytes


NUMBERS = st.integers(-(2**63), 2**63 - 1)
LINES = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=12)
WRITTEN = st.builds(
    Written,
    stream=st.integers(0, 3),
    topic=LINES,
    schema=NUMBERS,
    actor=LINES,
    role=LINES,
    occurred_at=st.none() | NUMBERS,
    recorded_at=st.integers(-(2**62), 2**62),
    payload=st.binary(max_size=40) | st.integers(0, 5_000).map(bytes),
)


def record(recorder: Any, written: list[Written]) -> None:
    """Record entries, each in a transaction of its own, at the instants that they name."""
    versions: dict[int, int] = {}
    for number, one in enumerate(written, 1):
        version = versions[one.stream] = versions.get(one.stream, 0) + 1
        recorder.clock.now = one.recorded_at
        stream, command = one.stream.to_bytes(16, "big"), number.to_bytes(16, "big")
        head = (0, stream, version, one.topic, one.schema, one.actor, one.role, one.occurred_at, 0)
        recorder.insert_events([StoredEntry(*head, command, b"", b"", one.payload)])


def rows(recorder: Any) -> list[StoredEntry]:
    """Return every row of the ledger."""
    return list(recorder.select_notifications(None, 1 << 40))


def archived(recorder: Any) -> bytes:
    """Return an archive of the ledger."""
    out = io.BytesIO()
    archive.write(recorder, out)
    return out.getvalue()


def load(recorder: Any, data: bytes) -> Held:
    """Put an archive into a store."""
    return restore.restore(recorder, archive.read(io.BytesIO(data)), at=AT)


FEW = [
    Written(0, "case.reported", 1, "PS 0088", "", None, 1_000, b'{"reference":"A"}'),
    Written(1, "case.reported", 1, "Zoë", "rôle", -5, 2_000, b""),
    Written(0, "case.allocated", 2, "PS 0088", "supervisor", 0, 2_000, bytes(range(256))),
]


@pytest.fixture
def few() -> Iterator[SQLiteRecorder]:
    recorder = store()
    recorder.set_once("scenario", "a setting of the other")
    record(recorder, FEW)
    yield recorder
    recorder.close()


@given(st.lists(WRITTEN, max_size=12))
@settings(max_examples=150)
def test_what_is_archived_and_loaded_is_every_row_as_it_was(written: list[Written]) -> None:
    """Whatever a ledger can hold: an empty payload, any script, control characters, any instant."""
    first, second = store(), store()
    record(first, written)
    held = load(second, archived(first))
    assert rows(second) == rows(first)
    assert held.entries == len(written)
    assert archived(second).splitlines()[1:-1] == archived(first).splitlines()[1:-1]
    first.close()
    second.close()


def test_the_lines_are_what_the_page_says(few: SQLiteRecorder) -> None:
    """A head, the entries with every field, an end; all of it JSON."""
    few.clock.now = 3_000  # type: ignore[attr-defined]  # a clock of the tests
    head, first, second, _, end = (json.loads(line) for line in archived(few).splitlines())
    assert (head["longcase_archive"], head["made_at"], head["position"]) == (2, 3_000, 3)
    assert head["settings"] == few.settings()
    assert (first["position"], first["topic"], first["occurred_at"]) == (1, "case.reported", 1_000)
    assert (second["actor"], second["occurred_at"], second["payload"]) == ("Zoë", -5, "")
    assert (first["leaf_v2"], first["salt"]) == (rows(few)[0].leaf.hex(), rows(few)[0].salt.hex())
    assert (end["count"], end["position"], len(end["leaves_v2"]), len(end["sha256"])) == (3, 3, 64, 64)


def test_the_store_says_where_its_entries_are_from(few: SQLiteRecorder) -> None:
    """It keeps an id of its own, and has the other's, when, how many there were, and its other settings."""
    other = store()
    own = other.setting("id")
    held = load(other, archived(few))
    assert other.setting("id") == own != few.setting("id")
    assert other.setting("restored_from") == few.setting("id")
    assert other.setting("restored_at") == AT
    assert other.setting("restored_position") == "3"
    assert other.setting("scenario") == "a setting of the other"
    last: Any = rows(few)[-1]
    figures = (held.leaves, last.leaf.hex(), held.leaves_v2, digest_of(few.settings()))
    assert held == Held(3, leaf_hash_v1(last).hex(), *figures)
    assert json.loads(archived(other).splitlines()[-1])["leaves_v2"] == held.leaves_v2


def test_recording_goes_on_where_it_ended(few: SQLiteRecorder) -> None:
    """The next position, the next version, and no command twice."""
    other = store()
    load(other, archived(few))
    with pytest.raises(PersistenceError):
        other.insert_events([rows(few)[0]._replace(version=3)])
    again = rows(few)[0]._replace(version=3, command_id=b"c" * 16)
    assert list(other.insert_events([again])) == [4]


def test_what_is_recorded_meanwhile_is_not_in_it(few: SQLiteRecorder) -> None:
    """An archive is of the moment at which it began."""

    class Recording(io.BytesIO):
        def write(self, data: Any) -> int:
            if not self.tell():
                entry = rows(few)[0]._replace(version=3, command_id=b"c" * 16)
                few.insert_events([entry])
            return super().write(data)

    out = Recording()
    assert archive.write(few, out).entries == 3
    other = store()
    assert load(other, out.getvalue()).entries == 3
    assert len(rows(few)) == 4


def test_a_ledger_without_entries_comes_back_once() -> None:
    """It is a ledger like others; the store says what was restored into it, and takes it no second time."""
    other = store()
    assert load(other, archived(store())).entries == 0
    assert other.setting("restored_position") == "0"
    with pytest.raises(restore.NotEmpty, match="restored before"):
        load(other, archived(store()))


def test_only_an_empty_store_takes_it(few: SQLiteRecorder) -> None:
    other = store()
    load(other, archived(few))
    for data in (archived(few), archived(store())):
        with pytest.raises(restore.NotEmpty, match="3 entries"):
            load(other, data)
    assert rows(other) == rows(few)


@pytest.mark.parametrize("zone", ["UTC", None])
def test_the_time_zone_must_be_the_same(few: SQLiteRecorder, zone: str | None) -> None:
    """It decides what a day is, and a store never changes it."""
    other = store(zone)
    with pytest.raises(restore.OtherZone, match=str(zone)):
        load(other, archived(few))
    assert rows(other) == []
    assert other.setting("restored_from") is None


def changed(data: bytes, line: int, **fields: Any) -> bytes:
    """Return an archive with fields of one line changed, and nothing else."""
    lines = data.splitlines(keepends=True)
    lines[line] = json.dumps(json.loads(lines[line]) | fields, separators=(",", ":")).encode() + b"\n"
    return b"".join(lines)


def sealed(entry: Any) -> StoredEntry:
    """Return an entry with the leaf that belongs to it."""
    return StoredEntry._make(entry)._replace(leaf=leaf_hash(entry))


def forged_at(recorder: Any, position: int) -> Callable[..., bytes]:
    """Return what makes an archive in which one entry is another, and everything else fits."""

    def made(**fields: Any) -> bytes:
        class Forged:
            def __getattr__(self, name: str) -> Any:
                return getattr(recorder, name)

            def entries(self, query: str, parameters: Any) -> list[StoredEntry]:
                return [self.one(entry) for entry in recorder.entries(query, parameters)]

            def one(self, entry: StoredEntry) -> StoredEntry:
                forged = entry._replace(**fields) if entry.position == position else entry
                return sealed(forged)

        return archived(Forged())

    return made


def refused(data: bytes, match: str, error: type[Exception] | tuple[type[Exception], ...] = Damaged) -> None:
    """Assert that an archive is refused, and that the store is as it was."""
    other = store()
    with pytest.raises(error, match=match):
        load(other, data)
    assert rows(other) == []
    assert set(other.settings()) == {"id", "zone"}
    other.close()


@pytest.mark.parametrize(
    ("line", "fields", "match"),
    [
        (0, {"position": 2}, "line 4 is not its last line"),
        (0, {"position": 4}, "line 5 is no entry"),
        (0, {"position": -1}, "no archive of Longcase"),
        (0, {"settings": {"id": ID, "zone": ZONE}}, "its last line is that of another content"),
        (0, {"longcase_archive": 3, "longcase": "9.1"}, "made by Longcase 9.1"),
        (0, {"longcase_archive": 1}, "line 2 is no entry"),
        (0, {"longcase_archive": 0}, "no archive of Longcase"),
        (0, {"more": 1}, "no archive of Longcase"),
        (2, {"payload": "AAAA"}, "^entry 2: it is not as it was recorded"),
        (2, {"actor": "PS 0099"}, "^entry 2: it is not as it was recorded"),
        (2, {"leaf_v2": "00" * 32}, "^entry 2: it is not as it was recorded"),
        (2, {"salt": "00" * 32}, "^entry 2: it is not as it was recorded"),
        (2, {"salt": ""}, "^entry 2: a salt is of the wrong length"),
        (2, {"leaf": "00" * 32}, "line 3 is no entry"),
        (2, {"occurred_at": -6}, "^entry 2: it is not as it was recorded"),
        (2, {"actor": "PS\n0099"}, "^entry 2: its header holds a line break"),
        (2, {"position": 3}, "^entry 2: position 3 stands in its place"),
        (2, {"stream": "00"}, "^entry 2: a stream, a command's id or a leaf is of the wrong length"),
        (2, {"stream": "no digits"}, "line 3 is no entry"),
        (2, {"version": 2**64}, "line 3 is no entry|a number is too large"),
        (2, {"version": 2**63}, "a number is too large"),
        (2, {"actor": None}, "line 3 is no entry"),
        (2, {"actor": "\ud800"}, "line 3 is no entry|its header is no text"),
        (2, {"more": 1}, "line 3 is no entry"),
        (4, {"count": 2}, "its last line is that of another content"),
        (4, {"leaves_v2": "00" * 32}, "its last line is that of another content"),
        (4, {"sha256": "00" * 32}, "its last line is that of another content"),
    ],
)
def test_an_edited_archive_is_refused(few: SQLiteRecorder, line: int, fields: dict[str, Any], match: str) -> None:
    """It is said which entry or line is wrong, and in what."""
    refused(changed(archived(few), line, **fields), match)


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"recorded_at": 999}, "^entry 2: it is said to be recorded before the one in front of it"),
        ({"version": 2}, "^entry 2: .*version is not the next"),
        ({"version": 0}, "^entry 2: .*version is not the next"),
        ({"command_id": (1).to_bytes(16, "big")}, "^entry 2: .*command is recorded"),
    ],
)
def test_what_no_ledger_could_hold_is_refused_however_well_it_is_sealed(
    few: SQLiteRecorder, fields: dict[str, Any], match: str
) -> None:
    """Leaves and sums can be worked out anew; the order of things cannot be talked away."""
    if "recorded_at" not in fields:
        refused(forged_at(few, 2)(**fields), match)
        return
    with pytest.raises(Damaged, match=match):
        forged_at(few, 2)(**fields)


def test_an_archive_that_was_cut_off_is_refused_wherever_it_ends(few: SQLiteRecorder) -> None:
    """At any byte, the line's end at its very end included."""
    whole = archived(few)
    for length in range(len(whole)):
        refused(whole[:length], "cut off|empty|no archive of Longcase")
    refused(whole + b"x", "something follows its last line")
    refused(whole + whole, "something follows its last line")


def test_an_entry_that_was_taken_out_is_missed(few: SQLiteRecorder) -> None:
    lines = archived(few).splitlines(keepends=True)
    refused(b"".join([*lines[:2], *lines[3:]]), "^entry 2: position 3 stands in its place")
    refused(b"".join([lines[0], lines[2], lines[1], *lines[3:]]), "^entry 1: position 2 stands in its place")


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "it is empty"),
        (b"\n", "no archive of Longcase"),
        (b"[]\n", "no archive of Longcase"),
        (b'{"longcase_entry":1}\n', "no archive of Longcase"),
        (b"\xff\xfe\n", "no archive of Longcase"),
        (b"\x1f\x8b\x08\x00\n", "packed with gzip"),
        (b"\x1f\x8b\x08\x00", "packed with gzip"),
        (b"SQLite format 3\0\n", "no archive of Longcase"),
        (b"x" * (archive.LONGEST + 1), "longer than any"),
    ],
)
def test_what_is_no_archive_is_said_to_be_none(data: bytes, match: str) -> None:
    refused(data, match)


@given(st.data())
@settings(max_examples=150)
def test_no_damage_gets_through(data: st.DataObject) -> None:
    """Any byte changed, left out or put in: nothing is restored, and it is said why."""
    recorder = store()
    record(recorder, FEW)
    whole = archived(recorder)
    recorder.close()
    at = data.draw(st.integers(0, len(whole) - 1))
    length = data.draw(st.integers(0, 3))
    instead = data.draw(st.binary(max_size=3))
    damaged = whole[:at] + instead + whole[at + length :]
    if damaged != whole:
        refused(damaged, ".", (Damaged, restore.OtherZone))


@pytest.mark.parametrize("line", range(5))
@pytest.mark.parametrize(
    ("before", "after"), [(b"}", b"\r}"), (b"\n", b"\r\n"), (b"{", b" {"), (b":", b": "), (b",", b"\t,")]
)
def test_white_space_that_json_does_not_see_is_damage(
    few: SQLiteRecorder, line: int, before: bytes, after: bytes
) -> None:
    """In the first line, in an entry and in the last: each line has one form."""
    lines = archived(few).splitlines(keepends=True)
    assert len(lines) == 5
    lines[line] = after.join(lines[line].rsplit(before, 1))
    refused(b"".join(lines), "it is not as it was written")


@pytest.mark.parametrize("spelt", [(b'"count":3', b'"count":3.0'), (b'"sha256"', b'"sha25\\u0036"')])
def test_another_spelling_of_the_last_line_is_damage(few: SQLiteRecorder, spelt: tuple[bytes, bytes]) -> None:
    """A number or a name that JSON takes for the same."""
    refused(archived(few).replace(*spelt), "its last line has another form|is not its last line")


def test_a_damaged_ledger_is_not_archived(few: SQLiteRecorder) -> None:
    """The entry is named, and no last line is written."""
    few.connection.execute("DROP TRIGGER entry_update")
    few.connection.execute("UPDATE entry SET actor = 'PS 0099' WHERE position = 2")
    out = io.BytesIO()
    with pytest.raises(Damaged, match=r"^entry 2: it is not as it was recorded"):
        archive.write(few, out)
    refused(out.getvalue(), "cut off")


@pytest.mark.parametrize("position", [2, 3])
def test_a_ledger_with_a_gap_is_not_archived(few: SQLiteRecorder, position: int) -> None:
    few.connection.execute("DROP TRIGGER entry_delete")
    few.connection.execute("DROP TRIGGER entry_append")
    few.connection.execute("INSERT INTO entry SELECT 30, stream, 9, topic, 1, actor, role, 0, 3000,"
                           " randomblob(16), leaf, salt, payload FROM entry WHERE position = 1")  # fmt: skip
    few.connection.execute("DELETE FROM entry WHERE position = ?", (position,))
    with pytest.raises(Damaged, match=f"^entry {position}: position .* stands in its place"):
        archived(few)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make portions small."""
    for module in (tally, restore):
        monkeypatch.setattr(module, "MANY", 3)
        monkeypatch.setattr(module, "BYTES", 100)


@pytest.mark.usefixtures("small")
def test_portions_are_bounded_in_number_and_in_bytes() -> None:
    """Whatever the sizes, each entry comes once and in its order, and no portion is larger than it may be."""
    first, second = store(), store()
    sizes = [0, 0, 0, 0, 99, 1, 1, 500, 0, 60, 60, 60, 101, 0, 0, 100]
    record(first, [Written(0, "t", 1, "", "", None, 0, bytes(size)) for size in sizes])
    put: list[int] = []
    put_back = second.put_back

    def counted(rows: Any) -> int:
        put.append(put_back(rows))
        return put[-1]

    second.put_back = counted  # type: ignore[method-assign]  # to see what it is given
    load(second, archived(first))
    assert rows(second) == rows(first)
    assert (sum(put), max(put)) == (len(sizes), 3)


@pytest.mark.usefixtures("small")
def test_the_entry_in_the_way_is_found_among_many() -> None:
    """A guard of the store refuses a whole batch; which entry it was is worked out."""
    first = store()
    record(first, [Written(number % 5, "t", 1, "", "", None, 0, b"") for number in range(23)])
    for number in (7, 8, 9, 23):
        seal: Callable[..., bytes] = forged_at(first, number)
        refused(seal(version=9), f"^entry {number}: .*version is not the next")


def test_a_store_that_holds_something_else_afterwards_is_found_out(few: SQLiteRecorder) -> None:
    """What was put back is read again before anything is committed."""
    other = store()
    put_back = other.put_back

    def falsely(rows: Any) -> int:
        forged: Any = [sealed(row._replace(actor="somebody else")) for row in rows]
        return put_back(forged)

    other.put_back = falsely  # type: ignore[method-assign]  # a store that lies
    with pytest.raises(Damaged, match="does not hold what was put into it"):
        load(other, archived(few))
    assert rows(other) == []


def test_what_a_store_cannot_take_is_no_damage(few: SQLiteRecorder) -> None:
    """A full disk is told as what it is."""
    other = store()
    other.connection.execute(
        f"PRAGMA max_page_count = {other.connection.execute('PRAGMA page_count').fetchone()[0]}"
    )
    record(few, [])
    entry = rows(few)[0]._replace(version=3, command_id=b"c" * 16, payload=bytes(100_000))
    few.insert_events([entry])
    with pytest.raises(OperationalError, match=r"entries 1 to 4 are not taken: .*full"):
        load(other, archived(few))
    assert rows(other) == []


SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "archive-1.jsonl"
"""An archive of the first shape, as Longcase wrote it before entries had salts."""


def test_an_archive_of_the_first_shape_comes_back() -> None:
    """Each entry as it was, its leaf v1 too, with a salt that is new each time; what is noted of it says so."""
    *lines, end = map(json.loads, SAMPLE.read_bytes().splitlines()[1:])
    first, second = store(), store()
    held, again = load(first, SAMPLE.read_bytes()), load(second, SAMPLE.read_bytes())
    there: list[Any] = rows(first)
    assert [leaf_hash_v1(one).hex() for one in there] == [line["leaf"] for line in lines]
    assert [b64decode(line["payload"]) for line in lines] == [one.payload for one in there]
    assert (held.entries, held.leaf, held.leaves) == (len(lines), lines[-1]["leaf"], end["leaves"])
    assert held[:3] == again[:3]
    assert held.leaves_v2 == sha256(b"".join(one.leaf for one in there)).hexdigest() != again.leaves_v2
    assert not {one.salt for one in there} & {one.salt for one in rows(second)}


@pytest.mark.parametrize(
    ("line", "fields", "match"),
    [
        (0, {"longcase_archive": 2}, "line 2 is no entry"),
        (3, {"actor": "PS 0099"}, "^entry 3: it is not as it was recorded"),
        (3, {"leaf": "00" * 32}, "^entry 3: it is not as it was recorded"),
        (3, {"salt": "00" * 32}, "line 4 is no entry"),
        (-1, {"leaves": "00" * 32}, "its last line is that of another content"),
        (-1, {"sha256": "00" * 32}, "its last line is that of another content"),
    ],
)
def test_an_edited_archive_of_the_first_shape_is_refused(line: int, fields: dict[str, Any], match: str) -> None:
    """As one of today."""
    refused(changed(SAMPLE.read_bytes(), line, **fields), match)


def test_an_archive_says_of_which_store_it_is(few: SQLiteRecorder) -> None:
    source = archive.read(io.BytesIO(archived(few)))
    with pytest.raises(Damaged, match="from which store"):
        restore.restore(store(), source._replace(settings={"zone": ZONE}), at=AT)


SMALL = st.integers(-(2**31), 2**31 - 1)
SHOWN = st.text(st.characters(codec="utf-8", exclude_characters="\n\0"), max_size=12)
ON_BOTH = st.builds(
    Written,
    stream=st.integers(0, 3),
    topic=SHOWN,
    schema=SMALL,
    actor=SHOWN,
    role=SHOWN,
    occurred_at=st.none() | NUMBERS,
    recorded_at=st.integers(-(2**62), 2**62),
    payload=st.binary(max_size=40),
)


@contextmanager
def on_server(databases: Any, zone: str = ZONE) -> Iterator[PostgresRecorder]:
    """Lend an empty store on PostgreSQL."""
    with databases.store(zone) as url:
        recorder = PostgresRecorder.open(url, Ticking())
        yield recorder
        recorder.close()


@given(written=st.lists(ON_BOTH, max_size=12))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_ledger_moves_between_engines_and_back(databases: Any, written: list[Written]) -> None:
    """Every row is what it was on the other engine, and on the first again."""
    first, third = store(), store()
    record(first, written)
    with on_server(databases) as second:
        assert load(second, archived(first)).entries == len(written)
        assert rows(second) == rows(first)
        load(third, archived(second))
        assert second.setting("restored_from") == first.setting("id")
        assert third.setting("restored_from") == second.setting("id")
        leaves = [json.loads(archived(one).splitlines()[-1])["leaves_v2"] for one in (first, second, third)]
    assert rows(third) == rows(first)
    assert len(set(leaves)) == 1


def test_a_server_refuses_what_a_file_does(databases: Any, few: SQLiteRecorder) -> None:
    """A store with entries, another zone, damage: with the same words, and nothing has happened."""
    with on_server(databases) as other:
        for data, match in (
            (changed(archived(few), 2, actor="PS 0099"), "^entry 2: it is not as it was recorded"),
            (forged_at(few, 2)(version=2), "^entry 2: .*version is not the next"),
            (forged_at(few, 3)(command_id=(1).to_bytes(16, "big")), "^entry 3: "),
            (archived(few)[:-100], "cut off"),
        ):
            with pytest.raises(Damaged, match=match):
                load(other, data)
            assert (rows(other), set(other.settings())) == ([], {"id", "zone"})
        load(other, archived(few))
        with pytest.raises(restore.NotEmpty):
            load(other, archived(few))
        again = rows(few)[0]._replace(version=3, command_id=b"c" * 16)
        assert list(other.insert_events([again])) == [4]
    with on_server(databases, "UTC") as utc, pytest.raises(restore.OtherZone):
        load(utc, archived(few))


def test_what_a_server_cannot_hold_is_told(databases: Any) -> None:
    """A text with a zero in it is one thing that SQLite has and PostgreSQL has not."""
    first = store()
    record(first, [*FEW, FEW[0]._replace(actor="PS\0 0088")])
    with on_server(databases) as other:
        with pytest.raises(OperationalError, match=r"entries 1 to 4 are not taken: "):
            load(other, archived(first))
        assert rows(other) == []
