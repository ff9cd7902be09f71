"""What is irregular about entries: recorded because it happened, flagged for ever."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from domain.cases import events as ev
from domain.cases.amendments import root, target
from domain.cases.belief import AMENDING, Belief, believe
from domain.cases.children import CONDITIONS
from domain.cases.decisions import check_amended_decision
from domain.cases.fold import apply
from domain.cases.person_flags import of_persons
from domain.cases.restrictions import against_restriction, ever_restricted
from domain.cases.rules import INSPECTORATE, check, for_the_inspectorate
from domain.cases.state import Case
from domain.errors import Forbidden, Refused
from domain.event import Entry, Event, known_at
from domain.identity import same_name
from domain.instant import DAY, FOREVER, Instant, from_datetime, to_datetime, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LATE_AFTER = DAY
"""An entry known more than a day (in microseconds) after it occurred counts as recorded late."""

ENGLAND = "Europe/London"

_RETELLING = frozenset({*AMENDING, ev.Restricted})
"""The events with which the flags of other entries may change, whenever they occurred."""

WARRANT_MONTHS = 3
"""A search warrant is executed within so many months from the date of its issue: PACE 1984, section 16(3)."""


def lateness(entry: Entry) -> int:
    """Return how long after it occurred the entry was known, in microseconds; never negative."""
    return max(0, known_at(entry) - entry.occurred_at)


def lapses_at(granted_at: Instant) -> Instant:
    """Return the first instant, in England, at which a warrant granted at an instant can be executed no longer.

    The day of the grant does not count (Lester v Garland (1808) 15 Ves 248); the last day is that of the same
    number three months later, or the last of its month (Dodds v Walker [1981] 1 WLR 1027), and counts to its
    end. ``FOREVER`` beyond the year 9999.
    """
    from domain.duration import by_months  # (few cases have a warrant)

    england = zone_of(ENGLAND)
    day = to_datetime(granted_at, england).date()
    last = by_months(datetime.combine(day, time.min, england), WARRANT_MONTHS)
    if last is None or last.date() == date.max:
        return FOREVER
    return min(from_datetime(last + timedelta(days=1)), FOREVER)


def _lapsed(case: Case, entry: Entry) -> bool:
    if not isinstance(entry.event, ev.WarrantExecuted):
        return False
    warrant = case.warrants.get(entry.event.warrant)
    if warrant is None or warrant.granted_at is None:
        return False
    return entry.occurred_at >= lapses_at(warrant.granted_at)


def of_itself(entry: Entry) -> list[str]:
    """Return what is irregular about ``entry`` whatever the state of its case, even if it is retracted."""
    found = list(entry.event.flags)
    if lateness(entry) > LATE_AFTER:
        found.append("late")
    if isinstance(entry.event, AMENDING) and not entry.event.reason:
        found.append("no-reason")
    return found


def _may_come_after(event: Event) -> bool:
    """Say whether an event is regular in a resolved case: courts and inspectors look at closed cases too."""
    return isinstance(event, (ev.Reopened, ev.EscalationAnswered, ev.Disclosed)) or for_the_inspectorate(event)


def left_behind(case: Case) -> tuple[str, ...]:
    """Return the flags of closing ``case`` in this state: with a child that is missing still, or in custody."""
    return tuple(f"child-{condition}" for condition in CONDITIONS if case.named.still(condition))


def irregularities(case: Case, entry: Entry) -> list[str]:
    """Return what is irregular about ``entry`` in the state ``case``, just before it."""
    found = of_itself(entry)
    if case.closure == "resolved" and not _may_come_after(entry.event):
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
    kept_out = against_restriction(belief.known)
    for entry in belief.entries:
        named = _judged(belief.known, case, owners, entry)
        named += kept_out.get(entry.version, ())
        _advance(case, owners, entry)
        if named:
            found[entry.version] = named
    for entry in belief.known:
        if entry.version in belief.amendments.retracted_by:
            found[entry.version] = [*of_itself(entry), *_by_another(belief.known, entry), "retracted"]
    for version in belief.amendments.corrected_by:
        found.setdefault(version, []).append("corrected")
    return found


def _judged(known: Sequence[Entry], case: Case, owners: Sequence[str], entry: Entry) -> list[str]:
    """Return what is irregular about ``entry`` in the state before it, but for what a restriction says."""
    named = irregularities(case, entry)
    if isinstance(entry.event, AMENDING):
        named += _by_another(known, entry)
        named += _amended(known, entry)
    else:
        named += _ground(case, entry)
        named += of_persons(known, owners, entry, named)
    return named


def _advance(case: Case, owners: list[str], entry: Entry) -> None:
    apply(case, entry)
    if case.owner is not None:
        owners.append(case.owner)


class Growth:
    """Which flags are new with each entry of a case that grows: those of the entry, and of others through it.

    An entry that occurred last, amends nothing and comes to a case that was never restricted changes no other's
    flags, since each is judged by what lies before it: it alone is judged. Anything else is worked out anew, as
    what an import brings is, which was known before it came. ``restricted`` says whether it ever was.
    """

    def __init__(self, before: Iterable[Entry]) -> None:
        """Begin with the entries that the case has, in order of version."""
        self._known = list(before)
        self.restricted = ever_restricted(self._known)
        self._standing: tuple[Case, list[str]] | None = None
        self._last = -FOREVER

    @property
    def version(self) -> int:
        """The number of entries that the case has."""
        return len(self._known)

    def take(self, entries: Sequence[Entry]) -> dict[int, list[str]]:
        """Add the entries of a command, and return the flags that are new with them, by version."""
        if self.restricted:
            return self._anew(entries)
        case, owners = self._standing or self._stand()
        if not self._follow(entries):
            return self._anew(entries)
        found = {}
        for entry in entries:
            self._known.append(entry)
            named = _judged(self._known, case, owners, entry)
            _advance(case, owners, entry)
            if named:
                found[entry.version] = named
        return found

    def _stand(self) -> tuple[Case, list[str]]:
        case, owners = self._standing = Case(), list[str]()
        for entry in believe(self._known).entries:
            _advance(case, owners, entry)
            self._last = entry.occurred_at
        return case, owners

    def _follow(self, entries: Sequence[Entry]) -> bool:
        for entry in entries:
            event = entry.event
            if type(event) in _RETELLING or event.origin is not None or entry.occurred_at < self._last:
                return False
            self._last = entry.occurred_at
        return True

    def _anew(self, entries: Sequence[Entry]) -> dict[int, list[str]]:
        before = flags(believe(self._known))
        self._known += entries
        self.restricted = ever_restricted(self._known)
        self._standing, self._last = None, -FOREVER
        new = (
            (version, [flag for flag in found if flag not in before.get(version, ())])
            for version, found in flags(believe(self._known)).items()
        )
        return {version: found for version, found in new if found}


def _by_another(entries: Sequence[Entry], entry: Entry) -> list[str]:
    """Return the flag of an entry that amends what somebody else recorded."""
    if not isinstance(entry.event, AMENDING):
        return []
    try:
        author = target(entries, entry.event.entry).actor
    except Refused:  # what it amends was not known by then
        return []
    return [] if same_name(entry.actor, author) else ["corrected-by-another"]


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
