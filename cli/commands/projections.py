"""``longcase projections``: how current the population tables are, and what to do when they stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from application.app import Longcase
from application.commands.projections import skip_entry
from cli.input.options import reading, recording
from cli.output.progress import Progress
from cli.output.streams import Shape, present, receipt, say_out
from cli.output.table import Column, as_instant
from cli.session import stores
from cli.session.reading import looking, up_to_date
from domain.errors import Refused
from projections.runner import rebuild as rebuilding
from projections.runner.runner import Runner, Status
from projections.tables.schema import PROJECTION

if TYPE_CHECKING:
    from cli.input.requests import RecordingOptions, View

_COLUMNS: Final = (
    Column("projection", "projection"),
    Column("position", "position", right=True),
    Column("behind", "behind", right=True),
    Column("rows", "rows", right=True),
    Column("updated_at", "updated", as_instant),
    Column("skipped", "skipped"),
    Column("failure", "stopped by"),
)
_SHAPE: Final = Shape("projections", Status._fields, _COLUMNS)
_BUILT: Final = Shape("projections", rebuilding.Rebuilt._fields, ())


@click.command()
@reading(axes=False)
def status(view: View) -> None:
    """Say how current the population tables are, without bringing them up to date."""
    with looking(view) as look:
        found = Runner(look.ledger).status()
        present([_item(found)], _SHAPE, view, look.as_of)


def _item(found: Status) -> dict[str, Any]:
    return {**found._asdict(), "skipped": list(found.skipped)}


@click.command()
@reading(axes=False, standby=False)
def rebuild(view: View) -> None:
    """Build the population tables anew from the ledger, compare them with the old, and put them into service.

    The old ones serve until the last moment; stopped half-way, they stay.
    """
    with looking(view) as look:
        runner = Runner(look.ledger)
        with Progress("rebuilding", total=look.ledger.head()[0]) as progress:
            built = rebuilding.rebuild(runner, progress.advance)
        if view.format == "table":
            say_out(_sentence(built))
        else:
            present([built._asdict()], _BUILT, view, look.as_of)


def _sentence(built: rebuilding.Rebuilt) -> str:
    rows = f"rebuilt up to position {built.position:,}: {built.rows:,} rows"
    if built.missing is None or built.surplus is None:
        return f"{rows}; the old tables could not be compared"
    if built.missing or built.surplus:
        return f"{rows}; the old tables were wrong: {built.missing:,} rows missing, {built.surplus:,} too many"
    return f"{rows}, the same as before"


@click.command()
@reading(axes=False, standby=False)
def retry(view: View) -> None:
    """Try again the entry that stopped the population tables."""
    with looking(view) as look:
        runner = up_to_date(look.ledger, retry=True)
        present([_item(runner.status())], _SHAPE, view, look.as_of)


@click.command()
@click.argument("position", type=click.IntRange(min=1))
@recording
def skip(entry: RecordingOptions, position: int) -> None:
    """Leave the entry at POSITION out of the population tables for good, with a --reason, and go on.

    The decision is an entry of the ledger. The entry itself stays where it is. Only what stopped the tables
    can be left out.
    """
    with stores.lent(entry.store_path) as ledger:
        _check_stopped_by(Runner(ledger).status(), position)
        zone = stores.zone(ledger)
        app = Longcase(ledger)  # held on to: an application that is let go closes its ledger
        stores.confirm_clock(app, entry.today)
        done = skip_entry(app, PROJECTION, position, entry.envelope(zone, ledger.clock()))
        Runner(ledger).catch_up(retry=True)
        fields = {"position": done.entry.position, "skipped": position, "repeated": done.repeated}
        receipt(fields, f"position {position} is left out of the population tables from now on", entry, zone)


def _check_stopped_by(found: Status, position: int) -> None:
    if position not in (found.failed_position, *found.skipped):
        hint = "longcase projections retry says whether something stops them, and what"
        raise Refused(f"the population tables were not stopped by position {position}", hints=(hint,))
