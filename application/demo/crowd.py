"""The cases around the telling ones: most of them well run, and among them those that wait."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from application.commands import amendments, cases
from application.demo import duties
from application.demo.diary import HOUR, MINUTE, OPENING, Deed, Diary, Subject
from application.demo.dice import Chance
from application.demo.force import DESK, FIT, INSPECTOR, SERGEANT, constable
from application.demo.neglect import hand_over, neglect
from application.demo.neglect_cases import NEGLECTED, Neglect
from application.demo.script import Story, when
from domain.instant import DAY, Instant, iso

SEED: Final = 2016
COUNT: Final = 126
_FIRST: Final = "2016-02-15 00:00"
_DAYS: Final = 195
_LAST: Final = "2016-08-31 20:00"
_NEVER: Final = "2016-12-30 12:00"
_LEAVING: Final = "DC 2219"
_LEFT: Final = "2016-05-27 10:00"
"""When the cases of somebody who is about to leave are given to somebody else, four days before."""


class Sort(NamedTuple):
    """A sort of case: how its references begin and go on, its team, what is reported, how many days it takes."""

    prefix: str
    first: int
    team: str
    reports: tuple[str, ...]
    days: tuple[int, int] | None


SORTS: Final = {
    "indecent-images": Sort(
        "IMG",
        418,
        "Lyra",
        ("images found on a lost telephone", "a warning from a host of websites"),
        (50, 110),
    ),
    "online-grooming": Sort(
        "GRM", 61, "Lyra", ("messages to a girl of 12", "a stranger's gifts to a boy in a game"), (35, 90)
    ),
    "child-sexual-exploitation": Sort(
        "CSE", 84, "Lyra", ("a girl comes home with new telephones", "cars wait outside a school"), (45, 100)
    ),
    "child-abuse": Sort(
        "CHB", 213, "Hydra", ("a pupil flinches when spoken to", "an injury that nobody explains"), (40, 100)
    ),
    "domestic-abuse": Sort(
        "DVW", 151, "Hydra", ("shouting and a child's screams", "a mother asks for help"), (30, 80)
    ),
    "missing": Sort("MIS", 306, "Corvus", ("not home from school", "gone from a foster home"), (10, 24)),
    "offender-management": Sort("OFF", 31, "Vela", ("moved here from elsewhere", "came out of prison"), None),
}
_SHARES: Final = dict(zip(SORTS, (16, 12, 14, 22, 24, 24, 10), strict=True))
_RISKS: Final = {"low": 4, "medium": 9, "high": 6, "very high": 1}


def crowd() -> list[Story]:
    """Return the stories of the cases around the telling ones, always the same, in order of their reports."""
    found = [_well_run(Chance(SEED * 1000 + number)) for number in range(COUNT - len(NEGLECTED))]
    found += [_neglected(one, Chance(SEED * 2000 + number)) for number, one in enumerate(NEGLECTED)]
    numbers = {name: sort.first for name, sort in SORTS.items()}
    stories = []
    for diary in sorted(found, key=lambda one: one.subject.reported_at):
        category = diary.subject.category
        story = Story(f"{SORTS[category].prefix}-{numbers[category]:04}")
        diary.tell(story, when(_LAST))
        stories.append(story)
        numbers[category] += 1
    return stories


def _well_run(chance: Chance) -> Diary:
    category, risk = chance.weighted(_SHARES), chance.weighted(_RISKS)
    if category == "offender-management" and risk == "very high":
        risk = "high"
    reported_at = when(_FIRST) + chance.between(0, _DAYS) * DAY + chance.between(OPENING * 60, 17 * 60) * MINUTE
    days = SORTS[category].days
    until = when(_NEVER) if days is None else reported_at + chance.between(*days) * DAY
    leaving = chance.happens(0.3) and SORTS[category].team == "Hydra" and reported_at < when(_LEFT) - 6 * DAY
    owner = _LEAVING if leaving else chance.one_of(FIT[SORTS[category].team])
    diary = _begun(chance, category, risk, owner, reported_at, until)
    duties.do_all(diary)
    _pause_while_examined(diary)
    duties.break_silences(diary)
    if leaving and until > when(_LEFT):
        hand_over(diary, when(_LEFT), chance.one_of(FIT["Hydra"]))
    _write_late(diary)
    _slip(diary)
    if days is not None:
        duties.close(diary)
        _go_on_afterwards(diary)
    return diary


def _neglected(given: Neglect, chance: Chance) -> Diary:
    reported_at = when(f"{given.reported} 00:00") + chance.between(OPENING * 60, 17 * 60) * MINUTE
    until = when(_NEVER) if given.until is None else reported_at + given.until * DAY
    owner = given.owner or chance.one_of(FIT[SORTS[given.category].team])
    diary = _begun(chance, given.category, given.risk, owner, reported_at, until)
    duties.do_all(diary)
    neglect(diary, given)
    if given.until is not None:
        duties.close(diary)
    return diary


def _begun(chance: Chance, category: str, risk: str, owner: str, reported_at: Instant, until: Instant) -> Diary:
    """Return the diary of a case that was reported and assessed, now and then too low at first."""
    sort = SORTS[category]
    diary = Diary(Subject(category, risk, sort.team, owner, reported_at, until), chance)
    if until < when(_NEVER):
        diary.subject = diary.subject._replace(until=diary.in_office(until))
    report: dict[str, Any] = {
        "category": category,
        "summary": chance.one_of(sort.reports),
        "children": chance.between(1, 3),
    }
    diary.add(reported_at, "report", DESK, cases.report, **report)
    mistaken = risk == "high" and chance.happens(0.2)
    assessed = "medium" if mistaken else risk
    first = diary.add(reported_at + 25 * MINUTE, "assess", SERGEANT, cases.assess, assessed)
    if mistaken:
        at, values = diary.day(1, 2) + HOUR, {"risk": "high"}
        diary.add(at, "correct", INSPECTOR, amendments.correct, values, amends=first, reason="a second child")
    return diary


def _pause_while_examined(diary: Diary) -> None:
    """Let a few cases rest while the laboratory has the devices, and be looked at again in time."""
    seized = next((deed for deed in diary.deeds if deed.kind == "device-seized"), None)
    if seized is None or not diary.chance.happens(0.4) or seized.at + 40 * DAY > diary.subject.until:
        return
    paused, resumed = seized.at + 2 * DAY, seized.at + diary.chance.between(24, 33) * DAY
    review = iso(resumed + 2 * DAY)[:10]
    reason = "the laboratory has the devices"
    diary.add(paused, "pause", INSPECTOR, cases.pause, review_on=review, reason=reason)
    diary.add(resumed, "resume", INSPECTOR, cases.resume)
    diary.act(resumed + HOUR, "device-examined")


def _write_late(diary: Diary) -> None:
    """Let what the owner did be written down days later, now and then."""
    owner = constable(diary.subject.owner)
    for number, deed in enumerate(diary.deeds):
        late = diary.chance.between(30, 200) * HOUR
        if deed.command is cases.act and deed.who == owner and diary.chance.happens(0.05):
            diary.deeds[number] = deed._replace(late=min(late, max(0, diary.subject.until - HOUR - deed.at)))


def _slip(diary: Diary) -> None:
    """Let something be entered twice in a few cases, and one of the two be taken back."""
    if not diary.chance.happens(0.08):
        return
    twice: Deed = diary.chance.one_of([deed for deed in diary.deeds if deed.command is cases.act])
    second = diary.act(twice.recorded_at + HOUR, twice.kind, twice.who)
    at = second.at + diary.chance.between(20, 30) * HOUR
    if at < diary.subject.until:
        diary.add(at, "retract", SERGEANT, amendments.retract, amends=second, reason="entered twice")


def _go_on_afterwards(diary: Diary) -> None:
    """Let something come to light in a few cases after they were closed, and be seen to at once."""
    if diary.chance.happens(0.06):
        at = diary.subject.until + diary.chance.between(4, 9) * DAY
        diary.act(at, "victim-updated", outcome="the family asked how it ended")
