"""``longcase demo``: a new store beside the user's own, one screen, commands that work as printed."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger.sqlite.connection import connect, create

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Clock, Ran

ROOT = Path(__file__).resolve().parents[3]
NAME = "longcase-demo.db"
ROUNDS = "longcase-inspections.db"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, on a terminal of 80 columns."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("COLUMNS", "80")
    return here


def typed(screen: str) -> list[str]:
    """Return the commands of a screen, as somebody would type them."""
    found = [line.partition("longcase ")[2] for line in screen.splitlines() if "  longcase " in line]
    return [
        *(line.removeprefix("$ longcase ") for line in screen.splitlines() if line.startswith("$ ")),
        *found,
    ]


def entries(path: Path) -> int:
    connection = connect(str(path))
    (count,) = connection.execute("SELECT count(*) FROM entry").fetchone()
    connection.close()
    return int(count)


def test_it_makes_a_store_in_the_current_folder(longcase: Callable[..., Ran], folder: Path) -> None:
    """The new file is all that it leaves there."""
    ran = longcase("demo")
    assert ran.code == 0
    assert [path.name for path in folder.iterdir() if path.suffix == ".db"] == [NAME]
    assert f"{entries(folder / NAME):,} entries" in ran.out


def test_the_store_in_use_is_not_touched(longcase: Callable[..., Ran], store: Path, folder: Path) -> None:
    """Neither the environment nor the profile can send the invented cases into somebody's own store."""
    before = store.read_bytes()
    assert longcase("demo").code == 0
    assert store.read_bytes() == before
    assert (folder / NAME).exists()


def test_a_second_time_it_shows_the_same_and_adds_nothing(longcase: Callable[..., Ran], folder: Path) -> None:
    """What was recorded in the meantime stays."""
    first = longcase("demo")
    longcase("act", "IMG-0417", "note", "--store", NAME, "--actor", "DC 1417")
    count = entries(folder / NAME)
    second = longcase("demo")
    assert second.code == 0
    assert second.out.splitlines()[1:] == first.out.splitlines()[1:]
    assert entries(folder / NAME) == count


def test_another_store_is_never_overwritten(longcase: Callable[..., Ran], store: Path) -> None:
    """Somebody's store is left as it is, whether it has entries or not."""
    before = store.read_bytes()
    ran = longcase("demo", "--store", str(store))
    assert ran.code == 4
    assert "is left as it is" in ran.err
    assert store.read_bytes() == before


def test_another_file_is_never_overwritten(longcase: Callable[..., Ran], folder: Path) -> None:
    """A file that is no store is left as it is."""
    other = folder / NAME
    other.write_text("minutes of the meeting")
    ran = longcase("demo")
    assert ran.code == 5
    assert other.read_text() == "minutes of the meeting"


def test_an_interrupted_demonstration_is_made_anew(longcase: Callable[..., Ran], folder: Path) -> None:
    """A store that was made for it and is still empty is filled."""
    from application.demo.player import EDITION

    create(str(folder / NAME), {"zone": "Europe/London", "scenario": EDITION}).close()
    assert longcase("demo").code == 0
    assert entries(folder / NAME) > 1000


@pytest.mark.parametrize(
    "arguments",
    [("demo", "--store", "other.db"), ("--store", "other.db", "demo"), ("demo", "--store", "sqlite:///other.db")],
)
def test_the_place_can_be_given(longcase: Callable[..., Ran], folder: Path, arguments: tuple[str, ...]) -> None:
    """Before the command or after it, as a path or as a URL."""
    ran = longcase(*arguments)
    assert ran.code == 0
    assert f"export LONGCASE_STORE={folder / 'other.db'}" in ran.out
    assert not (folder / NAME).exists()


def test_it_is_one_screen(longcase: Callable[..., Ran]) -> None:
    """Nothing but the store's path is wider than 80 columns, and the lines fit on a large terminal."""
    lines = longcase("demo").out.splitlines()
    assert [line for line in lines if len(line) > 80 and "export " not in line] == []
    assert len(lines) <= 54


def test_it_shows_whom_to_ring_first(longcase: Callable[..., Ran]) -> None:
    """The stalled cases, the one that has waited longest before all others, and the one that is nobody's."""
    screen = longcase("demo").out
    stalled, waiting = (part.splitlines() for part in screen.split("$ longcase ")[1:])
    assert stalled[1] == "DEMONSTRATION of invented cases, in longcase-demo.db"
    assert stalled[2].startswith("15 of 43 open cases are stalled")
    first = next(line for line in stalled if line.startswith(("IMG", "CSE", "CHB", "DVW", "MIS", "GRM", "OFF")))
    assert first.split()[:9] == ["IMG-0417", "very", "high", "DC", "1417", "98", "d", "97", "d"]
    assert any(line.split()[:7] == ["CSE-0083", "high", "nobody", "16", "d", "15", "d"] for line in waiting)


@pytest.mark.parametrize(("arguments", "name", "count"), [((), NAME, 15), (("--inspections",), ROUNDS, 10)])
def test_every_command_on_the_screen_works(
    longcase: Callable[..., Ran],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    name: str,
    count: int,
) -> None:
    """What is shown is what the command shows when it is typed."""
    screen = longcase("demo", *arguments).out
    monkeypatch.setenv("LONGCASE_STORE", str(folder / name))
    commands = typed(screen)
    assert len(commands) == count
    for command in commands:
        ran = longcase(*shlex.split(command))
        assert ran.code == 0, ran.err
        assert ran.out.strip()
        if f"$ longcase {command}\n" in screen:
            assert ran.out in screen


def test_the_rounds_of_inspection_are_a_store_of_their_own(
    longcase: Callable[..., Ran], store: Path, folder: Path
) -> None:
    """They lie beside the other cases; the screen says what in them is real."""
    before = store.read_bytes()
    lines = longcase("demo", "--inspections").out.splitlines()
    assert lines[0].startswith(f"Three rounds of inspection, 840 cases, {entries(folder / ROUNDS):,} entries.")
    assert "published; all else is invented" in lines[1]
    assert [line for line in lines if len(line) > 80 and "export " not in line] == []
    assert len(lines) <= 52
    assert [line.split()[0] for line in lines if line.startswith("round-")] == ["round-1", "round-2", "round-3"]
    assert [path.name for path in folder.iterdir() if path.suffix == ".db"] == [ROUNDS]
    assert store.read_bytes() == before


def test_one_demonstration_is_not_made_into_the_other(longcase: Callable[..., Ran], folder: Path) -> None:
    """A second time it is shown as it stands; asked for as the other, it is left as it is."""
    first = longcase("demo", "--inspections")
    second = longcase("demo", "--inspections")
    assert second.out.splitlines()[2:] == first.out.splitlines()[2:]
    assert "were here already" in second.out
    before = (folder / ROUNDS).read_bytes()
    ran = longcase("demo", "--store", ROUNDS)
    assert ran.code == 4
    assert "is left as it is" in ran.err
    assert (folder / ROUNDS).read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="the settings are those of a POSIX shell")
def test_the_screen_can_be_typed_into_a_shell(folder: Path) -> None:
    """Run from outside PATH, it says how to find the program, and the settings and a command work in sh."""
    program = folder / "my bin" / "longcase"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from cli.main import main\nsys.exit(main())\n"
    )
    program.chmod(0o755)
    done = subprocess.run([program, "demo"], capture_output=True, text=True, check=True)
    settings = [line for line in done.stdout.splitlines() if line.startswith("  export ")]
    assert len(settings) == 2
    script = "\n".join([*settings, "cd /", f"longcase {typed(done.stdout)[-2]}"])
    ran = subprocess.run(["sh", "-ec", script], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "DC 2741" in ran.stdout


READ = (
    ("cases", "--limit", "3"),
    ("stalled", "--limit", "1"),
    ("stalled", "--by", "team"),
    ("timeline", "IMG-0417"),
    ("show", "IMG-0417"),
    ("explain", "IMG-0417"),
    ("audit", "--limit", "3"),
    ("find", "child"),
    ("officers",),
    ("rulebook", "show"),
    ("next", "--limit", "1"),
)
"""Lists and answers of several kinds: tables, pages, and both under a headline."""

SAYS = f"DEMONSTRATION of invented cases, in {NAME}"


@pytest.fixture
def there(longcase: Callable[..., Ran], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demonstration, which is the store that is meant."""
    assert longcase("demo").code == 0
    monkeypatch.setenv("LONGCASE_STORE", str(folder / NAME))
    monkeypatch.setenv("LONGCASE_ACTOR", "PS 0088")
    return folder / NAME


def test_every_answer_says_that_it_is_a_demonstration(longcase: Callable[..., Ran], there: Path) -> None:
    """Above all else, and once; programs are given what they would be given of any store."""
    for command in READ:
        ran = longcase(*command, "--as-at", "2016-05-20")
        assert ran.out.splitlines()[0] == SAYS, command
        assert ran.out.count("DEMONSTRATION") == 1, command
        for form in ("json", "jsonl", "csv"):
            assert "DEMONSTRATION" not in longcase(*command, "--as-at", "2016-05-20", "--format", form).out
    assert there.name == NAME


def test_what_is_printed_says_so_too(longcase: Callable[..., Ran], there: Path, folder: Path) -> None:
    """A page in a file leaves the terminal."""
    for name in ("case.html", "case.md"):
        assert longcase("record", "IMG-0417", "--output", name).code == 0
        assert SAYS in (folder / name).read_text("utf-8")
    assert SAYS in longcase("record", "IMG-0417").out
    assert longcase("stalled", "--svg", "-").out.startswith("<?xml")
    assert there.exists()


def test_recording_in_one_is_told(longcase: Callable[..., Ran], there: Path) -> None:
    """On standard error, in words, whatever the format; also of one that came back from a backup."""
    ran = longcase("act", "IMG-0417", "child-seen", "--format", "json")
    assert ran.code == 0
    assert ran.err.splitlines()[0] == f"! {SAYS}: what is recorded here is in no other store"
    assert longcase("backup", "copy.db").code == 0
    assert longcase("restore", "copy.db", "--store", "again.db").code == 0
    ran = longcase("act", "IMG-0417", "child-seen", "--store", "again.db")
    assert "! DEMONSTRATION of invented cases, in again.db" in ran.err
    assert there.exists()


def test_no_other_store_says_so(longcase: Callable[..., Ran], folder: Path) -> None:
    """Neither of an answer nor of a receipt."""
    assert longcase("init", "--store", "own.db").code == 0
    ran = longcase("report", "A-1", "--category", "other", "--actor", "PS 1", "--store", "own.db")
    assert "DEMONSTRATION" not in ran.out + ran.err
    assert "DEMONSTRATION" not in longcase("cases", "--store", "own.db").out
    assert (folder / "own.db").exists()


class TestUntil:
    """``--until``: the story ends when it is asked to, and no figure is of years ago."""

    @pytest.mark.parametrize("now", ["2026-11-28T14:30:00Z", "2027-03-31T08:00:00+01:00"])
    def test_it_ends_now(self, longcase: Callable[..., Ran], clock: Clock, folder: Path, now: str) -> None:
        """Without --as-at a handful of cases is stalled, as in the README, for days and not for years."""
        clock.set(now)
        done = longcase("demo", "--until", "now")
        assert done.code == 0, done.err
        assert "moved by" in done.out
        found = longcase("stalled", "--store", NAME, "--format", "json")
        items = json.loads(found.out)["items"]
        assert 10 <= len(items) <= 25
        assert "1 d" in longcase("cases", "--store", NAME, "--limit", "60").out

    def test_each_command_works_as_it_is_printed(self, longcase: Callable[..., Ran], clock: Clock) -> None:
        """None of them looks at a day to come, or at 2016."""
        clock.set("2026-11-28T14:30:00Z")
        screen = longcase("demo", "--until", "now").out
        commands = typed(screen)
        assert len(commands) > 10
        assert not any("2016-" in one for one in commands)
        for command in commands:
            done = longcase("--store", NAME, *shlex.split(command))
            assert done.code == 0, done.err
            assert done.out.count("\n") > 1

    def test_again(self, longcase: Callable[..., Ran], clock: Clock, folder: Path) -> None:
        """What was made is shown as it stands, with or without the option, and as of its own end."""
        clock.set("2026-11-28T14:30:00Z")
        longcase("demo", "--until", "now")
        count = entries(folder / NAME)
        clock.set("2026-12-09T14:30:00Z")
        for words in (("demo", "--until", "now"), ("demo",)):
            again = longcase(*words).out
            assert "were here already" in again
            assert "$ longcase stalled --as-at 2026-11-28 --limit 1" in again
        assert entries(folder / NAME) == count

    def test_a_day_that_was(self, longcase: Callable[..., Ran], clock: Clock, folder: Path) -> None:
        """It ends with that day, or with an instant of it; the first commands look there."""
        clock.set("2026-11-28T14:30:00Z")
        screen = longcase("demo", "--until", "2020-02-28").out
        assert "$ longcase stalled --as-at 2020-02-28 --limit 1" in screen
        last = longcase("audit", "--store", NAME, "--format", "json").out
        assert max(one["recorded_at"] for one in json.loads(last)["items"])[:10] == "2020-02-28"

    @pytest.mark.parametrize("words", [("--until", "2030-01-01"), ("--until", "now", "--inspections")])
    def test_refused(
        self, longcase: Callable[..., Ran], clock: Clock, folder: Path, words: tuple[str, ...]
    ) -> None:
        """Nothing is recorded of days to come, and what was published keeps its days."""
        clock.set("2026-11-28T14:30:00Z")
        assert longcase("demo", *words).code == 2
        assert list(folder.iterdir()) == []
