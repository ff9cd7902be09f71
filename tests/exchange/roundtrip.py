"""Every real log out and in again, in every format: ``python -m tests.exchange.roundtrip [FORMAT...]``."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.exchange.stores import Store
from tests.exchange.support import DATA, mapping_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from exchange.mapping.mapping import Mapping
    from ledger.entry import StoredEntry

# All others need no more than the standard names.
MAPPED = {"coselog_wabo_1": "coselog_wabo", "coselog_wabo_2": "coselog_wabo"}
LOGS = sorted(path.name.removesuffix(".xes.gz") for path in DATA.glob("*.xes.gz")) or ["receipt"]
LARGE = frozenset({"road_traffic_fines", "bpic2012", "bpic2014_filtered"})


def mapping_of(log: str) -> Mapping | None:
    return mapping_named(MAPPED[log]) if log in MAPPED else None


def rows(store: Store) -> Iterator[tuple[object, ...]]:
    """Give all entries, stream by stream, but for where this store keeps them and since when."""
    return map(_content, store.ledger.streams_since(0, store.count()))


def _content(row: StoredEntry) -> tuple[object, ...]:
    return row.stream, row.version, row.topic, row.actor, row.role, row.occurred_at, row.command_id, row.payload


def same_rows(first: Store, second: Store) -> int:
    """Return how many entries two stores have, all of them the same; fail at the first that is not."""
    count = 0
    for count, (one, other) in enumerate(zip(rows(first), rows(second), strict=True), start=1):  # noqa: B007  (the last number is the answer)
        assert one == other
    return count


def main(forms: list[str]) -> None:
    """Take every log in, out and in again, and say how many entries came back, and how long each step took."""
    for log in LOGS:
        for form in forms or ["jsonl", "csv", "xes"]:
            with tempfile.TemporaryDirectory() as folder:
                print(log, form, *round_trip(log, form, Path(folder)), flush=True)  # noqa: T201  (what it is for)


def round_trip(log: str, form: str, folder: Path) -> tuple[int, str, str]:
    """Return the number of entries, and how long the export and the second import took."""
    first, second = Store(folder / "1.db"), Store(folder / "2.db")
    first.take(DATA / f"{log}.xes.gz", mapping_of(log))
    started = time.monotonic()
    first.put(folder / f"out.{form}")
    written = time.monotonic()
    assert second.take(folder / f"out.{form}").refused == []
    ended = time.monotonic()
    return same_rows(first, second), f"out {written - started:.1f} s", f"in {ended - written:.1f} s"


if __name__ == "__main__":
    main(sys.argv[1:])
