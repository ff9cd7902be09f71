"""Reading a foreign file, of whatever format, into traces: the one way in for imports."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from exchange.mapping.mapper import CASE, Mapper
from exchange.mapping.mapping import Mapping
from exchange.readers.native import LONGEST as OWN_LONGEST
from exchange.readers.native import MAPPINGS, EntryLines, is_own, own_format
from exchange.readers.native import rows as own_rows
from exchange.readers.native import trace as own_trace
from exchange.source.encodings import as_utf8, find_encoding, told_encoding
from exchange.source.open import SizeLimits, open_source
from exchange.source.trace import ImportRefused, Refusal, UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO, Literal, Protocol

    from exchange.source.trace import RawEvent, Trace

    Format = Literal["xes", "csv", "jsonl"]

    class _Progress(Protocol):
        @property
        def line(self) -> int: ...


_PEEKED = 65_536
_LONGEST_REASON = 300  # a reason quotes the source, where one value may be a megabyte
_APART = "import what longcase export wrote by itself"
_BY_SUFFIX: dict[str, Format] = {
    ".xes": "xes",
    ".xml": "xes",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
}
_PACKED = ".gz"
# A heading may begin with a bracket, too; what follows it tells them apart.
_ARRAY = re.compile(r"\[\s*[\[{\]]").match


def read(
    path: Path, mapping: Mapping | None, on_refusal: Callable[[Refusal], None], limits: SizeLimits | None = None
) -> Reading:
    """Return the traces of a file in XES, CSV or JSON Lines, plain or gzip; nothing is opened yet.

    Without a mapping, XES has its standard names, and the columns of the others are guessed where their
    headings leave no doubt. Iterating gives each event or row that cannot be taken to ``on_refusal`` and goes
    on; it raises ``ImportRefused`` for a file that cannot be read to its end, of which traces may have been
    given already: whoever stores them must be able to take them back.
    """
    return Reading(path, mapping or Mapping(), on_refusal, limits)


class Reading:
    """The traces of one file, and what is to be said about it.

    ``source`` is the name that identifies where events come from; ``notes`` are what was guessed. Both
    ``notes`` and ``not_kept``, the names of attributes left behind, are complete when the traces are read.
    A case's own attribute, in XES, is called ``case:name``.
    """

    def __init__(
        self, path: Path, mapping: Mapping, on_refusal: Callable[[Refusal], None], limits: SizeLimits | None
    ) -> None:
        """Read ``path`` when iterated over."""
        self.source = mapping.source or _unpacked_name(path).stem
        self.notes: list[str] = []
        self._path = path
        self._mapping = mapping
        self._mapped = mapping != Mapping(source=mapping.source)
        self._on_refusal = on_refusal
        self._limits = limits
        self._mapper: Mapper | None = None
        self._progress: _Progress | None = None

    @property
    def own(self) -> bool:
        """Whether Longcase made the file; raises ``ImportRefused`` if it cannot be opened or told."""
        with self._explained():
            return self._form[1]

    @property
    def not_kept(self) -> list[str]:
        """The names of the attributes that were met, and neither used nor kept."""
        return self._mapper.not_kept if self._mapper and not self._form[1] else []

    @property
    def all_notes(self) -> list[str]:
        """The notes, and once all is read the names in the mapping that nothing in the file has."""
        missing = self._mapper.never_met if self._mapper and not self._form[1] else []
        names = ", ".join(map(repr, missing))
        return [
            *self.notes,
            *([f"nothing in the file is called {names}, as the mapping has it"] if missing else []),
        ]

    def __iter__(self) -> Iterator[Trace]:
        """Give the traces; see ``read`` for what is raised."""
        with self._explained():
            form, own = self._form
            if own:
                if self._mapped:
                    self.notes.append("it is an export of Longcase, so the mapping plays no part in it")
                self._mapping = MAPPINGS[form]
            yield from {"xes": self._xes, "csv": self._csv, "jsonl": self._jsonl}[form](own)
            if not own and self._mapper and any(map(is_own, self._mapper.seen)):
                raise UnreadableSource("it holds entries that Longcase exported, among others", hints=(_APART,))
            if self._mapper is not None:
                self.notes += self._mapper.notes()

    @cached_property
    def _form(self) -> tuple[Format, bool]:
        with self._open() as stream:
            start = stream.read(_PEEKED).decode(errors="replace").lstrip("\ufeff \t\r\n")
        own = own_format(start)
        return own or self._mapping.format or _format_of(start, self._path), own is not None

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except UnreadableSource as error:
            reached = self._progress.line if self._progress else 1
            refusal = Refusal(str(self._path), error.line or max(reached, 1), error.reason)
            raise ImportRefused(refusal, hints=error.hints) from error

    def _refuse(self, line: int, reason: str) -> None:
        if len(reason) > _LONGEST_REASON:
            reason = f"{reason[:_LONGEST_REASON]} ..."
        self._on_refusal(Refusal(str(self._path), line, reason))

    def _xes(self, own: bool) -> Iterator[Trace]:  # noqa: FBT001  (one of three functions in a table)
        from exchange.mapping.columns import xes_names
        from exchange.readers.xes import LONGEST_TOKEN, XesReader

        self._mapper = Mapper(self._mapping, xes_names(self._mapping), self._refuse, CASE)
        with self._open() as stream:
            longest = OWN_LONGEST if own else LONGEST_TOKEN
            reader = self._progress = XesReader(stream, self._mapper, self._text_encoding, longest)
            yield from map(own_trace, reader.traces()) if own else reader.traces()

    def _csv(self, own: bool) -> Iterator[Trace]:  # noqa: FBT001  (as above)
        from exchange.readers.csv import LONGEST, CsvReader, decoded, find_form

        encoding = self._text_encoding or find_encoding(self._open, self.notes.append)
        form = find_form(self._open, encoding, self._mapping.delimiter)
        with decoded(self._open, encoding) as text:
            longest = OWN_LONGEST if own else LONGEST
            reader = self._progress = CsvReader(text, form, self._refuse, longest)
            mapper = self._map_columns(reader.headings, complete=True)
            events = reader.events(mapper.used)
            yield from self._grouped(mapper, own_rows(events) if own else events)

    def _jsonl(self, own: bool) -> Iterator[Trace]:  # noqa: FBT001  (as above)
        from exchange.readers.jsonl import JsonLinesReader, all_names

        if own:
            with self._open() as stream:
                lines = self._progress = EntryLines(stream, self._refuse)
                yield from self._grouped(self._map_columns([], complete=False), lines.events())
            return
        encoding = self._text_encoding
        with self._open() as stream:
            mapper = self._map_columns(all_names(stream, encoding), complete=False)
        with self._open() as stream:
            reader = self._progress = JsonLinesReader(stream, encoding, self._refuse)
            yield from self._grouped(mapper, reader.events(mapper.used))

    @cached_property
    def _encoding(self) -> str | None:
        with open_source(self._path, self._limits) as stream:
            return told_encoding(stream.read(4), self._mapping.encoding)

    @property
    def _text_encoding(self) -> str | None:
        """The encoding of what ``_open`` gives, where it is told."""
        return "utf-8" if self._encoding is not None and self._encoding.startswith("utf") else self._encoding

    def _open(self) -> BinaryIO:
        encoding = self._encoding
        return as_utf8(open_source(self._path, self._limits), encoding)

    def _map_columns(self, headings: list[str], *, complete: bool) -> Mapper:
        from exchange.mapping.columns import column_names

        names = column_names(self._mapping, headings, complete=complete)
        self._mapper = Mapper(self._mapping, names, self._refuse)
        return self._mapper

    def _grouped(self, mapper: Mapper, events: Iterator[RawEvent]) -> Iterator[Trace]:
        from exchange.readers.grouping import traces

        return traces(mapper, events)


def _format_of(text: str, path: Path) -> Format:
    if text.startswith("<"):
        return "xes"
    if text.startswith("{") or _ARRAY(text):
        return "jsonl"
    by_name = _BY_SUFFIX.get(_unpacked_name(path).suffix.casefold())
    if by_name is None:
        hint = 'write in a mapping which it is: format = "xes", "csv" or "jsonl"'
        raise UnreadableSource("neither its content nor its name says which format it has", hints=(hint,))
    return by_name


def _unpacked_name(path: Path) -> Path:
    return path.with_suffix("") if path.suffix.casefold() == _PACKED else path
