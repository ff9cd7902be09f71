"""What the commands that look at one case share: the store, the two instants, who is looking."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import click

from cli.input.profile import setting
from cli.input.requests import Common
from cli.session import stores
from domain.instant import iso
from presentation.formats import is_instant
from presentation.phrases import axes
from projections.views.access import Reader, readable_entries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from cli.input.requests import View
    from domain.event import Entry
    from ledger.reader import LedgerReader
    from presentation.instants import Picture
    from projections.views.timeline import Item


class Look(NamedTuple):
    """An open store, what is looked at in it, and who looks."""

    ledger: LedgerReader
    picture: Picture
    reader: Reader
    path: str

    def entries(self, reference: str) -> list[Entry]:
        """Return a case's entries; raise ``NotFound``, or ``Refused`` where they may not be read."""
        return readable_entries(self.ledger, reference, self.reader)


@contextmanager
def looking(view: View) -> Iterator[Look]:
    """Lend the store of ``view`` with the picture asked for.

    Raises ``UsageProblem`` for a faulty instant and ``StoreError`` if the store cannot be used. Now is
    never before the last entry was recorded, so that a clock that was set back hides nothing.
    """
    with stores.lent_to_read(view.store_path, standby=view.standby, wait_for=view.wait_for) as ledger:
        now = max(stores.now(), ledger.head()[1])
        yield Look(ledger, view.picture(stores.zone(ledger), now), reader(), view.store_path)


def not_yet(reference: str, picture: Picture) -> str:
    """Return, in words, that at the instants of ``picture`` the case had not been reported."""
    return f"case {reference} had not been reported, {axes(picture)}"


def reader() -> Reader:
    """Return who looks, as option, environment and profile say; looking needs nobody to be named."""
    context = click.get_current_context(silent=True)
    common = (context.find_object(Common) if context else None) or Common()
    return Reader(setting("actor", common.actor), setting("role", common.role))


def with_offset(change: Item, zone: tzinfo) -> Item:
    """Return a change of the state with an instant before and after as texts with the offset of ``zone``.

    The keys ``before`` and ``after`` do not say that it is one; the name of the field does.
    """
    if not is_instant(change["field"].rpartition(".")[2]):
        return change
    values = ((side, change[side]) for side in ("before", "after"))
    return change | {side: None if value is None else iso(value, zone) for side, value in values}
