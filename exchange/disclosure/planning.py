"""What a disclosure comes to, all of it looked at before anything is recorded: cases, checkpoints, readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from application.commands.disclosures import (
    Disclosure,
    disclose,
    receipts,
    recorded_by,
    recorded_names,
    round_before,
)
from application.signing.checkpoints import log_keys, log_origin
from domain.axes import LATEST
from domain.instant import zone_of
from domain.rulebook.default import default_of
from domain.rulebook.versions import versions_of_entries
from exchange.disclosure.bundle import bundled_cases
from exchange.disclosure.checkpoints import (
    checkpoint_of,
    earlier_checkpoints,
    held_checkpoint,
    joined,
    newest_size,
)
from exchange.disclosure.contents import Bundle
from ledger.tree import LedgerTree
from projections.views.access import Reader, Scope, left_out, readable_case
from projections.views.rulebooks import adoptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from domain.event import Entry
    from exchange.disclosure.checkpoints import BundleCheckpoints
    from exchange.disclosure.contents import BundledCase
    from transparency.keys import VerifierKey
    from transparency.policies import Policy


class Wanted(NamedTuple):
    """What is asked for: cases or an inspection, for whom, and what goes into the bundle beside them.

    ``since`` is the size from which earlier checkpoints go in, ``held`` are checkpoints that the recipient holds,
    each with the name of its file, ``policy`` is a policy as it is and as it was read.
    """

    references: Sequence[str]
    inspection: str | None
    recipient: str
    since: int | None = None
    held: Sequence[tuple[str, bytes]] = ()
    policy: tuple[bytes, Policy] | None = None


class Plan(NamedTuple):
    """What will be recorded and bundled: nothing of it is written yet."""

    given: Disclosure
    cases: Sequence[BundledCase]
    keys: Sequence[VerifierKey]
    checkpoints: BundleCheckpoints
    policy: bytes | None


def planned(app: Longcase, wanted: Wanted, by: Envelope) -> Plan:
    """Look at all that a disclosure comes to.

    A command that was recorded before comes to what it came to then. Raises ``Refused`` where there is no log or
    checkpoint, or a case may not be read by who acts; ``NotFound``; and ``StoreError`` where what was signed is
    not in the store.
    """
    before = recorded_by(app, by.command_id)
    references, last = _cases(app, wanted, before)
    _check_readable(app, references, by)
    ledger, origin, keys = app.ledger, log_origin(app.ledger), log_keys(app.ledger)
    size: int = newest_size(ledger) if before is None else getattr(before.event, "size", 0)
    given = Disclosure(wanted.recipient, origin, size, wanted.inspection)
    earlier = earlier_checkpoints(ledger, keys, last if wanted.since is None else wanted.since, size)
    held = [held_checkpoint(source, note, keys, size) for source, note in wanted.held]
    newest, (content, policy) = checkpoint_of(ledger, keys, size), wanted.policy or (None, None)
    checkpoints = joined(LedgerTree(ledger), newest, [*earlier, *held], policy)
    return Plan(given, bundled_cases(ledger, given, references), keys, checkpoints, content)


def recorded(app: Longcase, plan: Plan, by: Envelope) -> Receipt:
    """Record a disclosure, as ``application.commands.disclosures.disclose`` does."""
    return disclose(app, [one.reference for one in plan.cases], plan.given, by)


def bundle_of(app: Longcase, plan: Plan, done: Receipt, program: str) -> Bundle:
    """Return what the bundle is made of; its instant is that of the entry, so that it can be made again.

    ``program`` is the version of Longcase that makes it.
    """
    entry, settings = done.entry, app.ledger.settings()
    at = max(one.entry.recorded_at for one in receipts(done))
    return Bundle(
        given=plan.given._replace(recipient=getattr(entry.event, "recipient", plan.given.recipient)),
        reason=entry.event.reason or "",
        made_at=at,
        zone=zone_of(settings.get("zone") or "UTC"),
        program=program,
        cases=plan.cases,
        checkpoints=plan.checkpoints,
        keys=plan.keys,
        rulebooks=versions_of_entries(default_of(settings), adoptions(app.ledger, at)),
        policy=plan.policy,
    )


def _cases(app: Longcase, wanted: Wanted, before: Entry | None) -> tuple[Sequence[str], int | None]:
    """Return the cases to be disclosed, and with which checkpoint the round's were the last time, if ever.

    A command that is given again has those of the time when it was recorded.
    """
    if wanted.inspection is None:
        return recorded_names(app, wanted.references), None
    found = round_before(app, wanted.inspection, before)
    cases = None if before is None else getattr(before.event, "cases", None)
    return cases or sorted(found.drawn()), next(reversed(found.disclosed), None)


def _check_readable(app: Longcase, references: Sequence[str], by: Envelope) -> None:
    for reference in references:
        view = readable_case(Scope(app.ledger, LATEST, Reader(by.actor, by.role)), reference)
        if view.unread:
            raise left_out(view.unread)
