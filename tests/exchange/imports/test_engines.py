"""Amending and taking back come to the same on both engines, and what is only tried leaves nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.app import Longcase
from tests.clock import Clock
from tests.exchange.imports.test_amend import amend, believed
from tests.exchange.imports.test_known import GIVEN, SEEN, VISITED, take
from tests.exchange.imports.test_undo import standing, take_back
from tests.exchange.stores import LATER, Store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projections.engines import Place


def test_amended_tried_and_taken_back(place: Place, tmp_path: Path) -> None:
    recorder = place.recorder()
    recorder.clock = Clock(LATER)
    store = Store(app=Longcase(recorder))
    take(store, tmp_path, GIVEN + SEEN + VISITED)
    put_right = GIVEN + SEEN.replace(",seen", ",not seen")
    assert amend(store, tmp_path, put_right, dry_run=True).corrected == 1
    assert store.count() == 4
    outcome = amend(store, tmp_path, put_right)
    assert (outcome.corrected, outcome.retracted, store.count()) == (1, 1, 6)
    assert len(believed(store)) == 3
    assert take_back(store, dry_run=True).retracted == 3
    assert take_back(store).closed == 1
    assert (standing(store, "C"), store.count()) == ([], 9)
    recorder.close()
