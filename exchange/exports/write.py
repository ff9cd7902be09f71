"""Writing an export in the format that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import tzinfo
    from typing import BinaryIO

    from exchange.exports.cases import ExportedCase

    Progress = Callable[[int], None]

FORMATS = ("jsonl", "csv", "xes")


def write(cases: Iterable[ExportedCase], form: str, out: BinaryIO, zone: tzinfo, progress: Progress) -> None:
    """Write ``cases`` to ``out`` in one of ``FORMATS``, as they come.

    Instants have the offset of ``zone``; ``progress`` is called with numbers of entries.
    """
    counted = _counted(cases, progress)
    if form == "jsonl":
        from exchange.exports.jsonl import write_jsonl

        write_jsonl(counted, out, zone)
    elif form == "csv":
        from exchange.exports.csv import write_csv

        write_csv(counted, out, zone)
    else:
        from exchange.exports.xes import write_xes

        write_xes(counted, out, zone)


def _counted(cases: Iterable[ExportedCase], progress: Progress) -> Iterator[ExportedCase]:
    for case in cases:
        yield case
        progress(len(case.lines) + len(case.unread))
