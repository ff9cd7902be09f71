"""The beginning of a case and the daily work on it: report, assess, allocate, return, act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from application.commands import cases
from cli.input.options import recording
from cli.input.parameters import RISK, name, prose
from cli.session.recording import carry_out

if TYPE_CHECKING:
    from cli.input.requests import RecordingOptions


@click.command()
@name("reference", metavar="REF")
@click.option("--category", metavar="C", required=True, help="What it is about, as the vocabulary has it.")
@click.option("--risk", type=RISK, help="The first assessment, recorded as an entry of its own.")
@click.option("--source", metavar="S", help="Who or what told the force.")
@prose("--summary", help="What was told; - reads it from standard input.")
@click.option("--children", metavar="N", type=click.IntRange(min=0), help="How many children it concerns.")
@click.option("--age", "ages", metavar="YEARS", type=click.IntRange(0, 130), multiple=True, help="Of each child.")
@click.option("--crime-reference", metavar="C", help="The crime's own reference, once it is recorded.")
@recording
def report(entry: RecordingOptions, reference: str, **given: Any) -> None:
    """Open the case REF: somebody told the force."""
    carry_out(entry, reference, lambda app, by: cases.report(app, reference, by, **given))


@click.command()
@name("reference", metavar="REF")
@click.argument("risk", metavar="RISK", type=RISK)
@prose("--subject", help="For whom, if not for the case as a whole.")
@click.option("--tool", metavar="T", help="The tool that was used to judge it.")
@recording
def assess(entry: RecordingOptions, reference: str, risk: Any, **given: Any) -> None:
    """Record the RISK that was judged: low, medium, high or very-high."""
    carry_out(entry, reference, lambda app, by: cases.assess(app, reference, risk, by, **given))


@click.command()
@name("reference", metavar="REF")
@name("officer", metavar="OFFICER")
@click.option("--team", metavar="T", help="For which team.  [default: the officer's own]")
@recording
def allocate(entry: RecordingOptions, reference: str, officer: str, team: str | None) -> None:
    """Give the case to OFFICER; what makes them unfit for it is recorded too, and said."""
    carry_out(entry, reference, lambda app, by: cases.allocate(app, reference, officer, by, team=team))


@click.command("return")
@name("reference", metavar="REF")
@recording
def return_(entry: RecordingOptions, reference: str) -> None:
    """Put the case back into the queue; --reason says why."""
    carry_out(entry, reference, lambda app, by: cases.return_case(app, reference, by))


@click.command()
@name("reference", metavar="REF")
@name("kind", metavar="KIND")
@click.option("--outcome", metavar="O", help="What came of it.")
@prose("--text", help="What was done; - reads it from standard input.")
@recording
def act(entry: RecordingOptions, reference: str, kind: str, **given: Any) -> None:
    """Record an action, of a KIND that the vocabulary knows: child-seen, arrest, contact-attempted."""
    carry_out(entry, reference, lambda app, by: cases.act(app, reference, kind, by, **given))
