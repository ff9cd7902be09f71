"""A subscription by polling, for engines that cannot wake a reader."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any

from eventsourcing.persistence import ApplicationRecorder, Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence

BATCH = 500
PAUSE_SECONDS = 0.02


class PollingSubscription(Subscription[ApplicationRecorder]):
    """Yields entries in order of position, and waits for further ones until ``stop`` is called."""

    def __init__(self, recorder: ApplicationRecorder, gt: int | None, topics: Sequence[str]) -> None:
        """Begin after position ``gt``, with the topics named or all."""
        super().__init__(recorder, gt, topics)
        self._waiting: deque[Any] = deque()

    def __next__(self) -> Any:
        """Return the next entry; raise ``StopIteration`` once stopped."""
        while not self._has_been_stopped and not self._waiting:
            self._fetch()
        if self._has_been_stopped:
            raise StopIteration
        entry = self._waiting.popleft()
        self._last_notification_id = entry.id
        return entry

    def _fetch(self) -> None:
        found = self._recorder.select_notifications(
            self._last_notification_id, BATCH, topics=self._topics, inclusive_of_start=False
        )
        self._waiting.extend(found)
        if not found:
            time.sleep(PAUSE_SECONDS)
