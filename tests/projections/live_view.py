"""A case of a scene as the lists read it live, under the rulebook that ships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.axes import Axes
from domain.cases.events import ActionRecorded, Reported
from domain.deadlines.standards import Laws
from domain.instant import EARLIEST, FOREVER
from domain.rulebook.default import default_rulebook
from projections.views.access import Reader
from projections.views.live_case import LiveCase
from tests.clock import hours
from tests.domain.scene import REFERENCE, Scene

if TYPE_CHECKING:
    from domain.event import Event


def act(kind: str, outcome: str | None = None) -> ActionRecorded:
    return ActionRecorded(kind=kind, outcome=outcome)


def scene_of(category: str, *steps: tuple[float, Event], ages: tuple[int, ...] = ()) -> Scene:
    """Return a case of a category with what happened so many hours after its report."""
    report = Reported(reference=REFERENCE, category=category, ages=ages)
    scene = Scene(reported=False).given(report, at=0)
    for at, event in steps:
        scene.given(event, at=at)
    return scene


def live_case(scene: Scene, as_at: float, known: float | None = None, *, readable: bool = True) -> LiveCase:
    """Return the case as at and as known at (hours)."""
    axes = Axes(hours(as_at), FOREVER if known is None else hours(known))
    found = LiveCase(scene.entries, axes, Laws([(EARLIEST, default_rulebook())]), Reader())
    found.readable = readable
    return found
