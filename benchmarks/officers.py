"""What is to be recorded, in which order, and the careers of the invented officers who record it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from domain import officer as register
from domain.event import Event
from domain.instant import DAY, SECOND, Instant

if TYPE_CHECKING:
    import random

OFFICERS: Final = 500
"""How many officers serve at a time."""

BLOCK: Final = 2_922 * DAY
"""How long one generation of officers serves: eight years."""

TEAMS: Final = ("Hydra", "Lyra", "Norma", "Pavo", "Vela")
HOUR: Final = 3_600 * SECOND


class Deed(msgspec.Struct):
    """One entry to be: the event, or what makes it of the version that an earlier deed of the case got."""

    occurred_at: Instant
    recorded_at: Instant
    actor: str
    role: str
    event: Event
    amends: Deed | None = None
    version: int = 0


def ordered(deeds: list[Deed], end: Instant) -> list[Deed]:
    """Return deeds in order of recording with their versions, which those that amend others name."""
    deeds = sorted((deed for deed in deeds if deed.recorded_at < end), key=_recorded)
    for version, deed in enumerate(deeds, start=1):
        deed.version = version
        if deed.amends is not None:
            deed.event = msgspec.structs.replace(deed.event, entry=deed.amends.version)
    return deeds


def _recorded(deed: Deed) -> Instant:
    return deed.recorded_at


def name_of(block: int, number: int) -> str:
    """Return the name of an officer of a generation; the latest generation is 0."""
    return f"DC {block * 1_000 + number:05d}"


def somebody(chance: random.Random, at: Instant, end: Instant) -> tuple[str, str]:
    """Return an officer of the generation that serves at ``at``, and their team.

    Generations are counted back from ``end``.
    """
    block, number = max(0, (end - 1 - at) // BLOCK), chance.randrange(OFFICERS)
    return name_of(block, number), TEAMS[number % len(TEAMS)]


def officer(chance: random.Random, block: int, number: int, end: Instant) -> list[Deed]:
    """Return the deeds of one officer: most are accredited, some are away for a while, a few leave."""
    began = end - (block + 1) * BLOCK
    events: list[tuple[Instant, Event]] = [
        (began, register.Enrolled(officer=name_of(block, number), team=TEAMS[number % len(TEAMS)]))
    ]
    for share, name in ((0.85, "child-protection"), (0.6, "offender-management")):
        if chance.random() < share:
            events.append((began + DAY, register.Accredited(accreditation=name)))
    if chance.random() < 0.3:
        away = began + chance.randrange(2 * DAY, BLOCK // 2)
        events += ((away, register.Absent()), (away + chance.randrange(5, 90) * DAY, register.Back()))
    if chance.random() < 0.08:
        events.append((began + chance.randrange(BLOCK // 2 + 100 * DAY, BLOCK), register.Left()))
    deeds = [Deed(at, at + HOUR, "PS 0001", "supervisor", event) for at, event in events]
    return ordered(deeds, end)
