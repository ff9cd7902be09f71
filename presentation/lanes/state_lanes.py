"""The lanes of what a case went through beside its owners: pauses, warrants, referrals back, closure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from domain.cases.flags import lapses_at
from domain.instant import SECOND
from presentation.lanes.lane import Bar, Lane, Mark, lane
from presentation.phrases import day, elapsed
from projections.views.summaries import summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    from domain.event import Entry
    from domain.instant import Instant


class _Step(NamedTuple):
    """Where an event takes its subject: ``kind`` of the bar that begins, or none where nothing is awaited."""

    state: str
    kind: str | None
    grave: bool = False


_WARRANT: Final = {
    "warrant-sought": _Step("sought", "sought"),
    "warrant-granted": _Step("granted", "granted"),
    "warrant-refused": _Step("refused", None),
    "warrant-executed": _Step("executed", None),
    "warrant-withdrawn": _Step("withdrawn", None),
}
_ESCALATION: Final = {
    "escalated": _Step("unanswered", "unanswered", grave=True),
    "escalation-answered": _Step("answered", "answered"),
    "escalation-rejected": _Step("rejected", "rejected", grave=True),
    "escalation-accepted": _Step("accepted", None),
}
_PAUSE: Final = {"paused": _Step("paused", "paused"), "resumed": _Step("resumed", None)}
_CLOSURE: Final = {
    "closure-requested": _Step("requested", "requested"),
    "closure-refused": _Step("refused", None),
    "resolved": _Step("resolved", "resolved"),
    "reopened": _Step("reopened", None),
}
_SUBJECTS: Final = (
    ("paused", "", _PAUSE),
    ("warrant", "warrant", _WARRANT),
    ("escalation", "escalation", _ESCALATION),
    ("closure", "", _CLOSURE),
)


class Span(NamedTuple):
    """Until when lanes run: the instant asked about, or the case's end; instants are microseconds UTC.

    Days are those of ``zone``; ``lapses`` says by its id when a warrant lapses, where a standard does.
    """

    as_at: Instant
    closed_at: Instant | None
    zone: tzinfo
    lapses: Mapping[str, Instant]

    @property
    def end(self) -> Instant:
        """When whatever still lasted was over, or is looked at."""
        return self.as_at if self.closed_at is None else self.closed_at


def state_lanes(believed: Sequence[Entry], span: Span) -> Iterator[Lane]:
    """Yield a lane for all pauses, for each warrant, for each escalation and for closure, where there are any.

    ``believed`` is what is believed of the case, in order.
    """
    for name, field, steps in _SUBJECTS:
        by_subject: dict[str, list[Entry]] = {}
        for entry in believed:
            if entry.name in steps:
                by_subject.setdefault(getattr(entry.event, field, ""), []).append(entry)
        for subject, entries in by_subject.items():
            yield _lane(f"{name} {subject}".rstrip(), entries, steps, span)


def _lane(name: str, entries: Sequence[Entry], steps: dict[str, _Step], span: Span) -> Lane:
    made = lane(name)
    last = steps[entries[-1].name]
    # What outlives a case: that it is closed, and what happened to it after that.
    end = span.as_at if last.state == "resolved" else max(span.end, entries[-1].occurred_at)
    followers = [*(entry.occurred_at for entry in entries[1:]), end]
    for entry, until in zip(entries, followers, strict=True):
        made.bars.extend(_bars(entry, steps[entry.name], until, span))
        made.marks.append(Mark("turn", entry.occurred_at, _words(entry)))
    lapsed = last.kind == "granted" and made.bars[-1].kind == "lapsed"
    since = made.bars[-1].since if lapsed else entries[-1].occurred_at
    stands = _stands(last._replace(state="lapsed") if lapsed else last, since, span)
    return made._replace(end=stands, grave=lapsed or last.grave)


def _stands(step: _Step, since: Instant, span: Span) -> str:
    """Return how a lane stands: for how long something has been awaited, or on which day it came to an end."""
    if step.kind is None or step.kind == "resolved":
        return f"{step.state} {day(since, span.zone).strip()}"
    if span.closed_at is not None:
        return f"{step.state} at the end"
    return f"{step.state}, {elapsed((span.as_at - since) // SECOND)}"


def _words(entry: Entry) -> str:
    return f"{summary(entry.event)}, by {entry.actor}"


def _bars(entry: Entry, step: _Step, until: Instant, span: Span) -> Iterator[Bar]:
    """Yield the bar of a state in which something is awaited; of a granted warrant, its lapse apart."""
    if step.kind is None:
        return
    since = entry.occurred_at
    lapse = _lapse(entry, span) if step.kind == "granted" else until
    yield Bar(step.kind, since, min(lapse, until), step.state, _words(entry))
    if lapse < until:
        yield Bar("lapsed", lapse, until, "lapsed", "the warrant had lapsed")


def _lapse(granted: Entry, span: Span) -> Instant:
    """Return when a warrant lapses: by the rulebook, or where that says nothing, by the law."""
    found = span.lapses.get(getattr(granted.event, "warrant", ""))
    return lapses_at(granted.occurred_at) if found is None else found
