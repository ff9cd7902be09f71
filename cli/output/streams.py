"""The one way out: what was found goes to standard output, talk goes to standard error."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from cli.input.requests import common
from cli.output.terminal import in_lines, is_terminal
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import tzinfo
    from pathlib import Path
    from typing import BinaryIO, TextIO

    from cli.input.requests import RecordingOptions, View
    from cli.output.table import Column
    from presentation.formats import Item
    from presentation.instants import AsOf


class Shape(NamedTuple):
    """How items look: what they are called, the contract's fields, the table's columns.

    ``noun`` is plural. ``fields`` are the columns of CSV, in the order of the contract.
    """

    noun: str
    fields: tuple[str, ...]
    columns: tuple[Column, ...]


def present(
    items: Iterable[Item],
    shape: Shape,
    view: View,
    as_of: AsOf,
    *,
    total: int | None = None,
    count: int | None = None,
    extra: Item | None = None,
) -> int:
    """Show ``items`` in the format of ``view`` and return how many were shown.

    ``items`` may be an iterator: JSON Lines and CSV are written as it yields. Instants in items are
    integers under keys that ``formats.is_instant`` knows. No more than ``view.row_limit`` are
    shown; a table that was cut says so on standard error, with ``total`` if the caller knows it.
    ``extra`` adds keys to the envelope of JSON. Where it is known beforehand that there are ``count`` items, JSON
    too is written as they come, but at a terminal, where it is indented. If it is to be quiet, nothing at all is
    written of no items.
    """
    if common().quiet:
        first, items = _with_first(items)
        if not first:
            return 0
    if view.format == "table":
        return _present_table(items, shape, view, as_of, total=total)
    if view.format == "lines":
        return _present_lines(islice(items, view.row_limit), shape, as_of, extra)
    if view.format == "json" and count is not None and not is_terminal(sys.stdout):
        from presentation.formats import stream_json  # (whoever looks at a terminal needs no format)

        return stream_json(items, as_of, _binary(), count=count, extra=extra)
    return _present_data(islice(items, view.row_limit), shape, view, as_of, extra)


def _with_first(items: Iterable[Item]) -> tuple[list[Item], Iterable[Item]]:
    """Return the first item, if there is one, and all of them."""
    rest = iter(items)
    first = list(islice(rest, 1))
    return first, chain(first, rest)


def receipt(fields: Item, sentence: str, entry: RecordingOptions, zone: tzinfo) -> None:
    """Show what a recording command did: its ``sentence``, or ``fields`` as one JSON object."""
    if entry.format == "json":
        from presentation.formats import exported, json_bytes

        _binary().write(json_bytes(exported(fields, zone)) + b"\n")
    else:
        say_out(sentence)


@contextmanager
def output_into(path: Path | None, store: str, *, force: bool) -> Iterator[BinaryIO]:
    """Lend a file, written whole or not at all and never over the ``store``; ``None`` is standard output."""
    if path is None:
        yield _binary()
        return
    from pathlib import Path

    from exchange.atomic_file import whole_file
    from ledger.stores import files_of

    with whole_file(path, force=force, spare=list(map(Path, files_of(store))) if store else []) as out:
        yield out


def say_out(line: str) -> None:
    """Write one line of data to standard output, made safe for a terminal."""
    _write(sys.stdout, line)


def say(line: str) -> None:
    """Write one line of talk to standard error, made safe for a terminal."""
    _write(sys.stderr, line)


def _write(stream: TextIO, line: str) -> None:
    stream.write("".join(f"{part}\n" for part in in_lines(safe_text(line), stream)))


def _present_data(items: Iterable[Item], shape: Shape, view: View, as_of: AsOf, extra: Item | None) -> int:
    from presentation.formats import write_csv, write_json, write_jsonl

    out, terminal = _binary(), is_terminal(sys.stdout)
    if view.format == "json":
        return write_json(items, as_of, out, indent=terminal, extra=extra)
    if view.format == "jsonl":
        return write_jsonl(items, as_of.zone, out)
    return write_csv(items, shape.fields, as_of.zone, out, readable=terminal)


def _present_lines(items: Iterable[Item], shape: Shape, as_of: AsOf, extra: Item | None) -> int:
    """Say first how many there are; until that is known they are put aside, and not held in memory."""
    from cli.output.terminal import width_of_terminal
    from ledger.workers.spool import Spool
    from presentation.speech.lines import head, lines

    width = width_of_terminal()
    with Spool() as spool:
        for item in items:
            spool.add("\n".join(lines(item, as_of.zone)).encode())
        for line in head(shape.noun, len(spool), as_of, extra):
            _write_line(line, width)
        for kept in spool:
            for line in kept.decode().split("\n"):
                _write_line(line, width)
        return len(spool)


def _write_line(line: str, width: int | None) -> None:
    from cli.output.layout import wrapped, write

    indent = " " * (len(line) - len(line.lstrip(" ")))
    first, *more = wrapped(line, None if width is None else max(width - len(indent) - 2, 1))
    write([f"{indent}{first}", *(f"{indent}  {rest}" for rest in more)])


def _present_table(items: Iterable[Item], shape: Shape, view: View, as_of: AsOf, *, total: int | None) -> int:
    limit = view.row_limit
    from cli.output.layout import begin

    begin()
    rows = list(islice(items, None if limit is None else limit + 1))
    shown = rows[:limit]
    if not shown:
        say(f"no {shape.noun}")
        return 0
    show_table(shape.columns, shown, as_of.zone)
    if len(rows) > len(shown) or (total or 0) > len(shown):
        sys.stdout.flush()
        cut = f"only the first {len(shown):,}" if total is None else f"{len(shown):,} of {total:,}"
        say(f"{cut} {shape.noun} are shown; --limit 0 shows all")
    return len(shown)


def show_table(columns: Sequence[Column], rows: Sequence[Item], zone: tzinfo) -> None:
    """Show rows on standard output, and say on standard error which columns it had no room for."""
    from cli.output.layout import page, write
    from cli.output.table import draw, said_left_out

    left_out: list[str] = []
    sheet = page(zone)
    write(draw(columns, rows, sheet, left_out))
    if left_out:
        sys.stdout.flush()
        say(said_left_out(left_out, sheet.width))


def _binary() -> BinaryIO:
    sys.stdout.flush()
    return sys.stdout.buffer
