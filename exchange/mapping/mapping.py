"""Mappings: which attribute of a source is the case, the activity, the time, the actor. Written in TOML.

source = "fines"                        # part of each event's identity; default: the file's name
format = "csv"                          # xes, csv or jsonl; default: found from the content
case = "case id"
activity = ["step", "task"]             # a list: the first that has a value
actor = {join = ["unit", "badge"], with = "/"}   # all of them, joined; none where one is missing
role = {value = "clerk"}                # the same for all
time = "done at"                        # recorded, actor and role likewise
zone = "Europe/London"                  # of times without an offset
repeated_hour = "first"                 # where the clocks showed a time twice: first, second or refuse
time_format = "%d/%m/%Y %H:%M"          # or a list, tried in turn; default: ISO 8601
unit = "ms"                             # or times are numbers since 1970: s, ms, us or ns
encoding = "windows-1252"
delimiter = ";"
keep = ["amount", "case:channel"]       # or true for all; "case:" names a trace's attributes (XES)
ends = ["Closed"]                       # activities that resolve a case
[[rule]]                                # the first that fits makes an event of it
when = {activity = "Assign", state = {like = "open*"}, level = ["1", "2"]}
event = "case.allocated"
fields = {officer = {from = "badge", values = {"1" = "DC 1"}}, team = "north"}
[[event]]                               # instead of time and activity: one row gives several events
event = "case.resolved"
time = "closed on"                      # where it has no value, there was no such event
fields = {outcome = {from = "result"}}  # actor, role, recorded and when as above
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from domain.errors import UsageProblem
from domain.instant import zone_of
from exchange.source.open import read_small
from exchange.source.trace import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_LARGEST = 1 << 20
_NAME = 'the name of an attribute, a list of names, or {join = ["a", "b"], with = "/"}'
_PERSON = _NAME + ', or {value = "the same for all"}'
_CONSTANT = ("actor", "role")
_ALLOWED = {
    "source": "a name",
    "format": "xes, csv or jsonl",
    **dict.fromkeys(("case", "activity", "time", "recorded"), _NAME),
    **dict.fromkeys(_CONSTANT, _PERSON),
    "zone": 'the name of a time zone, such as "Europe/London"',
    "repeated_hour": "first, second or refuse, and needs a zone",
    "time_format": 'a format such as "%d/%m/%Y %H:%M", or a list of them',
    "unit": "s, ms, us or ns, where times are numbers since 1970, and goes without time_format",
    "encoding": 'the name of an encoding, such as "utf-8" or "windows-1252"',
    "delimiter": "one character",
    "keep": "true, false, or a list of names",
    "ends": "a list of activities",
    "rule": "tables [[rule]] with when, event and fields",
    "event": "tables [[event]] with event, time and fields, and if need be when, actor, role and recorded",
}
_ALLOWED_IN_RULE = {
    "when": 'a table of names and what they equal: a text, a list of texts, or {like = "open*"}',
    "event": 'the name of an event, such as "case.allocated"',
    "fields": 'a table of texts, numbers, truth values, lists, or {from = "attribute", values = {x = "y"}}',
}
_ALLOWED_IN_PART = {
    **_ALLOWED_IN_RULE,
    **dict.fromkeys(("time", "recorded"), _NAME),
    **dict.fromkeys(_CONSTANT, _PERSON),
}
_TABLES = {"rule": (_ALLOWED_IN_RULE, "a rule has"), "event": (_ALLOWED_IN_PART, "an event has")}


class Join(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several attributes that make one value together, or a ``value`` that is the same for all."""

    join: list[str] = []
    with_: str = msgspec.field(default=" ", name="with")
    value: str | None = None


class Like(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pattern in the manner of file names: ``*`` any text, ``?`` any character, ``[ab]`` one of them."""

    like: str


class From(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field whose value is an attribute of the source; ``values`` says what some of its values are here."""

    name: str = msgspec.field(name="from")
    values: dict[str, str | bool | int | float] = {}


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What makes a Longcase event of an event of the source."""

    when: dict[str, str | list[str] | Like]
    event: str
    fields: dict[str, str | bool | int | float | list[str] | From] = {}


class RowEvent(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of the events that a row gives: when it was, where its time has a value, and by whom."""

    time: str | list[str] | Join
    when: dict[str, str | list[str] | Like] = {}
    recorded: str | list[str] | Join | None = None
    actor: str | list[str] | Join | None = None
    role: str | list[str] | Join | None = None


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to read one source; see the head of this module for each key."""

    source: str | None = None
    format: Literal["xes", "csv", "jsonl"] | None = None
    case: str | list[str] | Join | None = None
    activity: str | list[str] | Join | None = None
    time: str | list[str] | Join | None = None
    recorded: str | list[str] | Join | None = None
    actor: str | list[str] | Join | None = None
    role: str | list[str] | Join | None = None
    zone: str | None = None
    repeated_hour: Literal["first", "second", "refuse"] | None = None
    time_format: str | list[str] | None = None
    unit: Literal["s", "ms", "us", "ns"] | None = None
    encoding: str | None = None
    delimiter: str | None = None
    keep: bool | list[str] = False
    ends: list[str] = []
    rule: list[Rule] = []
    event: list[RowEvent] = []

    @property
    def makers(self) -> list[Rule]:
        """Everything in it that makes events of a kind of its own."""
        return [*self.rule, *self.event]


Name = str | list[str] | Join | None

XES_NAMES: dict[str, Name] = {
    "case": "concept:name",
    "activity": "concept:name",
    "time": "time:timestamp",
    "actor": "org:resource",
    "role": "org:role",
}


def names_in(name: Name) -> list[str]:
    """Return the attributes that ``name`` reads."""
    if isinstance(name, Join):
        return name.join
    if isinstance(name, str):
        return [name]
    return name or []


def load(path: Path) -> Mapping:
    """Read a mapping from a TOML file, a regular one of at most 1 MiB.

    Raises ``UsageProblem``, which names the file, the key and what is allowed, if it cannot be used.
    """
    from domain.toml import decoded, loads

    try:
        content = loads(decoded(read_small(path, _LARGEST)))
    except UnreadableSource as error:
        msg = f"the mapping {path} cannot be read: {error.reason}"
        raise UsageProblem(msg, hints=error.hints) from error
    except ValueError as error:  # ill-formed TOML or UTF-8, or beyond all bounds
        raise UsageProblem(f"the mapping {path} is not TOML: {error}") from error
    return check(content, str(path))


def check(content: object, name: str) -> Mapping:
    """Return the mapping that ``content`` describes; ``name`` is what messages call it.

    Raises ``UsageProblem`` as ``load`` does.
    """
    try:
        mapping = msgspec.convert(content, Mapping)
    except msgspec.ValidationError as error:
        raise _problem(name, str(error)) from error
    for key, wrong in _wrong_values(mapping):
        raise UsageProblem(f"the mapping {name}, key {key!r}: {wrong}", hints=(_allowed(key),))
    return mapping


def _problem(name: str, error: str) -> UsageProblem:
    what, _, path = error.partition(" - at `$")
    key = path.rstrip("`").lstrip(".")
    where = f", key {key!r}" if key else ""
    return UsageProblem(f"the mapping {name}{where}: {what}", hints=(_allowed(key),))


def _allowed(key: str) -> str:
    top = key.partition(".")[0].partition("[")[0]
    if top in _TABLES:
        inner = key.partition("].")[2].partition(".")[0].partition("[")[0]
        (table, title), top = _TABLES[top], inner
    else:
        table, title = _ALLOWED, "a mapping has the keys"
    if top in table:
        return f"{top} is {table[top]}"
    return f"{title} {', '.join(table)}"


def _wrong_values(mapping: Mapping) -> list[tuple[str, str]]:
    wrong = [(key, "no name is given") for key in XES_NAMES | {"recorded": None} if _nameless(mapping, key)]
    if mapping.delimiter is not None and len(mapping.delimiter) != 1:
        wrong.append(("delimiter", f"{mapping.delimiter!r} is not one character"))
    looked_up: tuple[tuple[str, Callable[[str], object]], ...] = (("encoding", "".encode), ("zone", zone_of))
    for key, look_up in looked_up:
        value = getattr(mapping, key)
        if value is not None and not _is_known(value, look_up):
            wrong.append((key, f"{value!r} is not known"))
    wrong += _wrong_times(mapping)
    for number, rule in enumerate(mapping.rule):
        wrong += [(f"rule[{number}].{key}", what) for key, what in _wrong_in_rule(rule)]
    for number, part in enumerate(mapping.event):
        wrong += [(f"event[{number}].{key}", what) for key, what in _wrong_in_part(part)]
    others = [key for key in ("activity", "time", "rule", "ends") if mapping.event and getattr(mapping, key)]
    return wrong + [(key, "each row gives the events of [[event]], so that it says nothing") for key in others]


def _wrong_times(mapping: Mapping) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with how times are to be read: a format above all, before a row is blamed for it."""
    from exchange.times.formats import BadFormat, compiled

    given = mapping.time_format
    if given is not None and mapping.unit is not None:
        yield "unit", "times are numbers or have a format, not both"
    if mapping.repeated_hour is not None and mapping.zone is None:
        yield "repeated_hour", "no zone is given, so that no clocks change"
    if given == []:
        yield "time_format", "no format is given"
    for number, one in enumerate([given] if isinstance(given, str) else given or []):
        try:
            compiled(one)
        except BadFormat as error:
            yield "time_format" if isinstance(given, str) else f"time_format[{number}]", f"{one!r}: {error}"


def _nameless(names: Mapping | RowEvent, key: str) -> bool:
    name: Name = getattr(names, key)
    if isinstance(name, Join) and name.value is not None:
        return bool(name.join) or not name.value.strip() or key not in _CONSTANT
    return name is not None and (not names_in(name) or "" in names_in(name))


def _is_known(name: str, look_up: Callable[[str], object]) -> bool:
    try:
        look_up(name)
    except (LookupError, ValueError):
        return False
    return True


def _wrong_in_part(part: RowEvent) -> list[tuple[str, str]]:
    names = [(key, "no name is given") for key in ("time", "recorded", *_CONSTANT) if _nameless(part, key)]
    return names + [one for one in _wrong_in_rule(part) if one[0] != "when"]


def _wrong_in_rule(rule: Rule) -> list[tuple[str, str]]:
    wrong = []
    if not rule.when:
        wrong.append(("when", "nothing is said"))
    if rule.event.count(".") != 1 or not all(rule.event.split(".")):
        wrong.append(("event", f"{rule.event!r} is no name of an event"))
    return wrong
