"""The first rows of a file as they stand, for a guess at what its columns are."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from exchange.mapping.guess import LOOKED_AT, is_time
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

    def __init__(self, path: Path, most: int | None = LOOKED_AT) -> None:
        """Read ``path``, ``most`` rows of it; ``refused`` are those that cannot be read.

        Raises ``ImportRefused`` if it cannot be read at all, or says itself what is what.
        """
        self.refused: list[Refusal] = []
        super().__init__(path, Mapping(), self.refused.append, None)
        self.headings: list[str] = []
        self.lines: list[RawEvent] = []
        self._most = most
        if self.own:
            raise ImportRefused(Refusal(str(path), 1, "it is an export of Longcase, which needs no mapping"))
        for _ in self:  # none is given
            pass
        if not self.lines:
            raise ImportRefused(Refusal(str(path), 1, "it has no rows to guess from; XES needs no mapping"))
        if row := next(filter(is_time, self.headings), None):
            why = f"it seems to have no headings: {row!r} is a time"
            hint = "put a line above it that says what each column is"
            raise ImportRefused(Refusal(str(path), 1, why), hints=(hint,))

    @property
    def rows(self) -> list[dict[str, str]]:
        """The values of the rows, by heading."""
        return [values for _, values in self.lines]

    def _map_columns(self, headings: list[str], *, complete: bool) -> Mapper:  # noqa: ARG002  (the signature is the reader's)
        self.headings = headings
        return Mapper(Mapping(), dict(_ANY), self._refuse)

    def _grouped(self, mapper: Mapper, events: Iterator[RawEvent]) -> Iterator[Trace]:  # noqa: ARG002  (as above)
        self.lines = list(islice(events, self._most))
        return iter(())
