"""Inspections: a round of looking at cases, by whom, its samples, what was disclosed, and which it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Final

from msgspec import Meta, Struct

from domain.axes import LATEST, Axes
from domain.cases.belief import in_order
from domain.cases.events import Day
from domain.cases.rules import by_inspectorate
from domain.errors import Refused
from domain.event import Entry, Event, Personal, known_at
from domain.identity import folded, stream_of
from domain.instant import Instant

if TYPE_CHECKING:
    from collections.abc import Iterable

MAIN: Final = "main"
"""The name of an inspection's first sample, unless it is given another."""

LARGEST_SEED: Final = (1 << 63) - 1

Seed = Annotated[int, Meta(ge=0, le=LARGEST_SEED)]
Size = Annotated[int, Meta(ge=1)]


class Opened(Event, frozen=True, kw_only=True):
    """A body began to inspect a force, for a period of days, both included, perhaps after an earlier round."""

    TOPIC: ClassVar[str] = "inspection.opened"
    inspection: str
    body: str
    force: str
    period_from: Day | None = None
    period_to: Day | None = None
    follows: str | None = None


class Sampled(Event, frozen=True, kw_only=True):
    """A sample was drawn, with all that it takes to draw it again.

    ``as_at`` and ``known_at`` (microseconds, UTC) are the picture that it was drawn from; ``among`` are the
    filters (category, risk, team, state) that a case had to pass; ``strata`` is what it was stratified by,
    ``population`` and ``drawn`` are the counts by stratum; ``cases`` are the references, sorted.
    """

    TOPIC: ClassVar[str] = "inspection.sampled"
    name: str = MAIN
    as_at: Instant
    known_at: Instant
    seed: Seed
    size: Size
    method: str
    strata: str
    among: dict[str, tuple[str, ...]] = {}  # noqa: RUF012  (msgspec copies it)
    population: dict[str, int]
    drawn: dict[str, int]
    cases: tuple[str, ...]


class Closed(Event, frozen=True, kw_only=True):
    """The round ended: no further sample belongs to it. Answers to its referrals may still come."""

    TOPIC: ClassVar[str] = "inspection.closed"


class CasesDisclosed(Event, frozen=True, kw_only=True):
    """The force gave ``cases`` to the inspectorate, each with its whole record; the envelope says why.

    ``log`` and ``size`` name the checkpoint that they were given with, as in ``domain.cases.events.Disclosed``.
    """

    TOPIC: ClassVar[str] = "inspection.disclosed"
    recipient: Personal
    cases: tuple[str, ...]
    log: str
    size: Size


class RecordedSample(Struct, frozen=True):
    """A sample of an inspection: when it was drawn (microseconds, UTC), and the version of its entry."""

    at: Instant
    version: int
    sample: Sampled


class Inspection(Struct):
    """An inspection's state: ``samples`` by name, in the order in which they were drawn.

    ``disclosed`` are the sizes of the checkpoints that its cases were disclosed with, in the order of disclosing.
    """

    identifier: str = ""
    body: str = ""
    force: str = ""
    period_from: str | None = None
    period_to: str | None = None
    follows: str | None = None
    opened_at: Instant | None = None
    closed_at: Instant | None = None
    samples: dict[str, RecordedSample] = {}
    disclosed: list[int] = []

    def drawn(self) -> dict[str, str]:
        """Return every case drawn, with the name of the sample that it is in."""
        return {one: name for name, drawing in self.samples.items() for one in drawing.sample.cases}


def inspection_stream(name: str) -> bytes:
    """Return the stream of the inspection with this name."""
    return stream_of("inspection", folded(name))


def apply(inspection: Inspection, entry: Entry) -> None:
    """Change ``inspection`` by one entry, in order; an event that is no inspection's raises ``TypeError``."""
    match entry.event:
        case Opened() as opened:
            inspection.identifier, inspection.opened_at = opened.inspection, entry.occurred_at
            inspection.body, inspection.force = opened.body, opened.force
            inspection.period_from, inspection.period_to = opened.period_from, opened.period_to
            inspection.follows = opened.follows
        case Sampled(name=name) as sampled:
            inspection.samples[name] = RecordedSample(entry.occurred_at, entry.version, sampled)
        case CasesDisclosed(size=size):
            inspection.disclosed.append(size)
        case Closed():
            inspection.closed_at = entry.occurred_at
        case other:
            msg = f"{type(other).__name__} is no event of an inspection"
            raise TypeError(msg)


def fold(entries: Iterable[Entry], axes: Axes = LATEST) -> Inspection:
    """Return the state as of ``axes``."""
    inspection = Inspection()
    for entry in sorted(entries, key=in_order):
        if entry.occurred_at <= axes.valid_at and known_at(entry) <= axes.known_at:
            apply(inspection, entry)
    return inspection


def check(inspection: Inspection, entry: Entry) -> None:
    """Raise ``Refused`` if ``entry`` cannot have happened, ``Forbidden`` if it is not the inspectorate's."""
    event = entry.event
    if isinstance(event, Opened) == (inspection.opened_at is not None):
        _refuse_opening(inspection, event)
    if isinstance(event, CasesDisclosed):
        _check_disclosure(event)
        return
    if isinstance(event, Sampled):
        check_new_sample(inspection, event.name)
    _check_open(inspection)
    by_inspectorate(entry)


def _refuse_opening(inspection: Inspection, event: Event) -> None:
    if isinstance(event, Opened):
        raise Refused(f"inspection {inspection.identifier} has been opened already")
    raise Refused("the inspection had not been opened by then", hints=("longcase inspection open I --body B",))


def _check_disclosure(event: CasesDisclosed) -> None:
    """Refuse one without cases or reason; the force discloses, also after the round has been closed."""
    if not event.cases:
        raise Refused("the inspection has no cases yet", hints=("longcase inspection sample I draws them",))
    if not event.reason:
        raise Refused("a disclosure says why the cases are given away", hints=("give --reason",))


def _check_open(inspection: Inspection) -> None:
    if inspection.closed_at is not None:
        raise Refused(f"inspection {inspection.identifier} is closed", hints=("open another that follows it",))


def check_new_sample(inspection: Inspection, name: str) -> None:
    """Raise ``Refused`` if the round is closed, or has a sample of this name: it stays what it is."""
    _check_open(inspection)
    if name in inspection.samples:
        hints = ("--additional NAME draws a further one, from the cases that are not in it",)
        raise Refused(f"the sample {name} has been drawn already, and stays as it is", hints=hints)
