"""The standard ``closure-decision``: a closure that was asked for is decided in time, or every list says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Clock

    Longcase = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("asked")


@pytest.fixture
def asked(longcase: Longcase, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closure of a case was asked for on a Monday, in a store of the newest edition."""
    monkeypatch.setenv("LONGCASE_STORE", str(tmp_path / "own.db"))
    longcase("init", "--zone", "Europe/London")
    clock.set("2016-05-02T09:00:00Z")
    longcase("report", "CL-1", "--category", "other", "--risk", "low", "--actor", "PS 0088")
    longcase("allocate", "CL-1", "DC 1417", "--actor", "PS 0088")
    clock.set("2016-05-09T09:00:00Z")
    longcase("request-closure", "CL-1", "--outcome", "no further action", "--actor", "DC 1417")


def items(longcase: Longcase, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(longcase(*words, "--format", "json").out)["items"]
    return [one for one in found if one.get("standard", "closure-decision") == "closure-decision"]


def test_it_is_due_five_working_days_later(longcase: Longcase) -> None:
    """Until then what falls due and what comes next have it, with both commands that decide."""
    (coming,) = items(longcase, "next", "--within", "10d")
    assert coming["due"] == "2016-05-17T00:00:00+01:00"
    assert coming["command"] == "longcase refuse-closure CL-1 --grounds TEXT"
    assert coming["alternatives"] == ["longcase resolve CL-1 --outcome TEXT"]
    (due,) = items(longcase, "due", "--within", "10d")
    assert "closure-decision" in [one["standard"] for one in due["causes"]]
    (clock,) = items(longcase, "clocks")
    assert (clock["state"], clock["started_at"]) == ("running", "2016-05-09T10:00:00+01:00")


def test_it_is_a_cause_of_standing_still_from_then_on(longcase: Longcase, clock: Clock) -> None:
    """In the words of the rulebook, for every list and for the case itself."""
    clock.set("2016-05-17T09:00:00Z")
    (case,) = items(longcase, "stalled", "--standard", "closure-decision")
    (cause,) = [one for one in case["causes"] if one["standard"] == "closure-decision"]
    said = "nobody has decided about the closure asked for (closure-decision, 5 working days)"
    assert (cause["cause"], cause["explanation"]) == ("clock-breached", said)
    (waiting,) = items(longcase, "waiting", "--for", "supervisor")
    assert (waiting["waits_for"], waiting["due"]) == ("closure-requested", "2016-05-17T00:00:00+01:00")
    assert "overdue" in longcase("explain", "CL-1", "--standard", "closure-decision").out
    assert items(longcase, "stalled", "--standard", "closure-decision", "--as-at", "2016-05-16") == []


@pytest.mark.parametrize(
    "decided",
    [
        ("refuse-closure", "CL-1", "--grounds", "the sister", "--actor", "PS 0088"),
        ("resolve", "CL-1", "--outcome", "no further action", "--actor", "PS 0088"),
        ("retract", "CL-1", "4", "--reason", "the wrong case", "--actor", "DC 1417"),
    ],
)
def test_who_decides_or_takes_it_back_stops_it(
    longcase: Longcase, clock: Clock, decided: tuple[str, ...]
) -> None:
    """Nothing waits for a decision then, in no list."""
    clock.set("2016-05-17T09:00:00Z")
    assert longcase(*decided).code == 0
    assert items(longcase, "waiting", "--for", "supervisor") == []
    assert items(longcase, "stalled", "--standard", "closure-decision") == []
    states = [one["state"] for one in items(longcase, "clocks", "--open") if one["state"] == "breached"]
    assert states == []
