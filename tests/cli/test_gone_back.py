"""A server that has gone back is refused: an old primary that is started again gives no position twice."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest

from cli.input.folders import state_folder
from ledger.entry import leaf_hash_v1
from ledger.schema import COLUMNS
from tests.faults.failover import streaming
from tests.postgres.databases import folder_for_server
from tests.postgres.server import DURABLE, Server, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Longcase = Callable[..., Any]


class Came(NamedTuple):
    """An old primary that has come back, the one that was promoted, and the URL that names both."""

    old: Server
    new: Server
    url: str


@pytest.fixture
def came(longcase: Longcase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Came]:
    """One case is recorded on the old primary, two on the new one; then the old one starts again."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LONGCASE_ACTOR", "PS 0088")
    with folder_for_server() as folder:
        old, new = (
            Server(folder / name, settings={**DURABLE, "cluster_name": name}) for name in ("left", "right")
        )
        old.make()
        old.start()
        try:
            new.copy_of(old)
            new.start()
            until(lambda: streaming(old) is not None, "the standby streams")
            url = f"postgresql://postgres@127.0.0.1:{old.port},127.0.0.1:{new.port}/postgres"
            monkeypatch.setenv("LONGCASE_STORE", url)
            assert longcase("init").code == 0
            assert longcase("report", "A", "--category", "other").code == 0
            until(lambda: _entries(new) == 1, "the standby has it")
            old.kill()
            new.promote()
            for name in ("B", "C"):
                assert longcase("report", name, "--category", "other").code == 0
            old.start()
            yield Came(old, new, url)
        finally:
            for one in (old, new):
                one.stop("immediate")


def _entries(server: Server) -> int:
    with psycopg.connect(server.url("postgres"), autocommit=True) as asking:
        found = asking.execute("SELECT to_regclass('longcase.entry') IS NOT NULL").fetchone()
        if found is None or not found[0]:
            return 0
        counted = asking.execute("SELECT count(*) FROM longcase.entry").fetchone()
    return int(counted[0]) if counted else 0


def _kept() -> Path:
    (found,) = Path(state_folder()).glob("*.seen")
    return found


def test_an_old_primary_that_comes_back(came: Came, longcase: Longcase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command refuses it, and says what is known and what to do; nothing is recorded there."""
    kept = _kept().read_text()
    for command in (
        *(("report", "D", "--category", "other"), ("cases",), ("timeline", "A"), ("doctor",), ("audit",)),
        *(("follow", "--once"), ("follow",), ("stalled",), ("archive", "-"), ("backup", "x"), ("init",)),
        ("projections", "rebuild"),
    ):
        ran = longcase(*command)
        assert ran.code == 5, command
        assert f"the server at 127.0.0.1 port {came.old.port} has gone back: of the store " in ran.err
        assert "has seen position 3 on timeline 2, and the server has 1 entries, on timeline 1" in ran.err
        assert f"forget what was seen, wherever this is said: rm {_kept()}" in ran.err
    assert (_entries(came.old), _kept().read_text()) == (1, kept)
    monkeypatch.setenv("LONGCASE_STORE", came.new.url("postgres"))
    assert longcase("report", "D", "--category", "other").code == 0
    assert _entries(came.new) == 4


def test_what_others_recorded_there_meanwhile(came: Came, longcase: Longcase) -> None:
    """Who has not seen the new primary records on the old one; who has is told, however long it grew."""
    kept, text = _kept(), _kept().read_text()
    kept.unlink()
    for name in ("X", "Y", "Z"):
        assert longcase("report", name, "--category", "other").code == 0
    assert _entries(came.old) == 4
    kept.write_text(text)
    ran = longcase("cases")
    assert ran.code == 5
    assert "and the server has another entry at position 3, on timeline 1" in ran.err


def test_what_was_seen_before_the_store_was_upgraded(
    came: Came, longcase: Longcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the leaf v1 was kept: it is worked out of what is there, and a newer one is kept from then on."""
    monkeypatch.setenv("LONGCASE_STORE", came.new.url("postgres"))
    _, leaf, *rest = _kept().read_text().split()
    with psycopg.connect(came.new.url("postgres"), autocommit=True) as asking:
        query = f"SELECT {COLUMNS} FROM longcase.entry WHERE position <= 2 ORDER BY position"
        first, second = asking.execute(query, binary=True).fetchall()
    _kept().write_text(" ".join(["2", leaf_hash_v1(first).hex(), *rest]) + "\n")
    assert "and the server has another entry at position 2" in longcase("cases").err
    _kept().write_text(" ".join(["2", leaf_hash_v1(second).hex(), *rest]) + "\n")
    assert longcase("cases").code == 0
    assert _kept().read_text().split()[1] == leaf


def test_the_same_entries_on_an_earlier_timeline(came: Came, longcase: Longcase) -> None:
    """The position that was seen is there, and the server was promoted less often."""
    position, leaf, _, system = _kept().read_text().split()
    with psycopg.connect(came.old.url("postgres"), autocommit=True) as asking:
        found = asking.execute("SELECT encode(leaf, 'hex') FROM longcase.entry").fetchone()
    assert found is not None
    assert (position, leaf != found[0]) == ("3", True)
    _kept().write_text(f"1 {found[0]} 2 {system}\n")
    assert "is on an earlier timeline, on timeline 1" in longcase("report", "D", "--category", "other").err
    _kept().write_text(f"1 {found[0]} 2 {int(system) + 1}\n")
    assert longcase("report", "D", "--category", "other").code == 0


@pytest.fixture
def server_store(store_url: str, longcase: Longcase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A store with one case, what is seen of it is kept in a folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LONGCASE_STORE", store_url)
    monkeypatch.setenv("LONGCASE_ACTOR", "PS 0088")
    assert longcase("report", "A", "--category", "other").code == 0
    return store_url


class TestMemory:
    """What is kept, and what there is where it cannot be."""

    def test_it_is_the_users_own(self, server_store: str, longcase: Longcase) -> None:
        """One line in a file that nobody else reads; it grows with what is recorded, and with what is read."""
        assert server_store
        assert stat.S_IMODE(_kept().stat().st_mode) == 0o600
        assert _kept().read_text().split()[0] == "1"
        assert longcase("act", "A", "interview").code == 0
        assert _kept().read_text().split()[0] == "2"
        assert [one.name for one in Path(state_folder()).iterdir()] == [_kept().name]
        assert "this machine has seen position 2" in " ".join(longcase("doctor").out.split())

    @pytest.mark.parametrize("what", ["no folder", "a folder in its place", "a link", "nonsense"])
    def test_where_it_cannot_be_kept(
        self, server_store: str, longcase: Longcase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
    ) -> None:
        """Recording and reading go on; doctor says that nothing is kept, but of nonsense, which is replaced."""
        kept = _kept()
        kept.unlink()
        if what == "no folder":
            (tmp_path / "file").write_text("")
            monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
        elif what == "a folder in its place":
            kept.mkdir()
        elif what == "a link":
            kept.symlink_to(tmp_path)
        else:
            kept.write_text("nonsense " * 100)
        assert longcase("act", "A", "interview").code == 0
        assert longcase("timeline", "A").code == 0
        said = " ".join(longcase("doctor").out.split())
        assert ("not kept, so a server that goes back is not noticed" in said) == (
            what in {"no folder", "a folder in its place"}
        )
        assert server_store
