"""What a fault came to, and where a fault cannot be run at all."""

from __future__ import annotations

import os
import shutil
from typing import NamedTuple

LONG = os.environ.get("LONGCASE_FAULTS") == "long"
"""Whether the suite runs the long form of every fault."""


class Outcome(NamedTuple):
    """A fault that was made ``count`` times without breaking what Longcase promises, and what was counted."""

    fault: str
    count: int  # type: ignore[assignment]  # nobody counts the values of this tuple
    figures: dict[str, int | float | str]


class NotRun(Exception):
    """The fault cannot be made here: a tool or a right is missing; the text says which."""


def tool(name: str, package: str = "") -> str:
    """Return the path of a program; raise ``NotRun`` where it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise NotRun(f"{name} is not installed (Debian package {package or name})")
    return found
