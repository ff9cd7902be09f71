"""The first rows of a file as they stand, for a guess at what its columns are."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from exchange.mapping.guess import LOOKED_AT
from exchange.mapping.mapper import Mapper
from exchange.mapping.mapping import Mapping
from exchange.readers.reader import Reading
from exchange.source.trace import ImportRefused, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from exchange.source.trace import RawEvent, Trace

_ANY = {"case": "case", "activity": "activity", "time": "time"}


class FirstRows(Reading):
    """Reads the headings and the first rows of a file in CSV or JSON Lines, by no mapping."""

    def __init__(self, path: Path) -> None:
        """Read ``path``; raise ``ImportRefused`` if it cannot be read, or says itself what is what."""
        super().__init__(path, Mapping(), lambda _refusal: None, None)
        self.headings: list[str] = []
        self.rows: list[dict[str, str]] = []
        if self.own:
            raise ImportRefused(Refusal(str(path), 1, "it is an export of Longcase, which needs no mapping"))
        for _ in self:  # none is given
            pass
        if not self.rows:
            raise ImportRefused(Refusal(str(path), 1, "it has no rows to guess from; XES needs no mapping"))

    def _map_columns(self, headings: list[str], *, complete: bool) -> Mapper:  # noqa: ARG002  (the signature is the reader's)
        self.headings = headings
        return Mapper(Mapping(), dict(_ANY), self._refuse)

    def _grouped(self, mapper: Mapper, events: Iterator[RawEvent]) -> Iterator[Trace]:  # noqa: ARG002  (as above)
        self.rows = [values for _, values in islice(events, LOOKED_AT)]
        return iter(())
