"""Two cases that waited: a warning for its search warrant, a schoolgirl's case for an investigator."""

from __future__ import annotations

from application.commands import amendments, cases, oversight, warrants
from application.demo.force import DESK, INSPECTOR, INSPECTORATE, OTHER_SERGEANT, SERGEANT, constable
from application.demo.script import Story


def warning() -> Story:
    """Tell IMG-0417: 96 days until a warrant was sought; escalated; three more months until it was executed.

    On the way an entry nine days late, one that belonged to another case, and a risk first put too low. In
    the end an owner who is accredited, and nothing that waits.
    """
    story, owner = Story("IMG-0417"), constable("DC 1417")
    story(
        "2016-02-12 09:12",
        DESK,
        cases.report,
        category="indecent-images",
        summary="a man uploads indecent images",
        children=2,
        crime_reference="CR 16/04170",
    )
    story("2016-02-12 09:40", SERGEANT, cases.assess, "high")
    story("2016-02-29 11:00", SERGEANT, cases.allocate, owner.name)
    _first_weeks(story)
    story("2016-05-18 10:30", owner, warrants.seek, court="magistrates")
    story(
        "2016-05-19 09:30",
        INSPECTORATE,
        oversight.escalate,
        "96 days without a search",
        immediate=True,
    )
    _after_the_escalation(story)
    return story


def _first_weeks(story: Story) -> None:
    owner = constable("DC 1417")
    story(
        "2016-03-13 15:20",
        owner,
        cases.act,
        "contact-attempted",
        occurred="2016-03-04 15:20",
        outcome="no answer",
    )
    wrong = story("2016-03-14 10:00", constable("DC 2206"), cases.act, "child-seen", outcome="at school")
    story("2016-03-15 10:00", SERGEANT, amendments.retract, wrong, reason="wrong case")
    story(
        "2016-03-21 16:45",
        SERGEANT,
        amendments.correct,
        2,
        {"risk": "very high"},
        reason="two children live there",
    )


def _after_the_escalation(story: Story) -> None:
    owner, following = constable("DC 1417"), constable("DC 1502")
    story("2016-05-23 14:00", INSPECTOR, oversight.answer, "E1", "a warrant has been sought")
    story("2016-05-25 11:00", INSPECTORATE, oversight.reject, "E1", reason="nobody has seen the two children")
    story("2016-05-26 10:15", owner, warrants.grant, court="magistrates")
    story("2016-08-19 06:40", owner, warrants.execute, outcome="eleven devices found")
    story("2016-08-19 09:05", owner, cases.act, "arrest", occurred="2016-08-19 06:55")
    story("2016-08-22 09:00", owner, cases.act, "device-seized", occurred="2016-08-19 07:30", outcome="eleven")
    story("2016-08-22 11:00", SERGEANT, cases.allocate, following.name, reason="accredited for this work")
    story("2016-08-22 15:00", following, cases.act, "child-seen", outcome="both children, alone")
    story("2016-08-22 16:00", following, cases.act, "victim-updated", outcome="their mother")
    story("2016-08-22 16:30", following, cases.act, "risk-to-each-child-assessed", outcome="both safe with her")
    story("2016-08-23 10:00", INSPECTOR, oversight.answer, "E1", "searched, arrested, both children seen")
    story("2016-08-24 10:00", SERGEANT, cases.act, "supervisor-review")
    story("2016-08-26 12:00", INSPECTORATE, oversight.accept, "E1")
    story("2016-08-26 16:00", following, cases.act, "device-examined", outcome="four of eleven")
    story("2016-08-29 11:00", following, cases.act, "device-examined", outcome="seven of eleven")


def schoolgirl() -> Story:
    """Tell CSE-0083: 17 days without an investigator; good says the force, inadequate the inspectorate."""
    story, owner = Story("CSE-0083"), constable("DC 2714")
    story(
        "2016-05-03 16:40",
        DESK,
        cases.report,
        category="child-sexual-exploitation",
        source="a school",
        summary="a man of 30 meets a girl whom he found online",
        children=1,
        ages=(14,),
        crime_reference="CR 16/11838",
    )
    story("2016-05-04 09:10", OTHER_SERGEANT, cases.assess, "high", tool="exploitation screening")
    story("2016-05-20 17:00", OTHER_SERGEANT, cases.allocate, owner.name)
    story("2016-05-23 10:00", owner, cases.act, "strategy-discussion", outcome="section 47 enquiry agreed")
    story("2016-05-24 16:10", owner, cases.act, "child-seen", outcome="at school, with a teacher")
    story("2016-05-24 17:30", owner, cases.act, "risk-to-each-child-assessed", outcome="she has no sisters")
    story("2016-05-25 09:00", owner, amendments.correct, 1, {"ages": "13"}, reason="her birthday is in June")
    story("2016-05-27 07:30", owner, cases.act, "arrest")
    story("2016-05-27 12:45", owner, cases.act, "bail", outcome="not to contact any child")
    story("2016-05-27 15:30", owner, cases.act, "victim-updated", outcome="she and her mother")
    _until_the_charge(story)
    return story


def _until_the_charge(story: Story) -> None:
    owner = constable("DC 2714")
    story("2016-06-03 11:20", owner, cases.act, "device-examined", outcome="messages to four other girls")
    story("2016-06-10 14:00", owner, cases.act, "initial-conference", outcome="a plan for her")
    story(
        "2016-06-14 15:00",
        INSPECTOR,
        cases.grade,
        "good",
        grader="force",
        topic="investigation",
        grounds="arrested within a week of allocation",
    )
    story("2016-06-16 09:30", OTHER_SERGEANT, cases.act, "supervisor-review")
    story("2016-06-22 16:00", owner, cases.act, "child-seen", outcome="at home")
    story("2016-06-28 10:15", owner, cases.act, "assessment")
    story("2016-07-05 13:40", owner, cases.act, "interview", outcome="one of the four girls")
    story(
        "2016-07-12 11:00",
        INSPECTORATE,
        cases.grade,
        "inadequate",
        grader="inspectorate",
        topic="investigation",
        grounds="17 days before anybody had the case",
    )
    story("2016-07-12 15:00", OTHER_SERGEANT, cases.act, "supervisor-review")
    story("2016-07-18 11:00", owner, cases.act, "interview", outcome="under caution")
    story("2016-07-20 09:40", owner, cases.act, "charge")
    story("2016-07-20 17:15", owner, cases.act, "victim-updated")
    story("2016-07-25 10:00", owner, cases.request_closure, "charged")
    story("2016-07-26 12:00", INSPECTOR, cases.resolve)
