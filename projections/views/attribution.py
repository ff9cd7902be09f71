"""Whose a case was, when, and what was done on it meanwhile: work belongs to who owned the case then.

The case's own age runs through all of it. Each owner's clock begins when the case is given to them.
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

import msgspec

from domain.cases.events import ActionRecorded, Reported
from domain.cases.fold import activity, apply
from domain.cases.state import Case
from domain.identity import same_name
from domain.instant import SECOND, Instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.event import Entry
    from projections.views.case_view import CaseView

ATTEMPTS: Final = ("contact-attempted",)
"""The kinds of action that are a failed contact, where no rulebook names others."""


class Spell(msgspec.Struct):
    """A stretch of time in which a case was one officer's, or nobody's; ``until`` is ``None`` while it lasts.

    ``team`` is the last that they had the case in. ``actions`` is what counted as work, the report itself
    left out; ``attempts`` are failed contacts. ``held_seconds`` run from ``since``, ``idle_seconds`` from the
    last work in the spell, or from ``since`` if there was none: both to its end, to the case's end, or to the
    instant that was asked about. Nobody is idle while the case is closed.
    """

    owner: str | None
    team: str | None
    since: Instant
    until: Instant | None = None
    actions: int = 0
    attempts: int = 0
    held_seconds: int = 0
    idle_seconds: int = 0


_Moment = tuple[Instant, list["Entry"], Case]


def _moments(believed: Iterable[Entry]) -> Iterator[_Moment]:
    """Yield each instant at which something occurred, with its entries and the state after all of them.

    The state is the caller's to read before the next is taken, not to keep.
    """
    case = Case()
    for at, together in groupby(believed, key=attrgetter("occurred_at")):
        entries = list(together)
        for entry in entries:
            apply(case, entry)
        yield at, entries, case


class _Owners:
    """The spells in the making; ``worked`` is the last work in the last of them."""

    def __init__(self, attempts: Iterable[str]) -> None:
        self.found: list[Spell] = []
        self._attempts = frozenset(attempts)
        self._worked: Instant = 0
        self._closed: Instant | None = None

    def take(self, at: Instant, entries: Iterable[Entry], case: Case) -> None:
        """Attribute the entries of one instant to the owner of ``case``, the state after them."""
        if not self.found or not _still(self.found[-1].owner, case.owner):
            self._begin(case.owner, at)
        spell = self.found[-1]
        spell.owner, spell.team = case.owner, case.team if case.owner else None
        for entry in entries:
            if activity(entry) is not None and not isinstance(entry.event, Reported):
                spell.actions += 1
                self._worked = at
            spell.attempts += isinstance(entry.event, ActionRecorded) and entry.event.kind in self._attempts
        self._closed = case.closed_at

    def _begin(self, owner: str | None, at: Instant) -> None:
        if self.found:
            self.measure(at)
            self.found[-1].until = at
        self.found.append(Spell(owner, None, at))
        self._worked = at

    def measure(self, end: Instant) -> None:
        """Let the last spell have lasted until ``end``."""
        spell = self.found[-1]
        spell.held_seconds = max(0, end - spell.since) // SECOND
        idle_until = end if self._closed is None else min(end, self._closed)
        spell.idle_seconds = max(0, idle_until - self._worked) // SECOND


def _still(one: str | None, other: str | None) -> bool:
    return one == other or same_name(one, other)


def owner_spells(view: CaseView, attempts: Iterable[str] = ATTEMPTS) -> list[Spell]:
    """Return the spells of ownership of one case, in order.

    They begin with the report, follow one another without a gap, and none has no length but the last.
    """
    owners, closed = _Owners(attempts), None
    for at, together, case in _moments(view.believed):
        closed = case.closed_at
        if case.reported_at is not None:
            owners.take(at, together, case)
    if owners.found:
        owners.measure(view.axes.as_at if closed is None else closed)
    return owners.found
