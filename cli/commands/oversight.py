"""Oversight: the inspectorate's referrals back, the force's answers, and the grades of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from application.commands import cases, oversight
from cli.input.options import recording
from cli.input.parameters import GRADE, GRADER, name, prose
from cli.session.recording import carry_out, require_reason

if TYPE_CHECKING:
    from cli.input.requests import RecordingOptions


@click.command()
@name("reference", metavar="REF")
@prose("--concern", required=True, help="What is wrong; - reads it from standard input.")
@click.option("--immediate", is_flag=True, help="A child is at immediate risk.")
@click.option("--escalation", metavar="E", help="What to call it.  [default: E1, then E2]")
@click.option("--inspection", metavar="I", help="In which inspection.")
@recording
def escalate(entry: RecordingOptions, reference: str, concern: str, **given: Any) -> None:
    """Record that the inspectorate referred the case back (--role inspectorate, or --on-behalf-of)."""
    carry_out(entry, reference, lambda app, by: oversight.escalate(app, reference, concern, by, **given))


@click.command()
@name("reference", metavar="REF")
@name("escalation", metavar="E")
@prose("--text", required=True, help="What the force did; - reads it from standard input.")
@recording
def answer(entry: RecordingOptions, reference: str, escalation: str, text: str) -> None:
    """Record the force's answer to the escalation E."""
    carry_out(entry, reference, lambda app, by: oversight.answer(app, reference, escalation, text, by))


@click.command()
@name("reference", metavar="REF")
@name("escalation", metavar="E")
@recording
def accept(entry: RecordingOptions, reference: str, escalation: str) -> None:
    """Record that the inspectorate was satisfied with the answer to E."""
    carry_out(entry, reference, lambda app, by: oversight.accept(app, reference, escalation, by))


@click.command()
@name("reference", metavar="REF")
@name("escalation", metavar="E")
@recording
def reject(entry: RecordingOptions, reference: str, escalation: str) -> None:
    """Record that the inspectorate was not satisfied with the answer to E; --reason says why."""
    require_reason(entry, "a rejection")
    carry_out(entry, reference, lambda app, by: oversight.reject(app, reference, escalation, by))


@click.command()
@name("reference", metavar="REF")
@click.argument("given", metavar="GRADE", type=GRADE)
@click.option("--by", "grader", type=GRADER, required=True, help="Whose grade it is.")
@click.option("--topic", metavar="T", help="What was graded, if not the case as a whole.")
@click.option("--inspection", metavar="I", help="In which inspection.")
@prose("--grounds", help="On which grounds; - reads them from standard input.")
@recording
def grade(entry: RecordingOptions, reference: str, given: Any, **more: Any) -> None:
    """Record a grade: good, requires-improvement or inadequate."""
    carry_out(entry, reference, lambda app, by: cases.grade(app, reference, given, by, **more))
