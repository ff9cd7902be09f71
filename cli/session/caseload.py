"""What an officer who goes away has, and what falls due there: said beside what was recorded of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cli.errors import complain
from cli.output.layout import page, write
from cli.output.streams import say_out
from cli.session import stores
from cli.session.reading import up_to_date
from cli.session.recording import Beside
from domain.axes import Axes
from domain.errors import LongcaseError
from domain.instant import DAY, Instant
from domain.officer import Absent, fold
from domain.spelling import typed
from presentation.instants import AsOf
from presentation.look import Look
from presentation.phrases import at, deputy_for, number, through
from presentation.questions.waits import awaited_item
from projections.queries.agenda import agenda
from projections.queries.cases import CaseQuery, cases
from projections.queries.deputies import StandIn, stand_ins
from projections.queries.stalled import StalledQuery
from projections.views.access import Reader
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from application.app import Longcase
    from application.envelope import Receipt
    from domain.officer import Officer
    from projections.runner.runner import Runner
    from projections.views.timeline import Item

_AHEAD: Final = 7 * DAY
"""How far ahead is looked where no end is set."""

_SAID: Final = "owner-unavailable"
"""What each of the cases waits for now, which is what was recorded."""

_SHOWN: Final = 50
_OF_CASE: Final = ("reference", "category", "risk", "team")


class _Caseload(NamedTuple):
    """What an officer has now: open cases, which are paused, what is or falls due by an instant, and for whom."""

    held: list[Item]
    paused: list[str]
    awaited: list[Item]
    by: Instant
    deputised: list[StandIn]


def caseload(app: Longcase, done: Receipt) -> Beside:
    """Return what the officer of a receipt has as things stand now, and how to hand it over.

    If that cannot be read, the entry is recorded all the same, and it is said why.
    """
    now, _ = stores.now_of(app.ledger)
    as_of = AsOf(Axes(now, now), stores.zone(app.ledger), now)
    look = Look(app.ledger, as_of, Reader(done.entry.actor, done.entry.role), "")
    officer = fold([*done.before, *done.entries], done.entry.occurred_at)
    absence = isinstance(done.entry.event, Absent)
    told = {"until": officer.absent_until, "deputy": officer.deputy} if absence else {}
    try:
        found = _found(look, officer)
    except LongcaseError as error:
        why = f"the entry is recorded; what {officer.identifier} has cannot be read: {error.message}"
        complain(why, error.hints)
        return Beside(told | dict.fromkeys(_NAMES), lambda: None, look.zone)
    return Beside(told | _fields(found), partial(_show, officer, found, look.zone, absence=absence), look.zone)


def _found(look: Look, officer: Officer) -> _Caseload:
    name, axes = officer.identifier, look.axes
    runner, versions = up_to_date(look.ledger), rulebook_versions(look.ledger)
    end = officer.absent_until if officer.left_at is None else None
    by = axes.as_at + _AHEAD if end is None else max(end, axes.as_at)
    wanted = StalledQuery(axes, owner=(name,))
    awaited = [one for one in agenda(runner, wanted, by).items if one.cause.cause != _SAID]
    return _Caseload(
        _open(runner, axes, name),
        [one["reference"] for one in _open(runner, axes, name, state=("paused",))],
        [awaited_item(one, look, versions) for one in awaited],
        by,
        stand_ins(runner, wanted, (name,)),
    )


def _open(runner: Runner, axes: Axes, name: str, state: tuple[str, ...] = ()) -> list[Item]:
    question = CaseQuery(axes, owner=(name,), open=True, state=state, sort="reference")
    return list(cases(runner, question).items)


_NAMES: Final = ("holds", "paused", "falls_due", "deputy_for")


def _fields(found: _Caseload) -> dict[str, Any]:
    held = [{name: one[name] for name in _OF_CASE} for one in found.held]
    deputised = [{"officer": one.officer, "until": one.until} for one in found.deputised]
    return dict(zip(_NAMES, (held, found.paused, found.awaited, deputised), strict=True))


def _show(officer: Officer, found: _Caseload, zone: tzinfo, *, absence: bool) -> None:
    for text in _sentences(officer, found, zone, absence=absence):
        say_out(text)
    if not found.awaited:
        return
    from cli.pages.agenda import agenda_lines

    write(agenda_lines(found.awaited[:_SHOWN], page(zone)))
    if len(found.awaited) > _SHOWN:
        say_out(f"{len(found.awaited) - _SHOWN:,} more: {typed('next --owner', officer.identifier, '--limit 0')}")


def _sentences(officer: Officer, found: _Caseload, zone: tzinfo, *, absence: bool) -> Iterator[str]:
    name = officer.identifier
    if absence:
        yield _absence(officer, zone)
    for one in found.deputised:
        yield f"{name} is {deputy_for(one.officer, one.until, zone)}"
    if not found.held:
        yield f"{name} has no open case"
        return
    references = ", ".join(str(one["reference"]) for one in found.held)
    whose = "has" if absence else "leaves"
    yield f"{name} {whose} {number(len(found.held), 'open case', 'open cases')}: {references}"
    if found.paused:
        yield f"of these are paused: {', '.join(found.paused)}"
    overdue = sum(one["overdue_seconds"] >= 0 for one in found.awaited)
    coming = len(found.awaited) - overdue
    yield f"{overdue:,} overdue there, and {coming:,} due by {at(found.by, zone)}"
    yield f"to hand over, with --preview to try it: {typed('allocate --from', name, 'OFFICER --reason TEXT')}"


def _absence(officer: Officer, zone: tzinfo) -> str:
    lasting = "without an end" if officer.absent_until is None else through(officer.absent_until, zone)
    return f"away {lasting}; " + (f"the deputy is {officer.deputy}" if officer.deputy else "no deputy is named")
