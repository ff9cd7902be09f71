"""One case's entries from the ledger, for those who may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.axes import LATEST, Axes
from domain.cases import restrictions
from domain.cases.belief import AMENDING, corrected
from domain.cases.events import EntryCorrected, EntryRetracted, Restricted, Unrestricted
from domain.cases.restrictions import OVERSEERS, WITHHELD, ever_restricted, is_reader
from domain.codec import Unreadable, entry_of
from domain.errors import NotFound, Refused, StoreError
from domain.identity import case_stream, known
from projections.views.case_view import CaseView, Unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.cases.state import Case
    from domain.event import Entry
    from ledger.entry import StoredEntry
    from ledger.reader import LedgerReader

_MAY_RESTRICT = frozenset(one.TOPIC for one in (Restricted, EntryCorrected, EntryRetracted))

UNREADABLE = (
    "longcase doctor --deep says whether its bytes were changed",
    "an entry written by a newer Longcase needs that version to be read",
)
"""What to do about an entry that cannot be read."""

_NAMED = 20
"""How many of the positions of what was left out are named."""

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
    """Say whether a person may read a case in the state ``case``, as ``domain.cases.restrictions`` has it."""
    return restrictions.may_read(case, reader.actor, reader.role)


def decoded(row: StoredEntry) -> Entry:
    """Return the entry of a row; raise ``StoreError``, naming its position, if it cannot be read."""
    try:
        return entry_of(row)
    except Unreadable as error:
        raise StoreError(
            f"the entry at position {row.position} cannot be read: {error}",
            hints=UNREADABLE,
        ) from error


def entries_of(ledger: LedgerReader, stream: bytes) -> list[Entry]:
    """Return all entries of a stream, in order of version; raise ``StoreError`` if one cannot be read."""
    return [decoded(row) for row in ledger.stream(stream)]


def part_of(ledger: LedgerReader, stream: bytes) -> tuple[list[Entry], list[Unread]]:
    """Return the entries of a stream that can be read, and those that cannot, unfit corrections too."""
    rows = ledger.stream(stream)
    if all(row.topic != EntryCorrected.TOPIC for row in rows):
        try:
            return list(map(entry_of, rows)), []
        except Unreadable:
            pass  # what of them can be read is told entry by entry
    part = _Part()
    for row in rows:
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
            self.unread.append(Unread(row.position, row.version, row.topic, str(error), row, restricts=restricts))
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
    """Return the error that says which entries were left out of what was shown, and why the first of them was."""
    first, more = unread[0], unread[1:]
    positions = ", ".join(str(one.position) for one in more[:_NAMED])
    positions += ", ..." if len(more) > _NAMED else ""
    also = f", nor {len(more):,} more (at {positions})" if more else ""
    what = f"entry {first.version} at position {first.position} cannot be read{also}, and is left out"
    return StoreError(f"{what}: {first.reason}", hints=UNREADABLE)


def readable_case(scope: Scope, reference: str) -> CaseView:
    """Return what can be read of a case as of the axes of ``scope``, with what cannot.

    Raises ``NotFound`` if there is none, and ``Refused`` if it may not be read, or what is unread may say so.
    """
    view = part_of_stream(scope, known(case_stream, reference.strip(), scope.ledger.stream))
    if not view.entries and not view.unread:
        raise no_case(scope.ledger, reference)
    if may_read_part(view, scope.reader):
        return view
    if not view.unread:
        why = (
            f"{scope.reader.actor} is not among its readers"
            if scope.reader.actor
            else "nothing says who is asking"
        )
        raise Refused(f"case {reference} is restricted, and {why}", hints=(_WHO_ASKS,))
    why = f"case {reference} is restricted, or an entry that cannot be read may have restricted it"
    raise Refused(f"{why}: {left_out(told(view, scope.reader)).message}", hints=(_WHO_ASKS, *UNREADABLE))


def may_read_part(view: CaseView, reader: Reader) -> bool:
    """Say whether a person may read a case whose unread entries are left out; some kinds may restrict it."""
    if not view.unread and not ever_restricted(view.entries):
        return True
    case = view.current
    if not any(one.restricts for one in view.unread) or reader.role in OVERSEERS:
        return may_read(case, reader)
    return is_reader(case, reader.actor)


def part_of_stream(scope: Scope, stream: bytes) -> CaseView:
    """Return what can be read of a case as of the axes of ``scope``, with what cannot, whoever asks."""
    entries, unread = part_of(scope.ledger, stream)
    return CaseView(entries, scope.axes, unread)


def told(view: CaseView, reader: Reader) -> Sequence[Unread]:
    """Return the unread entries of a case; why they cannot be read may quote them, and is for its readers."""
    if not view.unread or may_read_part(view, reader):
        return view.unread
    return [one._replace(reason=WITHHELD) for one in view.unread]


def may_read_named(scope: Scope, reference: str) -> bool:
    """Say whether the case of this reference may be read, for a list that has it and not its entries."""
    stream = known(case_stream, reference, scope.ledger.stream)
    if all(row.topic != Restricted.TOPIC for row in scope.ledger.stream(stream)):
        return True
    return may_read_part(part_of_stream(scope, stream), scope.reader)


def may_read_stream(scope: Scope, stream: bytes) -> bool:
    """Say whether the entries of a case may be read, for a list that has their text, like ``readable_case``."""
    if all(row.topic not in _MAY_RESTRICT for row in scope.ledger.stream(stream)):
        return True
    return may_read_part(part_of_stream(scope, stream), scope.reader)


def no_case(ledger: LedgerReader, reference: str) -> NotFound:
    """Return the error that says that no case has this reference, and which was probably meant."""
    from domain.spelling import alike, did_you_mean, typed

    usual = ("longcase cases lists the cases", typed("report", reference, "opens one"))
    hints = did_you_mean(alike(reference.strip(), ledger.streams_among)) or usual
    return NotFound(f"there is no case {reference}", hints=hints)
