"""Why a machine's clock is not believed, in words: it is far beyond the last entry of a store in a file."""

from __future__ import annotations

import time

from ledger.errors import ClockDoubted

_DAY = 86_400 * 1_000_000


def doubted(recorded_at: int, last_recorded: int | None) -> ClockDoubted:
    """Return why nothing is recorded at ``recorded_at``, where the last entry is from ``last_recorded``, if any.

    Both are microseconds since 1970 UTC.
    """
    says = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(recorded_at // 1_000_000))
    if last_recorded is None:
        since = "over 100 days after the store was made"
    else:
        since = f"{(recorded_at - last_recorded) // _DAY:,} days after the last entry was recorded"
    return ClockDoubted(
        f"this machine's clock says {says}, {since}",
        "if it is wrong, put it right first: what is recorded can never be given another time",
        "if it is right, say which day it is: --today YYYY-MM-DD, and the entry is flagged as confirmed",
    )
