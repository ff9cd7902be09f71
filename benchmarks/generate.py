"""Stores of invented cases, the same for the same seed: nothing in them happened to anybody."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from application.app import Longcase
from application.commands import cases, officers
from application.envelope import Envelope
from domain.instant import DAY, SECOND, Instant, parse
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder

if TYPE_CHECKING:
    from collections.abc import Iterator

START: Final[Instant] = parse("2015-01-01T00:00:00+00:00")
END: Final[Instant] = parse("2016-06-01T00:00:00+00:00")
CASES_A_TRANSACTION: Final = 500
OFFICERS: Final = tuple(f"DC {number}" for number in range(1000, 1040))
RESOLVER: Final = "PS 0002"
"""The supervisor who resolves cases, whom the register of officers has to know for that."""
TEAMS: Final = ("Hydra", "Lyra", "Norma", "Pavo", "Vela")
RISKS: Final = ("low", "medium", "high", "very high")
CATEGORIES: Final = (
    "indecent-images",
    "online-grooming",
    "child-abuse",
    "domestic-abuse",
    "missing",
    "other",
)
KINDS: Final = (
    "child-seen",
    "strategy-discussion",
    "contact-attempted",
    "supervisor-review",
    "interview",
    "arrest",
)
LONGEST_PAUSE: Final = 6 * DAY
OUTCOMES: Final = ("done", "no answer", "seen and spoken to", None)
TEXT: Final = "an invented note of about the length that a caseworker writes in a minute between two calls"


class SetClock:
    """A clock that stands where it was set, in microseconds since 1970 UTC."""

    def __init__(self, at: Instant) -> None:
        """Stand at ``at``."""
        self.at = at

    def __call__(self) -> Instant:
        """Return the instant at which the clock stands."""
        return self.at


def reference(number: int) -> str:
    """Return the reference of the case of that number."""
    return f"GEN-{number:06d}"


def store(path: str, count: int, entries: int, *, seed: int = 2016) -> None:
    """Make a store at ``path`` with ``count`` cases of ``entries`` entries each, and forty officers.

    Every case is reported with a risk and allocated; then comes the work on it; every third is resolved by a
    supervisor in the end. ``entries`` is 4 at least.
    """
    clock = SetClock(START)
    app = Longcase(SQLiteRecorder(create(path, {"zone": "Europe/London"}), clock=clock), clock=clock)
    chance = random.Random(seed)
    _enrol(app, chance)
    starts = sorted(chance.randrange(START, END) for _ in range(count))
    for first in range(0, count, CASES_A_TRANSACTION):
        numbers = range(first, min(first + CASES_A_TRANSACTION, count))
        clock.at = starts[numbers[-1]] + entries * LONGEST_PAUSE
        with app.unit_of_work():
            for number in numbers:
                _case(app, reference(number), starts[number], entries, chance)
    app.ledger.close()


def _enrol(app: Longcase, chance: random.Random) -> None:
    with app.unit_of_work():
        for number, name in enumerate((*OFFICERS, RESOLVER)):
            officers.enrol(app, name, _by(chance, "PS 0001", START), team=TEAMS[number % len(TEAMS)])


def _by(chance: random.Random, actor: str, at: Instant, role: str = "supervisor") -> Envelope:
    return Envelope(actor, role, at, command_id=chance.randbytes(16), via="generator")


def _instants(first: Instant, chance: random.Random) -> Iterator[Instant]:
    at = first
    while True:
        yield at
        at += chance.randrange(3600 * SECOND, LONGEST_PAUSE)


def _case(app: Longcase, name: str, first: Instant, entries: int, chance: random.Random) -> None:
    at = _instants(first, chance).__next__
    owner = chance.choice(OFFICERS)
    resolved = chance.random() < 1 / 3
    report(app, name, _by(chance, "referral desk", at(), "call handler"), chance)
    cases.allocate(app, name, owner, _by(chance, "PS 0001", at()))
    for _ in range(entries - 3 - resolved):
        act(app, name, _by(chance, owner, at(), "investigator"), chance)
    if resolved:
        cases.resolve(app, name, _by(chance, RESOLVER, at()), outcome="no further action")


def report(app: Longcase, name: str, by: Envelope, chance: random.Random) -> None:
    """Open a case with its first assessment: two entries."""
    category, risk = chance.choice(CATEGORIES), chance.choice(RISKS)
    cases.report(app, name, by, category=category, risk=risk, source="referral", summary=TEXT)  # type: ignore[arg-type]  # a risk is one of RISKS


def act(app: Longcase, name: str, by: Envelope, chance: random.Random) -> None:
    """Record one action."""
    cases.act(app, name, chance.choice(KINDS), by, outcome=chance.choice(OUTCOMES), text=TEXT)
