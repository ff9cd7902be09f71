"""The commands on links between two cases: an entry in each of them, recorded together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from application.commands.cases import check_case, no_case, on_case
from application.recording import together, unreadable
from application.retries import nth
from domain.axes import Axes
from domain.cases import events as ev
from domain.cases.amendments import root
from domain.cases.belief import believe
from domain.errors import Refused, StoreError, Unreadable
from domain.identity import case_stream, known
from domain.instant import FOREVER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from domain.cases.history import History
    from domain.cases.state import Case
    from domain.event import Entry, Event
    from domain.instant import Instant


class _Side(NamedTuple):
    """One of the two cases: its reference as recorded, the entry's kind, and how it is related to the other."""

    reference: str
    kind: type[ev.Linked | ev.Unlinked]
    other: str
    relation: str | None

    def event(self, by: Envelope) -> Event:
        return self.kind(other=self.other, relation=self.relation, **by.fields())  # type: ignore[arg-type]  # a link has a relation

    def is_told(self, case: Case) -> bool:
        """Say whether the case has already what the entry would say."""
        standing = case.linked.get(self.other, {})
        stands = bool(standing) if self.relation is None else self.relation in standing
        return stands == (self.kind is ev.Linked)


def link(app: Longcase, reference: str, other: str, relation: str, by: Envelope) -> Receipt:
    """Record in both cases, which must exist, that they are related; the other one has the inverse relation.

    Raises ``Refused`` for a relation that the vocabulary has not, and ``NotFound`` where there is no such case.
    """
    called = _recorded_as(app, other)
    if called is None:
        raise no_case(app, other)
    app.vocabulary.relation(relation)
    near = _Side(_recorded_as(app, reference) or reference, ev.Linked, called, relation)
    return _in_both(app, near, by)


def unlink(app: Longcase, reference: str, other: str, by: Envelope, *, relation: str | None = None) -> Receipt:
    """Record in both cases that ``relation``, or whatever relates them, was wrong."""
    called = _recorded_as(app, other) or other
    near = _Side(_recorded_as(app, reference) or reference, ev.Unlinked, called, relation)
    return _in_both(app, near, by)


def left_apart(app: Longcase, amended: Receipt) -> str | None:
    """Return what is to be said where a link, or its end, was amended in one case and not in the other.

    ``None`` where both say the same again, and where what was amended is no link or was recorded on one side.
    """
    entry = root(amended.before, amended.entry)
    if not isinstance(entry.event, ev.Linked | ev.Unlinked):
        return None
    try:
        there = _history(app, entry.event.other).entries
    except StoreError:
        return f"{entry.event.other} has an entry that cannot be read: whether it says the same is not known"
    for one in there:
        if one.command_id == nth(entry.command_id, 1) or nth(one.command_id, 1) == entry.command_id:
            if _standing(amended.before + amended.entries, entry) == _standing(there, one):
                return None
            return f"entry {one.version} of {entry.event.other} stays as it is: each case is amended for itself"
    return None


def _standing(entries: Sequence[Entry], entry: Entry) -> Instant | None:
    """Return when an entry is believed to have occurred, if it was corrected; ``None`` if it counts no longer."""
    found = believe(entries)
    if entry.version in found.amendments.retracted_by:
        return None
    if entry.version not in found.amendments.corrected_by:
        return FOREVER
    return next(one.occurred_at for one in found.entries if one.version == entry.version)


def _recorded_as(app: Longcase, reference: str) -> str | None:
    """Return the reference of a case as it was recorded, however it is typed; ``None`` if there is no case."""
    there = _history(app, reference)
    return (there.case().reference or reference) if there.entries else None


def _history(app: Longcase, reference: str) -> History:
    stream = known(case_stream, reference, app.entries)
    try:
        return app.history(stream)
    except Unreadable as error:
        raise unreadable(app, stream, error) from error


def _in_both(app: Longcase, near: _Side, by: Envelope) -> Receipt:
    """Record the entry of ``near``, and beside it that of the other case unless that has it already.

    The second has an id that follows from the command's, so that a repeat finds both and adds nothing.
    """
    inverse = None if near.relation is None else app.vocabulary.inverse(near.relation)
    far = _Side(near.other, near.kind, near.reference, inverse)

    def record(by: Envelope) -> Receipt:
        there = _beside(by)
        check = _check_of(app, far, there)
        first = on_case(app, near.reference, near.kind, lambda _case, _history, _at: near.event(by), by, check)
        if first.repeated:
            return _with_second(app, first, far, there)
        if _is_to_be_told(app, far, first.entry):
            beside = on_case(app, far.reference, far.kind, lambda _case, _history, _at: far.event(there), there)
            return msgspec.structs.replace(first, beside=beside)
        return first

    return together(app, by, record)


def _beside(by: Envelope) -> Envelope:
    """Return the envelope of the second entry; a reason is said in one case, and is for whoever may read that."""
    return msgspec.structs.replace(by, command_id=nth(by.command_id, 1), reason=None, if_version=None)


def _is_to_be_told(app: Longcase, far: _Side, beside: Entry) -> bool:
    history = _history(app, far.reference)
    return bool(history.entries) and not far.is_told(history.case(Axes(beside.occurred_at)))


def _check_of(app: Longcase, far: _Side, by: Envelope) -> Callable[[History, Entry], None]:
    """Return what refuses the first entry where the second could not be recorded beside it."""

    def check(_history_of_near: History, entry: Entry) -> None:
        if far.other == far.reference or not _is_to_be_told(app, far, entry):
            return
        history = _history(app, far.reference)
        second = msgspec.structs.replace(entry, version=history.version + 1, event=far.event(by))
        try:
            check_case(history, second)
        except Refused as error:
            raise type(error)(f"{far.reference}: {error.message}", hints=error.hints) from error

    return check


def _with_second(app: Longcase, first: Receipt, far: _Side, by: Envelope) -> Receipt:
    """Return the receipt of a command given again, with what it recorded in the other case if anything."""
    history = _history(app, far.reference)
    made = history.command(by.command_id)
    if not made:
        return first
    before = tuple(history.entries[: made[0].version - 1])
    return msgspec.structs.replace(first, beside=type(first)(tuple(made), before, repeated=True))
