"""Which two instants of a case are compared: of the world, or of knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.axes import Axes

if TYPE_CHECKING:
    from domain.instant import Instant
    from presentation.instants import AsOf


def compared_worlds(first: Instant, second: Instant, as_of: AsOf) -> tuple[Axes, Axes]:
    """Return the case at two instants, by what is known at the one of ``as_of``."""
    return _about(first, as_of), _about(second, as_of)


def compared_knowledge(first: Instant, second: Instant, world: Instant | None, as_of: AsOf) -> tuple[Axes, Axes]:
    """Return what was known at two instants of the case at ``world``; without one, each about its own instant."""
    return _knowing(first, world, as_of), _knowing(second, world, as_of)


def _about(as_at: Instant, as_of: AsOf) -> Axes:
    return as_of.axes if as_at == as_of.axes.as_at else Axes(as_at, as_of.axes.known_at)


def _knowing(known_at: Instant, world: Instant | None, as_of: AsOf) -> Axes:
    if known_at == as_of.now:
        return as_of.axes if world is None else Axes(world, as_of.axes.known_at)
    return Axes(known_at if world is None else world, known_at)
