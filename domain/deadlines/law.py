"""A version of the rulebook made ready: its standards with their names looked up and their limits read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from domain.deadlines.names import TURN
from domain.deadlines.silence import ACTIVITY, silence_of, silences
from domain.duration import Duration, parse, parse_limit
from domain.rulebook.model import Rulebook, Standard
from domain.working_time.calendar import Calendar

if TYPE_CHECKING:
    from domain.rulebook.model import Limit


class Limits(msgspec.Struct, frozen=True):
    """The lengths of time of one limit, as written and as read: one under ``""``, or one for each risk.

    An escalation's stand under ``immediate`` and ``otherwise``. ``only`` is the one under ``""``.
    """

    by_name: dict[str, tuple[str, Duration]]
    only: tuple[str, Duration] | None

    @property
    def varies(self) -> bool:
        """Whether the limit depends on the risk, or on whether an escalation is immediate."""
        return self.only is None

    def of(self, name: str) -> tuple[str, Duration]:
        """Return the limit as written, and its length, for a risk or what else it depends on."""
        return self.only or self.by_name[name]


class Ready(msgspec.Struct, frozen=True):
    """A standard with its names looked up and its limits read; ``warn_before`` is in microseconds.

    ``identity`` is that of its clock on a case as a whole, ``on_case`` says that it runs on a case, and not on
    each warrant or escalation.
    ``stands`` says that its clock stands while the case is paused, ``waits_for_work`` that no time counts in
    which the case is closed (the inspectorate waits on), ``silence`` that it is work that starts and stops it,
    ``plain`` that it runs out so long after the last activity (``domain.deadlines.silence``).
    """

    standard: Standard
    identity: tuple[str, str]
    on_case: bool
    starts: frozenset[str]
    stops: frozenset[str]
    ends: frozenset[str]
    meets_at_once: frozenset[str]
    first: Limits
    then: Limits
    categories: frozenset[str]
    risks: frozenset[str]
    follows_risk: bool
    stands: bool
    waits_for_work: bool
    silence: bool
    plain: bool
    attempts: frozenset[str]
    warn_before: Duration | None
    calendar: Calendar


class Law:
    """One version of the rulebook, ready."""

    def __init__(self, book: Rulebook) -> None:
        """Make ``book`` ready."""
        self.book = book
        self.calendar = Calendar(book.calendar)
        self.attempts, self.harms = frozenset(book.attempts), frozenset(book.harms)
        self.standards = [_ready(standard, self.calendar, self.attempts) for standard in book.standards]
        self.together = tuple(ready for ready in self.standards if ready.standard.together)
        self.silences = silences(book)
        self._silent: dict[str, frozenset[str]] = {}

    def applying(self, category: str) -> list[Ready]:
        """Return the standards that apply to a category."""
        return [one for one in self.standards if not one.categories or category in one.categories]

    def silent(self, category: str) -> frozenset[str]:
        """Return the ids of the standards that run out so long after the last activity in cases of a category."""
        found = self._silent.get(category)
        if found is None:
            found = frozenset(one.standard for one in self.silences if one.concerns(category))
            self._silent[category] = found
        return found


def _ready(standard: Standard, calendar: Calendar, attempts: frozenset[str]) -> Ready:
    first = _limits(standard.limit)
    then = first if standard.then is None else _limits(standard.then)
    silence = ACTIVITY in standard.starts and ACTIVITY in standard.stops
    turn = frozenset({TURN}) if silence else frozenset()
    return Ready(
        standard,
        (standard.id, ""),
        standard.per == "case",
        frozenset(standard.starts) | turn,
        frozenset(standard.stops) | turn,
        frozenset(standard.ends),
        frozenset(standard.stops) - frozenset(standard.starts),
        first,
        then,
        frozenset(standard.categories),
        frozenset(standard.risks),
        standard.per != "escalation" and (first.varies or then.varies),
        standard.pauses == "stand",
        ACTIVITY in standard.stops and standard.per != "escalation",
        silence,
        silence_of(standard) is not None,
        attempts if standard.cause == "untouched" else frozenset(),
        parse(standard.warns.before) if standard.warns else None,
        calendar,
    )


def _limits(limit: Limit) -> Limits:
    named = {"": limit} if isinstance(limit, str) else limit
    by_name = {name: (text, parse_limit(text)) for name, text in named.items()}
    return Limits(by_name, by_name.get(""))
