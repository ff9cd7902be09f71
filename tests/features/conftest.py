"""The store of a scenario, and the steps: every module of this folder whose name ends in ``_steps``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from application.app import Longcase
from ledger.sqlite.recorder import SQLiteRecorder
from tests.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.register_assert_rewrite("tests.features.queries")


def pytest_configure(config: pytest.Config) -> None:
    """Let pytest know the steps; a module that merely imported them would not pass them on."""
    for path in sorted(Path(__file__).parent.glob("*_steps.py")):
        config.pluginmanager.import_plugin(f"tests.features.{path.stem}")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(clock: Clock) -> Iterator[Longcase]:
    ledger = SQLiteRecorder.in_memory(clock=clock)
    app = Longcase(ledger)
    yield app
    app.close()
