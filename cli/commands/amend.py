"""Correcting and retracting entries: the original stays, and is shown struck through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from application.commands import amendments
from cli.input.options import recording
from cli.input.parameters import from_input, name
from cli.session.recording import carry_out, case_command, instant_of
from domain.cases.belief import believe
from domain.cases.events import EntryCorrected
from domain.errors import UsageProblem
from projections.views.timeline import own_fields

if TYPE_CHECKING:
    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from cli.input.requests import RecordingOptions

_NUMBER = click.argument("version", metavar="N", type=click.IntRange(min=1))
_HINT = "write each new value as FIELD=VALUE; nothing after the = takes a value away, FIELD=- reads a text"


@click.command()
@name("reference", metavar="REF")
@_NUMBER
@click.argument("values", metavar="FIELD=VALUE...", nargs=-1, required=True)
@recording
def correct(entry: RecordingOptions, reference: str, version: int, values: tuple[str, ...]) -> None:
    """Correct entry N of the case: each FIELD gets a new VALUE.

    occurred_at=T corrects when it happened; T is read as --at is. FIELD=- reads the text on standard input. The
    answer shows what stood there before and what stands there now; longcase show REF N shows the whole entry.
    """
    given = pairs(values)
    _read(given)
    happened = given.pop("occurred_at", None)

    def command(app: Longcase, by: Envelope) -> Receipt:
        at = None if happened is None else instant_of(app, happened, "occurred_at")
        return amendments.correct(app, reference, version, given, by, occurred_at=at)

    carry_out(entry, reference, command, also=changes)


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


def _read(given: dict[str, str]) -> None:
    """Put the text on standard input in the place of a hyphen; raise ``UsageProblem`` for a second one."""
    fields = [field for field, value in given.items() if value == "-"]
    if len(fields) > 1:
        raise UsageProblem(f"{' and '.join(fields)} cannot both be read from standard input", hints=(_HINT,))
    for field in fields:
        given[field] = from_input(field)


def changes(done: Receipt) -> dict[str, dict[str, Any]]:
    """Return what a correction changed: the values before it and after it, by field."""
    correction = done.entry.event
    if not isinstance(correction, EntryCorrected):
        return {}
    entry = next(one for one in believe(done.before).entries if one.version == correction.entry)
    stood = own_fields(entry.event) | {"occurred_at": entry.occurred_at}
    return {"before": {name: stood[name] for name in correction.values}, "after": dict(correction.values)}
