"""Correcting and retracting entries: the original stays, and is shown struck through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from application.commands import amendments
from cli.input.options import recording
from cli.input.parameters import name
from cli.session.recording import carry_out, case_command, instant_of
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from cli.input.requests import RecordingOptions

_NUMBER = click.argument("version", metavar="N", type=click.IntRange(min=1))
_HINT = "write each new value as FIELD=VALUE; nothing after the = takes a value away"


@click.command()
@name("reference", metavar="REF")
@_NUMBER
@click.argument("values", metavar="FIELD=VALUE...", nargs=-1, required=True)
@recording
def correct(entry: RecordingOptions, reference: str, version: int, values: tuple[str, ...]) -> None:
    """Correct entry N of the case: each FIELD gets a new VALUE.

    occurred_at=T corrects when it happened; T is read as --at is.
    """
    given = pairs(values)
    happened = given.pop("occurred_at", None)

    def command(app: Longcase, by: Envelope) -> Receipt:
        at = None if happened is None else instant_of(app, happened, "occurred_at")
        return amendments.correct(app, reference, version, given, by, occurred_at=at)

    carry_out(entry, reference, command)


retract = case_command(
    "retract", amendments.retract, _NUMBER, summary="Take entry N of the case back; --reason says why."
)


def pairs(values: tuple[str, ...]) -> dict[str, str]:
    """Return the values by field; raise ``UsageProblem`` for one that is no pair, or a field given twice."""
    found: dict[str, str] = {}
    for text in values:
        field, equals, value = text.partition("=")
        if not equals or not field:
            raise UsageProblem(f"{text!r} is not FIELD=VALUE", hints=(_HINT,))
        if field in found:
            raise UsageProblem(f"{field} is given twice", hints=(_HINT,))
        found[field] = value
    return found
