"""What is said to whoever records an action in a case of several children: whom it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.cases.children import ENDS, names_a_child
from domain.cases.events import ActionRecorded
from domain.identity import same_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.cases.children import Children
    from domain.event import Entry

_SEVERAL: Final = 2
_ENDING: Final = ENDS.keys() - {"missing-reported"}
"""What takes a child off a list."""


def whom_it_is_about(entry: Entry, children: Callable[[], Children]) -> str | None:
    """Return a remark on what takes all of several children off a list, or names one for the first time.

    ``children`` returns those of the case before it. It is ``None`` for whatever leaves no doubt.
    """
    event = entry.event
    if not isinstance(event, ActionRecorded):
        return None
    if names_a_child(event):
        return _named(entry, event.child or "", list(children().labels.values()))
    if event.kind not in _ENDING:
        return None
    before = children()
    if max(before.told or 0, len(before.labels)) < _SEVERAL:
        return None
    return (
        f"entry {entry.version} names no child, and is about all of them (correct REF {entry.version} child=NAME)"
    )


def _named(entry: Entry, name: str, others: list[str]) -> str | None:
    if not others or any(same_name(name, other) for other in others):
        return None
    return f"entry {entry.version} is the first that names {name!r}; others of the case: {', '.join(others)}"
