"""What a case waits for, cause by cause: its clocks, its owner, its pause and what became of it, as facts.

A stall is a wait with the instant from which it is too long. So a case is stalled at an instant if one of
the waits that hold then is due by then; what will be due soon is read from the same facts.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, cast

from domain.cases import children
from domain.deadlines.by_child import ALL
from domain.deadlines.decisions import AWAITED, awaited
from domain.deadlines.facts import CONDITION, HARM, OWNED, WAIT, Fact, fact_of
from domain.deadlines.running import CONDITIONS, OWNER
from domain.deadlines.silence import UNASSESSED
from domain.instant import FOREVER, Instant, parse, zone_of

if TYPE_CHECKING:
    from domain.cases.state import Pause
    from domain.deadlines.clock import Clock
    from domain.deadlines.clocks import Clocks
    from domain.deadlines.running import Identity
    from domain.duration import Duration

_WARNING: Final = "warning"

Facts = dict[tuple[str, ...], Fact]
News = dict[tuple[str, ...], Fact | None]
"""What may have changed, each fact under its identity; ``None`` is one that holds no longer."""

_NO_CONDITIONS: Final[News] = {(name,): None for name in (*children.CONDITIONS, *AWAITED)}


def facts(clocks: Clocks, *, reckoned: bool = False) -> Facts:
    """Return what holds of the case now, each fact under its identity.

    Where waiting for work is ``reckoned`` from the last activity (``domain.deadlines.silence``) it is left out.
    Of a resolved case that is the harm, what the inspectorate waits for, for closing a case answers nobody, and
    who is missing still or in custody.
    """
    if clocks.outline.reported_at is None:
        return {}
    found: Facts = {
        ("harm", str(number)): Fact(HARM, kind, "", str(number), "", at, at)
        for number, (kind, at) in clocks.harms.items()
    }
    waits = cast("News", found)
    for identity, clock in clocks.running.items():
        _waits_of(identity, clock, clocks, waits, reckoned=reckoned)
    _conditions(clocks, found)
    outline = clocks.outline
    if outline.closed_at is not None:
        _left_behind(clocks, outline.closed_at, found)
    else:
        if outline.pause is not None:
            found["pause",] = _pause(clocks, outline.pause)
        if (owned := _owned(clocks)) is not None:
            found[OWNER] = owned
    return found


def news(clocks: Clocks, *, reckoned: bool, whole: bool = False) -> tuple[News, bool]:
    """Return what may have changed since this was last asked, and whether that is all that holds now.

    It is all if ``whole`` is given; ``reckoned`` is as in ``facts``.
    """
    whole, touched = whole or clocks.whole, clocks.touched
    if whole or touched:
        clocks.whole, clocks.touched = False, []
    if whole:
        return cast("News", facts(clocks, reckoned=reckoned)), True
    if not reckoned:
        touched = [*touched, *clocks.silences()]
    found: News = {}
    if not touched or clocks.outline.reported_at is None:
        return found, False
    for what in touched:
        if what is OWNER:
            found[OWNER] = _owned(clocks) if clocks.is_open else None
        elif what is CONDITIONS:
            found.update(_NO_CONDITIONS)
            _conditions(clocks, cast("Facts", found))
        else:
            _touched(clocks, cast("Identity", what), found, reckoned=reckoned)
    return found, False


def _touched(clocks: Clocks, identity: Identity, found: News, *, reckoned: bool) -> None:
    found[identity] = None
    if clocks.warns(identity):
        found[*identity, _WARNING] = None
    clock = clocks.find(identity)
    if clock is not None:
        _waits_of(identity, clock, clocks, found, reckoned=reckoned)


def _waits_of(identity: Identity, clock: Clock, clocks: Clocks, found: News, *, reckoned: bool) -> None:
    ready, outline = clock.ready, clocks.outline
    if reckoned and ready.plain:
        return
    if outline.closed_at is not None and ready.standard.per != "escalation":
        return
    if ready.risks and (outline.risk or UNASSESSED) not in ready.risks:
        return
    found[identity] = _wait(clock)
    if ready.warn_before is None:
        return
    warns = ready.standard.warns
    if warns is not None and clock.due != FOREVER:
        found[*identity, _WARNING] = _warning(clock, warns.cause, ready.warn_before)


def _conditions(clocks: Clocks, found: Facts) -> None:
    for name, since in clocks.conditions.items():
        found[name,] = Fact(CONDITION, name, "", "", "", since, since)
    for name, (since, count) in awaited(clocks.outline).items():
        found[name,] = Fact(CONDITION, name, "", "", "" if count == 1 else str(count), since, since)
    if not clocks.is_open and not any(map(clocks.children.still, children.CONDITIONS)):
        return
    for number, (kind, at) in clocks.harms.items():
        found["condition", str(number)] = Fact(CONDITION, kind, "", str(number), "", at, at)


def _left_behind(clocks: Clocks, closed_at: Instant, found: Facts) -> None:
    """Note for whom a closed case waits: each child that is missing still, or in custody."""
    for condition in children.CONDITIONS:
        for child, since in clocks.children.still(condition).items():
            cause, due = f"child-{condition}", max(since, closed_at)
            number = child if clocks.children.labels else ALL
            found["child", condition, str(child)] = Fact(WAIT, cause, "", "", "", since, due, child=number)


def _wait(clock: Clock) -> Fact:
    standard = clock.ready.standard
    cause = standard.cause
    if cause == "untouched" and clock.attempted_at is not None:
        cause = "attempts-only"
    fact = clock.fact
    if fact is None or fact.name != cause:
        limit, since, due, child = clock.limit[0], clock.since, clock.due, clock.child
        fact = clock.fact = fact_of((WAIT, cause, standard.id, clock.key, limit, since, due, FOREVER, child))
    return fact


def _warning(clock: Clock, cause: str, before: Duration) -> Fact:
    standard, due = clock.ready.standard.id, max(clock.since, clock.due - before.microseconds)
    limit, since, child = clock.limit[0], clock.since, clock.child
    return Fact(WAIT, cause, standard, clock.key, limit, since, due, until=clock.due, child=child)


def _pause(clocks: Clocks, pause: Pause) -> Fact:
    paused_at, review_on = pause.since, pause.review_on
    review = None if review_on is None else end_of(review_on, clocks.law_at(paused_at).book.calendar.zone)
    due = paused_at if review is None else max(paused_at, review)
    return Fact(WAIT, "pause-unreviewed", "", "", "", paused_at, due)


def _owned(clocks: Clocks) -> Fact | None:
    owner, since = clocks.outline.owner, clocks.outline.owned_since
    if owner is None or since is None:
        return None
    needs = clocks.law_at(since).book.needs.get(clocks.category, "")
    return Fact(OWNED, owner, "", needs, "", since, since)


def end_of(day: str, zone: str) -> Instant | None:
    """Return the first instant after a day (YYYY-MM-DD) in a zone; ``None`` if the calendar has no such day.

    After the last day that there is comes ``FOREVER``.
    """
    try:
        last = date.fromisoformat(day)
    except ValueError:
        return None
    if last == date.max:
        return FOREVER
    return parse((last + timedelta(days=1)).isoformat(), zone_of(zone))
