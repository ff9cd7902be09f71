"""``--amend`` corrects what differs and retracts what vanished; tried, it stores nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.commands.amendments import correct, retract
from application.commands.cases import restrict
from application.envelope import Envelope
from domain.cases.belief import AMENDING, believe
from domain.codec import entry_of
from domain.identity import case_stream
from exchange.imports.command import Asked, FileOutcome, import_file, mapping_for
from tests.exchange.imports.test_known import GIVEN, HEAD, MAPPING, SEEN, VISITED, take
from tests.exchange.stores import Store

if TYPE_CHECKING:
    from pathlib import Path

    from domain.event import Entry

RANG = "C,rang,2016-02-05T09:00:00Z,DC 1,\n"


def amend(store: Store, folder: Path, rows: str, *, dry_run: bool = False, name: str = "desk.csv") -> FileOutcome:
    path = folder / name
    path.write_text((HEAD if name.endswith(".csv") else "") + rows, encoding="utf-8")
    asked = Asked(named=True, amend=True, dry_run=dry_run)
    by = Envelope("DC 9", reason="the desk put it right")
    return import_file(store.app, path, mapping_for(MAPPING, None), by, lambda _count: None, asked)


def entries(store: Store) -> list[Entry]:
    return [entry_of(row) for row in store.ledger.stream(case_stream("C"))]


def believed(store: Store) -> list[tuple[object, ...]]:
    """Return what is believed of the case, but for whose event gave the report."""
    found = (one for one in believe(entries(store)).entries if not isinstance(one.event, AMENDING))
    return [(one.topic, one.occurred_at, one.version > 1 and one.actor, one.event) for one in found]


def stripped(found: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    import msgspec

    return [(*one[:3], msgspec.structs.replace(one[3], origin=None)) for one in found]  # type: ignore[type-var]  # it is an event


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store()
    take(store, tmp_path, GIVEN + SEEN + VISITED)
    return store


@pytest.mark.parametrize(
    ("rows", "corrected", "retracted"),
    [
        (GIVEN.replace("DC 1\n", "DC 2\n") + SEEN.replace(",seen", ",not seen") + VISITED, 2, 0),
        (GIVEN + SEEN.replace("03T09", "03T10") + VISITED, 1, 0),
        (GIVEN + SEEN.replace("DC 1", "DC 3") + VISITED, 0, 1),
        (GIVEN + SEEN, 0, 1),
        (SEEN + VISITED, 0, 1),
        (GIVEN + RANG.replace("05T", "03T") + SEEN + VISITED + RANG, 0, 0),
        (RANG + VISITED.replace("visited", "met") + SEEN + GIVEN, 1, 0),
        (GIVEN + SEEN.replace("See", "Give").replace(",seen", ",DC 4") + VISITED, 0, 1),
    ],
)
def test_afterwards_the_case_is_what_the_file_says(
    store: Store, tmp_path: Path, rows: str, corrected: int, retracted: int
) -> None:
    """As if it alone had been imported; and the file again finds everything there."""
    tried = amend(store, tmp_path, rows, dry_run=True)
    assert store.count() == 4
    outcome = amend(store, tmp_path, rows)
    assert (outcome.corrected, outcome.retracted, outcome.refused) == (corrected, retracted, [])
    assert (tried.corrected, tried.retracted, tried.entries) == (corrected, retracted, outcome.entries)
    alone = Store()
    take(alone, tmp_path, rows)
    assert sorted(map(repr, stripped(believed(store)))) == sorted(map(repr, stripped(believed(alone))))
    count = store.count()
    assert amend(store, tmp_path, rows).entries == 0
    again = take(store, tmp_path, rows)
    assert (again.entries, again.refused, store.count()) == (0, [], count)


def test_every_amendment_says_who_and_why(store: Store, tmp_path: Path) -> None:
    amend(store, tmp_path, GIVEN + SEEN.replace(",seen", ",not seen"))
    made = [one for one in entries(store) if isinstance(one.event, AMENDING)]
    assert [(one.actor, one.event.reason, one.event.via) for one in made] == [
        ("DC 9", "the desk put it right", "import")
    ] * 2


def test_back_and_forth_is_amended_each_time(store: Store, tmp_path: Path) -> None:
    for outcome in ("not seen", "seen", "not seen"):
        assert amend(store, tmp_path, GIVEN + SEEN.replace(",seen", f",{outcome}") + VISITED).corrected == 1
    for rows in (GIVEN + SEEN, GIVEN + SEEN + VISITED, GIVEN + SEEN):
        assert amend(store, tmp_path, rows).refused == []
    assert [one[0] for one in believed(store)] == ["case.reported", "case.allocated", "case.action-recorded"]


def test_what_was_put_right_here_stays(store: Store, tmp_path: Path) -> None:
    """A file that says what it said is no reason to amend it; another value of its own is."""
    correct(store.app, "C", 3, {"outcome": "moved"}, Envelope("DS 1"))
    retract(store.app, "C", 4, Envelope("DS 1"))
    assert amend(store, tmp_path, GIVEN + SEEN + VISITED).entries == 0
    outcome = amend(store, tmp_path, GIVEN + SEEN + VISITED.replace("visited", "met"))
    assert (outcome.entries, [one.line for one in outcome.refused]) == (0, [4])
    assert "was retracted here and stays so" in outcome.refused[0].reason
    assert amend(store, tmp_path, GIVEN + SEEN).entries == 0


def test_a_file_with_a_row_that_cannot_be_read_amends_nothing(store: Store, tmp_path: Path) -> None:
    """Whose row that is nobody knows, so nobody knows what has vanished."""
    outcome = amend(store, tmp_path, GIVEN + SEEN + VISITED.replace("2016", "some"))
    assert (outcome.complete, outcome.entries, store.count()) == (False, 0, 4)
    assert outcome.refused[-1].reason == "1 of its rows cannot be read, and to amend by it all must be known"


def test_an_own_export_is_not_amended(store: Store, tmp_path: Path) -> None:
    outcome = amend(store, tmp_path, store.text("jsonl"), name="own.jsonl")
    assert (outcome.complete, store.count()) == (False, 4)
    assert "export of Longcase" in outcome.refused[-1].reason


def test_a_case_that_whoever_imports_may_not_read_is_not_amended(store: Store, tmp_path: Path) -> None:
    restrict(store.app, "C", ["DS 1"], Envelope("DS 1"))
    outcome = amend(store, tmp_path, GIVEN + SEEN.replace(",seen", ",not seen"))
    assert (outcome.entries, [one.line for one in outcome.refused]) == (0, [3])
    assert outcome.refused[0].reason == "the case is restricted, and DC 9 is not among its readers"
    assert "and stay, because the case is restricted, and DC 9 is not among its readers: 1" in outcome.notes[0]


def test_tried_it_shows_cases_as_they_would_be(store: Store, tmp_path: Path) -> None:
    outcome = amend(store, tmp_path, GIVEN + RANG.replace("C,", "D,") + RANG.replace("C,", "E,"), dry_run=True)
    references = [sample.entries[0].event.reference for sample in outcome.samples]  # type: ignore[attr-defined]  # each begins with a report
    assert references == ["C", "D", "E"]
    assert [len(sample.entries) for sample in outcome.samples] == [6, 2, 2]
    assert store.count() == 4


def test_a_word_that_is_corrected_is_looked_up(store: Store, tmp_path: Path) -> None:
    """An officer in no register is told where a correction brings them, and not where something else is."""
    unknown = "officers in no register: 'DC 41055' (1)"
    assert unknown in amend(store, tmp_path, GIVEN.replace("DC 1\n", "DC 41055\n") + SEEN + VISITED).notes
    later = amend(store, tmp_path, GIVEN.replace("T09", "T10").replace("DC 1\n", "DC 41055\n") + SEEN + VISITED)
    assert (later.corrected, [note for note in later.notes if "officers" in note]) == (1, [])
