"""What the commands that look at one case share: the store, the two instants, who is looking."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cli.input.profile import setting
from cli.input.requests import common
from cli.output.layout import head_with
from cli.output.streams import say
from cli.session import stores
from presentation.look import Look
from projections.views.access import Reader, left_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cli.input.requests import View
    from domain.instant import Instant
    from domain.rulebook.model import CalendarData
    from ledger.reader import LedgerReader
    from projections.runner.runner import Runner
    from projections.views.case_view import CaseView
    from projections.views.timeline import Item


@contextmanager
def looking(view: View) -> Iterator[Look]:
    """Lend the store of ``view``, as of the instants asked for.

    Raises ``UsageProblem`` for a faulty instant and ``StoreError`` if the store cannot be used. What is known
    now includes the last entry, so that a clock that was set back hides nothing. Where an environment variable
    says an instant, that is said.
    """
    with stores.lent_to_read(view.store_path, standby=view.standby, wait_for=view.wait_for) as ledger:
        now, ahead = stores.now_of(ledger)
        as_of = view.as_of(stores.zone(ledger), now, ahead)
        if view.by_environment:
            _say_environment(view)
        if said := stores.demonstration_at(ledger, view.store_path):
            head_with(said, view.format)
        yield Look(ledger, as_of, reader(), view.store_path)


def _say_environment(view: View) -> None:
    """Say which instants are not now because a variable says so, lest a forgotten one pass for today."""
    for axis, variable in view.by_environment.items():
        option = axis.replace("_", "-")
        say(f"! {variable} is set: {option.replace('-', ' ')} {getattr(view, axis)}, as if by --{option}")


@contextmanager
def as_far_as_readable(look: Look, reference: str) -> Iterator[CaseView]:
    """Lend what can be read of a case; raise ``StoreError`` once it is shown, if anything was left out."""
    case = look.case(reference)
    yield case
    if case.unread:
        raise left_out(case.unread)


def say_cut(reference: str, items: Iterable[Item]) -> None:
    """Say how many of a case's entries were shown with a text that is cut, and how to see it whole."""
    from projections.views.summaries import is_cut  # (lists show no texts)

    count = sum(is_cut(item["summary"]) for item in items)
    if count:
        cut = "1 text is cut" if count == 1 else f"{count:,} texts are cut"
        from domain.spelling import typed

        whole, one = typed("timeline", reference, "--full"), typed("show", reference, "N")
        say(f"{cut} (…): {whole} shows all whole, {one} one")


def say_unknown_holidays(calendar: CalendarData, instants: Iterable[Instant]) -> None:
    """Say so where working time is counted at one of ``instants`` without knowing its year's bank holidays."""
    from presentation.times.bank_holidays import unknown

    said = unknown(calendar, instants)
    if said is not None:
        say(f"! {said}")


def up_to_date(ledger: LedgerReader, *, retry: bool = False) -> Runner:
    """Return the runner of the population tables, which reflect every entry; show progress meanwhile."""
    from cli.output.progress import Progress
    from projections.runner.runner import Runner

    runner = Runner(ledger)
    with Progress("catching up") as progress:
        runner.catch_up(progress.advance, retry=retry)
    return runner


def reader() -> Reader:
    """Return who looks, as option, environment and profile say; looking needs nobody to be named."""
    given = common()
    return Reader(setting("actor", given.actor), setting("role", given.role))
