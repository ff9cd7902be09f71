"""``longcase export``: whole cases, entry by entry, for other programs and for another store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import population, reading
from cli.output.progress import Progress
from cli.output.streams import output_into, say
from cli.output.terminal import is_terminal
from cli.session.reading import looking
from domain.errors import StoreError, UsageProblem
from exchange.exports.cases import Export
from exchange.exports.write import FORMATS, write
from presentation.phrases import as_of_in_words, number
from projections.views.access import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cli.input.requests import View
    from exchange.exports.cases import ExportedCase, UnreadEntry
    from presentation.look import Look

_PACKED: Final = ".gz"
_STANDARD_OUTPUT: Final = Path("-")


@click.command()
@click.option("--case", "cases", multiple=True, metavar="REF", help="This case; may be given again.")
@population
@click.option("--format", "form", type=click.Choice(FORMATS), help="[default: as FILE's name says]")
@click.option(
    "--output", metavar="FILE", type=click.Path(path_type=Path), help="Where to.  [default: standard output]"
)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@reading(formats=False)
def export(
    cases: Sequence[str],
    form: str | None,
    output: Path | None,
    view: View,
    *,
    force: bool,
    **filters: Any,
) -> None:
    """Write whole cases, entry by entry as each was recorded, as XES, CSV or JSON Lines.

    "longcase import" takes any of them back, so that every case has the timeline that it had. FILE is written
    whole or not at all, readable by its owner alone, and packed if its name ends in .gz.

    Restricted cases are left out, and counted, unless whoever asks may read them.
    """
    output = None if output == _STANDARD_OUTPUT else output
    form = form or _form_of(output)
    if cases and _filtered(filters):
        raise UsageProblem("--case names the cases, so nothing else can choose them")
    with looking(view) as look:
        found = Export(look.scope, flagged=form == "csv")
        chosen = _chosen(found, look, cases, filters)
        with output_into(output, look.location, force=force) as out, Progress("exporting") as progress:
            quiet = output is None and is_terminal(sys.stdout)
            write(chosen, form, out, look.zone, (lambda _count: None) if quiet else progress.advance)
    entries, of_cases = number(found.entries, "entry", "entries"), number(found.cases, "case", "cases")
    say(f"exported {entries} of {of_cases}, {as_of_in_words(look.as_of)}")
    if found.withheld:
        withheld = number(found.withheld, "restricted case", "restricted cases")
        say(f"left out: {withheld}, not for {look.reader.actor or 'somebody who does not say who they are'}")
    if found.unreadable:
        _say_unreadable(found.unreadable)


def _say_unreadable(found: Sequence[UnreadEntry]) -> None:
    """Name each entry that cannot be read, and whether the file has it; raise ``StoreError`` for them all."""
    for reference, entry, written in found:
        of = "a case whose report cannot be read" if reference is None else reference
        where = "is in the file as it is stored" if written else "is NOT in the file"
        say(f"entry {entry.version} of {of}, at position {entry.position}, {where}: {entry.reason}")
    what = f"{number(len(found), 'entry', 'entries')} cannot be read"
    missing = sum(not one.written for one in found)
    raise StoreError(f"{what}, and {missing:,} of them not in the file" if missing else what, hints=UNREADABLE)


def _filtered(filters: dict[str, Any]) -> bool:
    """Say whether any filter was given; --closed is one, although its value is false."""
    return any(filters.values()) or filters["is_open"] is False


def _form_of(output: Path | None) -> str:
    if output is not None:
        name = output.with_suffix("") if output.suffix == _PACKED else output
        form = name.suffix.removeprefix(".").lower()
        if form in FORMATS:
            return form
    hint = f"give --format {'|'.join(FORMATS)}, or an --output whose name ends in one of them"
    raise UsageProblem("nothing says in which format to export", hints=(hint,))


def _chosen(found: Export, look: Look, cases: Sequence[str], filters: dict[str, Any]) -> Iterator[ExportedCase]:
    if cases:
        return found.named(cases)
    if not _filtered(filters):
        return found.all()
    # Only this needs the population tables, whose engine takes a quarter of a second to load.
    from cli.commands.cases import case_query
    from cli.session.filters import tables_for
    from projections.queries.cases import references

    question = case_query(look, "reported_at", **filters | {"idle_over": filters["idle_over"] or None})
    return found.of(references(tables_for(look.ledger, question), question))
