"""Three rounds of inspection whose figures are those that were published; all else about them is invented.

Published, and reproduced to the digit: of the first round, 384 cases by one account and 374 by another, of
which 278 were below good; 132 that the force had graded as well, 76 of them good by its own word and 22 by
the inspectorate's, 24 inadequate and 101; 38 referred back. Of the second 135: 10 good, 64 requiring
improvement, 61 inadequate. Of the third 214, 191 of them below good. docs/auditors.md names the sources.

Invented: who, when, and every reference; that the 384 were drawn and ten of them not examined; which of the
force's grades met which of the inspectorate's; how the below good of the first and third round divide; what
was answered to the referrals, and what came of that; that some cases were looked at twice. The 32 and the 9
that both graders left between good and inadequate are what the published figures leave over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from application.commands import amendments, cases, inspections
from application.commands.inspections import Frame
from application.demo.dice import Chance
from application.demo.force import DESK, INSPECTOR, INSPECTORATE
from application.demo.player import Recorded, perform_acts
from application.demo.referrals import refer_back
from application.demo.script import Story, in_order, when
from domain.axes import Axes
from domain.inspections import sampling
from domain.instant import DAY, SECOND

if TYPE_CHECKING:
    from application.app import Longcase
    from application.demo.script import Act
    from domain.inspections.sampling import Population
    from domain.instant import Instant

EDITION: Final = "three rounds of inspection, first edition"
"""Which scenario this is, as `EDITION` of the cases of 2016 says it of them."""

GOOD: Final = "good"
IMPROVE: Final = "requires improvement"
INADEQUATE: Final = "inadequate"

ROUNDS: Final = ("round-1", "round-2", "round-3")
SIZES: Final = (384, 135, 214)
EXAMINED: Final = 374

MATRIX: Final = ((18, 6, 52), (3, 2, 27), (1, 1, 22))
"""The cases that both graded: the force's grade by line, the inspectorate's by column, the best first."""

REST: Final = {GOOD: 74, IMPROVE: 120, INADEQUATE: 48}
"""The grades of the cases that only the inspectorate graded, in the first round."""

LATER: Final = ({GOOD: 10, IMPROVE: 64, INADEQUATE: 61}, {GOOD: 23, IMPROVE: 104, INADEQUATE: 87})
"""The grades of the second round, and of the third."""

LATE: Final = {IMPROVE: 8, INADEQUATE: 4}
"""Of those, how many were entered only in November, half a year after they were given."""

LATER_LATE: Final = ({IMPROVE: 9, INADEQUATE: 6}, {IMPROVE: 14, INADEQUATE: 10})
"""The same of the second and the third round, entered some weeks before the report."""

MODERATED: Final = 4
"""How many of those graded by both were inadequate only after moderation, in November."""

TWO_TOPICS: Final = 12
"""How many were graded on two topics, and not as a whole."""

_GRADES: Final = (GOOD, IMPROVE, INADEQUATE)
_MODERATED_AT: Final = "2016-11-14 10:00"
_FOLLOW_UPS: Final = (
    ("2017-07-03", "2017-07-10", "2017-07-17", "2017-08-31", "2017-11-06", "2017-11-20"),
    ("2017-11-06", "2017-11-13", "2017-11-20", "2017-12-22", "2018-02-05", "2018-02-19"),
)
"""Of each later round: opened, drawn, the first Monday of grading, the last day, late entries, closed."""

_SHARES: Final = {
    "child-abuse": 5,
    "domestic-abuse": 4,
    "missing": 4,
    "child-sexual-exploitation": 3,
    "indecent-images": 2,
    "offender-management": 2,
    "child-in-custody": 1,
}
_OLD: Final = 480
_LATER: Final = 240
_LAST: Final = 120
_CLOSED: Final = 360
_MINUTE: Final = 60 * SECOND
_HOUR: Final = 60 * _MINUTE


class RoundCase(NamedTuple):
    """A case that may be drawn: its story, and its category."""

    story: Story
    category: str


def perform_rounds(app: Longcase) -> Recorded:
    """Record the three rounds through ``app``, each command on its own day, all of it or nothing.

    Raises ``Conflict`` if the ledger holds entries already.
    """
    return perform_acts(app, script(), "rounds")


def script() -> list[Act]:
    """Return every command of the three rounds, in the order in which they were given."""
    chance = Chance(2016)
    old = _reported(chance, _OLD, 1, "2015-06-01 08:00", 260)
    later = _reported(chance, _LATER, 1 + _OLD, "2016-03-07 08:00", 460)
    last = _reported(chance, _LAST, 1 + _OLD + _LATER, "2017-07-17 08:00", 110)
    scripts = [_first(old)]
    for case in old[:_CLOSED]:
        closed = when("2016-12-05 09:00") + chance.between(0, 179) * DAY
        case.story(closed, INSPECTOR, cases.resolve, outcome="investigated")
    still_open = [*old[_CLOSED:], *later]
    scripts += [_followed_up(1, still_open), _followed_up(2, [*still_open, *last])]
    return in_order([*scripts, *(case.story for case in (*old, *later, *last))])


def _reported(chance: Chance, count: int, first: int, since: str, days: int) -> list[RoundCase]:
    found = []
    for number in range(first, first + count):
        category = chance.weighted(_SHARES)
        story = Story(f"NCP-{number:04}")
        at = when(since) + chance.between(0, days) * DAY + chance.between(0, 9) * _HOUR
        story(at, DESK, cases.report, category=category, children=chance.between(1, 3))
        found.append(RoundCase(story, category))
    return found


def _opened(place: int, at: str, last_day: str) -> Story:
    story = Story(ROUNDS[place])
    story(
        at,
        INSPECTORATE,
        inspections.open_inspection,
        body="the inspectorate",
        force="the force",
        period_from=at[:10],
        period_to=last_day,
        follows=ROUNDS[place - 1] if place else None,
    )
    return story


def _drawn(story: Story, day: str, place: int, among: list[RoundCase], *, state: str = "") -> list[RoundCase]:
    """Let the inspectorate draw from the cases of the day before; return those drawn, by lot."""
    population: Population = tuple((case.story.subject, case.category) for case in among)
    drawn_as_of, seed, size = when(f"{day} 00:00") - 1, 20_160_001 + place, SIZES[place]
    filters: dict[str, tuple[str, ...]] = {"state": (state,)} if state else {}
    frame = Frame(Axes(drawn_as_of, drawn_as_of), size, seed, "category", population, filters)
    story(f"{day} 11:00", INSPECTORATE, inspections.draw_sample, frame)
    chosen = set(sampling.draw(population, size, seed).cases)
    found = [case for case in among if case.story.subject in chosen]
    return sorted(found, key=lambda case: sampling.lot(seed, case.story.subject))


def _sitting(monday: str, number: int, a_day: int) -> Instant:
    """Return when the case of this number is looked at: so many a day, on working days from a Monday on."""
    day, place = divmod(number, a_day)
    return when(f"{monday} 09:30") + (day // 5 * 7 + day % 5) * DAY + place * 30 * _MINUTE


def _first(old: list[RoundCase]) -> Story:
    story = _opened(0, "2016-02-15 09:00", "2016-05-27")
    drawn = _drawn(story, "2016-02-22", 0, old)
    story("2016-11-21 16:00", INSPECTORATE, inspections.close_inspection)
    count = sum(map(sum, MATRIX))
    both, alone = drawn[:count], drawn[count:EXAMINED]
    _graded_by_both(both)
    _graded(alone, _in_order(REST), LATE, "2016-11-08", ("2016-04-18", 10), 0, TWO_TOPICS)
    refer_back([case.story for case in (*alone[-20:], *both[40:58])], ROUNDS[0])
    return story


def _followed_up(place: int, among: list[RoundCase]) -> Story:
    opened, drawn, monday, last_day, late, closed = _FOLLOW_UPS[place - 1]
    story = _opened(place, f"{opened} 09:00", last_day)
    found = _drawn(story, drawn, place, among, state="open")
    _graded(found, _in_order(LATER[place - 1]), LATER_LATE[place - 1], late, (monday, 12), place, 0)
    story(f"{closed} 16:00", INSPECTORATE, inspections.close_inspection)
    return story


def _in_order(counts: dict[str, int]) -> list[str]:
    return [grade for grade in _GRADES for _ in range(counts[grade])]


def _grade(
    case: RoundCase,
    recorded: Instant,
    grade: str,
    place: int,
    *,
    topic: str | None = None,
    occurred: Instant | None = None,
) -> int:
    given = {"grader": "inspectorate", "topic": topic, "inspection": ROUNDS[place]}
    return case.story(recorded, INSPECTORATE, cases.grade, grade, occurred=occurred, **given)


def _graded_by_both(both: list[RoundCase]) -> None:
    lines = ((own, dict(zip(_GRADES, line, strict=True))) for own, line in zip(_GRADES, MATRIX, strict=True))
    pairs = [(own, theirs) for own, line in lines for theirs in _in_order(line)]
    moderated = [number for number, (_, theirs) in enumerate(pairs) if theirs == INADEQUATE][:MODERATED]
    for number, (case, (own, theirs)) in enumerate(zip(both, pairs, strict=True)):
        at = _sitting("2016-03-14", number, 12)
        case.story(at, INSPECTOR, cases.grade, own, grader="force", inspection=ROUNDS[0])
        first = IMPROVE if number in moderated else theirs
        entry = _grade(case, _sitting("2016-04-18", number, 6), first, 0)
        if first != theirs:
            values = {"grade": theirs}
            case.story(_MODERATED_AT, INSPECTORATE, amendments.correct, entry, values, reason="moderation")


def _graded(
    found: list[RoundCase],
    grades: list[str],
    late: dict[str, int],
    late_day: str,
    sitting: tuple[str, int],
    place: int,
    topics: int,
) -> None:
    left = dict(late)
    for number, (case, grade) in enumerate(zip(found, grades, strict=True)):
        at = _sitting(sitting[0], number, sitting[1])
        if left.get(grade, 0):
            left[grade] -= 1
            recorded = when(f"{late_day} 14:00") + number * SECOND
            _grade(case, recorded, grade, place, occurred=at)
        elif grade == INADEQUATE and topics:
            topics -= 1
            _grade(case, at, IMPROVE, place, topic="initial response")
            _grade(case, at + _MINUTE, grade, place, topic="investigation")
        else:
            _grade(case, at, grade, place)
