"""Making a store."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_may_read(longcase: Callable[..., Any], tmp_path: Path) -> None:
    """The store is for its owner alone, and so is every folder that is made for it."""
    path = tmp_path / "a" / "b" / "longcase.db"
    assert longcase("init", "--store", str(path)).code == 0
    assert [mode(each) for each in (path, path.parent, path.parent.parent)] == [0o600, 0o700, 0o700]


def test_where_no_store_is_named(
    longcase: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a name the store is made in the platform's folder, and it is said where."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    done = longcase("init", "--format", "json")
    path = tmp_path / "longcase" / "longcase.db"
    assert json.loads(done.out) == {
        "path": str(path),
        "zone": "Europe/London",
        "days_in": "Europe/London",
        "made": True,
    }
    assert path.is_file()


def test_a_store_counts_days_in_its_own_zone_and_says_so(longcase: Callable[..., Any], tmp_path: Path) -> None:
    """A store of the days of the first rulebook counts those of Europe/London, and says that."""
    path = str(tmp_path / "a.db")
    said = longcase("init", "--store", path, "--zone", "America/St_Johns").out
    assert said.endswith("in the time zone America/St_Johns, whose midnight ends a day\n")
    first = str(tmp_path / "b.db")
    longcase("init", "--store", first, "--zone", "America/St_Johns", "--edition", "1")
    said = longcase("init", "--store", first).out
    assert "in the time zone America/St_Johns; by its rulebook a day ends at midnight in Europe/London" in said


def test_a_store_keeps_the_edition_that_it_was_made_for(longcase: Callable[..., Any], tmp_path: Path) -> None:
    """Like its time zone; another is adopted."""
    path = str(tmp_path / "a.db")
    longcase("init", "--store", path)
    done = longcase("init", "--store", path, "--edition", "1")
    assert done.code == 4
    assert "holds edition 3 of the rulebook until another is adopted" in done.err
    assert "longcase rulebook show --edition 1 --toml" in done.err
    assert longcase("init", "--store", path, "--edition", "3").code == 0


def test_twice(longcase: Callable[..., Any], store: Path) -> None:
    """A store that exists is left as it is."""
    before = store.read_bytes()
    done = longcase("init", "--format", "json")
    assert json.loads(done.out)["made"] is False
    assert store.read_bytes() == before


def test_what_was_cut_off_is_finished(longcase: Callable[..., Any], tmp_path: Path) -> None:
    """A file that was made and never filled becomes a store."""
    path = tmp_path / "longcase.db"
    path.touch(mode=0o600)
    assert longcase("init", "--store", str(path)).out.startswith("made a store")
    assert longcase("doctor", "--deep", "--store", str(path)).code == 0


def test_an_empty_zone_is_refused_before_anything_is_made(longcase: Callable[..., Any], tmp_path: Path) -> None:
    """A variable that a script forgot to set is no time zone, and leaves no store behind."""
    done = longcase("init", "--zone", "", "--store", str(tmp_path / "longcase.db"))
    assert done.code == 2
    assert not list(tmp_path.iterdir())


def test_something_else_is_there(longcase: Callable[..., Any], tmp_path: Path) -> None:
    """Neither a folder, nor another file, nor a path through a file becomes a store."""
    letter = tmp_path / "letter"
    letter.write_text("Dear all, this is a letter and no store." * 100)
    for path in (tmp_path, letter, letter / "longcase.db"):
        done = longcase("init", "--store", str(path))
        assert done.code == 5, path
        assert "internal" not in done.err
    assert letter.read_text().startswith("Dear all")
