"""How a story is told: who recorded what and when, in London's time, as a list of commands to carry out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from application.envelope import Receipt
from domain.instant import Instant, parse, zone_of

ZONE: Final = "Europe/London"

Command = Callable[..., Receipt]


class Person(NamedTuple):
    """Somebody who records: an invented identifier and a role."""

    name: str
    role: str


class Act(NamedTuple):
    """One command as somebody gave it. Instants are microseconds since 1970 UTC.

    ``occurred_at`` is ``None`` where it was recorded when it happened; ``given`` are the command's options.
    """

    recorded_at: Instant
    who: Person
    command: Command
    arguments: tuple[Any, ...]
    occurred_at: Instant | None
    reason: str | None
    given: dict[str, Any]


class Story:
    """What was recorded about one case or one officer, told in the order in which it was recorded."""

    def __init__(self, subject: str) -> None:
        """Begin the story of ``subject``: a case's reference or an officer's identifier."""
        self.subject = subject
        self.acts: list[Act] = []

    def __call__(
        self,
        recorded: str | Instant,
        who: Person,
        command: Command,
        *arguments: Any,  # noqa: ANN401  (whatever the command takes)
        occurred: str | Instant | None = None,
        reason: str | None = None,
        **given: Any,  # noqa: ANN401  (as above)
    ) -> int:
        """Add that ``who`` gave ``command``, and return how many commands the story has by now.

        That number is also the version of its entry, since each of these commands makes one. ``recorded`` and
        ``occurred`` are as for ``when``.
        """
        happened = None if occurred is None else when(occurred)
        act = Act(when(recorded), who, command, (self.subject, *arguments), happened, reason, given)
        self.acts.append(act)
        return len(self.acts)


def in_order(stories: Iterable[Story]) -> list[Act]:
    """Return every command of some stories, in the order in which they were given."""
    return sorted((act for story in stories for act in story.acts), key=lambda act: act.recorded_at)


def when(moment: str | Instant) -> Instant:
    """Return the instant of a text such as ``2016-02-12 09:12`` in London's time; an instant stays one."""
    return moment if isinstance(moment, int) else parse(moment, zone_of(ZONE))
