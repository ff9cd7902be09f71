"""Opening and closing a round of inspection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from application.commands import inspections
from cli.input.options import recording
from cli.input.parameters import name
from cli.session.recording import carry_out

if TYPE_CHECKING:
    from cli.input.requests import RecordingOptions

_INSPECTION = name("inspection", metavar="I")


@click.command("open")
@_INSPECTION
@click.option("--body", metavar="B", default="the inspectorate", show_default=True, help="Who inspects.")
@click.option("--force", metavar="F", default="the force", show_default=True, help="Who is inspected.")
@click.option("--from", "period_from", metavar="DAY", help="The first day looked at.")
@click.option("--to", "period_to", metavar="DAY", help="The last day looked at.")
@click.option("--follows", metavar="I", help="The earlier round that this one is compared with.")
@recording
def open_(entry: RecordingOptions, inspection: str, **given: Any) -> None:
    """Open the round I of an inspection (--role inspectorate, or --on-behalf-of)."""
    carry_out(entry, inspection, lambda app, by: inspections.open_inspection(app, inspection, by, **given))


@click.command()
@_INSPECTION
@recording
def close(entry: RecordingOptions, inspection: str) -> None:
    """Close the round I: no further sample belongs to it; its referrals may still be answered."""
    carry_out(entry, inspection, lambda app, by: inspections.close_inspection(app, inspection, by))
