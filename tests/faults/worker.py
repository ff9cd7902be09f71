"""A process that records commands and says so: one number a line, after the call has returned.

``python -m tests.faults.worker STORE FIRST BATCH``: commands number FIRST and after, for ever. Every
command's id is made from its number, so that a retry of a number is the same command. With BATCH over 1, so
many commands are one unit of work, acknowledged together.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from application.app import Longcase
from application.commands import cases
from application.envelope import Envelope
from domain.identity import command_id
from ledger.stores import open_recorder

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS_A_CASE = 40


def reference(number: int) -> str:
    """Return the case that a command is on: each is reported by its first command."""
    return f"CASE-{number // COMMANDS_A_CASE}"


def identity(number: int) -> bytes:
    """Return a command's id."""
    return command_id(f"fault {number}")


def reason(number: int) -> str:
    """Return the reason that is given with a command: of many lengths, up to more than a page."""
    return "x" * (number * 37 % 5_000)


def do(app: Longcase, number: int) -> None:
    """Give command ``number``."""
    by = Envelope(actor=f"PC {number}", command_id=identity(number), reason=reason(number))
    if number % COMMANDS_A_CASE == 0:
        cases.report(app, reference(number), by, category="other", risk="low")
    else:
        cases.act(app, reference(number), "interview", by)


def acknowledge(numbers: Iterator[int] | range) -> None:
    """Say that the commands are recorded, in one write that a kill cannot cut in two."""
    os.write(1, "".join(f"{number}\n" for number in numbers).encode())


def main(path: str, first: int, batch: int) -> None:
    """Record until killed, or until whoever started this process has gone."""
    app = Longcase(open_recorder(path))
    parent = os.getppid()
    while os.getppid() == parent:
        numbers = range(first, first + batch)
        if batch == 1:
            do(app, first)
        else:
            with app.unit_of_work():
                for number in numbers:
                    do(app, number)
        acknowledge(numbers)
        first += batch


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
