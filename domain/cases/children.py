"""The children of a case: who is named, whom an action is about, and who is missing or in custody.

Every child that an entry names has a history of its own: the actions that name it, and those that name none,
for these are about all. Whoever no entry names has one history together, of what names none; a child that is
named for the first time goes on from there, since all that was said of all was said of it. So no action that
names one child ever clears another, and none that names a child clears those whom nobody has named.

Where somebody without a name is missing, or in custody, a further report that names nobody is about another child
while fewer are known than the report of the case says. That child is told apart by the entry, and from then on no
action that names nobody clears more than one of those not named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from domain.cases.events import ActionRecorded, Reported
from domain.event import Entry
from domain.identity import comparable
from domain.instant import Instant

if TYPE_CHECKING:
    from collections.abc import Iterable

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

MATTERS: Final = {
    kind: DETAINED if condition == DETAINED else MISSING for kind, condition in {**BEGINS, **_PRESUPPOSES}.items()
}
"""The kinds of action that tell of a child's being missing, with what came of it, or in custody: of which."""

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


def told_apart_by(version: int) -> str:
    """Return by what a child goes whom nobody named, and whom the entry of this version told apart."""
    return f"entry {version} (not named)"


def is_no_name(label: str) -> bool:
    """Say whether a label is of the form that ``told_apart_by`` gives, and so names nobody."""
    known_as = comparable(label)
    return known_as.startswith("entry") and known_as.endswith("(notnamed)")


class First(NamedTuple):
    """The entry with which those not named came to be missing, or in custody, all together or the first of them.

    ``returned`` is since when they were back, and not spoken to, until then (microseconds UTC).
    """

    version: int
    returned: Instant | None


class Children(msgspec.Struct):
    """Who is named in a case so far, and who is missing or detained, after the actions taken in order.

    A child is known by a number, the version of the entry that named it first: what is kept about it elsewhere
    then holds nothing personal. ``told`` is how many there are by the report, if it says so. ``labels`` are the
    names as they were first written; ``since`` says, by condition, since when each is in it, and ``lost_at`` is
    when somebody was first reported missing (microseconds UTC). ``not_named`` are those of ``labels`` whom nobody
    named. ``begun`` says, by condition, how those not named last came into it, and ``apart`` how the first of
    them did from whom others were told apart. ``of_all`` are the entries about those not named, where somebody
    keeps them (``keep``), and ``None`` as soon as nobody can be told apart any more.
    """

    told: int | None = None
    labels: dict[int, str] = {}
    numbers: dict[str, int] = {}
    since: dict[str, dict[int, Instant]] = {}
    lost_at: Instant | None = None
    not_named: list[int] = []
    begun: dict[str, First] = {}
    apart: dict[str, First] = {}
    of_all: list[Entry] | None = None

    @property
    def complete(self) -> bool:
        """Whether as many are named as the report says there are, so that nobody is left without a name.

        Where more are named than that, the report is wrong, and nobody knows how many there are. Those who were
        told apart are left until the entries about them say whom they are about.
        """
        return bool(self.labels) and not self.not_named and len(self.labels) == self.told

    def copy(self) -> Children:
        """Return children who go their own way from here."""
        since = {condition: dict(those) for condition, those in self.since.items()}
        return Children(
            self.told,
            dict(self.labels),
            dict(self.numbers),
            since,
            self.lost_at,
            [*self.not_named],
            dict(self.begun),
            dict(self.apart),
            None if self.of_all is None else [*self.of_all],
        )

    def report(self, event: Reported) -> None:
        """Take how many children there are from the report of the case."""
        self.told = None if event.children is None else max(event.children, len(event.ages))
        if self.told is None:
            self.of_all = None

    def keep(self, entry: Entry) -> None:
        """Keep an entry about those not named, as long as somebody may be told apart from them."""
        if self.told is not None and self.told <= 1 + len(self.labels):
            self.of_all = None
        elif self.of_all is not None:
            self.of_all.append(entry)

    def take(self, entry: Entry, event: ActionRecorded) -> tuple[int, ...]:
        """Take the next action into account; return the numbers of those whom it is about."""
        if event.child is None and event.kind not in MOVING and not self.labels:
            return _NOBODY_NAMED
        concerned = self._concerned(entry, event)
        begun = BEGINS.get(event.kind)
        if begun is not None:
            since = self.since.setdefault(begun, {})
            if UNNAMED in concerned and UNNAMED not in since and begun in CONDITIONS:
                self.begun[begun] = First(entry.version, self.since.get(RETURNED, {}).get(UNNAMED))
            for number in concerned:
                since.setdefault(number, entry.occurred_at)
            if self.lost_at is None and begun == MISSING:
                self.lost_at = entry.occurred_at
        for condition in ENDS.get(event.kind, ()):
            self._end(condition, concerned)
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
        if not self.since:
            return {}
        found = {name: min(those.values()) for name in CONDITIONS if (those := self.still(name))}
        if ever and self.lost_at is not None:
            found[MISSING] = self.lost_at
        return found

    def _concerned(self, entry: Entry, event: ActionRecorded) -> tuple[int, ...]:
        if event.child and names_a_child(event):
            return (self._number(event.child, entry.version),)
        if self.told is not None and self.told > 1 + len(self.labels) and self._is_another(event.kind):
            return (self._told_apart(entry.version, MATTERS[event.kind]),)
        if not self.labels:
            return _NOBODY_NAMED
        presupposed = _PRESUPPOSES.get(event.kind)
        those = self.still(presupposed) if presupposed is not None else {}
        if presupposed is not None and self.not_named:
            one = self._first_of(those) or (self._spoken_to() if presupposed == RETURNED and not those else None)
            if one is not None:
                return (one,)
        if not those:
            return (UNNAMED, *self.labels)
        return (UNNAMED, *those) if self.complete else tuple(those)

    def _first_of(self, those: dict[int, Instant]) -> int | None:
        """Return who has been in a condition for longest, of those not named."""
        unnamed = [one for one in (UNNAMED, *self.not_named) if one in those]
        return min(unnamed, key=those.__getitem__, default=None)

    def _spoken_to(self) -> int | None:
        """Return to whom of those not named somebody spoke, if any is missing still: rather to one who is not."""
        missing = self.still(MISSING)
        one = self._first_of(missing)
        back = [one for one in (UNNAMED, *self.not_named) if one not in missing]
        return back[0] if one is not None and back else one

    def _is_another(self, kind: str) -> bool:
        """Say whether a kind of action begins what one of those not named is in already."""
        begun = BEGINS.get(kind)
        return begun in CONDITIONS and not self.since.get(begun, {}).keys().isdisjoint((UNNAMED, *self.not_named))

    def _told_apart(self, version: int, condition: str) -> int:
        """Return the number of a child that goes on with what was said of all, and not of the others alone."""
        if condition in self.begun:
            self.apart.setdefault(condition, self.begun[condition])
        number = self._number(told_apart_by(version), version)
        if number == version:  # (somebody may have given it as a name before)
            self._forget(number)
        return number

    def _forget(self, number: int) -> None:
        """Undo for a child that is new what is known of the others alone."""
        for condition, first in self.apart.items():
            self._end(condition, (number,))
            if condition == MISSING:
                self._end(RETURNED, (number,))
                if first.returned is not None:
                    self.since[RETURNED][number] = first.returned

    def said_of_all(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return ``entries``, in order, but for what is about those alone from whom others were told apart."""
        firsts = {first.version: condition for condition, first in self.apart.items()}
        alone: set[str | None] = set()
        found = []
        for entry in entries:
            alone.add(firsts.get(entry.version))
            kind = entry.event.kind if isinstance(entry.event, ActionRecorded) else ""
            if kind not in MATTERS or MATTERS[kind] not in alone:
                found.append(entry)
        return found

    def _number(self, label: str, version: int) -> int:
        name = comparable(label)
        number = self.numbers.get(name)
        if number is None:
            number = self.numbers[name] = version
            self.labels[number] = label
            if is_no_name(label):
                self.not_named.append(number)
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
                if number not in found:
                    alike = found[UNNAMED]
                    found[number] = [*alike] if names_a_child(entry.event) else children.said_of_all(alike)
                found[number].append(entry)
    if children.complete:
        del found[UNNAMED]
    return Histories(children, found)
