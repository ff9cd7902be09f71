"""A number of entries that is named with a command: recorded only where so many stand in the case."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import TYPE_CHECKING

import msgspec
import pytest

from application.app import Longcase
from application.commands import cases, links
from application.groups import record_together
from domain.errors import Conflict, NotFound
from ledger.stores import open_recorder
from tests.application.actions import ABLE, OTHER, REF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from application.envelope import Envelope, Receipt
    from tests.projections.engines import Place

WRITERS = 4
EACH = 12


@pytest.fixture
def location(place: Place) -> str:
    return place.location()


@pytest.fixture
def app(location: str) -> Iterator[Longcase]:
    """A store with one case of one entry."""
    found = Longcase(open_recorder(location))
    cases.report(found, REF, ABLE, category="other")
    yield found
    found.close()


def seeing(version: int, command_id: bytes = b"") -> Envelope:
    return msgspec.structs.replace(ABLE, if_version=version, command_id=command_id)


def act(app: Longcase, by: Envelope) -> Receipt:
    return cases.act(app, REF, "child-seen", by)


def versions(app: Longcase) -> list[int]:
    return [entry.version for entry in app.ledger.select_notifications(None, 999)]


def test_only_where_so_many_entries_stand(app: Longcase) -> None:
    """Fewer and more are a conflict, and nothing is recorded."""
    for wrong in (0, 2, 99):
        with pytest.raises(Conflict, match=f"it has 1 entry now, and --if-version says {wrong}"):
            act(app, seeing(wrong))
    assert versions(app) == [1]
    assert act(app, seeing(1)).entry.version == 2
    with pytest.raises(Conflict, match="it has 2 entries now"):
        act(app, seeing(1))


def test_nought_is_a_case_that_is_not_there(app: Longcase) -> None:
    """So a report of a case is recorded once; that there is no case to act on is told as ever."""
    assert cases.report(app, OTHER, seeing(0), category="other").entry.version == 1
    for version in (0, 1):
        with pytest.raises((Conflict, NotFound)):
            cases.act(app, "NO-1", "child-seen", seeing(version))
    with pytest.raises(Conflict):
        cases.report(app, "NO-1", seeing(1), category="other")
    assert versions(app) == [1, 1]


def test_a_repeat_is_told_as_a_repeat(app: Longcase) -> None:
    """A command that was recorded is not refused since it has moved the case on itself, nor since others have."""
    first = act(app, seeing(1, b"again" + bytes(11)))
    act(app, seeing(2))
    again = act(app, seeing(1, b"again" + bytes(11)))
    assert (again.repeated, again.entries) == (True, first.entries)


def test_of_a_link_it_is_the_case_that_is_named_first(app: Longcase) -> None:
    """The other case may have any number of entries."""
    cases.report(app, OTHER, ABLE, category="other")
    act(app, seeing(1))
    done = links.link(app, REF, OTHER, "same-suspect", seeing(2))
    assert (done.entry.version, done.beside is not None) == (3, True)
    with pytest.raises(Conflict):
        links.link(app, REF, OTHER, "same-child", seeing(2))


def test_each_of_a_group_sees_what_those_before_it_did(app: Longcase) -> None:
    """In one transaction the second of two that saw the same is a conflict, and the first is recorded."""
    works = [lambda: act(app, seeing(1)), lambda: act(app, seeing(1)), lambda: act(app, seeing(2))]
    found = record_together(app, works, all_or_none=False).outcomes
    assert [type(one) is Conflict for one in found] == [False, True, False]
    assert versions(app) == [1, 2, 3]


def _write(location: str, number: int, together: Barrier, won: list[tuple[int, int]]) -> None:
    app = Longcase(open_recorder(location))
    together.wait()
    for version in range(1, EACH + 1):
        while len(app.entries(_stream(app))) < version:
            pass
        try:
            act(app, seeing(version))
        except Conflict:
            continue
        won.append((version, number))
    app.close()


def _stream(app: Longcase) -> bytes:
    return bytes(app.ledger.select_notifications(1, 1)[0].stream)


def test_of_writers_that_saw_the_same_one_records(app: Longcase, location: str) -> None:
    """Whatever the moment at which they meet: every version of the case was written by one who saw the last."""
    won: list[tuple[int, int]] = []
    together = Barrier(WRITERS)
    writers = [Thread(target=_write, args=(location, n, together, won)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(version for version, _ in won) == list(range(1, EACH + 1))
    assert versions(app) == list(range(1, EACH + 2))
