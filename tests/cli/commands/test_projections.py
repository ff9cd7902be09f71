"""``longcase projections``: how current the tables are, and what to do when something stopped them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from projections.runner.runner import Status
from projections.tables.schema import SCHEMA
from tests.cli.terminal import Screen
from tests.projections.stores import POISON, Shelf, read_by_a_newer_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.projections.story_store import Store


# Of each case: how it stands, and that nobody has it.
ROWS = 3 * (1 + 1)


def nothing(store: Store) -> Store:
    return store


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    monkeypatch.setenv("LONGCASE_ACTOR", "ADM 1")
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=nothing)


@pytest.fixture
def shelf(tmp_path: Path, screen: Screen) -> Iterator[Shelf]:
    """Another connection to the store of ``screen``, with three cases in it."""
    shelf = Shelf(tmp_path / "s.db")
    shelf.open("A", "B", "C")
    yield shelf
    shelf.close()


def status(screen: Screen) -> dict[str, object]:
    (item,) = screen.typed("projections", "status", "--format", "json").json["items"]
    assert tuple(item) == Status._fields
    return dict(item)


def test_the_status_before_and_after_a_reader(screen: Screen, shelf: Shelf) -> None:
    """Looking at it brings nothing up to date; a reading command does."""
    assert [status(screen)[name] for name in ("position", "behind", "rows", "generation")] == [0, 3, 0, 0]
    assert status(screen)["updated_at"] is None
    assert screen.typed("cases").out.startswith("3 cases")
    assert [status(screen)[name] for name in ("position", "behind", "rows", "generation")] == [3, 0, ROWS, 1]
    shelf.open("D")
    assert status(screen)["behind"] == 1
    table = screen.typed("projections", "status").out.splitlines()
    assert table[0].split()[:4] == ["PROJECTION", "POSITION", "BEHIND", "ROWS"]
    assert table[1].split()[:4] == ["cases", "3", "1", str(ROWS)]


def test_a_rebuild_says_what_it_found(screen: Screen, shelf: Shelf) -> None:
    """In words, and in figures for a program."""
    screen.typed("cases")
    rebuilt = f"rebuilt up to position 3: {ROWS} rows"
    assert screen.typed("projections", "rebuild").out == f"{rebuilt}, the same as before\n"
    shelf.sql("DELETE FROM case_interval_2 WHERE reference = 'B'")
    assert screen.typed("projections", "rebuild").out == (
        f"{rebuilt}; the old tables were wrong: 1 rows missing, 0 too many\n"
    )
    shelf.sql("UPDATE clock_interval_3 SET due = due + 1 WHERE name = 'unallocated'")
    assert screen.typed("projections", "rebuild").out == (
        f"{rebuilt}; the old tables were wrong: 3 rows missing, 3 too many\n"
    )
    told = screen.typed("projections", "rebuild", "--format", "json").json
    assert told["items"] == [{"position": 3, "rows": ROWS, "missing": 0, "surplus": 0}]


def test_an_entry_that_cannot_be_read_is_named_to_every_reader(screen: Screen, shelf: Shelf) -> None:
    """Exit code 5, no table, and what to do; the status says it too, and is no error."""
    position = shelf.poison("B")
    for words in (["cases"], ["cases", "--format", "json"], ["projections", "retry"], ["projections", "rebuild"]):
        shown = screen.typed(*words)
        assert (shown.code, shown.out) == (5, "")
        assert f"stopped before position {position}: entry 2 of its stream, {POISON}" in shown.err
        assert "longcase projections retry" in shown.err
        assert f"longcase projections skip {position} --reason WHY" in shown.err
    found = status(screen)
    assert (found["position"], found["failed_position"]) == (3, position)
    assert POISON in str(found["failure"])
    assert POISON in screen.typed("projections", "status", width=200).out


def test_trying_again_once_it_can_be_read(screen: Screen, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an upgrade."""
    shelf.poison("B")
    assert screen.typed("cases").code == 5
    read_by_a_newer_version(monkeypatch)
    assert screen.typed("cases").code == 5
    shown = screen.typed("projections", "retry", "--format", "json")
    assert (shown.code, shown.json["items"][0]["failure"]) == (0, None)
    assert screen.typed("cases").code == 0


def test_skipping_it_with_a_reason(screen: Screen, shelf: Shelf) -> None:
    """Everybody can read again, the audit shows the decision, and a rebuild keeps to it."""
    position = shelf.poison("B")
    screen.typed("cases")
    words = ["projections", "skip", str(position), "--reason", "made by a test of the supplier"]
    assert screen.typed(*words[:3]).code == 3
    command = ["--command-id", "6d1f3c1e6f0b5d1c9c832f6d5c0a7e11"]
    shown = screen.typed(*words, *command)
    assert (shown.code, shown.out) == (
        0,
        f"position {position} is left out of the population tables from now on\n",
    )
    again = screen.typed(*words, *command, "--format", "json")
    assert (again.code, again.json["repeated"], again.json["skipped"]) == (0, True, position)
    assert screen.typed(*words).code == 3
    assert screen.typed("cases").out.startswith("3 cases")
    assert status(screen)["skipped"] == [position]
    assert "the same as before" in screen.typed("projections", "rebuild").out
    (line,) = screen.typed("audit", "--event", "entry-skipped", "--format", "jsonl").rows
    assert (line["actor"], line["reason"]) == ("ADM 1", "made by a test of the supplier")


@pytest.mark.parametrize(("position", "code"), [("1", 3), ("99", 3), ("0", 2), ("-1", 2), ("x", 2)])
def test_only_what_stopped_them_can_be_skipped(screen: Screen, shelf: Shelf, position: str, code: int) -> None:
    """Skipping is no way to make a fact disappear from the lists."""
    shelf.poison("B")
    screen.typed("cases")
    before = shelf.ledger.head()[0]
    shown = screen.typed("projections", "skip", "--reason", "it does not look good", "--", position)
    assert (shown.code, shown.out) == (code, "")
    assert shelf.ledger.head()[0] == before
    assert status(screen)["skipped"] == []


def test_the_next_one_is_named_when_the_first_is_skipped(screen: Screen, shelf: Shelf) -> None:
    """One decision for each."""
    first, second = shelf.poison("C"), shelf.poison("A")
    screen.typed("cases")
    shown = screen.typed("projections", "skip", str(first), "--reason", "why not")
    assert shown.code == 5
    assert f"stopped before position {second}" in shown.err
    assert screen.typed("projections", "skip", str(second), "--reason", "why not").code == 0
    assert screen.typed("cases").code == 0


def test_tables_of_another_version(screen: Screen, shelf: Shelf) -> None:
    """The error names the cure, and the cure cures."""
    screen.typed("cases")
    shelf.sql("UPDATE projection SET schema = 99")
    shown = screen.typed("cases")
    assert (shown.code, shown.out) == (5, "")
    assert "hint: longcase projections rebuild" in shown.err
    assert status(screen)["failure"] == f"the tables are of shape 99, and this version reads shape {SCHEMA}"
    assert screen.typed("projections", "rebuild").out == (
        f"rebuilt up to position 3: {ROWS} rows; the old tables could not be compared\n"
    )
    assert screen.typed("cases").code == 0


def test_the_status_of_tables_of_which_an_older_version_had_fewer(screen: Screen, shelf: Shelf) -> None:
    """What there is of them is counted, and reflects nothing; the next command that reads makes them anew."""
    screen.typed("cases")
    shelf.sql("DROP TABLE clock_interval_1")
    shelf.sql("UPDATE projection SET schema = 1")
    found = status(screen)
    assert (found["rows"], found["behind"], found["failure"]) == (3, 3, None)
    assert screen.typed("cases").code == 0
    assert status(screen)["behind"] == 0
