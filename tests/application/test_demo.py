"""The invented cases: the same every time, nothing impossible in them, and each misfortune on its day."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from application.app import Longcase
from application.commands import cases
from application.demo import player
from application.demo.force import TEAMS
from application.demo.neglect_cases import NEGLECTED
from application.demo.player import perform
from application.demo.script import Act, when
from application.envelope import Envelope
from domain.axes import Axes
from domain.cases.belief import believe
from domain.cases.flags import flags
from domain.errors import Conflict, Refused
from domain.identity import case_stream
from domain.instant import DAY, SECOND
from domain.rulebook.model import CAUSES
from ledger.entry import leaf_hash_v1
from ledger.sqlite.recorder import SQLiteRecorder
from projections.queries import cases as population
from projections.queries.cases import CaseQuery
from projections.queries.stalled import StalledQuery, stalled
from projections.runner.runner import Runner
from projections.views.case_view import CaseView
from projections.views.state import state
from tests.entries import case_entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.event import Entry
    from ledger.recorder import LedgerRecorder
    from projections.queries.stalled import Stalled, StalledCases
    from projections.views.timeline import Item

ROOT = Path(__file__).resolve().parent.parent.parent
EVE = when("2016-05-17 23:59")
END = when("2016-08-31 23:59")
TELLING_STALLED = {"IMG-0417", "CSE-0083", "DVW-0150", "CHB-0212", "CUS-0061", "MIS-0291", "MIS-0305"}
"""Of the eight telling cases, those that wait too long on some evening."""

ELSEWHERE = """
from tests.application.test_demo import digest, performed
app = performed()
print(digest(app.ledger))
"""


def performed() -> Longcase:
    app = Longcase(SQLiteRecorder.in_memory())
    perform(app)
    return app


def digest(ledger: LedgerRecorder) -> str:
    rows: list[Any] = list(ledger.select_notifications(None, 1 << 40))
    return hashlib.sha256(b"".join(map(leaf_hash_v1, rows))).hexdigest()


@pytest.fixture(scope="module")
def app() -> Iterator[Longcase]:
    app = performed()
    yield app
    app.close()


def listed(app: Longcase, as_at: int, known_at: int = END, **filters: Any) -> dict[str, Item]:
    runner = Runner(app.ledger)
    runner.catch_up()
    found = population.cases(runner, CaseQuery(Axes(as_at, known_at), **filters)).items
    return {item["reference"]: item for item in found}


def seen(app: Longcase, reference: str, as_at: int = END, known_at: int = END) -> Item:
    found = state(CaseView(case_entries(app.ledger, reference), Axes(as_at, known_at)))
    assert found is not None
    return found


def moments(app: Longcase, reference: str, name: str) -> list[int]:
    entries = case_entries(app.ledger, reference)
    return [one.occurred_at for one in entries if name in (one.name, getattr(one.event, "kind", None))]


def days_until(app: Longcase, reference: str, name: str) -> int:
    return (moments(app, reference, name)[0] - moments(app, reference, "reported")[0]) // DAY


def entry_flags(app: Longcase, reference: str, version: int) -> list[str]:
    return flags(believe(case_entries(app.ledger, reference))).get(version, [])


def histories(app: Longcase) -> dict[str, list[Entry]]:
    return {one: case_entries(app.ledger, one) for one in listed(app, END)}


@pytest.fixture(scope="module")
def evenings(app: Longcase) -> dict[str, StalledCases]:
    """Return, for the end of each day from March to August, what was stalled."""
    runner = Runner(app.ledger)
    runner.catch_up()
    days = [(date(2016, 3, 1) + timedelta(days=number)).isoformat() for number in range(184)]
    return {day: stalled(runner, StalledQuery(Axes(when(f"{day} 23:59"), END))) for day in days}


def share(answer: StalledCases) -> float:
    return len(answer.cases) / answer.open


def on(evenings: dict[str, StalledCases], day: str) -> dict[str, Stalled]:
    return {one.reference: one for one in evenings[day].cases}


def test_the_scenario_is_the_same_every_time(app: Longcase) -> None:
    """Every header, payload and time is equal, also in a process with other hashes in another time zone."""
    settings = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ELSEWHERE]
    done = subprocess.run(command, env=settings, cwd=ROOT, capture_output=True, text=True, check=True)
    again = performed()
    assert digest(again.ledger) == digest(app.ledger) == done.stdout.strip()


def test_it_is_this_edition(app: Longcase) -> None:
    """Whoever changes what is told makes another edition of it, so that no store is shown as what it is not."""
    assert (player.EDITION, app.ledger.head()[0]) == ("2016, third edition", 2274)


def test_the_stalled_cases_are_the_exception(evenings: dict[str, StalledCases]) -> None:
    """Of some forty open cases ten to fifteen matter, and on no evening is it half of them."""
    for day in ("2016-05-20", "2016-08-31"):
        assert 10 <= len(evenings[day].cases) <= 16
        assert 0.2 <= share(evenings[day]) <= 0.35
    assert max(map(share, evenings.values())) < 0.5


def test_whoever_keeps_to_the_rulebook_has_no_stalled_case(evenings: dict[str, StalledCases]) -> None:
    """Between March and August only the telling cases and the neglected ones ever wait too long."""
    ever = {one.reference for answer in evenings.values() for one in answer.cases}
    assert ever >= TELLING_STALLED
    assert len(ever - TELLING_STALLED) <= len(NEGLECTED)


def test_every_cause_is_found_in_some_month(evenings: dict[str, StalledCases]) -> None:
    """Each of the fourteen but for those of a case closed on a child, and in no month fewer than five of them."""
    months: dict[str, set[str]] = {}
    for day, answer in evenings.items():
        found = {cause.cause for one in answer.cases for cause in one.causes}
        months.setdefault(day[:7], set()).update(found)
    assert set().union(*months.values()) == set(CAUSES) - {"child-missing", "child-detained"}
    assert min(map(len, months.values())) >= 5


def test_one_team_is_worse_than_the_others(evenings: dict[str, StalledCases]) -> None:
    """Lyra has more stalled cases than any other team, in May and in August."""
    for day in ("2016-05-20", "2016-08-31"):
        teams = [one.team for one in on(evenings, day).values()]
        assert max(TEAMS, key=teams.count) == "Lyra"
        assert len(set(teams) & set(TEAMS)) == len(TEAMS)


def test_m12_harm_stands_beside_the_delay_in_which_it_happened(
    evenings: dict[str, StalledCases],
) -> None:
    """Evidence was lost and a girl was hurt while their cases waited."""
    waiting = [one for answer in evenings.values() for one in answer.cases]
    harms = {(one.reference, kind) for one in waiting for kind, _ in one.harms}
    kinds = [kind for _, kind in harms]
    assert (kinds.count("evidence-lost"), kinds.count("further-harm")) == (1, 2)


def test_m7_two_offenders_are_not_visited_and_nobody_was_told(
    evenings: dict[str, StalledCases],
) -> None:
    """Both in May, both overdue and never briefed."""
    both = {"offender-visit", "neighbourhood-briefed"}
    found = [one for one in on(evenings, "2016-05-20").values() if both <= {each.standard for each in one.causes}]
    assert [one.category for one in found] == ["offender-management"] * 2


def test_it_has_some_hundred_cases(app: Longcase) -> None:
    """Enough to lose one in, few enough to read."""
    assert 120 <= len(listed(app, END)) <= 150


def test_it_was_recorded_in_2016(app: Longcase) -> None:
    """The ledger took each entry on its own day, in order, and none of them before it happened."""
    rows = app.ledger.connection.execute("SELECT occurred_at, recorded_at FROM entry ORDER BY position")
    times = rows.fetchall()
    recorded = [at for _, at in times]
    assert recorded == sorted(recorded)
    assert when("2016-01-01 00:00") <= recorded[0] < recorded[-1] <= END
    assert all(occurred_at <= recorded_at for occurred_at, recorded_at in times)


def test_nothing_in_it_is_impossible(app: Longcase) -> None:
    """Irregular is telling; unfounded or forbidden would be a fault of the story."""
    found = {
        flag for entries in histories(app).values() for each in flags(believe(entries)).values() for flag in each
    }
    assert found == {
        "actor-absent",
        "after-resolution",
        "corrected-by-another",
        "late",
        "corrected",
        "retracted",
        "owner-unaccredited",
        "owner-absent",
        "owner-left",
    }


def test_it_is_recorded_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that fails on the way leaves an empty ledger, and the usual clocks."""
    app = Longcase(SQLiteRecorder.in_memory())
    acts = player.script()
    report = next(act for act in acts if act.command is cases.report)
    faulty: list[Act] = [*acts[:100], report, *acts[100:]]
    monkeypatch.setattr(player, "script", lambda: faulty)
    usual = app.clock, app.ledger.clock
    with pytest.raises(Refused):
        perform(app)
    assert app.ledger.head()[0] == 0
    assert (app.clock, app.ledger.clock) == usual


def test_a_ledger_with_entries_is_left_alone(app: Longcase) -> None:
    """The scenario begins with nothing, and is never mixed with somebody's cases."""
    before = digest(app.ledger)
    with pytest.raises(Conflict, match="holds entries already"):
        perform(app)
    assert digest(app.ledger) == before


def test_afterwards_time_is_now_again() -> None:
    """What somebody records in the store later is recorded on their own day."""
    app = performed()
    receipt = cases.act(app, "IMG-0417", "note", Envelope("DC 1417"))
    assert receipt.entry.recorded_at > when("2025-01-01 00:00")


def test_m1_a_warrant_after_96_days_and_its_execution_after_three_months_more(app: Longcase) -> None:
    """On the eve it leads the idle list; the search comes three months to the day after the escalation."""
    assert days_until(app, "IMG-0417", "warrant-sought") == 96
    (escalated,), (executed,) = (moments(app, "IMG-0417", one) for one in ("escalated", "warrant-executed"))
    assert (escalated, executed) == (when("2016-05-19 09:30"), when("2016-08-19 06:40"))
    idle = listed(app, EVE, open=True, idle_before=EVE - 30 * DAY, sort="-idle_seconds")
    assert next(iter(idle)) == "IMG-0417"
    assert idle["IMG-0417"]["idle_seconds"] // (DAY // SECOND) == 95


def test_m1_it_leads_the_stalled_cases(evenings: dict[str, StalledCases]) -> None:
    """98 days it has waited on 20 May, 97 too long; when the search was made nothing waits any more."""
    first = next(iter(on(evenings, "2016-05-20").values()))
    assert first.reference == "IMG-0417"
    waited = when("2016-05-20 23:59")
    assert [(waited - at) // DAY for at in (first.waiting_since, first.overdue_since)] == [98, 97]
    assert "IMG-0417" not in on(evenings, "2016-08-31")


def test_m2_seventeen_days_without_an_owner_and_two_grades(app: Longcase) -> None:
    """Until 20 May nobody has it; the force calls its work good, the inspectorate inadequate."""
    assert days_until(app, "CSE-0083", "allocated") == 17
    assert "CSE-0083" in listed(app, EVE, open=True, unallocated=True)
    grades = seen(app, "CSE-0083")["oversight"]["grades"]
    assert [(one["by"], one["grade"]) for one in grades] == [("force", "good"), ("inspectorate", "inadequate")]


def test_m3_a_child_who_saw_it_and_was_not_seen(app: Longcase) -> None:
    """76 days until she was; the discussion that was never held hid it from that day's list."""
    assert days_until(app, "DVW-0150", "child-seen") == 76
    idle = {"open": True, "idle_before": EVE - 30 * DAY}
    assert "DVW-0150" in listed(app, EVE, **idle)
    assert "DVW-0150" not in listed(app, EVE, EVE, **idle)


def test_m4_an_owner_without_the_accreditation(app: Longcase) -> None:
    """The allocation is stored and flagged for ever; the next owner is accredited."""
    allocated = [one for one in case_entries(app.ledger, "CHB-0212") if one.name == "allocated"]
    first, second = (entry_flags(app, "CHB-0212", one.version) for one in allocated)
    assert "owner-unaccredited" in first
    assert "owner-unaccredited" not in second


def test_m5_a_child_in_a_cell(app: Longcase) -> None:
    """Held on the eve, with no other place asked for: the request that was entered later was never made."""
    steps = seen(app, "CUS-0061", EVE)["safeguarding"]["steps"]
    assert "detained" in steps
    assert steps.keys().isdisjoint({"released", "transferred", "accommodation-requested"})
    claimed = seen(app, "CUS-0061", EVE + 3 * DAY, when("2016-06-01 12:00"))["safeguarding"]["steps"]
    assert claimed["accommodation-requested"]["count"] == 1


def test_m6_a_missing_child_spoken_to_too_late(app: Longcase) -> None:
    """Found after two days, spoken to a week later; another one never."""
    (found,), (spoken,) = (moments(app, "MIS-0291", one) for one in ("found", "return-interview"))
    assert (spoken - found) // DAY == 7
    assert moments(app, "MIS-0305", "found")
    assert moments(app, "MIS-0305", "return-interview") == []


def test_officers_join_leave_and_are_away(app: Longcase) -> None:
    """The register has a life of its own beside the cases."""
    topics = {row[0] for row in app.ledger.connection.execute("SELECT DISTINCT topic FROM entry").fetchall()}
    verbs = ("enrolled", "accredited", "accreditation-lapsed", "absent", "back", "moved", "left")
    assert {f"officer.{verb}" for verb in verbs} <= topics


def test_every_case_has_a_stream_of_its_own(app: Longcase) -> None:
    """No two stories share a reference."""
    references = listed(app, END)
    assert len({case_stream(one) for one in references}) == len(references)
