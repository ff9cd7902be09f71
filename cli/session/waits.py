"""What is said beside the lists of waits, and the two instants as they were typed."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from cli.output.streams import say
from domain.spelling import typed
from presentation.phrases import deputy_for
from presentation.questions.waits import holidays_unknown, nobody_meant

if TYPE_CHECKING:
    from cli.input.requests import View
    from domain.instant import Instant
    from presentation.look import Look
    from projections.queries.filters import Filtered
    from projections.runner.runner import Runner


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
    said = nobody_meant(count_open, wanted)
    if said is not None:
        say(said)


def doubt_holidays(look: Look, *instants: Instant) -> None:
    """Say so where working time is counted at one of ``instants`` without knowing its year's bank holidays."""
    said = holidays_unknown(look, *instants)
    if said is not None:
        say(f"! {said}")


def axes_typed(view: View) -> str:
    """Return the two instants as they were typed, so that what is suggested asks about the same instants."""
    typed = (("--as-at", view.as_at), ("--known-at", view.known_at))
    return "".join(f" {option} {quote(text)}" for option, text in typed if text is not None)
