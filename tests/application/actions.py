"""Every command, with what must have happened before it: the table that the tests of commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from application.app import Longcase
from application.commands import (
    amendments,
    cases,
    disclosures,
    inspections,
    links,
    officers,
    oversight,
    projections,
    rulebooks,
    warrants,
)
from application.envelope import Envelope, Receipt
from domain.axes import Axes
from domain.identity import case_stream
from domain.instant import parse
from ledger.sqlite.recorder import SQLiteRecorder
from tests.clock import MINUTE, Clock

if TYPE_CHECKING:
    from domain.cases.state import Case

REF = "IMG-0417"
OTHER = "CSE-0083"
OWNER = "DC 1417"
ROUND = "round-1"
FRAME = inspections.Frame(Axes(0, 0), 1, 7, "category", ((REF, "indecent-images"), (OTHER, "other")), {})

COURT = disclosures.Disclosure("the Crown Court at Elsewhere", "force.example/cases", 1_000)

RULES = """
title = "ours"

[[standards]]
id = "allocate"
title = "allocated"
starts = ["reported"]
stops = ["allocated"]
limit = "8wh"
cause = "unallocated"
source = "the chief officer's letter"
confidence = "proposed"
"""
NEXT_CENTURY = parse("2100-01-01T00:00:00Z")

Do = Callable[[Longcase, Envelope], Receipt]


class Deed(NamedTuple):
    """A command as it is given, the deeds before it, and the topics of what it records."""

    do: Do
    before: tuple[str, ...] = ("report",)
    topics: tuple[str, ...] = ()


def by(actor: str = "PS 0088", **values: Any) -> Envelope:
    """Return who acts: a sergeant unless said otherwise."""
    return Envelope(actor=actor, **values)


def opened(clock: Clock | None = None) -> Longcase:
    """Return the application on a new store in memory, whose clock moves a minute at each reading."""
    ticking = clock or Clock(step=MINUTE)
    return Longcase(SQLiteRecorder.in_memory(ticking), clock=ticking)


DEEDS: dict[str, Deed] = {
    "report": Deed(
        lambda app, who: cases.report(app, REF, who, category="indecent-images", risk="high"),
        (),
        ("case.reported", "case.risk-assessed"),
    ),
    "report another": Deed(
        lambda app, who: cases.report(app, OTHER, who, category="other"), (), ("case.reported",)
    ),
    "assess": Deed(lambda app, who: cases.assess(app, REF, "low", who), topics=("case.risk-assessed",)),
    "allocate": Deed(lambda app, who: cases.allocate(app, REF, OWNER, who), topics=("case.allocated",)),
    "return_case": Deed(
        lambda app, who: cases.return_case(app, REF, who), ("report", "allocate"), ("case.returned",)
    ),
    "act": Deed(lambda app, who: cases.act(app, REF, "child-seen", who), topics=("case.action-recorded",)),
    "seek_warrant": Deed(lambda app, who: warrants.seek(app, REF, who), topics=("case.warrant-sought",)),
    "grant_warrant": Deed(
        lambda app, who: warrants.grant(app, REF, who),
        ("report", "seek_warrant"),
        ("case.warrant-granted",),
    ),
    "refuse_warrant": Deed(
        lambda app, who: warrants.refuse(app, REF, who),
        ("report", "seek_warrant"),
        ("case.warrant-refused",),
    ),
    "execute_warrant": Deed(
        lambda app, who: warrants.execute(app, REF, who),
        ("report", "seek_warrant", "grant_warrant"),
        ("case.warrant-executed",),
    ),
    "withdraw_warrant": Deed(
        lambda app, who: warrants.withdraw(app, REF, who),
        ("report", "seek_warrant"),
        ("case.warrant-withdrawn",),
    ),
    "grade": Deed(lambda app, who: cases.grade(app, REF, "good", who, grader="force"), topics=("case.graded",)),
    "pause": Deed(lambda app, who: cases.pause(app, REF, who, review_on="2016-03-01"), topics=("case.paused",)),
    "resume": Deed(lambda app, who: cases.resume(app, REF, who), ("report", "pause"), ("case.resumed",)),
    "link": Deed(
        lambda app, who: links.link(app, REF, OTHER, "sibling", who),
        ("report", "report another"),
        ("case.linked",),
    ),
    "unlink": Deed(
        lambda app, who: links.unlink(app, REF, OTHER, who),
        ("report", "report another", "link"),
        ("case.unlinked",),
    ),
    "restrict": Deed(lambda app, who: cases.restrict(app, REF, ["PS 0088"], who), topics=("case.restricted",)),
    "unrestrict": Deed(
        lambda app, who: cases.unrestrict(app, REF, who), ("report", "restrict"), ("case.unrestricted",)
    ),
    "request_closure": Deed(
        lambda app, who: cases.request_closure(app, REF, "charged", who), topics=("case.closure-requested",)
    ),
    "refuse_closure": Deed(
        lambda app, who: cases.refuse_closure(app, REF, who),
        ("report", "request_closure by another"),
        ("case.closure-refused",),
    ),
    "request_closure by another": Deed(
        lambda app, who: cases.request_closure(app, REF, "charged", by(OWNER, command_id=who.command_id)),
        topics=("case.closure-requested",),
    ),
    "resolve": Deed(
        lambda app, who: cases.resolve(app, REF, who),
        ("report", "allocate", "request_closure by another"),
        ("case.resolved",),
    ),
    "reopen": Deed(
        lambda app, who: cases.reopen(app, REF, who),
        ("report", "allocate", "request_closure by another", "resolve"),
        ("case.reopened",),
    ),
    "escalate": Deed(
        lambda app, who: oversight.escalate(app, REF, "no strategy discussion", who),
        topics=("case.escalated",),
    ),
    "answer": Deed(
        lambda app, who: oversight.answer(app, REF, "E1", "held", by("DI 5", command_id=who.command_id)),
        ("report", "escalate"),
        ("case.escalation-answered",),
    ),
    "accept": Deed(
        lambda app, who: oversight.accept(app, REF, "E1", who),
        ("report", "escalate", "answer"),
        ("case.escalation-accepted",),
    ),
    "reject": Deed(
        lambda app, who: oversight.reject(app, REF, "E1", who),
        ("report", "escalate", "answer"),
        ("case.escalation-rejected",),
    ),
    "correct": Deed(
        lambda app, who: amendments.correct(app, REF, 1, {"category": "missing"}, who),
        topics=("case.entry-corrected",),
    ),
    "retract": Deed(lambda app, who: amendments.retract(app, REF, 2, who), topics=("case.entry-retracted",)),
    "enrol": Deed(lambda app, who: officers.enrol(app, OWNER, who, team="Hydra"), (), ("officer.enrolled",)),
    "accredit": Deed(
        lambda app, who: officers.accredit(app, OWNER, "child-protection", who),
        ("enrol",),
        ("officer.accredited",),
    ),
    "lapse": Deed(
        lambda app, who: officers.lapse(app, OWNER, "child-protection", who),
        ("enrol", "accredit"),
        ("officer.accreditation-lapsed",),
    ),
    "absent": Deed(lambda app, who: officers.absent(app, OWNER, who), ("enrol",), ("officer.absent",)),
    "back": Deed(lambda app, who: officers.back(app, OWNER, who), ("enrol", "absent"), ("officer.back",)),
    "move": Deed(lambda app, who: officers.move(app, OWNER, "Orion", who), ("enrol",), ("officer.moved",)),
    "leave": Deed(lambda app, who: officers.leave(app, OWNER, who), ("enrol",), ("officer.left",)),
    "open_inspection": Deed(
        lambda app, who: inspections.open_inspection(app, ROUND, who, body="the body", force="the force"),
        (),
        ("inspection.opened",),
    ),
    "draw_sample": Deed(
        lambda app, who: inspections.draw_sample(app, ROUND, FRAME, who),
        ("open_inspection",),
        ("inspection.sampled",),
    ),
    "close_inspection": Deed(
        lambda app, who: inspections.close_inspection(app, ROUND, who),
        ("open_inspection",),
        ("inspection.closed",),
    ),
    "disclose": Deed(lambda app, who: disclosures.disclose(app, [REF], COURT, who), topics=("case.disclosed",)),
    "disclose_sample": Deed(
        lambda app, who: disclosures.disclose(app, [REF], COURT._replace(inspection=ROUND), who),
        ("report", "open_inspection"),
        ("inspection.disclosed",),
    ),
    "adopt": Deed(lambda app, who: rulebooks.adopt(app, RULES, NEXT_CENTURY, who), (), ("rulebook.adopted",)),
    "skip_entry": Deed(
        lambda app, who: projections.skip_entry(app, "cases", 1, who), (), ("projection.entry-skipped",)
    ),
}


def prepared(name: str, clock: Clock | None = None) -> Longcase:
    """Return the application with everything done that the deed needs."""
    app = opened(clock)
    for one in DEEDS[name].before:
        DEEDS[one].do(app, ABLE)
    return app


def state(app: Longcase, reference: str) -> Case:
    """Return the state of a case, as it is believed now."""
    return app.history(case_stream(reference)).case()


ABLE = Envelope(actor="PS 0088", role="inspectorate", reason="as told")
"""Somebody who may do each of the deeds, and says why."""
