"""Seven cases in the population tables, and rows that Longcase never writes there."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from domain.cases import events as ev
from tests.projections.stores import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CASES: Final = 7
OF_NOBODY: Final = """INSERT INTO clock_interval_1
(stream, valid_from, valid_to, known_from, known_to, kind, name, standard, "key", "limit", since, due)
VALUES (zeroblob(16), 0, 1, 0, 1, '', '', '', '', '', 0, 0)"""
"""Puts in a row of a stream that there is not."""


@contextmanager
def seven_cases(path: Path) -> Iterator[Shelf]:
    """Lend a store with an arrest in each case and one late entry, all in the tables."""
    shelf = Shelf(path)
    shelf.open(*(f"CASE-{number}" for number in range(CASES)))
    shelf.runner.catch_up()
    for number in range(CASES):
        shelf.put(f"CASE-{number}", ev.ActionRecorded(kind="arrest"))
    shelf.put("CASE-3", ev.Allocated(officer="DC 1417"), at=2.5)
    shelf.runner.catch_up()
    yield shelf
    shelf.close()
