"""How a child stands in the column of the tables that holds what a wait is about, without its name."""

from __future__ import annotations

from typing import Final

_CHILD: Final = "\x1f"
"""What no warrant, escalation or owner has in its name."""


def key_of_child(number: int) -> str:
    """Return what stands in ``key`` for a child, by its number (``domain.cases.children``).

    A column of its own would take new functions on a server, and so an administrator (docs/adr/0055).
    """
    return f"{_CHILD}{number}"


def child_of_key(key: str) -> int:
    """Return the number of the child that a ``key`` stands for, 0 if it stands for something else."""
    return int(key.removeprefix(_CHILD)) if key.startswith(_CHILD) else 0
