"""Making a store."""

from __future__ import annotations

import os
import sys
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from cli.input.options import STORE
from cli.input.requests import RecordingOptions
from cli.output.streams import receipt, say, say_out
from cli.session import stores as session
from domain.errors import Conflict, StoreError, UsageProblem
from domain.instant import zone_of
from domain.rulebook.default import FILES, NEWEST, SETTING, default_of, edition_of, title_of
from ledger import stores

if TYPE_CHECKING:
    from ledger.postgresql.setup import Made


class _Found(NamedTuple):
    """Whether the store was made now, its settings, and what a server's administrator wants to know.

    The settings are ``None``, and so is the zone whose midnight ends a day, if whoever asks may not read them.
    """

    made: bool
    settings: dict[str, str] | None
    days_in: str | None
    about: dict[str, Any]


@click.command()
@click.option("--zone", metavar="ZONE", help="The time zone of its clocks and days.  [default: Europe/London]")
@click.option(
    "--edition",
    type=click.Choice(tuple(map(str, FILES))),
    help=f"Which rulebook that ships holds until one is adopted.  [default: {NEWEST}]",
)
@click.option("--print", "only_print", is_flag=True, help="Print the SQL for a server, and make nothing.")
@click.option("--harden", is_flag=True, help="Mend a store on a server that an earlier version made.")
@STORE
@click.option("--format", type=click.Choice(("table", "json")), default="table", show_default=True)
def init(zone: str | None, edition: str | None, *, only_print: bool, harden: bool, **given: Any) -> None:
    """Make a store; one that exists is left as it is.

    A file is readable by its owner alone. On PostgreSQL the database must be there. In it are made: a role that
    owns the ledger, as which nobody logs in and of which nobody may be a member; a role that may read and add
    entries and nothing else, which is granted to each login that is to work with the store; a role that fills
    the tables that are read, for the login as which follow is to run; two schemas, the tables and their guards.
    That takes CREATEROLE, and CREATE on the database.

    With --harden a store that an earlier version made there is mended: its tables, which whoever works with it
    could change, are dropped and belong to the owner; the next command that may fills them again. Entries are
    added by the owner's functions alone, and the server's clock says when. Settings that no store has are taken
    away.
    """
    asked = RecordingOptions(**given)
    location = stores.absolute(asked.store_path)
    if harden and only_print:
        raise UsageProblem("--harden and --print do not go together", hints=("leave one out",))
    if harden:
        _harden(location, asked)
        return
    settings = _settings(zone, edition)
    if only_print:
        _print(location, settings)
        return
    with session.explained(location):
        found = (_on_server if stores.on_server(location) else _in_file)(location, settings)
    _check(location, found, zone, edition)
    _say_made(location, found, asked)


def _settings(zone: str | None, edition: str | None) -> dict[str, str]:
    """Return what a new store is made with; one that names no edition of the rulebook holds the first."""
    settings = {"zone": _known(session.DEFAULT_ZONE if zone is None else zone)}
    number = NEWEST if edition is None else int(edition)
    return settings if number == 1 else settings | {SETTING: title_of(number)}


def _check(location: str, found: _Found, zone: str | None, edition: str | None) -> None:
    """Raise ``Conflict`` if the store that is there has another time zone or edition than was asked for."""
    if found.settings is None:
        return
    there = _zone_in(found.settings)
    if zone not in {there, None}:
        raise Conflict(f"the store at {location} has the time zone {there}, which never changes")
    number = edition_of(found.settings)
    if edition not in {str(number), None}:
        raise Conflict(
            f"the store at {location} holds edition {number} of the rulebook until another is adopted",
            hints=(f"longcase rulebook show --edition {edition} --toml prints one, to be adopted",),
        )


def _say_made(location: str, found: _Found, asked: RecordingOptions) -> None:
    said = f"made a store at {location}" if found.made else f"there is a store at {location} already"
    zone = None if found.settings is None else _zone_in(found.settings)
    fields = {"path": location, "zone": zone, "days_in": found.days_in, "made": found.made, **found.about}
    receipt(fields, f"{said}, {_zones_in_words(zone, found.days_in)}", asked, UTC)
    if asked.format == "table":
        for statement in found.about.get("statements", ()):
            say_out(f"  {statement}")
    for line in found.about.get("to_do", ()) if found.made else ():
        say(f"next: {line}")
    if found.made:
        say("next: longcase report REF --category C --actor ID")


def _zones_in_words(zone: str | None, days_in: str | None) -> str:
    if zone is None:
        return "whose time zone you may not read"
    if days_in == zone:
        return f"in the time zone {zone}, whose midnight ends a day"
    return f"in the time zone {zone}; by its rulebook a day ends at midnight in {days_in}"


def _in_file(path: str, settings: dict[str, str]) -> _Found:
    made = not _filled(path)
    make_folders(os.path.dirname(path))  # noqa: PTH120  (a path is a text here)
    stores.create(path, settings)
    return _Found(made, *_told(path), {})


def _on_server(location: str, settings: dict[str, str]) -> _Found:
    from ledger.postgresql.setup import set_up

    done = set_up(location, settings)
    told = (settings, default_of(settings).calendar.zone) if done.made else _told_if_allowed(location)
    return _Found(done.made, *told, {"statements": list(done.statements), "to_do": _to_do(done)})


def _to_do(done: Made) -> list[str]:
    from ledger.postgresql.location import owner_of
    from ledger.postgresql.setup import to_do

    works, fills = to_do(done.database)
    return [
        f"{works}, for each LOGIN that is to work with the store",
        f"{fills}, for the LOGIN as which longcase follow is to run, and for nobody else",
        f"nobody may ever be a member of {owner_of(done.database)}",
    ]


def _print(location: str, settings: dict[str, str]) -> None:
    """Print the SQL as it is: the names in it are of letters and digits, and its texts are quoted."""
    if not stores.on_server(location):
        raise UsageProblem("--print is for a store on a server, and this one is a file", hints=("leave it out",))
    from ledger.postgresql.setup import script, to_do

    with session.explained(location):
        database, statements = script(location, settings)
    sys.stdout.write("".join(f"{statement};\n" for statement in statements))
    works, fills = to_do(database)
    sys.stdout.write(f"-- For each LOGIN that is to work with the store: {works};\n")
    sys.stdout.write(f"-- For the LOGIN as which longcase follow is to run: {fills};\n")


def _harden(location: str, asked: RecordingOptions) -> None:
    if not stores.on_server(location):
        raise UsageProblem("--harden is for a store on a server, and this one is a file", hints=("leave it out",))
    from ledger.postgresql.harden import harden

    with session.explained(location):
        done = harden(location)
    said = "the tables were dropped, and belong to the owner" if done.found else "the tables are the owner's"
    fields = {"path": location, "hardened": True, "found": list(done.found)}
    receipt(fields, f"hardened the store at {location}: {said}", asked, UTC)
    if asked.format == "table":
        for one in done.found:
            say_out(f"  {one}")
    say("next: longcase doctor, then longcase projections rebuild")


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


def _zone_in(settings: dict[str, str]) -> str:
    return settings.get("zone", session.DEFAULT_ZONE)


def _told(location: str) -> tuple[dict[str, str], str]:
    """Return a store's settings, and the zone whose midnight ends a day by the rulebook in force."""
    from projections.views.rulebooks import in_force

    with session.lent_to_read(location) as ledger:
        now = max(session.now(), ledger.head()[1])
        return ledger.settings(), in_force(ledger, now).rulebook.calendar.zone


def _told_if_allowed(location: str) -> tuple[dict[str, str] | None, str | None]:
    """Return the same of a store on a server, and nothing if whoever asks is none of those who work with it."""
    from ledger.postgresql.connect_errors import NotAMember

    try:
        return _told(location)
    except StoreError as error:
        if isinstance(error.__cause__, NotAMember):
            return None, None
        raise
