"""What one rulebook changes of another: standards added, removed and changed, and what stands beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.rulebook.model import Rulebook


class Change(NamedTuple):
    """One thing that is different: ``what`` it concerns, its field, and what that was before and is after.

    ``what`` is a standard's id, or the part of the rulebook; bank holidays stand under ``holidays``, by day.
    ``field`` is empty where the whole was added or removed; then ``before`` or ``after`` is ``None``. Values
    are plain data.
    """

    what: str
    field: str
    before: Any
    after: Any


def changes(old: Rulebook, new: Rulebook) -> list[Change]:
    """Return what is different in ``new``, in the order of ``new``, what was removed last."""
    return [*_parts(old, new), *_standards(old, new)]


def _parts(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    before, after = _plain(old), _plain(new)
    for part in ("standards", "calendar"):
        del before[part], after[part]
    for name, value in after.items():
        if isinstance(value, dict):
            yield from _fields(name, before[name], value)
        elif value != before[name]:
            yield Change(name, "", before[name], value)
    calendars = _plain(old.calendar), _plain(new.calendar)
    holidays = [one.pop("holidays") for one in calendars]
    yield from _fields("calendar", *calendars)
    yield from _fields("holidays", *holidays)


def _standards(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    before = {one.id: _plain(one) for one in old.standards}
    after = {one.id: _plain(one) for one in new.standards}
    for name, said in after.items():
        if name in before:
            yield from _fields(name, before[name], said)
        else:
            yield Change(name, "", None, said)
    for name, said in before.items():
        if name not in after:
            yield Change(name, "", said, None)


def _fields(what: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*after, *before)):
        if before.get(name) != after.get(name):
            yield Change(what, name, before.get(name), after.get(name))


def _plain(part: Any) -> dict[str, Any]:  # noqa: ANN401  (any struct of a rulebook)
    """Return every field as plain data, those at their default too."""
    values = msgspec.structs.asdict(part)
    return {name: msgspec.to_builtins(value) for name, value in values.items()}
