"""What somebody does who keeps to the rulebook that ships: each step in time, and never silent for too long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from application.commands import cases, warrants
from application.demo.diary import HOUR, MINUTE
from application.demo.force import DESK, INSPECTOR, SERGEANTS, constable
from domain.instant import DAY, Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from application.demo.diary import Deed, Diary

CHILDREN: Final = {"very high": 1, "high": 5, "medium": 10, "low": 15}
"""Within how many working days a child is seen, by risk."""

_CRIMES: Final = frozenset(
    {"indecent-images", "online-grooming", "child-sexual-exploitation", "child-abuse", "domestic-abuse"}
)

SILENCE: Final = {"very high": 3, "high": 7, "medium": 14, "low": 30}
"""How many days a case may lie still, by risk."""

SEARCH: Final = {"very high": 1, "high": 7, "medium": 14, "low": 30}
"""Within how many days a case of images leads to a search, by risk."""

VISITS: Final = {"very high": 30, "high": 90, "medium": 180, "low": 360}
"""How many days after one visit a registered offender is visited again, by risk."""

UNDER_CAUTION: Final = "under caution"
"""What comes of the interview that follows an arrest."""

_URGENT: Final = ("very high", "high")
_BETWEEN: Final = {
    "indecent-images": ("device-examined", "victim-updated"),
    "missing": ("child-seen",),
    "offender-management": ("neighbourhood-briefed", "offender-visited"),
}
_WITNESSES: Final = ("whoever sent the warning", "a neighbour", "the landlord", "a former employer")
_OUTCOMES: Final = {"missing": ("safe at home", "with another family"), "offender-management": ("moved away",)}
_BETWEEN_ELSE: Final = ("victim-updated", "interview", "child-seen")
_REVIEW: Final = 26
"""After how many days at most the sergeant looks at a case again."""


def do_all(diary: Diary) -> None:
    """Note everything that the case asks for, until its work is over."""
    subject = diary.subject
    if subject.category in _CRIMES:
        diary.act(subject.reported_at + diary.chance.between(30, 55) * MINUTE, "crime-recorded", DESK)
    diary.allocate(diary.soon(1, 6), subject.owner)
    _DUTIES.get(subject.category, _protect)(diary)
    reviews = subject.reported_at + diary.chance.between(18, _REVIEW) * DAY
    while reviews < subject.until:
        diary.act(diary.in_office(reviews), "supervisor-review", SERGEANTS[subject.team])
        reviews += diary.chance.between(20, _REVIEW - 2) * DAY
    diary.deeds = [deed for deed in diary.deeds if deed.at < subject.until]


def close(diary: Diary) -> None:
    """Let the owner ask for closure when the work is over, and the inspector grant it a day or so later."""
    asked, granted = diary.subject.until, diary.at_work(diary.subject.until + DAY)
    usual = _OUTCOMES.get(diary.subject.category, ("no crime", "supported", "not pursued"))
    charged = any(deed.kind == "charge" for deed in diary.deeds)
    outcome = "charged" if charged else diary.chance.one_of(usual)
    diary.add(asked, "request-closure", constable(diary.subject.owner), cases.request_closure, outcome)
    diary.add(granted, "resolve", INSPECTOR, cases.resolve)


def break_silences(diary: Diary, without: tuple[str, ...] = ()) -> None:
    """Let the owner do something wherever the case would lie still for too long, but nothing of ``without``."""
    subject = diary.subject
    usual = _BETWEEN.get(subject.category, _BETWEEN_ELSE)
    kinds = [kind for kind in usual if kind not in without]
    limit = SILENCE[subject.risk] * DAY
    for number, at in enumerate(list(_silences(diary, limit))):
        if kinds:
            diary.act(at, kinds[number % len(kinds)])
        else:
            diary.act(at, "interview", outcome=_WITNESSES[number % len(_WITNESSES)])


def _silences(diary: Diary, limit: int) -> Iterator[Instant]:
    """Yield when to do something, so that no gap between two deeds is longer than ``limit``."""
    done = sorted((deed for deed in diary.deeds if deed.is_work), key=lambda deed: deed.at)
    paused = False
    for deed, following in zip(
        done, [*(one.at for one in done[1:]), diary.subject.until + 33 * HOUR], strict=True
    ):
        last, paused = deed.at, deed.kind == "pause" or (paused and deed.kind != "resume")
        while following - last > limit * 0.9 and not paused:
            later = diary.at_work(last + limit * diary.chance.between(45, 65) // 100)
            last = min(later, diary.subject.until - HOUR)
            yield last


def _protect(diary: Diary) -> None:
    """Note the steps for a child who may be harmed by somebody known, or met online."""
    subject, within = diary.subject, CHILDREN[diary.subject.risk]
    diary.act(diary.working_day(1, 3), "interview", outcome="whoever reported it")
    if subject.risk in _URGENT:
        held = diary.act(diary.working_day(1, 1), "strategy-discussion").at
        diary.act(diary.working_day(3, 6), "section-47-enquiry")
        met = diary.act(diary.working_day(8, 13, held), "initial-conference").at
        diary.act(diary.working_day(50, 58, met), "review-conference")
    seen = diary.act(diary.working_day(within // 2 + within % 2, within), "child-seen", outcome="alone").at
    diary.act(seen + 40 * MINUTE, "risk-to-each-child-assessed")
    diary.act(diary.working_day(25, 42), "assessment")
    if diary.chance.happens(0.5):
        _arrest(diary, diary.day(3, 24))


def _arrest(diary: Diary, at: Instant) -> Deed:
    """Note an arrest, what follows it on the same day, and what comes of it if there is time."""
    arrested = diary.act(at, "arrest")
    diary.act(at + 3 * HOUR, "interview", outcome=UNDER_CAUTION)
    diary.act(at + 5 * HOUR, "bail", outcome="not to contact any child")
    diary.act(at + 6 * HOUR, "victim-updated")
    charged = diary.in_office(at + diary.chance.between(25, 45) * DAY)
    diary.act(charged, "charge")
    diary.act(charged + 90 * MINUTE, "victim-updated")
    return arrested


def _search(diary: Diary) -> None:
    """Note the steps for a warning about images: a warrant and its execution before the limit, or an arrest."""
    subject, limit = diary.subject, SEARCH[diary.subject.risk]
    last = subject.reported_at // DAY + limit
    early = (last - diary.chance.between(0, limit // 4)) * DAY + 6 * HOUR + 30 * MINUTE
    if subject.risk == "very high" or diary.chance.happens(0.7):
        _warrant(diary, early)
    diary.act(early + HOUR, "risk-to-each-child-assessed" if limit == 1 else "device-seized")
    if limit > 1:
        diary.act(diary.working_day(1, 4), "risk-to-each-child-assessed", outcome="who lives there is known")
    _arrest(diary, early + 2 * HOUR)


def _warrant(diary: Diary, executed: Instant) -> None:
    owner, start = constable(diary.subject.owner), diary.subject.reported_at
    wait = executed - start
    sought, granted = start + wait // 4, start + wait // 2
    if wait > 3 * DAY:
        sought, granted = diary.at_work(sought), diary.at_work(granted)
    diary.add(sought, "warrant-sought", owner, warrants.seek, court="magistrates")
    diary.add(granted, "warrant-granted", owner, warrants.grant, court="magistrates")
    diary.add(executed, "warrant-executed", owner, warrants.execute, outcome="devices found")


def _look_for(diary: Diary) -> None:
    """Note the steps for a missing child: graded within the hour, found, and spoken to within three days."""
    start = diary.subject.reported_at
    grade = diary.chance.one_of(("missing, medium risk", "missing, high risk", "missing, medium risk"))
    diary.act(start, "missing-reported", DESK)
    diary.act(start + diary.chance.between(10, 50) * MINUTE, "missing-graded", DESK, grade)
    found = start + diary.chance.between(7, 60) * HOUR
    place = diary.chance.one_of(("at a friend's", "at the station", "came home alone"))
    diary.act(found, "found", outcome=place)
    spoken = diary.act(diary.at_work(found + diary.chance.between(1, 2) * DAY), "return-interview").at
    diary.act(diary.working_day(2, 5, spoken), "risk-to-each-child-assessed")


def _manage(diary: Diary) -> None:
    """Note the steps for a registered offender: the neighbourhood told, and visits as the risk asks for them."""
    diary.act(diary.working_day(1, 4), "neighbourhood-briefed")
    at = diary.day(2, 5)
    while at < diary.subject.until:
        diary.act(at, "offender-visited", outcome=diary.chance.one_of(("at home", "at home, with a colleague")))
        most = VISITS[diary.subject.risk] - 3
        at = diary.in_office(at + diary.chance.between(most * 3 // 4, most) * DAY)


_DUTIES: Final[dict[str, Callable[[Diary], None]]] = {
    "indecent-images": _search,
    "missing": _look_for,
    "offender-management": _manage,
}
