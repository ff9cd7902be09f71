"""The entries of cases that the ledger took between two instants, in the order in which it took them.

No entry is recorded before the one that stands before it, so the first and the last are found by halving.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from domain.cases.flags import LATE_AFTER, lateness
from domain.cases.restrictions import WITHHELD
from domain.codec import Unreadable, entry_of
from domain.instant import SECOND
from projections.fields import fields
from projections.views.case_view import Unread
from projections.views.summaries import summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.event import Entry
    from domain.instant import Instant
    from ledger.entry import StoredEntry
    from ledger.reader import LedgerReader
    from projections.views.timeline import Item

FIELDS: Final = fields(
    "occurred_at recorded_at late_seconds position version event actor role on_behalf_of summary withheld"
)
"""What is said of an entry, under the names of the contract."""

_PAGE: Final = 1_000
_OF_CASES: Final = "case."


class RecordedSpan(NamedTuple):
    """From when on entries were recorded, and until when, both included; what occurred after ``as_at`` is none.

    Instants are microseconds UTC.
    """

    since: Instant
    until: Instant
    as_at: Instant


def recorded(ledger: LedgerReader, span: RecordedSpan) -> Iterator[list[StoredEntry]]:
    """Yield the rows of the entries of cases recorded in a span, some at a time."""
    first, last = first_since(ledger, span.since), first_since(ledger, span.until + 1) - 1
    for start in range(first, last + 1, _PAGE):
        page = ledger.select_notifications(start, _PAGE, min(start + _PAGE - 1, last))
        yield [row for row in page if row.topic.startswith(_OF_CASES) and row.occurred_at <= span.as_at]


def first_since(ledger: LedgerReader, instant: Instant) -> int:
    """Return the position of the first entry recorded at an instant or later; if none was, one after the last."""
    low, high = 1, ledger.head()[0] + 1
    while low < high:
        middle = (low + high) // 2
        if ledger.select_notifications(middle, 1)[0].recorded_at < instant:
            low = middle + 1
        else:
            high = middle
    return low


def readable(row: StoredEntry, unread: list[Unread]) -> Entry | None:
    """Return the entry of a row as it was recorded; one that cannot be read is added to ``unread``."""
    try:
        return entry_of(row)
    except Unreadable as error:
        unread.append(Unread(row.position, row.version, row.topic, str(error), row))
        return None


def is_late(entry: Entry) -> bool:
    """Say whether an entry was known so long after it occurred that it is flagged as late."""
    return lateness(entry) > LATE_AFTER


def item(entry: Entry, *, withheld: bool) -> Item:
    """Return an entry as it was recorded, whatever corrects it since; ``withheld`` leaves its text out."""
    return {
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "late_seconds": lateness(entry) // SECOND,
        "position": entry.position,
        "version": entry.version,
        "event": entry.topic,
        "actor": entry.actor,
        "role": entry.role or None,
        "on_behalf_of": entry.event.on_behalf_of,
        "summary": WITHHELD if withheld else summary(entry.event),
        "withheld": withheld,
    }
