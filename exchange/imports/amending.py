"""What imports change of what they brought: corrections and retractions, with ids that no repeat adds again.

They are acts of whoever imports, now: the rules about who may amend hold for them as for anybody, the register is
asked who acts, and they are known from when the ledger takes them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from application.mapper import to_stored
from application.register import acting, check_known, with_flags
from domain.cases.amendments import check_correction, check_retraction, check_standing, correctable
from domain.cases.decisions import check_amender
from domain.cases.events import EntryCorrected, EntryRetracted
from domain.event import Entry, Origin
from domain.identity import amendment_id, amendment_prefix
from exchange.imports.brought import differences
from projections.views.access import Reader, may_read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.app import Longcase
    from application.envelope import Envelope
    from domain.cases.history import History
    from domain.event import Event
    from domain.officer import Officer
    from exchange.imports.brought import Brought
    from ledger.entry import StoredEntry

EARLIER = "an earlier event of the case was imported"
"""Why the report that an import made up occurred before it was first said to have."""


class Amender:
    """Amends what imports brought, on behalf of ``by``, as of one instant."""

    def __init__(self, app: Longcase, by: Envelope) -> None:
        """Amend now, for the reason that ``by`` gives."""
        self.by = by
        self.now = app.now()
        self._app = app
        self._reader = Reader(by.actor, by.role)

    def may_see(self, history: History) -> bool:
        """Say whether whoever imports may read the case."""
        return may_read(history.case(), self._reader)

    def correct(
        self, history: History, stored: Brought, values: dict[str, Any], reason: str | None = None
    ) -> StoredEntry:
        """Add a correction to ``history`` and return its row; raise ``Refused`` if it may not be made."""
        version = stored.entry.version
        check_correction(history.entries, version, values)
        origin, why = self._origin(stored.entry), reason or self.by.reason
        event = EntryCorrected(entry=version, values=values, via="import", origin=origin, reason=why)
        return self._added(history, stored.entry, event)

    def retract(self, history: History, target: Entry, *, alone: bool = False) -> StoredEntry:
        """Add a retraction to ``history`` and return its row; raise ``Refused`` if it may not be made.

        The report of a case may be retracted if it stands ``alone``, so that nothing rests on it.
        """
        (check_standing if alone else check_retraction)(history.entries, target.version)
        origin = self._origin(target)
        event = EntryRetracted(entry=target.version, via="import", origin=origin, reason=self.by.reason)
        return self._added(history, target, event)

    def _added(self, history: History, target: Entry, event: Event) -> StoredEntry:
        prefix = amendment_prefix(target.command_id)
        number = sum(one.command_id.startswith(prefix) for one in history.entries)
        own_id = amendment_id(target.command_id, number)
        version, by = history.version + 1, self.by
        event = with_flags(event, by.role, self._people)
        entry = Entry(0, target.stream, version, self.now, self.now, by.actor, by.role, own_id, event)
        check_amender(history.entries, entry)
        check_known(self._app, history, entry)
        row = to_stored(entry)._replace(recorded_at=0, occurred_at=None)
        history.append(entry)
        return row

    @cached_property
    def _people(self) -> Sequence[Officer]:
        """What the register says of whoever imports."""
        return acting(self._app, self.by, self.now)

    def _origin(self, target: Entry) -> Origin | None:
        given = target.event.origin
        return given and msgspec.structs.replace(given, time="", recorded_at=None, imported_by=self.by.actor)


def values_of(stored: Brought, given: Entry) -> dict[str, Any] | None:
    """Return what a correction would have to say for the source to say ``given``; ``None`` if none can say it."""
    allowed = correctable(stored.entry.event)
    found = differences(stored, given)
    if any(one.field not in allowed for one in found):
        return None
    values = {one.field: one.given for one in found if one.field != "occurred_at"}
    if stored.said.occurred_at != given.occurred_at:
        values["occurred_at"] = given.occurred_at
    return dict(msgspec.to_builtins(values))
