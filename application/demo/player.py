"""The whole scenario, recorded as if each command had been given on its own day in 2016."""

from __future__ import annotations

from contextlib import closing
from typing import Final, NamedTuple

from application.app import Longcase
from application.commands import cases
from application.demo import case_custody, case_unseen, case_warrant
from application.demo.crowd import crowd
from application.demo.force import INSPECTOR, registers
from application.demo.script import Act, Story, in_order
from application.envelope import Envelope
from domain.errors import Conflict
from domain.identity import command_id
from ledger.sqlite.recorder import SQLiteRecorder

EDITION: Final = "2016, second edition"
"""Which scenario this is. A store that was made with another one is another store."""


_TELLING: Final = (
    *(case_warrant.warning, case_warrant.schoolgirl, case_unseen.witness, case_unseen.untrained),
    *(case_custody.cell, case_custody.placed, case_custody.runaway, case_custody.unasked),
)


_TOGETHER: Final = 2_000
"""How many entries are put into the store at a time."""


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

    They are recorded in memory, under a clock that shows each command's own day, and put into the store as they
    are: no store in use takes another's time. A command id is made of ``name`` and its number, so that the same
    ledger comes of it every time. Raises ``Conflict`` if the ledger holds entries already.
    """
    memory = SQLiteRecorder.in_memory()
    with closing(Longcase(memory, vocabulary=lambda: app.vocabulary)) as rehearsal, app.ledger.transaction():
        if app.ledger.head()[0]:
            raise Conflict("the store holds entries already, and the scenario begins with none")
        _rehearse(rehearsal, acts, name)
        last = memory.head()[0]
        for start in range(0, last, _TOGETHER):
            app.ledger.put_back(memory.select_notifications(start, _TOGETHER, inclusive_of_start=False))
    return Recorded(sum(act.command is cases.report for act in acts), last)


def _rehearse(app: Longcase, acts: list[Act], name: str) -> None:
    now = 0
    app.clock = app.ledger.clock = lambda: now
    with app.unit_of_work() as unit:
        for number, act in enumerate(acts):
            now = act.recorded_at
            own_id = command_id(f"{name} {number}")
            by = Envelope(*act.who, act.occurred_at, reason=act.reason, command_id=own_id, via="demo")
            act.command(app, *act.arguments, by, **act.given)
            unit.flush()
