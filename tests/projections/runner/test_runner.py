"""Catching up: all of it or nothing, current or said not to be, and never past what cannot be read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from domain import codec
from domain.axes import Axes
from domain.cases import events as ev
from domain.errors import Refused, StoreError
from domain.identity import case_stream, officer_stream, rulebook_stream
from domain.instant import DAY, EARLIEST, FOREVER
from domain.officer import Enrolled, Left
from domain.rulebook.default import default_rulebook
from domain.rulebook.events import Adopted
from ledger.entry import StoredEntry
from ledger.sqlite.connection import connect
from ledger.sqlite.recorder import SQLiteRecorder
from projections.queries.cases import CaseQuery, cases
from projections.runner.follower import BUSY, kind_of
from projections.runner.rebuild import rebuild
from projections.runner.runner import Runner
from projections.tables import rows as making
from projections.tables import writer
from projections.tables.engine import writing
from projections.tables.schema import SCHEMA
from projections.tables.writer import Filler, Shelves
from tests.clock import hours
from tests.projections.stores import Rows, Shelf, read_by_a_newer_version, tables
from tests.transactions import in_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.event import Event
    from tests.projections.engines import OnServer, Place

ROOT = Path(__file__).resolve().parents[3]
ARREST = ev.ActionRecorded(kind="arrest")
SEEN = ev.ActionRecorded(kind="child-seen")


@pytest.fixture
def shelf(place: Place) -> Iterator[Shelf]:
    shelf = place.shelf()
    yield shelf
    shelf.close()


def stopped(shelf: Shelf, position: int, *, retry: bool = False) -> StoreError:
    """Assert that catching up says that it stopped before ``position``."""
    with pytest.raises(StoreError, match=f"stopped before position {position}:") as caught:
        shelf.runner.catch_up(retry=retry)
    return caught.value


def test_new_late_and_amending_entries_are_brought_in(shelf: Shelf) -> None:
    """After each, the rows are those of tables filled at once."""
    shelf.open("A", "B")
    assert shelf.runner.catch_up() == 2
    shelf.put("A", ARREST)
    shelf.put("B", SEEN, at=1.5, recorded=3)
    shelf.put("A", ev.RiskAssessed(risk="low"))
    shelf.put("A", ev.EntryCorrected(entry=3, values={"risk": "high"}), ev.EntryRetracted(entry=2))
    for _ in range(2):
        assert shelf.runner.catch_up() == 7
        assert shelf.rows() == shelf.rebuilt_rows()
    assert shelf.runner.status()[:3] == ("cases", 7, 0)


def test_rows_that_still_hold_are_not_written_again() -> None:
    """A new entry of a long case touches the rows that it changes: the last of how it stood, and of a wait."""
    shelf = Shelf()
    shelf.open("A")
    shelf.put("A", ev.Paused(authorised_by="PS 0088"), *[ARREST] * 20)
    shelf.runner.catch_up()
    for name in tables(1):
        shelf.sql(f"CREATE TABLE noted_{name} (stream, valid_from, event)")
        for event, row in (("INSERT", "NEW"), ("DELETE", "OLD"), ("UPDATE", "NEW")):
            shelf.sql(
                f"CREATE TRIGGER {name}_{event} AFTER {event} ON {name} BEGIN"
                f" INSERT INTO noted_{name} VALUES ({row}.stream, {row}.valid_from, '{event}'); END"
            )
    shelf.put("A", SEEN)
    shelf.runner.catch_up()
    for name in tables(1):
        noted = shelf.sql(f"SELECT event, count(*) FROM noted_{name} GROUP BY event ORDER BY event")
        assert noted == [("DELETE", 1), ("INSERT", 2)], name
    assert shelf.rows() == shelf.rebuilt_rows()
    shelf.close()


def test_rows_that_still_hold_stay_where_they_are_on_postgresql(on_server: OnServer) -> None:
    """There a row says which transaction wrote it."""
    shelf = on_server.shelf()
    shelf.open("A")
    shelf.put("A", ev.Paused(authorised_by="PS 0088"), *[ARREST] * 20)
    shelf.runner.catch_up()
    (before,) = {row[0] for name in tables(1) for row in shelf.sql(f"SELECT DISTINCT xmin::text FROM {name}")}
    shelf.put("A", SEEN)
    shelf.runner.catch_up()
    for name in tables(1):
        assert shelf.sql(f"SELECT count(*) FROM {name} WHERE xmin::text <> '{before}'") == [(2,)], name
    assert shelf.rows() == shelf.rebuilt_rows()
    shelf.close()


def test_when_it_fails_in_the_middle_nothing_has_changed(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and position are of one transaction."""
    shelf.open(*"ABCDEF")
    shelf.runner.catch_up()
    shelf.put("A", ARREST)
    shelf.open(*"GHIJ")
    before, status = shelf.rows(), shelf.runner.status()
    monkeypatch.setattr(making, "BATCH", 1)
    seen: list[int] = []

    def cut(count: int) -> None:
        seen.append(count)
        if len(seen) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelf.runner.catch_up(cut)
    assert (shelf.rows(), shelf.runner.status()) == (before, status)
    assert not in_transaction(shelf.ledger)
    shelf.runner.catch_up()
    assert shelf.rows() == shelf.rebuilt_rows()


def test_when_the_first_filling_fails_there_are_no_tables(shelf: Shelf) -> None:
    """The tables themselves are of that transaction too, and their indexes."""
    shelf.open("A", "B")

    def cut(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelf.runner.catch_up(cut)
    assert shelf.tables() == []
    assert shelf.runner.status().generation == 0
    with pytest.raises(StoreError, match="no population tables yet"):
        shelf.ask()
    shelf.runner.catch_up()
    assert len(shelf.indexes(1)) == 7


def test_a_reader_of_current_tables_takes_no_lock(tmp_path: Path) -> None:
    """Somebody else may hold the writer's lock meanwhile; only who is behind needs it."""
    shelf = Shelf(tmp_path / "s.db")
    shelf.open("A")
    shelf.runner.catch_up()
    reader = SQLiteRecorder(connect(str(tmp_path / "s.db"), wait=0.0))
    with shelf.ledger.transaction():
        assert Runner(reader).catch_up() == 1
        assert cases(Runner(reader), CaseQuery(Axes(FOREVER - 1, FOREVER - 1))).total == 1
    shelf.open("B")
    with shelf.ledger.transaction(), pytest.raises(StoreError, match="in use by another writer"):
        Runner(reader).catch_up()
    reader.close()
    shelf.close()


def test_on_postgresql_who_brings_tables_up_to_date_waits_for_no_one_who_records(on_server: OnServer) -> None:
    """Nor the other way round; only who else writes the tables is waited for, and not for ever."""
    shelf = on_server.shelf()
    shelf.open("A")
    other = shelf.again()
    with shelf.ledger.transaction():
        assert other.runner.catch_up() == 1
    other.sql("SET lock_timeout = '1ms'")
    with writing(shelf.runner.engine):
        other.open("B")
        with pytest.raises(StoreError, match="in use by another writer") as caught:
            other.runner.catch_up()
    assert kind_of(caught.value) == BUSY
    other.close()
    assert shelf.runner.catch_up() == 2
    shelf.close()


def test_a_second_call_tells_no_progress(shelf: Shelf) -> None:
    """There is nothing to read."""
    shelf.open("A")
    told: list[int] = []
    shelf.runner.catch_up(told.append)
    shelf.runner.catch_up(told.append)
    assert told == [1]


def test_streams_of_officers_and_decisions_make_no_rows(shelf: Shelf) -> None:
    """They count as read; what a case waits for is told of the case."""
    shelf.put("", Enrolled(officer="DC 1417"), stream=officer_stream("DC 1417"))
    shelf.open("A")
    assert shelf.runner.catch_up() == 2
    assert ([len(rows) for rows in shelf.rows()], shelf.runner.status().behind) == ([1, 1], 0)
    assert len({row[0] for rows in shelf.rows() for row in rows}) == 1


def test_an_empty_ledger_has_empty_tables(shelf: Shelf) -> None:
    """Nothing is wrong with a store that nobody has used yet."""
    assert shelf.runner.catch_up() == 0
    assert (shelf.rows(), shelf.ask().items) == (Rows([], []), [])


def test_an_entry_that_cannot_be_read_stops_it_just_before(shelf: Shelf) -> None:
    """Everything before it is in, nothing after it; every reader is told which entry, and what to do."""
    shelf.open("A", "B")
    position = shelf.poison("A")
    shelf.open("C")
    for _ in range(2):
        error = stopped(shelf, position)
        assert "entry 2 of its stream, case.unheard-of" in error.message
        assert error.hints == (
            "longcase projections retry, once this version can read it",
            "longcase projections skip 3 --reason WHY, to leave that entry out for good",
        )
    assert shelf.references(sort="reference") == ["A", "B"]
    status = shelf.runner.status()
    assert (status.position, status.behind, status.failed_position) == (2, 2, 3)
    other = Runner(shelf.ledger)
    with pytest.raises(StoreError, match="stopped before position 3"):
        other.catch_up()


@pytest.mark.parametrize(
    "payload",
    [b"", b"{", b'{"outcome":"no kind"}', b'{"kind":7}', b"\xff\xfe", b"[" * 50_000, b'{"kind":"\xff"}'],
)
def test_whatever_cannot_be_read_is_told_the_same_way(shelf: Shelf, payload: bytes) -> None:
    """Bytes of any kind, under a topic that is known."""
    shelf.open("A")
    stopped(shelf, shelf.poison("A", topic="case.action-recorded", payload=payload))
    assert shelf.references() == ["A"]


@pytest.mark.parametrize(
    "payload",
    [
        b'{"entry":1,"values":{"category":7}}',
        b'{"entry":1,"values":{"a-later-field":"x"}}',
        b'{"entry":1,"values":{"children":-3}}',
        b'{"entry":1,"values":{"occurred_at":"soon"}}',
    ],
)
def test_a_correction_to_what_this_version_does_not_know_is_told_the_same_way(
    shelf: Shelf, payload: bytes
) -> None:
    """The entry that cannot be read is the correction: its values fit no field of the event it names."""
    shelf.open("A", "B")
    position = shelf.poison("A", topic="case.entry-corrected", payload=payload)
    error = stopped(shelf, position)
    assert "entry 2 of its stream, case.entry-corrected" in error.message
    shelf.skip(position)
    shelf.runner.catch_up(retry=True)
    assert shelf.references(sort="reference") == ["A", "B"]


def test_the_first_entry_of_all_may_be_the_one(shelf: Shelf) -> None:
    """The tables then stand at nothing, and say so."""
    assert shelf.poison("A") == 1
    shelf.open("B")
    stopped(shelf, 1)
    assert shelf.runner.status()[1:4] == (0, 2, 0)
    shelf.skip(1)
    shelf.runner.catch_up(retry=True)
    assert shelf.references() == ["B"]


def test_of_several_the_first_in_the_ledger_stops_it(shelf: Shelf) -> None:
    """Whichever stream comes first when reading; the next is met when that one is skipped."""
    shelf.open(*"ABCDEFGH")
    positions = [shelf.poison(reference) for reference in "HCAGB"]
    assert positions == [9, 10, 11, 12, 13]
    for position in positions:
        stopped(shelf, position, retry=position > 9)
        assert shelf.runner.status().failed_position == position
        shelf.skip(position)
        assert shelf.runner.status().failed_position == position
    assert shelf.runner.catch_up(retry=True) == 18
    status = shelf.runner.status()
    assert (status.skipped, status.failed_position, status.failure) == ((9, 10, 11, 12, 13), None, None)
    assert shelf.rows() == shelf.rebuilt_rows()


def test_a_store_that_gives_more_than_it_is_asked_for_ends_with_what_stopped_it(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads up to just before an entry and meets it all the same would never come to an end."""
    shelf.open("A", "B")
    position = shelf.poison("A")
    shelf.open("C")
    read, asked = shelf.ledger.streams_begun, list[int]()

    def beyond(after: int, last: int, until: int) -> Iterator[StoredEntry]:
        asked.append(until)
        assert len(asked) < 9, "it goes on for ever"
        return read(after, last, FOREVER)

    monkeypatch.setattr(shelf.ledger, "streams_begun", beyond)
    with pytest.raises(StoreError, match=r"^the projection cases cannot go on: ") as caught:
        shelf.runner.catch_up()
    assert "up to position 2, the store gave the one at 3, which cannot be read: " in caught.value.message
    assert "entry 2 of its stream, case.unheard-of" in caught.value.message
    assert caught.value.hints == ("longcase doctor --deep says what is wrong with the store",)
    assert (caught.value.exit_code, asked) == (5, [4, position - 1])
    monkeypatch.undo()
    stopped(shelf, position)


def test_it_goes_on_once_the_entry_can_be_read(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a version that knows the event: but not before it is told to try again."""
    shelf.open("A")
    position = shelf.poison("A")
    stopped(shelf, position)
    read_by_a_newer_version(monkeypatch)
    stopped(shelf, position)
    assert shelf.runner.catch_up(retry=True) == 2
    assert shelf.runner.status().failure is None
    assert shelf.ask().items[0]["last_activity"] == "arrest"


def test_trying_again_in_vain_says_the_same(shelf: Shelf) -> None:
    """And changes nothing."""
    shelf.open("A")
    position = shelf.poison("A")
    stopped(shelf, position)
    before = shelf.rows()
    stopped(shelf, position, retry=True)
    assert shelf.rows() == before


def test_the_decision_to_skip_stands_in_the_ledger_and_holds_for_a_rebuild(shelf: Shelf) -> None:
    """It has a reason; what came after the entry in its case is in."""
    shelf.open("A")
    position = shelf.poison("A")
    shelf.put("A", SEEN)
    stopped(shelf, position)
    shelf.skip(position)
    shelf.runner.catch_up(retry=True)
    before = shelf.rows()
    (decision,) = [row for row in shelf.ledger.select_notifications(None, 99) if "skipped" in row.topic]
    assert codec.entry_of(decision).event.reason == "written by a later version"
    built = rebuild(shelf.runner)
    assert (built.missing, built.surplus, shelf.rows()) == (0, 0, before)
    assert shelf.ask().items[0]["last_activity"] == "child-seen"


def test_a_decision_to_skip_has_a_reason_and_is_made_once(shelf: Shelf) -> None:
    """It is an entry like any other."""
    shelf.open("A")
    position = shelf.poison("A")
    with pytest.raises(Refused, match="needs a reason"):
        shelf.skip(position, reason=None)
    shelf.skip(position)
    with pytest.raises(Refused, match="skipped already"):
        shelf.skip(position)


def test_an_entry_that_could_be_read_once_stops_it_where_it_stands(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older version may meet, in a case that goes on, what a newer one had read."""
    read_by_a_newer_version(monkeypatch)
    shelf.open("A")
    position = shelf.poison("A")
    shelf.open("B")
    shelf.runner.catch_up()
    monkeypatch.undo()
    shelf.put("A", SEEN)
    stopped(shelf, position)
    assert shelf.runner.status()[1:3] == (3, 1)


def test_tables_of_another_shape_are_not_read(shelf: Shelf) -> None:
    """A version that changed the rows says how to come by them."""
    shelf.open("A")
    shelf.runner.catch_up()
    shelf.sql("UPDATE projection SET schema = 99")
    for retry in (False, True):
        with pytest.raises(StoreError, match=f"of shape 99, and this version reads shape {SCHEMA}") as caught:
            shelf.runner.catch_up(retry=retry)
        assert caught.value.hints == ("longcase projections rebuild",)
    assert rebuild(shelf.runner).missing is None
    assert shelf.runner.catch_up() == 1


CATCH_UP = """
import sys
from contextlib import closing
from ledger.stores import open_recorder
from projections.runner.runner import Runner
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    with closing(open_recorder(sys.argv[1])) as ledger:
        print(Runner(ledger).catch_up(), flush=True)
"""


def test_two_processes_that_catch_up_at_once_fill_the_tables_once(place: Place) -> None:
    """One waits for the other, and then has nothing to do."""
    shelf = place.shared()
    shelf.open(*(f"CASE-{number}" for number in range(300)))
    command = [sys.executable, "-c", CATCH_UP, str(shelf.location), "3"]
    both = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in "ab"
    ]
    told = [process.communicate("go\n", timeout=30)[0].split() for process in both]
    assert told == [["300"] * 3] * 2
    assert [len(rows) for rows in shelf.rows()] == [300, 300]
    assert shelf.rows() == shelf.rebuilt_rows()
    shelf.close()


def test_a_rulebook_that_cannot_be_read_stops_the_tables_until_it_is_skipped(shelf: Shelf) -> None:
    """It names itself as any entry does; left out, the rulebook before it holds."""
    shelf.open("A", "B")
    stream = rulebook_stream()
    lost = StoredEntry(
        0, stream, 1, Adopted.TOPIC, 1, "HQ 1", "", hours(2), 0, b"lost rulebook 01", b"", b"", b"{}"
    )
    shelf.clock.at(hours(2))
    shelf.ledger.insert_events([lost])
    for _ in range(2):
        with pytest.raises(StoreError, match="before position 3: entry 1 of its stream, rulebook"):
            shelf.runner.catch_up()
    assert (shelf.runner.status().position, shelf.runner.status().failed_position) == (2, 3)
    with pytest.raises(StoreError, match="stopped before position 3"):
        rebuild(shelf.runner)
    before = shelf.rows()
    shelf.skip(3)
    shelf.runner.catch_up(retry=True)
    assert shelf.rows() == before
    assert rebuild(shelf.runner).missing == 0


@pytest.mark.parametrize(
    ("shift", "generation"), [(-DAY, 2), (0, 2), (1, 1)], ids=["the day before", "at once", "a microsecond later"]
)
def test_a_rulebook_that_takes_effect_at_once_or_before_makes_all_rows_anew(
    shelf: Shelf, shift: int, generation: int
) -> None:
    """No row may keep the old rules: under the new ones a case reported at that moment waits for nothing."""
    book = msgspec.structs.replace(default_rulebook(), standards=())
    shelf.open("A", at=2)
    shelf.runner.catch_up()
    adoption = Adopted(effective_from=hours(2) + shift, rulebook=book)
    shelf.put("", adoption, stream=rulebook_stream(), at=2)
    shelf.runner.catch_up()
    assert shelf.runner.status().generation == generation, "whether the rows are made anew"
    assert shelf.rows() == shelf.rebuilt_rows()
    assert bool(shelf.rows().clocks) is (generation == 1)


def test_rows_are_inserted_a_batch_at_a_time_even_if_no_case_waits_for_anything(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a rulebook without standards there are no rows but those of the cases."""
    book = msgspec.structs.replace(default_rulebook(), standards=())
    shelf.put("", Adopted(effective_from=EARLIEST, rulebook=book), stream=rulebook_stream(), at=-1)
    shelf.open(*"ABCDEF", at=0)
    monkeypatch.setattr(making, "BATCH", 2)
    written: list[int] = []
    write = Shelves.write

    def noting(self: Shelves, new: making.Flats) -> None:
        written.append(len(new.cases))
        write(self, new)

    monkeypatch.setattr(Shelves, "write", noting)
    shelf.runner.catch_up()
    assert written == [2, 2, 2]


@pytest.mark.parametrize("together", [1, 2, 3, 6])
def test_cases_that_have_rows_are_looked_up_some_at_a_time(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """Among new ones and those of an officer who changed; no row is lost between one time and the next."""
    monkeypatch.setattr(writer, "TOGETHER", together)
    shelf.open(*"ABCDE")
    for reference in "ABC":
        shelf.put(reference, ev.Allocated(officer="DC 1417"))
    shelf.runner.catch_up()
    shelf.put("", Enrolled(officer="DC 1417"), Left(), stream=officer_stream("DC 1417"))
    for reference in "ADE":
        shelf.put(reference, ARREST)
    shelf.open("F", "G")
    shelf.put("B", SEEN, at=2, recorded=20)
    shelf.runner.catch_up()
    assert shelf.rows() == shelf.rebuilt_rows()
    assert rebuild(shelf.runner)[2:] == (0, 0)


def test_only_what_officers_own_is_looked_up(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question for each case that changed would take as long as bringing it in."""
    shelf.open("A")
    shelf.put("A", ev.Allocated(officer="DC 1417"))
    shelf.runner.catch_up()
    asked: list[set[bytes]] = []
    owned_by = Filler._owned_by

    def noting(self: Filler, officers: set[bytes]) -> set[bytes]:
        asked.append(officers)
        return owned_by(self, officers)

    monkeypatch.setattr(Filler, "_owned_by", noting)
    shelf.open("B", "C")
    shelf.put("", Enrolled(officer="DC 1417"), stream=officer_stream("DC 1417"))
    shelf.runner.catch_up()
    assert asked == [{officer_stream("DC 1417")}]
    assert shelf.rows() == shelf.rebuilt_rows()


@pytest.mark.parametrize(
    ("stream", "event", "kind"),
    [(case_stream("A"), Left(), "case"), (officer_stream("DC 1417"), ARREST, "officer")],
    ids=["of a case", "of an officer"],
)
def test_an_entry_in_a_stream_of_another_kind_names_itself(
    shelf: Shelf, stream: bytes, event: Event, kind: str
) -> None:
    """No command stores one; whatever did, it is told and can be left out."""
    shelf.open("A")
    shelf.put("", event, stream=stream)
    shelf.put("A", ev.Allocated(officer="DC 1417"))
    with pytest.raises(StoreError, match=rf"before position 2: .*: the entries .* of the kind {kind}"):
        shelf.runner.catch_up()
    shelf.skip(2)
    shelf.runner.catch_up(retry=True)
    assert shelf.runner.status().position == 4
