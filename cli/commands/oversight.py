"""Oversight: the inspectorate's referrals back, the force's answers, and the grades of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from application.commands import cases, oversight
from cli.input.parameters import GRADE, GRADER, name, prose
from cli.session.recording import case_command

if TYPE_CHECKING:
    from application.app import Longcase
    from application.envelope import Envelope, Receipt

_ESCALATION = name("escalation", metavar="E")

escalate = case_command(
    "escalate",
    oversight.escalate,
    prose("--concern", required=True, help="What is wrong; - reads it from standard input."),
    click.option("--immediate", is_flag=True, help="A child is at immediate risk."),
    click.option("--escalation", metavar="E", help="What to call it.  [default: E1, then E2]"),
    click.option("--inspection", metavar="I", help="In which inspection."),
    summary="Record that the inspectorate referred the case back (--role inspectorate, or --on-behalf-of).",
)
answer = case_command(
    "answer",
    oversight.answer,
    _ESCALATION,
    prose("--text", required=True, help="What the force did; - reads it from standard input."),
    summary="Record the force's answer to the escalation E.",
)
accept = case_command(
    "accept",
    oversight.accept,
    _ESCALATION,
    summary="Record that the inspectorate was satisfied with the answer to E.",
)
reject = case_command(
    "reject",
    oversight.reject,
    _ESCALATION,
    summary="Record that the inspectorate was not satisfied with the answer to E; --reason says why.",
    reasoned="a rejection",
)


def _grade(app: Longcase, reference: str, grade: Any, by: Envelope, **given: Any) -> Receipt:
    return cases.grade(app, reference, grade, by, **given)


grade = case_command(
    "grade",
    _grade,
    click.argument("grade", metavar="GRADE", type=GRADE),
    click.option("--by", "grader", type=GRADER, required=True, help="Whose grade it is."),
    click.option("--topic", metavar="T", help="What was graded, if not the case as a whole."),
    click.option("--inspection", metavar="I", help="In which inspection."),
    click.option("--new", is_flag=True, help="The topic is a new one, although spelt nearly like another."),
    prose("--grounds", help="On which grounds; - reads them from standard input."),
    summary="Record a grade: good, requires-improvement or inadequate.",
)
