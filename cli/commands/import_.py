"""``longcase import FILE...``: cases from files of other programs, and from Longcase's own exports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.input.options import importing
from cli.input.parameters import prose
from cli.input.requests import RecordingOptions
from cli.output.progress import Progress
from cli.pages import imports as pages
from cli.session import stores
from domain.errors import Refused, UsageProblem
from exchange.imports.command import Asked, FileOutcome, import_file, mapping_for
from exchange.mapping.mapping import load
from presentation.escaping import safe_text
from presentation.formats import json_bytes
from projections.runner.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from application.app import Longcase
    from application.envelope import Envelope
    from exchange.mapping.mapping import Mapping as FileMapping


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--mapping", metavar="FILE", type=click.Path(path_type=Path), help="How to read them, in TOML.")
@click.option("--source", metavar="NAME", help="Where they are from.  [default: each file's name]")
@click.option("--dry-run", is_flag=True, help="Say what would be done, with sample cases, and store nothing.")
@click.option("--strict", is_flag=True, help="Refuse events with a word that the vocabulary does not have.")
@click.option("--amend", is_flag=True, help="Correct what differs, retract what is gone; --reason says why.")
@prose("--reason", help="Why, for --amend; - reads it from standard input.")
@importing
def import_(
    files: Sequence[Path],
    mapping: Path | None,
    source: str | None,
    *,
    dry_run: bool,
    strict: bool,
    amend: bool,
    **given: Any,
) -> int:
    """Read cases from XES, CSV or JSON Lines, plain or gzip; what Longcase exported comes back as it was.

    A file is taken in one transaction: if it cannot be read to its end, nothing of it is. An event or row
    that cannot be taken is refused by its line, and the rest goes on. Importing a file again adds nothing:
    an event is known by its source, its case and its place in the case, and where places have shifted by what
    it says. What differs from what is stored is refused with both values; --amend takes it over.

    Beside it stand import guess FILE, which writes a mapping, import officers FILE, for the register, and import
    undo SOURCE, which takes an import back. A file of such a name is given as ./undo.

    Exits with 3 if anything was refused.
    """
    if Path("-") in files:
        hint = "write it to a file first, whose name tells the source: ... > log.csv; a file of that name is ./-"
        raise UsageProblem("standard input cannot be imported: a file is read more than once", hints=(hint,))
    asked = RecordingOptions(**given)
    if amend != bool(asked.reason):
        raise UsageProblem("--amend needs --reason TEXT, which is for --amend alone")
    how = Asked(strict=strict, named=source is not None, amend=amend, dry_run=dry_run)
    chosen = mapping_for(load(mapping) if mapping else None, source)
    with stores.at_work(asked.store_path, asked.today) as app:
        zone = stores.zone(app.ledger)
        by = asked.envelope(zone, app.clock())
        done: list[FileOutcome] = []
        try:
            for file in files:
                done.append(_import_one(app, file, chosen, by, how))  # noqa: PERF401  (each must be there if a later one fails)
        except BaseException:
            # Files that were taken before the store failed, or somebody cut in, stay taken.
            if done:
                _show(done, asked.format, zone, tried=dry_run)
            raise
        _show(done, asked.format, zone, tried=dry_run)
        if not dry_run and app.ledger.may_fill():
            with Progress("bringing the tables up to date") as progress, stores.explained(asked.store_path):
                Runner(app.ledger).catch_up(progress.advance)
    return Refused.exit_code if any(one.refused for one in done) else 0


def _import_one(app: Longcase, file: Path, mapping: FileMapping | None, by: Envelope, how: Asked) -> FileOutcome:
    with Progress(f"importing {safe_text(file.name)}", noun="events") as progress:
        outcome = import_file(app, file, mapping, by, progress.advance, how)
    pages.talk(outcome)
    return outcome


def _show(done: Sequence[FileOutcome], form: str, zone: tzinfo, *, tried: bool) -> None:
    if form == "json":
        sys.stdout.flush()
        sys.stdout.buffer.write(json_bytes(pages.as_data(done, zone, tried=tried)) + b"\n")
    else:
        pages.show(done, zone, tried=tried)
    sys.stdout.flush()
