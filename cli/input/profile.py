"""The profile: a TOML file that says which store is meant, and who is at the keyboard.

It lies in the platform's configuration folder as ``profile.toml``, or where ``LONGCASE_PROFILE``
says, and may hold ``store``, ``actor`` and ``role``, and tables of the same keys, each a profile of that name.
``--profile``, or a bare name in ``LONGCASE_PROFILE``, chooses one. An option wins over the environment, and the
environment over the profile, but for one that an option chose. It is no place for secrets, and there are none to
put in it.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cli.input.folders import config_folder, data_folder
from domain.errors import StoreError, UsageProblem
from ledger.stores import on_server

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYS: Final = ("store", "actor", "role")
VARIABLE: Final = "LONGCASE_PROFILE"
_CHOICE: Final = "longcase.profile"
_READ: Final = "longcase.profiles"


class Said(NamedTuple):
    """What a setting is, and what says so.

    ``source`` is ``option``, ``environment``, ``profile`` or nothing; ``name`` is that of the profile, if it has
    one.
    """

    value: str | None = None
    source: str | None = None
    name: str | None = None


class Profiles(NamedTuple):
    """What a file of profiles says: what holds without a name, and what each name stands for."""

    usual: Mapping[str, str]
    named: Mapping[str, Mapping[str, str]]


_NONE: Final = Profiles({}, {})


def profile_path() -> str:
    """Return where the profile is looked for."""
    given = os.environ.get(VARIABLE)
    if given and _name_in(given) is None:
        return given
    return os.path.join(config_folder(), "profile.toml")  # noqa: PTH118  (pathlib costs milliseconds)


def chosen() -> str | None:
    """Return the name of the profile that ``--profile`` or the environment chooses; None for what has no name.

    Raises ``UsageProblem`` if there is none of that name, or the profile cannot be understood.
    """
    name = choice()
    if name is None:
        name = _name_in(os.environ.get(VARIABLE, ""))
    if name is None:
        return None
    named = read_profiles().named
    if name not in named:
        raise _unknown(name, named)
    return name


def setting(key: str, given: str | None) -> str | None:
    """Return the option's value, else what the profile of an option, ``LONGCASE_<KEY>`` or the profile says.

    Raises ``UsageProblem`` if the profile is needed and cannot be understood.
    """
    return said(key, given).value


def said(key: str, given: str | None) -> Said:
    """Return what a setting is, and what says so; raise as ``setting`` does."""
    if given:
        return Said(given, "option")
    name = choice()
    if name is not None and (found := read_profiles().named[name].get(key)):
        return Said(found, "profile", name)
    if found := os.environ.get(f"LONGCASE_{key.upper()}"):
        return Said(found, "environment")
    name, profiles = chosen(), read_profiles()
    if name is not None and (found := profiles.named[name].get(key)):
        return Said(found, "profile", name)
    found = profiles.usual.get(key)
    return Said(found, "profile") if found else Said()


def read_profiles() -> Profiles:
    """Return what the file of profiles says, if there is one: read once a command, and doubted then.

    Raises ``UsageProblem`` if it is faulty.
    """
    shared = _of_command()
    if _READ not in shared:
        shared[_READ] = _read(profile_path())
    found: Profiles = shared[_READ]
    return found


def choose(name: str) -> None:
    """Have the profile of this name hold for the command that is running; raise as ``chosen`` does."""
    _of_command()[_CHOICE] = name
    chosen()


def choice() -> str | None:
    """Return the name that ``choose`` was given for the command that is running."""
    name: str | None = _of_command().get(_CHOICE)
    return name


def _of_command() -> dict[str, Any]:
    """Return what the command that is running keeps in mind."""
    from click import get_current_context

    context = get_current_context(silent=True)
    return {} if context is None else context.meta


def _read(path: str) -> Profiles:
    try:
        found = _NONE if path == os.devnull else _checked(path)
    except (FileNotFoundError, NotADirectoryError):  # some accounts have /dev/null for a home
        return _NONE
    except OSError as error:
        raise UsageProblem(f"the profile {path} cannot be read: {error.strerror}") from error
    if found is not _NONE and open_to_everybody(path):
        from click import echo

        from presentation.escaping import safe_text

        doubt = f"! everybody on this machine may change {path}, and so which store is meant: chmod o-w"
        echo(safe_text(doubt), err=True)
    return found


def open_to_everybody(path: str) -> bool:
    """Say whether everybody on this machine may change the file at ``path``, and so say which store is meant."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116  (a path is a text here)
    except OSError:
        return False
    return os.name == "posix" and stat.S_ISREG(mode) and bool(mode & stat.S_IWOTH)


def store_path(given: str | None) -> str:
    """Return where the store is, as ``ledger.stores`` takes it: option, environment, profile, or the default.

    It is a path (``sqlite:///path`` means the same) or the URL of a database of PostgreSQL. Raises
    ``UsageProblem`` for an empty option, ``StoreError`` for any other kind of URL, and for one with a password
    in it, which is not repeated.
    """
    if given is not None and not given.strip():
        hint = "a variable that is not set? leave --store out to mean the usual store"
        raise UsageProblem("--store is empty", hints=(hint,))
    text = setting("store", given)
    if not text:
        return default_store()
    if on_server(text):
        return _checked_url(text)
    path = text.removeprefix("sqlite:///")
    if "://" in path or path in {"", ":memory:"}:
        scheme = path.partition("://")[0] if "://" in path else text
        raise StoreError(
            f"the store {scheme!r} cannot be opened: a store is a file of SQLite, or on PostgreSQL",
            hints=("write a path, sqlite:///path, or postgresql://USER@HOST/DATABASE",),
        )
    if path.casefold().startswith("file:"):  # which SQLite takes for an address, and init for a name
        hint = f"./{path} names a file of that name"
        raise StoreError(f"the store {path!r} cannot be opened: its name begins with file:", hints=(hint,))
    return os.path.expanduser(path)  # noqa: PTH111  (as above)


def default_store() -> str:
    """Return where the store is that is meant where nothing says which."""
    return os.path.join(data_folder(), "longcase.db")  # noqa: PTH118  (as above)


def _name_in(variable: str) -> str | None:
    """Return the name of a profile that the variable holds; None if it holds a path, or nothing.

    A name has neither a dot nor what separates folders. Raises ``UsageProblem`` where a file is of that name too.
    """
    if not variable.strip() or variable == os.devnull or any(mark in variable for mark in "./\\"):
        return None
    if os.path.lexists(variable):
        why = f"{VARIABLE}={variable} may be the profile of that name, and the file here"
        raise UsageProblem(why, hints=(f"write ./{variable} for the file", f"longcase --profile {variable} ..."))
    return variable


def _unknown(name: str, named: Mapping[str, Any]) -> UsageProblem:
    from difflib import get_close_matches

    near = [f"did you mean {one}?" for one in get_close_matches(name, named, n=2)]
    there = f"there are {', '.join(named)}" if named else f"a table [{name}] with store = '...' in it makes one"
    return UsageProblem(f"there is no profile {name!r} in {profile_path()}", hints=(*near, there))


def _checked_url(url: str) -> str:
    from ledger.postgresql.secrets import shows_secret

    if shows_secret(url):
        from ledger.postgresql.location import secret_shown

        refused = secret_shown()
        raise StoreError(str(refused), hints=refused.advice)
    return url


def _checked(path: str) -> Profiles:
    os.stat(path)  # noqa: PTH116  (there is mostly none, and then nothing that reads it is loaded)
    found = toml_in(path)
    named = {name: table for name, table in found.items() if isinstance(table, dict) and name not in KEYS}
    usual = {key: value for key, value in found.items() if key not in named}
    _check(path, usual)
    for name, table in named.items():
        _check(path, table, name)
    return Profiles(usual, named)


def toml_in(path: str) -> dict[str, Any]:
    """Return what the TOML file at ``path`` says; raise ``UsageProblem`` or ``OSError``."""
    from application.small_file import NoSmallFile, small_text
    from domain.toml import loads

    try:
        return loads(small_text(path))
    except NoSmallFile as error:
        raise UsageProblem(f"the profile {path} cannot be read: {error}") from error
    except ValueError as error:
        raise UsageProblem(f"the profile {path} is not TOML: {error}") from error


def _check(path: str, texts: Mapping[str, Any], name: str | None = None) -> None:
    """Raise ``UsageProblem`` unless these are settings, and a profile with a name says which store it means."""
    where = "" if name is None else f"[{name}]: "
    for key, value in texts.items():
        if key not in KEYS or not isinstance(value, str):
            why = f"{where}{key!r} is not a text of its own" if key in KEYS else f"{where}{key!r} is not known"
            hint = f"a profile holds texts named {', '.join(KEYS)}"
            raise UsageProblem(f"the profile {path} cannot be used: {why}", hints=(hint,))
    if name is not None and not texts.get("store", "").strip():
        hint = f"write store = '...' below [{name}]: what has a name never stands for another store"
        raise UsageProblem(f"the profile {path} cannot be used: [{name}] says no store", hints=(hint,))
