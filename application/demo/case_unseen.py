"""Two cases in which something was missing from the start: a child nobody asked, an owner nobody trained."""

from __future__ import annotations

from application.commands import amendments, cases, oversight
from application.demo.force import DESK, INSPECTOR, INSPECTORATE, SERGEANT, constable
from application.demo.script import Story


def witness() -> Story:
    """Tell DVW-0150: a girl of ten saw her mother attacked, and for eleven weeks nobody asked about her.

    A discussion was entered that had only been planned: until that was retracted, all looked well.
    """
    story, owner = Story("DVW-0150"), constable("DC 2206")
    story(
        "2016-04-15 23:30",
        DESK,
        cases.report,
        category="domestic-abuse",
        source="a neighbour",
        summary="a man has attacked his wife; their daughter saw it",
        children=1,
        ages=(10,),
        crime_reference="CR 16/09921",
    )
    story("2016-04-16 00:20", SERGEANT, cases.assess, "high", subject="the mother")
    story("2016-04-16 01:10", owner, cases.act, "arrest")
    story("2016-04-16 09:00", SERGEANT, cases.allocate, owner.name)
    story("2016-04-16 14:30", owner, cases.act, "interview")
    story("2016-04-16 18:00", owner, cases.act, "charge")
    story("2016-04-16 18:30", owner, cases.act, "victim-updated", outcome="the mother")
    held = story("2016-04-20 16:00", owner, cases.act, "strategy-discussion", outcome="no risk to the child")
    story("2016-05-27 10:00", owner, cases.request_closure, "charged", grounds="the court has it now")
    story("2016-06-01 09:15", INSPECTOR, cases.refuse_closure, grounds="what of the daughter?")
    _looked_at_again(story, held)
    return story


def _looked_at_again(story: Story, held: int) -> None:
    owner = constable("DC 2206")
    story(
        "2016-06-21 14:00",
        INSPECTORATE,
        oversight.escalate,
        "the girl who saw it was never seen",
        immediate=True,
    )
    story("2016-06-22 11:30", SERGEANT, amendments.retract, held, reason="it was planned, and never held")
    story("2016-06-24 16:00", INSPECTOR, oversight.answer, "E1", "the mother has had support throughout")
    story("2016-06-28 10:00", INSPECTORATE, oversight.reject, "E1", reason="the concern was for the daughter")
    story("2016-06-29 10:00", owner, cases.act, "strategy-discussion", outcome="section 47 enquiry agreed")
    story("2016-07-01 15:45", owner, cases.act, "child-seen", outcome="alone, by a trained interviewer")
    story("2016-07-01 17:00", owner, cases.act, "risk-to-each-child-assessed", outcome="safe while he is away")
    story("2016-07-04 09:30", INSPECTOR, oversight.answer, "E1", "seen on 1 July; an enquiry is under way")
    story("2016-07-06 13:00", INSPECTORATE, oversight.accept, "E1")
    story("2016-07-07 10:00", SERGEANT, cases.act, "supervisor-review")
    story("2016-07-14 14:00", owner, cases.act, "initial-conference", outcome="a plan for her")
    story("2016-07-20 11:30", owner, cases.act, "assessment")
    story("2016-07-25 09:00", owner, cases.request_closure, "charged", grounds="and the daughter has a plan")
    story("2016-07-26 10:45", INSPECTOR, cases.resolve)


def untrained() -> Story:
    """Tell CHB-0212: given to an officer without accreditation, until somebody noticed."""
    story, owner = Story("CHB-0212"), constable("DC 3310")
    story(
        "2016-03-08 11:05",
        DESK,
        cases.report,
        category="child-abuse",
        source="a health visitor",
        summary="bruises on a boy of three",
        children=1,
        ages=(3,),
        crime_reference="CR 16/06204",
    )
    story("2016-03-08 12:00", SERGEANT, cases.assess, "high")
    story("2016-03-09 08:50", SERGEANT, cases.allocate, owner.name, reason="nobody else is free")
    story("2016-03-10 10:30", owner, cases.act, "contact-attempted", outcome="nobody at home")
    story("2016-03-18 17:00", owner, cases.act, "contact-attempted", outcome="nobody at home")
    story("2016-03-24 13:00", owner, cases.act, "child-seen", outcome="mother present throughout")
    story("2016-05-24 09:00", INSPECTORATE, oversight.escalate, "the owner was never trained for this work")
    story("2016-05-26 09:00", SERGEANT, cases.return_case, reason="the owner is not accredited")
    _with_a_trained_owner(story)
    return story


def _with_a_trained_owner(story: Story) -> None:
    owner = constable("DC 1502")
    story("2016-06-02 08:45", SERGEANT, cases.allocate, owner.name)
    story("2016-06-03 10:00", owner, cases.act, "strategy-discussion")
    story("2016-06-03 14:30", owner, cases.act, "child-seen", outcome="with a paediatrician, without the mother")
    story("2016-06-03 15:30", owner, cases.act, "risk-to-each-child-assessed", outcome="he has a baby sister")
    story("2016-06-03 16:00", INSPECTOR, oversight.answer, "E1", "the case has a trained owner since yesterday")
    story("2016-06-07 11:00", INSPECTORATE, oversight.accept, "E1")
    story("2016-06-10 09:15", SERGEANT, cases.act, "supervisor-review")
    story("2016-06-16 13:00", owner, cases.act, "initial-conference", outcome="a plan for both")
    story("2016-06-22 10:00", owner, cases.act, "assessment")
    story("2016-06-27 15:00", owner, cases.request_closure, "supported")
    story("2016-06-28 09:30", INSPECTOR, cases.resolve)
