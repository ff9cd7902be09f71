"""The end of a case: closure asked for, refused or granted by somebody else, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from application.commands import cases
from cli.input.options import recording
from cli.input.parameters import name, prose
from cli.session.recording import carry_out

if TYPE_CHECKING:
    from cli.input.requests import RecordingOptions


@click.command("request-closure")
@name("reference", metavar="REF")
@click.option("--outcome", metavar="O", required=True, help="With which outcome.")
@prose("--grounds", help="Why it can be closed; - reads it from standard input.")
@recording
def request_closure(entry: RecordingOptions, reference: str, outcome: str, grounds: str | None) -> None:
    """Ask for the case to be closed; somebody else decides."""
    carry_out(
        entry, reference, lambda app, by: cases.request_closure(app, reference, outcome, by, grounds=grounds)
    )


@click.command("refuse-closure")
@name("reference", metavar="REF")
@prose("--grounds", help="Why not; - reads it from standard input.")
@recording
def refuse_closure(entry: RecordingOptions, reference: str, grounds: str | None) -> None:
    """Refuse somebody else's request for closure."""
    carry_out(entry, reference, lambda app, by: cases.refuse_closure(app, reference, by, grounds=grounds))


@click.command()
@name("reference", metavar="REF")
@click.option("--outcome", metavar="O", help="With which outcome.  [default: the one that was asked for]")
@prose("--grounds", help="Why; - reads it from standard input.")
@recording
def resolve(entry: RecordingOptions, reference: str, **given: Any) -> None:
    """Close the case; neither its owner nor whoever asked for it can."""
    carry_out(entry, reference, lambda app, by: cases.resolve(app, reference, by, **given))


@click.command()
@name("reference", metavar="REF")
@recording
def reopen(entry: RecordingOptions, reference: str) -> None:
    """Take a resolved case up again; --reason says why."""
    carry_out(entry, reference, lambda app, by: cases.reopen(app, reference, by))
