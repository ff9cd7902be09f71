"""The lanes of what a case went through beside its owners: pauses, warrants, referrals back, closure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cli.commands.lane import Bar, Lane, Mark, lane
from cli.humane import elapsed
from domain.flags import WARRANT_MONTHS, months_later
from domain.instant import SECOND
from projections.wording import summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


def state_lanes(believed: Sequence[Entry], as_at: Instant) -> Iterator[Lane]:
    """Yield a lane for all pauses, for each warrant, for each escalation and for closure, where there are any.

    ``believed`` is what is believed of the case, in order; instants are microseconds UTC.
    """
    for name, field, steps in _SUBJECTS:
        by_subject: dict[str, list[Entry]] = {}
        for entry in believed:
            if entry.name in steps:
                by_subject.setdefault(getattr(entry.event, field, ""), []).append(entry)
        for subject, entries in by_subject.items():
            yield _lane(f"{name} {subject}".rstrip(), entries, steps, as_at)


def _lane(name: str, entries: Sequence[Entry], steps: dict[str, _Step], as_at: Instant) -> Lane:
    made = lane(name)
    followers = [*(entry.occurred_at for entry in entries[1:]), as_at]
    for entry, until in zip(entries, followers, strict=True):
        step = steps[entry.name]
        words = f"{summary(entry.event)}, by {entry.actor}"
        if step.kind is not None:
            made.bars.extend(_bars(step, entry.occurred_at, until, words))
        made.marks.append(Mark("turn", entry.occurred_at, words))
    lapsed = bool(made.bars) and made.bars[-1].kind == "lapsed" and made.bars[-1].until == as_at
    last = steps[entries[-1].name]
    state = "lapsed" if lapsed else last.state
    since = made.bars[-1].since if lapsed else entries[-1].occurred_at
    return made._replace(end=f"{state} {elapsed((as_at - since) // SECOND)} ago", grave=lapsed or last.grave)


def _bars(step: _Step, since: Instant, until: Instant, words: str) -> Iterator[Bar]:
    """Yield the bar of a state; of a warrant that is granted, what lies after its lapse apart."""
    lapse = months_later(since, WARRANT_MONTHS) if step.kind == "granted" else until
    yield Bar(step.kind or "", since, min(lapse, until), step.state, words)
    if lapse < until:
        yield Bar("lapsed", lapse, until, "lapsed", "the warrant had lapsed")
