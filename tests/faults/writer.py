"""A process that records commands on cases of its own and on shared ones, and says so after each.

``python -m tests.faults.writer LOCATION NAME FIRST [LAST]``: commands number FIRST and after, up to LAST or for
ever. For each it writes a line: the command's number, the position of its first entry, and whether it was
recorded already. A command's id is made from its writer and its number, so that a retry is the same command.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from application.app import Longcase
from application.commands import cases
from application.envelope import Envelope
from domain.errors import Conflict
from domain.identity import command_id
from ledger.stores import open_recorder

if TYPE_CHECKING:
    from application.envelope import Receipt

COMMANDS_A_CASE = 40
SHARED = 3
"""How many cases all writers record on, each with every fifth of its commands."""

BEGINNER = "FIRST"
"""The name under which the shared cases are reported, before any writer begins."""


def identity(name: str, number: int) -> bytes:
    """Return a command's id."""
    return command_id(f"writer {name} {number}")


def identities(name: str, number: int) -> list[bytes]:
    """Return the ids of all the entries that a command makes: a report with a risk makes two."""
    first = identity(name, number)
    reports = name == BEGINNER or number % COMMANDS_A_CASE == 0
    return [first, uuid5(UUID(bytes=first), "1").bytes] if reports else [first]


def reference(name: str, number: int) -> str:
    """Return the case that a command is on."""
    if name == BEGINNER:
        return f"SHARED-{number}"
    return f"SHARED-{number % SHARED}" if number % 5 == 3 else f"{name}-{number // COMMANDS_A_CASE}"


def do(app: Longcase, name: str, number: int) -> Receipt:
    """Give a writer's command."""
    by = Envelope(actor=f"PC {name}", command_id=identity(name, number), reason="x" * (number * 37 % 900))
    if len(identities(name, number)) > 1:
        return cases.report(app, reference(name, number), by, category="other", risk="low")
    return cases.act(app, reference(name, number), "interview", by)


def done(app: Longcase, name: str, number: int) -> Receipt:
    """Give a writer's command, as often as others keep recording on the same case for too long."""
    while True:
        with suppress(Conflict):
            return do(app, name, number)


def begin(location: str) -> dict[int, int]:
    """Report the shared cases, and return the positions of those commands by their number."""
    app = Longcase(open_recorder(location))
    done = {number: do(app, BEGINNER, number).entry.position for number in range(SHARED)}
    app.close()
    return done


def main(location: str, name: str, first: int, last: int) -> None:
    """Record until there is nothing more to record, or killed."""
    app = Longcase(open_recorder(location))
    number = first
    while number != last:
        receipt = done(app, name, number)
        os.write(1, f"{number} {receipt.entry.position} {receipt.repeated:d}\n".encode())
        number += 1
    app.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else -1)
