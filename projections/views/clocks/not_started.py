"""Why a standard has no clock in a case: it is for others, nothing started it, or it was not in force then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.deadlines.names import REPORTED_AS_CRIME, names
from domain.deadlines.silence import ACTIVITY
from domain.errors import NotFound
from projections.views.summaries import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.cases.state import Case
    from domain.event import Entry
    from domain.instant import Instant
    from domain.rulebook.model import Standard
    from domain.rulebook.versions import RulebookVersions

_WORDS: Final = {ACTIVITY: "work on the case", REPORTED_AS_CRIME: "report as a crime"}


def standard_named(identifier: str, rulebooks: RulebookVersions, at: Instant) -> Standard:
    """Return the standard of that id in force at an instant, else the latest there was.

    Raises ``NotFound``, with the nearest ids, if no version of the rulebook has it.
    """
    for book in (rulebooks.at(at), *(book for _, book in reversed(rulebooks.versions))):
        for standard in book.standards:
            if standard.id == identifier:
                return standard
    from difflib import get_close_matches

    known = sorted(standard.id for standard in rulebooks.at(at).standards)
    near = get_close_matches(identifier, known, n=3)
    meant = (f"did you mean: {', '.join(near)}",) if near else ()
    hints = (*meant, "longcase rulebook show lists them")
    raise NotFound(f"no rulebook has a standard {identifier!r}", hints=hints)


def why_never(standard: Standard, believed: Iterable[Entry], case: Case, rulebooks: RulebookVersions) -> str:
    """Return in words why a ``standard`` has no clock in a case of which these entries are believed."""
    if standard.categories and case.category not in standard.categories:
        whose = ", ".join(map(words_of, standard.categories))
        return f"does not apply: the category is {words_of(case.category or 'unknown')}, and it is for {whose}"
    starting = _starting(standard, believed)
    lacking = set(standard.starts) - {name for _, found in starting for name in found}
    if lacking and (standard.together or not starting):
        missing = [_quoted(name) for name in standard.starts if name in lacking]
        joined = " and none " if standard.together else " or "
        return f"not started: no entry says {joined.join(missing)}"
    entry, _ = starting[-1]
    if not (set(standard.stops) - set(standard.starts)).isdisjoint(names(entry)):
        return f"not started: it was met at once, by entry {entry.version}"
    if any(one.id == standard.id for one in rulebooks.at(entry.occurred_at).standards):
        return f"not started: entry {entry.version} was not what it asked for then"
    return f"not started: at entry {entry.version} the rulebook did not have it"


def _starting(standard: Standard, believed: Iterable[Entry]) -> list[tuple[Entry, set[str]]]:
    """Return the entries that start it, with the names that do.

    Of what must come together only what has happened since the last end counts.
    """
    found: list[tuple[Entry, set[str]]] = []
    for entry in believed:
        named = set(names(entry))
        if standard.together and not named.isdisjoint(standard.ends):
            found.clear()
        if not named.isdisjoint(standard.starts):
            found.append((entry, named.intersection(standard.starts)))
    return found


def _quoted(name: str) -> str:
    text = _WORDS.get(name) or words_of(name.removeprefix("action:"))
    return f'"{text}"'
