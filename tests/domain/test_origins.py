"""An origin is stored in short where the entry says the rest, and is read as it was."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cases.events import ActionRecorded
from domain.codec import Unreadable, decode, encode, schema_of
from domain.event import Event, Origin
from domain.instant import EARLIEST, FOREVER, from_datetime
from domain.origins import shortened, zone_of_text

AT = from_datetime(datetime.fromisoformat("2006-08-02T00:00:00+02:00"))
TIME = "2006-08-02T00:00:00+02:00"


def imported(origin: Origin, via: str | None = "import") -> Event:
    return ActionRecorded(kind="Create Fine", via=via, origin=origin)


def written_texts() -> st.SearchStrategy[str]:
    """Texts of times as sources have them: mostly in the ISO form, with or without a fraction."""
    zones = st.integers(-14 * 60, 14 * 60).map(lambda east: timezone(timedelta(minutes=east)))
    moments = st.datetimes(timezones=zones)
    forms = st.sampled_from(["seconds", "milliseconds", "microseconds"])
    iso = st.builds(lambda moment, form: moment.isoformat(timespec=form), moments, forms)
    return st.one_of(iso, iso.map(lambda text: text.replace("+00:00", "Z")), st.text(max_size=40))


@given(
    written_texts(),
    st.integers(EARLIEST, FOREVER),
    st.one_of(st.none(), st.integers(EARLIEST, FOREVER)),
    st.sampled_from(["import", "cli", None]),
    st.one_of(st.none(), st.text()),
)
def test_every_origin_is_read_as_it_was_written(
    text: str, instant: int, recorded_at: int | None, via: str | None, by: str | None
) -> None:
    """Whatever the text of its time and since when it was known, and the same event has the same bytes."""
    try:
        at = from_datetime(datetime.fromisoformat(text))
    except ValueError:
        at = instant
    for known in (at, recorded_at):
        event = imported(Origin("log", "C 1", 3, text, known, by), via)
        stored = shortened(event, at)
        payload = encode(stored)
        again = decode(event.TOPIC, schema_of(stored), payload, at)
        assert again == event
        assert encode(shortened(again, at)) == payload


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2006-08-02T00:00:00+02:00", 120),
        ("2006-08-01T18:30:00-03:30", -210),
        ("2006-08-01T22:00:00+00:00", 0),
        ("2006-08-01T22:00:00Z", "Z"),
        ("2006-08-02T00:00:00.000+02:00", ".000+02:00"),
        ("2006-08-01T22:00:00-00:00", "-00:00"),
        ("2006-08-01 22:00:00Z", None),
        ("2006-08-02T00:00:00", None),
        ("2006-08-02T00:00+02:00", None),
        ("2006-08-02", None),
        ("", None),
        ("2006-08-02T00:00:01+02:00", None),
    ],
)
def test_the_offset_is_all_that_is_kept_of_a_time_in_the_iso_form(text: str, zone: int | str | None) -> None:
    """A text of another form, or of another instant, is kept whole."""
    assert zone_of_text(text, AT) == zone


def test_what_is_stored_is_json_without_what_the_entry_says() -> None:
    """The way, the time and since when it was known are those of the entry."""
    stored = shortened(imported(Origin("fines", "A100", 0, TIME, AT, "DC 9")), AT)
    assert encode(stored) == b'{"from":["fines","A100",0,120,"DC 9"],"kind":"Create Fine"}'
    assert schema_of(stored) == 2


@pytest.mark.parametrize(
    "event",
    [
        ActionRecorded(kind="call"),
        imported(Origin("fines", "A100", 0, TIME, AT), via="cli"),
        imported(Origin("fines", "A100", 0, TIME, AT), via=None),
        imported(Origin("fines", "A100", 0, TIME, AT + 1)),
        imported(Origin("fines", "A100", 0, TIME)),
        imported(Origin("fines", "A100", 0, "2 August", AT)),
    ],
)
def test_what_says_more_is_stored_as_earlier_versions_read_it(event: Event) -> None:
    """Under the schema that they know."""
    assert shortened(event, AT) is event
    assert schema_of(event) == 1


@pytest.mark.parametrize(
    ("schema", "payload"),
    [
        (1, b'{"from":["fines","A100",0,120],"kind":"x"}'),
        (2, b'{"from":["fines","A100",0,"noon"],"kind":"x"}'),
        (2, b'{"from":["fines","A100",0,99999999999999999999],"kind":"x"}'),
        (2, b'{"from":["fines","A100",0,120],"via":"import","kind":"x"}'),
        (2, b'{"from":["fines","A100",0,120],"origin":["fines","A100",0],"kind":"x"}'),
    ],
)
def test_an_origin_that_nothing_wrote_is_refused(schema: int, payload: bytes) -> None:
    """Two versions would read two things, or none."""
    with pytest.raises(Unreadable, match=r"the payload is no case\.action-recorded"):
        decode(ActionRecorded.TOPIC, schema, payload, AT)


def test_an_event_that_was_read_has_no_origin_in_short() -> None:
    """So that two events that say the same are equal, however they were stored."""
    event = imported(Origin("fines", "A100", 0, TIME, AT))
    again = decode(event.TOPIC, 2, encode(shortened(event, AT)), AT)
    assert msgspec.structs.asdict(again)["short_origin"] is None
