"""Transcripts: what is typed, and to the letter what comes back.

``$ longcase ...`` is a command (``< TEXT`` or ``< FILE`` at its end is its standard input, in a text ``\\n`` ends
a line), followed by its standard output, then its standard error, then its exit code in brackets unless it is 0.
``@ T`` sets the clock. ``+ FILE`` writes the lines that follow into a file in the current folder. ``#`` begins a
remark. STORE stands for the path of the store. Those in ``walks`` go through what once misled somebody; each is
named by the rule.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = Path(__file__).parent / "transcripts"


def names(folder: Path) -> Iterator[str]:
    """Yield the transcripts that lie in a folder, as they are named from the top."""
    return (path.relative_to(FOLDER).with_suffix("").as_posix() for path in folder.glob("*.txt"))


def blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    command = ""
    expected: list[str] = []
    for line in text.splitlines():
        if line.startswith(("$ ", "@ ", "+ ", "#")):
            if command:
                yield command, without_end(expected)
            command, expected = ("" if line.startswith("#") else line), []
        else:
            expected.append(line)
    if command:
        yield command, without_end(expected)


def without_end(lines: list[str]) -> list[str]:
    """Return lines without the empty ones at their end, which set blocks apart."""
    return "\n".join(lines).rstrip("\n").splitlines()


def came_back(longcase: Callable[..., tuple[int, str, str]], typed: str, store: Path) -> list[str]:
    line, _, stdin = typed.removeprefix("$ longcase").partition(" < ")
    words = [word.replace("STORE", str(store)) for word in shlex.split(line)]
    text = "".join(shlex.split(stdin))
    beside = store.parent.iterdir() if store.parent.is_dir() else ()
    written = {file.name: file for file in beside if file.is_file()}
    given = written[text].read_bytes() if text in written else text.replace("\\n", "\n").encode()
    code, out, err = longcase(*words, stdin=given)
    lines = (out + err).replace(str(store), "STORE").splitlines()
    return [*lines, *([f"[{code}]"] if code else [])]


@pytest.mark.parametrize("name", sorted([*names(FOLDER), *names(FOLDER / "walks")]))
def test_transcript(
    name: str,
    longcase: Callable[..., tuple[int, str, str]],
    store: Path,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What comes back is what the transcript says."""
    monkeypatch.chdir(store.parent)
    for typed, expected in blocks((FOLDER / f"{name}.txt").read_text("utf-8")):
        if typed.startswith("@"):
            clock.set(typed.removeprefix("@ "))
        elif typed.startswith("+"):
            (store.parent / typed.removeprefix("+ ")).write_text("\n".join([*expected, ""]), "utf-8")
        else:
            assert came_back(longcase, typed, store) == expected, typed
