"""The steps about a record that is signed: checkpoints given away, the record rewritten, and what is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_bdd import given, parsers, then, when

from application.signing.errors import NotSigned
from ledger.entry import SALT_BYTES
from tests.features.queries import rows
from tests.features.signed_record import SignedRecord, rewritten
from tests.features.words import attempt, envelope, instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from application.app import Longcase
    from application.signing.verifying import Verdict
    from tests.clock import Clock

REFUSED = (409, 422)
"""What a witness answers to a tree that does not begin where it was, or does not go on from there."""


@pytest.fixture
def record(tmp_path: Path, clock: Clock) -> Iterator[SignedRecord]:
    record = SignedRecord(tmp_path, clock)
    yield record
    record.close()


@given("a force that has its record signed", target_fixture="app")
def signed(record: SignedRecord) -> Longcase:
    return record.app


@given(parsers.re(r"on (?P<day>\d+ \w+ \d+) (?P<hour>\d+:\d+) the inspectorate is given a checkpoint"))
def given_away(record: SignedRecord, clock: Clock, day: str, hour: str) -> None:
    clock.at(instant(f"{day} {hour}"))
    record.give(day)


@given(parsers.parse("on {at} the force makes a backup"))
def backed_up(record: SignedRecord, clock: Clock, at: str) -> None:
    clock.at(instant(at))
    record.back_up()


@when(
    parsers.parse('the force rewrites position {position:d}, "{old}" into "{new}", and signs all of it anew'),
)
def rewrites(record: SignedRecord, position: int, old: str, new: str) -> None:
    entries = record.entries()
    entries[position - 1] = rewritten(entries[position - 1], old, new)
    record.forge(entries)


@when(parsers.parse("the force deletes the last {count:d} entries, and signs all of it anew"))
def deletes(record: SignedRecord, count: int) -> None:
    record.forge(record.entries()[:-count])


@when(
    parsers.parse(
        "the force inserts after position {position:d} that {who} tried to call on {at}, and signs all of it anew"
    )
)
def inserts(record: SignedRecord, position: int, who: str, at: str) -> None:
    entries = record.entries()
    pattern = next(one for one in entries if one.topic == "case.action-recorded" and one.actor == who)
    when = instant(at)
    new = pattern._replace(occurred_at=when, recorded_at=when, command_id=bytes(16), salt=bytes(SALT_BYTES))
    entries.insert(position, new)
    record.forge(entries)


@when("the force restores the backup")
def restores(record: SignedRecord) -> None:
    record.restore_backup()


@when(parsers.parse("case {case} is filled up with {count:d} entries, and the force signs all of it anew"))
def filled_up(record: SignedRecord, case: str, count: int) -> None:
    for _ in range(count):
        done = attempt(record.app, case, "child seen", envelope("DC 2206", happened=None, reason=None))
        assert done.receipt is not None
    record.sign_anew()


@when(parsers.parse('somebody changes position {position:d}, "{old}" into "{new}", and nothing else'))
def changes_alone(record: SignedRecord, position: int, old: str, new: str) -> None:
    entry = record.entries()[position - 1]
    record.change_alone(position, rewritten(entry, old, new).payload)


@when("the inspectorate compares the record with the checkpoints that it holds", target_fixture="verdict")
def compared(record: SignedRecord) -> Verdict:
    return record.verdict(outside=True)


@then(parsers.parse("it is told that the record is whole, {count:d} entries"))
def is_whole(verdict: Verdict, count: int) -> None:
    assert (verdict.whole, verdict.findings, verdict.read.size) == (True, (), count)
    assert all(one.agrees for one in verdict.outside)


@then(parsers.parse("it is told of tampering, in an entry at a position from {first:d} to {last:d}"))
def is_tampered(verdict: Verdict, first: int, last: int) -> None:
    assert not verdict.whole
    found = verdict.findings[0]
    assert (found.first, found.last) == (first, last), found.reason


@then("this is what its checkpoints say")
def checkpoints_say(verdict: Verdict, datatable: list[list[str]]) -> None:
    words = {True: "agrees", False: "disagrees"}
    found = [
        {"given": one.source, "entries": str(one.size), "the record": words[one.agrees]}
        for one in verdict.outside
    ]
    assert found == rows(datatable)


@then("nothing in the record itself shows it")
def looks_whole(record: SignedRecord) -> None:
    verdict = record.verdict(outside=False)
    assert (verdict.whole, verdict.findings) == (True, ())
    assert [one for one in record.own_checks() if not one.ok] == []


@then(parsers.parse("the record itself shows that position {position:d} was changed"))
def shows_itself(record: SignedRecord, position: int) -> None:
    assert [(one.first, one.last) for one in record.verdict(outside=False).findings] == [(position, position)]


@then("its witness does not sign the record again")
def not_cosigned(record: SignedRecord) -> None:
    answer = record.asked_of_the_witness()
    assert (answer.accepted, answer.status in REFUSED) == (None, True)


@then(parsers.parse('the force\'s own signer refuses to sign it: "{why}"'))
def not_signed(record: SignedRecord, why: str) -> None:
    with pytest.raises(NotSigned, match=why):
        record.sign()
