"""What reading a foreign file gives: traces of mapped events, and what was refused, with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.instant import Instant

# The key under which a format's reader leaves, in an event's values, the reason why it cannot be taken.
# No attribute has it: an attribute without a name is reported as NAMELESS.
PROBLEM = ""
NAMELESS = "(without a name)"


class Activity(NamedTuple):
    """One event of the source, mapped.

    ``place`` counts from 0 within the event's case over the whole file, refused events included, so that
    it names the same event when a repaired file is read again. ``activity`` and ``time_text`` are the
    source's own text, to the letter; instants are microseconds since 1970 UTC. ``actor`` is ``None``
    where the source names nobody. ``child`` is the child that it is about, if the mapping says where that stands.
    ``event`` and ``fields`` are what a rule of the mapping makes of it.
    """

    place: int
    activity: str
    occurred_at: Instant
    time_text: str
    recorded_at: Instant | None
    actor: str | None
    role: str | None
    event: str | None
    fields: dict[str, object] | None
    attributes: dict[str, str] | None
    line: int
    child: str | None = None


class Trace(NamedTuple):
    """The events of one case in order of time, then place.

    An XES file may name one case in several traces: each is given as it stands, the places going on.
    ``attributes`` are those of the case itself that the mapping keeps (XES only).
    """

    case: str
    events: list[Activity]
    attributes: dict[str, str] | None = None


class Refusal(NamedTuple):
    """An event, row or file that was not taken: where it stands (lines count from 1) and why."""

    file: str
    line: int
    reason: str


class ImportRefused(Refused):
    """A file that cannot be read to its end, so that nothing of it may be taken."""

    def __init__(self, refusal: Refusal, *, hints: tuple[str, ...] = ()) -> None:
        """Keep the refusal, which says the file, the line and the reason."""
        super().__init__(f"{refusal.file}, line {refusal.line}: {refusal.reason}", hints=hints)
        self.refusal = refusal


class UnreadableSource(Exception):
    """Raised inside the readers where a file cannot go on; ``line`` where it is known better than by them."""

    def __init__(self, reason: str, *, line: int | None = None, hints: tuple[str, ...] = ()) -> None:
        """Keep the reason, the line and what to do next."""
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.hints = hints


if TYPE_CHECKING:
    # One event as a format's reader leaves it: the line it starts on, and its values by name.
    RawEvent = tuple[int, dict[str, str]]
    # What a reader calls with the line and the reason of what it does not take.
    Refuse = Callable[[int, str], None]
