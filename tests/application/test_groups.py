"""Commands recorded together: one that is refused, or half-way; ids that are taken; a clock that moves on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from application.app import Longcase
from application.commands import cases, links
from application.groups import OneRefused, Recent, record_together, rehearse
from domain.errors import LongcaseError, Refused, StoreError
from domain.identity import case_stream
from ledger.errors import Lost
from ledger.sqlite.recorder import SQLiteRecorder
from tests.application.actions import ABLE, OTHER, REF, by, opened, prepared
from tests.clock import MINUTE, START, Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from application.envelope import Receipt
    from ledger.entry import StoredEntry

ID = bytes(range(16))


class Server(SQLiteRecorder):
    """A ledger that goes by its own clock, as one on a server does, whatever it is told."""

    own = Clock(START)

    def append(self, entries: Iterable[StoredEntry]) -> range:
        before, self.clock = self.clock, self.own
        try:
            return super().append(entries)
        finally:
            self.clock = before


def topics(app: Longcase) -> list[str]:
    return [row.topic for row in app.ledger.select_notifications(None, 99)]


def act(app: Longcase, reference: str = REF, kind: str = "child-seen", **how: Any) -> Callable[[], Receipt]:
    return lambda: cases.act(app, reference, kind, by(**how))


def report(app: Longcase, reference: str = REF) -> Callable[[], Receipt]:
    return lambda: cases.report(app, reference, ABLE, category="other")


def refusals(outcomes: list[Receipt | LongcaseError]) -> list[str | None]:
    return [one.message if isinstance(one, LongcaseError) else None for one in outcomes]


def test_what_is_rehearsed_is_not_recorded() -> None:
    """Each sees what those before it would do, one that would be refused leaves no trace in them."""
    app = opened()
    report(app)()
    before = topics(app)
    outcomes = rehearse(app, [act(app), act(app, kind="none"), act(app, kind="arrest")])
    assert refusals(outcomes) == [None, "there is no kind of action 'none'", None]
    versions = [one.entry.version for one in outcomes if not isinstance(one, LongcaseError)]
    assert versions[1] == versions[0] + 1
    assert topics(app) == before
    assert cases.act(app, REF, "arrest", by()).entry.version == versions[0]


def test_one_that_is_refused_leaves_the_others_whole() -> None:
    """And those behind it see what those before it did."""
    app = opened()
    commands = [report(app), act(app, OTHER), act(app), act(app, kind="none")]
    group = record_together(app, commands, all_or_none=False)
    found = refusals(group.outcomes)
    assert (found[0], found[2]) == (None, None)
    assert "no case" in str(found[1])
    assert "no kind" in str(found[3])
    assert topics(app) == ["case.reported", "case.action-recorded"]


def test_with_all_or_none_one_that_is_refused_undoes_all() -> None:
    """It is named by its place, and the next group works as if nothing had happened."""
    app, recent = prepared("act"), Recent()
    record_together(app, [act(app)], all_or_none=True, recent=recent)
    with pytest.raises(OneRefused, match="no case") as refused:
        record_together(app, [act(app), act(app, OTHER), act(app)], all_or_none=True, recent=recent)
    assert refused.value.place == 1
    assert len(topics(app)) == 3
    group = record_together(app, [act(app)], all_or_none=True, recent=recent)
    assert [group.first, app.history(case_stream(REF)).version, len(topics(app))] == [4, 4, 4]


def test_a_command_that_is_refused_half_way_leaves_nothing_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the entry in the first of two cases, where that in the second is refused; what came before stays."""
    app = prepared("link")
    before = topics(app)
    recorded = cases.on_case

    def second_refused(app: Longcase, reference: str, *given: Any) -> Receipt:
        if reference == OTHER:
            raise Refused("not this one")
        return recorded(app, reference, *given)

    monkeypatch.setattr(links, "on_case", second_refused)
    commands = [act(app), lambda: links.link(app, REF, OTHER, "sibling", ABLE), act(app, kind="arrest")]
    group = record_together(app, commands, all_or_none=False)
    assert refusals(group.outcomes) == [None, "not this one", None]
    assert topics(app)[len(before) :] == ["case.action-recorded"] * 2
    versions = [entry.version for entry in app.entries(case_stream(REF))]
    assert versions == list(range(1, len(versions) + 1))


def test_ids_that_are_taken_are_conflicts_of_their_commands() -> None:
    """In another case of the ledger, or of the group; at the positions that the others come to have."""
    app = prepared("report another")
    record_together(app, [report(app), report(app, OTHER)], all_or_none=False)
    cases.act(app, OTHER, "arrest", by(command_id=ID))
    twice = bytes(reversed(ID))
    commands = [
        act(app, command_id=ID),
        act(app, command_id=twice),
        act(app, OTHER, command_id=twice),
        act(app, command_id=twice),
        act(app, command_id=twice, kind="arrest"),
    ]
    group = record_together(app, commands, all_or_none=False)
    used = f"command id {twice.hex()} was used for something else: case.action-recorded at position 4"
    ours = f"command id {ID.hex()} was used for something else: case.action-recorded at position 3"
    assert refusals(group.outcomes) == [ours, None, used, None, used]
    with pytest.raises(OneRefused, match="used for something else") as refused:
        record_together(app, [act(app), act(app, command_id=ID)], all_or_none=True)
    assert (refused.value.place, len(topics(app))) == (1, 4)


def test_what_somebody_recorded_in_between_is_seen() -> None:
    """What was read for the last group is not used again then."""
    app, recent = prepared("act"), Recent()
    record_together(app, [act(app)], all_or_none=False, recent=recent)
    other = Longcase(app.ledger, clock=app.clock)
    cases.pause(other, REF, ABLE, review_on="2016-03-01")
    group = record_together(app, [lambda: cases.resume(app, REF, ABLE)], all_or_none=False, recent=recent)
    assert refusals(group.outcomes) == [None]
    group = record_together(app, [lambda: cases.resume(app, REF, ABLE)], all_or_none=False, recent=recent)
    assert refusals(group.outcomes) == ["the case is not paused"]


def test_a_group_is_recorded_at_one_instant() -> None:
    """What is said of no instant occurs then, and it is that by which the rules were asked."""
    app = opened(Clock(START, step=MINUTE))
    group = record_together(app, [report(app), act(app), act(app)], all_or_none=False)
    instants = {(row.occurred_at, row.recorded_at) for row in app.ledger.select_notifications(None, 9)}
    assert instants == {(group.taken_at, group.taken_at)}
    assert group.began == group.taken_at


def on_server() -> Longcase:
    ledger: Any = Server.in_memory(Clock(START))
    ledger.own = Clock(START)
    return Longcase(ledger, clock=ledger.clock)


def test_a_server_says_when_by_its_own_clock() -> None:
    """The receipts have its instants in the end, in the entries and in those before them."""
    app = on_server()
    app.ledger.own.now = START + MINUTE  # type: ignore[attr-defined]  # it is a server
    group = record_together(app, [report(app), act(app, occurred_at=START), act(app)], all_or_none=False)
    last: Any = group.outcomes[2]
    settled = group.settled(last.before + last.entries)
    assert [(one.occurred_at, one.recorded_at) for one in settled] == [
        (row.occurred_at, row.recorded_at) for row in app.ledger.select_notifications(None, 9)
    ]
    assert {one.recorded_at for one in settled} == {START + MINUTE}
    assert settled[1].occurred_at == START


def test_a_group_that_the_clock_overtakes_is_recorded_again() -> None:
    """Else what was judged to come before an entry would stand behind it."""
    app = on_server()
    server: Any = app.ledger
    server.own.now, asked, clock = START + MINUTE, [], server.clock
    later = START + MINUTE // 2

    def paused() -> Receipt:
        asked.append(app.clock())
        clock.now = server.own.now = START + 2 * MINUTE
        return cases.pause(app, REF, by(reason="x"), review_on=None)

    resume = lambda: cases.resume(app, REF, by(occurred_at=later))  # noqa: E731  (one of three)
    group = record_together(app, [report(app), paused, resume], all_or_none=False)
    assert asked == [START, START + 2 * MINUTE]
    assert refusals(group.outcomes)[2] is not None, "by then the pause has not begun"
    assert topics(app) == ["case.reported", "case.paused"]


def test_a_store_that_fails_ends_the_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that does not come back is no refusal of a command."""
    app = prepared("act")

    def lost(*_: Any) -> Any:
        raise Lost("gone")

    monkeypatch.setattr(app.ledger, "append", lost)
    monkeypatch.setattr(app.ledger, "reconnect", lost)
    with pytest.raises(StoreError, match="may or may not be in it"):
        record_together(app, [act(app)], all_or_none=False)
