"""What changed over all cases: between which pictures, the changes, and the entries recorded meanwhile."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from domain.axes import Axes
from domain.cases.events import Reported
from domain.cases.restrictions import WITHHELD
from domain.codec import Unreadable, entry_of
from domain.errors import UsageProblem
from domain.instant import FOREVER
from presentation.changes.items import RECORDED, entry_item, step_item
from presentation.changes.sentences import Counts
from presentation.instants import Edge, interval_of, parse_instant
from presentation.questions.waits import children_of, may_name
from presentation.stalled import NO_NAMES
from projections.queries.changes import KINDS, CaseChange
from projections.queries.pictures import Pictures, standing
from projections.tables.case_key import key_at
from projections.views.access import may_read_stream
from projections.views.recorded import RecordedSpan, is_late, readable, recorded
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from domain.event import Entry
    from domain.instant import Instant
    from ledger.entry import StoredEntry
    from presentation.changes.items import Item
    from presentation.look import Look
    from projections.queries.filters import Filtered
    from projections.queries.pictures import Standing
    from projections.runner.runner import Runner
    from projections.views.case_view import Unread


def pictures_of(look: Look, since: str, until: str | None) -> Pictures:
    """Return the pictures just before ``since`` and just before ``until``, as typed; without, as asked about.

    Raises ``UsageProblem`` for what is no instant, and where nothing lies between the two.
    """
    zone, now = look.zone, look.as_of.now
    first = parse_instant(since, zone=zone, now=now, edge=Edge.FIRST, name="--since")
    _, last = interval_of(None, until, zone=zone, now=now)
    return pictures_between(look, first, last, f"--since {since}")


def pictures_between(look: Look, first: Instant, last: Instant | None, typed: str) -> Pictures:
    """Return the pictures just before ``first`` and just before ``last``, in microseconds UTC.

    Neither is of what lies beyond the instants asked about. Raises ``UsageProblem``, which says what was typed,
    where nothing lies between the two.
    """
    second = look.axes if last is None or last > max(look.axes) else _capped(last - 1, look.axes)
    found = Pictures(_capped(first - 1, look.axes), second)
    if last is not None and last <= first:
        raise UsageProblem(f"{typed}: --until is not after that", hints=("give a later --until",))
    if found.first == second:
        hint = "give an earlier one" if look.axes.known_at == look.as_of.now else "see --as-at and --known-at"
        raise UsageProblem(f"{typed}: the instants asked about are not after that", hints=(hint,))
    return found


def _capped(instant: Instant, axes: Axes) -> Axes:
    return Axes(min(instant, axes.as_at), min(instant, axes.known_at))


class RecordedEntry(NamedTuple):
    """An entry that was recorded in between, and how its case stands last, if it is in one of the pictures."""

    entry: Entry
    case: Standing | None


class ChangeReader:
    """Reads what changed between two pictures, as far as whoever looks may; ``unread`` is what cannot be read."""

    def __init__(self, look: Look, runner: Runner, pictures: Pictures, wanted: Filtered) -> None:
        """Read nothing yet; ``wanted`` has the filters."""
        self.pictures = pictures
        self.unread: list[Unread] = []
        self._look = look
        self._runner = runner
        self._wanted = wanted
        self._readable = dict[bytes, bool]()

    def entries(self) -> Iterator[RecordedEntry]:
        """Yield the entries, as recorded, of the cases that the filters let through in either picture."""
        wanted = self._wanted
        narrowed = bool(wanted.category or wanted.risk or wanted.team or wanted.owner or wanted.unallocated)
        for page in recorded(self._look.ledger, _span(self.pictures)):
            keys = self._keys(sorted({row.stream for row in page}))
            pairs = standing(self._runner, self.pictures, sorted(keys.values()))
            for row in page:
                pair = pairs.get(keys[row.stream])
                if narrowed and (pair is None or not pair.is_meant(wanted)):
                    continue
                entry = self._readable_entry(row)
                if entry is not None:
                    yield RecordedEntry(entry, None if pair is None else pair.after or pair.before)

    def _keys(self, streams: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return the keys of cases in the tables, by their streams."""
        ledger = self._look.ledger
        positions = ledger.first_positions(streams)
        return dict(zip(ledger.streams_at(positions), map(key_at, positions), strict=True))

    def step_items(self, steps: Iterable[CaseChange]) -> Iterator[Item]:
        """Yield changes under the names of the contract, with the names that whoever looks may read."""
        versions = rulebook_versions(self._look.ledger)
        for step in steps:
            causes = [*step.began, *step.ended]
            named = may_name(self._look, step.case.reference, causes)
            names = children_of(self._look, step.case.reference, causes) if named else NO_NAMES
            yield step_item(step, self.pictures, versions, names, named=named)

    def entry_items(self, found: Iterable[RecordedEntry]) -> Iterator[Item]:
        """Yield entries under the names of the contract, without their text where the case may not be read."""
        for entry, case in found:
            reference = self._reference(entry.stream) if case is None else case.reference
            yield entry_item(entry, reference, case, withheld=not self._may_read(entry.stream))

    def _readable_entry(self, row: StoredEntry) -> Entry | None:
        """Return the entry of a row; why one cannot be read may quote it, and is for the readers of its case."""
        unread: list[Unread] = []
        entry = readable(row, unread)
        told = unread if not unread or self._may_read(row.stream) else [unread[0]._replace(reason=WITHHELD)]
        self.unread += told
        return entry

    def _may_read(self, stream: bytes) -> bool:
        if stream not in self._readable:
            self._readable[stream] = may_read_stream(self._look.scope, stream)
        return self._readable[stream]

    def _reference(self, stream: bytes) -> str:
        """Return the reference of a case that is in neither picture, as it was reported."""
        for row in self._look.ledger.stream(stream):
            try:
                event = entry_of(row).event
            except Unreadable:
                continue
            if isinstance(event, Reported):
                return event.reference
        return ""


def _span(pictures: Pictures) -> RecordedSpan:
    """Return the span between two pictures.

    What was recorded a little before it occurred, by a clock that is ahead, is in it, or it would be in none.
    """
    first, second = pictures
    as_at = second.as_at if second.as_at < second.known_at else FOREVER
    return RecordedSpan(first.known_at + 1, second.known_at, as_at)


class Selection(NamedTuple):
    """What is shown: some of each kind of change, some of the entries; and how much there is of everything."""

    steps: list[CaseChange]
    entries: list[RecordedEntry]
    counts: Counts


def selected(steps: Sequence[CaseChange], entries: Iterable[RecordedEntry], limit: int | None) -> Selection:
    """Return the first of each kind of changes and of the entries, ``limit`` at most in all.

    What there is little of is shown whole; the others share what is left.
    """
    by_kind = Counter(step.kind for step in steps)
    kept: list[RecordedEntry] = []
    count = late = 0
    for one in entries:
        count += 1
        late += is_late(one.entry)
        if limit is None or len(kept) < limit:
            kept.append(one)
    counts = Counts({kind: by_kind[kind] for kind in KINDS if by_kind[kind]}, count, late)
    shares = _shares({**counts.steps, RECORDED: count}, limit)
    some = [one for kind in counts.steps for one in _first(steps, kind, shares[kind])]
    return Selection(some, kept[: shares[RECORDED]], counts)


def _first(steps: Iterable[CaseChange], kind: str, count: int) -> Iterator[CaseChange]:
    return islice((one for one in steps if one.kind == kind), count)


def _shares(counts: Mapping[str, int], limit: int | None) -> dict[str, int]:
    """Return how many of each kind are shown, the least numerous first to have what they need."""
    left = sum(counts.values()) if limit is None else limit
    found: dict[str, int] = {}
    for place, kind in enumerate(sorted(counts, key=counts.__getitem__)):
        found[kind] = min(counts[kind], left // (len(counts) - place))
        left -= found[kind]
    return found
