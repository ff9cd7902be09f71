"""``longcase import undo SOURCE``: what a source brought is retracted, and what stays is told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from cli.input.options import importing
from cli.input.parameters import prose
from cli.input.requests import RecordingOptions
from cli.output.progress import Progress
from cli.output.streams import say, say_out
from cli.session import stores
from domain.errors import UsageProblem
from exchange.imports.undo import undo
from presentation.escaping import safe_text
from presentation.formats import json_bytes
from presentation.phrases import number
from projections.runner.runner import Runner

if TYPE_CHECKING:
    from exchange.imports.undo import Undone


@click.command("undo")
@click.argument("source")
@prose("--reason", help="Why; it stands with every retraction. - reads it from standard input.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken back, and store nothing.")
@importing
def undo_(source: str, *, dry_run: bool, **given: Any) -> None:
    """Take back what SOURCE brought: each of its entries is retracted, in one transaction.

    Nothing is removed, and what was known before stays known as it was. A case that SOURCE opened is none any
    more, unless others have recorded in it; its reference can then be reported or imported again. What stays, and
    why, is told. A file that is called undo is imported as ./undo.
    """
    asked = RecordingOptions(**given)
    if not asked.reason:
        raise UsageProblem("taking an import back needs a reason", hints=("give --reason TEXT",))
    with stores.at_work(asked.store_path, asked.today) as app:
        by = asked.envelope(stores.zone(app.ledger), app.clock())
        with Progress(f"taking back {safe_text(source)}", noun="cases") as progress:
            done = undo(app, source, by, progress.advance, dry_run=dry_run)
        _show(done, asked.format, tried=dry_run)
        if not dry_run and app.ledger.may_fill():
            with Progress("bringing the tables up to date") as progress, stores.explained(asked.store_path):
                Runner(app.ledger).catch_up(progress.advance)


def _show(done: Undone, form: str, *, tried: bool) -> None:
    if form == "json":
        stays = [{"entries": count, "why": why} for why, count in done.stays.items()]
        counts = {"source": done.source, "cases": done.cases, "retracted": done.retracted, "closed": done.closed}
        data = {**counts, "stays": stays, **({"dry_run": True} if tried else {})}
        sys.stdout.buffer.write(json_bytes(data) + b"\n")
    else:
        verb = "would be" if tried else "was" if done.retracted == 1 else "were"
        entries = number(done.retracted, "entry", "entries")
        what = f"{entries} of {number(done.cases, 'case', 'cases')} {verb} retracted"
        gone = number(done.closed, "case that it opened is", "cases that it opened are")
        say_out(f"{safe_text(done.source)}: {what}; {gone} none any more")
        for why, count in done.stays.items():
            say_out(f"  {count:,} stay: {safe_text(why)}")
    sys.stdout.flush()
    if tried:
        say("nothing was stored: leave out --dry-run to have it done")
