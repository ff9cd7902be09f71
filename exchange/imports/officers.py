"""The register of officers from a table: who there is, in which team, accredited for what and until when.

A row names an officer, and may name one accreditation; an officer with several has several rows. What is in the
register already is left as it is, and what differs from it is refused by its line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from application.commands import officers
from domain import officer as register
from domain.errors import LongcaseError, Refused
from domain.identity import command_id, folded, known, officer_stream, same_name
from domain.instant import FOREVER, parse
from exchange.readers.first_rows import FirstRows
from exchange.source.trace import ImportRefused, Refusal

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from application.app import Longcase
    from application.envelope import Envelope
    from domain.instant import Instant

HEADINGS = ("officer", "team", "enrolled", "accreditation", "from", "until")
"""The headings that such a table may have; ``officer`` it must have."""


class Registered(msgspec.Struct):
    """What came of a table of officers: counts of what was recorded and of what was there already."""

    file: str
    enrolled: int = 0
    accredited: int = 0
    already_present: int = 0
    refused: list[Refusal] = []


class _Given(NamedTuple):
    officer: str
    team: str | None
    enrolled: Instant | None
    accreditation: str | None
    since: Instant | None
    until: Instant | None


def import_officers(
    app: Longcase, path: Path, zone: tzinfo, by: Envelope, *, dry_run: bool = False
) -> Registered:
    """Record a table of officers in one transaction; days are read in ``zone``.

    A row that cannot be taken is refused by its line. Raises ``ImportRefused`` for a file that cannot be read.
    """
    found = FirstRows(path, most=None)
    unknown = [name for name in found.headings if name not in HEADINGS]
    if unknown or "officer" not in found.headings:
        why = f"{unknown[0]!r} is no heading of officers" if unknown else "no column is called 'officer'"
        raise ImportRefused(Refusal(str(path), 1, why), hints=(f"the headings are {', '.join(HEADINGS)}",))
    done = Registered(str(path), refused=list(found.refused))
    with app.unit_of_work() as unit:
        for line, values in found.lines:
            try:
                _take(app, _given(values, zone), by, done)
            except (Refused, ValueError) as error:
                why = error.message if isinstance(error, LongcaseError) else str(error)
                done.refused.append(Refusal(str(path), line, why))
        if dry_run:
            unit.abandon()
    return done


def _given(values: dict[str, str], zone: tzinfo) -> _Given:
    found = {name: text.strip() for name, text in values.items() if text and not text.isspace()}
    instants = [parse(found[name], zone) if name in found else None for name in ("enrolled", "from", "until")]
    if "officer" not in found:
        raise Refused("it names no officer")
    enrolled, since, until = instants
    return _Given(found["officer"], found.get("team"), enrolled, found.get("accreditation"), since, until)


def _take(app: Longcase, given: _Given, by: Envelope, done: Registered) -> None:
    state = register.fold(app.entries(known(officer_stream, given.officer, app.entries)))
    there = True
    if state.enrolled_at is None:
        moment = msgspec.structs.replace(by, occurred_at=given.enrolled, command_id=_id(given, "enrolled"))
        officers.enrol(app, given.officer, moment, team=given.team)
        done.enrolled += 1
        there = False
    elif given.team is not None and not same_name(given.team, state.team):
        raise Refused(f"team: {state.team!r} is in the register, {given.team!r} is in the file")
    if given.accreditation is not None and not _holds(state, given):
        moment = msgspec.structs.replace(by, command_id=_id(given, "accredited"))
        officers.accredit(app, given.officer, given.accreditation, moment, since=given.since, until=given.until)
        done.accredited += 1
        there = False
    done.already_present += there


def _holds(state: register.Officer, given: _Given) -> bool:
    """Say whether the officer has, or had, the accreditation until the end that the row gives."""
    runs = state.accreditations.get(given.accreditation or "", ())
    until = FOREVER if given.until is None else given.until
    return any(run[1] == until and (given.since is None or run[0] <= given.since) for run in runs)


def _id(given: _Given, what: str) -> bytes:
    """Return the id of the command that a row is: the same row again is the same command."""
    own = (folded(given.officer), what, *(given[2:] if what == "accredited" else (given.enrolled,)))
    return command_id("\n".join(["import officers", *map(str, own)]))
