"""Children in custody and children missing: what was asked for, what was done, when it was written down."""

from __future__ import annotations

from application.commands import amendments, cases
from application.demo.force import CUSTODY, DESK, INSPECTOR, SERGEANT, constable
from application.demo.script import Story


def cell() -> Story:
    """Tell CUS-0061: a boy of 15 in a cell for two nights; a request entered later that was never made."""
    story = Story("CUS-0061")
    _detained(story, "2016-05-16 21:40", "2016-05-16 21:55", 15)
    story("2016-05-17 02:30", CUSTODY, cases.act, "charge", outcome="kept in custody for court")
    story("2016-05-17 08:10", CUSTODY, cases.act, "detention-reviewed", outcome="no other place asked for")
    story("2016-05-18 09:50", CUSTODY, cases.act, "released", outcome="to court")
    story("2016-05-18 10:30", SERGEANT, cases.allocate, "DC 3342")
    story("2016-05-19 16:20", constable("DC 3342"), cases.act, "child-seen", outcome="at home, with his mother")
    claimed = story(
        "2016-05-21 14:00",
        CUSTODY,
        cases.act,
        "accommodation-requested",
        occurred="2016-05-17 03:00",
        outcome="none to be had",
    )
    story("2016-05-25 11:00", SERGEANT, cases.act, "supervisor-review", outcome="ask the council for its log")
    story("2016-05-31 15:10", constable("DC 3342"), cases.act, "interview", outcome="the custody officer")
    story("2016-06-08 10:00", INSPECTOR, amendments.retract, claimed, reason="the council had no such call")
    story("2016-06-09 09:00", constable("DC 3342"), cases.request_closure, "sentenced by the youth court")
    story("2016-06-10 14:00", INSPECTOR, cases.resolve)
    return story


def placed() -> Story:
    """Tell CUS-0058: the same with a request within the hour, and a child moved the same night."""
    story = Story("CUS-0058")
    _detained(story, "2016-04-08 18:20", "2016-04-08 18:30", 14)
    story("2016-04-08 22:05", CUSTODY, cases.act, "charge")
    story("2016-04-08 22:40", CUSTODY, cases.act, "accommodation-requested", outcome="a place is found")
    story("2016-04-09 00:15", CUSTODY, cases.act, "transferred", outcome="to a children's home")
    story("2016-04-11 09:00", SERGEANT, cases.allocate, "DC 3342")
    story("2016-04-11 16:00", constable("DC 3342"), cases.request_closure, "transferred")
    story("2016-04-13 09:30", SERGEANT, cases.resolve)
    return story


def _detained(story: Story, reported: str, detained: str, age: int) -> None:
    summary = f"a child of {age} has been arrested"
    story(
        reported,
        CUSTODY,
        cases.report,
        category="child-in-custody",
        summary=summary,
        children=1,
        ages=(age,),
    )
    story(detained, CUSTODY, cases.act, "detained", outcome="cell")


def runaway() -> Story:
    """Tell MIS-0291: graded too low at first, found after two days, spoken to after seven days."""
    story, owner = Story("MIS-0291"), constable("DC 3318")
    _missing(story, "2016-04-29 21:10", "a girl of 15 is not back in her foster home", 15)
    graded = story("2016-04-29 21:40", DESK, cases.act, "missing-graded", outcome="absent, no risk")
    story(
        "2016-04-30 08:20",
        SERGEANT,
        amendments.correct,
        graded,
        {"outcome": "missing, medium risk"},
        reason="she has been exploited before",
    )
    story("2016-04-30 08:30", SERGEANT, cases.assess, "medium")
    story("2016-04-30 09:00", SERGEANT, cases.allocate, owner.name)
    story("2016-05-02 07:30", owner, cases.act, "found", outcome="at a friend's of 24")
    story("2016-05-09 16:00", owner, cases.act, "return-interview", outcome="held after seven days")
    story("2016-05-16 11:30", owner, cases.act, "risk-to-each-child-assessed", outcome="another foster home")
    story("2016-05-25 10:00", SERGEANT, cases.act, "supervisor-review")
    story("2016-05-31 09:00", owner, cases.request_closure, "moved to another foster home")
    story("2016-06-01 16:00", INSPECTOR, cases.resolve)
    return story


def unasked() -> Story:
    """Tell MIS-0305: found, and never spoken to at all; the finding was written down six days late."""
    story, owner = Story("MIS-0305"), constable("DC 3342")
    _missing(story, "2016-03-26 18:00", "a boy of 13 has not come home from school", 13)
    story("2016-03-26 18:30", DESK, cases.act, "missing-graded", outcome="missing, medium risk")
    story("2016-03-29 08:30", SERGEANT, cases.allocate, owner.name)
    story("2016-04-03 11:00", owner, cases.act, "found", occurred="2016-03-28 06:15", outcome="at the station")
    story("2016-04-18 17:40", owner, cases.act, "contact-attempted", outcome="no answer")
    return story


def _missing(story: Story, reported: str, summary: str, age: int) -> None:
    story(reported, DESK, cases.report, category="missing", summary=summary, children=1, ages=(age,))
    story(reported, DESK, cases.act, "missing-reported")
