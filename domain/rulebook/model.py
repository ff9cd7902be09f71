"""The rulebook: the time standards, calendars and accreditations that are in force, as data.

A standard is a sentence such as "a case is allocated within 24 hours of its report". A clock is a standard
that runs on a case. What a force adopts is stored in the ledger as it was on that day, so that a replay uses
the rules that were in force then, whatever the program ships later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

Cause = Literal[
    "child-missing",
    "child-detained",
    "escalation-unanswered",
    "unallocated",
    "owner-unavailable",
    "owner-unaccredited",
    "warrant-lapsed",
    "clock-breached",
    "step-missing",
    "attempts-only",
    "untouched",
    "warrant-expiring",
    "pause-unreviewed",
    "dormant",
]
CAUSES: Final[tuple[Cause, ...]] = get_args(Cause)
"""Why a case can be stalled, the gravest first where two are overdue for equally long."""

Confidence = Literal["statute", "guidance", "proposed"]
Per = Literal["case", "warrant", "escalation"]
Limit = str | dict[str, str]
"""A length of time, or one for each risk (and ``unassessed``), or for ``immediate`` and ``otherwise``."""

URGENCY: Final = ("very high", "high", "medium", "low", "unassessed", "immediate", "otherwise")
"""What a limit may depend on, the most urgent first."""


class Forewarning(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How long before a limit runs out a case counts as stalled already, and for which cause."""

    before: str
    cause: Cause


class Standard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One time standard, as a force writes it.

    ``starts``, ``stops`` and ``ends`` name what happens to a case: an event without its aggregate
    (``allocated``), an action by its kind (``action:child-seen``), ``activity`` for whatever counts as work,
    ``reported-as-crime`` for a report that carries a crime reference. What stops a clock meets the standard;
    what ends it makes it pointless. With ``together`` a clock starts when everything in ``starts`` has
    happened. ``then`` is the limit of a clock that is started by what stopped the one before it.
    ``unmet`` says in words what has not been done when the limit has run out.
    ``categories`` and ``risks`` are those that it applies to, all where empty. ``pauses`` says whether the
    clock stands while the case is paused. ``cause`` is what a case is stalled for when the limit has run out.
    """

    id: str
    title: str
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    limit: Limit
    source: str
    confidence: Confidence
    unmet: str = ""
    cause: Cause = "clock-breached"
    ends: tuple[str, ...] = ()
    together: bool = False
    then: Limit | None = None
    per: Per = "case"
    categories: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    pauses: Literal["stand", "run"] = "run"
    warns: Forewarning | None = None


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When a team works: ``hours`` are lines such as ``mon-fri 09:00-17:00``, in the calendar's zone."""

    hours: tuple[str, ...]


class Override(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day (YYYY-MM-DD) that is a bank holiday, or is none after all, and its name or why it is none."""

    day: str
    holiday: bool
    why: str


class CalendarData(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What working time is made of: a zone, hours, bank holidays by day (YYYY-MM-DD) with their names.

    ``holidays_from`` says where the days come from, with its version; ``first_year`` and ``last_year`` are
    the years for which they are known, both included. ``overrides`` are what a force changed of them; the
    days in ``holidays`` have been changed by them already.
    """

    zone: str = "Europe/London"
    hours: tuple[str, ...] = ("mon-fri 09:00-17:00",)
    teams: dict[str, Hours] = {}
    overrides: tuple[Override, ...] = ()
    holidays: dict[str, str] = {}
    holidays_from: str = ""
    first_year: int = 0
    last_year: int = 0


class Rulebook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """All that is in force together.

    ``attempts`` are the kinds of action that are a failed contact and no work, ``harms`` those that say that
    harm was done or evidence lost; ``needs`` is, by category, the
    accreditation that a case's owner must hold; ``specialists`` is how many officers with an accreditation
    the force needs.
    """

    title: str
    standards: tuple[Standard, ...]
    calendar: CalendarData = CalendarData()
    attempts: tuple[str, ...] = ("contact-attempted",)
    harms: tuple[str, ...] = ("evidence-lost", "further-harm")
    needs: dict[str, str] = {}
    specialists: dict[str, int] = {}


def in_order(limit: Mapping[str, str]) -> dict[str, str]:
    """Return a table of limits with the most urgent first, and what nobody knows last."""
    return {name: limit[name] for name in sorted(limit, key=lambda name: (name not in URGENCY, *_place(name)))}


def _place(name: str) -> tuple[int, str]:
    return (URGENCY.index(name) if name in URGENCY else 0), name


FIELDS: Final = (
    "id",
    "title",
    "unmet",
    "starts",
    "together",
    "stops",
    "ends",
    "per",
    "categories",
    "risks",
    "limit",
    "then",
    "pauses",
    "cause",
    "warns",
    "source",
    "confidence",
)
"""What a standard holds, in the order in which it is written and shown: its keys in a file of rules."""
