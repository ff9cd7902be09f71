"""``longcase replay REF``: a case entry by entry, with the state after each and what it changed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cli.input.options import reading
from cli.output.layout import page, write
from cli.output.streams import Shape, present, say
from cli.output.terminal import is_terminal
from cli.pages.case import heading
from cli.session.reading import as_far_as_readable, looking, say_cut
from domain.errors import UsageProblem
from presentation.cases.references import in_each, reference_of
from presentation.formats import with_offset
from presentation.phrases import not_yet_reported
from projections.views.replay import FIELDS
from projections.views.replay import replay as replay_of
from projections.views.state import state
from projections.views.timeline import item as entry_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from cli.input.requests import View
    from presentation.look import Look
    from projections.views.case_view import CaseView
    from projections.views.timeline import Item

_SHAPE = Shape("entries", (*FIELDS, "reference"), ())


@click.command()
@click.argument("ref")
@click.option("--step", is_flag=True, help="Wait for a key after each entry; q stops.")
@reading()
def replay(view: View, ref: str, *, step: bool) -> None:
    """Replay case REF entry by entry: what happened, and what it changed.

    Entries come in the order in which things happened, as it is known at --known-at. For programs each
    comes with the whole state after it.
    """
    if step and not (view.format == "table" and _at_a_terminal()):
        hint = "leave out --step, or give it at a terminal, without --format"
        raise UsageProblem("--step waits for a key, and there is nobody to press one", hints=(hint,))
    with looking(view) as look, as_far_as_readable(look, ref) as case:
        if view.format == "table":
            _draw(ref, case, look, step=step)
        else:
            plain = (_with_offsets(item, look.zone) for item in replay_of(case))
            items = in_each(plain, reference_of(case, ref))
            extra = {"reference": ref.strip()}
            present(items, _SHAPE, view, look.as_of, count=len(case.lines), extra=extra)


def _with_offsets(item: Item, zone: tzinfo) -> Item:
    return item | {"changed": [with_offset(change, zone) for change in item["changed"]]}


def _at_a_terminal() -> bool:
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def _draw(ref: str, case: CaseView, look: Look, *, step: bool) -> None:
    from cli.pages.changes import replayed

    sheet, last = page(look.zone), state(case)
    if last is None:
        say(not_yet_reported(ref, look.as_of))
    else:
        write([*heading(last, look.as_of, sheet), ""])
    reported_at = last["reported_at"] if last else None
    entries = list(map(entry_item, case.lines))
    blocks = replayed(entries, replay_of(case), reported_at, sheet) if entries else iter(())
    for lines in _stepped(blocks, len(entries)) if step else blocks:
        write(lines)
    say_cut(ref, entries)


def _stepped(blocks: Iterable[list[str]], total: int) -> Iterator[list[str]]:
    for number, lines in enumerate(blocks):
        yield lines
        if 0 < number < total and not _go_on(number, total):
            return


def _go_on(number: int, total: int) -> bool:
    """Wait for a key, and say whether it asks for the next entry."""
    sys.stdout.flush()
    sys.stderr.write(f"-- {number} of {total}: any key goes on, q stops -- ")
    sys.stderr.flush()
    try:
        key = click.getchar()
    except EOFError:  # Ctrl-D: nothing more is coming
        key = "q"
    sys.stderr.write("\r\x1b[K")
    sys.stderr.flush()
    return key.lower() not in {"q", "\x1b"}
