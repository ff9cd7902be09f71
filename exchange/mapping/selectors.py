"""A mapping's words made into functions: picks of a value, rules. Each is made once for a file."""

from __future__ import annotations

from operator import methodcaller
from typing import TYPE_CHECKING

from exchange.mapping.mapping import From, Join, Like, Name, Rule, names_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from exchange.mapping.mapping import Mapping, RowEvent

    Values = dict[str, str]
    Pick = Callable[[Values], str | None]
    Test = Callable[[str | None], bool]
    Decision = tuple[str | None, dict[str, object] | None]
    Decide = Callable[[str, Values], Decision]

RESOLVED = "case.resolved"
ACTIVITY = "activity"
"""What stands for the mapped activity in a rule."""


def pick(name: Name) -> Pick:
    """Return the function that takes the value of ``name`` from an event's values, or ``None``."""
    if isinstance(name, Join):
        return _joined(name) if name.value is None else lambda _values: name.value
    names = names_in(name)
    if len(names) == 1:
        return methodcaller("get", names[0])

    def first(values: Values) -> str | None:
        found = (values.get(name) for name in names)
        return next((value for value in found if value and not value.isspace()), None)

    return first


def _joined(name: Join) -> Pick:
    def joined(values: Values) -> str | None:
        parts = [values[part] for part in name.join if values.get(part)]
        return name.with_.join(parts) if len(parts) == len(name.join) else None

    return joined


def decider(mapping: Mapping) -> Decide | None:
    """Return the function that gives event and fields by the first rule that fits; ``None`` without rules.

    In a rule, ``activity`` is the mapped activity. An activity that ends a case resolves it, its name
    being the outcome, unless a rule says otherwise.
    """
    if not mapping.rule and not mapping.ends:
        return None
    rules = [(condition(rule), rule) for rule in mapping.rule]
    ends = frozenset(mapping.ends)

    def decide(activity: str, values: Values) -> Decision:
        for fits, rule in rules:
            if fits(activity, values):
                return rule.event, fields_of(rule, activity, values)
        return (RESOLVED, {"outcome": activity}) if activity in ends else (None, None)

    return decide


def condition(rule: Rule) -> Callable[[str, Values], bool]:
    """Return the function that says whether a rule fits an activity and an event's values."""
    wanted_activity = _test(rule.when.get(ACTIVITY, Like("*")))
    others = [(name, _test(wanted)) for name, wanted in rule.when.items() if name != ACTIVITY]

    def fits(activity: str, values: Values) -> bool:
        return wanted_activity(activity) and all(test(values.get(name)) for name, test in others)

    return fits


def _test(wanted: str | list[str] | Like) -> Test:
    if isinstance(wanted, Like):
        import re
        from fnmatch import translate

        match = re.compile(translate(wanted.like)).match
        return lambda value: value is not None and match(value) is not None
    allowed = frozenset([wanted] if isinstance(wanted, str) else wanted)
    return lambda value: value in allowed


def fields_of(rule: Rule, activity: str, values: Values) -> dict[str, object]:
    """Return the fields of a rule's event; one whose attribute the source leaves out is left out.

    ``activity`` stands for the mapped one, unless the source has an attribute of this name.
    """
    fields: dict[str, object] = {}
    for field, given in rule.fields.items():
        value: object = given
        if isinstance(given, From):
            text = values.get(given.name, activity if given.name == ACTIVITY else None)
            value = text if text is None else given.values.get(text, text)
        if value is not None and value != "":
            fields[field] = value
    return fields


def names_in_rules(rules: Iterable[Rule]) -> set[str]:
    """Return the attributes that rules read."""
    read = {name for rule in rules for name in rule.when if name != ACTIVITY}
    fields = [given for rule in rules for given in rule.fields.values()]
    return read | {given.name for given in fields if isinstance(given, From) and given.name != ACTIVITY}


def names_of(part: RowEvent) -> list[str]:
    """Return the attributes that a part of the mapping reads, but for its fields and conditions."""
    return [name for one in (part.time, part.recorded, part.actor, part.role) for name in names_in(one)]
