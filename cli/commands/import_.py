"""``longcase import FILE...``: cases from files of other programs, and from Longcase's own exports."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import STORE
from cli.input.requests import RecordingOptions
from cli.output.layout import Part, beside, page, write
from cli.output.progress import Progress
from cli.output.streams import say
from cli.output.table import Column, draw, red_if
from cli.session import stores
from domain.errors import Refused
from exchange.imports.command import Asked, FileOutcome, import_file, mapping_for, total
from exchange.mapping.mapping import load
from presentation.escaping import safe_text
from presentation.formats import json_bytes
from projections.runner.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from application.app import Longcase
    from application.envelope import Envelope
    from cli.output.table import Page
    from exchange.mapping.mapping import Mapping as FileMapping
    from exchange.source.trace import Refusal

_ZONELESS: Final = "no zone was given"
_SHOWN: Final = 20
"""How many refusals, and names of attributes, are shown to a person."""


def _counted(count: int, _zone: tzinfo) -> str:
    return f"{count:,}"


_COUNTS: Final = ("cases", "entries", "already_present", "refused", "events_read", "differing", "nobody")
_ITEM: Final = ("file", "source", "own", "complete", *_COUNTS, "not_kept", "notes")
_COLUMNS: Final = (
    Column("source", "source"),
    Column("cases", "cases", _counted, right=True),
    Column("entries", "entries", _counted, right=True),
    Column("already_present", "there already", _counted, right=True),
    Column("refused", "refused", _counted, right=True, colour=red_if(lambda item: item["refused"])),
    Column("file", "file"),
)
_IF_ANY: Final = (
    Column("differing", "of them differing", _counted, right=True),
    Column("nobody", "by nobody", _counted, right=True),
)
"""What is shown only where it is not nought."""


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--mapping", metavar="FILE", type=click.Path(path_type=Path), help="How to read them, in TOML.")
@click.option("--source", metavar="NAME", help="Where they are from.  [default: each file's name]")
@click.option("--strict", is_flag=True, help="Refuse events with a word that the vocabulary does not have.")
@click.option("--actor", metavar="ID", help="Who imports.  [env: LONGCASE_ACTOR]")
@click.option("--role", metavar="ROLE", help="In which role.  [env: LONGCASE_ROLE]")
@click.option("--format", type=click.Choice(("table", "json")), default="table", show_default=True)
@STORE
def import_(
    files: Sequence[Path], mapping: Path | None, source: str | None, *, strict: bool, **given: Any
) -> int:
    """Read cases from XES, CSV or JSON Lines, plain or gzip; what Longcase exported comes back as it was.

    A file is taken in one transaction: if it cannot be read to its end, nothing of it is. An event or row
    that cannot be taken is refused by its line, and the rest goes on. Importing a file again adds nothing:
    an event is known by its source, its case and its place in the case.

    Exits with 3 if anything was refused.
    """
    asked = RecordingOptions(**given)
    how = Asked(strict=strict, named=source is not None)
    chosen = mapping_for(load(mapping) if mapping else None, source)
    with stores.at_work(asked.store_path) as app:
        by = asked.envelope(stores.zone(app.ledger), app.clock())
        done: list[FileOutcome] = []
        try:
            for file in files:
                done.append(_import_one(app, file, chosen, by, how))  # noqa: PERF401  (each must be there if a later one fails)
        except BaseException:
            # Files that were taken before the store failed, or somebody cut in, stay taken.
            if done:
                _show(done, asked.format)
            raise
        _show(done, asked.format)
        with Progress("bringing the tables up to date") as progress, stores.explained(asked.store_path):
            Runner(app.ledger).catch_up(progress.advance)
    return Refused.exit_code if any(one.refused for one in done) else 0


def _import_one(app: Longcase, file: Path, mapping: FileMapping | None, by: Envelope, how: Asked) -> FileOutcome:
    with Progress(f"importing {safe_text(file.name)}", noun="events") as progress:
        outcome = import_file(app, file, mapping, by, progress.advance, how)
    _talk(outcome)
    return outcome


def _talk(outcome: FileOutcome) -> None:
    """Say what was guessed about a file, what of it was not kept, and what to do where it was refused."""
    for note in outcome.notes:
        say(f"{outcome.file}: {note}")
    if outcome.not_kept:
        names = ", ".join(outcome.not_kept[:_SHOWN])
        more = f" and {len(outcome.not_kept) - _SHOWN} more" if len(outcome.not_kept) > _SHOWN else ""
        say(f"{outcome.file}: not kept: {names}{more}")
        first = outcome.not_kept[0].replace("\\", "\\\\").replace('"', '\\"')
        say(f'  hint: a mapping keeps them: keep = ["{first}"], or keep = true for all; --mapping FILE')
    if any(_ZONELESS in one.reason for one in outcome.refused[:_SHOWN]):
        say('  hint: a mapping says which zone is meant: zone = "Europe/London"; --mapping FILE')
    if not outcome.complete:
        say(f"{outcome.file}: nothing of it was imported")
    for hint in outcome.hints:
        say(f"  hint: {hint}")


def _show(done: Sequence[FileOutcome], form: str) -> None:
    if form == "json":
        sys.stdout.flush()
        sys.stdout.buffer.write(json_bytes(_as_data(done)) + b"\n")
    else:
        _draw(done)
    sys.stdout.flush()


def _as_data(done: Sequence[FileOutcome]) -> dict[str, Any]:
    found = total(done)
    counts = {name: getattr(found, name) for name in _COUNTS}
    return {**counts, "refused": [one._asdict() for one in found.refused], "files": [_item(one) for one in done]}


def _item(one: FileOutcome) -> dict[str, Any]:
    said = {"refused": len(one.refused), "notes": [*one.notes, *one.hints]}
    return {name: said.get(name, getattr(one, name, None)) for name in _ITEM}


def _draw(done: Sequence[FileOutcome]) -> None:
    from datetime import UTC

    sheet = page(UTC)
    items = [_item(one) for one in done]
    more = [column for column in _IF_ANY if any(item[column.key] for item in items)]
    write(draw((*_COLUMNS[:-1], *more, _COLUMNS[-1]), items, sheet))
    refused = total(done).refused
    write(_lines_of(refused[:_SHOWN], sheet))
    if len(refused) > _SHOWN:
        sys.stdout.flush()
        say(f"{_SHOWN} of {len(refused):,} refusals are shown; --format json has them all")


def _lines_of(refused: Sequence[Refusal], sheet: Page) -> Iterator[str]:
    """Yield what was refused, file by file, each by its line and with the whole of its reason."""
    digits = max((len(f"{one.line:,}") for one in refused), default=0)
    for file, group in groupby(refused, key=lambda one: one.file):
        yield ""
        yield f"refused of {safe_text(file)}:"
        for one in group:
            yield from beside(f"  line {one.line:<{digits},}  ", [Part(one.reason)], sheet)
