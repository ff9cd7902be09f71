"""The scenario told as if it had ended at another instant: moved by whole weeks, and broken off there.

Every length of time, every order and every weekday in it stays as it was; see docs/adr/0106.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from application.demo.player import perform_acts, script
from domain.instant import DAY, Instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from application.app import Longcase
    from application.demo.player import Recorded
    from application.demo.script import Act

WEEK: Final = 7 * DAY
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANTS: Final = frozenset({"until"})
"""The options of commands that hold an instant."""


def weeks_until(until: Instant) -> int:
    """Return by how many weeks the scenario is moved so that it reaches ``until`` (microseconds, UTC).

    It is moved as little as it takes; its last days, fewer than seven, lie behind that.
    """
    return -((script()[-1].recorded_at - until) // WEEK)


def performance_until(until: Instant) -> Callable[[Longcase], Recorded]:
    """Return what records the scenario as if ``until`` were now: ``player.perform``, moved and broken off."""
    weeks = weeks_until(until)
    acts = [moved(act, weeks) for act in script() if act.recorded_at + weeks * WEEK <= until]
    return partial(perform_acts, acts=acts, name=f"scenario {weeks}")


def moved(act: Act, weeks: int) -> Act:
    """Return a command as it is given so many weeks later."""
    occurred = act.occurred_at
    return act._replace(
        recorded_at=act.recorded_at + weeks * WEEK,
        occurred_at=None if occurred is None else occurred + weeks * WEEK,
        given={name: _moved(name, value, weeks) for name, value in act.given.items()},
    )


def day_moved(day: str, weeks: int) -> str:
    """Return a day, written as 2016-05-20, so many weeks later."""
    return (date.fromisoformat(day) + timedelta(weeks=weeks)).isoformat()


def _moved(name: str, value: Any, weeks: int) -> Any:  # noqa: ANN401  (whatever a command takes)
    if name in _INSTANTS and isinstance(value, int):
        return value + weeks * WEEK
    return day_moved(value, weeks) if isinstance(value, str) and _DAY.fullmatch(value) else value
