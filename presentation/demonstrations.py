"""What ``longcase demo`` can show: who fills the store, what is said of it, what to look at in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from application.demo import player, rounds
from application.demo.moving import day_moved

if TYPE_CHECKING:
    from collections.abc import Callable

    from application.app import Longcase
    from application.demo.player import Recorded


_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


class Demonstration(NamedTuple):
    """A scenario as it is shown.

    ``file`` is the store's name unless another is given; ``made`` is said of a store that was made just now,
    with ``{cases}`` and ``{entries}`` for how much is in it, ``found`` of one that was there. The commands of
    ``shown`` are carried out; those of ``following`` are named, each with what it is about. ``day`` is what the
    browser is shown at first.
    """

    file: str
    edition: str
    perform: Callable[[Longcase], Recorded]
    made: str
    found: str
    shown: tuple[str, ...]
    following: tuple[tuple[str, str], ...]
    day: str


CASES: Final = Demonstration(
    "longcase-demo.db",
    player.EDITION,
    player.perform,
    "{cases} invented cases of 2016, {entries:,} entries; nobody in them is real. To go on:",
    "The invented cases of 2016 were here already, and are shown as they stand. To go on:",
    (
        "stalled --as-at 2016-05-20 --limit 1",
        "stalled --cause unallocated --as-at 2016-05-19",
    ),
    (
        ("all that are stalled", "stalled --as-at 2016-05-20"),
        ("which days count, why", "explain IMG-0417 --as-at 2016-05-20"),
        ("what comes next week", "due --within 7d --as-at 2016-05-20"),
        ("which team is the worst", "stalled --by team --as-at 2016-05-20"),
        ("96 days, 3 months more", "timeline IMG-0417 --as-at 2016-08-31"),
        ("what was known by then", "stalled --known-at 2016-05-20"),
        ("a meeting that never was", "diff DVW-0150 2016-06-21 2016-06-22 --known"),
        ("17 days, graded twice", "timeline CSE-0083 --as-at 2016-08-31"),
        ("a boy in a cell", "detained --as-at 2016-05-17"),
        ("a girl asked too late", "missing --as-at 2016-05-20"),
        ("offenders nobody visits", "visits --overdue --as-at 2016-05-20"),
        ("owners without training", "officers --as-at 2016-05-20"),
        ("irregular from the start", "audit --irregular --limit 10"),
    ),
    "2016-05-20",
)
"""The cases of 2016, for whoever has a list of cases to look after."""

ROUNDS: Final = Demonstration(
    "longcase-inspections.db",
    rounds.EDITION,
    rounds.perform_rounds,
    "Three rounds of inspection, {cases} cases, {entries:,} entries. How many were examined,\n"
    "graded and referred back was published; all else is invented. To go on:",
    "The three rounds were here already. How many were examined, graded and referred\n"
    "back was published; all else is invented. To go on:",
    (
        "inspection list",
        "stalled --cause escalation-unanswered --as-at 2016-11-25 --limit 1",
    ),
    (
        ("76 good, or 22", "inspection report round-1 --as-at 2016-11-25"),
        ("a month earlier", "inspection report round-1 --known-at 2016-10-25"),
        ("10 good of 135", "inspection report round-2 --as-at 2017-11-24"),
        ("191 of 214", "inspection report round-3 --as-at 2018-02-22"),
        ("answered in vain", "timeline NCP-0156 --as-at 2016-11-25"),
        ("the sample anew", "inspection sample round-1 --verify"),
        ("put right since", "audit --corrected --limit 10"),
        ("entered late", "audit --late --limit 10"),
    ),
    "2016-11-25",
)
"""Three rounds of inspection, for whoever wants to know how one is carried out."""


def moved(demonstration: Demonstration, weeks: int, until: str, today: str) -> Demonstration:
    """Return the demonstration of a scenario that was moved by so many ``weeks`` and ends on the day ``until``.

    Commands look at the days that were moved, and at the end instead of what lies behind it: at now, if that is
    ``today``.
    """
    at_end = "" if until == today else f" --as-at {until}"

    def command(text: str) -> str:
        days = re.sub(_DAY, lambda found: day_moved(found[0], weeks), text)
        return re.sub(f" --as-at ({_DAY})", lambda found: found[0] if found[1] < until else at_end, days)

    later = f"of 2016, moved by {weeks:,} weeks, so that they end on {until}"
    return demonstration._replace(
        made=demonstration.made.replace("of 2016", later).replace("; nobody", ";\nnobody"),
        found=demonstration.found.replace("of 2016", f"{later},").replace(" already, and", " already,\nand"),
        shown=(f"stalled{at_end} --limit 1", *map(command, demonstration.shown[1:])),
        following=tuple((what, command(text)) for what, text in demonstration.following),
    )
