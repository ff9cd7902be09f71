"""The times of one file: each text to its instant, as the mapping says, and what cannot be told from one text."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from domain.instant import from_datetime, zone_of
from exchange.source.trace import UnreadableSource
from exchange.times.counts import read_count, rest_of_count
from exchange.times.formats import compiled
from exchange.times.iso import read_iso, usual
from exchange.times.repeated import settled
from exchange.times.wall import Local, NoTime, Twice, in_zone, instant_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.instant import Instant
    from exchange.source.trace import Activity

TRIED: Final = 20
"""How many times are looked at before a format that has read none of them is held to be wrong."""

# Different texts of times that are remembered: many sources give days only, and repeat them.
_REMEMBERED: Final = 16_384
_SHOWN: Final = 10
_occurred_at = attrgetter("occurred_at")
_rest = re.compile(r"[.,][0-9]{6}([0-9]+)").search


class Times:
    """Reads the times of one file. ``instant`` reads one; ``in_order`` puts those of a case in order."""

    def __init__(
        self, zone: str | None, repeated: str | None, formats: str | list[str] | None, unit: str | None
    ) -> None:
        """Read as a mapping says, which has been checked: by its unit, its formats, or as ISO 8601."""
        self._local = Local(zone_of(zone) if zone else None, repeated)
        self._unit = unit
        self._formats = [compiled(one) for one in ([formats] if isinstance(formats, str) else formats or [])]
        self._iso = not (self._formats or self._unit)
        self._proved = self._iso
        self._failed = 0
        self._finer = False
        self._twice: dict[str, Twice] = {}
        self._guessed: list[int] = []
        self.instant: Callable[[str], Instant] = lru_cache(_REMEMBERED)(
            self._usual if self._iso else self._instant
        )

    def in_order(self, activities: list[Activity]) -> list[Activity]:
        """Return the activities of a case, given in order of place, in order of time, then place.

        Digits that an instant cuts count. A time that the clocks showed twice is settled where the order of the
        file leaves one way only; else it is the first of the two, and ``notes`` says so.
        """
        if self._twice:
            activities, guessed = settled(activities, self._twice)
            self._guessed += guessed
        activities.sort(key=self._exactly if self._finer else _occurred_at)
        return activities

    def note(self, text: str, line: int) -> None:
        """Remember the line of a time that no order can settle, if the clocks showed it twice."""
        if text in self._twice:
            self._guessed.append(line)

    def notes(self) -> list[str]:
        """Return what is to be said of times that were guessed."""
        if not self._guessed:
            return []
        count, lines = len(self._guessed), ", ".join(map(str, sorted(self._guessed)[:_SHOWN]))
        more = f" and {count - _SHOWN} more" if count > _SHOWN else ""
        what = f"{count} of its times" if count > 1 else "one of its times"
        told = f"the clocks in {self._local.zone} showed {what} twice (line {lines}{more})"
        hint = 'write in a mapping repeated_hour = "first", "second" or "refuse"'
        return [f"{told}; the first was taken, which is a guess: {hint}"]

    def _usual(self, text: str) -> Instant:
        # A log of half a million events comes this way for each: no call more than it must.
        if usual(text):
            try:
                moment = datetime.fromisoformat(text)
                if moment.tzinfo is not None:
                    return from_datetime(moment)
                if type(found := in_zone(moment, self._local)) is int:
                    return found
            except ValueError:
                pass  # what is wrong is said below
        return self._instant(text)

    def _instant(self, text: str) -> Instant:
        try:
            found = self._read(text.strip())
        except (ValueError, OverflowError) as error:
            self._judge(text)
            raise NoTime(f"{text!r} {error}" if isinstance(error, NoTime) else f"{text!r}: {error}") from error
        self._proved = True
        if isinstance(found, Twice):
            self._twice[text] = found
            return found.first
        return found

    def _read(self, text: str) -> Instant | Twice:
        if self._unit:
            found = read_count(text, self._unit)
            self._finer = self._finer or float(rest_of_count(text, self._unit)) > 0
            return found
        if not self._finer and _rest(text):
            self._finer = True
        return self._by_format(text) if self._formats else read_iso(text, self._local)

    def _by_format(self, text: str) -> Instant | Twice:
        """Read by the first format that fits; of those that fit in form alone, the first says why it does not."""
        wrong: ValueError | None = None
        for form in self._formats:
            try:
                if (wall := form.read(text)) is not None:
                    return instant_of(wall, self._local)
            except NoTime:
                raise
            except ValueError as error:
                wrong = wrong or error
        raise wrong or NoTime("has none of the mapping's time formats")

    def _judge(self, text: str) -> None:
        """Raise ``UnreadableSource`` if what the mapping says of times has not fitted the first of them."""
        self._failed += 1
        if self._proved or self._failed < TRIED:
            return
        key = "unit" if self._unit else "time_format"
        said = (
            f"key {key!r}: none of the first {TRIED} times can be read as the mapping says, such as {text!r:.60}"
        )
        hint = "a format has the directives of strptime in the order of the text, such as %Y-%m-%d %H:%M"
        raise UnreadableSource(
            said, hints=("leave unit out, and say how they are written" if self._unit else hint,)
        )

    def _exactly(self, activity: Activity) -> tuple[Instant, str]:
        return activity.occurred_at, self._cut(activity.time_text)

    def _cut(self, text: str) -> str:
        if self._unit:
            return rest_of_count(text.strip(), self._unit)
        found = _rest(text)
        return found[1].rstrip("0") if found else ""
