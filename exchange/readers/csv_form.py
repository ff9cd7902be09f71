"""How a CSV file is written, told by how it begins: what parts its columns, and what spreadsheets put on top."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from exchange.source.trace import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE: Final = 1 << 16
"""How many characters of a file are looked at."""

_DELIMITERS: Final = ",;\t|"
_ROWS: Final = 100
# Spreadsheets write this line, obey it and hide it.
_SEPARATOR: Final = re.compile('"?sep=(?P<sign>[^"\r\n])"?(?:\r\n|\r|\n|$)', re.IGNORECASE)


class CsvForm(NamedTuple):
    """What parts the columns, whether a first line says so, and whether blanks stand before quotes."""

    delimiter: str
    told: bool = False
    spaced: bool = False


def csv_form(sample: str, given: str | None) -> CsvForm:
    """Return the form of a file that begins with ``sample``; ``given`` is the mapping's delimiter, and wins.

    Else it is what a first line ``sep=;`` says, else what parts the heading into most columns. Raises
    ``UnreadableSource`` if none does, or two do it equally well.
    """
    sample = sample.removeprefix("\ufeff")
    line = _SEPARATOR.match(sample)
    rest = sample[line.end() :] if line else sample
    delimiter = given or (line["sign"] if line else _most(rest))
    return CsvForm(delimiter, line is not None, _spaced(rest, delimiter))


def spaced_quote(row: list[str]) -> bool:
    """Say whether a cell has blanks before a quote, so that the quote was taken for a part of it."""
    return any(cell[:1] in {" ", "\t"} and cell.lstrip(" \t")[:1] == '"' for cell in row)


def _most(sample: str) -> str:
    counts = sorted((_columns(sample, delimiter), delimiter) for delimiter in _DELIMITERS)
    (second, _), (most, delimiter) = counts[-2:]
    if most <= 1 or second == most:
        reason = "the heading does not show what parts the columns" if sample.strip() else "it is empty"
        raise UnreadableSource(reason, hints=('write in a mapping, for example: delimiter = ";"',))
    return delimiter


def _columns(sample: str, delimiter: str) -> int:
    return len(next(_rows(sample, delimiter), []))


def _spaced(sample: str, delimiter: str) -> bool:
    if delimiter.isspace() or not re.search(f'{re.escape(delimiter)}[ \t]+"', sample):
        return False
    return any(spaced_quote(row) for row in islice(_rows(sample, delimiter), _ROWS))


def _rows(sample: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the rows that have anything in them, until one is ill-formed or broken off."""
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        yield from (row for row in rows if any(map(str.strip, row)))
    except csv.Error:
        return
