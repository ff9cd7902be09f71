"""The review of a pause: what it must say so that it is one.

A pause that is looked at again and goes on is recorded as a pause once more. It says something new: a later
day on which to look, or who has taken it upon themselves now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refused
from domain.instant import DAY, to_datetime

if TYPE_CHECKING:
    from domain.cases.events import Paused
    from domain.cases.state import Pause
    from domain.event import Entry
    from domain.instant import Instant


def check_review(pause: Pause, entry: Entry, event: Paused) -> None:
    """Raise ``Refused`` unless ``event``, which occurs while ``pause`` holds, is a review of it."""
    before, now = pause.review_on, event.review_on
    if now is None:
        hints = ("give --review-on DAY", "longcase resume REF ends the pause")
        raise Refused("the case is paused already, and a review says when to look again", hints=hints)
    if now == before and event.authorised_by == pause.authorised_by:
        raise Refused("the case is paused already, with this day of review and by the same authority")
    if before is not None and now < before:
        hint = "longcase correct REF N review_on=DAY puts a wrong day right"
        raise Refused(f"the pause is to be reviewed on {before}, and {now} is earlier", hints=(hint,))
    if now < _earliest_day(entry.occurred_at):
        raise Refused(f"{now} is before the day of the review itself")


def _earliest_day(at: Instant) -> str:
    """Return the day (YYYY-MM-DD) at an instant where it is earliest, twelve hours behind UTC.

    Rules know no time zone, and must not refuse a day that is today where the review takes place.
    """
    return to_datetime(at - DAY // 2).date().isoformat()
