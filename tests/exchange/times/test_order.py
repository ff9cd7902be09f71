"""What one time does not tell, those of its case may: the hour that clocks show twice, digits that are cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.instant import iso
from exchange.mapping.mapping import Mapping
from tests.exchange.support import outcome_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exchange.support import Outcome

CLOCKS_BACK = "2018-10-28"


def read(folder: Path, rows: list[tuple[str, str]], mapping: Mapping | None = None) -> Outcome:
    body = "".join(f"A,{name},{time}\n" for name, time in rows)
    return outcome_of(folder, f"case,activity,time\n{body}", "log.csv", mapping)


def at_change(folder: Path, hours: list[str], repeated: str | None = None) -> Outcome:
    mapping = Mapping(zone="Europe/London", repeated_hour=repeated)  # type: ignore[arg-type]  # one of three words
    return read(folder, [(hour, f"{CLOCKS_BACK} {hour}") for hour in hours], mapping)


def shown(found: Outcome) -> list[tuple[str, str]]:
    return [(one.activity, iso(one.occurred_at)[11:16]) for one in found.events]


def test_the_order_of_the_file_settles_a_time_that_the_clocks_showed_twice(tmp_path: Path) -> None:
    """Where it can be the order of time, and leaves one way only."""
    found = at_change(tmp_path, ["00:40", "01:45", "01:15", "02:10"])
    assert shown(found) == [("00:40", "23:40"), ("01:45", "00:45"), ("01:15", "01:15"), ("02:10", "02:10")]
    assert found.notes == []


@pytest.mark.parametrize(
    ("hours", "lines"),
    [(["00:40", "01:20", "02:10"], "3"), (["01:20", "01:50"], "2, 3"), (["02:10", "01:50", "01:20"], "3, 4")],
)
def test_what_it_does_not_settle_is_the_first_and_told_by_its_line(
    tmp_path: Path, hours: list[str], lines: str
) -> None:
    """Both instants fit, or the file is in another order than that of time."""
    found = at_change(tmp_path, hours)
    assert all(
        one.occurred_at % (24 * 3_600_000_000) < 3_600_000_000 for one in found.events if "01" in one.activity
    )
    (note,) = found.notes
    assert f"twice (line {lines}); the first was taken, which is a guess" in note
    assert 'repeated_hour = "first", "second" or "refuse"' in note


@pytest.mark.parametrize(("repeated", "hour"), [("first", "00:20"), ("second", "01:20")])
def test_a_mapping_says_which_is_meant(tmp_path: Path, repeated: str, hour: str) -> None:
    found = at_change(tmp_path, ["00:40", "01:20", "02:10"], repeated)
    assert dict(shown(found))["01:20"] == hour
    assert found.notes == []


def test_a_mapping_refuses_them(tmp_path: Path) -> None:
    found = at_change(tmp_path, ["00:40", "01:20"], "refuse")
    assert found.lines == [3]
    both = "it is 2018-10-28T01:20:00+01:00 or 2018-10-28T01:20:00+00:00"
    assert f"was shown twice by the clocks in Europe/London: {both}" in found.refusals[0].reason


def test_the_time_of_recording_has_no_order_that_settles_it(tmp_path: Path) -> None:
    content = f"case,activity,time,entered\nA,a,2018-10-27T12:00Z,{CLOCKS_BACK} 01:20\n"
    found = outcome_of(tmp_path, content, "log.csv", Mapping(recorded="entered", zone="Europe/London"))
    assert "showed one of its times twice (line 2)" in found.notes[0]


@pytest.mark.parametrize(
    ("texts", "mapping"),
    [
        ([f"2021-03-04T05:06:07.123456{rest}Z" for rest in ("78", "011", "7")], None),
        (
            [f"2021-03-04 05:06:07.123456{rest}" for rest in ("78", "011", "7")],
            Mapping(time_format="%Y-%m-%d %H:%M:%S.%f", zone="UTC"),
        ),
        ([f"1614834367123456{rest}" for rest in ("780", "011", "700")], Mapping(unit="ns")),
        ([f"1614834367.123456{rest}" for rest in ("78", "011", "7")], Mapping(unit="s")),
    ],
)
def test_digits_beyond_the_microsecond_keep_their_order(
    tmp_path: Path, texts: list[str], mapping: Mapping | None
) -> None:
    """The instant is cut, and the events are in the order of the digits that were."""
    found = read(tmp_path, list(zip(("third", "first", "second"), texts, strict=True)), mapping)
    assert [one.activity for one in found.events] == ["first", "second", "third"]
    assert len({one.occurred_at for one in found.events}) == 1
    assert [one.place for one in found.events] == [1, 2, 0]
