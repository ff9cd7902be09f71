"""Appending and replaying, beside eventsourcing's own SQLite recorder and ``@event`` aggregates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

from benchmarks.actions import Deed
from benchmarks.eventsourcing_side import Theirs
from benchmarks.longcase_side import Ours
from benchmarks.measure import Contestant, Result, faster, interleaved, medians, ratios
from ledger.sqlite.driver import newest

if TYPE_CHECKING:
    from benchmarks.plan import Plan

OURS, THEIRS, SAME, FLOOR = "longcase", "eventsourcing", "eventsourcing on our SQLite", "a bare commit"
CASES = 200
DEEDS = 7
"""With the report, the risk and the allocation: a case has ten entries when the appending begins."""
DEEDS_OF_TWENTY = 17
APPENDS_A_ROUND = 20
BATCH_CASES, BATCH_EACH = 200, 5
BATCH = BATCH_CASES * BATCH_EACH

Contestants = Mapping[str, Ours | Theirs]


@contextmanager
def filled(plan: Plan, name: str, deeds: int) -> Iterator[Contestants]:
    """Make a store for each contestant, on one disk, with the same cases in it."""
    folder = plan.folder(name)
    stores: dict[str, Ours | Theirs] = {
        OURS: Ours(str(folder / "ours.db")),
        THEIRS: Theirs(str(folder / "theirs.db")),
        SAME: Theirs(str(folder / "same.db"), newest()),
    }
    try:
        for store in stores.values():
            store.open_cases(CASES, deeds)
        yield stores
    finally:
        for store in stores.values():
            store.close()


def _settings(stores: Contestants) -> dict[str, Any]:
    """Return what each has in force; stop if they do not promise the same durability."""
    found = {name: store.settings() for name, store in stores.items()}
    promised = {(each["journal_mode"], each["synchronous"]) for each in found.values()}
    return {"settings": found, "same durability": len(promised) == 1}


def _same_size(stores: Contestants) -> int:
    counts = {store.entries() for store in stores.values()}
    assert len(counts) == 1, f"the contestants recorded different numbers of entries: {counts}"
    return counts.pop()


def _result(
    name: str, what: str, seconds: Mapping[str, list[float]], times: int, target: float, stores: Contestants
) -> Result:
    rounds = len(seconds[OURS])
    result = Result(name, what, "ms each", medians(seconds, times), rounds)
    faster(result, seconds, OURS, THEIRS, target)
    result.details = {
        "entries in each store afterwards": _same_size(stores),
        f"{SAME} / {OURS}": medians({"ratio": ratios(seconds, SAME, OURS)}, scale=1)["ratio"],
        **_settings(stores),
    }
    return result


def append(plan: Plan) -> Result:
    """Append one entry a transaction, at full durability, after loading the case."""
    with filled(plan, "append", DEEDS) as stores:
        rounds = {name: _appending(store) for name, store in stores.items()}
        rounds[FLOOR] = _committing(stores[OURS], str(plan.folder("append") / "floor.db"))
        seconds = interleaved(rounds, plan.rounds(60))
        what = f"one event a transaction, cases of {DEEDS + 3} entries"
        result = _result("append", what, seconds, APPENDS_A_ROUND, 1.3, stores)
        result.details["added to a bare commit, ms each"] = _above_floor(seconds)
        return result


def _above_floor(seconds: Mapping[str, list[float]]) -> dict[str, float]:
    """Return what each takes beyond the disk's own time: on a slow or busy disk the ratio hides it."""
    above = {
        name: [one - floor for one, floor in zip(values, seconds[FLOOR], strict=True)]
        for name, values in seconds.items()
        if name != FLOOR
    }
    return {name: round(value, 3) for name, value in medians(above, APPENDS_A_ROUND).items()}


def _appending(store: Ours | Theirs) -> Contestant:
    numbers = cycle(range(CASES))

    def work() -> None:
        for number in islice(numbers, APPENDS_A_ROUND):
            store.act(number, Deed.of(number))

    return work


def _committing(like: Ours | Theirs, path: str) -> Contestant:
    """Return what the disk alone takes: as many transactions of one row each, with nothing around them."""
    settings = like.settings()
    connection = newest().connect(path, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode = {settings['journal_mode']}")
    connection.execute(f"PRAGMA synchronous = {settings['synchronous']}")
    connection.execute("CREATE TABLE floor (payload BLOB)")

    def work() -> None:
        for _ in range(APPENDS_A_ROUND):
            connection.execute("INSERT INTO floor VALUES (zeroblob(500))")

    return work


def batch(plan: Plan) -> Result:
    """Append a thousand entries a transaction."""
    with filled(plan, "batch", DEEDS) as stores:
        rounds = {name: _batching(store) for name, store in stores.items()}
        seconds = interleaved(rounds, plan.rounds(12))
        what = f"{BATCH} events a transaction, {BATCH_EACH} on each of {BATCH_CASES} cases"
        return _result("batch", what, seconds, BATCH, 2.0, stores)


def _batching(store: Ours | Theirs) -> Contestant:
    return lambda: store.batch(range(BATCH_CASES), BATCH_EACH)


def replay(plan: Plan) -> Result:
    """Load one case of twenty entries from the store into its state."""
    with filled(plan, "replay", DEEDS_OF_TWENTY) as stores:
        rounds = {name: _replaying(store) for name, store in stores.items()}
        seconds = interleaved(rounds, plan.rounds(30))
        what = "one case of 20 entries, from the store into its state"
        return _result("replay", what, seconds, CASES, 5.0, stores)


def _replaying(store: Ours | Theirs) -> Contestant:
    def work() -> None:
        for number in range(CASES):
            store.replay(number)

    return work
