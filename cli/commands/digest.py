"""``longcase digest``: a week or other days on a few pages, to be printed or mailed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.input.options import caseload, into_file, reading, span
from cli.session.changed import pictures_between, pictures_of
from cli.session.digesting import Digester
from cli.session.documents import write_document, writer_of
from cli.session.filters import tables_for
from cli.session.reading import looking
from cli.session.waits import doubt_holidays
from domain.errors import UsageProblem
from presentation.changes.sentences import span_in_words
from presentation.changes.weeks import week_before, week_named
from presentation.documents.digest import digest as document_of
from projections.queries.stalled import StalledQuery
from projections.views.access import left_out

if TYPE_CHECKING:
    from pathlib import Path

    from cli.input.requests import View
    from presentation.look import Look
    from projections.queries.pictures import Pictures
    from projections.views.case_view import Unread


@click.command()
@caseload
@click.option("--week", metavar="W", help="A week from Monday to Sunday, as 2016-W20.")
@span
@into_file()
@reading(formats=False)
def digest(
    view: View,
    *,
    week: str | None,
    since: str | None,
    until: str | None,
    output: Path | None,
    force: bool,
    **given: Any,
) -> None:
    """Write what a week came to, or other days: to print, or to mail.

    How many cases are open and stalled, at the beginning and at the end; the worst first; what changed, as
    longcase changes has it; what waits, by team and by cause; what falls due in the seven days that follow; what
    waits for a decision. Each end is as it stood, and by what was known then.

    An HTML file needs nothing beside it: it runs no script and fetches nothing. FILE is written whole or not at
    all, readable by its owner alone. Of restricted cases it has what lists have, and no text of theirs that
    whoever has it made may not read.
    """
    writer_of(output, force=force)  # (a name that says no format is refused first)
    with looking(view) as look:
        pictures = _pictures(look, week, since, until)
        then = look._replace(as_of=look.as_of._replace(axes=pictures.second))
        wanted = StalledQuery(pictures.second, **given)
        runner = tables_for(look.ledger, wanted)
        unread: list[Unread] = []
        source = Digester(then, runner, pictures, wanted).source(_title(pictures, week, look), unread)
        doubt_holidays(then, then.axes.as_at)
        write_document(document_of(source), output, then, force=force)
    if unread:
        raise left_out(unread)


def _title(pictures: Pictures, week: str | None, look: Look) -> str:
    """Return what the document is of; whether a week is over is said."""
    if week is None:
        return f"Digest {span_in_words(pictures, look.zone)}"
    _, end = week_named(week, look.zone, look.as_of.now)
    return f"Week {week.strip().upper()}{'' if pictures.second.as_at + 1 >= end else ', so far'}"


def _pictures(look: Look, week: str | None, since: str | None, until: str | None) -> Pictures:
    """Return the pictures at both ends; raise ``UsageProblem`` unless either a week or a beginning is given."""
    zone, now = look.zone, look.as_of.now
    if week is not None:
        if since is not None or until is not None:
            raise UsageProblem("--week says both ends", hints=("leave --since and --until out, or --week",))
        return pictures_between(look, *week_named(week, zone, now), f"--week {week}")
    if since is None:
        hint = f"longcase digest --week {week_before(now, zone)}, the last week that is over"
        raise UsageProblem("nothing says of which days", hints=(hint,))
    return pictures_of(look, since, until)
