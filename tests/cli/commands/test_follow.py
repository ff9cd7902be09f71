"""``longcase follow`` as a process of its own: it follows, shows figures, takes over, and stops when told."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics import parser

from cli.service import metrics_endpoint
from ledger.sqlite.reader import SQLiteReader
from ledger.sqlite.recorder import SQLiteRecorder
from projections.runner import catching_up
from projections.runner.lag import lag_of
from projections.runner.rebuild import rebuild
from projections.runner.runner import Runner
from tests.interrupts import ctrl_c
from tests.projections.stores import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Ran


class Shown:
    """Metrics of which there is one."""

    def collect(self) -> Iterator[Metric]:
        yield Metric("longcase_shown", "That it is shown.", "gauge")


class Broken:
    """Metrics that have a fault of ours."""

    def collect(self) -> Iterator[Metric]:
        raise ValueError("no such figure")


READ: Any = parser.text_string_to_metric_families
ROOT = Path(__file__).resolve().parents[3]
on_posix = pytest.mark.skipif(os.name == "nt", reason="the signals are of POSIX")


class Process:
    """``longcase follow`` with its metrics at a port of its own; Ctrl-C is ``heard``, or was to be ignored."""

    def __init__(self, *words: str, heard: bool = True) -> None:
        command = [sys.executable, "-m", "cli.main", "follow", *words]
        with ctrl_c(heard=heard):
            self.child = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        self.said: list[str] = []
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.child.stderr is not None
        with self.child.stderr as lines:
            self.said.extend(line.rstrip() for line in lines)

    def hear(self, words: str) -> str:
        """Wait for a line with these words in it."""
        until(lambda: any(words in line for line in self.said), lambda: f"{words!r} among {self.said}")
        return next(line for line in self.said if words in line)

    def figure(self, name: str, label: str = "") -> float | None:
        """Return a figure of its metrics; ``None`` if it has none of that name."""
        host, _, port = self.hear("metrics in http://").rpartition("//")[2].partition("/")[0].rpartition(":")
        text = got(host, int(port))[2]
        return figures(text).get((name, label))

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Send a signal; return the exit code, and how many seconds it took."""
        began = time.monotonic()
        self.child.send_signal(number)
        code = self.child.wait(30)
        self._reader.join()
        return code, time.monotonic() - began


def got(host: str, port: int, path: str = "/metrics", method: str = "GET") -> tuple[int, str | None, str]:
    with closing(HTTPConnection(host, port, timeout=10)) as connection:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read().decode()


def figures(text: str) -> dict[tuple[str, str], float]:
    families = READ(text)
    return {(each.name, ",".join(each.labels.values())): each.value for one in families for each in one.samples}


def until(holds: Callable[[], object], what: Callable[[], str] = lambda: "it never came") -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, what()
        time.sleep(0.02)


@pytest.fixture
def followers() -> Iterator[Callable[..., Process]]:
    """Start followers, and leave none behind."""
    started: list[Process] = []

    def start(*words: str, heard: bool = True) -> Process:
        started.append(Process(*words, heard=heard))
        return started[-1]

    yield start
    for each in started:
        if each.child.poll() is None:
            each.end(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)


@pytest.fixture
def shelf(store: Path) -> Iterator[Shelf]:
    shelf = Shelf(store)
    shelf.open("A", "B")
    yield shelf
    shelf.close()


@on_posix
def test_the_active_one_is_killed_and_another_takes_over(
    shelf: Shelf, store: Path, followers: Callable[..., Process]
) -> None:
    """Nothing is missed, the rows are those of a rebuild, and in the end the store is nobody's."""
    active = followers("--metrics", "127.0.0.1:0")
    until(lambda: active.figure("longcase_projection_position", "cases") == 2)
    other = followers("--metrics", ":0")
    other.hear("another process follows this store: standing by")
    assert (active.figure("longcase_follow_active"), other.figure("longcase_follow_active")) == (1, 0)
    shelf.open(*(f"C-{number}" for number in range(20)))
    until(lambda: other.figure("longcase_projection_position", "cases") == 22)
    assert active.figure("longcase_follow_entries_total") == 22
    assert active.figure("longcase_projection_lag_seconds", "cases") == 0
    assert active.end(signal.SIGKILL)[0] == -signal.SIGKILL
    shelf.open("D")
    other.hear("the process that followed this store has ended: taking over")
    until(lambda: other.figure("longcase_projection_position", "cases") == 23)
    assert (other.figure("longcase_follow_active"), other.figure("longcase_follow_entries_total")) == (1, 1)
    assert other.figure("longcase_follow_errors_total") == 0
    code, seconds = other.end()
    assert code == 0
    assert seconds < 2
    assert rebuild(shelf.runner)[2:] == (0, 0)
    with closing(SQLiteReader.reading(str(store))) as reader:
        assert reader.lead()
    shelf.sql("BEGIN EXCLUSIVE")
    shelf.sql("ROLLBACK")


@on_posix
def test_a_poison_entry_is_shown_and_skipped(
    shelf: Shelf, followers: Callable[..., Process], longcase: Callable[..., Ran]
) -> None:
    """The follower lives on, and goes on by itself after ``projections skip``."""
    poison = shelf.poison("A")
    shelf.open("C")
    follower = followers("--metrics", ":0")
    follower.hear(f"stopped before position {poison}: entry 2 of its stream")
    assert follower.figure("longcase_follow_last_error_info", "poison") == 1
    assert follower.figure("longcase_projection_stopped", "cases") == 1
    assert (follower.figure("longcase_projection_lag_entries", "cases") or 0) >= 2
    assert longcase("cases").code == 5
    assert longcase("projections", "skip", str(poison), "--reason", "made by a test").code == 0
    follower.hear("all is well again: the tables reflect all entries up to position 5")
    assert follower.figure("longcase_projection_stopped", "cases") == 0
    assert longcase("cases").out.startswith("3 cases")
    assert follower.end()[0] == 0


@on_posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_ends_soon_though_another_writer_holds_the_lock(
    shelf: Shelf, followers: Callable[..., Process], number: int, code: int
) -> None:
    """In a call of the database that nothing breaks off: the process ends as it is, and nothing has happened."""
    with shelf.ledger.transaction():
        follower = followers()
        follower.hear("following ")
        time.sleep(0.3)
        ended, seconds = follower.end(number)
    assert (ended, shelf.tables()) == (code, [])
    assert seconds < 2


@on_posix
def test_ctrl_c_ends_it_as_it_ends_all_commands(shelf: Shelf, followers: Callable[..., Process]) -> None:
    """Exit code 130."""
    follower = followers()
    until(lambda: lag_of(shelf.runner).position == 2)
    assert follower.end(signal.SIGINT)[0] == 130
    assert follower.said[-1] == "longcase: interrupted"


@on_posix
def test_in_the_background_it_ignores_ctrl_c(shelf: Shelf, followers: Callable[..., Process]) -> None:
    """Started to ignore it, as by a script that goes on at the keyboard: SIGTERM ends it all the same."""
    follower = followers(heard=False)
    until(lambda: lag_of(shelf.runner).position == 2)
    follower.child.send_signal(signal.SIGINT)
    shelf.open("CSE-0084")
    until(lambda: lag_of(shelf.runner).position == 3)
    assert follower.end()[0] == 0


@on_posix
def test_only_the_metrics_are_served(shelf: Shelf, followers: Callable[..., Process]) -> None:
    """To those who get them; whoever sends nothing at all keeps nobody waiting."""
    follower = followers("--metrics", "localhost:0")
    port = int(follower.hear("metrics in http://127.0.0.1:").rpartition(":")[2].partition("/")[0])
    with socket.create_connection(("127.0.0.1", port)):
        status, kind, text = got("127.0.0.1", port)
    assert (status, kind) == (200, "application/openmetrics-text; version=1.0.0; charset=utf-8")
    assert figures(text)["longcase_store_up", ""] == 1
    assert got("127.0.0.1", port, "/")[0] == 404
    assert got("127.0.0.1", port, method="POST")[0] == 501
    assert follower.end()[0] == 0


@on_posix
def test_the_file_says_in_the_end_that_nobody_follows(
    shelf: Shelf, tmp_path: Path, followers: Callable[..., Process]
) -> None:
    """It is replaced, and no half of it is left beside it."""
    file = tmp_path / "metrics" / "longcase.prom"
    file.parent.mkdir()
    follower = followers("--metrics", str(file))
    follower.hear(f"metrics in {file}")
    until(lambda: lag_of(shelf.runner).position == 2)
    assert follower.end()[0] == 0
    found = figures(file.read_text("utf-8"))
    assert (found["longcase_follow_active", ""], found["longcase_follow_entries_total", ""]) == (0, 2)
    assert [each.name for each in file.parent.iterdir()] == ["longcase.prom"]


def test_catching_up_once(shelf: Shelf, tmp_path: Path, longcase: Callable[..., Ran]) -> None:
    """For those who would rather start it from time to time."""
    file = tmp_path / "m.prom"
    assert longcase("follow", "--once", "--metrics", str(file)) == (
        0,
        "",
        "caught up with 2 entries, up to position 2\n",
    )
    found = figures(file.read_text("utf-8"))
    assert found["longcase_projection_position", "cases"] == 2
    assert longcase("follow", "--once").err == "caught up with 0 entries, up to position 2\n"
    poison = shelf.poison("A")
    shown = longcase("follow", "--once")
    assert (shown.code, f"stopped before position {poison}" in shown.err) == (5, True)


def test_a_store_that_is_none(tmp_path: Path, longcase: Callable[..., Ran]) -> None:
    """Whoever starts it learns at once that there is nothing to follow."""
    shown = longcase("follow", "--store", str(tmp_path / "nowhere.db"))
    assert shown.code == 5
    assert "there is no store at" in shown.err
    assert "hint: longcase init" in shown.err


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("/nowhere/at/all.prom", "cannot be written: No such file"),
        ("127.0.0.1:65536", "there is no port 65536"),
        ("203.0.113.1:9464", "nothing can listen at 203.0.113.1:9464"),
    ],
)
def test_metrics_that_cannot_be_shown(shelf: Shelf, longcase: Callable[..., Ran], where: str, why: str) -> None:
    """It does not start without what was asked for."""
    shown = longcase("follow", "--metrics", where)
    assert (shown.code, why in shown.err) == (2, True)


def test_a_port_that_is_taken(shelf: Shelf, longcase: Callable[..., Ran]) -> None:
    """The message names it."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        shown = longcase("follow", "--metrics", where)
    assert (shown.code, f"nothing can listen at {where}" in shown.err) == (2, True)


def test_a_file_that_can_no_longer_be_written_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And written again as soon as it can."""
    monkeypatch.setattr(metrics_endpoint, "EVERY", 0.01)
    file = tmp_path / "folder" / "m.prom"
    file.parent.mkdir()
    told: list[str] = []
    with metrics_endpoint.published(str(file), Shown(), told.append):
        file.unlink()
        file.parent.rename(tmp_path / "away")
        until(lambda: told)
        time.sleep(0.05)
        (tmp_path / "away").rename(file.parent)
        until(file.exists)
    assert told == [f"the metrics cannot be written to {file}: No such file or directory; trying again"]


def test_a_fault_of_ours_in_the_metrics_is_told_in_a_line(tmp_path: Path) -> None:
    """And whoever asked gets no answer."""
    told: list[str] = []
    with metrics_endpoint.published(":0", Broken(), told.append) as where:
        port = int(where.rpartition(":")[2].partition("/")[0])
        with pytest.raises(ConnectionError):
            got("127.0.0.1", port)
        until(lambda: told)
    assert told == ["the metrics cannot be shown: ValueError: no such figure"]


def test_a_version_six_address(tmp_path: Path) -> None:
    """It stands in brackets, as in a URL."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no version six")
    with metrics_endpoint.published("[::1]:0", Shown(), lambda _: None) as where:
        assert where.startswith("http://[::1]:")
        assert "longcase_shown gauge" in got("::1", int(where.rpartition(":")[2].partition("/")[0]))[2]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError])
def test_half_a_file_is_never_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interruption: Any) -> None:
    """Whatever breaks off the writing, the file is as it was."""

    def fail(*_: object) -> None:
        raise interruption

    file = tmp_path / "m.prom"
    file.write_text("before")
    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(interruption):
        metrics_endpoint.replace(str(file), b"after")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("m.prom", "before")]


@on_posix
def test_a_file_for_another_user_s_collector(tmp_path: Path) -> None:
    """It holds nothing of any case, and is as readable as the process's own settings say."""
    before = os.umask(0o022)
    metrics_endpoint.replace(str(tmp_path / "m.prom"), b"text")
    os.umask(before)
    assert stat.S_IMODE((tmp_path / "m.prom").stat().st_mode) == 0o644


@pytest.mark.parametrize("shown", [False, True])
def test_the_library_of_metrics_is_loaded_for_them_alone(
    shelf: Shelf, store: Path, tmp_path: Path, shown: bool
) -> None:
    """Whoever wants none starts as soon as ever."""
    words = [
        "--store",
        str(store),
        "follow",
        "--once",
        *(["--metrics", str(tmp_path / "m.prom")] if shown else []),
    ]
    code = f"import sys; from cli.main import main; main({words}); print('prometheus_client' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(shown)


def test_reading_commands_find_nothing_left_to_do(
    shelf: Shelf, longcase: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They look, and write nothing."""
    longcase("follow", "--once")
    written: list[object] = []
    monkeypatch.setattr(catching_up, "bring_up_to", written.append)
    assert longcase("cases").out.startswith("2 cases")
    assert written == []
    with closing(SQLiteRecorder.open(str(shelf.ledger.location))) as ledger:
        assert lag_of(Runner(ledger)).position == 2


@on_posix
def test_it_signs_the_log(
    longcase: Callable[..., Ran],
    store: Path,
    followers: Callable[..., Process],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where it is told how often; what is missing for that is told before it begins."""
    (store.parent / "passphrase").write_text("plain wooden horse 17\n")
    (store.parent / "passphrase").chmod(0o600)
    monkeypatch.setenv("LONGCASE_SIGNER", str(store.parent / "apart" / "signer"))
    ran = longcase("follow", "--checkpoint-every", "1h")
    assert (ran.code, "longcase log init" in ran.err) == (3, True)
    monkeypatch.setenv("LONGCASE_PASSPHRASE_FILE", str(store.parent / "passphrase"))
    assert longcase("log", "init", "--origin", "force.example/1").code == 0
    for wrong in ("1s", "3mo", "often"):
        assert longcase("follow", "--checkpoint-every", wrong).code == 2
    assert longcase("follow", "--checkpoint-every", "1h", "--once").code == 2
    assert longcase("report", "R-1", "--category", "other").code == 0
    process = followers("--checkpoint-every", "1h")
    process.hear("following")
    ledger = SQLiteReader.reading(str(store))
    with closing(ledger):
        until(ledger.newest_checkpoint)
        assert [one.size for one in ledger.checkpoints()] == [1]
    assert process.end()[0] == 0
