"""A mapping guessed from the headings and the first rows of a file, for a person to look over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from domain.instant import parse
from exchange.mapping.columns import column_for
from exchange.source.trace import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import tzinfo

    from domain.vocabulary import Vocabulary

LOOKED_AT = 500
"""How many rows are looked at."""

FORMATS = (
    *("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y"),
    *("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y", "%d-%m-%Y %H:%M", "%d-%m-%Y"),
    *("%d %b %Y %H:%M", "%d %b %Y", "%d-%b-%Y", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%H:%M", "%H:%M:%S"),
    *("%d-%m-%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M:%S.%f"),
)
_CLOCK = ("%H:%M", "%H:%M:%S")
_ISO = ""
_MOST_VALUES = 12

# Parts of headings, the more telling first.
_WORDS = {
    "case": ("case", "ref", "incident", "crime no", "file no", "number", "id"),
    "activity": ("activity", "event", "step", "action", "task", "status", "what"),
    "actor": ("officer", "actor", "user", "badge", "collar", "clerk", "staff", "entered by", "resource", "who"),
}
_Event = tuple[tuple[str, ...], str, str, tuple[str, ...]]
_EVENTS: Final[tuple[_Event, ...]] = (
    (("reopen", "re-open"), "case.reopened", "reason", ("reason",)),
    (("alloc", "assign", "given"), "case.allocated", "officer", ("officer", "owner", "allocated to")),
    (
        ("clos", "resol", "finali", "outcome", "disposed"),
        "case.resolved",
        "outcome",
        ("outcome", "result", "reason"),
    ),
    (
        ("report", "open", "receiv", "creat", "raised"),
        "case.reported",
        "category",
        ("offence", "category", "type"),
    ),
)
"""By parts of a heading or activity: the event it may be, a field of it, and parts of that field's heading."""


class FileColumn(NamedTuple):
    """A column: its values in the rows looked at, and how it writes times, if it holds such.

    ``formats`` are all that fit every value; the empty one is ISO 8601.
    """

    name: str
    values: list[str]
    formats: list[str]

    @property
    def distinct(self) -> list[str]:
        """The different values, in the order in which they first appear."""
        return list(dict.fromkeys(self.values))

    @property
    def is_time(self) -> bool:
        """Whether every value is an instant or a day."""
        return bool(self.formats) and self.formats[0] not in _CLOCK


def columns(names: Sequence[str], rows: Iterable[dict[str, str]]) -> list[FileColumn]:
    """Return the columns of some rows."""
    found: dict[str, list[str]] = {name: [] for name in names}
    for row in rows:
        for name, value in row.items():
            found.setdefault(name, []).append(value)
    return [FileColumn(name, values, list(_formats(values))) for name, values in found.items()]


def is_time(text: str) -> bool:
    """Say whether a text is an instant, a day or a time of day, however it is written."""
    return any(True for _ in _formats([text]))


def _formats(values: Sequence[str]) -> Iterator[str]:
    from datetime import UTC, datetime

    if not values:
        return
    if all(_reads(value, UTC) for value in values):
        yield _ISO
    for form in FORMATS:
        try:
            for value in values:
                datetime.strptime(value.strip(), form)  # noqa: DTZ007  (only whether it fits)
        except ValueError:
            continue
        yield form


def _reads(text: str, zone: tzinfo | None) -> bool:
    try:
        parse(text, zone)
    except (ValueError, OverflowError):
        return False
    return not text.isdigit()


def guessed(found: Sequence[FileColumn], vocabulary: Vocabulary, source: str) -> str:
    """Return the text of a mapping for a file with these columns, with a comment wherever a person must look."""
    return "".join(f"{line}\n" for line in _Guess(found, vocabulary, source).lines())


class _Guess:
    """What each column may be."""

    def __init__(self, found: Sequence[FileColumn], vocabulary: Vocabulary, source: str) -> None:
        self._columns = found
        self._vocabulary = vocabulary
        self._source = source
        self._times = [one for one in found if one.is_time]
        clock = [one for one in found if one.formats and one.formats[0] in _CLOCK]
        self._clock = clock[0] if len(clock) == 1 else None
        self._case = self._named("case")

    def _named(self, key: str) -> FileColumn | None:
        """Return the column that a key of a mapping is for: by its whole heading, else by a part of it."""
        names = [one.name for one in self._columns]
        try:
            whole = column_for(key, names)
        except UnreadableSource:
            whole = None
        others = [one for one in self._columns if not one.formats]
        part = (one for word in _WORDS.get(key, ()) for one in others if word in one.name.casefold())
        return next((one for one in self._columns if one.name == whole), next(part, None))

    @property
    def wide(self) -> bool:
        """Whether a row seems to be a whole case: several times, and no case twice."""
        days = [one for one in self._times if not _start_or_end(one)]
        return len(days) > 1 and self._case is not None and len(self._case.distinct) == len(self._case.values)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the mapping."""
        yield "# Guessed from the headings and the first rows: look over every line before you import by it,"
        yield "# and try it first: longcase import FILE --mapping THIS --dry-run"
        yield f"source = {quoted(self._source)}"
        yield _key("case", self._case, "which column names the case?")
        yield from self._times_of_all()
        yield from self._wide() if self.wide else self._narrow()

    def _times_of_all(self) -> Iterator[str]:
        used = [one for one in self._times if _ISO not in one.formats]
        forms = list(dict.fromkeys(self._written(one) for one in self._times)) if used else []
        if forms:
            yield f"time_format = [{', '.join(map(quoted, forms))}]"
        if any({"%d/%m/%Y", "%m/%d/%Y"} <= {form.partition(" ")[0] for form in one.formats} for one in used):
            yield "# Is the day or the month first? No row tells."
        if not all(_reads(value, None) for one in self._times for value in one.values):
            yield 'zone = "Europe/London"  # times have no offset: is this where they were written?'

    def _written(self, column: FileColumn) -> str:
        form = column.formats[0] or "%Y-%m-%d"
        clock = self._clock
        return f"{form} {clock.formats[0]}" if clock and "%H" not in form and self._beside_clock(column) else form

    def _beside_clock(self, column: FileColumn) -> bool:
        """Say whether the column of a time of day belongs to this day: it stands next to it."""
        names = [one.name for one in self._columns]
        return self._clock is not None and names.index(self._clock.name) == names.index(column.name) + 1

    def _time(self, column: FileColumn) -> str:
        if self._clock is None or not self._beside_clock(column):
            return quoted(column.name)
        return f'{{join = [{quoted(column.name)}, {quoted(self._clock.name)}], with = " "}}'

    def _narrow(self) -> Iterator[str]:
        activity, named = self._named("activity"), self._named("time")
        times = sorted(self._times, key=lambda one: one is not named)
        yield _key("activity", activity, "which column says what happened?")
        yield f"time = {self._time(times[0])}" if times else '# time = "..."  # which column says when?'
        if len(times) > 1:
            yield f"# recorded = {quoted(times[1].name)}  # is it when the source recorded it?"
        yield _key("actor", self._named("actor"), "which column says who acted?")
        yield from self._kept()
        found = [(word, _event_in(word)) for word in (activity.distinct[:_MOST_VALUES] if activity else ())]
        reports = [word for word, fits in found if fits is not None and fits[1] == "case.reported"]
        for word, fits in found:
            if fits is not None and (word not in reports or len(reports) == 1):
                yield ""
                yield "[[rule]]"
                yield f"when = {{activity = {quoted(word)}}}"
                yield from self._event(*fits[1:])
        if len(reports) > 1:
            yield ""
            yield f"# Which of these is the report of the case? {', '.join(map(quoted, reports))}"

    def _event(self, event: str, field: str, parts: Sequence[str]) -> Iterator[str]:
        names = ((one, one.name.casefold()) for one in self._columns if not one.formats and one is not self._case)
        found = next((one for one, name in names if any(part in name for part in parts)), None)
        yield f"event = {quoted(event)}"
        if found is not None and found.values:
            values = f", values = {{{self._values(found)}}}" if field == "category" else ""
            yield f"fields = {{{field} = {{from = {quoted(found.name)}{values}}}}}"
        elif event == "case.reported":
            yield 'fields = {category = "other"}  # which category?'
        else:
            yield f'fields = {{{field} = "unknown"}}  # which column has the {field}?'

    def _values(self, column: FileColumn) -> str:
        """Return a value table of a column's first values, each with the nearest of our categories."""
        from difflib import get_close_matches

        known = list(self._vocabulary.categories)
        near = {
            word: next(iter(get_close_matches(word.casefold().replace(" ", "-"), known, 1)), "other")
            for word in column.distinct[:_MOST_VALUES]
        }
        return ", ".join(f"{quoted(word)} = {quoted(ours)}" for word, ours in near.items())

    def _wide(self) -> Iterator[str]:
        yield "# A row seems to be a whole case: each of its times is an event of its own."
        yield '# actor = "..."  # which column says who acted? Or for all: actor = {value = "..."}'
        yield from self._kept()
        risk = next((one for one in self._columns if "risk" in one.name.casefold()), None)
        for column in self._times:
            yield ""
            yield "[[event]]"
            yield f"time = {self._time(column)}"
            fits = _event_in(column.name)
            if fits is not None:
                yield from self._event(*fits[1:])
            else:
                yield 'event = "case.action-recorded"'
                yield 'fields = {kind = "note"}  # which kind? A note is no work, and stops no clock'
            if risk is not None and fits is not None and fits[1] == "case.reported":
                yield from self._risk(risk, column)

    def _risk(self, risk: FileColumn, column: FileColumn) -> Iterator[str]:
        from difflib import get_close_matches

        names = ("low", "medium", "high", "very high")
        near = {
            word: next(iter(get_close_matches(word.casefold(), names, 1)), "medium") for word in risk.distinct
        }
        table = ", ".join(f"{quoted(word)} = {quoted(ours)}" for word, ours in near.items())
        yield ""
        yield "[[event]]"
        yield f"time = {self._time(column)}"
        yield 'event = "case.risk-assessed"'
        yield f"fields = {{risk = {{from = {quoted(risk.name)}, values = {{{table}}}}}}}  # does each fit?"

    def _kept(self) -> Iterator[str]:
        yield "# keep = [...]  # columns to keep with each entry as they are; personal data stay for ever"


def _event_in(words: str) -> _Event | None:
    """Return the event that a heading or an activity may be, or ``None``."""
    return next((one for one in _EVENTS if any(part in words.casefold() for part in one[0])), None)


def _start_or_end(column: FileColumn) -> bool:
    """Say whether a column of times seems to be when a row was made: rows of events have such beside theirs."""
    return any(word in column.name.casefold() for word in ("entered", "recorded", "start", "updated", "modified"))


def _key(key: str, column: FileColumn | None, question: str) -> str:
    return f'# {key} = "..."  # {question}' if column is None else f"{key} = {quoted(column.name)}"


def quoted(text: str) -> str:
    """Return a text as TOML has it."""
    kept = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(one if one.isprintable() else f"\\U{ord(one):08X}" for one in kept) + '"'
