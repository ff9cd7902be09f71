"""What every test stands on: no settings of the user, a limit of time, and no clock on Hypothesis."""

from __future__ import annotations

import faulthandler
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ("tests.postgres.databases", "tests.projections.engines")

settings.register_profile("longcase", deadline=None)
settings.load_profile("longcase")

OWN_SETTINGS = ("LONGCASE_STORE", "LONGCASE_ACTOR", "LONGCASE_ROLE", "LONGCASE_DEBUG", "COLUMNS")
USER_FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
FAULTS = Path(__file__).resolve().parent / "faults"
LONG = "long" in (os.environ.get("LONGCASE_LAWS"), os.environ.get("LONGCASE_FAULTS"))
SLOW_LIMIT = 900
"""How many seconds a test may take that is slow by design, or makes a fault; without end in the long forms."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests that are slow by design, and those that make faults, a longer time."""
    for item in items:
        if LONG or item.get_closest_marker("slow") or item.path.is_relative_to(FAULTS):
            item.add_marker(pytest.mark.timeout(0 if LONG else SLOW_LIMIT))


def pytest_runtest_setup() -> None:
    """Let nothing end a run of the long forms."""
    if LONG:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests, and every process they start, away from the user's own store and profile."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in OWN_SETTINGS:
            patch.delenv(name, raising=False)
        for name in USER_FOLDERS:
            patch.setenv(name, str(home / name.lower()))
        yield
