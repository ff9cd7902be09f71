"""Where the platform wants a program's data, settings and logs."""

from __future__ import annotations

import os
import sys
from typing import Final

_NAME: Final = "longcase"


def data_folder() -> str:
    """Return the folder of the default store."""
    return _on_linux("XDG_DATA_HOME", ".local/share") or _asked("data")


def config_folder() -> str:
    """Return the folder of the profile."""
    return _on_linux("XDG_CONFIG_HOME", ".config") or _asked("config")


def log_folder() -> str:
    """Return the folder in which the details of internal errors are kept."""
    state = _on_linux("XDG_STATE_HOME", ".local/state")
    return os.path.join(state, "log") if state else _asked("log")  # noqa: PTH118  (pathlib costs milliseconds)


def state_folder() -> str:
    """Return the folder of what this machine has seen of stores on servers."""
    return _on_linux("XDG_STATE_HOME", ".local/state") or _asked("state")


def _on_linux(variable: str, fallback: str) -> str | None:
    """Return what platformdirs would, without its 10 ms of import; None on other platforms."""
    if not sys.platform.startswith("linux"):
        return None
    base = os.environ.get(variable, "").strip()
    if not base.startswith("/"):  # a relative one is to be ignored, says the XDG specification
        base = os.path.join(os.path.expanduser("~"), fallback)  # noqa: PTH111, PTH118  (as above)
    return os.path.join(base, _NAME)  # noqa: PTH118  (as above)


def _asked(kind: str) -> str:
    import platformdirs

    folder: str = getattr(platformdirs, f"user_{kind}_dir")(_NAME, appauthor=False)
    return folder
