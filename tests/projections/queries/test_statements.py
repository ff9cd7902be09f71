"""What a question costs beside its rows: its statement is made once, and the rulebook read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from domain.axes import Axes
from domain.cases import events as ev
from domain.identity import rulebook_stream
from domain.instant import DAY
from domain.rulebook.events import Adopted
from projections.queries import cases as of_cases
from projections.queries import silence, stalled_statements
from projections.queries.cases import CaseQuery, cases
from projections.queries.stalled import StalledQuery, stalled
from tests.clock import hours
from tests.projections.stores import Shelf
from tests.smallbook import BOOK

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.entry import StoredEntry

_KEPT = (
    of_cases._listing,
    of_cases._owners_of,
    silence._statement,
    stalled_statements.waiting,
    stalled_statements.cases_meant,
    stalled_statements.open_streams,
    stalled_statements.count_open,
)


def ask(shelf: Shelf, at: float, team: str) -> None:
    """Put every kind of question, as at an hour and for a team."""
    axes = Axes(hours(at), hours(at))
    stalled(shelf.runner, StalledQuery(axes, team=(team,), owner=("DC 4417",), limit=5))
    stalled(shelf.runner, StalledQuery(axes, team=(team,), due_by=hours(at) + DAY))
    stalled(shelf.runner, StalledQuery(Axes(hours(at + 9), hours(at)), team=(team,)))
    cases(shelf.runner, CaseQuery(axes, team=(team,), owner=("DC 4417",), idle_before=hours(at), limit=5))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Give a store with a case, its tables current."""
    found = Shelf(tmp_path / "store.db")
    found.put("A", ev.Reported(reference="A", category="other"), at=0)
    found.runner.catch_up()
    return found


def test_questions_of_one_shape_share_their_statements(shelf: Shelf) -> None:
    ask(shelf, 5, "Hydra")
    made = [kept.cache_info().misses for kept in _KEPT]
    ask(shelf, 500, "Pavo")
    assert [kept.cache_info().misses for kept in _KEPT] == made


def test_an_instant_is_a_value_of_a_statement_and_not_a_part_of_it(shelf: Shelf) -> None:
    texts: list[str] = []
    event.listen(shelf.runner.engine, "before_cursor_execute", lambda *given: texts.append(given[2]))
    ask(shelf, 5, "Hydra")
    first, texts[:] = list(texts), []
    ask(shelf, 500, "Pavo")
    assert texts == first


def test_the_rulebook_is_read_again_only_once_something_was_recorded(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []
    real = shelf.runner.recorder.stream

    def counted(stream: bytes) -> list[StoredEntry]:
        read.append(stream)
        return real(stream)

    monkeypatch.setattr(shelf.runner.recorder, "stream", counted)
    ask(shelf, 5, "Hydra")
    ask(shelf, 5, "Hydra")
    assert read.count(rulebook_stream()) == 1
    shelf.put("", Adopted(effective_from=hours(6), rulebook=BOOK), at=6, stream=rulebook_stream())
    shelf.runner.catch_up()
    read.clear()
    ask(shelf, 7, "Hydra")
    assert read.count(rulebook_stream()) == 1
