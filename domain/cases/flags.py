"""What is irregular about entries: recorded because it happened, flagged for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.cases import events as ev
from domain.cases.amendments import root
from domain.cases.belief import AMENDING, Belief
from domain.cases.children import CONDITIONS
from domain.cases.decisions import check_amended_decision
from domain.cases.fold import apply
from domain.cases.person_flags import of_persons
from domain.cases.rules import INSPECTORATE, check, for_the_inspectorate
from domain.cases.state import Case
from domain.duration import by_months
from domain.errors import Forbidden, Refused
from domain.event import Entry, known_at
from domain.identity import same_name
from domain.instant import DAY, FOREVER, Instant, from_datetime, to_datetime, zone_of

if TYPE_CHECKING:
    from collections.abc import Sequence

LATE_AFTER = DAY
"""An entry known more than a day (in microseconds) after it occurred counts as recorded late."""

ENGLAND = "Europe/London"

WARRANT_MONTHS = 3
"""A search warrant lapses three calendar months after its grant: PACE 1984, section 16(3)."""


def lateness(entry: Entry) -> int:
    """Return how long after it occurred the entry was known, in microseconds; never negative."""
    return max(0, known_at(entry) - entry.occurred_at)


def months_later(instant: Instant, months: int) -> Instant:
    """Return the same time of day ``months`` calendar months later in England, as the warrant's clock has it.

    On the month's last day at the latest; ``FOREVER`` beyond the year 9999.
    """
    later = by_months(to_datetime(instant, zone_of(ENGLAND)), months)
    return FOREVER if later is None else min(from_datetime(later), FOREVER)


def _lapsed(case: Case, entry: Entry) -> bool:
    if not isinstance(entry.event, ev.WarrantExecuted):
        return False
    warrant = case.warrants.get(entry.event.warrant)
    if warrant is None or warrant.granted_at is None:
        return False
    return entry.occurred_at > months_later(warrant.granted_at, WARRANT_MONTHS)


def of_itself(entry: Entry) -> list[str]:
    """Return what is irregular about ``entry`` whatever the state of its case, even if it is retracted."""
    late = lateness(entry) > LATE_AFTER
    return [*entry.event.flags, "late"] if late else list(entry.event.flags)


def left_behind(case: Case) -> tuple[str, ...]:
    """Return the flags of closing ``case`` in this state: with a child that is missing still, or in custody."""
    return tuple(f"child-{condition}" for condition in CONDITIONS if case.named.still(condition))


def irregularities(case: Case, entry: Entry) -> list[str]:
    """Return what is irregular about ``entry`` in the state ``case``, just before it."""
    found = of_itself(entry)
    if case.closure == "resolved" and not isinstance(entry.event, ev.Reopened):
        found.append("after-resolution")
    if _lapsed(case, entry):
        found.append("warrant-lapsed")
    if isinstance(entry.event, ev.Paused) and same_name(entry.event.authorised_by, case.owner):
        found.append("paused-by-owner")
    if isinstance(entry.event, ev.Resolved):
        found += [flag for flag in left_behind(case) if flag not in found]
    if for_the_inspectorate(entry.event) and entry.role != INSPECTORATE:
        found.append("not-by-the-inspectorate")
    return found


def _ground(case: Case, entry: Entry) -> list[str]:
    try:
        check(case, entry)
    except Forbidden as error:
        return [f"forbidden: {error.message}"]
    except Refused as error:
        return [f"unfounded: {error.message}"]
    return []


def flags(belief: Belief) -> dict[int, list[str]]:
    """Return, for each entry (by version) that has any, what is irregular about it by what is known.

    An entry that rests on what was later corrected, retracted or found to have happened at another time is
    ``unfounded``; one that a rule about who may act is against, as an import may bring it, is ``forbidden``.
    """
    found: dict[int, list[str]] = {}
    case = Case()
    owners: list[str] = []
    for entry in belief.entries:
        named = irregularities(case, entry)
        if isinstance(entry.event, AMENDING):
            named += _amended(belief.known, entry)
        else:
            named += _ground(case, entry)
            named += of_persons(belief, owners, entry, named)
        apply(case, entry)
        if case.owner is not None:
            owners.append(case.owner)
        if named:
            found[entry.version] = named
    for entry in belief.known:
        if entry.version in belief.amendments.retracted_by:
            found[entry.version] = [*of_itself(entry), "retracted"]
    for version in belief.amendments.corrected_by:
        found.setdefault(version, []).append("corrected")
    return found


def _amended(entries: Sequence[Entry], entry: Entry) -> list[str]:
    """Return the flags of an entry that changes what the inspectorate said, or a decision, and may not.

    It is judged by what the entries before it said: nothing that is amended afterwards takes the flag away.
    """
    try:
        theirs = for_the_inspectorate(root(entries, entry).event)
    except Refused:  # what it amends was not known by then
        return []
    found = ["not-by-the-inspectorate"] if theirs and entry.role != INSPECTORATE else []
    try:
        check_amended_decision([one for one in entries if one.version < entry.version], entry)
    except Forbidden as error:
        return [*found, f"forbidden: {error.message}"]
    return found
