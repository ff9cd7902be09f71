"""What to do about refusals: a hint for each kind that a mapping or another file can mend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from exchange.times.wall import FORMATLESS, TWICE, UNITLESS, ZONELESS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from exchange.source.trace import Refusal

CLOSED: Final = "the case is resolved"
"""What the rules of cases say of an ending where no event has taken the case up again."""

_HINTS: Final = {
    ZONELESS: 'a mapping says which zone is meant: zone = "Europe/London"; --mapping FILE',
    FORMATLESS: "a mapping says how times are written: time_format, with %Y, %m, %d, %H and %M in the order of "
    "the text; --mapping FILE",
    UNITLESS: 'a mapping says what is counted from 1970: unit = "s", "ms", "us" or "ns"; digits of a date need a '
    "time_format, such as %Y%m%d; a spreadsheet's numbers are first shown there as dates; --mapping FILE",
    CLOSED: "a rule says which activity took a case up again before it ended again: "
    'when = {activity = "..."}, event = "case.reopened", fields = {reason = {from = "..."}}',
    TWICE: 'export the times with their offset, or say in the mapping repeated_hour = "first" or "second"',
}


def advice(refusals: Iterable[Refusal]) -> list[str]:
    """Return the hints for what was refused, each once."""
    reasons = [refusal.reason for refusal in refusals]
    return [hint for said, hint in _HINTS.items() if any(said in reason for reason in reasons)]
