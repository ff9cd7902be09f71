"""A small rulebook with one standard of each sort, its limits in hours, and a second version of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from domain.instant import EARLIEST
from domain.rulebook.model import CalendarData, Forewarning, Hours, Rulebook, Standard
from tests.clock import hours

if TYPE_CHECKING:
    from domain.instant import Instant
    from domain.rulebook.model import Limit

BY_RISK: Limit = {"very high": "1h", "high": "2h", "medium": "90min", "low": "8h", "unassessed": "3h"}


def standard(name: str, starts: str, stops: str, limit: Limit, **more: object) -> Standard:
    """Return a standard; ``starts`` and ``stops`` are names with spaces between them."""
    return Standard(
        id=name,
        title=name,
        starts=tuple(starts.split()),
        stops=tuple(stops.split()),
        limit=limit,
        source="tests",
        confidence="proposed",
        **more,  # type: ignore[arg-type]  # the other fields, by name
    )


ALLOCATE = standard("allocate", "reported returned", "allocated", "3h", cause="unallocated")
FIRST_ACTION = standard("first-action", "allocated", "activity", "2wh", cause="untouched", pauses="stand")
TRY_AGAIN = standard("try-again", "action:contact-attempted", "action:child-seen", "4h", cause="untouched")
IMAGES = standard("images", "reported", "warrant-executed action:arrest", BY_RISK, categories=("missing",))
WARRANT_LIFE = standard(
    "warrant-life",
    "warrant-granted",
    "warrant-executed",
    "10h",
    per="warrant",
    ends=("warrant-withdrawn",),
    cause="warrant-lapsed",
    warns=Forewarning("4h", "warrant-expiring"),
)
ESCALATION = standard(
    "escalation-answer",
    "escalated escalation-rejected",
    "escalation-answered",
    {"immediate": "2h", "otherwise": "1wd"},
    per="escalation",
    ends=("escalation-accepted",),
    cause="escalation-unanswered",
)
RECORD_CRIME = standard("record-crime", "reported", "action:crime-recorded reported-as-crime", "1d")
CHILD_SEEN = standard(
    "child-seen", "reported", "action:child-seen", "1wd", cause="step-missing", risks=("very high", "unassessed")
)
DETENTION = standard(
    "detention-review",
    "action:detained action:detention-reviewed",
    "action:detention-reviewed",
    "2h",
    ends=("action:released",),
    then="3h",
)
ACCOMMODATION = standard(
    "accommodation",
    "action:detained action:charge",
    "action:accommodation-requested",
    "1h",
    ends=("action:released",),
    together=True,
    categories=("missing",),
)
PRESSING = standard(
    "pressing", "escalation-rejected", "escalation-accepted", "1h", per="escalation", risks=("high", "unassessed")
)
REVIEW = standard(
    "review",
    "action:arrest",
    "action:arrest",
    "3h",
    then=BY_RISK,
    pauses="stand",
    warns=Forewarning("5h", "warrant-expiring"),
)
MONTHLY = standard("monthly", "allocated", "action:child-seen", "1mo", pauses="stand")
BY_DATE = standard("by-date", "allocated", "action:child-seen", "1d from date", pauses="stand")
DORMANT = standard("dormant", "activity", "activity", BY_RISK, cause="dormant", pauses="stand")
CLOSURE = standard("closure-decision", "closure-requested", "closure-refused resolved", "3h", ends=("reopened",))
ANY_WARRANT = standard("any-warrant", "activity warrant-granted", "warrant-executed", "30min", per="warrant")

BOOK = Rulebook(
    title="small",
    standards=(
        ALLOCATE,
        FIRST_ACTION,
        TRY_AGAIN,
        IMAGES,
        WARRANT_LIFE,
        ESCALATION,
        RECORD_CRIME,
        CHILD_SEEN,
        DETENTION,
        ACCOMMODATION,
        PRESSING,
        REVIEW,
        MONTHLY,
        BY_DATE,
        DORMANT,
        CLOSURE,
        ANY_WARRANT,
    ),
    calendar=CalendarData(
        teams={"a": Hours(("mon-sun 00:00-24:00",))}, holidays={"2016-02-15": "a day off"}, first_year=1950
    ),
    needs={"missing": "specialist"},
)
LATER = Rulebook(
    title="small, the second edition",
    standards=(
        replace(ALLOCATE, limit="5h"),
        replace(IMAGES, limit="20min", cause="step-missing"),
        replace(WARRANT_LIFE, limit="1h", warns=None),
        replace(DETENTION, then=None, limit="1h"),
        replace(DORMANT, stops=("action:child-seen",), pauses="run"),
    ),
    calendar=CalendarData(zone="America/New_York", hours=("mon-sun 00:00-24:00",)),
    attempts=("arrest",),
    harms=("child-seen",),
    needs={"missing": "interviewer", "other": "specialist"},
)
OTHER_SILENCE = replace(
    BOOK,
    title="small, with another silence",
    standards=(
        *(one for one in BOOK.standards if one is not DORMANT),
        replace(DORMANT, limit="30min", pauses="run", categories=("missing",)),
    ),
)


class Editions(tuple["tuple[Instant, Rulebook]", ...]):
    """Versions of the rulebook, which a test that fails names shortly."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return when each took effect."""
        return f"<editions from {[since for since, _ in self]}>"


ONE = Editions([(EARLIEST, BOOK)])
TWO = Editions([(EARLIEST, BOOK), (hours(3), LATER)])
THREE = Editions([(EARLIEST, BOOK), (hours(3), OTHER_SILENCE)])
