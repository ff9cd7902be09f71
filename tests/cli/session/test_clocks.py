"""A machine whose clock is years ahead: it is asked first, and a store that it has written in is still of use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from domain.identity import case_stream
from domain.instant import DAY, SECOND
from ledger.sqlite.recorder import STEP, SQLiteRecorder
from tests.ledger.contract import ONE, row

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Clock

LISTS = (("cases",), ("stalled",), ("officers",), ("due",), ("missing",), ("detained",), ("visits",), ("audit",))
WARNING = "! the last entry was recorded 3652 d ahead of this machine's clock: longcase doctor"


@pytest.fixture
def cases(store: Path, longcase: Callable[..., Any], clock: Clock) -> Path:
    """A store with three cases of which each is stalled: reported in May, and looked at in June."""
    for name in ("A", "B", "C"):
        assert longcase("report", name, "--category", "missing").code == 0
    clock.set("2016-06-20T09:00:00Z")
    return store


def ahead(longcase: Callable[..., Any], clock: Clock) -> None:
    """Record an entry on a machine that is ten years ahead, as somebody does who says that it is right."""
    clock.set("2026-06-20T09:00:00Z")
    assert longcase("report", "LATE", "--category", "missing", "--today", "2026-06-20").code == 0
    clock.set("2016-06-20T09:00:00Z")


def listed(longcase: Callable[..., Any], *command: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(longcase(*command, "--format", "json").out)["items"]
    return found


class TestAsked:
    """A clock that is far beyond the last entry is not believed by itself."""

    def test_a_laptop_ten_years_ahead(self, cases: Path, longcase: Callable[..., Any], clock: Clock) -> None:
        """Nothing is recorded, by no command that records, and it is said why and what to do."""
        clock.set("2026-06-20T09:00:00Z")
        for command in (("act", "A", "interview"), ("report", "D", "--category", "missing"), ("act", "A", "x")):
            ran = longcase(*command)
            assert ran.code in {3, 5}
        ran = longcase("act", "A", "interview")
        assert ran.code == 5
        assert "this machine's clock says 2026-06-20T09:00:00Z, 3,683 days after the last entry" in ran.err
        assert "--today YYYY-MM-DD" in ran.err
        assert longcase("timeline", "A", "--format", "csv").out.count("\n") == 2

    @pytest.mark.parametrize(("days", "code"), [(99, 0), (101, 5)])
    def test_the_bound(
        self, cases: Path, longcase: Callable[..., Any], clock: Clock, days: int, code: int
    ) -> None:
        """A hundred days: after a long holiday nobody is asked."""
        clock.now += days * DAY - 31 * DAY
        assert longcase("act", "A", "interview").code == code

    def test_the_day_is_confirmed(self, cases: Path, longcase: Callable[..., Any], clock: Clock) -> None:
        """By the day that it is; the entry is flagged, and the next one is not asked about."""
        clock.set("2016-12-24T23:30:00Z")
        wrong = longcase("act", "A", "interview", "--today", "2016-12-25")
        assert (wrong.code, "this machine's clock shows 2016-12-24" in wrong.err) == (2, True)
        done = longcase("act", "A", "interview", "--today", "2016-12-24", "--format", "json")
        assert json.loads(done.out)["flags"] == ["clock-confirmed"]
        assert "the clock was confirmed" in done.err
        assert longcase("act", "A", "interview").code == 0
        items = listed(longcase, "timeline", "A")
        assert [item["flags"] for item in items] == [[], ["clock-confirmed"], []]

    def test_a_confirmation_that_is_not_needed_leaves_no_trace(
        self, cases: Path, longcase: Callable[..., Any]
    ) -> None:
        """As where a script always gives it."""
        assert longcase("act", "A", "interview", "--today", "2016-06-20").code == 0
        assert all(not item["flags"] for item in listed(longcase, "timeline", "A"))

    def test_an_import(self, cases: Path, longcase: Callable[..., Any], clock: Clock, tmp_path: Path) -> None:
        """Is asked in the same way, and flags the first of its entries."""
        file = tmp_path / "more.csv"
        file.write_text(
            "case,activity,time\nX-1,reported,2016-06-01T09:00:00Z\nX-2,reported,2016-06-01T09:00:00Z\n"
        )
        clock.set("2026-06-20T09:00:00Z")
        assert longcase("import", str(file)).code == 5
        assert longcase("import", str(file), "--today", "2026-06-20").code == 0
        flagged = [item for item in listed(longcase, "audit") if "clock-confirmed" in item["flags"]]
        assert len(flagged) == 1

    def test_a_demonstration(self, longcase: Callable[..., Any], clock: Clock, tmp_path: Path) -> None:
        """Is of years ago by design, and anybody may go on with it."""
        path = str(tmp_path / "demo.db")
        clock.set("2026-06-20T09:00:00Z")
        assert longcase("demo", "--store", path).code == 0
        assert longcase("act", "IMG-0417", "interview", "--store", path, "--actor", "DC 1").code == 0


class TestAhead:
    """A store whose last entry is ahead of the clock: made before this was asked, or by one who said so."""

    def test_every_list_is_whole_and_ages_go_on(
        self, cases: Path, longcase: Callable[..., Any], clock: Clock
    ) -> None:
        """What was stalled is stalled, for as long as it is; the case of 2026 is there; later all are older."""
        before = {item["reference"]: item for item in listed(longcase, "stalled")}
        assert sorted(before) == ["A", "B", "C"]
        ahead(longcase, clock)
        after = {item["reference"]: item for item in listed(longcase, "stalled")}
        assert after == before
        found = {item["reference"]: item for item in listed(longcase, "cases")}
        assert sorted(found) == ["A", "B", "C", "LATE"]
        assert (found["A"]["age_seconds"], found["LATE"]["age_seconds"]) == (31 * DAY // SECOND, 0)
        clock.now += 10 * DAY
        assert listed(longcase, "cases")[0]["age_seconds"] == 41 * DAY // SECOND

    def test_what_is_recorded_now_stalls_in_its_time(
        self, cases: Path, longcase: Callable[..., Any], clock: Clock
    ) -> None:
        """Recording goes on, with and without an instant, and new cases age by the clock."""
        ahead(longcase, clock)
        assert longcase("report", "NEW", "--category", "missing").code == 0
        assert longcase("act", "A", "interview", "--at", "now").code == 0
        assert longcase("act", "LATE", "interview").code == 0
        clock.now += 40 * DAY
        assert "NEW" in {item["reference"] for item in listed(longcase, "stalled")}
        occurred = [item["occurred_at"] for item in listed(longcase, "timeline", "A")]
        assert occurred == ["2016-05-20T10:00:00+01:00", "2016-06-20T10:00:00+01:00"]

    def test_the_same_command_again(self, cases: Path, longcase: Callable[..., Any], clock: Clock) -> None:
        """Records nothing."""
        ahead(longcase, clock)
        again = ("act", "A", "interview", "--command-id", "0" * 32, "--format", "json")
        assert [json.loads(longcase(*again).out)["repeated"] for _ in range(2)] == [False, True]

    def test_every_command_says_so(self, cases: Path, longcase: Callable[..., Any], clock: Clock) -> None:
        """In one line on standard error, whether it reads or records; none says so of a sound store."""
        for command in LISTS:
            assert "ahead of" not in longcase(*command).err
        ahead(longcase, clock)
        of_one: tuple[tuple[str, ...], ...] = (("timeline", "A"), ("show", "A"), ("act", "A", "interview"))
        every: tuple[tuple[str, ...], ...] = (*LISTS, *of_one)
        for asked in every:
            assert longcase(*asked).err.count(WARNING) == 1, asked

    def test_doctor_names_the_entry(self, cases: Path, longcase: Callable[..., Any], clock: Clock) -> None:
        """With its position, by whom, and by which way it came."""
        recorder = SQLiteRecorder.open(str(cases), lambda: 4_102_444_800 * SECOND)
        recorder.insert_events([row(ONE, 1, payload=b'{"via":"cli"}'), row(ONE, 2)])
        recorder.close()
        ran = longcase("doctor", "--format", "json")
        found = next(one for one in json.loads(ran.out)["items"] if one["check"] == "clock")
        assert ran.code == 5
        assert (
            "at position 5; the first in the future is at position 4, by PS 0088, via cli" in found["explanation"]
        )

    def test_an_instant_beyond_all_years(self, cases: Path, longcase: Callable[..., Any]) -> None:
        """As a server once took: the lists are whole, and the case can be read."""
        recorder = SQLiteRecorder.open(str(cases), lambda: 2**63 - 1)
        payload = b'{"via":"cli","reference":"Z","category":"missing"}'
        recorder.insert_events([row(case_stream("Z"), 1, topic="case.reported", payload=payload)])
        recorder.close()
        assert longcase("report", "NEW", "--category", "missing").code == 0
        assert sorted(one["reference"] for one in listed(longcase, "cases")) == ["A", "B", "C", "NEW", "Z"]
        assert sorted(one["reference"] for one in listed(longcase, "stalled")) == ["A", "B", "C"]
        for command in (("timeline", "Z"), ("show", "Z"), ("explain", "Z"), ("audit",)):
            assert longcase(*command).code == 0, command

    def test_what_was_known_before_stays(self, cases: Path, longcase: Callable[..., Any], clock: Clock) -> None:
        """Whatever was recorded since, the picture of what was known on an earlier day is what it was."""
        asked = ("cases", "--known-at", "2016-06-19", "--format", "json")
        before = longcase(*asked).out
        ahead(longcase, clock)
        assert longcase("act", "A", "interview").code == 0
        assert longcase("report", "NEW", "--category", "missing").code == 0
        assert longcase(*asked).out == before


def test_a_hundred_days() -> None:
    """What the messages and the manual say."""
    assert STEP == 100 * DAY
