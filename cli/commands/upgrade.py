"""Making an older store usable by this version."""

from __future__ import annotations

import os
from datetime import UTC
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from cli.input.options import STORE
from cli.input.requests import RecordingOptions
from cli.output.progress import Progress
from cli.output.streams import receipt, say
from cli.session import stores as session
from domain.errors import StoreError
from exchange.atomic_file import whole_file
from ledger import schema, stores
from ledger.versions import NotUpgraded, Upgraded
from presentation.phrases import number

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command()
@click.option(
    "--backup", metavar="FILE", help="Where the copy goes.  [default: beside the store; on a server it is needed]"
)
@STORE
@click.option("--format", type=click.Choice(("table", "json")), default="table", show_default=True)
def upgrade(backup: str | None, **given: Any) -> None:
    """Make a store that an older version wrote usable by this one.

    It is copied first, and the copy is read whole and checked. What an entry says is never changed. Nobody can
    record in the store meanwhile. A store that this version can use already is left as it is.

    Of a store on a server the copy is what "longcase archive" writes, and whoever upgrades may make stores there.
    """
    asked = RecordingOptions(**given)
    path = stores.absolute(asked.store_path)
    copy = None if backup is None else os.path.abspath(backup)  # noqa: PTH100  (does not follow links, as resolve would)
    with session.explained(path):
        done = _on_server(path, copy) if stores.on_server(path) else _in_file(path, copy)
    receipt(_item(path, done), _sentence(path, done), asked, UTC)
    if done.backup:
        say(f"next: longcase doctor --deep --store {quote(path)}")


def _on_server(location: str, copy: str | None) -> Upgraded:
    if copy is None:  # an older one is refused, with what to do
        with session.lent_to_read(location) as ledger:
            return Upgraded(schema.VERSION, schema.VERSION, None, ledger.head()[0])
    from ledger.postgresql.upgrading.upgrade import upgrade as on_server

    done = _upgraded(on_server, location, partial(whole_file, Path(copy), force=False))
    return done._replace(backup=None if done.before == done.after else copy)


def _in_file(path: str, copy: str | None) -> Upgraded:
    from ledger.sqlite.upgrade import upgrade as in_file

    return _upgraded(partial(in_file, backup=copy, clock=session.now), path)


def _upgraded(work: Callable[..., Upgraded], *given: Any) -> Upgraded:
    with Progress("copying and checking", noun="pages and entries") as progress:
        try:
            return work(*given, say_done=say, advance=progress.advance)
        except NotUpgraded as error:
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
