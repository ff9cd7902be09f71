"""The style sheet and the script, served under names with their hash, which a browser may keep for ever."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER: Final = "/static"
_DIGITS: Final = 16
_KINDS: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


class Asset(NamedTuple):
    """A file that pages load: its name with its hash, its kind, and what is in it."""

    name: str
    kind: str
    content: bytes


@cache
def assets() -> Mapping[str, Asset]:
    """Return the files by their names without a hash."""
    found = (one for one in files("web").joinpath("static").iterdir() if one.name.rpartition(".")[2] in _KINDS)
    return {one.name: _asset(one.name, one.read_bytes()) for one in found}


@cache
def by_hashed_name() -> Mapping[str, Asset]:
    """Return the files by the names under which they are served."""
    return {one.name: one for one in assets().values()}


def path_of(name: str) -> str:
    """Return the path under which a file is served."""
    return f"{FOLDER}/{assets()[name].name}"


def _asset(name: str, content: bytes) -> Asset:
    stem, _, kind = name.rpartition(".")
    return Asset(f"{stem}.{sha256(content).hexdigest()[:_DIGITS]}.{kind}", _KINDS[kind], content)
