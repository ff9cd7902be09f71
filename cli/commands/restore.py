"""``longcase restore`` and ``longcase load``: entries put back into an empty store, as they were."""

from __future__ import annotations

import os
import sys
from datetime import UTC
from pathlib import Path
from typing import Any

import click

from cli.commands.backup import STANDARD, contents, in_words
from cli.commands.init import make_folders
from cli.input.requests import RecordingOptions
from cli.output.progress import Progress
from cli.output.streams import receipt, say
from cli.session import stores
from domain.instant import iso
from exchange.backups import How, restore_file, restore_from
from ledger.stores import on_server


def _command(name: str, file: str, summary: str) -> click.Command:
    """Return a command that restores; both do the same, each under the name by which it is looked for."""

    @click.command(name, help=summary)
    @click.argument("file", metavar=file, type=click.Path(path_type=Path))
    @click.option("--store", metavar="URL", help="The empty store, or where to make one.  [env: LONGCASE_STORE]")
    @click.option("--ahead", is_flag=True, help="Take entries recorded after what the clock here says.")
    @click.option("--format", type=click.Choice(("table", "json")), default="table", show_default=True)
    def run(file: Path, *, ahead: bool, **given: Any) -> None:
        _restore(file, RecordingOptions(**given), ahead=ahead)

    return run


restore = _command(
    "restore",
    "FILE",
    """Put the entries of a backup or an archive back into an empty store, each verified, all or none.

    Positions, instants and leaves are what they were. A store in a file is made if there is none, and has its
    name only when it is whole; one on a server must have been made by "longcase init". The tables that are read
    are not restored: the first command that needs them builds them.

    What this version cannot read is refused, and so is an entry recorded over five minutes after what the clock
    here says; --ahead takes such an entry, as from a machine whose clock was wrong.
    """,
)

load = _command(
    "load",
    "FILE|-",
    """Put the entries of an archive into an empty store, on any engine; - is standard input.

    It does what "longcase restore" does.
    """,
)


def _restore(file: Path, asked: RecordingOptions, *, ahead: bool) -> None:
    location = _location(asked.store_path)
    at = iso(stores.now(), UTC)
    with stores.explained(location), Progress("restoring", noun="entries put back and read again") as progress:
        how = How(at, progress.advance, ahead)
        if file == STANDARD:
            done = restore_from(sys.stdin.buffer, "standard input", location, how)
        else:
            done = restore_file(file, location, how)
    fields = {"store": location, "made": done.made, "restored_from": done.origin, **contents(done.held)}
    receipt(fields, f"restored into {location}: {in_words(done.held)}", asked, UTC)
    if asked.format == "table":
        say("the tables that are read are not restored: the first command that needs them builds them")


def _location(store: str) -> str:
    if on_server(store):
        return store
    path = os.path.abspath(store)  # noqa: PTH100  (does not follow links, as resolve would)
    make_folders(os.path.dirname(path))  # noqa: PTH120  (a path is a text here)
    return path
