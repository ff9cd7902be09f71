"""One case's entries from the ledger, for those who may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.axes import LATEST, Axes
from domain.cases.belief import AMENDING, corrected
from domain.cases.events import EntryCorrected, EntryRetracted, Restricted, Unrestricted
from domain.cases.rules import INSPECTORATE
from domain.codec import Unreadable, entry_of
from domain.errors import NotFound, Refused, StoreError
from domain.identity import case_stream, known, same_name
from projections.views.case_view import CaseView, Unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.cases.state import Case
    from domain.event import Entry
    from ledger.entry import StoredEntry
    from ledger.reader import LedgerReader

OVERSEERS = frozenset({INSPECTORATE, "auditor"})
"""The roles that read every case, restricted or not."""


_MAY_RESTRICT = frozenset(one.TOPIC for one in (Restricted, EntryCorrected, EntryRetracted))

_UNREADABLE = (
    "longcase doctor --deep says whether its bytes were changed",
    "an entry written by a newer Longcase needs that version to be read",
)
_WHO_ASKS = "who asks, and as what, stands before the command: longcase --actor ID --role ROLE ..."


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
            hints=_UNREADABLE,
        ) from error


def entries_of(ledger: LedgerReader, stream: bytes) -> list[Entry]:
    """Return all entries of a stream, in order of version; raise ``StoreError`` if one cannot be read."""
    return [decoded(row) for row in ledger.stream(stream)]


def part_of(ledger: LedgerReader, stream: bytes) -> tuple[list[Entry], list[Unread]]:
    """Return the entries of a stream that can be read, and those that cannot, unfit corrections too."""
    part = _Part()
    for row in ledger.stream(stream):
        part.take(row)
    return part.entries, part.unread


class _Part:
    """The entries of a case that can be read, taken one after the other, each at the same cost."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.unread: list[Unread] = []
        self._by_version: dict[int, Entry] = {}
        self._about: dict[int, bool] = {}
        """Of the entries read, whether each, or what it amends in the end, is about who may see the case."""

    def take(self, row: StoredEntry) -> None:
        """Take the next entry."""
        restricts = row.topic in _MAY_RESTRICT
        try:
            entry = entry_of(row)
            about = self._about_restriction(entry)
            restricts = restricts and about
            self._check_fits(entry)
        except Unreadable as error:
            self.unread.append(Unread(row.position, row.version, row.topic, str(error), restricts=restricts))
            return
        self.entries.append(entry)
        self._by_version[entry.version] = entry
        self._about[entry.version] = about

    def _about_restriction(self, entry: Entry) -> bool:
        """Say whether an entry that can be read, or what it amends in the end, is about who may see the case.

        It may be, where what it amends cannot be read or is no earlier entry.
        """
        if isinstance(entry.event, AMENDING):
            return self._about.get(entry.event.entry, True)
        return isinstance(entry.event, Restricted | Unrestricted)

    def _check_fits(self, entry: Entry) -> None:
        """Raise ``Unreadable`` for a correction whose values the entry named, as recorded, cannot have."""
        if isinstance(entry.event, EntryCorrected) and entry.event.entry in self._by_version:
            corrected(self._by_version[entry.event.entry], entry.event)


def left_out(unread: Sequence[Unread]) -> StoreError:
    """Return the error that says which entries were left out of what was shown, and why."""
    first, more = unread[0], len(unread) - 1
    also = f", nor {more:,} more" if more else ""
    what = f"entry {first.version} at position {first.position} cannot be read{also}, and is left out"
    return StoreError(f"{what}: {first.reason}", hints=_UNREADABLE)


def partly_readable_case(scope: Scope, reference: str) -> CaseView:
    """Return what can be read of a case as of the axes of ``scope``, with what cannot.

    Raises as ``readable_case`` does, and ``Refused`` too where what cannot be read may have restricted the case.
    """
    entries, unread = part_of(scope.ledger, known(case_stream, reference.strip(), scope.ledger.stream))
    if not unread:
        return _for_reader(CaseView(_there(entries, reference), scope.axes), reference, scope.reader)
    view = CaseView(entries, scope.axes, unread)
    if not may_read_part(view, scope.reader):
        why = f"case {reference} is restricted, or an entry that cannot be read may have restricted it"
        raise Refused(f"{why}: {left_out(unread).message}", hints=(_WHO_ASKS, *_UNREADABLE))
    return view


def may_read_part(view: CaseView, reader: Reader) -> bool:
    """Say whether a person may read a case whose unread entries are left out; some kinds may restrict it."""
    case = view.current
    if not any(one.restricts for one in view.unread) or reader.role in OVERSEERS:
        return may_read(case, reader)
    return any(same_name(reader.actor, one) for one in (case.owner, *case.restricted_to))


def case_entries(ledger: LedgerReader, reference: str) -> list[Entry]:
    """Return all entries of a case; raise ``NotFound`` if no case has this reference."""
    return _there(entries_of(ledger, known(case_stream, reference.strip(), ledger.stream)), reference)


def _there(entries: list[Entry], reference: str) -> list[Entry]:
    if not entries:
        hints = ("longcase cases lists the cases", f"longcase report {reference} opens one")
        raise NotFound(f"there is no case {reference}", hints=hints)
    return entries


def readable_case(scope: Scope, reference: str) -> CaseView:
    """Return a case as of the axes of ``scope``; raise ``NotFound``, or ``Refused`` if it may not be read."""
    return _for_reader(CaseView(case_entries(scope.ledger, reference), scope.axes), reference, scope.reader)


def _for_reader(view: CaseView, reference: str, reader: Reader) -> CaseView:
    if not may_read(view.current, reader):
        why = f"{reader.actor} is not among its readers" if reader.actor else "nothing says who is asking"
        raise Refused(f"case {reference} is restricted, and {why}", hints=(_WHO_ASKS,))
    return view
