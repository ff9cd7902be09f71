"""A follower whose store is replaced goes on with what is there now, and says so."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from projections.runner.follower import Follower
from projections.runner.metrics import FollowerCounts
from tests.projections.stores import Shelf

if TYPE_CHECKING:
    from ledger.reader import LedgerReader


def test_a_follower_leaves_a_store_that_was_replaced() -> None:
    """It would say for ever that all is well with a file that nobody uses any more."""
    stop, said, opened = Event(), list[str](), list[Shelf]()

    def which() -> object:
        return "old" if len(opened) == 0 else "new"

    def open_one() -> LedgerReader:
        opened.append(Shelf())
        if len(opened) == 2:
            stop.set()
        return opened[-1].ledger

    Follower(open_one, said.append, FollowerCounts(), stop, which).run()
    assert len(opened) == 2
    assert said == ["the store was moved away or another was put in its place: opening what is there now"]
