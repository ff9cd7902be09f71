"""What is refused and what is flagged of a pause, and of its reviews.

A pause that is looked at again and goes on is recorded as a pause once more. That must say something new:
the next day on which to look, later than the one before, or who has taken it upon themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refused
from domain.instant import DAY, to_datetime
from domain.rules import same_person

if TYPE_CHECKING:
    from domain.case_events import Paused
    from domain.case_state import Pause
    from domain.event import Entry
