"""Making an older store usable by this version."""

from __future__ import annotations

import os
from datetime import UTC
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from cli.input.options import STORE
from cli.input.requests import RecordingOptions
from cli.output.progress import Progress
from cli.output.streams import receipt, say
from cli.session import stores as session
from domain.errors import StoreError
from ledger import schema, stores
from ledger.sqlite import upgrade as upgrading
from presentation.phrases import number

if TYPE_CHECKING:
    from ledger.sqlite.upgrade import Upgraded


@click.command()
@click.option("--backup", metavar="FILE", help="Where the copy goes.  [default: beside the store]")
@STORE
@click.option("--format", type=click.Choice(("table", "json")), default="table", show_default=True)
def upgrade(backup: str | None, **given: Any) -> None:
    """Make a store that an older version wrote usable by this one.

    It is copied first, and the copy is read whole and checked. No entry is changed. Nobody can record in the
    store meanwhile. A store that this version can use already is left as it is.
    """
    asked = RecordingOptions(**given)
    path = stores.absolute(asked.store_path)
    copy = None if backup is None else os.path.abspath(backup)  # noqa: PTH100  (does not follow links, as resolve would)
    with session.explained(path):
        done = _nothing_older(path) if stores.on_server(path) else _done(path, copy)
    receipt(_item(path, done), _sentence(path, done), asked, UTC)
    if done.backup:
        say(f"next: longcase doctor --deep --store {quote(path)}")


def _nothing_older(location: str) -> Upgraded:
    """Look at a store on a server: there is no older version of one than this, and a newer one is refused."""
    with session.lent_to_read(location) as ledger:
        return upgrading.Upgraded(schema.VERSION, schema.VERSION, None, ledger.head()[0])


def _done(path: str, copy: str | None) -> Upgraded:
    with Progress("copying and checking", noun="pages and entries") as progress:
        try:
            return upgrading.upgrade(path, backup=copy, clock=session.now, say_done=say, advance=progress.advance)
        except upgrading.NotUpgraded as error:
            raise StoreError(str(error), hints=error.advice) from error


def _item(path: str, done: Upgraded) -> dict[str, Any]:
    versions = {"version_before": done.before, "version": done.after}
    return {"path": path, **versions, "backup": done.backup, "entries": done.entries}


def _sentence(path: str, done: Upgraded) -> str:
    if done.backup is None:
        return f"the store at {path} has version {done.after} already: there is nothing to do"
    entries = number(done.entries, "entry", "entries")
    changed = f"from version {done.before} to {done.after}, with {entries}, each as it was"
    return f"upgraded the store at {path} {changed}; as it was before, it is at {done.backup}"
