"""Local times that the clocks showed twice, settled where the order of the file leaves one way only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.instant import Instant
    from exchange.source.trace import Activity
    from exchange.times.wall import Twice


def settled(activities: Sequence[Activity], twice: Mapping[str, Twice]) -> tuple[list[Activity], list[int]]:
    """Return a case's activities with the instants that its order proves, and the lines of the others.

    The order of the file proves something where it can be the order of time: then each event lies between the
    one before it and the one after. Where both instants fit, or the file has another order, the first stays.
    """
    choices = [_choices(one, twice) for one in activities]
    earliest = _rising(choices)
    latest = [-at for at in reversed(_rising([[-at for at in reversed(one)] for one in reversed(choices)]))]
    if not earliest:
        return list(activities), [one.line for one, choice in zip(activities, choices, strict=True) if choice[1:]]
    guessed = [one.line for one, first, last in zip(activities, earliest, latest, strict=True) if first != last]
    certain = [
        one._replace(occurred_at=first) if first == last else one
        for one, first, last in zip(activities, earliest, latest, strict=True)
    ]
    return certain, guessed


def _choices(activity: Activity, twice: Mapping[str, Twice]) -> list[Instant]:
    found = twice.get(activity.time_text)
    return [activity.occurred_at] if found is None else list(found)


def _rising(choices: Sequence[Sequence[Instant]]) -> list[Instant]:
    """Return the earliest of the choices that make a row that never falls; nothing, if none do."""
    row: list[Instant] = []
    for choice in choices:
        fitting = [at for at in choice if not row or at >= row[-1]]
        if not fitting:
            return []
        row.append(fitting[0])
    return row
