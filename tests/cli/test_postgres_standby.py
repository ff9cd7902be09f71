"""A primary and its synchronous standby: what is read where, what ``doctor`` says, who has to show a password."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from cli.session import stores
from ledger.postgresql.location import app_of
from tests.postgres.databases import by_the_tests_clock, folder_for_server, server_in
from tests.postgres.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.conftest import Clock

    Longcase = Callable[..., Any]

HIDDEN = "sesame"
PLAIN = "plain"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with folder_for_server() as lent:
        yield lent


@pytest.fixture(scope="module")
def primary(folder: Path) -> Iterator[Server]:
    server = server_in(folder / "primary")
    with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
        admin.execute("CREATE DATABASE force TEMPLATE template0")
        admin.execute(f"CREATE ROLE {PLAIN} LOGIN")
        admin.execute(f"CREATE ROLE guarded LOGIN PASSWORD '{HIDDEN}'")
    rules = server.data / "pg_hba.conf"
    rules.write_text(f"host all guarded 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
    server.control("reload")
    yield server
    server.stop("immediate")


@pytest.fixture(scope="module")
def standby(primary: Server, folder: Path) -> Iterator[Server]:
    server = Server(folder / "standby", settings={"cluster_name": "second"})
    server.copy_of(primary)
    server.start()
    primary.set(synchronous_standby_names="second", synchronous_commit="on")
    yield server
    primary.set(synchronous_standby_names="")
    server.stop("immediate")


@pytest.fixture
def both(
    primary: Server, standby: Server, monkeypatch: pytest.MonkeyPatch, clock: Clock, longcase: Longcase
) -> Iterator[str]:
    """The URL of a store that names both servers."""
    url = f"postgresql://postgres@127.0.0.1:{standby.port},127.0.0.1:{primary.port}/force"
    monkeypatch.setenv("LONGCASE_STORE", url)
    monkeypatch.setenv("LONGCASE_ACTOR", "PS 0088")
    with by_the_tests_clock():
        assert longcase("init").code == 0
        yield url


@contextmanager
def held_back(standby: Server) -> Iterator[None]:
    """Let the standby receive, and not replay, what the primary commits."""
    with psycopg.connect(standby.url("postgres"), autocommit=True) as admin:
        admin.execute("SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            admin.execute("SELECT pg_wal_replay_resume()")


def recorded(done: Any) -> str:
    assert done.code == 0, done.err
    return str(json.loads(done.out)["position"])


def test_reading_from_the_standby(
    both: str, standby: Server, longcase: Longcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A standby is read on request, once it has the position that is asked for, and not before."""
    at = recorded(longcase("report", "IMG-0001", "--category", "other", "--format", "json"))
    shown = longcase("timeline", "IMG-0001", "--standby", "--wait-for", at)
    assert shown.code == 0, shown.err
    assert shown.out == longcase("timeline", "IMG-0001").out
    with held_back(standby):
        at = recorded(longcase("report", "IMG-0002", "--category", "other", "--format", "json"))
        assert longcase("timeline", "IMG-0002").code == 0
        assert "no case IMG-0002" in longcase("timeline", "IMG-0002", "--standby").err
        monkeypatch.setattr(stores, "WAIT_SECONDS", 0.2)
        late = longcase("timeline", "IMG-0002", "--standby", "--wait-for", at)
    assert late.code == 5
    assert f"the store is at position {int(at) - 1}, and not at {at}" in late.err
    monkeypatch.setattr(stores, "WAIT_SECONDS", 30)
    assert longcase("timeline", "IMG-0002", "--standby", "--wait-for", at).code == 0


def test_an_export_from_the_standby(both: str, longcase: Longcase) -> None:
    """Whole cases, one by name, those of a filter and all of them, are the same from there."""
    at = recorded(longcase("report", "IMG-0004", "--category", "other", "--format", "json"))
    assert longcase("cases").code == 0
    for words in (["--case", "IMG-0004"], ["--category", "other"], []):
        there = longcase("export", *words, "--format", "jsonl", "--standby", "--wait-for", at)
        assert there.code == 0, there.err
        assert there.out == longcase("export", *words, "--format", "jsonl").out != ""


def test_lists_from_the_standby(both: str, longcase: Longcase) -> None:
    """The lists are read there too, from tables that somebody keeps current on the primary."""
    at = recorded(longcase("report", "IMG-0003", "--category", "other", "--format", "json"))
    assert longcase("follow", "--once").code == 0
    for words in (["cases"], ["stalled"], ["audit"]):
        there = longcase(*words, "--standby", "--wait-for", at, "--format", "json")
        assert there.code == 0, there.err
        assert there.out == longcase(*words, "--format", "json").out


def test_nothing_is_recorded_on_a_standby(both: str, standby: Server, longcase: Longcase) -> None:
    """A URL that names standbys alone says so; the commands that record have no way to ask for one."""
    alone = standby.url("force")
    done = longcase("report", "IMG-0004", "--category", "other", "--store", alone)
    assert done.code == 5
    assert "each is a standby" in done.err
    assert longcase("init", "--store", alone).code == 5


def checks(done: Any) -> dict[str, Any]:
    return {item["check"]: item for item in json.loads(done.out)["items"]}


def test_what_doctor_says_of_both(
    both: str, primary: Server, standby: Server, longcase: Longcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can be lost is said in words, as far as whoever asks may see it."""
    done = longcase("doctor", "--format", "json")
    assert done.code == 0, done.err
    told = checks(done)["durability"]["explanation"]
    assert told == (
        "fsync on, synchronous_commit on, synchronous_standby_names second: a command is acknowledged when a"
        " standby has it on disk too: it survives the loss of either server; in sync: second"
    )
    there = checks(longcase("doctor", "--deep", "--standby", "--format", "json"))
    assert "a standby" in there["server"]["explanation"]
    assert "for its primary to say" in there["durability"]["explanation"]
    with psycopg.connect(primary.url("postgres"), autocommit=True) as admin:
        admin.execute(f"GRANT {app_of('force')} TO {PLAIN}")
    unseen = checks(longcase("doctor", "--format", "json", "--store", primary.url("force", PLAIN)))
    assert "GRANT pg_read_all_stats" in unseen["durability"]["explanation"]
    assert f"is granted to {PLAIN}" in unseen["rights"]["explanation"]
    assert "superuser" not in unseen["rights"]["explanation"]
    primary.set(synchronous_commit="local")
    local = checks(longcase("doctor", "--format", "json"))["durability"]["explanation"]
    primary.set(synchronous_commit="on")
    assert "what its standbys have not received by then is lost (second)" in local


def test_a_password(
    both: str, primary: Server, longcase: Longcase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A password that is missing or wrong is told with where libpq finds it, and found there it lets in."""
    with psycopg.connect(primary.url("postgres"), autocommit=True) as admin:
        admin.execute(f"GRANT {app_of('force')} TO guarded")
    url = primary.url("force", "guarded")
    missing = longcase("cases", "--store", url)
    monkeypatch.setenv("PGPASSWORD", f"not {HIDDEN}")
    wrong = longcase("cases", "--store", url)
    for done in (missing, wrong):
        assert done.code == 5
        assert "right password" in done.err
        assert "~/.pgpass" in done.err
        assert HIDDEN not in done.err
    monkeypatch.delenv("PGPASSWORD")
    keys = tmp_path / "pgpass"
    keys.write_text(f"127.0.0.1:{primary.port}:force:guarded:{HIDDEN}\n")
    keys.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(keys))
    assert longcase("cases", "--store", url).code == 0
