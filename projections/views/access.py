"""One case's entries from the ledger, for those who may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.axes import LATEST, Axes
from domain.cases.rules import INSPECTORATE
from domain.codec import Unreadable, entry_of
from domain.errors import NotFound, Refused, StoreError
from domain.identity import case_stream, known, same_name
from projections.views.case_view import CaseView

if TYPE_CHECKING:
    from domain.cases.state import Case
    from domain.event import Entry
    from ledger.entry import StoredEntry
    from ledger.reader import LedgerReader

OVERSEERS = frozenset({INSPECTORATE, "auditor"})
"""The roles that read every case, restricted or not."""


class Reader(NamedTuple):
    """Who asks, and in which role; ``None`` where nothing was said."""

    actor: str | None = None
    role: str | None = None


class Scope(NamedTuple):
    """A ledger as of two instants, as far as one person may read it."""

    ledger: LedgerReader
    axes: Axes = LATEST
    reader: Reader = Reader()


def may_read(case: Case, reader: Reader) -> bool:
    """Say whether a person may read a case in the state ``case``.

    A restricted one is for those whom the restriction names, its owner, the inspectorate and auditors.
    """
    if case.record != "restricted" or reader.role in OVERSEERS:
        return True
    return any(same_name(reader.actor, one) for one in (case.owner, *case.restricted_to))


def decoded(row: StoredEntry) -> Entry:
    """Return the entry of a row; raise ``StoreError``, naming its position, if it cannot be read."""
    try:
        return entry_of(row)
    except Unreadable as error:
        raise StoreError(
            f"the entry at position {row.position} cannot be read: {error}",
            hints=(
                "longcase doctor --deep says whether its bytes were changed",
                "an entry written by a newer Longcase needs that version to be read",
            ),
        ) from error


def entries_of(ledger: LedgerReader, stream: bytes) -> list[Entry]:
    """Return all entries of a stream, in order of version; raise ``StoreError`` if one cannot be read."""
    return [decoded(row) for row in ledger.stream(stream)]


def case_entries(ledger: LedgerReader, reference: str) -> list[Entry]:
    """Return all entries of a case; raise ``NotFound`` if no case has this reference."""
    entries = entries_of(ledger, known(case_stream, reference.strip(), ledger.stream))
    if not entries:
        hints = ("longcase cases lists the cases", f"longcase report {reference} opens one")
        raise NotFound(f"there is no case {reference}", hints=hints)
    return entries


def readable_case(scope: Scope, reference: str) -> CaseView:
    """Return a case as of the axes of ``scope``; raise ``NotFound``, or ``Refused`` if it may not be read."""
    view, reader = CaseView(case_entries(scope.ledger, reference), scope.axes), scope.reader
    if not may_read(view.current, reader):
        why = f"{reader.actor} is not among its readers" if reader.actor else "nothing says who is asking"
        hint = "who asks, and as what, stands before the command: longcase --actor ID --role ROLE ..."
        raise Refused(f"case {reference} is restricted, and {why}", hints=(hint,))
    return view
