"""Warrants: sought, granted or refused by a court, executed or withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from application.commands import warrants
from cli.input.options import recording
from cli.input.parameters import name, prose
from cli.session.recording import carry_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from application.envelope import Receipt
    from cli.input.requests import RecordingOptions

_WHICH = click.option("--warrant", metavar="W", help="Which one.  [default: the case's only one]")
_COURT = click.option("--court", metavar="K", help="Which court.")
_GROUNDS = prose("--grounds", help="On which grounds; - reads them from standard input.")


@click.command()
@name("reference", metavar="REF")
@click.option("--warrant", metavar="W", help="What to call it.  [default: W1, then W2]")
@click.option("--kind", metavar="K", default="search", show_default=True, help="What kind of warrant.")
@_COURT
@_GROUNDS
@recording
def seek(entry: RecordingOptions, reference: str, **given: Any) -> None:
    """Record that a court was asked for a warrant."""
    _carry_out(entry, reference, warrants.seek, given)


@click.command()
@name("reference", metavar="REF")
@_WHICH
@_COURT
@recording
def grant(entry: RecordingOptions, reference: str, **given: Any) -> None:
    """Record that the court granted it; a search warrant lapses three months later."""
    _carry_out(entry, reference, warrants.grant, given)


@click.command()
@name("reference", metavar="REF")
@_WHICH
@_COURT
@_GROUNDS
@recording
def refuse(entry: RecordingOptions, reference: str, **given: Any) -> None:
    """Record that the court refused it."""
    _carry_out(entry, reference, warrants.refuse, given)


@click.command()
@name("reference", metavar="REF")
@_WHICH
@prose("--outcome", help="What was found; - reads it from standard input.")
@recording
def execute(entry: RecordingOptions, reference: str, **given: Any) -> None:
    """Record that it was carried out; one that was never granted cannot have been."""
    _carry_out(entry, reference, warrants.execute, given)


@click.command()
@name("reference", metavar="REF")
@_WHICH
@recording
def withdraw(entry: RecordingOptions, reference: str, **given: Any) -> None:
    """Record that the request, or the warrant, was given up."""
    _carry_out(entry, reference, warrants.withdraw, given)


def _carry_out(
    entry: RecordingOptions, reference: str, command: Callable[..., Receipt], given: dict[str, Any]
) -> None:
    carry_out(entry, reference, lambda app, by: command(app, reference, by, **given))
