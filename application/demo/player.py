"""The whole scenario, recorded as if each command had been given on its own day in 2016."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from application.commands import cases
from application.demo import case_custody, case_unseen, case_warrant
from application.demo.crowd import crowd
from application.demo.force import INSPECTOR, registers
from application.demo.script import Act, Story, in_order
from application.envelope import Envelope
from domain.errors import Conflict
from domain.identity import command_id

if TYPE_CHECKING:
    from application.app import Longcase


EDITION: Final = "2016, third edition"
"""Which scenario this is. A store that was made with another one is another store."""


_TELLING: Final = (
    *(case_warrant.warning, case_warrant.schoolgirl, case_unseen.witness, case_unseen.untrained),
    *(case_custody.cell, case_custody.placed, case_custody.runaway, case_custody.unasked),
)


class Recorded(NamedTuple):
    """How much was recorded."""

    cases: int
    entries: int


def script() -> list[Act]:
    """Return every command of the scenario, in the order in which they were given."""
    return in_order([*registers(), *(tell() for tell in _TELLING), *crowd(), *_between_cases()])


def _between_cases() -> list[Story]:
    """Return what joins cases to one another, or keeps one of them from most readers."""
    linked, hidden = Story("CSE-0083"), Story("CSE-0092")
    linked("2016-05-26 11:20", INSPECTOR, cases.link, "GRM-0061", "same suspect")
    hidden("2016-08-30 09:00", INSPECTOR, cases.restrict, ("DI 0031",), reason="a relative works here")
    return [linked, hidden]


def perform(app: Longcase) -> Recorded:
    """Record the scenario through ``app``, as ``perform_acts`` does."""
    return perform_acts(app, script(), "scenario")


def perform_acts(app: Longcase, acts: list[Act], name: str) -> Recorded:
    """Record ``acts``, all of them or nothing, and return how much that was.

    The clocks of ``app`` show each command's own day meanwhile, and its command id is made of ``name`` and its
    number, so that the same ledger comes of it every time. Raises ``Conflict`` if the ledger holds entries
    already.
    """
    usual, now = (app.clock, app.ledger.clock), 0
    app.clock = app.ledger.clock = lambda: now
    try:
        with app.unit_of_work() as unit:
            if app.ledger.head()[0]:
                raise Conflict("the store holds entries already, and the scenario begins with none")
            for number, act in enumerate(acts):
                now = act.recorded_at
                own_id = command_id(f"{name} {number}")
                by = Envelope(*act.who, act.occurred_at, reason=act.reason, command_id=own_id, via="demo")
                act.command(app, *act.arguments, by, **act.given)
                unit.flush()
    finally:
        app.clock, app.ledger.clock = usual
    return Recorded(sum(act.command is cases.report for act in acts), app.ledger.head()[0])
