"""The versions of the rulebook that a ledger holds, after the one that ships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.books import Books, books_of_entries
from domain.identity import rulebook_stream
from domain.shipped import default_rulebook
from projections.reading import entries_of

if TYPE_CHECKING:
    from domain.event import Entry
    from ledger.reader import SQLiteReader


def adoptions(ledger: SQLiteReader) -> list[Entry]:
    """Return the entries of the rulebook's stream, in order; raise ``StoreError`` if one cannot be read."""
    return entries_of(ledger, rulebook_stream())


def books_of(ledger: SQLiteReader) -> Books:
    """Return the versions of the rulebook: the one that ships, then those adopted."""
    return books_of_entries(default_rulebook(), adoptions(ledger))
