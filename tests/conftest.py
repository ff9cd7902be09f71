"""What every test stands on: no settings of the user who runs them, and no clock on Hypothesis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ("tests.postgres.databases", "tests.projections.engines")

settings.register_profile("longcase", deadline=None)
settings.load_profile("longcase")

OWN_SETTINGS = ("LONGCASE_STORE", "LONGCASE_ACTOR", "LONGCASE_ROLE", "LONGCASE_DEBUG")
USER_FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")


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
