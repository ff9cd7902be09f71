"""What expat calls while an XES file is read: one pair of handlers for each place where the parse can stand.

Swapping the pair says where the parse is, so that the handler of the many, an event's attributes, has no
more to ask than it must: a log of half a million events calls it four million times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from exchange.mapping.mapper import CASE, MOST_EVENTS, Mapper
from exchange.source.trace import NAMELESS, PROBLEM, Trace, UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from exchange.readers.xes_usual import UsualTrace
    from exchange.source.trace import RawEvent

    Start = Callable[[str, list[str]], None]
    End = Callable[[str], None]

DEEPEST = 64
MOST_ATTRIBUTES = 10_000
MOST_TAGS = 1_000
_KEY_AND_VALUE = 4
_UTF_8 = "UTF-8"
_LONGEST_PATH = 10_000
_STRUCTURE = frozenset({"log", "trace", "event", "global", "classifier", "extension"})


class _Kinds(dict[str, str]):
    """By tag: the structural element that it is, or nothing for an attribute."""

    def __missing__(self, tag: str) -> str:
        if len(self) >= MOST_TAGS:
            raise UnreadableSource(f"there are more than {MOST_TAGS} different tags")
        local = tag.rpartition(":")[2]
        kind = self[tag] = local if local in _STRUCTURE else ""
        return kind


class Handlers:
    """The state of a parse, and the traces that are complete."""

    def __init__(self, mapper: Mapper, encoding: str | None) -> None:
        """Make a parser that is fed through ``parser``; ``encoding`` overrides the file's own.

        ``ended_at`` is the byte where the end of the last trace began that was taken tag by tag.
        """
        self.parser = expat.ParserCreate(encoding)
        self.parser.ordered_attributes = True
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._root
        self.parser.XmlDeclHandler = self._declared
        self.started = False
        self.encoding = encoding or _UTF_8
        self._told = encoding is not None
        self.ended_at = -1
        self._kinds = _Kinds()
        self._mapper = mapper
        self._places: dict[str, int] = {}
        self._ready: list[Trace] = []
        self._trace_line = 0
        self._case_values: dict[str, str] = {}
        self._case_repeats: dict[str, int] = {}
        self._events: list[RawEvent] = []
        # Of the event, or attribute of a trace, that is open.
        self._values: dict[str, str] = {}
        self._repeats: dict[str, int] = {}
        self._depth = 0
        self._key = ""
        self._path: list[str] = []
        # Of the element that is passed over.
        self._passing_depth = 0
        self._resume: tuple[Start | None, End | None] = (None, None)

    def take(self) -> list[Trace]:
        """Return the traces that are complete, once."""
        ready, self._ready = self._ready, []
        return ready

    def check_size(self) -> None:
        """Raise ``UnreadableSource`` if the trace that is open has grown beyond what a case can be."""
        if len(self._events) > MOST_EVENTS:
            raise UnreadableSource(f"the trace of line {self._trace_line} has more than {MOST_EVENTS} events")
        if len(self._values) > MOST_ATTRIBUTES:
            raise UnreadableSource(f"an event or trace has more than {MOST_ATTRIBUTES} attributes")

    def in_usual_encoding(self) -> bool:
        """Say whether what is read is UTF-8, whose marks of XML are single bytes and part of no other."""
        return self.encoding.upper() == _UTF_8

    def pass_through(self) -> None:
        """Have nothing called for what comes: a whole trace, which is given to ``take_whole`` instead."""
        self._handle(None, None)

    def take_whole(self, trace: UsualTrace) -> None:
        """Take a trace that was found beside the parser, which has read it."""
        self._trace_line, self._case_values, self._events = trace
        self._complete_trace()

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if not self._told and encoding is not None:
            self.encoding = encoding

    def _refuse_doctype(self, *_: object) -> None:
        raise UnreadableSource("it has a DOCTYPE, which XES never needs", hints=("remove the DOCTYPE",))

    def _handle(self, start: Start | None, end: End | None) -> None:
        self.parser.StartElementHandler = start
        self.parser.EndElementHandler = end

    def _refuse(self, reason: str) -> None:
        self._mapper.refuse(self.parser.CurrentLineNumber, reason)

    def _root(self, tag: str, _: list[str]) -> None:
        self.started = True
        if self._kinds[tag] != "log":
            raise UnreadableSource(f"it is no XES: its first element is <{tag[:40]}>")
        self._handle(self._in_log, None)

    def _in_log(self, tag: str, _: list[str]) -> None:
        kind = self._kinds[tag]
        if kind == "trace":
            self._trace_line = self.parser.CurrentLineNumber
            self._case_values, self._case_repeats, self._events = {}, {}, []
            self._handle(self._in_trace, self._end_of_trace)
            return
        if kind == "event":
            self._refuse("the event stands outside a trace, so that its case is not known")
        elif kind == "log":
            self._refuse("<log> inside <log>")
        self._pass_over(self._in_log, None)

    def _pass_over(self, start: Start | None, end: End | None) -> None:
        self._resume = (start, end)
        self._passing_depth = 0
        self._handle(self._passing, self._passed)

    def _passing(self, _tag: str, _attributes: list[str]) -> None:
        self._passing_depth += 1
        _check_depth(self._passing_depth)

    def _passed(self, _: str) -> None:
        if self._passing_depth == 0:
            self._handle(*self._resume)
        else:
            self._passing_depth -= 1

    def _in_trace(self, tag: str, attributes: list[str]) -> None:
        kind = self._kinds[tag]
        if kind == "event":
            self._values = {}
            self._repeats = {}
            self._depth = 0
            self._events.append((self.parser.CurrentLineNumber, self._values))
            self._handle(self._in_event, self._end_in_event)
        elif kind:
            self._refuse(f"<{kind}> inside a trace")
            self._pass_over(self._in_trace, self._end_of_trace)
        else:
            self._values, self._repeats = self._case_values, self._case_repeats
            self._depth = 0
            self._handle(self._in_event, self._end_in_attribute)
            self._in_event(tag, attributes)

    def _in_event(self, tag: str, attributes: list[str]) -> None:
        depth = self._depth = self._depth + 1
        if depth == 1 and len(attributes) == _KEY_AND_VALUE and not self._kinds[tag]:
            key_, key, value_, value = attributes
            if key_ == "key" and value_ == "value" and key and key not in (values := self._values):
                self._key = key
                values[key] = value
                return
        self._in_event_otherwise(depth, tag, attributes)

    def _in_event_otherwise(self, depth: int, tag: str, attributes: list[str]) -> None:
        """Take what is nested, repeated or without a value, and refuse what is no attribute."""
        if kind := self._kinds[tag]:
            self._refuse(f"<{kind}> inside an event or attribute")
            self._depth -= 1
            self._pass_over(self._in_event, self.parser.EndElementHandler)
            return
        _check_depth(depth)
        given = dict(zip(attributes[::2], attributes[1::2], strict=True))
        name = self._name(depth, given.get("key") or _nameless(tag))
        if (value := given.get("value")) is not None:
            self._put(name, value)

    def _name(self, depth: int, key: str) -> str:
        if depth == 1:
            self._key = key
            return key
        if depth == 2:  # noqa: PLR2004  (the first that is nested)
            self._path = [self._key]
        del self._path[depth - 1 :]
        self._path.append(key)
        if sum(map(len, self._path)) > _LONGEST_PATH:
            raise UnreadableSource(f"the names of nested attributes are longer than {_LONGEST_PATH} together")
        return "/".join(self._path)

    def _put(self, name: str, value: str) -> None:
        values = self._values
        if values.setdefault(name, value) == value:
            return
        number = self._repeats[name] = self._repeats.get(name, 1) + 1
        values[f"{name}[{number}]"] = value
        if (CASE + name if values is self._case_values else name) in self._mapper.used:
            values[PROBLEM] = f"{name!r} is given twice, with different values"

    def _end_in_event(self, _: str) -> None:
        if self._depth:
            self._depth -= 1
        else:
            self._handle(self._in_trace, self._end_of_trace)

    def _end_in_attribute(self, _: str) -> None:
        self._depth -= 1
        if not self._depth:
            self._handle(self._in_trace, self._end_of_trace)

    def _end_of_trace(self, _: str) -> None:
        self.ended_at = self.parser.CurrentByteIndex
        self._complete_trace()

    def _complete_trace(self) -> None:
        self._handle(self._in_log, None)
        self._mapper.note([CASE + name for name in self._case_values if name])
        case = self._mapper.case(self._case_values)
        if not self._events:
            self._mapper.refuse(self._trace_line, "the trace has no events, so that its times are not known")
        elif PROBLEM in self._case_values:
            self._refuse_events(self._case_values[PROBLEM])
        elif not case or case.isspace():
            self._refuse_events(f"has no case: {self._mapper.missing('case')}")
        else:
            self._complete(case)
        self._events = []

    def _refuse_events(self, reason: str) -> None:
        for line, _ in self._events:
            self._mapper.refuse(line, f"the trace of line {self._trace_line}: {reason}")

    def _complete(self, case: str) -> None:
        place = self._places.get(case, 0)
        self._places[case] = place + len(self._events)
        if self._mapper.reads_case:
            of_case = {CASE + name: value for name, value in self._case_values.items()}
            self._events = [(line, of_case | values) for line, values in self._events]
        activities = self._mapper.activities(self._events, place)
        if activities:
            kept = self._mapper.kept(self._case_values, CASE)
            self._ready.append(Trace(case, self._mapper.in_order(activities), kept))


def _check_depth(depth: int) -> None:
    if depth > DEEPEST:
        raise UnreadableSource(f"its elements are nested more than {DEEPEST} deep")


def _nameless(tag: str) -> str:
    """Return what stands in a name for an element without a key, which ``<values>`` of a list may be."""
    return "values" if tag.rpartition(":")[2] == "values" else NAMELESS
