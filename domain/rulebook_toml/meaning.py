"""What is wrong with the meaning of one standard, whose form is sound: names, limits, what cannot be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, get_args

from domain.cases import events
from domain.deadlines.names import REPORTED_AS_CRIME
from domain.deadlines.silence import ACTIVITY, UNASSESSED
from domain.duration import LIMIT_FORMS, Duration, parse_limit
from domain.event import Event
from domain.rulebook.model import CAUSES
from domain.rulebook_toml.shape import near

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.rulebook.model import Forewarning, Limit, Standard
    from domain.rulebook_toml.lines import Path
    from domain.rulebook_toml.shape import Fault
    from domain.vocabulary import Vocabulary

RISKS: Final[tuple[str, ...]] = get_args(events.Risk)
BY_RISK: Final = (*RISKS, UNASSESSED)
BY_URGENCY: Final = ("immediate", "otherwise")

_ACTION: Final = "action:"
_NAMED_OTHERWISE: Final = frozenset({"action-recorded", "entry-corrected", "entry-retracted"})
"""The events that no clock hears of: an action goes by its kind, and an entry is taken as it was amended."""
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EVENTS: Final = {
    kind.TOPIC.removeprefix("case."): kind
    for kind in vars(events).values()
    if isinstance(kind, type) and issubclass(kind, Event) and kind.TOPIC
    if kind.TOPIC.removeprefix("case.") not in _NAMED_OTHERWISE
}
_ONLY_ONCE: Final = frozenset({"reported", REPORTED_AS_CRIME})
_NOT_A_STANDARDS: Final = {
    "child-missing": "the closing of a case with a child missing",
    "child-detained": "the closing of a case with a child in custody",
    "owner-unavailable": "the register of officers",
    "owner-unaccredited": "the register of officers and from needs",
    "pause-unreviewed": "the pauses",
    "attempts-only": "attempts: a standard with the cause untouched becomes it by itself",
}
"""The causes that no standard has, and what they follow from."""


def standard_faults(standard: Standard, words: Vocabulary, path: Path) -> Iterator[Fault]:
    """Yield what is wrong with a standard that stands at ``path``, given the vocabulary in force."""
    for field, why in _said(standard):
        yield (*path, field), f"{standard.id}: {why}"
    for field in ("starts", "stops", "ends"):
        for selector in getattr(standard, field):
            yield from _selector(standard, selector, words, (*path, field))
    yield from _course(standard, path)
    yield from _at_once(standard, words, path)
    yield from _applies(standard, words, path)
    for field, limit in (("limit", standard.limit), ("then", standard.then)):
        if limit is not None:
            yield from _limit(standard, limit, (*path, field))
    yield from _cause(standard, standard.cause, (*path, "cause"))
    if standard.warns is not None:
        yield from _warns(standard, standard.warns, (*path, "warns"))


def _said(standard: Standard) -> Iterator[tuple[str, str]]:
    if not _ID.fullmatch(standard.id):
        yield "id", "an id is made of small letters, digits and hyphens"
    if not standard.title.strip():
        yield "title", "the title is empty"
    if not standard.source.strip():
        yield "source", "nothing says where it comes from; if nowhere, write proposed"


def _selector(standard: Standard, name: str, words: Vocabulary, path: Path) -> Iterator[Fault]:
    kind = name.removeprefix(_ACTION)
    if kind != name:
        if kind not in words.kinds:
            yield path, f"{standard.id}: there is no kind of action {kind!r}{near(kind, words.kinds)}"
    elif name not in _EVENTS and name not in {ACTIVITY, REPORTED_AS_CRIME}:
        actions = (f"{_ACTION}{one}" for one in words.kinds)
        meant = near(name, [*_EVENTS, ACTIVITY, REPORTED_AS_CRIME, *actions])
        if name in words.kinds or name in _NAMED_OTHERWISE:
            meant = f"; an action is written {_ACTION}{name if name in words.kinds else 'KIND'}"
        yield path, f"{standard.id}: nothing that happens to a case is called {name!r}{meant}"


def _course(standard: Standard, path: Path) -> Iterator[Fault]:
    """Yield what keeps its clock from ever starting, stopping or starting again."""
    for field, why in (*_start(standard), *_stop(standard), *_again(standard)):
        yield (*path, field), f"{standard.id}: {why}"


def _start(standard: Standard) -> Iterator[tuple[str, str]]:
    if not standard.starts:
        yield "starts", "nothing starts it"
    if standard.together and len(set(standard.starts)) == 1:
        yield "together", "one thing alone does not happen together with another"
    if standard.per != "case":
        about = standard.per
        others = [
            name for name in standard.starts if name in _EVENTS and about not in _EVENTS[name].__struct_fields__
        ]
        others += [name for name in standard.starts if name not in _EVENTS]
        if others:
            yield "starts", f"a clock for each {about} cannot be started by {', '.join(others)}, which names none"
        if standard.together:
            yield "together", f"a clock for each {about} starts by one thing alone"


def _stop(standard: Standard) -> Iterator[tuple[str, str]]:
    if not set(standard.stops) - _ONLY_ONCE:
        why = "a case is reported once, before anything else" if standard.stops else "there is no stop"
        yield "stops", f"nothing can ever stop it: {why}"
    both = sorted(set(standard.stops) & set(standard.ends))
    if both:
        yield "ends", f"{', '.join(both)} cannot both meet it and make it pointless"


def _again(standard: Standard) -> Iterator[tuple[str, str]]:
    if standard.then is not None and (standard.together or not set(standard.starts) & set(standard.stops)):
        yield "then", "nothing that stops it starts it again, so this limit is never used"


def _at_once(standard: Standard, words: Vocabulary, path: Path) -> Iterator[Fault]:
    """Yield the actions that cannot start its clock, since they count as the work that stops it."""
    if ACTIVITY not in standard.stops or ACTIVITY in standard.starts:
        return
    for name in standard.starts:
        kind = words.kinds.get(name.removeprefix(_ACTION)) if name.startswith(_ACTION) else None
        if kind is not None and kind.counts and name not in standard.stops:
            yield (*path, "starts"), f"{standard.id}: {name} never starts it: it is activity, which stops it"


def _applies(standard: Standard, words: Vocabulary, path: Path) -> Iterator[Fault]:
    for name in standard.categories:
        if name not in words.categories:
            meant = near(name, words.categories)
            yield (*path, "categories"), f"{standard.id}: there is no category {name!r}{meant}"
    for name in standard.risks:
        if name not in BY_RISK:
            yield (*path, "risks"), f"{standard.id}: there is no risk {name!r}: {', '.join(BY_RISK)}"
    if standard.risks and standard.per == "escalation":
        yield (*path, "risks"), f"{standard.id}: an escalation must be answered whatever the risk of its case"


def _limit(standard: Standard, limit: Limit, path: Path) -> Iterator[Fault]:
    if isinstance(limit, str):
        yield from _length(standard, limit, path)
        return
    wanted = BY_URGENCY if standard.per == "escalation" else BY_RISK
    missing = [name for name in wanted if name not in limit]
    if missing:
        yield path, f"{standard.id}: {path[-1]} says nothing for {', '.join(missing)}"
    for name, text in limit.items():
        if name not in wanted:
            yield (*path, name), f"{standard.id}: {path[-1]} has no use for {name!r}: {', '.join(wanted)}"
        yield from _length(standard, text, (*path, name))


def _length(standard: Standard, text: str, path: Path) -> Iterator[Fault]:
    try:
        length = parse_limit(text)
    except ValueError as error:
        yield path, f"{standard.id}: {error}; write {LIMIT_FORMS}"
        return
    if length == Duration():
        yield path, f"{standard.id}: {text!r} is no time at all"


def _cause(standard: Standard, cause: Any, path: Path) -> Iterator[Fault]:  # noqa: ANN401  (any cause)
    if cause in _NOT_A_STANDARDS:
        others = ", ".join(one for one in CAUSES if one not in _NOT_A_STANDARDS)
        why = f"{cause} follows from {_NOT_A_STANDARDS[cause]}"
        yield path, f"{standard.id}: no standard has the cause {cause}: {why}. Others are {others}"


def _warns(standard: Standard, warns: Forewarning, path: Path) -> Iterator[Fault]:
    unread = list(_length(standard, warns.before, (*path, "before")))
    yield from unread
    if not unread and not parse_limit(warns.before).microseconds:
        yield (
            (*path, "before"),
            f"{standard.id}: how long before is written in hours, days or weeks: 36h, 14d, 2w",
        )
    yield from _cause(standard, warns.cause, (*path, "cause"))
