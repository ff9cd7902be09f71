"""Clocks that were not given each entry stand as those that were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cases import events as ev
from domain.cases.belief import believe
from domain.deadlines.clocks import Clocks
from domain.deadlines.final_clocks import final_clocks
from domain.deadlines.standards import Laws
from tests.clock import hours
from tests.domain.scene import REPORT, entry
from tests.interval_rows import LAWS
from tests.smallbook import TWO
from tests.strategies import A_REPORT, THREADS, histories

if TYPE_CHECKING:
    import pytest

    from domain.event import Entry


def folded(believed: list[Entry], laws: Laws) -> Clocks:
    """Return the clocks that were given each entry."""
    clocks = Clocks(laws, keeps_finished=False)
    for one in believed:
        clocks.take(one)
    return clocks


def again_and_again(entries: list[Entry], order: list[int]) -> list[Entry]:
    """Return a case in which entries happen again and again after its report, in such an order."""
    believed = believe(entries).entries
    chosen = [believed[number % len(believed)] for number in order if believed]
    return [
        msgspec.structs.replace(one, version=count, occurred_at=hours(count / 2))
        for count, one in enumerate((entries[0], *chosen), start=1)
    ]


ACTIONS = st.builds(
    ev.ActionRecorded, kind=st.sampled_from(["child-seen", "arrest", "contact-attempted"]), counts=st.booleans()
)
FEW_KINDS = histories(6, A_REPORT, ACTIONS, 2) | histories(8, A_REPORT, ACTIONS | st.one_of(*THREADS), 4)


@given(FEW_KINDS, st.lists(st.integers(0, 7), max_size=24))
@settings(max_examples=400)
def test_they_stand_as_if_each_entry_was_taken(entries: list[Entry], order: list[int]) -> None:
    """Whatever comes in between, and under one version of the rulebook or two."""
    believed = again_and_again(entries, order)
    for laws in (LAWS, Laws(TWO)):
        assert final_clocks(believed, laws).goes_on_like(folded(believed, laws))


def test_of_work_that_touches_no_clock_only_the_last_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many entries there are, and of however many kinds."""
    kinds = ("interview", "arrest", "contact-attempted")
    entries = [entry(1, REPORT, hours(0))]
    entries += [entry(n, ev.ActionRecorded(kind=kinds[n % 3]), hours(n)) for n in range(2, 500)]
    taken: list[int] = []
    take = Clocks.take

    def noting(self: Clocks, one: Entry) -> None:
        taken.append(one.version)
        take(self, one)

    with monkeypatch.context() as patch:
        patch.setattr(Clocks, "take", noting)
        clocks = final_clocks(entries, LAWS)
    assert len(taken) < 20
    assert clocks.goes_on_like(folded(entries, LAWS))


def test_what_counts_as_no_work_does_not_take_the_place_of_work_before_it() -> None:
    """The last activity is that of the last action that counts, although both are of kinds that came before."""
    order = (True, False, True, False, True, True, False, False)
    entries = [entry(1, REPORT, hours(0))]
    entries += [
        entry(n, ev.ActionRecorded(kind="interview", counts=counts), hours(n))
        for n, counts in enumerate(order, 2)
    ]
    clocks = final_clocks(entries, LAWS)
    assert clocks.outline.last_activity_at == hours(7)
    assert clocks.goes_on_like(folded(entries, LAWS))
