"""What other sources brought of the cases of a file: copies under another name, and cases that others opened."""

from __future__ import annotations

from collections import Counter
from shlex import quote
from typing import TYPE_CHECKING

import msgspec

from domain.cases.belief import AMENDING, amendments
from domain.cases.events import ActionRecorded, Reported
from exchange.imports.brought import key
from exchange.source.trace import ImportRefused, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.event import Entry
    from exchange.imports.brought import Key

_OPENED_BY_HAND = "somebody here"


class Elsewhere:
    """Notices, over one file, events that another source brought already, and cases that are not its source's."""

    def __init__(self, source: str) -> None:
        """Look for what sources other than ``source`` brought."""
        self._source = source
        self._copies: Counter[str] = Counter()
        self._beside: Counter[str] = Counter()
        self._joined: Counter[str] = Counter()
        self._cases: Counter[str] = Counter()

    def brought(self, entries: Sequence[Entry]) -> dict[Key, str]:
        """Return what other sources brought of a case and still stands, each with its source."""
        there = [one for one in entries if _source_of(one) not in {None, self._source}]
        if not there:
            return {}
        retracted = amendments(entries).retracted_by
        standing = (one for one in there if one.version not in retracted and not isinstance(one.event, AMENDING))
        return {_told(one): _source_of(one) or "" for one in standing}

    def note(self, entry: Entry, elsewhere: dict[Key, str]) -> str | None:
        """Count an event that is new for its own source, if another brought it, and return which did."""
        source = elsewhere.get(_told(entry)) if elsewhere else None
        if source is not None:
            self._copies[source] += 1
        return source

    def stored(self, source: str) -> None:
        """Count an event that another ``source`` brought as taken."""
        self._beside[source] += 1

    def joins(self, entries: Sequence[Entry], added: int) -> None:
        """Count what was added to a case that had ``entries``, if another source or somebody here opened it."""
        if not added or not entries:
            return
        retracted = amendments(entries).retracted_by
        reports = (one for one in entries if isinstance(one.event, Reported) and one.version not in retracted)
        report = next(reports, None)
        if report is not None and (opener := _source_of(report)) != self._source:
            self._joined[opener or _OPENED_BY_HAND] += added
            self._cases[opener or _OPENED_BY_HAND] += 1

    def check(self, file: str) -> None:
        """Raise ``ImportRefused`` if events of the file were imported before under another source's name."""
        if self._copies:
            other, count = self._copies.most_common(1)[0]
            hints = (
                f"--source {quote(other)} if it is that source: what is new is added",
                f"--source {quote(self._source)} if it is another: all of it is stored",
            )
            are = "is" if count == 1 else "are"
            why = f"{count:,} of its events {are} in the store already, imported from {other!r}"
            raise ImportRefused(Refusal(file, 1, why), hints=hints)

    def notes(self) -> Iterator[str]:
        """Yield what is to be said about cases and events of other sources."""
        for source, count in self._copies.most_common():
            were = "was" if count == 1 else "were"
            beside = f"stored beside those: {self._beside[source]:,}"
            yield f"{count:,} of its events {were} imported before from {source!r}; {beside}"
        for source, count in self._joined.most_common():
            opener = source if source == _OPENED_BY_HAND else repr(source)
            cases = self._cases[source]
            what = f"entries added to cases that were there already, opened by {opener}"
            yield f"{what}: {count:,}, in {cases:,} of them"


def _source_of(entry: Entry) -> str | None:
    return None if entry.event.origin is None else entry.event.origin.source


def _told(entry: Entry) -> Key:
    """Return what an event says, but for what was kept of it and since when it was known."""
    event = entry.event
    if isinstance(event, ActionRecorded):
        entry = msgspec.structs.replace(entry, event=msgspec.structs.replace(event, attributes={}))
    topic, occurred_at, _, *rest = key(entry)
    return (topic, occurred_at, *rest)
