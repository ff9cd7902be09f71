"""Which of the stalled cases come first, told from what decides their order: the rest is not built."""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from domain.deadlines.facts import CONDITION
from projections.queries.filters import Filtered, owned_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from domain.instant import Instant

Columns = tuple[str, ...]

OF_CASE: Final = ("stream", "reference", "risk", "owner", "closed_at")
OF_WAIT: Final = ("kind", "name", "standard", "due")
"""The columns of a case and of a wait that are needed."""

_RANK: Final[dict[str | None, int]] = {"very high": 0, "high": 1, "medium": 3, "low": 4}
_UNASSESSED = 2


class Narrowed(Filtered, Protocol):
    """A question about stalled cases; an empty filter lets all through."""

    @property
    def causes(self) -> tuple[str, ...]:
        """The causes, one of which a case must have."""

    @property
    def standards(self) -> tuple[str, ...]:
        """The standards, one of which a case must break."""


class Lead(NamedTuple):
    """What decides the place of a case in the list; ``due`` is when the longest of its waits was."""

    stream: bytes
    reference: str
    risk: str | None
    closed_at: Instant | None
    due: Instant


def severity(risk: str | None) -> int:
    """Return the rank of a risk, the highest first; what was not assessed stands in the middle."""
    return _RANK.get(risk, _UNASSESSED)


def leads(rows: Iterable[Any], wanted: Narrowed) -> list[Lead]:
    """Return one for each case asked for, of rows that have ``OF_CASE`` and ``OF_WAIT``."""
    found: dict[bytes, Lead] = {}
    caused, broken = set[bytes](), set[bytes]()
    for stream, reference, risk, owner, closed_at, kind, name, standard, due in rows:
        if kind == CONDITION or (wanted.owner and not owned_by(owner, wanted)):
            continue
        known = found.get(stream)
        if known is None or due < known.due:
            found[stream] = Lead(stream, reference, risk, closed_at, due)
        if name in wanted.causes:
            caused.add(stream)
        if standard in wanted.standards:
            broken.add(stream)
    return list(_fitting(found, wanted, caused, broken))


def _fitting(
    found: dict[bytes, Lead], wanted: Narrowed, caused: set[bytes], broken: set[bytes]
) -> Iterator[Lead]:
    for stream, lead in found.items():
        if (not wanted.causes or stream in caused) and (not wanted.standards or stream in broken):
            yield lead


def first(found: Sequence[Lead], count: int, order: str) -> list[bytes]:
    """Return the streams of the first ``count`` in the order of ``severity``, or in that of ``overdue``."""
    return [lead.stream for lead in nsmallest(count, found, key=_ORDERS[order])]


_ORDERS: Final[dict[str, Callable[[Lead], tuple[Any, ...]]]] = {
    "severity": lambda lead: (severity(lead.risk), lead.due, lead.reference),
    "overdue": lambda lead: (lead.due, lead.reference),
}
