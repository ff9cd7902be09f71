"""The whole state of a case as at one instant and as known at another: parallel states, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from domain.cases.children import DETAINED, MISSING
from domain.instant import SECOND, Instant
from projections.fields import copied, fields
from projections.views.attribution import owner_spells

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.cases.state import Case
    from domain.deadlines.standards import Laws
    from domain.event import Entry
    from projections.views.case_view import CaseView
    from projections.views.timeline import Item, Line

FIELDS: Final = fields(
    "reference category risk summary source children ages crime_reference reported_at age_seconds "
    "last_activity last_activity_at idle_seconds ownership investigation safeguarding oversight closure "
    "record links flags version owners clocks linked"
)
"""What an item holds, in the order in which it is shown."""

PASSING = frozenset({"age_seconds", "idle_seconds", "version", "flags", "owners", "clocks"})
"""What changes as time passes or with every entry, and so is no change of the state."""


def state(view: CaseView, laws: Laws | None = None) -> Item | None:
    """Return the state as an item; ``None`` if by then the case had not been reported.

    Where ``as_at`` is after ``known_at`` the state is that at ``known_at`` and time runs on to ``as_at``. The
    open clocks are among it if ``laws`` are given, which a page without clocks need not load.
    """
    if view.case.reported_at is None:
        return None
    owners = {"owners": _plain(owner_spells(view))}
    clocks = {} if laws is None else {"clocks": _clocks(view.believed, view.axes.as_at, laws)}
    item = state_item(view.case, view.axes.as_at, flags_of(view.lines))
    linked = {"linked": item.pop("linked")}  # added later than the others, and so last
    return item | owners | clocks | linked


def _clocks(believed: Iterable[Entry], as_at: Instant, laws: Laws) -> list[Item]:
    from domain.deadlines.clocks import run
    from projections.views.clocks.clock_states import open_clocks

    return open_clocks(run(believed, laws), as_at)


def flags_of(lines: Iterable[Line]) -> dict[str, list[str]]:
    """Return the flags of entries, by their versions."""
    return {str(line.entry.version): list(line.flags) for line in lines if line.flags}


def state_item(case: Case, as_at: Instant, flags: Mapping[str, list[str]] | None = None) -> Item:
    """Return ``case`` under the names of the contract, without owners and clocks, with ``flags`` by version.

    Its age and idle time run to ``as_at`` (microseconds, UTC), or to its end. A closed case is not idle.
    """
    return {
        **copied(case, FIELDS[:9]),
        "ages": list(case.ages),
        "age_seconds": _elapsed(case.reported_at, as_at if case.closed_at is None else case.closed_at),
        "last_activity": case.last_activity,
        "last_activity_at": case.last_activity_at,
        "idle_seconds": _elapsed(case.last_activity_at, as_at) if case.closed_at is None else None,
        **_parallel(case),
        "links": case.links,
        "flags": flags or {},
        "version": case.version,
        "linked": _plain(case.linked),
    }


def _parallel(case: Case) -> Item:
    return {
        "ownership": {
            "state": case.ownership,
            "owner": case.owner,
            "team": case.team,
            "since": case.owned_since,
        },
        "investigation": {
            "paused": _plain(case.pause),
            "pauses": _plain(case.pauses),
            "warrants": _plain(case.warrants),
        },
        "safeguarding": {"steps": _plain(case.steps), "children": _children(case)},
        "oversight": {"escalations": _plain(case.escalations), "grades": _plain(case.grades)},
        "closure": {
            "state": case.closure,
            "requested_by": case.closure_requested_by,
            "requested_outcome": case.requested_outcome,
            "outcome": case.outcome,
            "closed_at": case.closed_at,
        },
        "record": {"state": case.record, "restricted_to": list(case.restricted_to)},
    }


def _children(case: Case) -> Item:
    """Return, by its name, since when each child is missing or detained, and the actions that name it."""
    named = case.named
    missing, detained = named.still(MISSING), named.still(DETAINED)
    return {
        label: {
            "missing_since": missing.get(number),
            "detained_since": detained.get(number),
            "steps": _plain(case.steps_by_child.get(number, {})),
        }
        for number, label in named.labels.items()
    }


def _plain(value: Any) -> Any:  # noqa: ANN401  (a part of the state, as plain data)
    return msgspec.to_builtins(value)


def _elapsed(since: Instant | None, until: Instant) -> int | None:
    return None if since is None else max(0, until - since) // SECOND


def changes(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Item]:
    """Return each field that differs between the ``leaves`` of two states: its path, its value before and after.

    A value is ``None`` where there is none.
    """
    paths = sorted({**first, **second}, key=lambda path: FIELDS.index(path.partition(".")[0]))
    return [
        {"field": path, "before": first.get(path), "after": second.get(path)}
        for path in paths
        if first.get(path) != second.get(path)
    ]


def leaves(item: Item | None) -> dict[str, Any]:
    """Return the values of a state, each under its path (``ownership.owner``), without what only passes."""
    found: dict[str, Any] = {}
    for key, value in (item or {}).items():
        if key not in PASSING:
            _collect(key, value, found)
    return found


def _collect(path: str, value: Any, found: dict[str, Any]) -> None:  # noqa: ANN401  (any part of a state)
    parts = _parts(value)
    for key, part in parts:
        _collect(f"{path}.{key}", part, found)
    if not parts and value not in (None, [], {}):
        found[path] = value


def _parts(value: Any) -> Sequence[tuple[Any, Any]]:  # noqa: ANN401  (as above)
    """Return the parts of an object, or of a list of objects, counted from 1; none of any other value."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return list(enumerate(value, start=1))
    return ()
