"""Giving cases away: that it was done, to whom, why, and with which checkpoint, is an entry in each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from application.commands.cases import on_case
from application.commands.inspections import on_inspection
from application.recording import together, used
from application.retries import nth
from domain.cases.events import Disclosed
from domain.codec import entry_of
from domain.errors import Forbidden, NotFound, Premature, Refused
from domain.identity import case_stream, identifier, kept_identifier, known
from domain.inspections import inspection as rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from domain.cases.history import History
    from domain.event import Entry

NEEDS_CHECKPOINT = ("longcase log checkpoint signs one that covers it; then give this command again",)
"""What to do where no checkpoint covers what is to be disclosed."""


class Disclosure(NamedTuple):
    """To whom cases are given, with the checkpoint of which log and size, and for which inspection if for one."""

    recipient: str
    log: str
    size: int
    inspection: str | None = None


def disclose(app: Longcase, references: Sequence[str], given: Disclosure, by: Envelope) -> Receipt:
    """Record in each case, which must exist, that it is given away whole, and in the inspection if for one.

    All in one transaction, or nothing. ``references`` are the cases in their order, each once. Raises ``Refused``
    where the checkpoint does not cover the last entry of a case, or no reason is given, and ``Forbidden`` where
    whoever acts may not read a case that is restricted. The same command again adds nothing, and must name the
    same cases.
    """
    given = given._replace(recipient=identifier(given.recipient, "to whom it is disclosed"))

    def work(by: Envelope) -> Receipt:
        recorded_by(app, by.command_id)
        acts = list(_acts(app, references, given))
        done = [act(_numbered(by, place)) for place, act in enumerate(acts)]
        _check_same_cases(app, done, by)
        return _chained(done)

    return together(app, by, work)


def receipts(first: Receipt) -> Iterator[Receipt]:
    """Yield the receipt of each entry of a disclosure: that of the inspection first, if it was for one."""
    one: Receipt | None = first
    while one is not None:
        yield one
        one = one.beside


def recorded_by(app: Longcase, command_id: bytes) -> Entry | None:
    """Return the first entry of the disclosure that this command recorded before, if it did.

    Raises ``Conflict`` if the command recorded something else.
    """
    row = app.ledger.by_command(command_id)
    if row is None:
        return None
    if row.topic not in {Disclosed.TOPIC, rounds.CasesDisclosed.TOPIC}:
        raise used(command_id, f"{row.topic} at position {row.position}")
    return entry_of(row)


def round_before(app: Longcase, name: str, entry: Entry | None) -> rounds.Inspection:
    """Return the state of an inspection, as it was before ``entry`` if there is one; raise ``NotFound``."""
    stream = known(rounds.inspection_stream, kept_identifier(name, "the inspection"), app.entries)
    entries = app.entries(stream)
    if not entries:
        raise NotFound(f"there is no inspection {name}", hints=("longcase inspection list",))
    return rounds.fold(one for one in entries if entry is None or one.position < entry.position)


def recorded_names(app: Longcase, references: Sequence[str]) -> list[str]:
    """Return the references as they were recorded, in order and each once; raise ``NotFound`` for no case."""
    from application.commands.cases import no_case

    found = set()
    for reference in references:
        entries = app.entries(known(case_stream, reference.strip(), app.entries))
        if not entries:
            raise no_case(app, reference)
        found.add(getattr(entries[0].event, "reference", reference.strip()))
    return sorted(found)


def _acts(app: Longcase, references: Sequence[str], given: Disclosure) -> Iterator[Callable[[Envelope], Receipt]]:
    if given.inspection is not None:
        yield lambda by: _in_inspection(app, references, given, by)
    for reference in references:
        yield lambda by, one=reference: _in_case(app, one, given, by)  # type: ignore[misc]  # bound at once


def _in_case(app: Longcase, reference: str, given: Disclosure, by: Envelope) -> Receipt:
    def check(history: History, _entry: Entry) -> None:
        last = history.entries[-1].position
        if last > given.size:
            why = f"the newest checkpoint ends at position {given.size}, and {reference} has an entry at {last}"
            raise Refused(why, hints=NEEDS_CHECKPOINT)

    event = Disclosed(**given._asdict(), **by.fields())
    try:
        return on_case(app, reference, Disclosed, lambda _case, _history, _at: event, by, check)
    except (Forbidden, Premature) as error:
        raise type(error)(f"{reference}: {error.message}", hints=error.hints) from error


def _in_inspection(app: Longcase, references: Sequence[str], given: Disclosure, by: Envelope) -> Receipt:
    event = rounds.CasesDisclosed(
        recipient=given.recipient,
        cases=tuple(references),
        log=given.log,
        size=given.size,
        **by.fields(),
    )
    return on_inspection(app, given.inspection or "", rounds.CasesDisclosed, lambda _history: event, by)


def _numbered(by: Envelope, place: int) -> Envelope:
    return msgspec.structs.replace(by, command_id=nth(by.command_id, place))


def _check_same_cases(app: Longcase, done: Sequence[Receipt], by: Envelope) -> None:
    """Refuse a command that is given again for other cases than it recorded a disclosure of."""
    again = [one.repeated for one in done]
    more = app.ledger.by_command(nth(by.command_id, len(done))) if any(again) else None
    if any(again) and (more is not None or not all(again)):
        first = next(one.entry for one in done if one.repeated)
        raise used(by.command_id, f"a disclosure of other cases, {first.topic} at position {first.position}")


def _chained(done: Sequence[Receipt]) -> Receipt:
    """Return the first receipt with each of the others beside the one before it."""
    *before, found = done
    for one in reversed(before):
        found = msgspec.structs.replace(one, beside=found)
    return found
