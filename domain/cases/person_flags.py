"""What is irregular about who acted, by what any entry ever said: no amendment takes these flags away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.cases import events as ev
from domain.cases.belief import AMENDING
from domain.cases.decisions import TAKEN, as_it_stood, before, check_as_it_stood, persons
from domain.cases.fold import fold
from domain.cases.rules import AUDITOR, INSPECTORATE, acts_as, for_the_inspectorate, may_decide
from domain.errors import Forbidden
from domain.event import Entry, Event, known_at
from domain.identity import same_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def sides(event: Event, role: str) -> tuple[str | None, str | None]:
    """Return for which side who made ``event`` in ``role`` acted, and for which the one on whose behalf they did.

    Whoever names no role acts for the force; an auditor is on neither side.
    """
    if role == INSPECTORATE:
        return INSPECTORATE, INSPECTORATE
    return None if role == AUDITOR else "force", INSPECTORATE if for_the_inspectorate(event) else None


def of_persons(known: Sequence[Entry], owners: Sequence[str], entry: Entry, named: Sequence[str]) -> list[str]:
    """Return what is irregular about who acted in ``entry``, beside the flags that it has already (``named``).

    ``known`` are the entries of the case in order of version, ``owners`` those who are believed to have had it
    by then.
    """
    if isinstance(entry.event, ev.Paused) and "paused-by-owner" not in named:
        return _paused(known, entry)
    if not isinstance(entry.event, TAKEN) or any(flag.startswith("forbidden: ") for flag in named):
        return []
    return _held(known, entry) or _former(known, owners, entry) or _by_others(known, entry)


def _held(known: Sequence[Entry], entry: Entry) -> list[str]:
    """Return the flag of a decision that was forbidden before its maker amended something."""
    try:
        for stood in as_it_stood(known, persons(entry)):
            check_as_it_stood(fold(before(stood, entry)[0]), entry, entry.event)
    except Forbidden as error:
        return [f"forbidden: {error.message}"]
    return []


def _former(known: Sequence[Entry], owners: Sequence[str], entry: Entry) -> list[str]:
    """Return the flag of a resolution by somebody who had the case before, or was once named as its owner."""
    if not isinstance(entry.event, ev.Resolved):
        return []
    ever = [*owners, *_named(known, entry)]
    return ["former-owner"] if any(acts_as(entry, owner) for owner in ever) else []


def _named(known: Sequence[Entry], entry: Entry) -> Iterator[str]:
    """Yield each owner whom an entry named, amended or not, that was known before ``entry``."""
    for one in known:
        if (known_at(one), one.version) < (known_at(entry), entry.version):
            officer = _officer(one)
            if officer:
                yield officer


def _officer(entry: Entry) -> str | None:
    if isinstance(entry.event, (ev.Allocated, ev.Returned)):
        return entry.event.officer
    return entry.event.values.get("officer") if isinstance(entry.event, ev.EntryCorrected) else None


def _by_others(known: Sequence[Entry], entry: Entry) -> list[str]:
    """Return the flag of a decision that the entries as first recorded forbid, and others have amended."""
    first = [one for one in known if not isinstance(one.event, AMENDING)]
    if len(first) == len(known):
        return []
    try:
        may_decide(fold(before(first, entry)[0]), entry, entry.event)
    except Forbidden:
        return ["ground-amended"]
    return []


def _paused(known: Sequence[Entry], entry: Entry) -> list[str]:
    """Return the flag of a pause that was on the owner's own authority before the owner amended something."""
    for name in set(_authorities(known, entry)):
        for stood in as_it_stood(known, [name]):
            believed, paused = before(stood, entry)
            authority = getattr(paused.event, "authorised_by", None)
            if same_name(authority, name) and same_name(fold(believed).owner, name):
                return ["paused-by-owner"]
    return []


def _authorities(known: Sequence[Entry], entry: Entry) -> Iterator[str]:
    """Yield each authority that any entry named for a pause."""
    for one in known:
        if one.version == entry.version and isinstance(one.event, ev.Paused):
            yield one.event.authorised_by
        elif isinstance(one.event, ev.EntryCorrected) and one.event.entry == entry.version:
            named = one.event.values.get("authorised_by")
            if named:
                yield named
