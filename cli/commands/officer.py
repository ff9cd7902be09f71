"""The register of officers: who there is, in which team, accredited for what, away or gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from application.commands import officers
from cli.input.options import recording
from cli.input.parameters import name
from cli.session import stores
from cli.session.recording import carry_out

if TYPE_CHECKING:
    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from cli.input.requests import RecordingOptions
    from domain.instant import Instant
    from presentation.instants import Edge

_OFFICER = name("officer", metavar="ID")
_WORK = name("accreditation", metavar="ACCREDITATION")


@click.command()
@_OFFICER
@click.option("--team", metavar="T", help="In which team.")
@recording
def enrol(entry: RecordingOptions, officer: str, team: str | None) -> None:
    """Enter the officer ID in the register."""
    carry_out(entry, officer, lambda app, by: officers.enrol(app, officer, by, team=team))


@click.command()
@_OFFICER
@_WORK
@click.option("--from", "since", metavar="T", help="From T on; a day alone from its start.  [default: --at]")
@click.option("--until", metavar="T", help="Before T; a day alone through its end.  [default: no end]")
@recording
def accredit(
    entry: RecordingOptions, officer: str, accreditation: str, since: str | None, until: str | None
) -> None:
    """Record that the officer may do the work named: child-protection, detective.

    Given again while it runs, the accreditation goes on until the new end. One that --from says began in the
    past counts from then, by what is known from now on.
    """

    def command(app: Longcase, by: Envelope) -> Receipt:
        from presentation.instants import Edge

        begun, end = _bound(app, since, Edge.FIRST, "--from"), _bound(app, until, Edge.NEXT, "--until")
        return officers.accredit(app, officer, accreditation, by, since=begun, until=end)

    carry_out(entry, officer, command)


@click.command()
@_OFFICER
@_WORK
@recording
def lapse(entry: RecordingOptions, officer: str, accreditation: str) -> None:
    """Record that the accreditation ended."""
    carry_out(entry, officer, lambda app, by: officers.lapse(app, officer, accreditation, by))


@click.command()
@_OFFICER
@recording
def absent(entry: RecordingOptions, officer: str) -> None:
    """Record that the officer is away, from now or --at."""
    carry_out(entry, officer, lambda app, by: officers.absent(app, officer, by))


@click.command()
@_OFFICER
@recording
def back(entry: RecordingOptions, officer: str) -> None:
    """Record that the officer is back."""
    carry_out(entry, officer, lambda app, by: officers.back(app, officer, by))


@click.command()
@_OFFICER
@click.option("--team", metavar="T", required=True, help="To which team.")
@recording
def move(entry: RecordingOptions, officer: str, team: str) -> None:
    """Record that the officer moved to another team."""
    carry_out(entry, officer, lambda app, by: officers.move(app, officer, team, by))


@click.command()
@_OFFICER
@recording
def leave(entry: RecordingOptions, officer: str) -> None:
    """Record that the officer left."""
    carry_out(entry, officer, lambda app, by: officers.leave(app, officer, by))


def _bound(app: Longcase, typed: str | None, edge: Edge, name: str) -> Instant | None:
    if typed is None:
        return None
    from presentation.instants import parse_instant

    return parse_instant(typed, zone=stores.zone(app.ledger), now=app.clock(), edge=edge, name=name)
