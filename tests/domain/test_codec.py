"""What is stored stays readable for ever: topics, samples of every version of every event, upcasts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from domain import codec
from domain.cases import events
from domain.codec import Unreadable, decode, encode, of_today, schema_of, topics
from domain.event import ENVELOPE, Event, Origin
from domain.origins import shortened

PINNED = [
    "case.action-recorded",
    "case.allocated",
    "case.closure-refused",
    "case.closure-requested",
    "case.disclosed",
    "case.entry-corrected",
    "case.entry-retracted",
    "case.escalated",
    "case.escalation-accepted",
    "case.escalation-answered",
    "case.escalation-rejected",
    "case.graded",
    "case.linked",
    "case.paused",
    "case.reopened",
    "case.reported",
    "case.resolved",
    "case.restricted",
    "case.resumed",
    "case.returned",
    "case.risk-assessed",
    "case.unlinked",
    "case.unrestricted",
    "case.warrant-executed",
    "case.warrant-granted",
    "case.warrant-refused",
    "case.warrant-sought",
    "case.warrant-withdrawn",
    "inspection.closed",
    "inspection.disclosed",
    "inspection.opened",
    "inspection.sampled",
    "officer.absent",
    "officer.accreditation-lapsed",
    "officer.accredited",
    "officer.back",
    "officer.enrolled",
    "officer.left",
    "officer.moved",
    "projection.entry-skipped",
    "rulebook.adopted",
]
"""Every name that any store may hold. A line is added for a new event; none is ever changed or taken out."""

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))


def sample(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def event_of(stored: dict[str, Any]) -> Event:
    """Return the event of a sample; one whose origin is in short says when it occurred."""
    at = stored.get("occurred_at", 0)
    return decode(stored["topic"], stored["schema"], stored["payload"].encode(), at)


def spelled_out(event: Event) -> dict[str, Any]:
    """Return every field of an event, those at their default too, as plain data."""
    values = msgspec.structs.asdict(event)
    if event.origin is not None:
        values["origin"] = msgspec.structs.asdict(event.origin)
    found: dict[str, Any] = json.loads(msgspec.json.encode(values))
    return found


def pinned_part(found: Any, pinned: Any) -> Any:
    """Return of ``found`` what ``pinned`` has a value for: a field added later is no change to the others."""
    if isinstance(found, dict) and isinstance(pinned, dict):
        return {name: pinned_part(found[name], pinned[name]) for name in pinned}
    return found


def test_every_topic_is_pinned() -> None:
    """A renamed topic would make every stored entry of its kind unreadable."""
    assert sorted(topics()) == PINNED


def test_every_version_of_every_event_has_a_sample() -> None:
    """Two at least: one with every field, one with none but the required."""
    stored = {(one["topic"], one["schema"]) for one in map(sample, SAMPLES)}
    wanted = {(topic, schema) for topic in topics() for schema in range(1, topics()[topic].SCHEMA + 1)}
    assert stored == wanted


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_a_stored_payload_means_what_it_meant(path: Path) -> None:
    """The samples were written once and are never written again."""
    stored = sample(path)
    event = event_of(stored)
    assert type(event) is topics()[stored["topic"]]
    assert pinned_part(spelled_out(event), stored["value"]) == stored["value"]


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_today_writes_the_same_bytes(path: Path) -> None:
    """For the current version of an event: the leaf hash of the same event is the same."""
    stored = sample(path)
    event = shortened(event_of(stored), stored.get("occurred_at", 0))
    if of_today(type(event), stored["schema"]):
        assert (schema_of(event), encode(event).decode()) == (stored["schema"], stored["payload"])


@pytest.mark.parametrize("topic", PINNED)
def test_an_event_has_its_envelope_and_names_its_fixed_fields(topic: str) -> None:
    """What no correction may change is one of its own fields."""
    kind = topics()[topic]
    fields = set(kind.__struct_fields__)
    assert fields >= ENVELOPE
    assert fields - ENVELOPE >= kind.FIXED


def test_personal_text_is_marked_in_its_type() -> None:
    """What describes a person can be found without a list of fields beside the events."""
    marked = {
        f"{topic}.{field.name}"
        for topic, kind in topics().items()
        for field in msgspec.structs.fields(kind)
        if "personal" in repr(field.type)
    }
    assert {"case.reported.summary", "case.action-recorded.text", "case.escalated.concern"} <= marked
    assert "case.action-recorded.child" in marked
    assert {f"{topic}.reason" for topic in topics()} <= marked
    assert not {"case.allocated.officer", "case.reported.reference"} & marked


def test_equal_events_have_equal_bytes() -> None:
    """The order in which attributes came does not matter."""
    one = events.ActionRecorded(kind="x", attributes={"b": "1", "a": "2"})
    other = events.ActionRecorded(kind="x", attributes={"a": "2", "b": "1"})
    assert encode(one) == encode(other)


def test_the_source_of_an_import_survives() -> None:
    """With its own text of the time, to the letter."""
    origin = Origin("log", "C 1", 3, "2016-02-30T??", recorded_at=-5)
    event = events.Reopened(origin=origin)
    assert decode("case.reopened", 1, encode(event), 0) == event


class Moved(Event, frozen=True, kw_only=True):
    """A made-up event in its third shape."""

    TOPIC: ClassVar[str] = "test.moved"
    SCHEMA: ClassVar[int] = 3
    to: str
    floor: int


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know the made-up event, whose first shape had ``where`` and whose second had no ``floor``."""
    monkeypatch.setitem(topics(), "test.moved", Moved)

    def renamed(data: dict[str, Any]) -> dict[str, Any]:
        return {"to" if name == "where" else name: value for name, value in data.items()}

    monkeypatch.setitem(codec.UPCASTS, ("test.moved", 1), renamed)
    monkeypatch.setitem(codec.UPCASTS, ("test.moved", 2), lambda data: {**data, "floor": 0})


@pytest.mark.usefixtures("moved")
@pytest.mark.parametrize(
    ("schema", "payload", "expected"),
    [
        (1, b'{"where":"annexe","reason":"flood"}', Moved(to="annexe", floor=0, reason="flood")),
        (2, b'{"to":"annexe"}', Moved(to="annexe", floor=0)),
        (3, b'{"to":"annexe","floor":2}', Moved(to="annexe", floor=2)),
    ],
)
def test_an_old_shape_is_upcast_step_by_step_when_it_is_read(
    schema: int, payload: bytes, expected: Event
) -> None:
    """Nothing stored is rewritten."""
    assert decode("test.moved", schema, payload, 0) == expected


@pytest.mark.usefixtures("moved")
@pytest.mark.parametrize(
    ("topic", "schema", "payload", "words"),
    [
        (
            "case.never-heard-of",
            1,
            b"{}",
            "case.never-heard-of is no event that this version of Longcase knows",
        ),
        ("case.reopened", 3, b"{}", "schema 3, and this version of Longcase knows 2 at most"),
        ("test.moved", 0, b"{}", "test.moved of schema 0 is none that this version"),
        ("test.moved", 4, b"{}", "knows 3 at most"),
        ("test.moved", 1, b"{", "the payload is no test.moved"),
        ("test.moved", 2, b'{"to":5}', "the payload is no test.moved: Expected `str`"),
        ("case.risk-assessed", 1, b"{}", "missing required field `risk`"),
        ("case.risk-assessed", 1, b'{"risk":"severe"}', "Invalid enum value - at"),
        ("case.risk-assessed", 1, b"", "the payload is no case.risk-assessed"),
        ("case.risk-assessed", 1, b"null", "Expected `object`, got `null`"),
        ("case.reported", 1, b'{"reference":"\xff"}', "the payload is no case.reported"),
        ("case.reported", 1, b'{"reference":"R","children":-1}', "Expected `int` >= 0"),
        ("case.paused", 1, b'{"authorised_by":"x","review_on":"soon"}', "the payload is no case.paused"),
        (
            "case.entry-corrected",
            1,
            b'{"entry":1,"values":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
            "the payload is no case.entry-corrected",
        ),
    ],
)
def test_what_cannot_be_read_says_why(topic: str, schema: int, payload: bytes, words: str) -> None:
    """One kind of error, whatever is wrong with the bytes."""
    with pytest.raises(Unreadable) as caught:
        decode(topic, schema, payload, 0)
    assert words in str(caught.value)
