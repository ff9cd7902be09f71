"""The entries of a case, for tests that look at what was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.identity import case_stream, known
from ledger.entry import leaf_hash_v1
from projections.views.access import entries_of, no_case

if TYPE_CHECKING:
    from domain.event import Entry
    from ledger.reader import LedgerReader


def unsalted(ledger: LedgerReader) -> list[Any]:
    """Return every row without its salt and with the leaf v1, the same in any two stores of the same."""
    rows: list[Any] = list(ledger.select_notifications(None, 1 << 40))
    return [row._replace(leaf=leaf_hash_v1(row), salt=b"") for row in rows]


def case_entries(ledger: LedgerReader, reference: str) -> list[Entry]:
    """Return all entries of a case; raise ``NotFound`` if there is none, ``StoreError`` if one cannot be read."""
    found = entries_of(ledger, known(case_stream, reference.strip(), ledger.stream))
    if not found:
        raise no_case(ledger, reference)
    return found
