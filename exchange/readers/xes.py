"""Reading XES (IEEE 1849), streaming, on expat.

Only what belongs to a case is read: traces, events and their attributes. Attributes of the log, its
classifiers and extensions are passed over. So are the defaults in ``<global>``: they are what a tool fills in
for a *new* event, and to take one for a missing name, time or person would invent a fact. The type of an
attribute is not judged, as its text is what is kept. Namespaces and prefixes are ignored.

A nested attribute is called ``outer/inner``; one of several with a name is called ``name[2]``, and so on.
Repeated with the same value it is one; repeated with another, an event whose mapping reads it is refused.

What is not taken is refused with its line: an event outside a trace, a trace without events or without a
name, a trace or event where none can be, an event without activity or time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from exchange.readers.xes_handlers import Handlers
from exchange.readers.xes_usual import END, lines_are_plain, trace_at, usual
from exchange.source.open import CHUNK
from exchange.source.trace import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from exchange.mapping.mapper import Mapper
    from exchange.source.trace import Trace

LONGEST_TOKEN = 1 << 20


class XesReader:
    """Reads one XES file; ``line`` says how far it has come."""

    def __init__(
        self, stream: BinaryIO, mapper: Mapper, encoding: str | None = None, longest: int = LONGEST_TOKEN
    ) -> None:
        """Read ``stream``; ``encoding`` overrides what the file says of itself.

        ``longest`` is how many bytes a tag or comment may have.
        """
        self._longest = longest
        self._stream = stream
        self._handlers = Handlers(mapper, encoding)
        self._fed = 0
        # Whether the last that was read is the end of a trace: then nothing else is open, such as a comment.
        self._at_next = False

    @property
    def line(self) -> int:
        """The line that is being read, from 1."""
        return self._handlers.parser.CurrentLineNumber

    def traces(self) -> Iterator[Trace]:
        """Give the traces as they stand in the file; raise ``UnreadableSource`` where it is no XES."""
        while chunk := self._stream.read(CHUNK):
            self._take_in(chunk)
            self._handlers.check_size()
            # An unfinished tag is held in memory, and read anew with every chunk.
            if self._fed - self._handlers.parser.CurrentByteIndex > self._longest + CHUNK:
                raise UnreadableSource(f"a tag or comment is longer than {self._longest} bytes")
            yield from self._handlers.take()
        self._parse(b"", final=True)
        yield from self._handlers.take()

    def _take_in(self, chunk: bytes) -> None:
        """Have a chunk parsed: traces of the usual form as a whole, whatever else there is tag by tag."""
        at, apart = 0, lines_are_plain(chunk)
        while at < len(chunk):
            whole = (
                trace_at(chunk, at) if apart and self._at_next and self._handlers.in_usual_encoding() else None
            )
            if whole is not None and self._whole(whole[0]):
                at = whole.end()
                continue
            end = chunk.find(END, at) if apart else -1
            piece = chunk[at:] if end < 0 else chunk[at : end + len(END)]
            self._parse(piece, final=False)
            self._at_next = self._handlers.ended_at + len(END) == self._fed
            # What no trace ends with is part of something else, which would be read anew with every piece.
            apart = apart and self._at_next
            at += len(piece)

    def _whole(self, piece: bytes) -> bool:
        """Take a trace of the usual form, unless it is none after all."""
        try:
            trace = usual(piece.decode(), self.line)
        except UnicodeDecodeError:  # what is wrong is the parser's to say
            return False
        if trace is None:
            return False
        self._handlers.pass_through()
        self._parse(piece, final=False)
        self._handlers.take_whole(trace)
        return True

    def _parse(self, chunk: bytes, *, final: bool) -> None:
        self._fed += len(chunk)
        try:
            self._handlers.parser.Parse(chunk, final)
        except expat.ExpatError as error:
            raise UnreadableSource(
                f"ill-formed XML: {expat.ErrorString(error.code)}", line=error.lineno
            ) from error
        except (LookupError, ValueError) as error:
            if self._handlers.started:
                raise
            raise UnreadableSource(f"its encoding cannot be read: {error}") from error
