"""Reading on PostgreSQL page by page: whatever the size of a page, no entry is left out and none comes twice."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from domain.identity import case_stream
from ledger import reader as any_reader
from ledger.postgresql import reader
from ledger.postgresql.recorder import PostgresRecorder
from tests.clock import Clock
from tests.ledger.contract import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ledger.entry import StoredEntry

STREAMS = sorted(case_stream(name) for name in "wxyz")
LENGTHS = {"a": 5, "b": 1, "c": 4, "d": 2}
"""How many entries each stream has, by a letter, in the order of their ids."""

EVERYTHING = [f"{name}{version}" for name, length in LENGTHS.items() for version in range(1, length + 1)]
LAST = len(EVERYTHING)


def named(found: Iterable[StoredEntry]) -> list[str]:
    """Return the stream and the version of each entry; fail if there are more than were recorded."""
    listed: list[str] = []
    for one in found:
        listed.append(f"{'abcd'[STREAMS.index(one.stream)]}{one.version}")
        assert len(listed) <= LAST, "entries come more than once"
    return listed


@pytest.fixture
def ledger(store_url: str) -> Iterator[PostgresRecorder]:
    with closing(PostgresRecorder.open(store_url, Clock())) as found:
        for stream, length in zip(STREAMS, LENGTHS.values(), strict=True):
            found.insert_events(rows(stream, length))
        yield found


def test_a_page_goes_on_with_the_entry_after_the_last_of_the_one_before(
    ledger: PostgresRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a stream, at its end and beyond the last."""
    for page in range(1, LAST + 2):
        monkeypatch.setattr(any_reader, "_PAGE", page)
        assert named(ledger.streams_since(0, LAST)) == EVERYTHING, f"pages of {page}"
        assert named(ledger.streams_between(STREAMS[0], STREAMS[2], LAST)) == EVERYTHING[5:10], f"pages of {page}"
        assert named(ledger.streams_between(b"", STREAMS[3], 4)) == EVERYTHING[:4], f"pages of {page}"


def test_streams_with_something_new_are_read_some_at_a_time(
    ledger: PostgresRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them whole, whichever comes last of those that are asked for together."""
    for together in range(1, len(STREAMS) + 2):
        monkeypatch.setattr(reader, "_STREAMS", together)
        assert named(ledger.streams_since(4, LAST)) == EVERYTHING, f"{together} together"
        assert named(ledger.streams_since(5, LAST)) == EVERYTHING[5:], f"{together} together"
