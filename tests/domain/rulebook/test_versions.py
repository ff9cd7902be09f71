"""Which rulebook is in force at an instant."""

from __future__ import annotations

import pytest

from domain.event import Entry, Event
from domain.identity import rulebook_stream
from domain.instant import EARLIEST, FOREVER
from domain.rulebook.events import Adopted
from domain.rulebook.model import Rulebook
from domain.rulebook.versions import RulebookVersions, versions_of_entries

SHIPPED = Rulebook(title="shipped", standards=())
ONE = Rulebook(title="one", standards=())
TWO = Rulebook(title="two", standards=())


def entries(*events: Event) -> list[Entry]:
    return [
        Entry(number, rulebook_stream(), number, 5, 5, "CC 1", "", bytes([number] * 16), event)
        for number, event in enumerate(events, 1)
    ]


def adopted(since: int, book: Rulebook) -> Adopted:
    return Adopted(effective_from=since, rulebook=book)


def rulebooks(*events: Event) -> RulebookVersions:
    return versions_of_entries(SHIPPED, entries(*events))


@pytest.mark.parametrize("instant", [EARLIEST, -1, 0, FOREVER])
def test_until_one_is_adopted_the_shipped_one_holds(instant: int) -> None:
    """At every instant there is."""
    assert rulebooks().at(instant) is SHIPPED


@pytest.mark.parametrize(
    ("instant", "book"),
    [(EARLIEST, SHIPPED), (-1, SHIPPED), (0, ONE), (1, ONE), (99, ONE), (100, TWO), (FOREVER, TWO)],
)
def test_a_rulebook_holds_from_its_instant_until_the_next(instant: int, book: Rulebook) -> None:
    """That instant included, whatever the order of adoption."""
    assert rulebooks(adopted(0, ONE), adopted(100, TWO)).at(instant) is book
    assert rulebooks(adopted(100, TWO), adopted(0, ONE)).at(instant) is book


def test_of_two_for_the_same_day_the_later_adopted_holds() -> None:
    """So an adoption can be put right until its day."""
    assert rulebooks(adopted(100, ONE), adopted(100, TWO)).at(100) is TWO
    assert rulebooks(adopted(100, ONE), adopted(100, SHIPPED)).at(100) is SHIPPED


def test_one_from_the_beginning_takes_the_place_of_the_shipped_one() -> None:
    """As a force does that begins with an empty ledger."""
    assert rulebooks(adopted(EARLIEST, ONE)).at(EARLIEST) is ONE
