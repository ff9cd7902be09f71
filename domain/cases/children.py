"""The children of a case: who is named, whom an action is about, and who is missing or in custody.

Every child that an entry names has a history of its own: the actions that name it, and those that name none,
for these are about all. Whoever no entry names has one history together, of what names none; a child that is
named for the first time goes on from there, since all that was said of all was said of it. So no action that
names one child ever clears another, and none that names a child clears those whom nobody has named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from domain.cases.events import ActionRecorded, Reported
from domain.identity import comparable
from domain.instant import Instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.event import Entry

MISSING: Final = "missing"
DETAINED: Final = "detained"
RETURNED: Final = "returned"
CONDITIONS: Final = (MISSING, DETAINED)
"""The conditions in which nobody may leave a child behind."""

BEGINS: Final = {"missing-reported": MISSING, "found": RETURNED, "detained": DETAINED}
ENDS: Final = {
    "missing-reported": (RETURNED,),
    "found": (MISSING,),
    "return-interview": (MISSING, RETURNED),
    "released": (DETAINED,),
    "transferred": (DETAINED,),
}
"""The kinds of action that begin and that end conditions of a child; one who was spoken to is not missing."""

MOVING: Final = frozenset({*BEGINS, *ENDS})
"""The kinds of action after which a child is in another condition."""

_PRESUPPOSES: Final = {
    "missing-graded": MISSING,
    "found": MISSING,
    "return-interview": RETURNED,
    "detention-reviewed": DETAINED,
    "accommodation-requested": DETAINED,
    "released": DETAINED,
    "transferred": DETAINED,
}
"""What a child is in that such an action is about: without a name it is about all who are, if any are."""

OF_A_CHILD: Final = frozenset(
    {*BEGINS, *_PRESUPPOSES, "child-seen", "police-protection", "police-protection-ended"}
)
"""The kinds of action that are about a child: a standard with one of them runs for each child that is named."""

UNNAMED: Final = -1
"""The number of those whom no entry names, all together; the versions that are numbers of children are from 1."""

_NOBODY_NAMED: Final = (UNNAMED,)


def names_a_child(event: ActionRecorded) -> bool:
    """Say whether an action names the child that it is about."""
    return event.child is not None and not event.child.isspace() and event.child != ""


class Children(msgspec.Struct):
    """Who is named in a case so far, and who is missing or detained, after the actions taken in order.

    A child is known by a number, the version of the entry that named it first: what is kept about it elsewhere
    then holds nothing personal. ``told`` is how many there are by the report, if it says so. ``labels`` are the
    names as they were first written; ``since`` says, by condition, since when each is in it, and ``lost_at`` is
    when somebody was first reported missing (microseconds UTC).
    """

    told: int | None = None
    labels: dict[int, str] = {}
    numbers: dict[str, int] = {}
    since: dict[str, dict[int, Instant]] = {}
    lost_at: Instant | None = None

    @property
    def complete(self) -> bool:
        """Whether as many are named as the report says there are, so that nobody is left without a name.

        Where more are named than that, the report is wrong, and nobody knows how many there are.
        """
        return bool(self.labels) and len(self.labels) == self.told

    def copy(self) -> Children:
        """Return children who go their own way from here."""
        since = {condition: dict(those) for condition, those in self.since.items()}
        return Children(self.told, dict(self.labels), dict(self.numbers), since, self.lost_at)

    def report(self, event: Reported) -> None:
        """Take how many children there are from the report of the case."""
        self.told = None if event.children is None else max(event.children, len(event.ages))

    def take(self, entry: Entry, event: ActionRecorded) -> tuple[int, ...]:
        """Take the next action into account; return the numbers of those whom it is about."""
        if event.child is None and event.kind not in MOVING and not self.labels:
            return _NOBODY_NAMED
        concerned = self._concerned(entry, event)
        for condition in ENDS.get(event.kind, ()):
            self._end(condition, concerned)
        begun = BEGINS.get(event.kind)
        if begun is not None:
            since = self.since.setdefault(begun, {})
            for number in concerned:
                since.setdefault(number, entry.occurred_at)
            if self.lost_at is None and begun == MISSING:
                self.lost_at = entry.occurred_at
        return concerned

    def _end(self, condition: str, concerned: Iterable[int]) -> None:
        since = self.since.get(condition)
        if since:
            for number in concerned:
                since.pop(number, None)

    def still(self, condition: str) -> dict[int, Instant]:
        """Return who is missing, or detained, each with since when; among them whoever has no name."""
        since = self.since.get(condition, {})
        return {number: at for number, at in since.items() if number != UNNAMED or not self.complete}

    def conditions(self, *, ever: bool) -> dict[str, Instant]:
        """Return whether somebody is missing, and detained, and since when; ``ever`` counts who was found too."""
        found = {name: min(those.values()) for name in CONDITIONS if (those := self.still(name))}
        if ever and self.lost_at is not None:
            found[MISSING] = self.lost_at
        return found

    def _concerned(self, entry: Entry, event: ActionRecorded) -> tuple[int, ...]:
        if event.child and names_a_child(event):
            return (self._number(event.child, entry.version),)
        if not self.labels:
            return _NOBODY_NAMED
        presupposed = _PRESUPPOSES.get(event.kind)
        those = self.still(presupposed) if presupposed is not None else {}
        if not those:
            return (UNNAMED, *self.labels)
        return (UNNAMED, *those) if self.complete else tuple(those)

    def _number(self, label: str, version: int) -> int:
        name = comparable(label)
        number = self.numbers.get(name)
        if number is None:
            number = self.numbers[name] = version
            self.labels[number] = label
            for since in self.since.values():
                if UNNAMED in since:
                    since[number] = since[UNNAMED]
        return number


class Histories(NamedTuple):
    """The children of a case, and the actions that each is concerned by, in order, under its number."""

    children: Children
    actions: dict[int, list[Entry]]


def histories(believed: Iterable[Entry]) -> Histories:
    """Return the history of each child, of what is believed of a case, in order.

    Those whom nobody has named have one as well, unless as many are named as the report says there are.
    """
    children = Children()
    found: dict[int, list[Entry]] = {UNNAMED: []}
    for entry in believed:
        if isinstance(entry.event, Reported):
            children.report(entry.event)
        elif isinstance(entry.event, ActionRecorded):
            for number in children.take(entry, entry.event):
                found.setdefault(number, list(found[UNNAMED])).append(entry)
    if children.complete:
        del found[UNNAMED]
    return Histories(children, found)
