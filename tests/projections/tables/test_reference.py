"""What rows rest on beside the entries of their case: when all of them have to be made anew."""

from __future__ import annotations

from contextlib import closing

import pytest

from domain.identity import rulebook_stream
from domain.instant import DAY, EARLIEST
from domain.rulebook.default import default_rulebook
from domain.rulebook.events import Adopted
from projections.tables.reference import ReferenceData
from tests.clock import hours
from tests.projections.stores import Shelf

ADOPTED = hours(2)


@pytest.mark.parametrize(
    ("effective_from", "anew"),
    [(EARLIEST, True), (ADOPTED - DAY, True), (ADOPTED, True), (ADOPTED + 1, False), (ADOPTED + DAY, False)],
    ids=["always", "the day before", "at once", "a microsecond later", "the day after"],
)
def test_rows_are_made_anew_after_a_rulebook_that_takes_effect_at_once_or_before(
    effective_from: int, *, anew: bool
) -> None:
    """It may govern clocks of cases that are in the tables already; tables that reflect it are right."""
    with closing(Shelf()) as shelf:
        before = shelf.open("A", at=2)
        adoption = Adopted(effective_from=effective_from, rulebook=default_rulebook())
        position = shelf.put("", adoption, stream=rulebook_stream(), at=2)
        after = shelf.open("B", at=3)
        reference_data = ReferenceData(shelf.ledger, after)
        assert reference_data.redrawn(before) is anew, "after tables without it"
        assert reference_data.redrawn(position) is False, "after tables that reflect it"
        assert ReferenceData(shelf.ledger, before).redrawn(0) is False, "before it was adopted"
