"""What the lists of waits share: by when, which names may be told, what is said beside the list."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any

from cli.output.streams import say
from domain.spelling import typed
from presentation.phrases import deputy_for
from presentation.stalled import NAMING, NO_NAMES
from projections.views.access import may_read_named
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cli.input.requests import View
    from domain.instant import Instant
    from domain.rulebook.versions import RulebookVersions
    from presentation.look import Look
    from projections.queries.agenda import Awaited
    from projections.queries.filters import Filtered
    from projections.queries.stalled import Cause
    from projections.runner.runner import Runner


def later(within: str, look: Look) -> Instant:
    """Return the instant so much after the one asked about; raise ``UsageProblem`` for no length of time."""
    from domain.working_time.calendar import Calendar
    from presentation.times.durations import after, parse_duration

    length = parse_duration(within, name="--within")
    calendar = Calendar(rulebook_versions(look.ledger).at(look.axes.as_at).calendar)
    return after(length, look.axes.as_at, calendar)


def may_name(look: Look, reference: str, causes: Sequence[Cause]) -> bool:
    """Say whether what a case waits for may be named; it is asked only where there is something to name."""
    if NAMING.isdisjoint(one.cause for one in causes):
        return True
    return may_read_named(look.scope, reference)


def children_of(look: Look, reference: str, causes: Sequence[Cause]) -> Mapping[int, str]:
    """Return the names of a case's children as far as they may be read, if it waits for one of them."""
    if not any(cause.child for cause in causes):
        return NO_NAMES
    from projections.views.live_case import children_named

    return children_named(look.scope, reference)


def awaited_item(one: Awaited, look: Look, versions: RulebookVersions) -> dict[str, Any]:
    """Return what comes next as it is shown, with the names of what it is about where they may be read."""
    from presentation.agenda import item

    causes = [one.cause]
    named = may_name(look, one.reference, causes)
    names = children_of(look, one.reference, causes) if named else NO_NAMES
    return item(one, look.axes.as_at, versions, names, named=named)


def say_deputised(runner: Runner, wanted: Filtered, view: View, look: Look, command: str) -> None:
    """Say for whom the owners asked about stand in, and which ``command`` shows what is waited for there."""
    if not wanted.owner or view.format != "table":
        return
    from projections.queries.deputies import stand_ins

    for one in stand_ins(runner, wanted, wanted.owner):
        shown = typed(f"{command} --owner", one.officer)
        say(f"{one.deputy} is {deputy_for(one.officer, one.until, look.zone)}: {shown}{axes_typed(view)}")


def doubt(count_open: int, wanted: Filtered) -> None:
    """Say so where no open case at all is of what was named: a mistyped name must not pass for good news."""
    if (wanted.category or wanted.team) and not count_open:
        listed = " and ".join(map(repr, (*wanted.category, *wanted.team)))
        say(f"no open case is of {listed}; categories and teams are taken to the letter, capitals and all")


def axes_typed(view: View) -> str:
    """Return the two instants as they were typed, so that what is suggested asks about the same instants."""
    typed = (("--as-at", view.as_at), ("--known-at", view.known_at))
    return "".join(f" {option} {quote(text)}" for option, text in typed if text is not None)
