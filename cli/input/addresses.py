"""HOST:PORT as it is typed."""

from __future__ import annotations

import re
from typing import Final

from domain.errors import UsageProblem

LOCAL: Final = "127.0.0.1"
_ADDRESS: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^/\\:]*):(?P<port>[0-9]{1,5})")
_LAST_PORT: Final = 65_535


def host_and_port(text: str, option: str) -> tuple[str, int] | None:
    """Return what HOST:PORT names, without brackets, 127.0.0.1 where no host is named; None if it is none.

    Raises ``UsageProblem`` for a port that there is not.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    port = int(found["port"])
    if port > _LAST_PORT:
        raise UsageProblem(f"{option}: {text}: there is no port {port}")
    return found["host"].strip("[]") or LOCAL, port
