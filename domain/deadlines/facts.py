"""What holds of a case from some instant on: a wait, its owner, a condition of a child, harm."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domain.instant import FOREVER, Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WAIT: Final = "wait"
OWNED: Final = "owned"
CONDITION: Final = "condition"
HARM: Final = "harm"


class Fact(NamedTuple):
    """Something that holds of a case from some instant on.

    Of a ``wait`` ``name`` is the cause, ``standard`` and ``key`` say of which clock, ``limit`` is as the
    rulebook writes it, ``since`` when the wait began and ``due`` from when it is too long (``FOREVER`` while
    the clock stands). Of an ``owned`` case ``name`` is the owner, ``key`` the accreditation needed. Of a
    ``condition`` ``name`` says which: ``missing``, ``detained``, what waits for a decision
    (``domain.deadlines.decisions``; ``limit`` is how many there are, where it is not one), or the harm that came
    to light in a case that is open.
    ``harm`` stays when the case is closed; ``name`` is the kind of action that tells of it. It holds no longer
    than ``until``. ``child`` is the number of the child that it is about (``domain.cases.children``), 0 where it
    is about all. Instants are microseconds UTC.
    """

    kind: str
    name: str
    standard: str
    key: str
    limit: str
    since: Instant
    due: Instant
    until: Instant = FOREVER
    child: int = 0


fact_of: Final[Callable[[Iterable[Any]], Fact]] = partial(tuple.__new__, Fact)
"""Returns the fact of all its parts in their order: ``Fact`` at a third of the cost, for the many."""
