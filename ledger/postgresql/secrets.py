"""Passwords where none may stand: in the URL of a store, and so in whatever is said of it."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

_CREDENTIALS: Final = re.compile(r"[^/?@]*:(?!\d*[,/?]|\d*$)[^@]*@|[^/@]*:[^/@]*@")
"""What stands before the host, with a colon in it that does not stand before the number of a port."""

_EMPTY: Final = re.compile(r"[^/?@:]*:@(?!.*@)")
"""An empty password, which is none; not where another @ follows, and the first may be that of a password."""

_ADDRESS: Final = re.compile(r"\[[^\]]*\]")
_SECRET: Final = re.compile(r"(?:password|secret)=[^\s&'\"]+", re.IGNORECASE)
_URL: Final = re.compile(r"(\w+://)\S+")


def shows_secret(location: str) -> bool:
    """Say whether a password seems to stand in the URL of a store; libpq's own reading of it decides later."""
    rest = _ADDRESS.sub("", location.partition("://")[2])
    credentials = _CREDENTIALS.match(rest) is not None and _EMPTY.match(rest) is None
    return credentials or _SECRET.search(unquote(rest)) is not None


def without_secrets(text: str) -> str:
    """Return a text with whatever may be a password blotted out, and the whole URL in which it stands."""
    return _SECRET.sub("***", _URL.sub(_blotted, text))


def _blotted(found: re.Match[str]) -> str:
    return f"{found[1]}***" if shows_secret(found[0]) else found[0]
