"""The cases that the first round referred back: how many is published, all else about them is invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from application.commands import oversight
from application.demo.force import INSPECTOR, INSPECTORATE
from application.demo.script import when
from domain.instant import DAY, SECOND

if TYPE_CHECKING:
    from application.demo.script import Story
    from domain.instant import Instant

IMMEDIATE_EVERY: Final = 3
"""Every third is a child at immediate risk: 13 of the 38."""

LATE: Final = 2
"""How many were entered, with their answers, only in November."""

_HOUR: Final = 3_600 * SECOND
_LATE_AT: Final = "2016-11-10 15:00"
_AGAIN_AT: Final = "2016-11-02 11:00"

ACCEPTED, ANSWERED, REJECTED, AGAIN, AT_LAST, SILENCE = range(6)
COURSES: Final = {ACCEPTED: 22, ANSWERED: 3, REJECTED: 4, AGAIN: 1, AT_LAST: 6, SILENCE: 2}
"""How many were accepted at once, answered and not judged, rejected, answered again since, accepted at last."""

_CONCERNS: Final = (
    "he has access to children of a new partner, and nobody has told her",
    "the girl was returned to the address from which she had been reported missing",
    "nobody has spoken to the child since the report",
    "a known offender lives in the house, and social care was not told",
    "the younger brother was never mentioned, and sleeps in the same room",
)
_ANSWERS: Final = (
    "an officer has called, and the child was seen",
    "the case has an owner, and a strategy discussion is arranged",
    "the suspect has been arrested",
)
_MISSED: Final = (
    "the answer is about this child alone: the others in the house were not looked at",
    "nobody has asked to which other children he has access",
    "arrested, and the children are where they were: who keeps them safe was not said",
)
_SECOND_ANSWER: Final = "every child whom he can reach is known by name, has been seen, and has a plan"


def refer_back(stories: list[Story], inspection: str) -> None:
    """Let the inspectorate refer each case back, an hour after its last entry, and tell what came of it."""
    courses = [course for course, count in COURSES.items() for _ in range(count)]
    for number, (story, course) in enumerate(zip(stories, courses, strict=True)):
        _tell(story, number, course, inspection)


def _moments(escalated: Instant, number: int, *, immediate: bool) -> tuple[Instant, ...]:
    """Return when a case was referred back, answered, judged, answered again and judged again."""
    answered = escalated + (1 + number % 6 if immediate else 8 + number * 7 % 33) * DAY
    judged = answered + (7 + number % 15) * DAY
    again = judged + (14 + number % 40) * DAY
    return escalated, answered, judged, again, again + (5 + number % 10) * DAY


def _tell(story: Story, number: int, course: int, inspection: str) -> None:
    immediate = number % IMMEDIATE_EVERY == 0
    moments = _moments(story.acts[-1].recorded_at + _HOUR, number, immediate=immediate)
    escalated, answered, judged, again, settled = moments
    concern, answer = _CONCERNS[number % len(_CONCERNS)], _ANSWERS[number % len(_ANSWERS)]
    given: dict[str, Any] = {"immediate": immediate, "inspection": inspection}
    if number < LATE:  # all of it happened in spring, and is entered at once
        recorded = when(_LATE_AT) + number * DAY
        story(recorded, INSPECTORATE, oversight.escalate, concern, occurred=escalated, **given)
        story(recorded + SECOND, INSPECTOR, oversight.answer, "E1", answer, occurred=answered)
        story(recorded + 2 * SECOND, INSPECTORATE, oversight.accept, "E1", occurred=judged)
        return
    story(escalated, INSPECTORATE, oversight.escalate, concern, **given)
    if course != SILENCE:
        story(answered, INSPECTOR, oversight.answer, "E1", answer)
    if course == ACCEPTED:
        story(judged, INSPECTORATE, oversight.accept, "E1")
    if course in {REJECTED, AGAIN, AT_LAST}:
        story(judged, INSPECTORATE, oversight.reject, "E1", reason=_MISSED[number % len(_MISSED)])
    if course == AGAIN:
        story(_AGAIN_AT, INSPECTOR, oversight.answer, "E1", _SECOND_ANSWER)
    if course == AT_LAST:
        story(again, INSPECTOR, oversight.answer, "E1", _SECOND_ANSWER)
        story(settled, INSPECTORATE, oversight.accept, "E1")
