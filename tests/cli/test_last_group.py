"""What is said when something is in the way is true, and says what to do."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

from application import vocabulary
from ledger.errors import Busy
from ledger.sqlite import checks, connection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

REPORT = ("report", "A", "--category", "other")


@pytest.mark.parametrize("empty", ["", " "])
@pytest.mark.usefixtures("store")
def test_an_empty_store_is_no_store(longcase: Callable[..., Ran], empty: str) -> None:
    """A variable that a script forgot must not record in the usual store; before the command or after it."""
    for args in (("--store", empty, *REPORT), (*REPORT, "--store", empty), ("cases", "--store", empty)):
        ran = longcase(*args)
        assert (ran.code, "--store is empty" in ran.err) == (2, True)


def test_an_option_that_may_not_stand_in_a_url_is_to_be_left_out(longcase: Callable[..., Ran]) -> None:
    """Making a store would not help."""
    pytest.importorskip("psycopg")
    ran = longcase("cases", "--store", "postgresql://u@h/force?options=-csearch_path%3Dx")
    assert "leave options out of the URL" in ran.err
    assert "longcase init" not in ran.err


@pytest.mark.usefixtures("store")
def test_what_is_cut_off_before_anything_was_sent_recorded_nothing(
    longcase: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is known for certain, and said so."""

    def broken() -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(vocabulary, "shipped", broken)
    ran = longcase(*REPORT)
    assert ran.code == 70
    assert "cut off: nothing was recorded" in ran.err


def test_a_file_in_memory_survives_no_power_cut(tmp_path: Path) -> None:
    """The kind of file system is asked of the system, by the file's device."""
    device = tmp_path.stat().st_dev
    mounts = tmp_path / "mounts"
    for kind, said in (("tmpfs", "tmpfs"), ("ext4", None)):
        mounts.write_text(f"1 0 {os.major(device)}:{os.minor(device)} / / rw shared:1 - {kind} none rw\n")
        found = checks._in_memory(str(tmp_path), str(mounts))
        assert found == said
    assert checks._in_memory(str(tmp_path), str(tmp_path / "none")) is None


def test_a_store_held_in_another_journal_mode_says_so(tmp_path: Path) -> None:
    """Newer and older versions of SQLite keep a store differently, and one shuts the other out."""
    path = tmp_path / "store.db"
    holder, other = sqlite3.connect(path), sqlite3.connect(path)
    try:
        holder.execute("PRAGMA journal_mode = WAL")
        holder.execute("CREATE TABLE a (b)")
        other.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(Busy, match=r"needs here; somebody uses it in another mode"):
            connection._into_mode(sqlite3, other, "DELETE")
    finally:
        holder.close()
        other.close()
