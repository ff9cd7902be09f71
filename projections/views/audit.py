"""Who acted when, over all cases and registers, in the order in which the ledger took the entries.

The ledger is read once, page by page. What concerns the entry alone (who, in which role, which event) is
judged first; only for an entry that passes is its stream looked up, and kept for the next entry of the same
stream, so that memory is bounded whatever the size of the ledger. Only a sort remembers two numbers an entry.
"""

from __future__ import annotations

from difflib import get_close_matches
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from domain.axes import LATEST
from domain.cases.belief import AMENDING
from domain.cases.flag_names import NAMES, OF_REGISTER, named, without_text
from domain.cases.flags import lateness
from domain.cases.restrictions import WITHHELD
from domain.cases.rules import acts_as
from domain.codec import Unreadable, entry_of, topics
from domain.errors import UsageProblem
from domain.identity import case_stream, known, same_name
from domain.instant import SECOND
from projections.views.access import Scope, left_out, no_case
from projections.views.stream_cache import CachedStream, StreamCache
from projections.views.timeline import FIELDS as LINE_FIELDS
from projections.views.timeline import Item, Line, item

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator

    from domain.instant import Instant
    from ledger.entry import StoredEntry
    from ledger.reader import LedgerReader
    from projections.views.case_view import Unread

FIELDS = (*LINE_FIELDS, "register", "reference", "withheld")
"""What an item holds: a timeline's, whose it is, and whether its text is withheld."""

PAGE = 1_000

_TEXT = ("summary", "reason", "origin")


class Filter(NamedTuple):
    """What is asked for. Whatever is empty lets everything through; all that is given must hold.

    ``case`` is a reference; ``by`` are people, who acted or in whose name somebody acted; ``events`` are
    names as stored, with or without what stands before the point; ``flags`` are names of flags; ``since``
    (included) and ``until`` (not included) bound when it occurred, ``recorded_since`` and ``recorded_until``
    when the ledger took it, in microseconds UTC. ``after`` is a position: with one, what follows is a feed.
    """

    case: str | None = None
    by: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    since: Instant | None = None
    until: Instant | None = None
    late: bool = False
    corrected: bool = False
    irregular: bool = False
    recorded_since: Instant | None = None
    recorded_until: Instant | None = None
    after: int | None = None


def audit(
    scope: Scope,
    wanted: Filter,
    *,
    newest_first: bool = False,
    progress: Callable[[int], None] = lambda _count: None,
    unread: list[Unread] | None = None,
    unasked: Counter[str] | None = None,
) -> Iterator[Item]:
    """Yield the entries asked for, in order of position, as items of a timeline.

    The text of an entry is withheld where its case is restricted and who asks is not among its readers.
    ``progress`` is called with the number of entries looked at. Raises ``NotFound`` for a case that does not
    exist, ``UsageProblem`` for an event or a flag that does not. Entries that cannot be read are left
    out and added to ``unread``; without one, ``StoreError`` is raised for them at the end. Where flags of the
    register are asked for, ``unasked`` counts the entries that imports brought, of which it was not asked.

    A feed, which ``wanted.after`` asks for, has every entry whenever it occurred, whatever the axes; it ends
    before the first entry asked for that cannot be read, which alone is added to ``unread``.
    """
    left: list[Unread] = [] if unread is None else unread
    streams = StreamCache(scope if wanted.after is None else scope._replace(axes=LATEST))
    for line, stream in _found(streams, scope.ledger, wanted, progress, left, unasked, newest_first=newest_first):
        yield _item(line, stream)
    if left and unread is None:
        raise left_out(left)


def by_lateness(
    scope: Scope,
    wanted: Filter,
    *,
    most_first: bool,
    limit: int | None,
    progress: Callable[[int], None],
    unread: list[Unread],
    unasked: Counter[str],
) -> Iterator[Item]:
    """Yield the entries asked for, ``limit`` at most, by how late they were known, then by position.

    Two numbers are kept in memory for each entry, for ``limit`` of them at most if there is one. The rest is as
    of ``audit``.
    """
    streams, ledger, sign = StreamCache(scope), scope.ledger, -1 if most_first else 1
    found = _found(streams, ledger, wanted, progress, unread, unasked, newest_first=False)
    keys = ((sign * (lateness(line.entry) // SECOND), line.entry.position) for line, _ in found)
    for _, position in sorted(keys) if limit is None else nsmallest(limit, keys):
        row = ledger.select_notifications(position, 1, position)[0]
        stream = streams.of(row.stream)
        yield _item(stream.lines[row.version], stream)


def _found(
    streams: StreamCache,
    ledger: LedgerReader,
    wanted: Filter,
    progress: Callable[[int], None],
    left: list[Unread],
    unasked: Counter[str] | None,
    *,
    newest_first: bool,
) -> Iterator[tuple[Line, CachedStream]]:
    """Yield the lines asked for, each with its stream, in order of position; add to ``left`` what is unread."""
    topics = tuple(topic for name in wanted.events for topic in topics_of(name))
    wanted = wanted._replace(flags=tuple(map(flag_of, wanted.flags)))
    for row in _rows(ledger, wanted, topics, progress, newest_first=newest_first):
        if not _header_passes(row, wanted):
            continue
        stream = streams.of(row.stream)
        line = stream.lines.get(row.version)
        if wanted.after is None:
            left += (one for one in stream.unread if one not in left)
        elif line is None:
            left += (one for one in stream.unread if one.version == row.version)
            return
        if line is not None and _passes(line, wanted):
            yield line, stream
        elif line is not None and unasked is not None and _unasked(line, wanted):
            unasked["imported"] += 1


def topics_of(name: str) -> tuple[str, ...]:
    """Return the stored names that ``name`` stands for; raise ``UsageProblem`` if there are none."""
    plain = name.strip().lower()
    found = tuple(topic for topic in topics() if plain in {topic, topic.partition(".")[2]})
    if found:
        return found
    near = get_close_matches(plain, [*topics(), *(topic.partition(".")[2] for topic in topics())], n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"one of: {', '.join(topics())}"
    raise UsageProblem(f"no event is named {name!r}", hints=(hint,))


def flag_of(name: str) -> str:
    """Return the flag that ``name`` stands for; raise ``UsageProblem`` if there is none."""
    plain = name.strip().lower()
    if plain in NAMES:
        return plain
    near = get_close_matches(plain, sorted(NAMES), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"one of: {', '.join(sorted(NAMES))}"
    raise UsageProblem(f"no flag is named {name!r}", hints=(hint,))


def _rows(
    ledger: LedgerReader,
    wanted: Filter,
    topics: tuple[str, ...],
    progress: Callable[[int], None],
    *,
    newest_first: bool,
) -> Iterator[StoredEntry]:
    after = wanted.after or 0
    if wanted.case is None:
        yield from _paged(ledger, after, topics, progress, newest_first=newest_first)
        return
    rows = ledger.stream(known(case_stream, wanted.case.strip(), ledger.stream))
    if not rows:
        raise no_case(ledger, wanted.case)
    for row in reversed(rows) if newest_first else rows:
        if row.position > after and (not topics or row.topic in topics):
            yield row


def _paged(
    ledger: LedgerReader,
    after: int,
    topics: tuple[str, ...],
    progress: Callable[[int], None],
    *,
    newest_first: bool,
) -> Iterator[StoredEntry]:
    """Yield the rows after a position up to the last of this moment, page by page, of the named topics or all."""
    head = ledger.head()[0]
    starts = range(after + 1, head + 1, PAGE)
    for start in reversed(starts) if newest_first else starts:
        stop = min(start + PAGE - 1, head)
        page = ledger.select_notifications(start, PAGE, stop, topics)
        yield from reversed(page) if newest_first else page
        progress(stop - start + 1)


def _header_passes(row: StoredEntry, wanted: Filter) -> bool:
    """Judge what no correction changes, without looking up the stream."""
    if wanted.recorded_since is not None and row.recorded_at < wanted.recorded_since:
        return False
    if wanted.recorded_until is not None and row.recorded_at >= wanted.recorded_until:
        return False
    if wanted.roles and not any(same_name(row.role, one) for one in wanted.roles):
        return False
    return not wanted.by or _acts_as(row, wanted.by)


def _acts_as(row: StoredEntry, people: tuple[str, ...]) -> bool:
    if any(same_name(row.actor, one) for one in people):
        return True
    if b"on_behalf_of" not in row.payload:
        return False
    try:
        entry = entry_of(row)
    except Unreadable:  # it may be for any of them: whoever reads its stream tells of it
        return True
    return any(acts_as(entry, one) for one in people)


def _unasked(line: Line, wanted: Filter) -> bool:
    """Say whether an entry is asked for but for a flag of the register, and an import brought it."""
    event = line.entry.event
    brought = event.via == "import" and not isinstance(event, AMENDING)
    return brought and not OF_REGISTER.isdisjoint(wanted.flags) and _passes(line, wanted._replace(flags=()))


def _passes(line: Line, wanted: Filter) -> bool:
    at = line.entry.occurred_at
    if wanted.since is not None and at < wanted.since:
        return False
    if wanted.until is not None and at >= wanted.until:
        return False
    if wanted.flags and not any(named(flag) in wanted.flags for flag in line.flags):
        return False
    if wanted.late and "late" not in line.flags:
        return False
    if wanted.corrected and not (line.corrected_by or line.retracted_by):
        return False
    return bool(line.flags) or not wanted.irregular


def _item(line: Line, stream: CachedStream) -> Item:
    found = item(line)
    if not stream.readable:
        found |= dict.fromkeys(_TEXT) | {"summary": WITHHELD, "details": {}}
        found["flags"] = without_text(line.flags)
    return found | {
        "register": stream.register,
        "reference": stream.reference,
        "withheld": not stream.readable,
    }
