"""What a check of a store finds: that all is well, or what is wrong and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from eventsourcing.persistence import PersistenceError

from ledger.errors import Busy, Lost

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

DAMAGED = (
    "record nothing more in it and keep a copy of the file as it is: it is evidence",
    "go on with the last backup that passes doctor --deep",
)
"""What to do with a damaged store."""


class Finding(NamedTuple):
    """What one check found: its name, whether all is well, why, and what to do if it is not."""

    check: str
    ok: bool
    explanation: str
    advice: tuple[str, ...] = ()


class Wrong(Exception):
    """A check found something wrong; the text says what, ``advice`` what to do."""

    def __init__(self, message: str, *advice: str) -> None:
        """Keep the message and the advice, which is what to do with a damaged store unless given."""
        super().__init__(message)
        self.advice = advice or DAMAGED


def as_made(there: dict[str, str], wanted: dict[str, str], kinds: str) -> str:
    """Return that the guards of a store are as they were made, or raise ``Wrong``; ``kinds`` is what they are."""
    wrong = [f"{name} is missing" for name in wanted if name not in there]
    wrong += [f"{name} is not as it was made" for name in wanted if there.get(name, wanted[name]) != wanted[name]]
    wrong += [f"{name} was added" for name in there if name not in wanted]
    if wrong:
        raise Wrong(f"entries could be changed or deleted: {', '.join(wrong)}")
    return f"the {len(wanted)} {kinds} that let entries only be added are as they were made"


def found(name: str, driver: ModuleType, check: Callable[[], str]) -> Finding:
    """Return what ``check`` finds; an error of the driver or the server means that the store is damaged.

    Raises ``Busy`` if another process is in the way, ``Lost`` if the server is gone.
    """
    try:
        return Finding(name, ok=True, explanation=check())
    except Wrong as error:
        return Finding(name, ok=False, explanation=str(error), advice=error.advice)
    except (TypeError, ValueError, MemoryError) as error:  # a damaged file makes SQLite ask for absurd sizes
        return Finding(name, ok=False, explanation=f"what stands there is absurd: {error}", advice=DAMAGED)
    except (Busy, Lost):
        raise
    except PersistenceError as error:
        return Finding(name, ok=False, explanation=f"the server says: {error}", advice=DAMAGED)
    except driver.Error as error:
        if "locked" in str(error) or "busy" in str(error):
            raise Busy(str(error)) from error
        return Finding(name, ok=False, explanation=f"SQLite says: {error}", advice=DAMAGED)
