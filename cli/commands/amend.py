"""Correcting and retracting entries: the original stays, and is shown struck through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from application.commands import amendments
from cli.input.options import recording, recording_edited
from cli.input.parameters import from_input, name
from cli.output.streams import say
from cli.session.recording import carry_out, instant_of
from domain.cases.amendments import root
from domain.cases.belief import believe
from domain.cases.events import EntryCorrected, Linked, Unlinked
from domain.errors import UsageProblem
from projections.views.timeline import own_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from cli.input.requests import RecordingOptions

_NUMBER = click.argument("version", metavar="N", type=click.IntRange(min=1))
_HINT = "write each new value as FIELD=VALUE; nothing after the = takes a value away, FIELD=- reads a text"


@click.command()
@name("reference", metavar="REF")
@_NUMBER
@click.argument("values", metavar="FIELD=VALUE...", nargs=-1, required=True)
@recording_edited
def correct(entry: RecordingOptions, reference: str, version: int, values: tuple[str, ...]) -> None:
    """Correct entry N of the case: each FIELD gets a new VALUE.

    occurred_at=T corrects when it happened; T is read as --at is. FIELD=- reads the text on standard input. The
    answer shows what stood there before and what stands there now; longcase show REF N shows the whole entry.
    With --edit one FIELD stands without a value: an editor opens with its text as it stands.
    """
    if entry.edit:
        _edit(entry, reference, version, values)
    else:
        _correct(entry, reference, version, pairs(values))


def _edit(entry: RecordingOptions, reference: str, version: int, values: tuple[str, ...]) -> None:
    """Let somebody write the text of the one field that stands without a value, and correct the entry."""
    from cli.input.editor import edited

    fields = [one for one in values if "=" not in one]
    if len(fields) != 1:
        hint = f"longcase correct {reference} {version} --edit text, with FIELD=VALUE for any other"
        raise UsageProblem("--edit writes one FIELD, which stands without a value", hints=(hint,))
    (field,) = fields
    stands = _as_it_stands(entry, reference, version, field)
    given = pairs(tuple(one for one in values if one != field))
    with edited(field, stands) as written:
        _correct(entry, reference, version, {field: written.text, **given})
        written.recorded = True


def _as_it_stands(entry: RecordingOptions, reference: str, version: int, field: str) -> str:
    """Return the text of a field as it is believed, as far as whoever acts may read it."""
    from cli.session.stores import lent_to_read
    from projections.views.access import Reader, Scope, readable_case

    actor, role, _ = entry.people()
    with lent_to_read(entry.store_path) as ledger:
        case = readable_case(Scope(ledger, reader=Reader(actor, role)), reference)
        stood = next((one for one in believe(case.entries).entries if one.version == version), None)
    if stood is None:
        raise UsageProblem(f"{reference} has no entry {version} that stands")
    text = own_fields(stood.event).get(field, 0)
    if text is not None and not isinstance(text, str):
        raise UsageProblem(f"--edit: {field} is no text of entry {version}")
    return text or ""


def _correct(entry: RecordingOptions, reference: str, version: int, given: dict[str, str]) -> None:
    _read(given)
    happened = given.pop("occurred_at", None)

    def command(app: Longcase, by: Envelope) -> Receipt:
        at = None if happened is None else instant_of(app, happened, "occurred_at")
        return amendments.correct(app, reference, version, given, by, occurred_at=at)

    _amend(entry, reference, command)


@click.command()
@name("reference", metavar="REF")
@_NUMBER
@recording
def retract(entry: RecordingOptions, reference: str, version: int) -> None:
    """Take entry N of the case back; --reason says why."""
    _amend(entry, reference, lambda app, by: amendments.retract(app, reference, version, by))


def _amend(entry: RecordingOptions, reference: str, command: Callable[[Longcase, Envelope], Receipt]) -> None:
    """Carry out a correction or retraction, and say so if the other case of a link is left as it was."""
    left: list[str | None] = []

    def amended(app: Longcase, by: Envelope) -> Receipt:
        done = command(app, by)
        if isinstance(root(done.before, done.entry).event, Linked | Unlinked):
            from application.commands.links import left_apart

            left.append(left_apart(app, done))
        return done

    carry_out(entry, reference, amended, also=changes)
    for line in filter(None, left):
        say(f"! {line}")


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
