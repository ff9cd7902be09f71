"""A case of a scene as the lists read it live, under the rulebook that ships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.cases.belief import picture
from domain.cases.events import ActionRecorded, Reported
from domain.cases.fold import fold
from domain.deadlines.clocks import run
from domain.deadlines.standards import Laws
from domain.instant import EARLIEST, FOREVER
from domain.rulebook.default import default_rulebook
from projections.views.live_case import LiveCase
from tests.clock import hours
from tests.domain.scene import REFERENCE, Scene

if TYPE_CHECKING:
    from domain.event import Event


def act(kind: str, outcome: str | None = None) -> ActionRecorded:
    return ActionRecorded(kind=kind, outcome=outcome)


def told(category: str, *steps: tuple[float, Event], ages: tuple[int, ...] = ()) -> Scene:
    """Return a case of a category with what happened so many hours after its report."""
    report = Reported(reference=REFERENCE, category=category, ages=ages)
    scene = Scene(reported=False).given(report, at=0)
    for at, event in steps:
        scene.given(event, at=at)
    return scene


def living(scene: Scene, as_at: float, known: float | None = None, *, readable: bool = True) -> LiveCase:
    """Return the case as at and as known at (hours)."""
    believed = picture(scene.entries, hours(as_at), FOREVER if known is None else hours(known))
    laws = Laws([(EARLIEST, default_rulebook())])
    return LiveCase(believed, fold(believed), run(believed, laws), hours(as_at), readable)
