"""What happens to the rulebook: a force adopts a version of it."""

from __future__ import annotations

from typing import ClassVar

from domain.event import Event
from domain.instant import Instant
from domain.rulebook.model import Rulebook


class Adopted(Event, frozen=True, kw_only=True):
    """A force adopted a rulebook, which takes effect at ``effective_from`` (microseconds, UTC).

    It is stored whole, bank holidays and all: a replay uses the rules that were in force then.
    """

    TOPIC: ClassVar[str] = "rulebook.adopted"
    effective_from: Instant
    rulebook: Rulebook
