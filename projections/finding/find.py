"""What was written, in all cases and registers, found by its words: a scan of the ledger in order of position.

Most payloads are told from their bytes not to hold the words, many at once, and never decoded. Of those that may,
the entry is read; only for one that has the words is its stream looked up, so that memory is bounded. No index
is kept: text would stand in it a second time, and outlive whatever protects it.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from domain.cases.belief import corrected
from domain.cases.events import EntryCorrected, Restricted
from domain.codec import Unreadable, entry_of, of_today, topics
from domain.identity import case_stream, known
from ledger.payloads import pages, streams_of_topic
from projections.fields import fields
from projections.finding.search_terms import is_plain
from projections.finding.texts import context, texts_of, usual_texts
from projections.views.access import Scope, no_case
from projections.views.stream_cache import CachedStream, StreamCache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from domain.event import Event
    from domain.instant import Instant
    from ledger.entry import StoredEntry
    from ledger.payloads import PayloadPage
    from projections.fields import Item
    from projections.finding.search_terms import SearchTerms
    from projections.finding.texts import Text
    from projections.views.case_view import Unread
    from projections.views.timeline import Line

FIELDS = fields(
    "register reference version position event occurred_at recorded_at actor field context marks stands "
    "corrected_by retracted_by"
)
"""What an item holds, in the order of the contract."""


class SearchFilter(NamedTuple):
    """What is looked for, in which fields; of which case, and of which time it occurred in, if that is said.

    ``since`` (included) and ``until`` (not included) are microseconds UTC.
    """

    words: SearchTerms
    fields: frozenset[str]
    case: str | None = None
    since: Instant | None = None
    until: Instant | None = None


class Search:
    """One search of a ledger, as far as somebody may read it, and as of two instants."""

    def __init__(
        self,
        scope: Scope,
        wanted: SearchFilter,
        *,
        newest_first: bool = False,
        progress: Callable[[int], None] = lambda _count: None,
    ) -> None:
        """Look in ``scope``; ``progress`` is called with the number of entries looked at."""
        self._scope, self._wanted, self._newest_first, self._progress = scope, wanted, newest_first, progress
        self._sieve = Sieve(wanted.words, wanted.fields)
        self._streams = StreamCache(scope)
        self._restricted: set[bytes] = set()
        self._unseen = (0, scope.ledger.head()[0])
        """After and up to which position nothing was looked at yet."""
        self.unread: list[Unread] = []
        """The entries that cannot be read, of those that may hold the words and of cases that may be read."""

    @property
    def several(self) -> bool:
        """Whether several words or phrases are looked for."""
        return len(self._wanted.words.patterns) > 1

    def items(self) -> Iterator[Item]:
        """Yield what was found, an item for each text with any of the words, of entries that have all of them.

        Entries come in order of position. What was corrected or retracted is found as it was written, and
        ``stands`` is ``False`` of it; a correction is found by what it says, and by what it says together with
        the rest of the entry that it corrects. Raises ``NotFound`` for a case that does not exist.
        """
        for row in self._rows():
            stream = self._streams.of(row.stream)
            if stream.readable or not _has_restriction(stream):  # (or a word of such a case could be tried out)
                self.unread += (one for one in stream.unread if one not in self.unread)
            line = stream.lines.get(row.version)
            if line is not None and stream.readable and self._in_time(line):
                yield from self._found(line, stream)

    def withheld(self) -> int:
        """Return how many restricted cases were not looked in, since they may not be read, whatever they hold."""
        first, last = self._unseen
        if last > first:
            self._restricted |= streams_of_topic(self._scope.ledger, Restricted.TOPIC, first, last)
            self._unseen = (0, 0)
        found = map(self._streams.of, self._restricted)
        return sum(bool(one.lines) and not one.readable for one in found)

    def _rows(self) -> Iterator[StoredEntry]:
        """Yield the entries that have the words, and those that may and cannot be read."""
        ledger, case = self._scope.ledger, self._wanted.case
        if case is not None:
            self._unseen = (0, 0)
            rows = ledger.stream(known(case_stream, case.strip(), ledger.stream))
            if not rows:
                raise no_case(ledger, case)
            self._restricted |= {row.stream for row in rows if row.topic == Restricted.TOPIC}
            yield from filter(self._has_words, reversed(rows) if self._newest_first else rows)
            return
        for page in pages(ledger, self._unseen[1], newest_first=self._newest_first):
            self._note(page)
            for position in self._sieve.candidates(page):
                row = ledger.select_notifications(position, 1, position)[0]
                if self._has_words(row):
                    yield row
            self._progress(len(page.positions))

    def _note(self, page: PayloadPage) -> None:
        """Keep in mind how far the ledger was looked at, and which of its cases were restricted there."""
        if Restricted.TOPIC in page.topics:
            both = zip(page.positions, page.topics, strict=True)
            positions = [position for position, topic in both if topic == Restricted.TOPIC]
            self._restricted.update(self._scope.ledger.streams_at(positions))
        ends, (first, last) = (page.positions[0], page.positions[-1]), self._unseen
        self._unseen = (first, min(ends) - 1) if self._newest_first else (max(ends), last)

    def _has_words(self, row: StoredEntry) -> bool:
        """Say whether an entry has all words; of a correction any: what it corrects may have the rest."""
        try:
            event = entry_of(row).event
        except Unreadable:  # whoever looks up its stream tells of it
            return True
        found = self._places(texts_of(event, self._wanted.fields))
        return (any if isinstance(event, EntryCorrected) else all)(found)

    def _places(self, texts: Iterable[Text]) -> list[bool]:
        """Return for each word whether any of the texts has it."""
        each = [self._wanted.words.within(text.text) for text in texts]
        return [any(one[place] for one in each) for place in range(len(self._wanted.words.patterns))]

    def _in_time(self, line: Line) -> bool:
        at, (_, _, _, since, until) = line.entry.occurred_at, self._wanted
        return (since is None or at >= since) and (until is None or at < until)

    def _found(self, line: Line, stream: CachedStream) -> Iterator[Item]:
        own = texts_of(line.original.event, self._wanted.fields)
        then = [*own, *self._corrected_then(line, stream)]
        if all(self._places(then)):
            stands = self._stands(line, stream)
            for text in then:
                spans = [span for each in self._wanted.words.within(text.text) for span in each]
                if spans:
                    yield _item(line, stream, text.field, context(text.text, spans), stands=stands)

    def _corrected_then(self, line: Line, stream: CachedStream) -> Sequence[Text]:
        """Return the other texts of what a correction corrects, as they were with it; none of another entry."""
        event = line.original.event
        if not isinstance(event, EntryCorrected) or event.entry not in stream.lines:
            return ()
        earlier = (stream.lines[version] for version in sorted(stream.lines) if version <= line.entry.version)
        entry = stream.lines[event.entry].original
        for one in earlier:
            if isinstance(one.original.event, EntryCorrected) and one.original.event.entry == event.entry:
                entry = corrected(entry, one.original.event)
        return [one for one in self._texts(entry.event) if one.field not in {*event.values, "reason"}]

    def _stands(self, line: Line, stream: CachedStream) -> bool:
        """Say whether the words stand in an entry as it is believed, or in what a correction made of one."""
        if line.retracted_by is not None:
            return False
        event = line.original.event
        if not isinstance(event, EntryCorrected):
            return all(self._places(self._texts(line.entry.event)))
        about = stream.lines.get(event.entry)
        if about is None or about.retracted_by is not None:
            return False
        reason = [one for one in self._texts(event) if one.field == "reason"]
        return all(self._places([*self._texts(about.entry.event), *reason]))

    def _texts(self, event: Event) -> list[Text]:
        return texts_of(event, self._wanted.fields)


class Sieve:
    """Tells payloads that cannot hold the words from their bytes, many at once.

    What is usual is not in a payload: a run that stands in such a text is not looked for in bytes. A correction
    may hold the words with any of them, and what this version does not know the shape of always may.
    """

    def __init__(self, terms: SearchTerms, fields: frozenset[str]) -> None:
        """Look for ``terms`` in ``fields``."""
        self._all = terms.but_for(usual_texts(fields))
        self._each = terms.each()

    def candidates(self, page: PayloadPage) -> list[int]:
        """Return the positions of those entries of a page that may hold the words."""
        together, corrections_alone = b"\n".join(page.payloads), False
        shapes = product(set(page.topics), set(page.schemas))
        if is_plain(together) and all(_is_known(*shape) for shape in shapes):
            lowered = together.lower()
            corrections_alone = not self._all.are_in(lowered)
            if corrections_alone and not any(one.are_in(lowered) for one in self._each):
                return []
        return [
            row[0]
            for row in zip(*page, strict=True)
            if (row[1] == EntryCorrected.TOPIC or not corrections_alone) and self._may_hold(*row[1:])
        ]

    def _may_hold(self, topic: str, schema: int, payload: bytes) -> bool:
        if not _is_known(topic, schema):
            return True
        if topic == EntryCorrected.TOPIC:
            return any(one.may_be_in(payload) for one in self._each)
        return self._all.may_be_in(payload)


def _has_restriction(stream: CachedStream) -> bool:
    return any(isinstance(line.original.event, Restricted) for line in stream.lines.values())


@cache
def _is_known(topic: str, schema: int) -> bool:
    """Say whether the texts of a payload stand in it as this version reads them."""
    kind = topics().get(topic)
    return kind is not None and of_today(kind, schema)


def _item(
    line: Line, stream: CachedStream, field: str, shown: tuple[str, list[list[int]]], *, stands: bool
) -> Item:
    entry = line.entry
    return {
        "register": stream.register,
        "reference": stream.reference,
        "version": entry.version,
        "position": entry.position,
        "event": entry.topic,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "actor": entry.actor,
        "field": field,
        "context": shown[0],
        "marks": shown[1],
        "stands": stands,
        "corrected_by": list(line.corrected_by),
        "retracted_by": line.retracted_by,
    }
