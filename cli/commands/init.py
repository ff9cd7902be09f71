"""Making a store."""

from __future__ import annotations

import os
from datetime import UTC
from typing import Any

import click

from cli import opening
from cli.given import RecordingOptions
from cli.output import receipt, say
from domain.errors import Conflict, StoreError, UsageProblem
from domain.instant import zone_of
from ledger.connection import create


@click.command()
@click.option("--zone", metavar="ZONE", help="The time zone of its clocks and days.  [default: Europe/London]")
@click.option("--store", metavar="URL", help="Where: a path, or sqlite:///path.  [env: LONGCASE_STORE]")
@click.option("--format", type=click.Choice(("table", "json")), default="table", show_default=True)
def init(zone: str | None, **given: Any) -> None:
    """Make a store that its owner alone can read; one that exists is left as it is."""
    asked = RecordingOptions(**given)
    path = os.path.abspath(asked.store_path)  # noqa: PTH100  (does not follow links, as resolve would)
    chosen = _known(opening.DEFAULT_ZONE if zone is None else zone)
    made = not _filled(path)
    make_folders(os.path.dirname(path))  # noqa: PTH120  (as above)
    with opening.explained(path):
        create(path, {"zone": chosen}).close()
    found = _zone_kept(path, zone)
    said = f"made a store at {path}" if made else f"there is a store at {path} already"
    receipt({"path": path, "zone": found, "made": made}, f"{said}, in the time zone {found}", asked, UTC)
    if made:
        say("next: longcase report REF --category C --actor ID")


def _filled(path: str) -> bool:
    """Say whether there is anything at ``path``; a file that is empty is filled as if it were new."""
    return os.path.lexists(path) and not (os.path.isfile(path) and os.path.getsize(path) == 0)  # noqa: PTH113, PTH202  (as above)


def _known(zone: str) -> str:
    try:
        zone_of(zone)
    except ValueError as error:
        raise UsageProblem(f"--zone: {error}", hints=("write a name such as Europe/London or UTC",)) from error
    return zone


def make_folders(folder: str) -> None:
    """Make what is missing of ``folder``, each part readable by its owner alone."""
    missing = []
    while not os.path.isdir(folder):  # noqa: PTH112  (a path is a text here)
        missing.append(folder)
        folder = os.path.dirname(folder)  # noqa: PTH120  (as above)
    for part in reversed(missing):
        try:
            os.mkdir(part, 0o700)  # noqa: PTH102  (as above)
        except FileExistsError:
            if not os.path.isdir(part):  # noqa: PTH112  (as above)
                raise StoreError(f"{part} is no folder, so no store can be made in it") from None
        except OSError as error:
            raise StoreError(f"the folder {part} cannot be made: {error.strerror}") from error


def _zone_kept(path: str, wanted: str | None) -> str:
    with opening.lent(path) as recorder:
        found = recorder.setting("zone") or opening.DEFAULT_ZONE
    if wanted is not None and wanted != found:
        raise Conflict(f"the store at {path} has the time zone {found}, which never changes")
    return found
