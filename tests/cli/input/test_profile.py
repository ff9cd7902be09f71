"""Which store is meant and who is at the keyboard: option, environment, profile, default."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import platformdirs
import pytest

from cli.input import folders, profile
from domain.errors import StoreError, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("STORE", "ACTOR", "ROLE"):
        monkeypatch.delenv(f"LONGCASE_{name}", raising=False)
    path = tmp_path / "profile.toml"
    monkeypatch.setenv("LONGCASE_PROFILE", str(path))
    return path


def test_what_wins(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An option wins over the environment, the environment over the profile."""
    assert profile.setting("actor", None) is None
    written.write_text("actor = 'DC 1417'\n")
    assert profile.setting("actor", None) == "DC 1417"
    monkeypatch.setenv("LONGCASE_ACTOR", "DC 2206")
    assert profile.setting("actor", None) == "DC 2206"
    assert profile.setting("actor", "PS 0088") == "PS 0088"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"actor =", "is not TOML"),
        (b"actor = '\xe9'", "is not TOML: it is not UTF-8, on line 1"),
        (b"actr = 'x'", "'actr' is not known"),
        (b"actor = 3", "'actor' is not a text"),
    ],
)
def test_a_faulty_profile_is_named(written: Path, content: bytes, why: str) -> None:
    """A profile that cannot be understood is refused, with its path and what is wrong."""
    written.write_bytes(content)
    with pytest.raises(UsageProblem, match=why) as caught:
        profile.read_profiles()
    assert str(written) in caught.value.message


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_profile_with_a_mark_is_read(written: Path, encoding: str) -> None:
    """Editors on Windows put a byte order mark before a text."""
    written.write_bytes("actor = 'DC 1417'\r\n".encode(encoding))
    assert profile.read_profiles() == ({"actor": "DC 1417"}, {})


def test_no_folder_for_a_profile_is_no_profile(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account whose home is no folder can still use the program."""
    written.touch()
    monkeypatch.setenv("LONGCASE_PROFILE", str(written / "profile.toml"))
    assert profile.read_profiles() == ({}, {})


def test_an_unreadable_profile_is_named(written: Path) -> None:
    """A profile that is a folder is refused, not taken for missing."""
    written.mkdir()
    with pytest.raises(UsageProblem, match="cannot be read"):
        profile.read_profiles()


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("cases.db", "cases.db"),
        ("sqlite:///cases.db", "cases.db"),
        ("sqlite:////var/cases.db", "/var/cases.db"),
        ("~/cases.db", str(Path.home() / "cases.db")),
    ],
)
def test_a_store_is_a_path_or_a_url(given: str, path: str) -> None:
    """A path and SQLite's URL mean the same."""
    assert profile.store_path(given) == path


@pytest.mark.parametrize("given", ["mysql://host/db", "sqlite://", ":memory:", "sqlite:///"])
def test_other_stores_are_refused(given: str) -> None:
    """What is no file of SQLite is refused as a store."""
    with pytest.raises(StoreError, match="SQLite"):
        profile.store_path(given)


@pytest.mark.parametrize("given", ["file:x.db", "FILE:x.db", "sqlite:///file:x.db"])
def test_a_name_that_sqlite_takes_for_an_address_is_refused(given: str) -> None:
    """Or one command would make a file of that name, and another open one of another."""
    with pytest.raises(StoreError, match="begins with file:") as refused:
        profile.store_path(given)
    assert "names a file of that name" in refused.value.hints[0]
    assert profile.store_path("./file:x.db") == "./file:x.db"


def test_the_default_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without anything given, the store lies in the platform's data folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Path(profile.store_path(None)).parent == Path(folders.data_folder())


def test_a_relative_folder_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default store does not depend on where the program is started."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert Path(folders.data_folder()).is_absolute()


@pytest.mark.parametrize("base", [None, "/srv/x"])
def test_folders_are_the_platforms(monkeypatch: pytest.MonkeyPatch, base: str | None) -> None:
    """The folders are those that platformdirs names, with and without the XDG variables."""
    for name in ("DATA", "CONFIG", "STATE"):
        if base:
            monkeypatch.setenv(f"XDG_{name}_HOME", base)
        else:
            monkeypatch.delenv(f"XDG_{name}_HOME", raising=False)
    assert folders.data_folder() == platformdirs.user_data_dir("longcase", appauthor=False)
    assert folders.config_folder() == platformdirs.user_config_dir("longcase", appauthor=False)
    assert folders.log_folder() == platformdirs.user_log_dir("longcase", appauthor=False)


def test_folders_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """On other platforms platformdirs is asked."""
    monkeypatch.setattr("sys.platform", "darwin")
    assert folders.data_folder() == platformdirs.user_data_dir("longcase", appauthor=False)
    assert folders.log_folder() == platformdirs.user_log_dir("longcase", appauthor=False)


NAMED = """\
store = "usual.db"
actor = "PS 0088"

[live]
store = "live.db"
role = "supervisor"

[training]
store = "training.db"
actor = "DC 1417"
"""


@contextmanager
def typed(name: str | None) -> Iterator[None]:
    """Stand in a command before which ``--profile`` stands, or nothing."""
    with click.Context(click.Command("any")):
        if name is not None:
            profile.choose(name)
        yield


def test_a_profile_by_name_wins_over_the_environment(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who names it means that store, whatever variable was set before; an option wins over both."""
    written.write_text(NAMED)
    monkeypatch.setenv("LONGCASE_STORE", "variable.db")
    with typed("live"):
        assert profile.store_path(None) == "live.db"
        assert profile.store_path("other.db") == "other.db"
        assert profile.setting("role", None) == "supervisor"
    with typed(None):
        assert profile.store_path(None) == "variable.db"


def test_what_a_profile_does_not_say_is_looked_for_elsewhere(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the environment, then in what the file says without a name."""
    written.write_text(NAMED)
    with typed("live"):
        assert profile.said("actor", None) == ("PS 0088", "profile", None)
        monkeypatch.setenv("LONGCASE_ACTOR", "DC 2206")
        assert profile.said("actor", None) == ("DC 2206", "environment", None)
    with typed("training"):
        assert profile.said("actor", None) == ("DC 1417", "profile", "training")


def test_the_environment_chooses_a_profile(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bare name is that of a profile in the usual place; another variable wins over what it says."""
    written.write_text(NAMED)
    monkeypatch.setattr(profile, "config_folder", lambda: str(tmp_path))
    monkeypatch.setenv("LONGCASE_PROFILE", "live")
    monkeypatch.chdir(tmp_path)
    assert profile.store_path(None) == "live.db"
    with typed("training"):
        assert profile.store_path(None) == "training.db"
    monkeypatch.setenv("LONGCASE_STORE", "variable.db")
    assert profile.store_path(None) == "variable.db"


def test_a_name_that_is_a_file_too_is_refused(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be meant in two ways, and one of them is another store."""
    (tmp_path / "live").write_text(NAMED)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LONGCASE_PROFILE", "live")
    with pytest.raises(UsageProblem, match="may be the profile of that name"):
        profile.store_path(None)
    monkeypatch.setenv("LONGCASE_PROFILE", f".{os.sep}live")
    assert profile.store_path(None) == "usual.db"
    assert not written.exists()


def test_a_profile_that_is_not_there_is_refused(written: Path) -> None:
    """With what it may be, and which there are; never the usual store in its place."""
    written.write_text(NAMED)
    with pytest.raises(UsageProblem, match="no profile 'liv'") as caught, typed("liv"):
        pass
    assert caught.value.hints == ("did you mean live?", "there are live, training")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("[live]\nrole = 'x'", r"\[live\] says no store"),
        ("[live]\nstore = ' '", r"\[live\] says no store"),
        ("[live]\nstore = 'a'\npassword = 'b'", r"\[live\]: 'password' is not known"),
        ("[live]\nstore = 3", r"\[live\]: 'store' is not a text"),
        ("[live.more]\nstore = 'a'", r"\[live\]: 'more' is not known"),
        ("[store]\nstore = 'a'", "'store' is not a text"),
    ],
)
def test_a_faulty_profile_with_a_name(written: Path, content: str, why: str) -> None:
    """One with a name says which store it means, and nothing that is not known."""
    written.write_text(content)
    with pytest.raises(UsageProblem, match=why):
        profile.read_profiles()


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_profile_that_everybody_may_change_is_doubted(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once a command: it says which store is meant."""
    written.write_text(NAMED)
    written.chmod(0o646)
    with typed("live"):
        profile.store_path(None)
        profile.setting("actor", None)
    assert capsys.readouterr().err.count("everybody on this machine may change") == 1
    written.chmod(0o664)
    with typed("live"):
        profile.store_path(None)
    assert capsys.readouterr().err == ""
