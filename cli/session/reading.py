"""What the commands that look at one case share: the store, the two instants, who is looking."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cli.input.profile import setting
from cli.input.requests import Common
from cli.session import stores
from presentation.look import Look
from projections.views.access import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.input.requests import View


@contextmanager
def looking(view: View) -> Iterator[Look]:
    """Lend the store of ``view``, as of the instants asked for.

    Raises ``UsageProblem`` for a faulty instant and ``StoreError`` if the store cannot be used. Now is
    never before the last entry was recorded, so that a clock that was set back hides nothing.
    """
    with stores.lent_to_read(view.store_path, standby=view.standby, wait_for=view.wait_for) as ledger:
        now = max(stores.now(), ledger.head()[1])
        yield Look(ledger, view.as_of(stores.zone(ledger), now), reader(), view.store_path)


def reader() -> Reader:
    """Return who looks, as option, environment and profile say; looking needs nobody to be named."""
    context = click.get_current_context(silent=True)
    common = (context.find_object(Common) if context else None) or Common()
    return Reader(setting("actor", common.actor), setting("role", common.role))
