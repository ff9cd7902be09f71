"""One store of invented cases for all tests of the pages, and a browser that was let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.sites import BASE, let_in, made, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from werkzeug.test import Client, TestResponse

    from tests.web.sites import Opened


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("web") / "longcase-demo.db")


@pytest.fixture(scope="session")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("web") / "longcase-inspections.db", rounds=True)


@pytest.fixture
def site(demo: Path) -> Iterator[Opened]:
    with opened(demo) as found:
        yield found


@pytest.fixture
def client(site: Opened) -> Client:
    return let_in(site)


@pytest.fixture
def get(client: Client) -> Callable[..., TestResponse]:
    def ask(path: str, **more: Any) -> TestResponse:
        return client.get(path, base_url=BASE, **more)

    return ask
