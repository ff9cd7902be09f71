"""A file's rows beside what its source brought before: there already, differing, new, or no longer there.

What differs is refused, with both values, or amended if that was asked for. Where an entry's row is not in the
file any more, a row that is not stored may be that one in other words: nothing new of the case is taken.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from domain.errors import Refused
from domain.instant import iso
from exchange.imports.amending import EARLIER, values_of
from exchange.imports.brought import brought, differences, in_words, listed
from exchange.imports.matching import match
from exchange.imports.unknown_words import OF_VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from domain.cases.history import History
    from domain.errors import LongcaseError
    from exchange.imports.amending import Amender
    from exchange.imports.brought import Brought
    from exchange.imports.matching import Match, SourceRow
    from exchange.imports.outcome import Outcome
    from exchange.imports.unknown_words import UnknownWords
    from ledger.entry import StoredEntry

    Changes = Generator[StoredEntry, None, list[SourceRow]]

REPORT_PLACE = -1
"""The place of the report that is made of a case's first event."""


class Known:
    """Compares the rows of one file, case by case, with what its source brought before it."""

    def __init__(
        self,
        source: str,
        outcome: Outcome,
        refuse: Callable[[int, LongcaseError], None],
        amender: Amender,
        words: UnknownWords,
    ) -> None:
        """Count in ``outcome``, and in ``words``; refuse through ``refuse``, which is told the line and why."""
        self._source = source
        self._outcome = outcome
        self._refuse = refuse
        self._amender = amender
        self._words = words
        self._begun: set[bytes] = set()
        self._gone: dict[bytes, set[bytes]] = {}
        self._staying: Counter[str] = Counter()

    def notes(self) -> Iterator[str]:
        """Yield what is to be said about entries of the source that have no row in the file."""
        if gone := sum(map(len, self._gone.values())):
            yield f"entries that {self._source!r} brought of its cases before and have no row in it: {gone:,}"
        for why, count in self._staying.items():
            yield f"entries that have no row in it and stay, because {why}: {count:,}"

    def begun(self, prefix: bytes) -> bool:
        """Say whether the file has had rows of the case whose command ids begin with ``prefix``."""
        return prefix in self._begun

    def repeated(self, prefix: bytes, entries: int) -> None:
        """Count a case whose rows in the file are what was brought of it, all of it and nothing else."""
        self._begun.add(prefix)
        self._outcome.already_present += entries

    def stored(self, history: History, prefix: bytes) -> list[Brought]:
        """Return what was brought of a case before this file, and has had no row of it yet."""
        found = brought(history.entries, prefix)
        if prefix in self._begun:
            left = self._gone.get(prefix, set())
            return [one for one in found if one.entry.command_id in left]
        self._begun.add(prefix)
        return found

    def compare(
        self, rows: Sequence[SourceRow], stored: Sequence[Brought], history: History, prefix: bytes
    ) -> Changes:
        """Yield what is amended, and return the rows that are new for certain; refuse those that are not."""
        report = next((one for one in stored if one.place == REPORT_PLACE), None)
        in_place = sorted(rows, key=lambda row: row.place)
        found = match(in_place, [one for one in stored if one is not report])
        self._outcome.already_present += found.there + (report is not None)
        for row in rows:
            if row.refused is not None:
                self._refuse(row.activity.line, row.refused)
        new = (yield from self._amend(found, history)) if self._outcome.amends else self._certain(found, history)
        if report is not None:
            yield from self._follow(report, rows if self._outcome.amends else new, history)
        self._gone[prefix] = self._left(found)
        return new

    def _left(self, found: Match) -> set[bytes]:
        if self._outcome.amends:
            return set()
        return {one.entry.command_id for one in found.gone if one.believed is not None}

    def _certain(self, found: Match, history: History) -> list[SourceRow]:
        """Return the new rows, if they are so for certain; refuse what differs, with both values."""
        for row, stored in found.differing:
            self._outcome.differing += 1
            self._refuse(row.activity.line, Refused(self._difference(row, stored, history)))
        if found.certain:
            return found.new
        for row in found.new:
            self._outcome.differing += 1
            self._refuse(row.activity.line, Refused(self._doubt(found, history)))
        return []

    def _difference(self, row: SourceRow, stored: Brought, history: History) -> str:
        assert row.entry is not None  # noqa: S101  (only such rows are paired)
        what = f"it differs from entry {stored.entry.version} of the case, imported from {self._source!r}"
        if not self._amender.may_see(history):
            return f"{what}; the case is restricted, and {self._amender.by.actor} is not among its readers"
        return f"{what}: {listed(differences(stored, row.entry))}"

    def _doubt(self, found: Match, history: History) -> str:
        gone = next((one for one in found.gone if one.believed is not None), None)
        if gone is None:
            stored = found.differing[0][1].entry.version
            return f"it may be what entry {stored} of the case, imported from {self._source!r}, says otherwise"
        what = f"entry {gone.entry.version}"
        if self._amender.may_see(history):
            what += f" ({in_words(gone.said.event)}, {iso(gone.said.occurred_at)})"
        return f"{what} of the case, imported from {self._source!r}, is not in the file: this may be the same"

    def _amend(self, found: Match, history: History) -> Changes:
        """Correct what differs and retract what is gone; return the rows that are to be added."""
        new = list(found.new)
        for row, stored in found.differing:
            try:
                changed, again = self._changed(row, stored, history)
                new += [row] if again else []
                yield changed
            except Refused as error:
                self._outcome.differing += 1
                self._refuse(row.activity.line, error)
        for one in found.gone:
            if one.believed is not None:
                yield from self._retract(one, history)
        return new

    def _changed(self, row: SourceRow, stored: Brought, history: History) -> tuple[StoredEntry, bool]:
        """Return the amendment of an entry, and whether its row is to be added again; raise ``Refused``."""
        assert row.entry is not None  # noqa: S101  (only such rows are paired)
        number = stored.entry.version
        if stored.believed is None:
            raise Refused(f"it differs from entry {number} of the case, which was retracted here and stays so")
        self._may_see(history)
        values = values_of(stored, row.entry)
        if values is None:
            try:
                retraction = self._amender.retract(history, stored.entry)
            except Refused as error:
                raise Refused(f"{self._difference(row, stored, history)}; {error.message}") from error
            self._outcome.retracted += 1
            return retraction, True
        if not OF_VOCABULARY.isdisjoint(values):
            self._words.see(row.entry.event)
        correction = self._amender.correct(history, stored, values)
        self._outcome.corrected += 1
        return correction, False

    def _retract(self, gone: Brought, history: History) -> Iterable[StoredEntry]:
        try:
            self._may_see(history)
            row = self._amender.retract(history, gone.entry)
        except Refused as error:
            self._staying[error.message] += 1
            return []
        self._outcome.retracted += 1
        return [row]

    def _may_see(self, history: History) -> None:
        if not self._amender.may_see(history):
            raise Refused(f"the case is restricted, and {self._amender.by.actor} is not among its readers")

    def _follow(self, report: Brought, rows: Iterable[SourceRow], history: History) -> Iterable[StoredEntry]:
        """Return a correction of the report that was made up, if the case now begins at another instant."""
        times = [row.activity.occurred_at for row in rows if row.entry is not None]
        first = min(times, default=report.said.occurred_at)
        moved = first < report.said.occurred_at or (self._outcome.amends and first > report.said.occurred_at)
        if not moved or report.believed is not report.said:
            return []
        return [self._amender.correct(history, report, {"occurred_at": first}, EARLIER)]
