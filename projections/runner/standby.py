"""Reading the population tables on a standby, which has them from its primary and can change nothing in them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from domain.errors import StoreError
from projections.tables import checkpoint
from projections.tables.engine import reading
from projections.tables.schema import SCHEMA

if TYPE_CHECKING:
    import sqlalchemy

    from projections.tables.checkpoint import Checkpoint

WAIT_SECONDS: Final = 30
"""How long the tables are waited for."""

FOLLOWER_SECONDS: Final = 5
"""How long a follower is waited for by who may not fill the tables."""

PAUSE_SECONDS: Final = 0.1

_HINTS: Final = (
    "longcase follow on the primary keeps them current",
    "read from the primary: leave out --standby",
)


def wait_for(engine: sqlalchemy.Engine, position: int) -> None:
    """Return when the tables reflect the entries up to ``position``.

    Raises ``StoreError``, which says how far they are, if that takes too long.
    """
    until = time.monotonic() + WAIT_SECONDS
    while not reflects(found := _found(engine), position):
        if time.monotonic() > until:
            raise _behind(found, position)
        time.sleep(PAUSE_SECONDS)


def arrives(engine: sqlalchemy.Engine, position: int) -> bool:
    """Say whether a follower brings the tables up to ``position`` in a moment: who waits can also do without."""
    until = time.monotonic() + FOLLOWER_SECONDS
    while not (there := reflects(_found(engine), position)) and time.monotonic() < until:
        time.sleep(PAUSE_SECONDS)
    return there


def reflects(found: Checkpoint | None, position: int) -> bool:
    """Say whether tables are of today's shape and reflect the entries up to ``position``."""
    return found is not None and found.schema == SCHEMA and found.position >= position


def _found(engine: sqlalchemy.Engine) -> Checkpoint | None:
    with reading(engine) as connection:
        return checkpoint.find(connection)


def _behind(found: Checkpoint | None, position: int) -> StoreError:
    if found is None:
        why = "the standby has no population tables yet, and cannot make any"
    elif found.schema != SCHEMA:
        why = f"the population tables on the standby are of shape {found.schema}, and this version reads {SCHEMA}"
    elif found.failure is not None:
        why = f"the population tables stopped before position {found.failed_position}: {found.failure}"
    else:
        there = f"reflect the entries up to position {found.position:,}"
        why = (
            f"after {WAIT_SECONDS} seconds the population tables on the standby {there}, and not to {position:,}"
        )
    return StoreError(why, hints=_HINTS)
