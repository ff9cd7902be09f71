"""``longcase config``: which store is meant, who acts, what else holds, and what says so."""

from __future__ import annotations

import os
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

import click

from cli.input import profile
from cli.input.options import reading
from cli.input.requests import common
from cli.output.layout import page, write
from cli.output.streams import Shape, present
from cli.session import stores
from domain.axes import Axes
from domain.errors import LongcaseError
from ledger.postgresql.secrets import without_secrets
from presentation.instants import AsOf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cli.input.requests import View

_SHAPE: Final = Shape("settings", ("setting", "value", "source", "where", "profile", "line", "note"), ())
_VARIABLES: Final = {
    "as_at": "LONGCASE_AS_AT",
    "known_at": "LONGCASE_KNOWN_AT",
    "vocabulary": "LONGCASE_VOCABULARY",
    "signer": "LONGCASE_SIGNER",
    "witness": "LONGCASE_WITNESS",
    "passphrase_file": "LONGCASE_PASSPHRASE_FILE",
    "debug": "LONGCASE_DEBUG",
}
_LONGEST: Final = 500
"""Up to which line of a file of profiles it is looked for where a setting stands."""

Setting = dict[str, Any]


@click.command()
@reading(axes=False, standby=False)
def config(view: View) -> None:
    """Show which store is meant, who acts, and every other setting that holds, each with what says so.

    Then the profiles, if there are any: longcase --profile NAME chooses one for a command. A password is never
    shown. A store that cannot be used is no error here, and what is wrong with it stands beside it.
    """
    path = profile.profile_path()
    profiles = profile.read_profiles()
    chosen = profile.chosen()
    named = [_named(name, said, chosen, path) for name, said in profiles.named.items()]
    settings = [*_of_profile(path, chosen), *_of_store(view, path), *_people(path), *_environment()]
    if view.format == "table":
        from cli.pages.config import lines

        write(lines(settings, named, path, page(UTC)))
        return
    now = stores.now()
    present(settings, _SHAPE, view, AsOf(Axes(now, now), UTC, now), extra={"profiles": named})


def _setting(name: str, value: str | None, source: str | None = None, where: str | None = None) -> Setting:
    shown = None if value is None else without_secrets(value)
    found = {"setting": name, "value": shown, "source": source, "where": where}
    return found | {"profile": None, "line": None, "note": None}


def _of_profile(path: str, chosen: str | None) -> Iterator[Setting]:
    by_path = path == os.environ.get(profile.VARIABLE)
    source, where = ("environment", profile.VARIABLE) if by_path else ("default", None)
    found = _setting("profile_file", path, source, where)
    there = os.path.lexists(path)
    open_to_all = "everybody on this machine may change it" if profile.open_to_everybody(path) else None
    yield found | {"note": open_to_all if there else "there is no such file"}
    typed = profile.choice() is not None
    how = ("option", "--profile") if typed else ("environment", profile.VARIABLE)
    yield _setting("profile", chosen, *(how if chosen is not None else (None, None)))


def _of_store(view: View, path: str) -> Iterator[Setting]:
    """Yield which store is meant, and what it says of itself."""
    given = common().store if view.store is None else view.store
    asked = _told("store", given, path)
    if asked["value"] is None:
        asked |= {"value": profile.default_store(), "source": "default"}
    scenario = zone = None
    try:
        asked["value"] = location = profile.store_path(given)
        with stores.lent_to_read(location) as ledger:
            scenario, zone = ledger.setting(stores.SCENARIO), str(stores.zone(ledger))
    except LongcaseError as error:
        asked["note"] = without_secrets(error.message)
    yield asked
    yield _setting("demonstration", scenario, None if scenario is None else "store")
    yield _setting("zone", zone, None if zone is None else "store")


def _people(path: str) -> Iterator[Setting]:
    for key in ("actor", "role"):
        yield _told(key, getattr(common(), key), path)


def _told(key: str, given: str | None, path: str) -> Setting:
    """Return what a setting is by option, environment or profile, with the place that says so."""
    said = profile.said(key, given)
    where = {"option": f"--{key}", "environment": f"LONGCASE_{key.upper()}", "profile": path}.get(
        said.source or ""
    )
    found = _setting(key, said.value, said.source, where)
    if said.source == "profile":
        found |= {"profile": said.name, "line": _line(path, said.name, key)}
    return found


def _environment() -> Iterator[Setting]:
    for name, variable in _VARIABLES.items():
        value = os.environ.get(variable) or None
        yield _setting(name, value, *(("environment", variable) if value else (None, None)))


def _named(name: str, said: Mapping[str, str], chosen: str | None, path: str) -> dict[str, Any]:
    texts = {key: without_secrets(said[key]) if key in said else None for key in profile.KEYS}
    return {"name": name, **texts, "line": _line(path, name, "store"), "chosen": name == chosen}


def _line(path: str, name: str | None, key: str) -> int | None:
    """Return the line of the file in which a setting stands, or None where that is not found.

    It is the first with which what stands up to it says the setting.
    """
    import tomllib

    from application.small_file import small_text

    written = small_text(path).splitlines()[:_LONGEST]
    for number in range(1, len(written) + 1):
        try:
            found = tomllib.loads("\n".join(written[:number]))
        except tomllib.TOMLDecodeError:
            continue
        if key in (found if name is None else found.get(name, {})):
            return number
    return None
