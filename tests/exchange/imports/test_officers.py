"""A table of officers goes into the register once; what differs from the register is refused by its line."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import pytest

from application.commands.officers import enrol
from application.envelope import Envelope
from domain import officer
from domain.codec import entry_of
from domain.identity import officer_stream
from domain.instant import parse
from exchange.imports.officers import Registered, import_officers
from exchange.source.trace import ImportRefused
from tests.exchange.stores import Store

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "officer,team,enrolled,accreditation,from,until\n"
ROWS = (
    "DC 7,north,2015-01-01,child-protection,2015-02-01,2018-02-01\n"
    "DC 7,north,2015-01-01,interview,2015-03-01,\n"
    "DC 8,south,2015-01-01,,,\n"
)


def take(store: Store, folder: Path, rows: str = ROWS, head: str = HEAD, *, dry_run: bool = False) -> Registered:
    path = folder / "officers.csv"
    path.write_text(head + rows, encoding="utf-8")
    return import_officers(store.app, path, UTC, Envelope("DC 9"), dry_run=dry_run)


def state(store: Store, name: str) -> officer.Officer:
    return officer.fold([entry_of(row) for row in store.ledger.stream(officer_stream(name))])


def test_officers_teams_and_accreditations_go_into_the_register_once(tmp_path: Path) -> None:
    store = Store()
    assert take(store, tmp_path, dry_run=True).enrolled == 2
    assert store.count() == 0
    done = take(store, tmp_path)
    assert (done.enrolled, done.accredited, done.already_present, done.refused) == (2, 2, 0, [])
    found = state(store, "DC 7")
    assert (found.team, found.enrolled_at) == ("north", parse("2015-01-01", UTC))
    assert sorted(found.held(parse("2016-01-01", UTC))) == ["child-protection", "interview"]
    assert sorted(found.held(parse("2019-01-01", UTC))) == ["interview"]
    count = store.count()
    again = take(store, tmp_path)
    assert (again.enrolled, again.accredited, again.already_present, store.count()) == (0, 0, 3, count)
    more = take(store, tmp_path, ROWS + "DC 8,south,,interview,2016-01-01,\n")
    assert (more.accredited, more.already_present) == (1, 3)


def test_what_differs_or_cannot_be_read_is_refused_by_its_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    store = Store()
    enrol(store.app, "DC 7", Envelope("DC 9"), team="west")
    done = take(store, tmp_path, ROWS + ",east,,,,\nDC 9,east,some day,,,\nDC 10,east\n")
    assert [(one.line, one.reason) for one in done.refused] == [
        (7, "2 columns, where the heading has 6"),
        (2, "team: 'west' is in the register, 'north' is in the file"),
        (3, "team: 'west' is in the register, 'north' is in the file"),
        (5, "it names no officer"),
        (6, "Invalid isoformat string: 'some day'"),
    ]
    assert done.enrolled == 1


@pytest.mark.parametrize("head", ["badge,team\n", "officer,taem\n"])
def test_a_heading_that_there_is_not_refuses_the_table(tmp_path: Path, head: str) -> None:
    with pytest.raises(ImportRefused, match="is no heading of officers"):
        take(Store(), tmp_path, "DC 7,north\n", head)
