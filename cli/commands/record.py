"""``longcase record REF``: one case whole, to be printed or handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.input.options import into_file, reading
from cli.output.streams import say
from cli.session.documents import write_document, writer_of
from cli.session.reading import as_far_as_readable, looking
from domain.identity import case_stream, known
from presentation.documents.case_record import RecordSource, case_record
from presentation.phrases import not_yet_reported
from projections.views.rulebooks import rulebook_versions

if TYPE_CHECKING:
    from pathlib import Path

    from cli.input.requests import View
    from presentation.look import Look
    from projections.views.case_view import CaseView


@click.command()
@click.argument("ref")
@into_file()
@reading(formats=False)
def record(view: View, ref: str, output: Path | None, *, force: bool) -> None:
    """Write the whole record of case REF, as at one instant and as known at another: to print or to hand over.

    Every entry with who made it, in which role and for whom, when it happened and when it was recorded;
    corrections and retractions beside what they are about; its clocks day by day; its links; how to check it.

    An HTML file needs nothing beside it: it runs no script and fetches nothing. FILE is written whole or not at
    all, readable by its owner alone. Writing a record says nothing to anybody outside: longcase disclose does
    that, and records it.
    """
    writer_of(output, force=force)  # (a name that says no format is refused first)
    with looking(view) as look, as_far_as_readable(look, ref) as case:
        document = case_record(_source(ref, case, look))
        if document is None:
            say(not_yet_reported(ref, look.as_of))
        else:
            write_document(document, output, look, force=force)


def _source(ref: str, case: CaseView, look: Look) -> RecordSource:
    rows = look.ledger.stream(known(case_stream, ref.strip(), look.ledger.stream))
    shown = {entry.version for entry in case.belief.known} | {one.version for one in case.unread}
    last = next((row for row in reversed(rows) if row.version in shown), rows[-1])
    return RecordSource(case, rulebook_versions(look.ledger), look.as_of, last)
