"""Whether the rules of a mapping make events that there are, with fields and words that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args, get_origin

import msgspec

from domain.cases.events import ActionRecorded, Reported
from domain.codec import topics
from domain.errors import Refused, UsageProblem
from domain.event import Event
from exchange.mapping.mapping import From

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from domain.vocabulary import Vocabulary
    from exchange.mapping.mapping import Mapping, Rule

_PREFIX = "case."
_ENVELOPE = ("on_behalf_of", "reason")
"""What a mapping may say of the envelope; the rest of it is the import's own."""

_VIEW = frozenset(Event.__struct_fields__)
WORDS = {(ActionRecorded, "kind"): "kind", (Reported, "category"): "category"}
"""The fields whose words are those of the vocabulary, and what these are called."""


class Field(NamedTuple):
    """A field that a mapping may give to an event; ``choices`` are all its values, if there are only some."""

    name: str
    kind: Any
    required: bool
    choices: tuple[str, ...]


def events() -> list[str]:
    """Return the stored names of the events that a mapping may make: none that needs a table of its own."""
    found = (topic for topic in topics() if topic.startswith(_PREFIX))
    return sorted(topic for topic in found if _needed(topic) <= {*fields_of(topic), "reference"})


def _needed(topic: str) -> set[str]:
    return {one.name for one in msgspec.structs.fields(topics()[topic]) if one.required}


def fields_of(topic: str) -> dict[str, Field]:
    """Return the fields that a mapping may give to the event with this stored name."""
    found = {}
    for one in msgspec.structs.fields(topics()[topic]):
        given = (one.name not in _VIEW or one.name in _ENVELOPE) and get_origin(one.type) is not dict
        if given and (topic, one.name) != (Reported.TOPIC, "reference"):
            found[one.name] = Field(one.name, one.type, one.required, choices(one.type))
    return found


def choices(kind: object) -> tuple[str, ...]:
    """Return all values of a type that has only some; none for any other type."""
    return get_args(kind) if get_origin(kind) is Literal else ()


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the words that ``word`` may be meant for, as a hint says them, else what there is."""
    from difflib import get_close_matches

    everything = list(known)
    near = get_close_matches(word, everything, n=3)
    return f"did you mean: {', '.join(near)}" if near else f"one of: {', '.join(everything)}"


def check_rules(mapping: Mapping, vocabulary: Callable[[], Vocabulary]) -> None:
    """Raise ``UsageProblem``, saying what is near, if a rule names an event, field or word that there is not."""
    for number, rule in enumerate(mapping.makers, start=1):
        if rule.event not in events():
            raise UsageProblem(
                f"the mapping names an event {rule.event!r}",
                hints=(nearest(rule.event, events()),),
            )
        for field, what, hint in _faults(rule, vocabulary):
            raise UsageProblem(f"the mapping, rule {number} ({rule.event}), {field}: {what}", hints=(hint,))


def _faults(rule: Rule, vocabulary: Callable[[], Vocabulary]) -> Iterator[tuple[str, str, str]]:
    known = fields_of(rule.event)
    for name, given in rule.fields.items():
        field = known.get(name)
        if field is None:
            yield name, f"{rule.event} has no such field that a mapping may give", nearest(name, known)
        else:
            for value in given.values.values() if isinstance(given, From) else (given,):
                yield from _wrong(rule, field, value, vocabulary)
    for field in known.values():
        if field.required and field.name not in rule.fields:
            yield field.name, "the event needs it", f'fields = {{{field.name} = {{from = "..."}}}}'


def _wrong(
    rule: Rule, field: Field, given: object, vocabulary: Callable[[], Vocabulary]
) -> Iterator[tuple[str, str, str]]:
    if field.choices and given not in field.choices:
        yield field.name, f"there is no {field.name} {given!r}", nearest(str(given), field.choices)
        return
    try:
        msgspec.convert(given, field.kind, strict=False)
    except msgspec.ValidationError as error:
        yield field.name, f"{given!r} is none: {error}", "see the page about imports"
    try:
        check_word(topics()[rule.event], field.name, str(given), vocabulary)
    except Refused as error:
        yield field.name, error.message, error.hints[0]


def check_word(kind: type[Event], field: str, word: str, vocabulary: Callable[[], Vocabulary]) -> None:
    """Raise ``Refused``, with the nearest words, if ``word`` of an event's field is not in the vocabulary."""
    what = WORDS.get((kind, field))
    if what == "kind":
        vocabulary().kind(word)
    elif what == "category":
        vocabulary().category(word)
