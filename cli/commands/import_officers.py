"""``longcase import officers FILE``: the register of officers from a table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from cli.input.options import importing
from cli.input.parameters import prose
from cli.input.requests import RecordingOptions
from cli.output.streams import say, say_out
from cli.session import stores
from domain.errors import Refused
from exchange.imports.officers import import_officers
from presentation.formats import json_bytes
from projections.runner.runner import Runner


@click.command("officers")
@click.argument("file", type=click.Path(path_type=Path))
@prose("--reason", help="Why; - reads it from standard input.")
@click.option("--dry-run", is_flag=True, help="Say what would be recorded, and store nothing.")
@importing
def officers(file: Path, *, dry_run: bool, **given: Any) -> int:
    """Enter the officers of FILE, in CSV or JSON Lines, in the register.

    Its headings are officer, team, enrolled, accreditation, from, until; all but the first may be left out. An
    officer with several accreditations has several rows. What is in the register already is left as it is, and
    what differs from it is refused by its line. Days are those of the store's zone.

    Exits with 3 if anything was refused.
    """
    asked = RecordingOptions(**given)
    with stores.at_work(asked.store_path, asked.today) as app:
        zone = stores.zone(app.ledger)
        done = import_officers(app, file, zone, asked.envelope(zone, app.clock()), dry_run=dry_run)
        counts = {
            "enrolled": done.enrolled,
            "accredited": done.accredited,
            "already_present": done.already_present,
        }
        if asked.format == "json":
            data = {**counts, "refused": [one._asdict() for one in done.refused], "file": done.file}
            sys.stdout.buffer.write(json_bytes({**data, **({"dry_run": True} if dry_run else {})}) + b"\n")
        else:
            told = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
            say_out(f"{done.file}: {told}, {len(done.refused):,} refused")
            for one in done.refused:
                say_out(f"  line {one.line:,}  {one.reason}")
        sys.stdout.flush()
        if dry_run:
            say("nothing was stored: leave out --dry-run to have it done")
        elif app.ledger.may_fill():
            Runner(app.ledger).catch_up()
    return Refused.exit_code if done.refused else 0
