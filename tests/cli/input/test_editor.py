"""Texts written in an editor: who can see them, what becomes of the file, and that nothing written is lost."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cli.input import editor
from cli.input.folders import state_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    Longcase = Callable[..., Any]
    Editor = Callable[[str], None]

LONG = 'First line.\n\nThird line, with ä and "quotes".'


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """Have an editor at a terminal, which notes what it found and then does what a script says."""
    monkeypatch.setattr(editor, "_at_terminal", lambda: True)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state of mine"))
    monkeypatch.delenv("VISUAL", raising=False)

    def with_script(script: str) -> None:
        program = tmp_path / "an editor"
        modes = f'stat -c %a "$1" "$(dirname "$1")" > "{tmp_path}/modes"; cp "$1" "{tmp_path}/found"'
        program.write_text(f"#!/bin/sh\n{modes}\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("EDITOR", f"'{program}'")

    return with_script


@pytest.fixture
def case(store: Path, longcase: Longcase) -> str:
    """A case, with a summary that is to be mended."""
    assert longcase("report", "R-1", "--category", "missing", "--summary", "no home from school").code == 0
    return str(store)


def kept() -> list[Path]:
    """Return the files of texts that are there."""
    return [one for one in Path(state_folder(), "texts").rglob("*") if one.is_file()]


def typed(text: str) -> str:
    return f"cat > \"$1\" <<'END'\n{text}\nEND"


def summary(longcase: Longcase) -> str:
    return str(longcase("show", "R-1").out)


def test_what_is_written_is_recorded(case: str, longcase: Longcase, write: Editor, tmp_path: Path) -> None:
    """The text is that of the option that the command has; only its writer could read it, and it is gone."""
    write(typed(LONG))
    assert longcase("act", "R-1", "note", "--edit").code == 0
    assert "Third line, with ä" in longcase("timeline", "R-1", "--full").out
    assert (tmp_path / "modes").read_text().split() == ["600", "700"]
    assert (tmp_path / "found").read_text() == ""
    assert kept() == []


@pytest.mark.parametrize(
    "words",
    [
        ("report", "R-2", "--category", "missing"),
        ("escalate", "R-1", "--role", "inspectorate"),
        ("request-closure", "R-1", "--outcome", "found"),
        ("restrict", "R-1", "--to", "PS 0088"),
        ("warrant", "seek", "R-1"),
        ("assess", "R-1", "high"),
        ("officer", "enrol", "DC 1"),
    ],
)
def test_each_command_has_its_text(case: str, longcase: Longcase, write: Editor, words: tuple[str, ...]) -> None:
    """Every recording command has a text to be written, also where it could not do without."""
    write(typed(LONG))
    done = longcase(*words, "--edit")
    assert done.code == 0, done.err
    assert "Third line, with ä" in longcase("audit", "--format", "json").out.replace("\\u00e4", "ä")


def test_a_correction_begins_with_what_stands(
    case: str, longcase: Longcase, write: Editor, tmp_path: Path
) -> None:
    """The text as it is believed is in the editor, also once it was corrected before."""
    write('sed -i s/no/not/ "$1"')
    assert longcase("correct", "R-1", "1", "summary", "--edit", "--reason", "a slip").code == 0
    assert (tmp_path / "found").read_text() == "no home from school\n"
    write('sed -i s/school/hospital/ "$1"')
    assert longcase("correct", "R-1", "1", "--edit", "summary", "source=a call", "--reason", "a slip").code == 0
    assert (tmp_path / "found").read_text() == "not home from school\n"
    assert "not home from hospital" in summary(longcase)
    assert "a call" in summary(longcase)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (': > "$1"', "no text was written"),
        ("printf ' \\n\\n' > \"$1\"", "no text was written"),
        (f"{typed(LONG)}\nexit 1", "the editor ended with 1"),
        (f"{typed(LONG)}\nkill -9 $$", "the editor ended with"),
        (f"{typed(LONG)}\nkill -INT $$", "the editor ended with"),
    ],
)
def test_nothing_is_recorded(case: str, longcase: Longcase, write: Editor, script: str, why: str) -> None:
    """No text, and an editor that fails, record nothing, say so and leave no file."""
    write(script)
    before = longcase("timeline", "R-1").out
    done = longcase("act", "R-1", "note", "--edit")
    assert done.code == 2
    assert why in done.err
    assert longcase("timeline", "R-1").out == before
    assert kept() == []


def test_the_same_text_is_no_correction(case: str, longcase: Longcase, write: Editor) -> None:
    """Somebody who only looked has corrected nothing."""
    write(":")
    done = longcase("correct", "R-1", "1", "summary", "--edit", "--reason", "r")
    assert done.code == 2
    assert "as it was" in done.err
    assert kept() == []


@pytest.mark.parametrize(
    ("words", "code"),
    [(("act", "R-1", "no-such-kind"), 3), (("answer", "R-1", "E9"), 3), (("act", "R-9", "note"), 3)],
)
def test_what_was_written_for_a_refusal_is_kept(
    case: str, longcase: Longcase, write: Editor, words: tuple[str, ...], code: int
) -> None:
    """The file stays, for its writer alone, and it is said where, and how to give it again."""
    write(typed(LONG))
    done = longcase(*words, "--edit")
    assert done.code == code
    (file,) = kept()
    assert file.read_text() == f"{LONG}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f"kept in {file}" in done.err
    assert f"--text - < '{file}'" in done.err


def test_many_cases_of_which_one_is_refused(case: str, longcase: Longcase, write: Editor) -> None:
    """The text is kept as long as it is not recorded everywhere."""
    write(typed(LONG))
    assert longcase("act", "R-1", "R-9", "note", "--edit").code == 3
    assert len(kept()) == 1


def test_a_text_that_cannot_be_taken_is_kept(case: str, longcase: Longcase, write: Editor) -> None:
    """Bytes that are no UTF-8, and more than fits, are refused and kept."""
    for number, script in enumerate(
        ("printf '\\377' > \"$1\"", "head -c 1000001 /dev/zero | tr '\\0' a > \"$1\"")
    ):
        write(script)
        assert longcase("act", "R-1", "note", "--edit").code == 2
        assert len(kept()) == number + 1


def test_before_an_editor_is_opened(
    case: str, longcase: Longcase, write: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can be told beforehand is refused beforehand: no time is spent on a text in vain."""
    write(typed(LONG))
    assert "is given" in longcase("act", "R-1", "note", "--text", "x", "--edit").err
    assert "no text" in longcase("correct", "R-1", "1", "nothing", "--edit", "--reason", "r").err
    assert "no entry 9" in longcase("correct", "R-1", "9", "summary", "--edit", "--reason", "r").err
    assert "one FIELD" in longcase("correct", "R-1", "1", "summary=x", "--edit", "--reason", "r").err
    with monkeypatch.context() as patch:
        patch.delenv("LONGCASE_ACTOR")
        assert "who acts" in longcase("act", "R-1", "note", "--edit").err
    with monkeypatch.context() as patch:
        patch.delenv("EDITOR")
        assert "export EDITOR" in longcase("act", "R-1", "note", "--edit").err
    with monkeypatch.context() as patch:
        patch.setattr(editor, "_at_terminal", lambda: False)
        assert "needs a terminal" in longcase("act", "R-1", "note", "--edit").err
    assert not (tmp_path / "found").exists()


def test_visual_goes_before_editor(
    case: str, longcase: Longcase, write: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with git, VISUAL is asked first."""
    write(typed(LONG))
    monkeypatch.setenv("VISUAL", os.environ["EDITOR"])
    monkeypatch.setenv("EDITOR", "false")
    assert longcase("act", "R-1", "note", "--edit").code == 0


def test_what_is_restricted_is_not_shown(case: str, longcase: Longcase, write: Editor, tmp_path: Path) -> None:
    """A correction begins with the text for those alone who may read it."""
    assert longcase("restrict", "R-1", "--to", "DC 9", "--reason", "r").code == 0
    write(typed(LONG))
    done = longcase("correct", "R-1", "1", "summary", "--edit", "--reason", "r", "--actor", "DC 1", "--role", "x")
    assert done.code == 3
    assert not (tmp_path / "found").exists()


def test_a_line_of_a_batch_has_no_editor(case: str, longcase: Longcase) -> None:
    """A batch is given by a program."""
    line = b'{"command": "act", "reference": "R-1", "kind": "note", "edit": true}'
    assert "takes no 'edit'" in longcase("batch", "-", stdin=line).err
