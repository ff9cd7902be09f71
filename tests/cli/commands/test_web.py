"""``longcase web``: what it needs, what it says, how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from subprocess import PIPE
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from cli.commands import web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.conftest import Ran

LONGCASE = (sys.executable, "-m", "cli.main")


def test_without_the_extra_it_says_what_to_install(
    store: Path, longcase: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the pages stand on is optional; whoever lacks it is told, before anything is opened."""
    monkeypatch.setitem(sys.modules, "werkzeug", None)
    ran = longcase("web", "--no-browser")
    assert ran.code == 2
    assert 'pages need the extra "web"' in ran.err
    assert "pip install 'longcase[web]'" in ran.err


def test_without_a_store_it_says_what_to_look_at(tmp_path: Path, longcase: Callable[..., Ran]) -> None:
    """Whoever has no store yet has a demonstration."""
    ran = longcase("web", "--no-browser", "--store", str(tmp_path / "none.db"))
    assert ran.code == 5
    assert "longcase demo --web" in ran.err


@pytest.mark.parametrize("option", ["--as-at", "--known-at"])
def test_a_faulty_instant_is_told_at_once(store: Path, longcase: Callable[..., Ran], option: str) -> None:
    """Not in the browser, but where it was typed."""
    ran = longcase("web", "--no-browser", option, "2016-02-30")
    assert ran.code == 2
    assert option in ran.err


def test_a_port_that_is_taken_is_told(store: Path, longcase: Callable[..., Ran]) -> None:
    """Whoever asks for a port by its number is told that nothing can listen there."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = longcase("web", "--no-browser", "--port", port)
    assert ran.code == 2
    assert f"--port: nothing can listen at {port}" in ran.err


@pytest.fixture
def started(store: Path) -> Iterator[subprocess.Popen[str]]:
    command = [*LONGCASE, "web", "--no-browser", "--as-at", "2016-05-20"]
    with subprocess.Popen(command, stderr=PIPE, text=True) as process:
        yield process
        process.kill()


def _entrance(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    found = re.search(r"http://127\.0\.0\.1:\d+/enter\?token=\S+$", process.stderr.readline())
    assert found is not None
    return found[0]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_serves_until_it_is_told_to_end(
    started: subprocess.Popen[str], number: signal.Signals, code: int
) -> None:
    """The address that is printed leads to the instants that were asked for; Ctrl-C and SIGTERM end it."""
    with urlopen(_entrance(started)) as answer:  # noqa: S310  (the address is of http, by the pattern)
        assert b"/stalled?as-at=2016-05-20" in answer.read()
    started.send_signal(number)
    assert started.wait(10) == code


def test_the_browser_is_opened_by_a_file_that_is_ours_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token stands in no list of processes: what is given to the browser is the path of a file, mode 0600."""
    opened: list[str] = []

    def remember(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", remember)
    with web._opened("http://127.0.0.1:1/enter?token=quassia"):
        (url,) = opened
        path = url.removeprefix("file://")
        with open(path, encoding="utf-8") as file:  # noqa: PTH123  (a path is a text here)
            content = file.read()
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
    assert "quassia" not in url
    assert mode == 0o600
    assert "url=http://127.0.0.1:1/enter?token=quassia" in content


def test_the_demonstration_is_shown_at_its_day(tmp_path: Path) -> None:
    """Made and served by one command, on the day that has something to show."""
    store = tmp_path / "demo.db"
    command = [*LONGCASE, "demo", "--web", "--store", str(store)]
    environment = os.environ | {"BROWSER": f"{sys.executable} -c pass %s", "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=PIPE, stderr=PIPE, text=True, env=environment) as one:
        assert one.stdout is not None
        assert one.stderr is not None
        assert "134 invented cases" in one.stdout.readline()
        assert "the pages are in the browser; if none opened, open " in one.stderr.readline()
        (file,) = tmp_path.glob("longcase-web-*/open.html")
        found = re.search(r'url=(http://[^"]+)', file.read_text("utf-8"))
        assert found is not None
        with urlopen(found[1]) as answer:  # noqa: S310  (the address is of http, by the pattern)
            assert b"/stalled?as-at=2016-05-20" in answer.read()
        one.send_signal(signal.SIGINT)
        assert one.wait(10) == 130
    assert not file.exists()
