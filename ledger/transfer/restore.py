"""Putting entries back into an empty store, each looked at first: wholly, or not at all.

Positions, instants, versions, command ids, salts and leaves stay what they were; what comes from before entries
had salts gets new ones, and its leaves v1 stay what they were. The store keeps an id of its own, says in its
settings where its entries are from, and has the other settings of that store.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from eventsourcing.persistence import IntegrityError, OperationalError, PersistenceError

from ledger.entry import of_row, salted, salts
from ledger.errors import Busy, Lost
from ledger.integrity.findings import Wrong
from ledger.integrity.settings import OWN, check_settings, digest_of
from ledger.integrity.tally import BYTES, MANY, Damaged, Tally, check_tree, check_versions, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.entry import StoredEntry
    from ledger.integrity.tally import Held
    from ledger.recorder import LedgerRecorder
    from ledger.transfer.archive import Source

FROM, AT, POSITION = "restored_from", "restored_at", "restored_position"
"""The settings that say where entries are from: the id of that store, when they were put back, how many."""


class NotEmpty(Exception):
    """The store has entries, or was restored before; the text says which."""


class OtherZone(Exception):
    """The store has another time zone than the one from which the entries are: ``wanted``."""

    def __init__(self, found: str | None, wanted: str | None) -> None:
        """Keep both."""
        super().__init__(f"the store has the time zone {found}, and the entries are from one with {wanted}")
        self.wanted = wanted


class OtherRules(Exception):
    """The store was made for another edition of the rulebook that ships; ``wanted`` is the entries', if named."""

    def __init__(self, found: str, wanted: str | None) -> None:
        """Keep both."""
        theirs = "names no rulebook" if wanted is None else f"is made for {wanted!r}"
        super().__init__(f"the store is made for {found!r}, and the entries are from one that {theirs}")
        self.wanted = wanted


def restore(
    recorder: LedgerRecorder,
    source: Source,
    *,
    at: str,
    complaint: Callable[[StoredEntry], str | None] = lambda _: None,
    advance: Callable[[int], None] = lambda _: None,
) -> Held:
    """Put the entries of ``source`` into an empty store, in one transaction, and return what it now holds.

    ``at`` is when that is, as it will stand in the settings; ``complaint`` says what keeps a sound entry from
    being taken, if anything; ``advance`` is called with numbers of entries, each of which is counted twice: put
    back, then read again and compared. Raises ``NotEmpty``, ``OtherZone``, ``OtherRules``, or ``Damaged`` for
    settings that no store has or the first entry that is not taken, and ``OperationalError`` or ``Busy`` if the
    store does not take it; nothing has happened then.
    """
    with recorder.transaction():
        _check_empty(recorder)
        found, wanted = recorder.setting("zone"), source.settings.get("zone")
        if found != wanted:
            raise OtherZone(found, wanted)
        rules, wanted = recorder.setting("rulebook"), source.settings.get("rulebook")
        if rules is not None and rules != wanted:
            raise OtherRules(rules, wanted)
        _check_settings(source)
        held = _put_all(recorder, source, complaint, advance)
        held = _compare(recorder, held, advance, unsalted=source.unsalted)
        _set(recorder, {**_settings(source), FROM: _id_of(source), AT: at, POSITION: str(held.entries)})
        return held._replace(settings=_same_settings(recorder, source))


def _settings(source: Source) -> dict[str, str]:
    return {name: value for name, value in source.settings.items() if name not in OWN}


def _set(recorder: LedgerRecorder, settings: dict[str, str]) -> None:
    there = recorder.settings()
    for name, value in settings.items():
        if name not in there:
            recorder.set_once(name, value)


def _same_settings(recorder: LedgerRecorder, source: Source) -> str:
    """Return the digest of the store's settings; raise ``Damaged`` unless it is that of the source's."""
    digest = digest_of(recorder.settings())
    if digest != digest_of(source.settings):
        raise Damaged("the store has other settings than it, and none is ever changed")
    return digest


def _check_empty(recorder: LedgerRecorder) -> None:
    last = recorder.head()[0]
    if last:
        raise NotEmpty("it has 1 entry" if last == 1 else f"it has {last:,} entries")
    if recorder.setting(FROM) is not None:
        raise NotEmpty("it was restored before, from a store without entries")


def _id_of(source: Source) -> str:
    if "id" not in source.settings:
        raise Damaged("it does not say from which store it is")
    return source.settings["id"]


def _check_settings(source: Source) -> None:
    try:
        check_settings({**source.settings, "id": _id_of(source)})
    except Wrong as error:
        raise Damaged(f"its settings are of no store: {error}") from error


def _put_all(
    recorder: LedgerRecorder,
    source: Source,
    complaint: Callable[[StoredEntry], str | None],
    advance: Callable[[int], None],
) -> Held:
    tally = Tally(unsalted=source.unsalted)

    def taken(entry: StoredEntry) -> StoredEntry:
        reason = complaint(tally.take(entry))
        if reason is not None:
            raise Damaged(f"entry {entry.position:,}: {reason}")
        return entry

    for rows in _batches(map(taken, source.entries)):
        _put(recorder, _salted(rows) if source.unsalted else rows)
        advance(len(rows))
    return tally.end(source.position)


def _salted(rows: list[StoredEntry]) -> list[StoredEntry]:
    """Give entries from before that the salts and leaves which they have from now on."""
    given: list[Any] = rows
    return [of_row(salted(row, salt)) for row, salt in zip(given, salts(len(rows)), strict=True)]


def _batches(entries: Iterator[StoredEntry]) -> Iterator[list[StoredEntry]]:
    """Yield the entries in lists that are bounded in number and in bytes."""
    rows: list[StoredEntry] = []
    size = 0
    for entry in entries:
        rows.append(entry)
        size += len(entry.payload)
        if len(rows) == MANY or size > BYTES:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


def _put(recorder: LedgerRecorder, rows: list[StoredEntry]) -> None:
    """Put rows back; where the store's guards refuse them, halve them until the one in the way is found."""
    given: list[Any] = rows
    recorder.connection.execute("SAVEPOINT put_back")
    try:
        recorder.put_back(given)
    except IntegrityError as error:
        if len(rows) == 1:
            raise Damaged(f"entry {rows[0].position:,}: {_reason(error)}") from error
        recorder.connection.execute("ROLLBACK TO SAVEPOINT put_back")
        half = len(rows) // 2
        _put(recorder, rows[:half])
        _put(recorder, rows[half:])
    except (Busy, Lost):
        raise
    except PersistenceError as error:
        first, last = rows[0].position, rows[-1].position
        raise OperationalError(f"entries {first:,} to {last:,} are not taken: {error}") from error
    recorder.connection.execute("RELEASE SAVEPOINT put_back")


def _reason(error: IntegrityError) -> str:
    text = " ".join(str(error).split())
    return f"the store's guards refuse it: {text.removeprefix('longcase: ')}"


def _compare(recorder: LedgerRecorder, held: Held, advance: Callable[[int], None], *, unsalted: bool) -> Held:
    """Read back everything that was put back, work out every leaf anew, and return what is there.

    Of what was ``unsalted`` the leaves v1 alone can be compared.
    """
    tally = Tally()
    entries = map(tally.take, in_order(recorder, recorder.head()[0]))
    while count := sum(1 for _ in islice(entries, MANY)):
        advance(count)
    found = tally.end(held.entries)
    if held != (found._replace(leaf_v2="", leaves_v2="") if unsalted else found):
        raise Damaged("the store does not hold what was put into it")
    check_versions(recorder)
    check_tree(recorder, tally)
    return found
