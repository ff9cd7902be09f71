"""The register of officers beside the cases that they hold: who has what, who may not, who is away.

All of it as at one instant and as known at another: the register, the cases, and the rulebook that says what
work needs which accreditation. An owner of a case whom the register does not know is listed like the others.
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from domain.event import known_at
from domain.identity import case_stream, officer_stream
from domain.instant import FOREVER, Instant
from domain.officer import Absent, Left, Officer
from domain.officer import fold as fold_officer
from projections.fields import fields
from projections.views.access import decoded, left_out, part_of_stream, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.axes import Axes
    from domain.event import Entry
    from domain.officer import Run
    from domain.rulebook.model import Rulebook
    from ledger.reader import LedgerReader
    from projections.views.access import Scope
    from projections.views.case_view import Unread

FIELDS: Final = fields(
    "officer enrolled team accreditations absent_since left_at cases unaccredited lacking "
    "given_while_away may_not_hold unfit side absent_until deputy deputy_for"
)
"""What an item holds, in the order in which it is shown."""

Item = dict[str, Any]


class Register:
    """The officers of a ledger as known at one instant, by the 16 bytes of their streams."""

    def __init__(self, ledger: LedgerReader, axes: Axes) -> None:
        """Read the register; raise ``StoreError`` if one of its entries cannot be read."""
        self._axes = axes
        rows = groupby(ledger.topics_like("officer."), key=attrgetter("stream"))
        known = ((stream, self._known(map(decoded, group))) for stream, group in rows)
        self._entries = {stream: entries for stream, entries in known if entries}

    def _known(self, entries: Iterable[Entry]) -> list[Entry]:
        return [entry for entry in entries if known_at(entry) <= self._axes.known_at]

    def state(self, stream: bytes, at: Instant) -> Officer:
        """Return what an officer was at ``at``, by what was known; a blank where nothing is."""
        return fold_officer(self._entries.get(stream, ()), at)

    def ever_away(self, stream: bytes) -> bool:
        """Say whether an officer was absent or had left at any time, by what was known."""
        return any(isinstance(entry.event, (Absent, Left)) for entry in self._entries.get(stream, ()))

    def officers(self) -> dict[bytes, Officer]:
        """Return every officer that there was by the instant asked about."""
        states = {stream: self.state(stream, self._axes.valid_at) for stream in self._entries}
        return {stream: state for stream, state in states.items() if state.enrolled_at is not None}


def officers(
    scope: Scope, held: Iterable[Mapping[str, Any]], book: Rulebook, unread: list[Unread] | None = None
) -> list[Item]:
    """Return one item for each officer, and each other owner of ``held``: items of ``cases``, the open ones.

    ``book`` is the rulebook in force at the instant asked about. Those come first who hold a case that they
    are not fit for, then those who hold most. Entries of cases that cannot be read are added to ``unread``;
    without one ``StoreError`` is raised for them, as it is for an entry of the register.
    """
    left: list[Unread] = [] if unread is None else unread
    ledger, axes = scope.ledger, scope.axes
    register = Register(ledger, axes)
    by_owner: dict[bytes, list[Mapping[str, Any]]] = {}
    for case in held:
        if case["owner"] is not None:
            by_owner.setdefault(officer_stream(case["owner"]), []).append(case)
    known = register.officers()
    items, deputised = [], _deputised(known.values())
    for stream in known.keys() | by_owner.keys():
        cases = sorted(by_owner.get(stream, ()), key=lambda case: str(case["reference"]))
        item = _item(known.get(stream, Officer()), cases, book, axes)
        while_away = _given_while_away(scope, register, stream, cases, left)
        more = {"given_while_away": while_away, "deputy_for": deputised.get(stream, [])}
        items.append(item | more)
    if left and unread is None:
        raise left_out(left)
    return sorted(items, key=lambda one: (not one["unfit"], -one["cases"], one["officer"]))


def _item(officer: Officer, cases: Sequence[Mapping[str, Any]], book: Rulebook, axes: Axes) -> Item:
    held = officer.held(axes.valid_at)
    without = [case for case in cases if book.needs.get(case["category"], "") not in {"", *held}]
    enrolled = officer.enrolled_at is not None
    return {
        "officer": officer.identifier or cases[0]["owner"],
        "enrolled": enrolled,
        "team": officer.team,
        "accreditations": [_accreditation(name, run) for name, run in held.items()],
        "absent_since": officer.absent_since,
        "left_at": officer.left_at,
        "cases": len(cases),
        "unaccredited": [case["reference"] for case in without],
        "lacking": sorted({book.needs[case["category"]] for case in without}),
        "given_while_away": [],
        "may_not_hold": sorted(category for category, need in book.needs.items() if need not in held),
        "unfit": bool(without) or (bool(cases) and (_is_away(officer) or not enrolled)),
        "side": officer.side if enrolled else None,
        "absent_until": officer.absent_until,
        "deputy": officer.deputy,
        "deputy_for": [],
    }


def _deputised(known: Iterable[Officer]) -> dict[bytes, list[Item]]:
    """Return for whom each deputy stands in and until when, in order of names, by the deputy's stream."""
    found: dict[bytes, list[Item]] = {}
    for one in sorted(known, key=lambda officer: officer.identifier):
        if one.deputy is not None and one.left_at is None:
            item = {"officer": one.identifier, "until": one.absent_until}
            found.setdefault(officer_stream(one.deputy), []).append(item)
    return found


def _accreditation(name: str, run: Run) -> Item:
    return {"accreditation": name, "since": run[0], "until": None if run[1] == FOREVER else run[1]}


def _given_while_away(
    scope: Scope,
    register: Register,
    stream: bytes,
    cases: Sequence[Mapping[str, Any]],
    unread: list[Unread],
) -> list[str]:
    """Return the cases, of those that an officer holds, that were given to them while absent or gone.

    Only the cases of officers who ever were either are read.
    """
    if not register.ever_away(stream):
        return []
    found = []
    for case in cases:
        view = part_of_stream(scope, case_stream(case["reference"]))
        unread += told(view, scope.reader)
        since = view.case.owned_since
        if since is not None and _is_away(register.state(stream, since)):
            found.append(case["reference"])
    return found


def _is_away(officer: Officer) -> bool:
    return officer.absent_since is not None or officer.left_at is not None


def specialists(items: Iterable[Item], book: Rulebook) -> list[Item]:
    """Return, by accreditation, how many officers are needed, hold it, and are there to use it.

    ``items`` are all officers. ``needed`` is ``None`` where the rulebook names no number; those who left do not
    count as holding anything, and ``present`` are those who are not absent either.
    """
    serving = [one for one in items if one["enrolled"] and one["left_at"] is None]
    names = {held["accreditation"] for one in serving for held in one["accreditations"]}
    return [
        _specialists(name, [one for one in serving if _has(one, name)], book.specialists.get(name))
        for name in sorted({*names, *book.specialists, *book.needs.values()})
    ]


def _has(item: Item, name: str) -> bool:
    return any(held["accreditation"] == name for held in item["accreditations"])


def _specialists(name: str, holders: Sequence[Item], needed: int | None) -> Item:
    return {
        "accreditation": name,
        "needed": needed,
        "held": len(holders),
        "present": sum(one["absent_since"] is None for one in holders),
        "short": None if needed is None else max(0, needed - len(holders)),
    }
