"""What must hold of a ledger on which several writers recorded, whatever went wrong meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.app import Longcase
from domain.identity import case_stream
from ledger.entry import leaf_hash
from ledger.stores import open_recorder
from tests.faults.writer import SHARED, do, identities, identity, reference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger.entry import StoredEntry
    from ledger.recorder import LedgerRecorder

Acknowledged = dict[str, dict[int, int]]
"""By writer, the position of each acknowledged command, by its number."""


def entries(location: str) -> list[StoredEntry]:
    """Return the whole ledger."""
    recorder = open_recorder(location)
    try:
        return list(recorder.select_notifications(None, 1 << 40))
    finally:
        recorder.close()


def lost(rows: Sequence[StoredEntry], acknowledged: Acknowledged) -> int:
    """Return how many acknowledged commands are not where their writer was told that they are."""
    found = {row.position: row.command_id for row in rows}
    return sum(
        found.get(position) != identity(name, number)
        for name, told in acknowledged.items()
        for number, position in told.items()
    )


def sound(rows: Sequence[StoredEntry]) -> None:
    """Assert that the ledger is one: no gap, no step back, and every leaf right."""
    assert [row.position for row in rows] == list(range(1, len(rows) + 1)), "positions have a gap"
    assert all(row.leaf == leaf_hash(row) for row in rows), "a leaf is wrong"  # type: ignore[arg-type]  # they are complete
    assert [row.recorded_at for row in rows] == sorted(row.recorded_at for row in rows)
    streams: dict[bytes, list[int]] = {}
    for row in rows:
        streams.setdefault(row.stream, []).append(row.version)
    assert all(found == list(range(1, len(found) + 1)) for found in streams.values()), "versions have a gap"


def whole(rows: Sequence[StoredEntry], acknowledged: Acknowledged) -> dict[str, int]:
    """Assert that each command is there once and wholly, in its writer's order; return how many, by writer.

    What was not acknowledged may be there, but only what a writer was about to be told.
    """
    found = [row.command_id for row in rows]
    assert len(set(found)) == len(found), "a command is there twice"
    there = set(found)
    made = {name: _made(there, name, told) for name, told in acknowledged.items()}
    expected = [
        one for name, count in made.items() for number in range(count) for one in identities(name, number)
    ]
    assert there == set(expected), "a command is there in part, or is nobody's"
    order = {command: place for place, command in enumerate(found)}
    for name, count in made.items():
        places = [order[one] for number in range(count) for one in identities(name, number)]
        assert places == sorted(places), f"the commands of {name} are out of order"
    return made


def _made(there: set[bytes], name: str, told: Mapping[int, int]) -> int:
    """Return how many commands of a writer are there: those that it was told of, and perhaps the next."""
    assert sorted(told) == list(range(len(told))), f"{name} was told out of order"
    return len(told) + (identity(name, len(told)) in there)


def check(location: str, acknowledged: Acknowledged) -> int:
    """Assert all of it, and that no acknowledged command is lost; return how many entries there are."""
    rows = entries(location)
    sound(rows)
    missing = lost(rows, acknowledged)
    assert missing == 0, f"{missing} acknowledged commands were lost"
    whole(rows, acknowledged)
    return len(rows)


def verify(location: str, acknowledged: Acknowledged) -> None:
    """Assert that every case can be read, that a retry changes nothing, and that the tables are right."""
    app = Longcase(open_recorder(location))
    try:
        for name, told in acknowledged.items():
            for number in told:
                known = reference(name, number)
                assert app.history(case_stream(known)).case().reference == known
        retry(app, acknowledged)
        tables(app.ledger)
    finally:
        app.close()


def retry(app: Longcase, acknowledged: Acknowledged) -> None:
    """Give some of each writer's commands again, and assert that they are where they were."""
    before = app.ledger.head()
    for name, told in acknowledged.items():
        for number in sorted({*list(told)[:SHARED], *list(told)[-5:]}):
            receipt = do(app, name, number)
            assert (receipt.repeated, receipt.entry.position) == (True, told[number])
    assert app.ledger.head() == before, "a retry changed something"


def tables(ledger: LedgerRecorder) -> None:
    """Assert that the population tables, caught up, are what a rebuild makes of them."""
    from projections.runner.rebuild import rebuild
    from projections.runner.runner import Runner

    runner = Runner(ledger)
    assert runner.catch_up() == ledger.head()[0]
    built = rebuild(runner)
    assert (built.missing, built.surplus) == (0, 0), f"the tables were wrong: {built}"
