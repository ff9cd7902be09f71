"""Transcripts: what is typed, and to the letter what comes back.

``$ longcase ...`` is a command (``< TEXT`` at its end is its standard input), followed by its standard
output, then its standard error, then its exit code in brackets unless it is 0; ``\\n`` in the input ends a line.
``@ T`` sets the clock. ``#`` begins a remark. STORE stands for the path of the store.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = Path(__file__).parent / "transcripts"


def blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    command = ""
    expected: list[str] = []
    for line in text.splitlines():
        if line.startswith(("$ ", "@ ", "#")):
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
    code, out, err = longcase(*words, stdin="".join(shlex.split(stdin)).replace("\\n", "\n").encode())
    lines = (out + err).replace(str(store), "STORE").splitlines()
    return [*lines, *([f"[{code}]"] if code else [])]


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_transcript(name: str, longcase: Callable[..., tuple[int, str, str]], store: Path, clock: Any) -> None:
    """What comes back is what the transcript says."""
    for typed, expected in blocks((FOLDER / f"{name}.txt").read_text("utf-8")):
        if typed.startswith("@"):
            clock.set(typed.removeprefix("@ "))
        else:
            assert came_back(longcase, typed, store) == expected, typed
