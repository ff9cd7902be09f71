"""What ``doctor --deep`` notices of the tree that a store keeps, and of what was signed of it."""

from __future__ import annotations

from base64 import b64encode
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ledger.schema import TRIGGERS
from ledger.sqlite.checks import deep
from ledger.sqlite.connection import connect, create
from ledger.sqlite.driver import newest
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.tree import LedgerTree
from tests.clock import Clock
from tests.ledger.contract import ONE, rows
from transparency.tree import root_at

if TYPE_CHECKING:
    from pathlib import Path

DRIVER = newest()
SIZE = 600
SIGNED = "— log.example AAAAAFNvbWV0aGluZyB0aGF0IHNpZ25z\n"
"""A signature line in its form; whose it is, is not looked at here."""


def note(size: int, root: bytes) -> str:
    """Return a checkpoint as a note."""
    return f"log.example\n{size}\n{b64encode(root).decode()}\n\n{SIGNED}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with two whole nodes, and two checkpoints that hold."""
    file = tmp_path / "longcase.db"
    create(str(file), {"zone": "UTC"}).close()
    with closing(SQLiteRecorder.open(str(file), Clock())) as recorder:
        recorder.insert_events(rows(ONE, SIZE))
        for size in (100, 300):
            recorder.keep_checkpoint(size, note(size, root_at(LedgerTree(recorder), size)))
    return file


def found(path: Path, *statements: str) -> dict[str, str]:
    """Return what is said of tree and checkpoints, after something was done behind the guards' back."""
    with closing(DRIVER.connect(str(path), isolation_level=None)) as connection:
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for trigger in TRIGGERS.values():
            connection.execute(trigger)
    with closing(connect(str(path))) as connection:
        every = list(deep(connection, DRIVER, complaint=lambda _: None, advance=lambda: None))
    return {one.check: ("" if one.ok else "WRONG ") + one.explanation for one in every}


def test_what_is_sound(path: Path) -> None:
    """It says how many there are, and what is not looked at."""
    said = found(path)
    assert said["tree"] == "2 nodes, each as the entries below it make it"
    wanted = (
        "2 checkpoints, the last of 300 entries, each with the root of the tree as it stands; not who signed them"
    )
    assert said["checkpoints"] == wanted


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE node SET hash = zeroblob(32) WHERE number = 1",
            "entries 257 to 512 is another",
        ),
        ("DELETE FROM node WHERE number = 0", "entries 1 to 256 is missing"),
        ("INSERT INTO node VALUES (8, 2, zeroblob(32))", "entries 513 to 768 is another"),
        ("INSERT INTO node VALUES (16, 0, zeroblob(32))", "entries 1 to 65,536 is another"),
        (
            "UPDATE entry SET payload = x'7b207d' WHERE position = 9",
            "entries 1 to 256 is another",
        ),
        (
            "UPDATE entry SET salt = zeroblob(32) WHERE position = 9",
            "entries 1 to 256 is another",
        ),
    ],
)
def test_a_tree_that_is_another(path: Path, statement: str, said: str) -> None:
    """A node that is another, is missing or is over nothing is named by its entries."""
    assert (
        f"WRONG the tree is not that over the entries: the node over the {said}" in found(path, statement)["tree"]
    )


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE checkpoint SET size = 200 WHERE number = 2",
            "2, of 200 entries, says that it is of 300",
        ),
        (
            "UPDATE checkpoint SET note = 'x' WHERE number = 1",
            "1, of 100 entries, is none: a note has an",
        ),
        (
            "UPDATE entry SET leaf = zeroblob(32) WHERE position = 280",
            "2, of 300 entries, is of others",
        ),
        ("UPDATE node SET hash = zeroblob(32) WHERE number = 0", "2, of 300 entries, is of others"),
        (
            "DELETE FROM node WHERE number = 0",
            "2, of 300 entries, cannot be compared: of the",
        ),
        (
            "DELETE FROM entry WHERE position > 290",
            "2, of 300 entries, cannot be compared: of",
        ),
    ],
)
def test_a_checkpoint_that_does_not_hold(path: Path, statement: str, said: str) -> None:
    """What was signed is compared with what is there now."""
    assert f"WRONG checkpoint {said}" in found(path, statement)["checkpoints"]
