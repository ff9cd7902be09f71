"""From an event's values to an ``Activity``, as the mapping says; one mapper serves one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange.mapping.mapping import names_in
from exchange.mapping.selectors import condition, decider, fields_of, names_in_rules, names_of, pick
from exchange.source.trace import PROBLEM, Activity, UnreadableSource
from exchange.times.reading import Times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from domain.instant import Instant
    from exchange.mapping.mapping import Mapping, Name, RowEvent
    from exchange.mapping.selectors import Values
    from exchange.source.trace import RawEvent, Refuse

CASE = "case:"
MOST_EVENTS = 250_000
MOST_NAMES = 10_000
LONGEST_NAME = 1_000

_new = tuple.__new__


class Unfit(Exception):
    """Raised where an event cannot be taken, with the reason."""


class Mapper:
    """Makes activities, refuses what does not fit, and remembers the names it did not keep."""

    def __init__(self, mapping: Mapping, names: dict[str, Name], refuse: Refuse, case_prefix: str = "") -> None:
        """Make a mapper; ``names`` are the mapping's with the defaults of the format filled in.

        ``case_prefix`` stands before the names of a case's own attributes, where a format has such. ``seen``
        are the names of the attributes that were met.
        """
        self.names = names
        self.refuse = refuse
        self.case = pick(names["case"])
        of_events = (names_in(name) for key, name in names.items() if key != "case")
        self.used = names_in_rules(mapping.makers).union(*of_events, *map(names_of, mapping.event))
        self.reads_case = any(case_prefix and name.startswith(case_prefix) for name in self.used)
        self.used.update(case_prefix + name for name in names_in(names["case"]))
        self._activity_name, self._time = pick(names.get("activity")), pick(names.get("time"))
        self._actor, self._role = pick(names.get("actor")), pick(names.get("role"))
        self._recorded = pick(names["recorded"]) if names.get("recorded") else None
        self._times = Times(mapping.zone, mapping.repeated_hour, mapping.time_format, mapping.unit)
        self._instant = self._times.instant
        self.in_order = self._times.in_order
        self.notes = self._times.notes
        self._parts = [EventOfRow(part, names, self._instant) for part in mapping.event]
        self._decide = decider(mapping)
        self._keep_all = mapping.keep is True
        self._kept = frozenset(mapping.keep if isinstance(mapping.keep, list) else ())
        self._mapped = frozenset(name for name in names.values() if isinstance(name, str))
        self.seen: set[str] = set()
        self._wanted = names_in_rules(mapping.makers).union(self._kept, *map(names_of, mapping.event))

    @property
    def never_met(self) -> list[str]:
        """The names that rules read or the mapping keeps, and that nothing so far has had, in order."""
        return sorted(self._wanted - self.seen)

    @property
    def not_kept(self) -> list[str]:
        """The names met so far whose values are neither used nor kept, in order."""
        return sorted(self.seen - self._kept - self.used) if not self._keep_all else []

    def note(self, names: Iterable[str]) -> None:
        """Remember that these names were met; raise ``UnreadableSource`` for too many, or one too long."""
        self.seen.update(names)
        if len(self.seen) > MOST_NAMES:
            raise UnreadableSource(f"there are more than {MOST_NAMES} different names of attributes")
        if any(len(name) > LONGEST_NAME for name in names):
            raise UnreadableSource(f"the name of an attribute is longer than {LONGEST_NAME} characters")

    def activities(self, events: Iterable[RawEvent], place: int) -> list[Activity]:
        """Map events of one case whose first has ``place``; those that do not fit are refused, one by one."""
        mapped: list[Activity] = []
        for at, (line, values) in enumerate(events, place):
            if not self.seen.issuperset(values):
                self.note(values)
            try:
                if self._parts:
                    mapped += self._several(at, line, values)
                else:
                    mapped.append(self.activity(at, line, values))
            except Unfit as reason:
                self.refuse(line, str(reason))
        return mapped

    def activity(self, place: int, line: int, values: Values) -> Activity:
        """Map one event. Raises ``Unfit``, with the reason, if it cannot be taken."""
        activity = self._activity_name(values)
        if not activity or activity.isspace() or PROBLEM in values:
            raise Unfit(values.get(PROBLEM) or f"no activity: {self.missing('activity')}")
        time_text = self._time(values)
        occurred_at = self._when("time", time_text)
        recorded_at = None
        if self._recorded is not None and (text := self._recorded(values)):
            recorded_at = self._when("recorded", text)
            self._times.note(text, line)
        event, fields = self._decide(activity, values) if self._decide else (None, None)
        return _new(
            Activity,
            (
                place,
                activity,
                occurred_at,
                time_text,
                recorded_at,
                _filled(self._actor(values)),
                _filled(self._role(values)),
                event,
                fields,
                self.kept(values) if self._keep_all or self._kept else None,
                line,
            ),
        )

    def _several(self, at: int, line: int, values: Values) -> Iterator[Activity]:
        """Yield the events of a row that is a whole case; those that do not fit are refused, one by one."""
        if PROBLEM in values:
            raise Unfit(values[PROBLEM])
        kept = self.kept(values) if self._keep_all or self._kept else None
        count = len(self._parts)
        found = [(at * count + number, part) for number, part in enumerate(self._parts) if part.happened(values)]
        if not found:
            raise Unfit("it gives no event: none of their times has a value")
        for place, part in found:
            try:
                activity = part.activity(place, line, values, kept)
                if recorded := part.recorded(values):
                    self._times.note(recorded, line)
                yield activity
            except (ValueError, OverflowError) as error:
                self.refuse(line, f"{part.event}: {error}")

    def kept(self, values: Values, prefix: str = "") -> Values | None:
        """Return what the mapping keeps of ``values``, whose names in the mapping begin with ``prefix``.

        Where all is kept, a name that the mapping uses by itself is left out: its value is told already.
        """
        if self._keep_all:
            kept = {k: v for k, v in values.items() if k and (prefix or k not in self._mapped)}
        else:
            kept = {k: v for k, v in values.items() if prefix + k in self._kept}
        return kept or None

    def _when(self, key: str, text: str | None) -> int:
        if not text or text.isspace():
            raise Unfit(f"no {key}: {self.missing(key)}")
        try:
            return self._instant(text)
        except (ValueError, OverflowError) as error:
            raise Unfit(f"{' or '.join(names_in(self.names[key]))}: {error}") from error

    def missing(self, key: str) -> str:
        """Say which attribute should have given ``key``."""
        names = names_in(self.names[key])
        return f"{' or '.join(map(repr, names))} has no value"


class EventOfRow:
    """One of the events that every row gives, by the mapping."""

    def __init__(self, part: RowEvent, names: dict[str, Name], instant: Callable[[str], Instant]) -> None:
        """Make it; ``names`` are the mapping's, for what the part does not say itself."""
        self.event = part.event
        self._part = part
        self._fits = condition(part)
        self._time, self._recorded = pick(part.time), pick(part.recorded or names.get("recorded"))
        self._actor, self._role = pick(part.actor or names.get("actor")), pick(part.role or names.get("role"))
        self._instant = instant

    def happened(self, values: Values) -> bool:
        """Say whether a row says that there was such an event."""
        return _filled(self._time(values)) is not None and self._fits(self.event, values)

    def recorded(self, values: Values) -> str | None:
        """Return the text of when the source recorded it, if it says."""
        return _filled(self._recorded(values))

    def activity(self, place: int, line: int, values: Values, kept: Values | None) -> Activity:
        """Return the event of a row; raise ``ValueError`` if a time of it is none."""
        time_text, recorded = self._time(values) or "", self.recorded(values)
        known = None if recorded is None else self._instant(recorded)
        who, role = _filled(self._actor(values)), _filled(self._role(values))
        fields = fields_of(self._part, self.event, values)
        at = self._instant(time_text)
        return Activity(place, self.event, at, time_text, known, who, role, self.event, fields, kept, line)


def _filled(text: str | None) -> str | None:
    return text if text and not text.isspace() else None
