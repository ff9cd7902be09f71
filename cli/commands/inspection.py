"""Opening and closing a round of inspection."""

from __future__ import annotations

from functools import partial

import click

from application.commands import inspections
from cli.session.recording import recording_command

_inspection_command = partial(recording_command, "name", "I")

open_ = _inspection_command(
    "open",
    inspections.open_inspection,
    click.option("--body", metavar="B", default="the inspectorate", show_default=True, help="Who inspects."),
    click.option("--force", metavar="F", default="the force", show_default=True, help="Who is inspected."),
    click.option("--from", "period_from", metavar="DAY", help="The first day looked at."),
    click.option("--to", "period_to", metavar="DAY", help="The last day looked at."),
    click.option("--follows", metavar="I", help="The earlier round that this one is compared with."),
    summary="Open the round I of an inspection (--role inspectorate, or --on-behalf-of).",
)
close = _inspection_command(
    "close",
    inspections.close_inspection,
    summary="Close the round I: no further sample belongs to it; its referrals may still be answered.",
)
