"""Where and with what it was measured: a figure without this means nothing."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ledger.sqlite.driver import durability, newest

LIBRARIES = ("longcase", "eventsourcing", "msgspec", "click", "sqlalchemy", "pysqlite3", "psycopg")


def environment(folder: Path) -> dict[str, Any]:
    """Return the versions and settings in force, for stores kept in ``folder``."""
    driver = newest()
    journal, synchronous = durability(driver.sqlite_version_info)
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "load": load(),
        "folder": str(folder),
        "file system": file_system(folder),
        "sqlite of the ledger": f"{driver.sqlite_version} ({driver.__name__})",
        "sqlite of python": sqlite3.sqlite_version,
        "journal mode": journal,
        "synchronous": synchronous,
        "libraries": {name: _version(name) for name in LIBRARIES},
        "interpreter": sys.executable,
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def load() -> float | None:
    """Return how many processes ran or wanted to, on average of the last minute; ``None`` if nobody tells."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def file_system(folder: Path) -> str:
    """Return the type of the file system that holds ``folder``, where the system tells it."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return "unknown"
    here = folder.resolve()
    found = [line.split()[1:3] for line in mounts.read_text(encoding="utf-8").splitlines()]
    holding = [(len(at), kind) for at, kind in found if here.is_relative_to(at)]
    return max(holding)[1] if holding else "unknown"
