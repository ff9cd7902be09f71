"""Given what was recorded, when somebody records an event, then this holds: the words of these tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

import pytest

from domain.axes import Axes
from domain.cases import events as ev
from domain.cases.belief import believe
from domain.cases.decisions import check_amender, check_decider
from domain.cases.flags import flags
from domain.cases.history import History
from domain.cases.restrictions import check_restriction
from domain.cases.rules import check
from domain.event import Entry
from domain.identity import case_stream
from domain.instant import FOREVER
from tests.clock import hours

if TYPE_CHECKING:
    from domain.cases.state import Case
    from domain.errors import Refused
    from domain.event import Event

REFERENCE = "IMG-0417"
DESK = "referral desk"
SERGEANT = "PS 0088"
OWNER = "DC 1417"
INSPECTOR = "HMI 3"
REPORT = ev.Reported(reference=REFERENCE, category="indecent-images")


def entry(
    version: int,
    event: Event,
    at: int,
    *,
    recorded: int | None = None,
    actor: str = SERGEANT,
    role: str = "",
) -> Entry:
    """Return entry number ``version`` of the case, recorded when it occurred unless said otherwise."""
    command_id = version.to_bytes(16, "big")
    recorded_at = at if recorded is None else recorded
    stream = case_stream(REFERENCE)
    return Entry(version, stream, version, at, recorded_at, actor, role, command_id, event)


class Scene:
    """A case in the making. ``at`` and ``recorded`` are hours after the report of the story."""

    def __init__(self, *, reported: bool = True) -> None:
        self.entries: list[Entry] = []
        if reported:
            self.given(REPORT, at=0, actor=DESK)

    def given(
        self,
        *events: Event,
        at: float | None = None,
        recorded: float | None = None,
        actor: str = SERGEANT,
        role: str = "",
    ) -> Self:
        """Add events as recorded, whatever the rules say; by default one hour after another."""
        for event in events:
            self.entries.append(self._made(event, at, recorded, actor, role))
        return self

    def _made(self, event: Event, at: float | None, recorded: float | None, actor: str, role: str) -> Entry:
        version = len(self.entries) + 1
        when = hours(version - 1 if at is None else at)
        known = None if recorded is None else hours(recorded)
        return entry(version, event, when, recorded=known, actor=actor, role=role)

    def when(self, event: Event, *, at: float | None = None, actor: str = SERGEANT, role: str = "") -> Self:
        """Add an event that the rules allow."""
        new = self._made(event, at, None, actor, role)
        self._check(new)
        self.entries.append(new)
        return self

    def refuses(
        self, event: Event, words: str, *, at: float | None = None, actor: str = SERGEANT, role: str = ""
    ) -> Refused:
        """Assert that the rules refuse an event, with these words, and return the error."""
        from domain.errors import Refused

        new = self._made(event, at, None, actor, role)
        with pytest.raises(Refused, match=re.escape(words)) as caught:
            self._check(new)
        return caught.value

    def _check(self, new: Entry) -> None:
        check_restriction(History(self.entries), new)
        check(History(self.entries).case(Axes(new.occurred_at)), new)
        check_decider(self.entries, new)
        check_amender(self.entries, new)

    def state(self, as_at: float | None = None, known: float | None = None) -> Case:
        """Return the state as at and as known at (hours)."""
        instants = (FOREVER if instant is None else hours(instant) for instant in (as_at, known))
        return History(self.entries).case(Axes(*instants))

    def flags(self) -> dict[int, list[str]]:
        """Return what is irregular, by version."""
        return flags(believe(self.entries))

    def believed(self) -> list[int]:
        """Return the versions that are believed now, in order."""
        return [one.version for one in believe(self.entries).entries]
