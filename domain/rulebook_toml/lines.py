"""Where in a TOML text something stands: the line of a key, a table or an element, by its path.

``tomllib`` gives the values and no lines. So the text is read again, one statement after the other: a
statement ends with the first line with which it can be read.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Path = tuple[str | int, ...]
"""Keys, and places in lists from 0: ``("standards", 2, "limit")``."""


_LONGEST = 1_000
"""Of how many lines a statement may be: to find its end takes the square of them."""


class Places:
    """The lines of everything that a TOML text says."""

    def __init__(self, text: str) -> None:
        """Read ``text``, which must be TOML."""
        self._lines: dict[Path, int] = {(): 1}
        self._last: dict[Path, int] = {}
        table: Path = ()
        for line, found, opens_table in _statements(text.replace("\r\n", "\n").split("\n")):
            if opens_table:
                table = self._opened(found)
                self._note(table, line)
            else:
                self._note_all(table, found, line)

    def line(self, path: Path) -> int:
        """Return the line, from 1, on which something stands; that of what it would stand in if it does not."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _opened(self, header: Any) -> Path:  # noqa: ANN401  (whatever a header reads as: tables, lists of one)
        """Return the path of the table that a header opens; within a list, its last element so far."""
        path: Path = ()
        while header:
            ((key, header),) = header.items()
            path = (*path, key)
            if isinstance(header, list):
                header = header[0]
                self._last[path] = self._last.get(path, -1) + 1
            if path in self._last:
                path = (*path, self._last[path])
        return path

    def _note(self, path: Path, line: int) -> None:
        for length in range(1, len(path) + 1):
            self._lines.setdefault(path[:length], line)

    def _note_all(self, path: Path, value: Any, line: int) -> None:  # noqa: ANN401  (any value of TOML)
        self._note(path, line)
        if isinstance(value, dict):
            for key, inner in value.items():
                self._note_all((*path, key), inner, line)


def _statements(lines: Sequence[str]) -> Iterator[tuple[int, dict[str, Any], bool]]:
    """Yield each statement's line, what it says, and whether it opens a table."""
    start = 0
    while start < len(lines):
        end, found = _statement(lines, start)
        if found:
            yield start + 1, found, lines[start].lstrip().startswith("[")
        start = end


def _statement(lines: Sequence[str], start: int) -> tuple[int, dict[str, Any]]:
    """Return the line after a statement, and what it says: nothing if it is a remark or an empty line.

    Where it ends is tried at so many lines only; a statement beyond is left out, and so is all that follows.
    """
    for end in range(start + 1, len(lines)):
        if end - start > _LONGEST:
            return len(lines), {}
        found = _read("\n".join(lines[start:end]))
        if found is not None:
            return end, found
    return len(lines), tomllib.loads("\n".join(lines[start:]))


def _read(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
