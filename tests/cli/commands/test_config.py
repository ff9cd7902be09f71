"""``longcase config``: every setting that holds, with what says so, and never a secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Longcase = Callable[..., Ran]


@pytest.fixture
def written(store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of profiles, and nothing in the environment but where it is."""
    for name in ("STORE", "ACTOR", "ROLE", "WITNESS", "AS_AT"):
        monkeypatch.delenv(f"LONGCASE_{name}", raising=False)
    path = store.parent / "profile.toml"
    monkeypatch.setenv("LONGCASE_PROFILE", str(path))
    path.write_text(f'actor = "PS 0088"\n\n[live]\nrole = "supervisor"\nstore = {json.dumps(str(store))}\n')
    return path


def told(longcase: Longcase, *args: str) -> dict[str, dict[str, Any]]:
    ran = longcase(*args, "config", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    return {one["setting"]: one for one in json.loads(ran.out)["items"]}


def says(one: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(one[key] for key in ("value", "source", "where", "profile", "line"))


def test_each_setting_with_what_says_so(
    written: Path, store: Path, longcase: Longcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An option, the environment, a line of the profile, the store, or nothing at all."""
    monkeypatch.setenv("LONGCASE_WITNESS", "/srv/witness")
    found = told(longcase, "--role", "inspectorate", "--profile", "live")
    assert says(found["store"]) == (str(store), "profile", str(written), "live", 5)
    assert says(found["actor"]) == ("PS 0088", "profile", str(written), None, 1)
    assert says(found["role"]) == ("inspectorate", "option", "--role", None, None)
    assert says(found["zone"]) == ("Europe/London", "store", None, None, None)
    assert says(found["witness"]) == ("/srv/witness", "environment", "LONGCASE_WITNESS", None, None)
    assert says(found["signer"]) == (None, None, None, None, None)
    assert says(found["profile"]) == ("live", "option", "--profile", None, None)
    assert says(found["demonstration"]) == (None, None, None, None, None)


def test_what_holds_where_nothing_is_said(
    longcase: Longcase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The usual store is named, and that there is none; making one is for init."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("LONGCASE_PROFILE", str(tmp_path / "none.toml"))
    found = told(longcase)
    path = str(tmp_path / "longcase" / "longcase.db")
    assert found["store"]["source"] == "default"
    assert (found["store"]["value"], found["store"]["note"]) == (path, f"there is no store at {path}")
    assert found["profile_file"]["note"] == "there is no such file"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["postgresql://me:sesame@db/cases", "postgresql://db/cases?password=sesame"])
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_no_password_is_shown(
    written: Path, longcase: Longcase, url: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever one was written, which every other command refuses; and that is no error here."""
    written.write_text(f"store = {json.dumps(url)}\n[live]\nstore = {json.dumps(url)}\n")
    monkeypatch.setenv("LONGCASE_ROLE", "a" + url)
    for args in ([], ["--profile", "live"], ["--store", url]):
        ran = longcase(*args, "config", "--format", form)
        assert ran.code == 0
        assert "sesame" not in ran.out + ran.err
        assert "password" in ran.out


def test_the_profiles_are_listed(written: Path, longcase: Longcase, store: Path) -> None:
    """Each with its store and its line, and which is chosen."""
    written.write_text(written.read_text() + '[other]\nstore = "other.db"\nactor = "DC 1417"\n')
    ran = longcase("--profile", "live", "config", "--format", "json")
    assert json.loads(ran.out)["profiles"] == [
        {"name": "live", "store": str(store), "actor": None, "role": "supervisor", "line": 5, "chosen": True},
        {"name": "other", "store": "other.db", "actor": "DC 1417", "role": None, "line": 7, "chosen": False},
    ]
    assert "live (chosen)" in longcase("--profile", "live", "config").out


def test_a_profile_is_chosen_for_one_command(written: Path, longcase: Longcase, store: Path) -> None:
    """It says which store is recorded in; one that is not there is refused before anything is done."""
    assert longcase("--profile", "live", "report", "IMG-0417", "--category", "other").code == 0
    ran = longcase("--profile", "lvie", "--store", str(store), "cases")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean live?" in ran.err
    assert f"no profile 'lvie' in {written}" in ran.err


def test_at_forty_columns_everything_is_said(
    written: Path, longcase: Longcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is cut, and no line is longer than the terminal."""
    monkeypatch.setenv("COLUMNS", "40")
    ran = longcase("config")
    assert max(map(len, ran.out.splitlines())) <= 40
    assert str(written) in ran.out.replace("\n", "").replace(" ", "")


def test_where_it_stands_is_told(longcase: Longcase, store: Path) -> None:
    """Behind a command it is refused, with what to type."""
    ran = longcase("cases", "--profile", "live")
    assert ran.code == 2
    assert "  hint: --profile stands before the command: longcase --profile ... cases\n" in ran.err
    assert store.exists()
