"""The beginning of a case and the daily work on it: report, assess, allocate, return, act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from application.commands import cases
from cli.input.parameters import RISK, name, prose
from cli.session.recording import case_command
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from application.app import Longcase
    from application.envelope import Envelope, Receipt

report = case_command(
    "report",
    cases.report,
    click.option("--category", metavar="C", required=True, help="What it is about: longcase words categories."),
    click.option("--risk", type=RISK, help="The first assessment, recorded as an entry of its own."),
    click.option("--source", metavar="S", help="Who or what told the force."),
    prose("--summary", help="What was told; - reads it from standard input."),
    click.option("--children", metavar="N", type=click.IntRange(min=0), help="How many children it concerns."),
    click.option(
        "--age", "ages", metavar="YEARS", type=click.IntRange(0, 130), multiple=True, help="Of each child."
    ),
    click.option("--new", is_flag=True, help="It is a new case, although another's reference is spelt alike."),
    click.option("--crime-reference", metavar="C", help="The crime's own reference, once it is recorded."),
    summary="Open the case REF: somebody told the force.",
)
assess = case_command(
    "assess",
    cases.assess,
    click.argument("risk", metavar="RISK", type=RISK),
    prose("--subject", help="For whom, if not for the case as a whole."),
    click.option("--tool", metavar="T", help="The tool that was used to judge it."),
    summary="Record the RISK that was judged: low, medium, high or very-high.",
)
allocate = case_command(
    "allocate",
    cases.allocate,
    name("to", metavar="OFFICER"),
    click.option("--team", metavar="T", help="For which team.  [default: the officer's own]"),
    summary="Give the case to OFFICER; what makes them unfit for it is recorded too, and said.",
)
return_ = case_command(
    "return", cases.return_case, summary="Put the case back into the queue; --reason says why."
)


def _act(
    app: Longcase,
    reference: str,
    kind: str,
    by: Envelope,
    *,
    child: str | None,
    outcome: str | None,
    text: str | None,
) -> Receipt:
    if kind == "note" and not (text or outcome):
        raise UsageProblem("a note needs a text: an empty one would stay for ever", hints=("give --text TEXT",))
    return cases.act(app, reference, kind, by, outcome=outcome, text=text, child=child)


act = case_command(
    "act",
    _act,
    name("kind", metavar="KIND"),
    click.option("--child", metavar="NAME", help="Which child it is about, if not all of them."),
    prose("--outcome", help="What came of it; - reads it from standard input."),
    prose("--text", help="What was done; - reads it from standard input."),
    summary="Record an action, of a KIND that the vocabulary knows: child-seen, arrest; longcase words kinds.",
)
