"""Warrants: sought, granted or refused by a court, executed or withdrawn."""

from __future__ import annotations

import click

from application.commands import warrants
from cli.input.parameters import prose
from cli.session.recording import case_command

_WHICH = click.option("--warrant", metavar="W", help="Which one.  [default: the case's only one]")
_COURT = click.option("--court", metavar="K", help="Which court.")
_GROUNDS = prose("--grounds", help="On which grounds; - reads them from standard input.")


seek = case_command(
    "seek",
    warrants.seek,
    click.option("--warrant", metavar="W", help="What to call it.  [default: W1, then W2]"),
    click.option("--kind", metavar="K", default="search", show_default=True, help="What kind of warrant."),
    _COURT,
    _GROUNDS,
    summary="Record that a court was asked for a warrant.",
)
grant = case_command(
    "grant",
    warrants.grant,
    _WHICH,
    _COURT,
    summary="Record that the court granted it; a search warrant lapses three months later.",
)
refuse = case_command(
    "refuse", warrants.refuse, _WHICH, _COURT, _GROUNDS, summary="Record that the court refused it."
)
execute = case_command(
    "execute",
    warrants.execute,
    _WHICH,
    prose("--outcome", help="What was found; - reads it from standard input."),
    summary="Record that it was carried out; one that was never granted cannot have been.",
)
withdraw = case_command(
    "withdraw", warrants.withdraw, _WHICH, summary="Record that the request, or the warrant, was given up."
)
