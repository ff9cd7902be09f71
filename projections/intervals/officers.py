"""One officer as rows that hold between two instants on both axes: pure, from entries to rows.

The rows cover everything: for an instant and a later one of knowledge (``Axes.valid_at`` sees to that
order) exactly one row of an officer answers, with the blank ``NOBODY`` where nothing was known of them yet.
An accreditation that begins or ends, and an absence that ends, on a day set beforehand makes a boundary without
an entry.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from domain.cases.belief import in_order
from domain.event import Entry, known_at
from domain.instant import FOREVER, Instant
from domain.officer import Absent, Accredited, Officer, apply, pass_time

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence


class OfficerValues(NamedTuple):
    """What an officer was: ``accreditations`` are those that held, by name, each with when it began.

    ``lost`` are those that had held and did no longer, each with when it last ended. ``enrolled`` stays true
    of one who left; ``left_at`` says so.
    """

    enrolled: bool
    team: str | None
    absent_since: Instant | None
    left_at: Instant | None
    accreditations: tuple[tuple[str, Instant], ...]
    lost: tuple[tuple[str, Instant], ...] = ()


NOBODY = OfficerValues(enrolled=False, team=None, absent_since=None, left_at=None, accreditations=())
"""What is known of somebody whom no entry names."""


class Period(NamedTuple):
    """The values and the half-open intervals, in microseconds UTC, in which it holds on both axes.

    They begin at ``-FOREVER`` and end at ``FOREVER`` where nothing bounds them.
    """

    valid_from: Instant
    valid_to: Instant
    known_from: Instant
    known_to: Instant
    state: OfficerValues


class _Stretch(NamedTuple):
    start: Instant
    end: Instant
    state: OfficerValues


def values_of(officer: Officer, at: Instant) -> OfficerValues:
    """Return what ``officer``, folded as at ``at``, was then."""
    held = officer.held(at)
    return OfficerValues(
        officer.enrolled_at is not None,
        officer.team,
        officer.absent_since,
        officer.left_at,
        tuple((name, run[0]) for name, run in held.items()),
        tuple(_lost(officer, held, at)),
    )


def _lost(officer: Officer, held: Container[str], at: Instant) -> Iterator[tuple[str, Instant]]:
    for name in sorted(officer.accreditations):
        ends = [until for _, until in officer.accreditations[name] if until <= at]
        if ends and name not in held:
            yield name, max(ends)


def _cuts(entries: Iterable[Entry]) -> list[Instant]:
    """Return, in order, the instants at which the values can change."""
    cuts = set()
    for entry in entries:
        cuts.add(entry.occurred_at)
        if isinstance(entry.event, (Accredited, Absent)):
            bounds = getattr(entry.event, "since", None), entry.event.until
            cuts.update(one for one in bounds if one is not None and one > entry.occurred_at)
    return sorted(cuts)


def _course(entries: Sequence[Entry]) -> list[_Stretch]:
    """Return an officer's whole course by ``entries``: stretches that differ, without a gap."""
    officer, todo = Officer(), iter([*sorted(entries, key=in_order), None])
    following = next(todo)
    begun = [(-FOREVER, NOBODY)]
    for cut in _cuts(entries):
        while following is not None and following.occurred_at <= cut:
            apply(officer, following)
            following = next(todo)
        pass_time(officer, cut)
        state = values_of(officer, cut)
        if state != begun[-1][1]:
            begun.append((cut, state))
    ends = [start for start, _ in begun[1:]]
    return [_Stretch(start, end, state) for (start, state), end in zip(begun, [*ends, FOREVER], strict=True)]


class _Rows:
    """The rows in the making: ``held`` are the stretches believed now, each with since when it is."""

    def __init__(self) -> None:
        self.done: list[Period] = []
        self.held: list[tuple[_Stretch, Instant]] = []

    def believe(self, course: Sequence[_Stretch], known: Instant) -> None:
        """Let ``course`` be what is believed from ``known`` on.

        Where a stretch ends after ``known`` does not matter to what was believed before: nobody could ask.
        """
        before = {_key(stretch, known): (stretch, since) for stretch, since in self.held}
        self.held = [(stretch, before.pop(_key(stretch, known), (stretch, known))[1]) for stretch in course]
        for stretch, since in before.values():
            self._close(stretch, since, known)

    def _close(self, stretch: _Stretch, since: Instant, until: Instant) -> None:
        end = FOREVER if until == FOREVER else min(stretch.end, until)
        if stretch.start < end and since < until:
            self.done.append(Period(stretch.start, end, since, until, stretch.state))

    def finish(self) -> list[Period]:
        """Return all rows; what is believed last holds for ever."""
        for stretch, since in self.held:
            self.done.append(Period(stretch.start, stretch.end, since, FOREVER, stretch.state))
        return sorted(self.done)


def _key(stretch: _Stretch, known: Instant) -> tuple[Instant, Instant, OfficerValues]:
    return stretch.start, min(stretch.end, known), stretch.state


def _learnt(entry: Entry) -> tuple[Instant, int]:
    return known_at(entry), entry.version


def periods(entries: Iterable[Entry]) -> list[Period]:
    """Return the rows of one officer, whose entries these are, all of them and in any order."""
    rows, seen = _Rows(), list[Entry]()
    rows.believe(_course(seen), -FOREVER)
    for known, together in groupby(sorted(entries, key=_learnt), key=known_at):
        seen.extend(together)
        rows.believe(_course(seen), known)
    return rows.finish()
