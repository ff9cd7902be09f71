"""Who may change a restricted case's readers, amend it or close it: nobody whom the restriction keeps out.

Who reads a restricted case follows from its restriction and from whose it is. So whoever is kept out neither
lifts nor widens the restriction, nor takes the case from its owner or gives it to another, nor amends what
says so. Nor do they disclose it: only who may read a case gives it to others. Work is recorded by everybody:
what somebody did has happened, whatever they may read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.axes import Axes
from domain.cases import events as ev
from domain.cases.amendments import root
from domain.cases.belief import AMENDING
from domain.cases.history import History
from domain.cases.rules import AUDITOR, INSPECTORATE, for_the_inspectorate
from domain.errors import Forbidden, Refused
from domain.event import Entry, known_at
from domain.identity import same_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.cases.state import Case
    from domain.instant import Instant

OVERSEERS = frozenset({INSPECTORATE, AUDITOR})
"""The roles that read every case, restricted or not."""

WITHHELD = "withheld: the case is restricted"
"""What stands where text was left out."""

GUARDED = (
    ev.Restricted,
    ev.Unrestricted,
    ev.Allocated,
    ev.Returned,
    ev.Resolved,
    ev.ClosureRefused,
    ev.Disclosed,
    *AMENDING,
)
"""What those do not record whom a restriction keeps out."""


_TELLING = (ev.Restricted, ev.Unrestricted, ev.Allocated, ev.Returned)
"""What says who reads a restricted case, and whose it is."""


def is_reader(case: Case, person: str | None) -> bool:
    """Say whether a person reads a restricted case by name: one whom the restriction names, or its owner."""
    return any(same_name(person, one) for one in (case.owner, *case.restricted_to))


def may_read(case: Case, actor: str | None, role: str | None) -> bool:
    """Say whether a person may read a case in the state ``case``; ``None`` where nobody says who they are.

    A restricted one is for those whom the restriction names, its owner, the inspectorate and auditors.
    """
    return case.record != "restricted" or role in OVERSEERS or is_reader(case, actor)


def ever_restricted(entries: Iterable[Entry]) -> bool:
    """Say whether entries of a case can have restricted it: nothing else is worth a look at who reads it."""
    return any(isinstance(entry.event, ev.Restricted) for entry in entries)


def check_restriction(history: History, entry: Entry) -> None:
    """Raise ``Forbidden`` if ``entry``, next after ``history``, is for others, since the case is restricted.

    Asked of the case as it is believed now and as it was when ``entry`` occurred, which may be dated back. On
    whose behalf somebody acts does not count: it is they who may not read.
    """
    _check(history, entry, history.entries)


def _check(history: History, entry: Entry, entries: Sequence[Entry]) -> None:
    """Do so where ``history`` has, of all ``entries`` known by then, at least those that say who may do it."""
    if not isinstance(entry.event, GUARDED) or entry.role == AUDITOR or _own_words(entries, entry):
        return
    for case in (history.case(), history.case(Axes(entry.occurred_at))):
        if case.record == "restricted" and not _let_in(case, entry):
            why = f"the case is restricted, and this is not for {entry.actor} to do"
            raise Forbidden(why, hints=(_by_whom(case, entry),))


def _let_in(case: Case, entry: Entry) -> bool:
    """Say whether who acts reads the case by name, or is the owner's supervisor: whoever gave them the case.

    A case is disclosed by whoever may read it, the inspectorate among them, and by no supervisor who may not.
    """
    if isinstance(entry.event, ev.Disclosed):
        return may_read(case, entry.actor, entry.role)
    return is_reader(case, entry.actor) or same_name(entry.actor, case.allocated_by)


def _by_whom(case: Case, entry: Entry) -> str:
    """Return by whom it can be done; whom the restriction names is for its readers to know."""
    named = [f"its owner {case.owner}"] if case.owner else []
    if isinstance(entry.event, ev.Disclosed):
        named.append("the inspectorate")
    elif case.allocated_by and not same_name(case.allocated_by, case.owner):
        named.append(f"{case.allocated_by}, who gave them the case")
    return f"it can be done by {', by '.join(['those whom the restriction names', *named])}, or by an auditor"


def _own_words(entries: Sequence[Entry], entry: Entry) -> bool:
    """Say whether the inspectorate amends what it alone can have said, which nobody else may."""
    if entry.role != INSPECTORATE or not isinstance(entry.event, AMENDING):
        return False
    try:
        return for_the_inspectorate(root(entries, entry).event)
    except Refused:  # what it amends was not known by then
        return False


def check_reason(history: History, entry: Entry) -> None:
    """Raise ``Refused`` if ``entry`` amends a case that is restricted now, and does not say why."""
    if isinstance(entry.event, AMENDING) and not entry.event.reason and history.case().record == "restricted":
        raise Refused("in a restricted case an amendment needs a reason", hints=("give --reason TEXT",))


def against_restriction(known: Sequence[Entry]) -> dict[int, list[str]]:
    """Return why entries of a case (by version) are ``forbidden`` by its restriction, as each became known.

    Each is judged by what was known before it, so that nothing that is recorded later makes it so, or undoes it.
    """
    if not ever_restricted(known):
        return {}
    found: dict[int, list[str]] = {}
    history, telling = History(), _telling(known)
    for entry in sorted(known, key=_learnt):
        try:
            _check(history, entry, known)
        except Forbidden as error:
            found[entry.version] = [f"forbidden: {error.message}"]
        if entry.version in telling:
            history = _with(history, entry)
    return found


def _with(history: History, entry: Entry) -> History:
    """Return ``history`` with an entry that became known, of which an amendment may have been known before."""
    if any(isinstance(one.event, AMENDING) and one.event.entry == entry.version for one in history.entries):
        return History([*history.entries, entry])
    history.append(entry)
    return history


def _telling(known: Sequence[Entry]) -> set[int]:
    """Return the entries (by version) that say who reads the case or whose it is, and amendments of these.

    What else there is, and an import may bring very much of it, need not be folded again and again.
    """
    found: set[int] = set()
    for entry in known:
        event = entry.event
        if isinstance(event, _TELLING) or (isinstance(event, AMENDING) and event.entry in found):
            found.add(entry.version)
    return found


def _learnt(entry: Entry) -> tuple[Instant, int]:
    return known_at(entry), entry.version
