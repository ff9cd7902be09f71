"""``longcase backup`` and ``longcase archive``: copies of the whole ledger, made while others write."""

from __future__ import annotations

import os
import sys
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import STORE, with_options
from cli.input.requests import RecordingOptions
from cli.output.progress import Progress
from cli.output.streams import receipt, say
from cli.session import stores
from domain.errors import UsageProblem
from exchange.backups import archive_into, archive_to, back_up
from presentation.phrases import number

if TYPE_CHECKING:
    from ledger.integrity.tally import Held

STANDARD: Final = Path("-")
_FORMAT: Final = click.option(
    "--format", type=click.Choice(("table", "json")), default="table", show_default=True
)
_FORCE: Final = click.option("--force", is_flag=True, help="Replace FILE if it is there.")


_options = partial(with_options, (_FORCE, STORE, _FORMAT))


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@_options
def backup(file: Path, *, force: bool, **given: Any) -> None:
    """Write a backup of the store to FILE, whole or not at all, while others go on writing.

    Of a store in a file it is a file of SQLite: a store itself, read through and checked before it gets its
    name. Of a store on a server it is what "longcase archive" writes. "longcase restore" takes either.

    Note down somewhere else what it says: the last position, the hash of all leaves together, and that of the
    settings.
    """
    if file == STANDARD:
        hint = "name a file; longcase archive - writes to standard output"
        raise UsageProblem("a backup is not written to standard output", hints=(hint,))
    asked = RecordingOptions(**given)
    stores.check_current(asked.store_path)
    with stores.explained(asked.store_path), Progress("backing up", noun="pages and entries") as progress:
        kind, held = back_up(asked.store_path, file, force=force, advance=progress.advance)
    _say_copied("backed up", kind, file, held, asked)


@click.command()
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path))
@_options
def archive(file: Path, *, force: bool, **given: Any) -> None:
    """Write every entry of the store to FILE as JSON Lines, for a store on any engine to load.

    Positions, instants and leaves stay what they are. FILE is written whole or not at all, readable by its
    owner alone, and packed if its name ends in .gz; - is standard output. Others can go on writing.

    Nothing is left out, restricted cases neither: guard it as you do the store.
    """
    asked = RecordingOptions(**given)
    stores.check_current(asked.store_path)
    with stores.explained(asked.store_path), Progress("archiving") as progress:
        if file == STANDARD:
            sys.stdout.flush()
            held = archive_into(asked.store_path, sys.stdout.buffer, progress.advance)
        else:
            held = archive_to(asked.store_path, file, force=force, advance=progress.advance)
    _say_copied("archived", "archive", file, held, asked)


def _say_copied(done: str, kind: str, file: Path, held: Held, asked: RecordingOptions) -> None:
    if file == STANDARD:
        say(f"{done} {in_words(held)}")
        return
    path = os.path.abspath(file)  # noqa: PTH100  (does not follow links, as resolve would)
    fields = {"path": path, "kind": kind, "bytes": file.stat().st_size, **contents(held)}
    receipt(fields, f"{done} to {file}: {in_words(held)}", asked, UTC)


def contents(held: Held) -> dict[str, Any]:
    """Return what a copy holds, for programs."""
    last = {"entries": held.entries, "position": held.entries, "leaf": held.leaf or None}
    v2 = {"leaf_v2": held.leaf_v2 or None, "leaves_v2": held.leaves_v2}
    return {**last, "leaves": held.leaves, "settings": held.settings, **v2}


def in_words(held: Held) -> str:
    """Return what a copy holds, for people."""
    if not held.entries:
        return f"a ledger without entries, its settings {held.settings}"
    entries = number(held.entries, "entry", "entries")
    leaves = f"all their leaves together {held.leaves} (v1) and {held.leaves_v2} (v2)"
    return f"{entries}, the last at position {held.entries:,} and {leaves}, its settings {held.settings}"
