"""Taking an import back: all that a source brought is retracted, in one transaction, and what stays is told.

Nothing is removed: the entries stay on show, and are known as they were before. A case that the source opened is
none any more if nothing of others stands in it; its reference can be reported, and imported, again.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from eventsourcing.persistence import PersistenceError

from domain.cases.amendments import root
from domain.cases.belief import AMENDING, amendments
from domain.cases.events import Reported
from domain.cases.history import History
from domain.errors import NotFound, Refused, StoreError
from exchange.imports.amending import Amender
from ledger.errors import Busy
from ledger.workers.batches import Batches
from projections.views.access import entries_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from application.app import Longcase
    from application.envelope import Envelope
    from domain.event import Entry
    from ledger.entry import StoredEntry

_PAGE = 1_000
_SHOWN = 5
_RESTED_ON = "others have recorded in the case that it opened"


class Undone(msgspec.Struct):
    """What was taken back: how many entries, of how many cases, of which so many are none any more.

    ``stays`` counts what stays of what the source brought, by the reason.
    """

    source: str
    cases: int = 0
    retracted: int = 0
    closed: int = 0
    stays: dict[str, int] = msgspec.field(default_factory=Counter)


class _NotDone(Exception):
    """Ends the transaction of an undoing that was only tried."""


def undo(
    app: Longcase, source: str, by: Envelope, progress: Callable[[int], None], *, dry_run: bool = False
) -> Undone:
    """Retract what ``source`` brought, for the reason in ``by``; with ``dry_run`` say what would be retracted.

    ``progress`` is called with numbers of cases. Raises ``NotFound`` if the source brought nothing that stands,
    ``StoreError`` if the store fails, so that nothing is retracted.
    """
    undone = Undone(source)
    try:
        with app.ledger.transaction():
            _undo(app, by, undone, progress)
            _end(tried=dry_run)
    except _NotDone:
        return undone
    except Busy as error:
        raise StoreError("the store is in use by another writer", hints=("try again",)) from error
    except PersistenceError as error:
        raise StoreError(f"the store failed and nothing was taken back: {error}") from error
    return undone


def _undo(app: Longcase, by: Envelope, undone: Undone, progress: Callable[[int], None]) -> None:
    amender, others = Amender(app, by), set[str]()
    with Batches(app.append, concurrent=False) as batches:
        for streams in _streams(app):
            for stream in streams:
                entries = entries_of(app.ledger, stream)
                others |= {one.event.origin.source for one in entries if one.event.origin is not None}
                if found := _standing(entries, undone.source):
                    batches.add(list(_retractions(History(entries), found, amender, undone)))
            progress(len(streams))
    if not undone.retracted and not undone.stays:
        raise _nothing(undone.source, others)


def _end(*, tried: bool) -> None:
    if tried:
        raise _NotDone


def _streams(app: Longcase) -> Iterator[list[bytes]]:
    after = b""
    while streams := app.ledger.next_streams(after, _PAGE):
        yield streams
        after = streams[-1]


def _standing(entries: Sequence[Entry], source: str) -> list[Entry]:
    """Return the entries of a case that the source brought and nobody has retracted.

    What amends another of its own entries goes with that.
    """
    brought = [one for one in entries if one.event.origin is not None and one.event.origin.source == source]
    if not brought:
        return []
    retracted, own = amendments(entries).retracted_by, {one.version for one in brought}
    return [
        one
        for one in brought
        if one.version not in retracted
        and not (isinstance(one.event, AMENDING) and root(entries, one).version in own)
    ]


def _retractions(
    history: History, found: Sequence[Entry], amender: Amender, undone: Undone
) -> Iterator[StoredEntry]:
    """Yield the retractions of ``found``, all that stands of one case; the report comes last, if it can go."""
    undone.cases += 1
    if not amender.may_see(history):
        undone.stays[f"the case is restricted, and {amender.by.actor} is not among its readers"] += len(found)
        return
    for one in sorted(found, key=lambda one: (not isinstance(one.event, Reported), one.version), reverse=True):
        report = isinstance(one.event, Reported)
        if report and _others_stand(history.entries, one):
            undone.stays[_RESTED_ON] += 1
            continue
        try:
            row = amender.retract(history, one, alone=report)
        except Refused as error:
            undone.stays[error.message] += 1
        else:
            undone.retracted += 1
            undone.closed += report
            yield row


def _others_stand(entries: Sequence[Entry], report: Entry) -> bool:
    retracted = amendments(entries).retracted_by
    return any(
        one is not report and one.version not in retracted and not isinstance(one.event, AMENDING)
        for one in entries
    )


def _nothing(source: str, others: set[str]) -> NotFound:
    from difflib import get_close_matches

    if source in others:
        return NotFound(f"nothing that {source!r} brought stands any more")
    near = get_close_matches(source, others, n=_SHOWN) or sorted(others)[:_SHOWN]
    hint = f"there is: {', '.join(map(repr, near))}" if near else "nothing was ever imported"
    return NotFound(f"there is no source {source!r}", hints=(hint,))
