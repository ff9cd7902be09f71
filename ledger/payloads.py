"""The payloads of a ledger in order, page by page, without what a search of them has no use for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ledger.reader import LedgerReader

PAGE = 1_000
"""How many entries are read together."""

_PAGE = (
    "SELECT position, topic, schema, payload FROM entry WHERE position >= ? AND position <= ? ORDER BY position"
)
_OF_TOPIC = "SELECT stream FROM entry WHERE topic = ? AND position > ? AND position <= ?"


class PayloadPage(NamedTuple):
    """Entries one after the other, as columns: what they hold, and what says how it is read."""

    positions: Sequence[int]
    topics: Sequence[str]
    schemas: Sequence[int]
    payloads: Sequence[bytes]


def pages(ledger: LedgerReader, last: int, *, newest_first: bool = False) -> Iterator[PayloadPage]:
    """Yield the payloads up to position ``last`` in order of position, or in the opposite order."""
    starts = range(1, last + 1, PAGE)
    for start in reversed(starts) if newest_first else starts:
        rows = ledger.rows(_PAGE, (start, min(start + PAGE - 1, last)))
        if rows:
            yield PayloadPage(*zip(*(reversed(rows) if newest_first else rows), strict=True))


def streams_of_topic(ledger: LedgerReader, topic: str, after: int, last: int) -> set[bytes]:
    """Return the streams with an entry of this topic after one position and up to another: a scan of them."""
    return {row[0] for row in ledger.rows(_OF_TOPIC, (topic, after, last))}
