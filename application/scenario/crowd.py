"""The cases around the telling ones: each with an ordinary course, or an ordinary neglect."""

from __future__ import annotations

from typing import Final, NamedTuple

from application import amending, cases
from application.scenario.chance import Chance
from application.scenario.people import DESK, INSPECTOR, SERGEANT, TEAMS, constable
from application.scenario.telling import Story, when
from domain.instant import DAY, SECOND, Instant

SEED: Final = 2016
COUNT: Final = 126
_FIRST: Final = "2016-02-15 00:00"
_DAYS: Final = 195
_LAST: Final = "2016-08-31 20:00"
_MINUTE: Final = 60 * SECOND
_OPENING: Final = 8 * 60
_HOURS: Final = 9 * 60


class Sort(NamedTuple):
    """A sort of case: its references' beginning and first number, team, what is reported, what is done."""

    prefix: str
    first: int
    team: str
    reports: tuple[str, ...]
    steps: tuple[str, ...]


_STEPS: Final = ("strategy-discussion", "child-seen", "interview", "victim-updated", "supervisor-review")
SORTS: Final = {
    "indecent-images": Sort(
        "IMG",
        418,
        "Lyra",
        ("images found on a lost telephone", "a warning from a host of websites"),
        ("device-seized", "device-examined", "arrest", "interview", "bail"),
    ),
    "online-grooming": Sort(
        "GRM", 61, "Lyra", ("messages to a girl of 12", "a stranger's gifts to a boy in a game"), _STEPS
    ),
    "child-sexual-exploitation": Sort(
        "CSE", 84, "Lyra", ("a girl comes home with new telephones", "cars wait outside a school"), _STEPS
    ),
    "child-abuse": Sort(
        "CHB", 213, "Hydra", ("a pupil flinches when spoken to", "an injury that nobody explains"), _STEPS
    ),
    "domestic-abuse": Sort(
        "DVW", 151, "Hydra", ("shouting and a child's screams", "a mother asks for help"), _STEPS
    ),
    "missing": Sort(
        "MIS",
        306,
        "Corvus",
        ("not home from school", "gone from a foster home"),
        ("missing-graded", "found", "return-interview", "victim-updated"),
    ),
    "offender-management": Sort(
        "OFF",
        31,
        "Vela",
        ("moved here from elsewhere", "came out of prison"),
        ("offender-visited", "neighbourhood-briefed", "offender-visited", "note"),
    ),
}
_SHARES: Final = dict(zip(SORTS, (16, 12, 14, 22, 24, 24, 14), strict=True))
_RISKS: Final = {"low": 2, "medium": 5, "high": 4, "very high": 1}
_COURSES: Final = {"brisk": 11, "slow": 5, "quiet": 3, "waiting": 2, "handed on": 1, "paused": 1}


class Course:
    """One case on its way: its story, its owner, and the day that it has come to."""

    def __init__(self, chance: Chance, story: Story, sort: Sort, reported_at: Instant) -> None:
        """Begin on the day of the report."""
        self.chance = chance
        self.story = story
        self.sort = sort
        self.reported_at = self.now = reported_at
        self.owner = chance.one_of(TEAMS[sort.team])

    def after(self, least: int, most: int) -> Instant:
        """Let some days pass, at least one, and return an instant in the office hours of the day reached."""
        days = self.chance.between(max(least, 1), most)
        minutes = _OPENING + self.chance.between(0, _HOURS)
        self.now = (self.now // DAY + days) * DAY + minutes * _MINUTE
        return self.now

    def act(self, kind: str, least: int, most: int) -> None:
        """Let the owner do something; now and then it is written down days later."""
        at = self.after(least, most)
        late = self.chance.between(2, 9) * DAY if self.chance.happens(0.07) else 0
        occurred = max(at - late, self.reported_at + _MINUTE) if late else None
        self.story(at, constable(self.owner), cases.act, kind, occurred=occurred)

    def allocate(self, least: int, most: int) -> None:
        """Let the sergeant give the case to its owner."""
        self.story(self.after(least, most), SERGEANT, cases.allocate, self.owner)

    def act_through(self, count: int, most: int) -> None:
        """Take ``count`` steps of the sort of case, each at most ``most`` days after the one before."""
        for step in range(count):
            self.act(self.sort.steps[step % len(self.sort.steps)], 1, most)

    def close(self) -> None:
        """Let the owner ask for closure, and the inspector grant it."""
        self.story(self.after(1, 9), constable(self.owner), cases.request_closure, "investigated")
        self.story(self.after(1, 6), INSPECTOR, cases.resolve)


def crowd() -> list[Story]:
    """Return the stories of the cases around the telling ones, always the same."""
    chance = Chance(SEED)
    start = when(_FIRST)
    days = sorted(chance.between(0, _DAYS) for _ in range(COUNT))
    numbers = {name: sort.first for name, sort in SORTS.items()}
    stories = []
    for day in days:
        category = chance.weighted(_SHARES)
        reported_at = start + day * DAY + chance.between(_OPENING, _OPENING + _HOURS) * _MINUTE
        stories.append(_told(chance, category, numbers[category], reported_at))
        numbers[category] += 1
    return stories


def _told(chance: Chance, category: str, number: int, reported_at: Instant) -> Story:
    sort = SORTS[category]
    story = Story(f"{sort.prefix}-{number:04}")
    summary = chance.one_of(sort.reports)
    story(reported_at, DESK, cases.report, category=category, summary=summary, children=chance.between(1, 3))
    risk = story(reported_at + 25 * _MINUTE, SERGEANT, cases.assess, chance.weighted(_RISKS))
    course = Course(chance, story, sort, reported_at)
    if chance.happens(0.06):
        story(course.after(1, 2), INSPECTOR, amending.correct, risk, {"risk": "high"}, reason="a second child")
    _COURSE[chance.weighted(_COURSES)](course)
    story.acts = [act for act in story.acts if act.recorded_at <= when(_LAST)]
    return story


def _brisk(course: Course) -> None:
    course.allocate(1, 2)
    course.act_through(course.chance.between(3, 6), 12)
    if course.chance.happens(0.1):
        wrong = len(course.story.acts)
        at = course.after(1, 3)
        course.story(at, SERGEANT, amending.retract, wrong, reason="entered twice")
    course.close()
    if course.chance.happens(0.1):
        course.story(course.after(5, 20), INSPECTOR, cases.reopen, reason="a further witness")
        course.act_through(2, 15)


def _slow(course: Course) -> None:
    course.allocate(1, 9)
    course.act_through(course.chance.between(4, 9), 29)


def _quiet(course: Course) -> None:
    course.allocate(1, 5)
    course.act_through(course.chance.between(1, 3), 8)
    course.act("contact-attempted", 10, 30)


def _waiting(course: Course) -> None:
    if course.chance.happens(0.5):
        course.allocate(6, 24)
        course.act_through(3, 10)


def _handed_on(course: Course) -> None:
    course.allocate(1, 4)
    course.act("contact-attempted", 2, 9)
    course.story(course.after(3, 12), SERGEANT, cases.return_case, reason="the owner has too many cases")
    course.owner = course.chance.one_of([name for name in TEAMS[course.sort.team] if name != course.owner])
    course.allocate(2, 15)
    course.act_through(2, 20)


def _paused(course: Course) -> None:
    course.allocate(1, 3)
    course.act_through(2, 8)
    at = course.after(1, 5)
    course.story(at, INSPECTOR, cases.pause, review_on="2016-09-01", reason="the laboratory has the devices")
    if course.chance.happens(0.6):
        course.story(course.after(20, 50), INSPECTOR, cases.resume)
        course.act_through(2, 10)


_COURSE: Final = {
    "brisk": _brisk,
    "slow": _slow,
    "quiet": _quiet,
    "waiting": _waiting,
    "handed on": _handed_on,
    "paused": _paused,
}
