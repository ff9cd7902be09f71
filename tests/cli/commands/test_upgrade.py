"""``longcase upgrade``, and what every other command says of a store of another version."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ledger import schema
from ledger.sqlite.driver import newest

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "ledger" / "samples").glob("store-*.db"))
NOW = schema.VERSION
NOTHING = "and changes nothing that an entry says"
REPORT = ("report", "NEW-1", "--category", "other")


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Any) -> Path:
    """A store of the oldest version, which every command takes for its own."""
    path = tmp_path / "longcase.db"
    shutil.copyfile(SAMPLES[0], path)
    path.chmod(0o600)
    monkeypatch.setenv("LONGCASE_STORE", str(path))
    monkeypatch.setenv("LONGCASE_ACTOR", "PS 0088")
    clock.set("2016-09-02T09:00:00Z")
    return path


def pinned_part(found: Any, pinned: Any) -> Any:
    """Return of ``found`` what ``pinned`` has a value for: the contract of the output grows."""
    if isinstance(pinned, dict):
        return {name: pinned_part(found.get(name), pinned[name]) for name in pinned}
    if isinstance(pinned, list) and len(found) == len(pinned):
        return [pinned_part(*pair) for pair in zip(found, pinned, strict=True)]
    return found


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_every_case_reads_as_it_did(longcase: Callable[..., Any], old: Path, sample: Path) -> None:
    """Once it is upgraded, a store of any version gives the timelines that it gave to its own Longcase."""
    shutil.copyfile(sample, old)
    wanted = json.loads(sample.with_suffix(".json").read_text("utf-8"))
    assert longcase("upgrade").code == 0
    for case, items in wanted["timelines"].items():
        known = ("--known-at", wanted["known_at"], "--format", "json")
        found = json.loads(longcase("timeline", case, *known).out)["items"]
        assert pinned_part(found, items) == items


def test_a_store_that_is_upgraded_is_whole_and_in_use(longcase: Callable[..., Any], old: Path) -> None:
    """Everything goes on, and the population tables are what they would be if made anew."""
    longcase("upgrade")
    assert longcase("doctor", "--deep").code == 0
    assert longcase(*REPORT).code == 0
    assert json.loads(longcase("cases", "--format", "json").out)["count"] == 4
    assert "the same as before" in longcase("projections", "rebuild").out


def test_what_it_says(longcase: Callable[..., Any], old: Path) -> None:
    """What was done is data; what is being done is talk."""
    copy = f"{old}.before-upgrade-from-1-20160902T090000Z"
    done = longcase("upgrade")
    assert done.code == 0
    assert done.out == (
        f"upgraded the store at {old} from version 1 to {NOW}, with 47 entries, each as it was; "
        f"as it was before, it is at {copy}\n"
    )
    assert done.err.splitlines() == [
        f"copying the store to {copy}, and checking the copy",
        f"the copy is sound; upgrading from version 1 to {NOW}",
        f"next: longcase doctor --deep --store {old}",
    ]


def test_doctor_says_who_wrote_it(longcase: Callable[..., Any], old: Path) -> None:
    """Of which version the store is, by which Longcase, since when."""
    longcase("upgrade")
    said = " ".join(longcase("doctor").out.split())
    assert f"store version {NOW}, by Longcase {schema.longcase_version()}, since 2016-09-02T09:00:00Z" in said


def test_for_programs(longcase: Callable[..., Any], old: Path, tmp_path: Path) -> None:
    """The same as JSON; the second time there is nothing to do, and no copy is made."""
    copy = tmp_path / "kept" / "copy.db"
    copy.parent.mkdir()
    done = longcase("upgrade", "--backup", str(copy), "--format", "json")
    both = {"path": str(old), "version": NOW, "entries": 47}
    assert json.loads(done.out) == {**both, "version_before": 1, "backup": str(copy)}
    before = old.read_bytes()
    again = longcase("upgrade", "--backup", str(tmp_path / "other.db"), "--format", "json")
    assert json.loads(again.out) == {**both, "version_before": NOW, "backup": None}
    assert (again.code, again.err) == (0, "")
    assert old.read_bytes() == before
    assert not (tmp_path / "other.db").exists()


def test_nothing_to_do_is_said_so(longcase: Callable[..., Any], store: Path) -> None:
    """A store that was made by this version."""
    done = longcase("upgrade")
    assert done.out == f"the store at {store} has version {NOW} already: there is nothing to do\n"
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize(
    "command",
    [("cases",), ("timeline", "IMG-0417"), REPORT, ("doctor",), ("init",), ("projections", "rebuild"), ("demo",)],
    ids=" ".join,
)
def test_every_other_command_refuses_an_older_store(
    command: tuple[str, ...], longcase: Callable[..., Any], old: Path
) -> None:
    """It says what makes the store usable, and leaves it as it is."""
    before = old.read_bytes()
    versions = f"(store version 1; this one uses version {NOW})"
    where = ("--store", str(old)) if command == ("demo",) else ()
    done = longcase(*command, *where)
    assert (done.code, done.out) == (5, "")
    assert done.err.splitlines() == [
        f"longcase: {old} was written by an older Longcase {versions}: it must be upgraded first",
        f"  hint: longcase upgrade --store {old} makes a copy of it first, {NOTHING}",
    ]
    assert old.read_bytes() == before


@pytest.mark.parametrize("command", [("cases",), REPORT, ("doctor",), ("upgrade",)], ids=" ".join)
def test_a_newer_store_says_what_to_install(
    command: tuple[str, ...], longcase: Callable[..., Any], store: Path
) -> None:
    """And is left as it is."""
    later = NOW + 1
    with closing(newest().connect(str(store), isolation_level=None)) as connection:
        connection.execute(f"INSERT INTO written VALUES ({later}, '7.1\x1b[2J', 0)")
        connection.execute(f"PRAGMA user_version = {later}")
    before = store.read_bytes()
    done = longcase(*command)
    assert done.code == 5
    assert f"(store version {later})" in done.err
    assert "install Longcase 7.1" in done.err
    assert "last backup" not in done.err
    assert "\x1b" not in done.err
    assert store.read_bytes() == before


def test_what_is_in_the_way_is_said_with_what_to_do(longcase: Callable[..., Any], old: Path) -> None:
    """Of a copy that cannot be made, and of a store that is damaged; the store stays as it was."""
    before = old.read_bytes()
    for given in (str(old), ""):
        done = longcase("upgrade", "--backup", given)
        assert done.code == 5
        assert "was not upgraded and is as it was" in done.err
        assert "never overwritten" in done.err
        assert "hint: --backup FILE" in done.err
    assert old.read_bytes() == before
    with closing(newest().connect(str(old), isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entry_update")
        connection.execute("UPDATE entry SET actor = 'DC 9999' WHERE position = 7")
    done = longcase("upgrade")
    assert done.code == 5
    assert "entry 7: it is not as it was recorded" in done.err
    assert "it is evidence" in done.err


def test_no_store(longcase: Callable[..., Any], tmp_path: Path) -> None:
    """None is made."""
    done = longcase("upgrade", "--store", str(tmp_path / "none.db"))
    assert done.code == 5
    assert "there is no store at" in done.err
    assert list(tmp_path.iterdir()) == []
