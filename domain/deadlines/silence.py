"""How long an open case may go without work, where that follows from when work was last done in it.

A standard that all work starts anew and nothing else has to do with, and whose limit is elapsed time, runs out so
long after the last activity. Its clock needs not be kept to know that, unless the case was paused since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from domain.deadlines.facts import WAIT, Fact, fact_of
from domain.duration import parse_limit
from domain.instant import FOREVER, Instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.rulebook.model import Rulebook, Standard

ACTIVITY: Final = "activity"
UNASSESSED: Final = "unassessed"

_ONLY: Final = (ACTIVITY,)


class Silence(NamedTuple):
    """A standard that runs out so long after the last activity: its limits as written and in microseconds.

    They stand under each risk, or one under ``""``; a case of another category or risk than those given, if any
    are, it does not concern.
    """

    standard: str
    cause: str
    limits: dict[str, tuple[str, int]]
    categories: frozenset[str]
    risks: frozenset[str]

    def concerns(self, category: str) -> bool:
        """Say whether the standard is for cases of a category."""
        return not self.categories or category in self.categories

    def limit(self, risk: str | None) -> tuple[str, int] | None:
        """Return the limit for a risk; ``None`` if the standard does not apply to it."""
        name = risk or UNASSESSED
        if self.risks and name not in self.risks:
            return None
        return self.limits.get("") or self.limits.get(name)


def silences(book: Rulebook) -> tuple[Silence, ...]:
    """Return the standards of a rulebook that run out so long after the last activity."""
    return tuple(found for standard in book.standards if (found := silence_of(standard)) is not None)


def silence_of(standard: Standard) -> Silence | None:
    """Return a standard as one that runs out so long after the last activity; ``None`` if it is no such one."""
    alone = standard.starts == _ONLY == standard.stops and not standard.ends and not standard.together
    if not alone or standard.per != "case" or standard.then is not None or standard.warns is not None:
        return None
    named = {"": standard.limit} if isinstance(standard.limit, str) else standard.limit
    limits = {name: (text, parse_limit(text).microseconds) for name, text in named.items()}
    if standard.cause == "untouched" or not all(length for _, length in limits.values()):
        return None
    return Silence(standard.id, standard.cause, limits, frozenset(standard.categories), frozenset(standard.risks))


class SilenceLimit(NamedTuple):
    """How long a case may go without work by one standard: as written, and in microseconds."""

    cause: str
    standard: str
    text: str
    length: int


def limits(known: Sequence[Silence], category: str, risk: str | None) -> Iterator[SilenceLimit]:
    """Yield how long an open case may go without work by each standard that concerns it."""
    for one in known:
        limit = one.limit(risk) if one.concerns(category) else None
        if limit is not None:
            yield SilenceLimit(one.cause, one.standard, *limit)


def waits(given: Iterable[SilenceLimit], since: Instant) -> Iterator[Fact]:
    """Yield what an open case waits for under these limits if work was last done in it at ``since``."""
    for cause, standard, text, length in given:
        due = min(since + length, FOREVER)
        yield fact_of((WAIT, cause, standard, "", text, since, due, FOREVER, 0))
