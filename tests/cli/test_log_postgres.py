"""``longcase log`` over a store on PostgreSQL: as in a file, by a login that may keep checkpoints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.cli.commands.test_log import ORIGIN
from tests.postgres.databases import by_the_tests_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.conftest import Clock
    from tests.postgres.databases import Databases

    Longcase = Callable[..., Any]


@pytest.fixture
def store(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, clock: Clock, tmp_path: Path, longcase: Longcase
) -> Iterator[str]:
    assert clock.now
    (tmp_path / "passphrase").write_text("plain wooden horse 17\n")
    (tmp_path / "passphrase").chmod(0o600)
    with databases.empty() as url, by_the_tests_clock():
        monkeypatch.setenv("LONGCASE_STORE", url)
        monkeypatch.setenv("LONGCASE_ACTOR", "PS 0088")
        monkeypatch.setenv("LONGCASE_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
        monkeypatch.setenv("LONGCASE_SIGNER", str(tmp_path / "signer"))
        assert longcase("init").code == 0
        for number in (1, 2, 3):
            assert longcase("report", f"R-{number}", "--category", "other").code == 0
        yield url


def found(ran: Any) -> Any:
    (item,) = json.loads(ran.out)["items"]
    return item


def test_it_is_signed_checked_and_proved(longcase: Longcase, store: str, tmp_path: Path) -> None:
    """With the same words as in a file; what is signed is one history."""
    assert longcase("log", "init", "--origin", ORIGIN).code == 0
    assert longcase("log", "init", "--origin", ORIGIN).code == 4
    outside = str(tmp_path / "first")
    assert longcase("log", "checkpoint", "--output", outside).out.startswith("signed: 3 entries, root ")
    assert longcase("log", "checkpoint").out.startswith("nothing was added since the last checkpoint")
    assert longcase("report", "R-4", "--category", "other").code == 0
    assert longcase("log", "checkpoint").code == 0
    ran = longcase("log", "verify", "--checkpoint", outside)
    assert (ran.code, ran.out.startswith("whole: 4 entries")) == (0, True)
    assert longcase("log", "prove", "R-2", "--output", str(tmp_path / "proof")).code == 0
    assert longcase("log", "tiles", str(tmp_path / "tiles")).code == 0
    assert longcase("log", "request", "--output", str(tmp_path / "request")).code == 0
    item = found(longcase("log", "status", "--format", "json"))
    assert (item["size"], item["behind"], item["signed_size"]) == (4, 0, 4)
    with psycopg.connect(store, autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("ALTER TABLE longcase.entry DISABLE TRIGGER ALL")
        admin.execute("UPDATE longcase.entry SET actor = 'PS 0099' WHERE position = 2")
    ran = longcase("log", "verify", "--checkpoint", outside)
    assert (ran.code, "the first bad entry is at position 2, entry 1 of R-2" in ran.out) == (1, True)


def test_who_may_only_append(longcase: Longcase, store: str, databases: Databases) -> None:
    """Neither begins a log nor keeps a checkpoint, and is told what is missing; whoever may read can verify."""
    name = store.rpartition("/")[2]
    assert longcase("log", "init", "--origin", ORIGIN).code == 0
    with psycopg.connect(store, autocommit=True) as admin:
        admin.execute(f'CREATE ROLE "{name}_pc" LOGIN')
        admin.execute(f'GRANT "{name}_app" TO "{name}_pc"')
    member = databases.at(name, f"{name}_pc")
    try:
        ran = longcase("log", "checkpoint", "--store", member)
        assert ran.code == 5
        assert f'GRANT "{name}_tables" TO' in ran.err
        assert found(longcase("log", "status", "--format", "json"))["signed_size"] == 0
        assert longcase("log", "verify", "--store", member).code == 0
        assert longcase("log", "status", "--store", member).code == 0
        with psycopg.connect(store, autocommit=True) as admin:
            admin.execute(f'GRANT "{name}_tables" TO "{name}_pc"')
        assert longcase("log", "checkpoint", "--store", member).out.startswith("signed: 3 entries")
    finally:
        with psycopg.connect(store, autocommit=True) as admin:
            admin.execute(f'DROP ROLE "{name}_pc"')


def test_a_demonstration_is_signed(
    longcase: Longcase, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not in the store lies in the current folder."""
    monkeypatch.chdir(tmp_path)
    with databases.empty() as url, by_the_tests_clock():
        assert longcase("demo", "--inspections", "--log", "--store", url).code == 0
        log = tmp_path / "longcase-demo-log"
        verified = longcase("log", "verify", "--store", url, "--checkpoint", str(log / "checkpoint"))
        assert (verified.code, "\nwhole: " in verified.out) == (0, True)
        said = longcase("log", "status", "--store", url, "--policy", str(log / "policy.txt")).out
        assert said.endswith("policy       met\n")
