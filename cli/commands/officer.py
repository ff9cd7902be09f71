"""The register of officers: who there is, in which team, accredited for what, away or gone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from application.commands import officers
from cli.input.options import recording
from cli.input.parameters import GRADER
from cli.input.parameters import name as name_argument
from cli.session.recording import carry_out, instant_of, recording_command

if TYPE_CHECKING:
    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from cli.input.requests import RecordingOptions
    from cli.session.recording import Beside

_officer_command = partial(recording_command, "name", "ID")


def _caseload(app: Longcase, done: Receipt) -> Beside:
    from cli.session.caseload import caseload  # (the other commands of the register read no list)

    return caseload(app, done)


_WORK = name_argument("accreditation", metavar="ACCREDITATION")


enrol = _officer_command(
    "enrol",
    officers.enrol,
    click.option("--team", metavar="T", help="In which team."),
    click.option(
        "--side", type=GRADER, default="force", show_default=True, help="Of the force, or of the inspectorate."
    ),
    summary="Enter the officer ID in the register.",
)


@click.command()
@name_argument("name", metavar="ID")
@_WORK
@click.option("--from", "since", metavar="T", help="From T on; a day alone from its start.  [default: --at]")
@click.option("--until", metavar="T", help="Before T; a day alone through its end.  [default: no end]")
@recording
def accredit(
    entry: RecordingOptions, name: str, accreditation: str, since: str | None, until: str | None
) -> None:
    """Record that the officer may do the work named: child-protection, detective.

    Given again while it runs, the accreditation goes on until the new end. One that --from says began in the
    past counts from then, by what is known from now on.
    """

    def command(app: Longcase, by: Envelope) -> Receipt:
        begun = None if since is None else instant_of(app, since, "--from")
        end = None if until is None else instant_of(app, until, "--until", through=True)
        return officers.accredit(app, name, accreditation, by, since=begun, until=end)

    carry_out(entry, name, command)


lapse = _officer_command("lapse", officers.lapse, _WORK, summary="Record that the accreditation ended.")


@click.command()
@name_argument("name", metavar="ID")
@click.option(
    "--until", metavar="T", help="Before T; a day alone through its end.  [default: until they are back]"
)
@click.option("--deputy", metavar="ID", help="Who looks after their cases meanwhile.")
@recording
def absent(entry: RecordingOptions, name: str, until: str | None, deputy: str | None) -> None:
    """Record that the officer ID is away, from now or --at, and show what they have and what falls due meanwhile.

    With --until the absence ends by itself. Given again while they are away, --until and --deputy change that.
    The deputy is named and no more: the cases stay with the officer.
    """

    def command(app: Longcase, by: Envelope) -> Receipt:
        end = None if until is None else instant_of(app, until, "--until", through=True)
        return officers.absent(app, name, by, until=end, deputy=deputy)

    carry_out(entry, name, command, beside=_caseload)


back = _officer_command("back", officers.back, summary="Record that the officer is back.")
move = _officer_command(
    "move",
    officers.move,
    click.option("--team", metavar="T", required=True, help="To which team."),
    summary="Record that the officer moved to another team.",
)


@click.command()
@name_argument("name", metavar="ID")
@recording
def leave(entry: RecordingOptions, name: str) -> None:
    """Record that the officer ID left, and show what they leave with nobody: open cases, and what is due."""
    carry_out(entry, name, lambda app, by: officers.leave(app, name, by), beside=_caseload)
