"""The profile: a TOML file that says which store is meant, and who is at the keyboard.

It lies in the platform's configuration folder as ``profile.toml``, or where ``LONGCASE_PROFILE``
says, and may hold ``store``, ``actor`` and ``role``. An option wins over the environment, and the
environment over the profile. It is no place for secrets, and there are none to put in it.
"""

from __future__ import annotations

import os
from typing import Final

from cli.input.folders import config_folder, data_folder
from domain.errors import StoreError, UsageProblem
from ledger.stores import on_server

KEYS: Final = ("store", "actor", "role")


def profile_path() -> str:
    """Return where the profile is looked for."""
    given = os.environ.get("LONGCASE_PROFILE")
    return given or os.path.join(config_folder(), "profile.toml")  # noqa: PTH118  (pathlib costs milliseconds)


def setting(key: str, given: str | None) -> str | None:
    """Return the option's value, else that of ``LONGCASE_<KEY>``, else the profile's, else None.

    Raises ``UsageProblem`` if the profile is needed and cannot be understood.
    """
    return given or os.environ.get(f"LONGCASE_{key.upper()}") or read_profile().get(key)


def read_profile() -> dict[str, str]:
    """Return what the profile says, if there is one; raise ``UsageProblem`` if it is faulty."""
    path = profile_path()
    try:
        return {} if path == os.devnull else _checked(path)
    except (FileNotFoundError, NotADirectoryError):  # some accounts have /dev/null for a home
        return {}
    except OSError as error:
        raise UsageProblem(f"the profile {path} cannot be read: {error.strerror}") from error


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
        return os.path.join(data_folder(), "longcase.db")  # noqa: PTH118  (as above)
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


def _checked_url(url: str) -> str:
    from ledger.postgresql.secrets import shows_secret

    if shows_secret(url):
        from ledger.postgresql.location import secret_shown

        refused = secret_shown()
        raise StoreError(str(refused), hints=refused.advice)
    return url


def _checked(path: str) -> dict[str, str]:
    os.stat(path)  # noqa: PTH116  (there is mostly none, and then nothing that reads it is loaded)
    from application.small_file import NoSmallFile, small_text
    from domain.toml import loads

    try:
        found = loads(small_text(path))
    except NoSmallFile as error:
        raise UsageProblem(f"the profile {path} cannot be read: {error}") from error
    except ValueError as error:
        raise UsageProblem(f"the profile {path} is not TOML: {error}") from error
    for key, value in found.items():
        if key not in KEYS or not isinstance(value, str):
            why = f"{key!r} is not a text of its own" if key in KEYS else f"{key!r} is not known"
            hint = f"a profile holds texts named {', '.join(KEYS)}"
            raise UsageProblem(f"the profile {path} cannot be used: {why}", hints=(hint,))
    return found
