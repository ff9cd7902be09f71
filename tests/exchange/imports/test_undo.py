"""``import undo`` retracts what a source brought, brings every list back, and says what stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from application.commands.amendments import correct
from application.commands.cases import act, allocate, report, restrict
from application.commands.officers import enrol
from application.envelope import Envelope
from domain.axes import Axes
from domain.cases.belief import AMENDING, believe
from domain.codec import entry_of
from domain.errors import NotFound, Refused
from domain.identity import case_stream
from exchange.imports.undo import Undone, undo
from exchange.mapping.mapping import check
from projections.queries.cases import CaseQuery, cases
from projections.runner.runner import Runner
from tests.exchange.imports.test_known import GIVEN, HEAD, SEEN, VISITED, take
from tests.exchange.stores import LATER, Store

if TYPE_CHECKING:
    from pathlib import Path

    from domain.event import Entry

OTHER = "D,visited,2016-02-04T09:00:00Z,DC 1,\n"


def take_back(store: Store, source: str = "desk", *, dry_run: bool = False, actor: str = "DS 1") -> Undone:
    by = Envelope(actor, reason="the wrong mapping")
    return undo(store.app, source, by, lambda _count: None, dry_run=dry_run)


def listed(store: Store) -> list[dict[str, Any]]:
    runner = Runner(store.ledger)
    runner.catch_up()
    return list(cases(runner, CaseQuery(Axes(LATER, LATER), sort="reference")).items)


def standing(store: Store, reference: str) -> list[Entry]:
    entries = [entry_of(row) for row in store.ledger.stream(case_stream(reference))]
    return [one for one in believe(entries).entries if not isinstance(one.event, AMENDING)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with a case of its own, to which an import adds, and a case that the import opens."""
    store = Store(tmp_path / "store.db")
    report(store.app, "D", Envelope("DC 1"), category="missing")
    return store


def test_every_list_is_what_it_was(store: Store, tmp_path: Path) -> None:
    before = listed(store)
    take(store, tmp_path, GIVEN + SEEN + VISITED + OTHER)
    assert [item["reference"] for item in listed(store)] == ["C", "D"]
    done = take_back(store)
    assert (done.cases, done.retracted, done.closed, done.stays) == (2, 5, 1, {})
    assert listed(store) == before
    assert standing(store, "C") == []


def test_tried_it_takes_nothing_back(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, GIVEN + OTHER)
    count = store.count()
    assert take_back(store, dry_run=True).retracted == 3
    assert store.count() == count


def test_each_retraction_says_who_and_why(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, GIVEN)
    take_back(store)
    made = [entry_of(row) for row in store.ledger.stream(case_stream("C"))][2:]
    assert [(one.name, one.actor, one.event.reason) for one in made] == [
        ("entry-retracted", "DS 1", "the wrong mapping")
    ] * 2


def test_where_others_have_recorded_the_report_stays(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, GIVEN + SEEN)
    act(store.app, "C", "interview", Envelope("DC 1"))
    done = take_back(store)
    assert (done.retracted, done.closed) == (2, 0)
    assert done.stays == {"others have recorded in the case that it opened": 1}
    assert [one.name for one in standing(store, "C")] == ["reported", "action-recorded"]


def test_what_was_corrected_here_goes_too(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, GIVEN + SEEN)
    correct(store.app, "C", 3, {"outcome": "moved"}, Envelope("DC 1"))
    assert take_back(store).stays == {}
    assert standing(store, "C") == []


def test_a_case_that_may_not_be_read_stays(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, GIVEN + OTHER)
    restrict(store.app, "C", ["DC 1"], Envelope("DC 1"))
    done = take_back(store)
    assert done.retracted == 1
    assert done.stays == {"the case is restricted, and DS 1 is not among its readers": 2}


def test_twice_takes_nothing_more_back(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, GIVEN)
    take_back(store)
    count = store.count()
    with pytest.raises(NotFound, match="nothing that 'desk' brought stands any more"):
        take_back(store)
    assert store.count() == count


def test_a_source_that_there_is_not_is_named_with_what_is_near(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, GIVEN)
    with pytest.raises(NotFound, match="there is no source 'dsk'") as caught:
        take_back(store, "dsk")
    assert caught.value.hints == ("there is: 'desk'",)


def test_the_file_can_be_imported_again_by_a_better_mapping(store: Store, tmp_path: Path) -> None:
    """Under the same source: its rows are new, and are known when they come again."""
    store.take(tmp_path / "desk.csv", None) if (tmp_path / "desk.csv").exists() else None
    (tmp_path / "desk.csv").write_text(HEAD + GIVEN + SEEN)
    store.take(tmp_path / "desk.csv", check({"source": "desk"}, "m.toml"))
    take_back(store)
    for again in (4, 0):
        outcome = take(store, tmp_path, GIVEN + SEEN + VISITED)
        assert (outcome.entries, outcome.already_present, outcome.refused) == (again, 4 - again, [])
    names = [one.name for one in standing(store, "C")]
    assert names == ["reported", "allocated", "action-recorded", "action-recorded"]
    assert take_back(store).closed == 1
    assert listed(store)[0]["reference"] == "D"


def test_the_reference_can_be_reported_again(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, GIVEN)
    take_back(store)
    with pytest.raises(Refused, match="had not been reported by then"):
        allocate(store.app, "C", "DC 1", Envelope("DS 1"))
    report(store.app, "C", Envelope("DS 1"), category="missing")
    assert [item["category"] for item in listed(store)] == ["missing", "missing"]
    with pytest.raises(Refused, match="reported already"):
        report(store.app, "C", Envelope("DS 1"), category="missing")


@pytest.mark.parametrize("form", ["jsonl", "csv", "xes"])
def test_an_export_of_it_comes_back_as_it_was(store: Store, tmp_path: Path, form: str) -> None:
    """Undone, and imported again."""
    take(store, tmp_path, GIVEN + SEEN + OTHER)
    take_back(store)
    for _ in range(2):
        store.put(tmp_path / f"out.{form}")
        other = Store()
        outcome = other.take(tmp_path / f"out.{form}")
        assert (outcome.refused, outcome.entries) == ([], store.count())
        assert listed(other) == listed(store)
        assert other.take(tmp_path / f"out.{form}").entries == 0
        take(store, tmp_path, GIVEN + SEEN + OTHER)


def test_the_register_is_asked_who_takes_an_import_back(store: Store, tmp_path: Path) -> None:
    """What an import brings was recorded elsewhere; to retract it is an act of somebody here."""
    enrol(store.app, "DS 1", Envelope("DS 1"))
    take(store, tmp_path, GIVEN + VISITED)
    take_back(store, actor="DS 2")
    found = [entry_of(row) for row in store.ledger.stream(case_stream("C"))]
    unknown = ["actor-not-enrolled" in one.event.flags for one in found]
    assert unknown == [isinstance(one.event, AMENDING) for one in found]
    take(store, tmp_path, GIVEN + VISITED)
    take_back(store, actor="DS 1")
    last = entry_of(store.ledger.stream(case_stream("C"))[-1])
    assert (isinstance(last.event, AMENDING), last.event.flags) == (True, ())


def test_whom_the_register_does_not_know_reopens_no_case_by_it(store: Store, tmp_path: Path) -> None:
    """Taking a resolution back is for those whom the register knows, as a retraction is; the rest goes."""
    enrol(store.app, "DS 1", Envelope("DS 1"))
    take(store, tmp_path, OTHER)
    path = tmp_path / "closed.csv"
    path.write_text("case id,activity,timestamp,resource\nD,shut,2016-02-05T09:00:00Z,DS 7\n")
    store.take(path, check({"ends": ["shut"]}, "the mapping"))
    stays = take_back(store, "closed", actor="DS 2").stays
    assert list(stays) == ["the register of officers does not know DS 2, and this is for those whom it knows"]
    assert take_back(store, "closed", actor="DS 1").retracted == 1
