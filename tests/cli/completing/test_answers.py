"""What is offered for which argument and option, of which store, and that nothing is done meanwhile."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from cli.completing import answers
from cli.completing.candidates import MOST, beginnings
from cli.main import main, root

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Longcase = Callable[..., Ran]


def offered(*typed: str) -> list[str]:
    """Return what is offered for the last of the words that are typed behind the program's name."""
    _, *lines = answers.in_fish(root, ["longcase", *typed])
    return [line.partition("\t")[0] for line in lines]


def kind(*typed: str) -> str:
    return answers.in_fish(root, ["longcase", *typed])[0]


@pytest.fixture
def cases(store: Path, longcase: Longcase) -> Path:
    """Three cases, one of them restricted; officers, a team and a round; the tables lack the last case."""
    for reference in ("R-1", "R-2"):
        longcase("report", reference, "--category", "missing", "--summary", "x")
    longcase("officer", "enrol", "DC 1", "--team", "Lyra")
    longcase("allocate", "R-1", "DC 2")
    longcase("restrict", "R-2", "--to", "DC 9", "--reason", "r")
    assert longcase("inspection", "open", "round-1", "--role", "inspectorate").code == 0
    longcase("cases")
    longcase("report", "R-3", "--category", "missing", "--new")
    return store


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("show R", ["R-1", "R-2", "R-3"]),
        ("timeline R-2", ["R-2"]),
        ("find x --case R-1", ["R-1"]),
        ("audit --case R-1", ["R-1"]),
        ("link R-1 R-2", ["R-2"]),
        ("export --case R-1 --case R-2", ["R-2"]),
        ("act R-1 child-", ["child-seen"]),
        ("act R-1 R-2", ["R-2"]),
        ("act R-1 R-2 child-", ["child-seen"]),
        ("link R-1 R-2 --as dup", ["duplicate-of"]),
        ("allocate R-1 D", ["DC 1", "DC 2"]),
        ("allocate --from D", ["DC 1", "DC 2"]),
        ("allocate --from DC_1 D", ["DC 1", "DC 2"]),
        ("cases --owner ", ["DC 1", "DC 2", "me"]),
        ("cases --team ", ["Lyra"]),
        ("report R-9 --category miss", ["missing"]),
        ("stalled --standard child-seen", ["child-seen"]),
        ("inspection show ", ["round-1"]),
        ("show R-1 ", ["1", "2"]),
        ("retract R-2 ", ["1", "2"]),
        ("officer accredit DC_1 child-prot", ["child-protection"]),
        ("report R", []),
        ("officer enrol D", []),
        ("stalled --cause dorm", ["dormant"]),
        ("assess R-1 very", ["very-high"]),
    ],
)
def test_what_is_offered(cases: Path, typed: str, found: list[str]) -> None:
    """References, words, officers, teams, standards, rounds and numbers, each where it belongs."""
    assert offered(*typed.split(" ")) == found


def test_numbers_of_a_restricted_case_say_nothing(cases: Path) -> None:
    """A number is no text; what an entry records is told of a case that everybody may read."""
    assert answers.in_fish(root, ["longcase", "show", "R-1", "1"])[1:] == ["1\treported"]
    assert answers.in_fish(root, ["longcase", "show", "R-2", "1"])[1:] == ["1\t"]


def test_a_reference_that_looks_like_an_option(cases: Path, longcase: Longcase) -> None:
    """It is offered behind two dashes, where it is read as what it is, and for an option."""
    longcase("report", "--category", "missing", "--", "-X")
    assert "-X" not in offered("show", "")
    assert offered("show", "--", "-") == ["-X"]
    assert "-X" in offered("find", "--case", "")


def test_which_store(cases: Path, longcase: Longcase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is that of the line, before or behind the command, of the environment, or the profile."""
    other = tmp_path / "other.db"
    longcase("init", "--store", str(other))
    longcase("report", "R-other", "--category", "missing", "--store", str(other))
    assert offered("--store", str(other), "show", "R") == ["R-other"]
    assert offered("show", "--store", str(other), "R") == ["R-other"]
    assert offered("show", f"--store={other}", "R") == ["R-other"]
    monkeypatch.setenv("ELSEWHERE", str(tmp_path))
    assert offered("show", "--store", "$ELSEWHERE/other.db", "R") == ["R-other"]
    (tmp_path / "profile.toml").write_text(f"store = '{other}'\n")
    monkeypatch.setenv("LONGCASE_PROFILE", str(tmp_path / "profile.toml"))
    assert offered("show", "R") == ["R-1", "R-2", "R-3"]
    monkeypatch.delenv("LONGCASE_STORE")
    assert offered("show", "R") == ["R-other"]


def test_no_store(store: Path, tmp_path: Path) -> None:
    """Without a store the vocabulary is offered still, and no store is made."""
    missing = tmp_path / "none.db"
    assert offered("--store", str(missing), "show", "R") == []
    assert offered("--store", str(missing), "cases", "--category", "miss") == ["missing"]
    assert not missing.exists()


def test_files_are_left_to_the_shell(store: Path) -> None:
    """Where a file is wanted, the shell is told so."""
    assert kind("--store", "x") == "file"
    assert kind("batch", "x") == "file"
    assert kind("import", "x") == "file"


def test_nothing_is_read_from_standard_input(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hyphen that stands for a text is not taken at its word before the command is given."""
    monkeypatch.setattr("sys.stdin", io.StringIO("must not be read"))
    monkeypatch.setattr("cli.input.parameters.from_input", pytest.fail)
    assert offered("act", "R-1", "note", "--text", "-", "--outc") == ["--outcome"]


def test_letters_that_steer_a_terminal_are_not_offered(cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an older version let into a reference does not reach a terminal."""
    odd = {"R\x1b[2J", "R\u202e", "Rä"}
    monkeypatch.setattr("projections.queries.completions.references", lambda *_: odd)
    assert offered("show", "R") == ["Rä"]


def test_more_than_can_be_offered(cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of too many the beginnings are offered: a shell puts in no more than what all have in common."""
    many = {f"{sort}-{number:04}" for sort in ("IMG", "CSE") for number in range(3_000)}
    monkeypatch.setattr("projections.queries.completions.references", lambda *_: many)
    found = offered("show", "")
    assert found == [f"{sort}-{place:02}" for sort in ("CSE", "IMG") for place in range(30)]
    assert len(offered("show", "IMG-29")) <= MOST
    assert all(any(one.startswith(each) for one in many) for each in beginnings(many))


def test_whatever_goes_wrong_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A prompt is no place for errors: there is an exit code, and nothing else."""
    from cli import completion

    def broken(*_: Any) -> list[str]:
        raise RuntimeError

    monkeypatch.setattr(completion, "_give_up_after", lambda _seconds: None)
    monkeypatch.setitem(answers.SHELLS, "fish", broken)
    monkeypatch.setenv(completion.VARIABLE, "fish_complete")
    assert main(["longcase", "show", "R"]) == 1
    monkeypatch.setenv(completion.VARIABLE, "tcsh_complete")
    assert main(["longcase", "show", "R"]) == 2
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
