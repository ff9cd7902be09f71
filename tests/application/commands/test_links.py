"""Links: both cases have them, several side by side, recorded together or not at all."""

from __future__ import annotations

import os
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.app import Longcase
from application.commands import amendments, cases, links
from application.envelope import new_command_id
from domain.axes import Axes
from domain.cases import events as ev
from domain.errors import Conflict, Refused, StoreError
from domain.identity import case_stream
from domain.instant import DAY
from ledger.errors import Busy
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from tests.application.actions import ABLE, OTHER, REF, by, opened, state
from tests.clock import START, Clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from application.envelope import Receipt

THIRD = "DVW-0902"
ID = bytes(range(16))


def reported(app: Longcase | None = None) -> Longcase:
    """Return the application with three cases."""
    app = app or opened()
    for reference in (REF, OTHER, THIRD):
        cases.report(app, reference, by(), category="other")
    return app


def standing(app: Longcase, reference: str) -> dict[str, list[str]]:
    """Return the relations of a case to others, in their order."""
    return {other: list(relations) for other, relations in state(app, reference).linked.items()}


def size(app: Longcase) -> int:
    """Return how many entries the ledger has."""
    return app.ledger.max_notification_id() or 0


def alone(app: Longcase, reference: str, event: type[ev.Linked | ev.Unlinked], **values: Any) -> None:
    """Record a link on one side, as versions before did."""
    cases.plain(app, reference, event, by(), **values)


def test_both_cases_have_the_link_and_the_other_has_the_inverse() -> None:
    """Of one act, by one person, at one time."""
    app = reported()
    done = links.link(app, REF, OTHER, "duplicate-of", by())
    assert (standing(app, REF), standing(app, OTHER)) == ({OTHER: ["duplicate-of"]}, {REF: ["has-duplicate"]})
    assert done.beside is not None
    first, second = done.entry, done.beside.entry
    assert (first.position + 1, first.actor, first.occurred_at) == (
        second.position,
        second.actor,
        second.occurred_at,
    )
    assert (first, second) == (app.entries(case_stream(REF))[-1], app.entries(case_stream(OTHER))[-1])


def test_several_relations_stand_side_by_side() -> None:
    """And the last of them is the one that ``links`` has, as it always had."""
    app = reported()
    for relation in ("same-suspect", "same-child"):
        links.link(app, REF, OTHER, relation, by())
    links.link(app, THIRD, REF, "follows", by())
    assert standing(app, REF) == {OTHER: ["same-suspect", "same-child"], THIRD: ["followed-by"]}
    assert state(app, REF).links == {OTHER: "same-child", THIRD: "followed-by"}


@pytest.mark.parametrize("near", [REF, OTHER])
def test_one_relation_ends_or_all_on_both_sides(near: str) -> None:
    """Whichever of the two cases is named first."""
    app, far = reported(), OTHER if near == REF else REF
    for relation in ("same-suspect", "follows", "related"):
        links.link(app, near, far, relation, by())
    links.unlink(app, far, near, by(), relation="followed-by")
    assert (standing(app, near), standing(app, far)) == (
        {far: ["same-suspect", "related"]},
        {near: ["same-suspect", "related"]},
    )
    links.unlink(app, near, far, by())
    assert (standing(app, near), standing(app, far)) == ({}, {})


def test_what_is_wrong_is_refused_and_nothing_is_recorded() -> None:
    """A relation of no vocabulary, a case with itself, the same twice, from either side."""
    app = reported()
    links.link(app, REF, OTHER, "duplicate-of", by())
    before = size(app)
    for near, far, relation, why in (
        (REF, OTHER, "bogus", "there is no relation 'bogus'"),
        (REF, REF, "related", "a case cannot be linked to itself"),
        (REF, OTHER, "duplicate-of", f"the case is linked to {OTHER} as duplicate-of already"),
        (OTHER, REF, "has-duplicate", f"the case is linked to {REF} as has-duplicate already"),
    ):
        with pytest.raises(Refused, match=why):
            links.link(app, near, far, relation, by())
    with pytest.raises(Refused, match=f"not linked to {OTHER} as has-duplicate"):
        links.unlink(app, REF, OTHER, by(), relation="has-duplicate")
    assert size(app) == before


def test_neither_is_recorded_where_the_other_case_was_not_there_yet() -> None:
    """Not even in a unit of work that goes on."""
    clock = Clock()
    app = opened(clock)
    cases.report(app, REF, by(), category="other")
    clock.at(START + 2 * DAY)
    cases.report(app, OTHER, by(), category="other")
    with app.unit_of_work(), pytest.raises(Refused, match=f"{OTHER}: the case had not been reported by then"):
        links.link(app, REF, OTHER, "related", by(occurred_at=START + DAY))
    assert size(app) == 2


def test_a_link_of_one_side_stays_and_is_completed_from_the_other() -> None:
    """As versions before recorded it, in words of their own too; it ends from the side that has it."""
    app = reported()
    alone(app, REF, ev.Linked, other=OTHER, relation="follows")
    alone(app, REF, ev.Linked, other=THIRD, relation="met at school")
    assert (standing(app, OTHER), standing(app, THIRD)) == ({}, {})
    assert links.link(app, OTHER, REF, "followed-by", by()).beside is None
    assert standing(app, OTHER) == {REF: ["followed-by"]}
    assert links.unlink(app, REF, THIRD, by(), relation="met at school").beside is None
    assert standing(app, REF) == {OTHER: ["follows"]}


def test_a_repeat_adds_nothing_even_after_the_link_ended() -> None:
    """What the command made is found by its id, on both sides; other words are another command."""
    app = reported()
    first = links.link(app, REF, OTHER, "related", by(command_id=ID))
    links.unlink(app, REF, OTHER, by())
    before = size(app)
    again = links.link(app, REF, OTHER, "related", by(command_id=ID))
    assert again.repeated
    assert first.beside is not None
    assert again.beside is not None
    assert (again.entries, again.beside.entries) == (first.entries, first.beside.entries)
    for far, relation in ((OTHER, "same-child"), (THIRD, "related")):
        with pytest.raises(Conflict, match="was used for something else"):
            links.link(app, REF, far, relation, by(command_id=ID))
    assert size(app) == before


def test_a_reason_stays_in_the_case_in_which_it_was_said() -> None:
    """The other case may have other readers, now or later."""
    app = reported()
    done = links.link(app, REF, OTHER, "related", ABLE)
    assert done.beside is not None
    assert (done.entry.event.reason, done.beside.entry.event.reason) == (ABLE.reason, None)


def test_whoever_is_kept_out_of_a_case_may_say_that_theirs_is_related() -> None:
    """And what they end, without being told what stands in the case that they may not read."""
    app = reported()
    cases.restrict(app, OTHER, ["DI 7"], ABLE)
    outsider = by("DC 9")
    links.link(app, REF, OTHER, "same-child", outsider)
    assert standing(app, OTHER) == {REF: ["same-child"]}
    links.unlink(app, REF, OTHER, outsider)
    assert standing(app, OTHER) == {}


def test_a_link_dated_back_is_at_its_time_on_both_sides() -> None:
    """As at an instant before it neither has it."""
    clock = Clock()
    app = reported(opened(clock))
    clock.at(START + 9 * DAY)
    links.link(app, REF, OTHER, "related", by(occurred_at=START + 3 * DAY))
    for one, other in ((REF, OTHER), (OTHER, REF)):
        history = app.history(case_stream(one))
        assert history.case(Axes(START + 3 * DAY)).links == {other: "related"}
        assert history.case(Axes(START + 3 * DAY - 1)).links == {}


def dying_at_second(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that is this one when it is first called, and then ends the process."""
    calls = count(1)

    def called(*values: Any, **named: Any) -> Any:
        if next(calls) == 2:
            os._exit(9)
        return function(*values, **named)

    return called


@pytest.mark.parametrize("moment", ["second entry", "commit"])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that dies needs a fork")
def test_a_process_that_dies_between_the_two_entries_leaves_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Before the second is made, or when both are in the ledger's hands; given again, the command makes both."""
    path = str(tmp_path / "store.db")
    create(path, {"zone": "UTC"}).close()
    reported(Longcase(SQLiteRecorder.open(path))).close()
    child = os.fork()
    if child == 0:
        app = Longcase(SQLiteRecorder.open(path))
        if moment == "second entry":
            monkeypatch.setattr(app, "take", dying_at_second(app.take))
        else:
            append = app.ledger.append
            monkeypatch.setattr(app.ledger, "append", lambda rows: (append(rows), os._exit(9)))
        links.link(app, REF, OTHER, "related", by(command_id=ID))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    app = Longcase(SQLiteRecorder.open(path))
    assert size(app) == 3
    assert not links.link(app, REF, OTHER, "related", by(command_id=ID)).repeated
    assert (standing(app, REF), standing(app, OTHER)) == ({OTHER: ["related"]}, {REF: ["related"]})
    app.close()


def test_a_store_in_use_is_said_and_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the words of every other command."""
    app = reported()

    def busy() -> None:
        raise Busy("database is locked")

    monkeypatch.setattr(app.ledger, "_begin", busy)
    with pytest.raises(StoreError, match="in use by another writer"):
        links.link(app, REF, OTHER, "related", by())
    assert size(app) == 3


PLACES = (REF, OTHER, THIRD)
INVERSES = {"related": "related", "follows": "followed-by", "followed-by": "follows"}
ACTS = st.tuples(
    st.sampled_from(["link", "unlink", "unlink all", "retract both", "again"]),
    st.sampled_from(PLACES),
    st.sampled_from(PLACES),
    st.sampled_from(sorted(INVERSES)),
    st.integers(0, 20),
)


class NaiveLinks:
    """What was said, as a list of triples with an end: a link stands if nothing ended or took back it."""

    def __init__(self) -> None:
        self.acts: list[tuple[str, str, str, str | None]] = []
        self.taken_back: set[int] = set()

    def standing(self) -> set[tuple[str, str, str]]:
        found: set[tuple[str, str, str]] = set()
        for number, (verb, near, far, relation) in enumerate(self.acts):
            if number in self.taken_back:
                continue
            for one, other, how in ((near, far, relation), (far, near, relation and INVERSES[relation])):
                if verb == "link":
                    found.add((one, other, str(how)))
                else:
                    found -= {(one, other, each) for each in INVERSES if how in (each, None)}
        return found


def _both_sides_say(app: Longcase, naive: NaiveLinks) -> None:
    found = {
        (one, other, relation)
        for one in PLACES
        for other, relations in standing(app, one).items()
        for relation in relations
    }
    assert found == naive.standing()
    assert found == {(other, one, INVERSES[relation]) for one, other, relation in found}


def _retract(app: Longcase, done: Receipt) -> None:
    for each in (done, done.beside):
        if each is not None:
            amendments.retract(app, app.history(each.entry.stream).case().reference, each.entry.version, by())


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, max_size=14))
def test_links_are_a_symmetric_relation_whatever_is_linked_ended_and_taken_back(
    acts: list[tuple[str, str, str, str, int]],
) -> None:
    """As a naive set of triples says, refusals too, and a repeat changes nothing."""
    app, naive = reported(), NaiveLinks()
    given_before: list[tuple[Any, Receipt]] = []
    for verb, near, far, relation, which in acts:
        if verb in {"retract both", "again"}:
            if given_before:
                _once_more(app, naive, given_before, which % len(given_before), take_back=verb != "again")
        else:
            command = _command(verb, near, far, relation)
            stands = naive.standing()
            about = {each for one, other, each in stands if (one, other) == (near, far)}
            ends = bool(about) if verb == "unlink all" else relation in about
            if near == far or (ends if verb == "link" else not ends):
                with pytest.raises(Refused):
                    command(app, by())
            else:
                who = by(command_id=new_command_id())
                given_before.append(((command, who), command(app, who)))
                said = (
                    "link" if verb == "link" else "unlink",
                    near,
                    far,
                    None if verb == "unlink all" else relation,
                )
                naive.acts.append(said)
        _both_sides_say(app, naive)


def _command(verb: str, near: str, far: str, relation: str) -> Any:
    if verb == "link":
        return lambda app, who: links.link(app, near, far, relation, who)
    ended = None if verb == "unlink all" else relation
    return lambda app, who: links.unlink(app, near, far, who, relation=ended)


def _once_more(app: Longcase, naive: NaiveLinks, given_before: list[Any], which: int, *, take_back: bool) -> None:
    (command, who), done = given_before[which]
    if not take_back:
        before = size(app)
        assert command(app, who).repeated
        assert size(app) == before
    elif which not in naive.taken_back:
        _retract(app, done)
        naive.taken_back.add(which)
