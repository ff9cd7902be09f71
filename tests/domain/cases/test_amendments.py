"""Which corrections and retractions make sense, and what a typed value means."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from domain.cases import events as ev
from domain.cases.amendments import check_correction, check_retraction, correctable, read_value, root, target
from domain.codec import decode, topics
from domain.errors import Refused
from domain.event import ENVELOPE, Entry, Event
from tests.clock import hours
from tests.domain.scene import Scene, entry

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTION = ev.ActionRecorded(kind="child-seen")


def sample_of(topic: str) -> Event:
    """Return some event of a topic."""
    path = Path(__file__).parents[1] / "samples" / f"{topic}.1.least.json"
    stored = json.loads(path.read_text("utf-8"))
    return decode(topic, 1, stored["payload"].encode(), 0)


def test_every_field_of_an_event_but_its_identity_is_correctable() -> None:
    """The envelope says who acted and stays as it is; when it occurred may be wrong."""
    for topic, kind in topics().items():
        own = set(kind.__struct_fields__) - ENVELOPE - kind.FIXED
        assert set(correctable(sample_of(topic))) == {"occurred_at", *own}, topic


def test_nobody_decides_by_a_correction_what_counts_as_activity() -> None:
    """Whether a kind counts is the vocabulary's to say."""
    assert "counts" not in correctable(ACTION)
    assert "by" not in correctable(ev.Graded(by="force", grade="good"))


@pytest.mark.parametrize(
    ("event", "field", "text", "value"),
    [
        (ev.Reported(reference="R"), "children", "3", 3),
        (ev.Reported(reference="R"), "children", "", None),
        (ev.Reported(reference="R"), "ages", "9, 11", [9, 11]),
        (ev.Reported(reference="R"), "ages", "", []),
        (ev.Reported(reference="R"), "summary", "null and void", "null and void"),
        (ev.RiskAssessed(risk="low"), "risk", "very high", "very high"),
        (ev.Escalated(escalation="E1", concern="c"), "immediate", "true", True),
        (ev.Restricted(to=("a",)), "to", "DC 1, DC 2", ["DC 1", "DC 2"]),
        (ev.Paused(authorised_by="a"), "review_on", "2016-03-01", "2016-03-01"),
    ],
)
def test_a_typed_value_is_read_as_what_the_field_holds(
    event: Event, field: str, text: str, value: object
) -> None:
    """Empty text is no value, where there may be none."""
    assert read_value(event, field, text) == value


@pytest.mark.parametrize(
    ("event", "field", "text"),
    [
        (ev.Reported(reference="R"), "children", "two"),
        (ev.Reported(reference="R"), "ages", "9; 11"),
        (ev.RiskAssessed(risk="low"), "risk", ""),
        (ev.Allocated(officer="a"), "officer", ""),
        (ev.Paused(authorised_by="a"), "review_on", "1 March"),
        (ACTION, "attributes", "a=b"),
    ],
)
def test_what_is_no_value_of_the_field_is_refused(event: Event, field: str, text: str) -> None:
    """With the field's name."""
    with pytest.raises(Refused, match=re.escape(f"{text!r} is no {field}")):
        read_value(event, field, text)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": 5}, "that is no action-recorded: Expected `str`, got `int`"),
        ({"occurred_at": "soon"}, "occurred_at"),
        ({"occurred_at": None}, "occurred_at"),
        ({"kind": "x", "colour": "red"}, "colour of action-recorded cannot be corrected"),
    ],
)
def test_a_correction_leaves_an_entry_that_can_be_read(values: dict[str, object], words: str) -> None:
    """Whoever calls, and whatever the values are: the fold is total because of this."""
    with pytest.raises(Refused, match=re.escape(words)):
        check_correction(Scene().given(ACTION).entries, 2, values)


def test_what_is_retracted_is_not_amended_until_it_is_back() -> None:
    """And then it is."""
    scene = Scene().given(ACTION, ev.EntryRetracted(entry=2))
    with pytest.raises(Refused, match="entry 2 is retracted already, by entry 3"):
        check_retraction(scene.entries, 2)
    with pytest.raises(Refused, match="so there is nothing to correct"):
        check_correction(scene.entries, 2, {"outcome": "x"})
    scene.given(ev.EntryRetracted(entry=3))
    check_retraction(scene.entries, 2)
    check_correction(scene.entries, 2, {"outcome": "x", "occurred_at": hours(1)})


def test_an_amendment_is_retracted_and_never_corrected() -> None:
    """A correction that was wrong is taken back, and made again."""
    scene = Scene().given(ACTION, ev.EntryCorrected(entry=2, values={"outcome": "x"}))
    check_retraction(scene.entries, 3)
    with pytest.raises(Refused, match="entry 3 is itself a entry-corrected") as caught:
        check_correction(scene.entries, 3, {"values": {}})
    assert caught.value.hints == ("longcase retract REF 3",)


@pytest.mark.parametrize("version", [-1, 0, 3])
def test_an_entry_that_is_not_there_is_named(version: int) -> None:
    """With those that are."""
    with pytest.raises(Refused, match=f"the case has no entry {version}: its entries are 1 to 2"):
        target(Scene().given(ACTION).entries, version)


def test_the_report_stays() -> None:
    """Everything else rests on it."""
    with pytest.raises(Refused, match="the report itself cannot be retracted"):
        check_retraction(Scene().entries, 1)


@pytest.mark.parametrize("named", [(3, 2), (2, 2)])
def test_entries_that_amend_themselves_or_each_other_are_about_nothing(named: tuple[int, int]) -> None:
    """A file may bring such; whoever asks what they are about gets an answer, and flags are still read."""
    events = [ev.EntryRetracted(entry=number, reason="a slip") for number in named]
    scene = Scene().given(*events).given(ev.Resolved(outcome="x"))
    with pytest.raises(Refused, match="which is not an earlier one"):
        root(scene.entries, scene.entries[1])
    assert scene.flags()[2] == ["retracted"]


def test_an_entry_is_looked_up_and_not_looked_for() -> None:
    """By its version, whether or not entries before it are left out."""

    class Looked(list[Entry]):
        """A list that cannot be read from the beginning."""

        def __iter__(self) -> Iterator[Entry]:
            raise AssertionError

    entries = Looked(entry(version, ev.ActionRecorded(kind="arrest"), version) for version in range(1, 400, 3))
    assert [target(entries, version).version for version in (1, 4, 397)] == [1, 4, 397]
    for version in (0, 2, 399, 400):
        with pytest.raises(Refused, match=f"the case has no entry {version}"):
            target(entries, version)
