"""Damage a copy of a store, and look whether it ever answers wrongly without ``doctor --deep`` saying so.

A disk loses a bit, half a page, or the end of a file. Either the doctor finds something wrong, or every row of
the ledger and every answer are what they were.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.faults import queries
from tests.faults.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRIES = 600
HALF_A_PAGE = 2_048
STORE = 5
"""The exit code that says that something is wrong with a store."""


class Damage(NamedTuple):
    """What was done to a file, in words, and the bytes that came of it."""

    what: str
    content: bytes


def flip(content: bytes, chance: random.Random) -> Damage:
    """Flip one bit."""
    at, bit = chance.randrange(len(content)), chance.randrange(8)
    flipped = bytes([content[at] ^ 1 << bit])
    return Damage(f"bit {bit} of byte {at} flipped", content[:at] + flipped + content[at + 1 :])


def zero(content: bytes, chance: random.Random) -> Damage:
    """Fill half a page with zeros."""
    at = chance.randrange(len(content) // HALF_A_PAGE) * HALF_A_PAGE
    return Damage(f"zeros from byte {at}", content[:at] + bytes(HALF_A_PAGE) + content[at + HALF_A_PAGE :])


def truncate(content: bytes, chance: random.Random) -> Damage:
    """Cut the file off somewhere, half of the times between two pages."""
    size = chance.randrange(len(content))
    size -= size % (2 * HALF_A_PAGE) if chance.random() < 0.5 else 0
    return Damage(f"cut off at byte {size}", content[:size])


KINDS: dict[str, Callable[[bytes, random.Random], Damage]] = {
    "flipped bit": flip,
    "zeroed half page": zero,
    "truncation": truncate,
}


class Truth(NamedTuple):
    """What the undamaged store holds and answers."""

    content: bytes
    rows: list[tuple[object, ...]]
    answers: list[tuple[int, str]]


def truth(folder: Path) -> Truth:
    """Make the undamaged store, and ask it everything."""
    path = folder / "whole.db"
    queries.fill(path, ENTRIES)
    answers = queries.answers(path)
    assert all(code == 0 for code, _ in answers)
    assert queries.ask(path, "doctor", "--deep").code == 0
    return Truth(path.read_bytes(), queries.rows(path), answers)


def consequence(path: Path, whole: Truth, damage: Damage) -> str:
    """Damage the store at ``path`` and return what came of it; assert that it is no wrong answer in silence."""
    path.write_bytes(damage.content)
    path.chmod(0o600)
    for beside in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    doctor = queries.ask(path, "doctor", "--deep")
    answers = queries.answers(path)
    if doctor.code == STORE:
        return "told" if answers == whole.answers else "told, and answers were wrong or refused"
    assert doctor.code == 0, f"{damage.what}: doctor ended with {doctor.code}: {doctor.err}"
    assert answers == whole.answers, f"{damage.what}: an answer changed and doctor --deep found nothing"
    assert queries.rows(path) == whole.rows, f"{damage.what}: a row changed and doctor --deep found nothing"
    return "harmless"


def run(count: int, seed: int) -> Outcome:
    """Damage a store ``count`` times, each time from the undamaged state."""
    chance = random.Random(seed)
    figures: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        whole = truth(Path(folder))
        for number in range(count):
            damage = list(KINDS.values())[number % len(KINDS)](whole.content, chance)
            figures[consequence(Path(folder) / "damaged.db", whole, damage)] += 1
    return Outcome("bitflip", count, {**figures, "wrong answers in silence": 0})
