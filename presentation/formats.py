"""The formats for programs: JSON with one envelope, JSON Lines, CSV; all of them in UTF-8."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from domain.instant import iso
from ledger.workers.spool import Spool
from presentation.escaping import guard_cell, safe_json, safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import tzinfo
    from typing import BinaryIO

    from presentation.instants import AsOf

Item = Mapping[str, Any]
"""What a reading command shows: plain values under the contract's names, instants as integers."""

_INSTANT_KEYS: Final = frozenset(("at", "since", "until", "due", "effective_from"))

_REPEATED: Final = 4_096
"""How many values are remembered as they are written: in a list most come again soon, in the same case."""


@lru_cache(_REPEATED)
def is_instant(key: str) -> bool:
    """Tell whether integers under ``key`` are instants: ``*_at``, ``*_since``, at, since, until, due and such."""
    return key.endswith(("_at", "_since")) or key in _INSTANT_KEYS


def exported(item: Item, zone: tzinfo) -> dict[str, Any]:
    """Return an item with its instants, at every depth, as ISO 8601 with the offset of ``zone``."""
    return {key: _exported(key, value, zone) for key, value in item.items()}


_moment: Final = lru_cache(_REPEATED)(iso)


def _exported(key: str, value: Any, zone: tzinfo) -> Any:  # noqa: ANN401  (any value of an item)
    kind = type(value)
    if value is None or kind is str or kind is bool:
        return value
    if kind is int:
        return _moment(value, zone) if is_instant(key) else value
    if isinstance(value, Mapping):
        return exported(value, zone)
    if isinstance(value, list | tuple):
        return [_exported(key, each, zone) for each in value]
    return value


def with_offset(change: Item, zone: tzinfo) -> dict[str, Any]:
    """Return a change of the state with an instant before and after as texts with the offset of ``zone``.

    The keys ``before`` and ``after`` do not say that it is one; the name of the field does.
    """
    if not is_instant(change["field"].rpartition(".")[2]):
        return dict(change)
    values = ((side, change[side]) for side in ("before", "after"))
    return dict(change) | {side: None if value is None else iso(value, zone) for side, value in values}


def json_bytes(value: Any, *, indent: bool = False) -> bytes:  # noqa: ANN401  (anything msgspec encodes)
    """Return ``value`` as JSON without a line end, safe to show on a terminal."""
    from msgspec import json

    encoded = json.encode(value)
    return safe_json(json.format(encoded, indent=2) if indent else encoded)


def write_json(items: Iterable[Item], as_of: AsOf, out: BinaryIO, *, indent: bool, extra: Item | None) -> int:
    """Write the envelope, with the keys of ``extra``, and all items; return their number.

    The envelope says first how many there are: until that is known they are put aside, and not held in memory.
    With ``indent``, for a terminal, they are.
    """
    if indent:
        rows = [exported(item, as_of.zone) for item in items]
        envelope = _envelope(as_of, len(rows), extra) | {"items": rows}
        out.write(json_bytes(envelope, indent=True) + b"\n")
        return len(rows)
    with Spool() as spool:
        for item in items:
            spool.add(json_bytes(exported(item, as_of.zone)))
        return _stream(spool, as_of, out, len(spool), extra)


def stream_json(items: Iterable[Item], as_of: AsOf, out: BinaryIO, *, count: int, extra: Item | None) -> int:
    """Write what ``write_json`` does for ``count`` items, each as it comes, not indented; return ``count``."""
    encoded = (json_bytes(exported(item, as_of.zone)) for item in items)
    return _stream(encoded, as_of, out, count, extra)


def _stream(encoded: Iterable[bytes], as_of: AsOf, out: BinaryIO, count: int, extra: Item | None) -> int:
    out.write(json_bytes(_envelope(as_of, count, extra))[:-1] + b',"items":[')
    out.writelines((b"," if place else b"") + one for place, one in enumerate(encoded))
    out.write(b"]}\n")
    return count


def _envelope(as_of: AsOf, count: int, extra: Item | None) -> dict[str, Any]:
    zone = as_of.zone
    axes = {"as_at": iso(as_of.axes.as_at, zone), "known_at": iso(as_of.axes.known_at, zone)}
    return axes | {"count": count} | exported(extra or {}, zone)


def write_jsonl(items: Iterable[Item], zone: tzinfo, out: BinaryIO) -> int:
    """Write one item a line and return their number."""
    count = 0
    for count, item in enumerate(items, start=1):  # noqa: B007  (the last number is the answer)
        out.write(json_bytes(exported(item, zone)) + b"\n")
    return count


def write_csv(
    items: Iterable[Item], fields: Sequence[str], zone: tzinfo, out: BinaryIO, *, readable: bool
) -> int:
    """Write a head and one row an item, and return the number of items.

    Rows end in CR LF, as RFC 4180 has it. Texts that a spreadsheet would take for formulas get a
    leading apostrophe; lists and objects are JSON in their cell. ``readable`` shows control
    characters as escapes, for a terminal; otherwise the text is exact.
    """
    import csv

    count = 0
    writer = csv.writer(_Encoder(out))
    writer.writerow(fields)
    row = _row_of(fields, zone, readable=readable)
    for count, item in enumerate(items, start=1):  # noqa: B007  (the last number is the answer)
        writer.writerow(row(item))
    return count


def _row_of(fields: Sequence[str], zone: tzinfo, *, readable: bool) -> Callable[[Item], list[Any]]:
    """Return what makes the cells of an item; whole numbers are left to ``csv.writer``.

    What a column holds is told once, and what is usual in a cell is not handed through one function after the
    other: a list may have a million rows.
    """
    columns = [(field, is_instant(field)) for field in fields]

    def row(item: Item) -> list[Any]:
        cells = list[Any]()
        for field, instant in columns:
            value: Any = item.get(field)
            kind = type(value)
            if kind is str:
                cells.append(guard_cell(safe_text(value) if readable else value))
            elif kind is int:
                cells.append(_moment(value, zone) if instant else value)
            elif value is None:
                cells.append("")
            else:
                cells.append(_other_cell(_exported(field, value, zone), readable=readable))
        return cells

    return row


def _other_cell(value: Any, *, readable: bool) -> str:  # noqa: ANN401  (any value of an item)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json_bytes(value).decode()
    if isinstance(value, int | float):
        return str(value)
    text = safe_text(str(value)) if readable else str(value)
    return guard_cell(text)


class _Encoder:
    """What ``csv.writer`` writes to: text in, UTF-8 out."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        return self._out.write(text.encode())
