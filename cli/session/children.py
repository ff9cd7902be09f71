"""What is said to whoever records an action in a case of several children: whom it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.cases.belief import believe
from domain.cases.children import ENDS, MATTERS, UNNAMED, Children, names_a_child
from domain.cases.events import ActionRecorded, Reported
from domain.cases.fold import fold
from domain.identity import same_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.event import Entry

_SEVERAL: Final = 2
_ENDING: Final = ENDS.keys() - {"missing-reported"}
"""What takes a child off a list."""


def whom_it_is_about(entry: Entry, before: Sequence[Entry]) -> str | None:
    """Return a remark on whom an action is about, if it names a child for the first time or may be mistaken.

    That is, if it takes all of several children off a list, or is taken to be about one whom nobody named.
    ``before`` are the entries of the case until then. It is ``None`` for whatever leaves no doubt.
    """
    event = entry.event
    if not isinstance(event, ActionRecorded):
        return None
    known = fold(believe(before).entries).named
    if names_a_child(event):
        return _named(entry, event.child or "", known)
    one = _the_one(entry, event.kind, before) if (known.told or 0) >= _SEVERAL else None
    if one is not None:
        return f"entry {entry.version} names no child, and {one} (correct REF {entry.version} child=NAME)"
    if event.kind not in _ENDING or max(known.told or 0, len(known.labels)) < _SEVERAL:
        return None
    return (
        f"entry {entry.version} names no child, and is about all of them (correct REF {entry.version} child=NAME)"
    )


def _the_one(entry: Entry, kind: str, before: Sequence[Entry]) -> str | None:
    """Say which one child of those not named an action is taken to be about, if it is about one."""
    children, about = _taken([*before, entry], entry.version)
    if not children.not_named or len(about) > 1:
        return None
    (one,) = about
    if one == entry.version:
        return f"is taken to report another child: {children.labels[one]}"
    if one in children.not_named:
        return f"is taken to be about one child alone: {children.labels[one]}"
    first = children.begun.get(MATTERS[kind])
    if one != UNNAMED or first is None:
        return None
    return f"is taken to be about one child alone, whom entry {first.version} reported"


def _taken(entries: Sequence[Entry], version: int) -> tuple[Children, tuple[int, ...]]:
    """Return the children of a case up to the action of a ``version``, and whom that is about."""
    children = Children()
    about: tuple[int, ...] = (UNNAMED,)
    for one in believe(entries).entries:
        if isinstance(one.event, Reported):
            children.report(one.event)
        elif isinstance(one.event, ActionRecorded):
            about = children.take(one, one.event)
            if one.version == version:
                break
    return children, about


def _named(entry: Entry, name: str, known: Children) -> str | None:
    others = list(known.labels.values())
    if not others or any(same_name(name, other) for other in others):
        return None
    told = f"entry {entry.version} is the first that names {name!r}; others of the case: {', '.join(others)}"
    if not known.not_named:
        return told
    return f"{told} (if it is one of those not named, correct REF ENTRY child={name!r})"
