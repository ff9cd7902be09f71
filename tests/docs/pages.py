"""A page of the documentation as what it holds: blocks of code, and notes to the tests in comments.

A note is a comment of HTML on a line of its own, which no reader sees: ``<!-- clock: 2016-05-20T09:00Z -->``
sets the clock, ``<!-- file: NAME -->`` says that the block after it is a file of that name, ``<!-- fields:
NAME -->`` that the table after it lists the fields of something, ``<!-- database: NAME -->`` that there is an
empty database of that name on whichever server of PostgreSQL the page names from here on.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
_NOTE = re.compile(r"<!-- ([a-z]+): (.+) -->")
_FENCE = re.compile(r"(`{3,})(\w*)")


class Part(NamedTuple):
    """A note (``kind`` is its word) or a block (``kind`` is its language), and the line where it begins."""

    kind: str
    text: str
    line: int
    block: bool


def pages() -> list[Path]:
    """Return every page that is written for people, decisions included."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def parts(page: Path) -> Iterator[Part]:
    """Yield the notes and blocks of a page, in order; a block that is never closed is an error."""
    lines = enumerate(page.read_text("utf-8").splitlines(), 1)
    for number, line in lines:
        note, fence = _NOTE.fullmatch(line), _FENCE.fullmatch(line)
        if note:
            yield Part(note[1], note[2], number, block=False)
        elif fence:
            yield Part(fence[2], _until(fence[1], lines), number, block=True)


def _until(fence: str, lines: Iterator[tuple[int, str]]) -> str:
    found: list[str] = []
    for _, line in lines:
        if line == fence:
            return "".join(f"{one}\n" for one in found)
        found.append(line)
    raise AssertionError("a block is never closed")


def prose(page: Path) -> str:
    """Return a page without its blocks, where words in code are no longer words."""
    text = re.sub(r"^(`{3,})\w*\n.*?^\1$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", text)


def listed(page: Path) -> dict[str, list[str]]:
    """Return, by the name in the note before it, what the first column of each table of fields names."""
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in page.read_text("utf-8").splitlines():
        note = _NOTE.fullmatch(line)
        if note and note[1] == "fields":
            current = found.setdefault(note[2], [])
        elif line.startswith("#"):
            current = None
        elif current is not None and line.startswith("| `"):
            current += re.findall(r"`([^`]+)`", line.split("|")[1])
    return found


def anchors(page: Path) -> set[str]:
    """Return what a link may name behind ``#`` in a page, as GitHub makes it of the headings."""
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
