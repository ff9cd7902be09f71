"""What changes a case's course and who sees it: pause and resume, links, restrictions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from application.commands import cases
from cli.input.options import recording
from cli.input.parameters import name
from cli.output.streams import say
from cli.session.recording import carry_out, case_command, require_reason
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from cli.input.requests import RecordingOptions


_OTHER = name("other", metavar="OTHER")


def day_named(_context: click.Context, parameter: click.Parameter, given: str | None) -> str | None:
    """Return a day as it was typed, YYYY-MM-DD; raise ``UsageProblem`` if the calendar has no such day."""
    from datetime import date

    if given is None:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
            return date.fromisoformat(given).isoformat()
    except ValueError as error:
        raise UsageProblem(f"{parameter.opts[0]}: {given!r}: {error}") from error
    raise UsageProblem(f"{parameter.opts[0]}: {given!r} is not a day", hints=("write a day: 2016-05-20",))


@click.command()
@name("reference", metavar="REF")
@click.option("--review-on", metavar="DAY", callback=day_named, help="When somebody must look again.")
@click.option("--authorised-by", metavar="ID", help="Who allowed it.  [default: who acts]")
@recording
def pause(entry: RecordingOptions, reference: str, **given: Any) -> None:
    """Halt the case; --reason says why.

    Where it is paused already, this is a review: it says until which later day, or on whose authority, the
    pause goes on.
    """
    require_reason(entry, "a pause")
    carry_out(entry, reference, lambda app, by: cases.pause(app, reference, by, **given))
    if given["review_on"] is None:
        say("! no day of review: a pause without one counts as unreviewed (next time: --review-on DAY)")


resume = case_command("resume", cases.resume, summary="Go on with a paused case.")
link = case_command(
    "link",
    cases.link,
    _OTHER,
    click.option(
        "--as", "relation", metavar="RELATION", required=True, help="How they are related: same-suspect."
    ),
    summary="Record that the case is related to OTHER.",
)
unlink = case_command("unlink", cases.unlink, _OTHER, summary="Record that the link to OTHER was wrong.")


@click.command()
@name("reference", metavar="REF")
@click.option("--to", "first", metavar="ACTOR...", multiple=True, required=True, help="Who may go on reading it.")
@click.argument("further", metavar="", nargs=-1)
@recording
def restrict(entry: RecordingOptions, reference: str, first: tuple[str, ...], further: tuple[str, ...]) -> None:
    """Let only those named read the case; --reason says why.

    Where it is restricted already, that is for those who may read it, the owner's supervisor and auditors.
    """
    require_reason(entry, "a restriction")
    carry_out(entry, reference, lambda app, by: cases.restrict(app, reference, (*first, *further), by))


unrestrict = case_command(
    "unrestrict",
    cases.unrestrict,
    summary="Let everybody read the case again; --reason says why.",
    reasoned="lifting a restriction",
)
