"""The steps that record, and what becomes of a command: recorded, repeated or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from pytest_bdd import given, parsers, then, when

from application.commands import officers, rulebooks
from application.envelope import Envelope
from domain.errors import Conflict, Refused
from domain.identity import command_id
from domain.rulebook.default import default_rulebook
from domain.rulebook_toml.writer import to_toml
from tests.features.queries import rows
from tests.features.words import Outcome, attempt, enter, envelope, instant, start

if TYPE_CHECKING:
    from application.app import Longcase
    from tests.clock import Clock

REGISTRAR = Envelope("HR 1", "registrar")

DECIDING = ("PS 0088", "PS 0093", "DI 0031")
"""Who close cases in the features: a register that there is must know them."""


@given("these officers")
def enrolled(app: Longcase, clock: Clock, datatable: list[list[str]]) -> None:
    for number, row in enumerate(rows(datatable)):
        clock.at(start(row["since"]))
        for name in () if number else DECIDING:
            officers.enrol(app, name, REGISTRAR)
        officers.enrol(app, row["officer"], REGISTRAR, team=row["team"])
        if row["accredited for"]:
            officers.accredit(app, row["officer"], row["accredited for"], REGISTRAR)


@given(parsers.parse("officer {officer} goes on like this"))
def registered(app: Longcase, clock: Clock, officer: str, datatable: list[list[str]]) -> None:
    for row in rows(datatable):
        clock.at(instant(row["recorded"]))
        by = envelope(row["by"], happened=row.get("happened"), reason=row.get("reason"))
        receipt = enter(app, officer, row["what"], by)
        assert receipt.entry.recorded_at == clock(), f"{row['what']}: told out of order"


@given(parsers.parse("from {since} on the rulebook asks for these specialists"))
def adopted(app: Longcase, clock: Clock, since: str, datatable: list[list[str]]) -> None:
    clock.at(start(since))
    needed = {row["accreditation"]: int(row["needed"]) for row in rows(datatable)}
    book = msgspec.structs.replace(default_rulebook(), specialists=needed)
    rulebooks.adopt(app, to_toml(book), start(since), Envelope("DI 0031", "administrator"))


@given("this record of several cases")
def recorded_of_several(app: Longcase, clock: Clock, datatable: list[list[str]]) -> None:
    for row in rows(datatable):
        if row["about"].startswith("DC "):
            registered(app, clock, row["about"], [list(row), list(row.values())])
        else:
            recorded(app, clock, row["about"], [list(row), list(row.values())])


@given(parsers.parse("case {case} with this record"))
@given(parsers.parse("case {case} goes on like this"))
def recorded(app: Longcase, clock: Clock, case: str, datatable: list[list[str]]) -> None:
    for row in rows(datatable):
        clock.at(instant(row["recorded"]))
        by = envelope(row["by"], happened=row.get("happened"), reason=row.get("reason"))
        outcome = attempt(app, case, row["what"], by)
        assert outcome.receipt is not None, f"{row['what']}: {outcome.error}"
        assert outcome.receipt.entry.recorded_at == clock(), f"{row['what']}: told out of order"


@given(parsers.parse("{count:d} cases with this record each"))
def recorded_of_each(app: Longcase, clock: Clock, count: int, datatable: list[list[str]]) -> None:
    head, *body = datatable
    for row in body:
        for case in (f"C-{number:04}" for number in range(1, count + 1)):
            recorded(app, clock, case, [head, row])


@when(
    parsers.re(
        r"on (?P<recorded>\d+ \w+ \d+ \d+:\d+) (?P<who>.+) tries to record on case (?P<case>\S+)"
        r"( what happened on (?P<happened>\d+ \w+ \d+ \d+:\d+))?: (?P<what>.+)"
    ),
    target_fixture="outcome",
)
def tried(
    app: Longcase, clock: Clock, recorded: str, who: str, case: str, happened: str | None, what: str
) -> Outcome:
    clock.at(instant(recorded))
    return attempt(app, case, what, envelope(who, happened=happened, reason="as told"))


@when(
    parsers.re(
        r"on (?P<recorded>\d+ \w+ \d+ \d+:\d+) (?P<who>.+) sends command (?P<number>\d+)"
        r" to case (?P<case>\S+): (?P<what>.+)"
    ),
    target_fixture="outcome",
)
def sent(app: Longcase, clock: Clock, recorded: str, who: str, number: str, case: str, what: str) -> Outcome:
    clock.at(instant(recorded))
    by = envelope(who, happened=None, reason=None, command_id=command_id(f"command {number}"))
    return attempt(app, case, what, by)


@then(parsers.parse('it is refused with "{why}"'))
def is_refused(outcome: Outcome, why: str) -> None:
    assert isinstance(outcome.error, Refused)
    assert outcome.error.message == why


@then("it conflicts with what is recorded")
def conflicts(outcome: Outcome) -> None:
    assert isinstance(outcome.error, Conflict)


@then(parsers.parse("it is recorded as entry {version:d}"))
def is_recorded(outcome: Outcome, version: int) -> None:
    assert outcome.error is None
    assert outcome.receipt is not None
    assert (outcome.receipt.entry.version, outcome.receipt.repeated) == (version, False)


@then(parsers.parse("it had been recorded already, as entry {version:d}"))
def was_repeated(outcome: Outcome, version: int) -> None:
    assert outcome.receipt is not None
    assert (outcome.receipt.entry.version, outcome.receipt.repeated) == (version, True)
