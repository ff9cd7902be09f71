"""The entries of a case, for tests that look at what was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.identity import case_stream, known
from projections.views.access import entries_of, no_case

if TYPE_CHECKING:
    from domain.event import Entry
    from ledger.reader import LedgerReader


def case_entries(ledger: LedgerReader, reference: str) -> list[Entry]:
    """Return all entries of a case; raise ``NotFound`` if there is none, ``StoreError`` if one cannot be read."""
    found = entries_of(ledger, known(case_stream, reference.strip(), ledger.stream))
    if not found:
        raise no_case(ledger, reference)
    return found
