"""The metrics are OpenMetrics text, hold what they should, and are read by the older format's readers too."""

from __future__ import annotations

from typing import Any

from prometheus_client import parser as older
from prometheus_client.openmetrics import parser
from prometheus_client.openmetrics.exposition import generate_latest

from projections.runner.case_figures import CaseFigures
from projections.runner.collector import metrics
from projections.runner.lag import Lag
from projections.runner.metrics import Figures

openmetrics: Any = parser.text_string_to_metric_families
prometheus: Any = older.text_string_to_metric_families

QUIET = Figures(active=False, entries=0, per_second=0.0, errors=0, last_error=None, last_error_at=None)
BUSY = Figures(
    active=True, entries=40, per_second=1.5, errors=2, last_error="poison", last_error_at=1_463_745_600_250_000
)
BEHIND = Lag(head=50, position=40, waiting_since=1_463_745_600_000_000, failed_position=41)
NOW = 1_463_745_602_500_000


class Given:
    """A collector of metrics that are given."""

    def __init__(self, *given: Any) -> None:
        self.collect = lambda: metrics(*given)


def exposition(*given: Any) -> str:
    """Return the metrics as the text that is published."""
    text: bytes = generate_latest(Given(*given))
    return text.decode()


def samples(text: str, parse: Any = openmetrics) -> dict[tuple[str, str], float]:
    """Return the samples by name and by the values of their labels."""
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in parse(text)
        for sample in family.samples
    }


def test_all_figures_are_there() -> None:
    """By their names, which dashboards and alarms rest on."""
    assert samples(exposition(BUSY, BEHIND, NOW, "1.2.3")) == {
        ("longcase_build_info", "1.2.3"): 1,
        ("longcase_store_up", ""): 1,
        ("longcase_ledger_position", ""): 50,
        ("longcase_projection_position", "cases"): 40,
        ("longcase_projection_lag_entries", "cases"): 10,
        ("longcase_projection_lag_seconds", "cases"): 2.5,
        ("longcase_projection_stopped", "cases"): 1,
        ("longcase_follow_active", ""): 1,
        ("longcase_follow_entries_total", ""): 40,
        ("longcase_follow_entries_per_second", ""): 1.5,
        ("longcase_follow_errors_total", ""): 2,
        ("longcase_follow_last_error_timestamp_seconds", ""): 1_463_745_600.25,
        ("longcase_follow_last_error_info", "poison"): 1,
    }


def test_what_is_not_known_is_left_out() -> None:
    """No error so far, and a store that cannot be read: no figure would be true."""
    found = samples(exposition(QUIET, None, NOW, "1.2.3"))
    assert found["longcase_store_up", ""] == 0
    assert {name for name, _ in found} == {
        "longcase_build_info",
        "longcase_store_up",
        "longcase_follow_active",
        "longcase_follow_entries_total",
        "longcase_follow_entries_per_second",
        "longcase_follow_errors_total",
    }


def test_tables_that_are_current_have_no_lag() -> None:
    """Nor have they a negative one where the clock was set back, or another reader was quicker."""
    found = samples(exposition(QUIET, Lag(7, 7, None, None), NOW, "1"))
    assert found["longcase_projection_lag_seconds", "cases"] == 0
    found = samples(exposition(QUIET, Lag(7, 8, NOW + 1, None), NOW, "1"))
    assert found["longcase_projection_lag_entries", "cases"] == 0
    assert found["longcase_projection_lag_seconds", "cases"] == 0


def test_units_types_and_the_end_stand_where_the_standard_wants_them() -> None:
    """Each name with a unit ends with it; the text ends with its mark."""
    text = exposition(BUSY, BEHIND, NOW, 'a "quoted" \\ version\n')
    families = {each.name: each for each in openmetrics(text)}
    assert families["longcase_projection_lag_seconds"].unit == "seconds"
    assert families["longcase_follow_entries"].type == "counter"
    assert all(each.documentation for each in families.values())
    assert ("longcase_build_info", 'a "quoted" \\ version\n') in samples(text)
    assert text.endswith("# EOF\n")


def test_the_older_format_s_readers_find_the_same_samples() -> None:
    """They refuse types that they do not know, of which there are none."""
    text = exposition(BUSY, BEHIND, NOW, "1.2.3")
    assert samples(text, prometheus) == samples(text)
    types = {line.split()[3] for line in text.splitlines() if line.startswith("# TYPE")}
    assert types == {"gauge", "counter"}


HOSTILE = 'a "standard"\n\\ with = and {}'
CASES = CaseFigures(43, 15, {"unallocated": 1, "dormant": 0}, {"very high": 2}, {HOSTILE: 3}, NOW)


def test_cases_are_counted_by_cause_risk_and_standard() -> None:
    """By their names; what a force calls a standard comes back to the letter, and breaks no line."""
    counted = {
        key: value
        for key, value in samples(exposition(BUSY, BEHIND, NOW, "1", CASES)).items()
        if "_cases_" in key[0]
    }
    assert counted == {
        ("longcase_cases_open", ""): 43,
        ("longcase_cases_stalled", ""): 15,
        ("longcase_cases_stalled_by_cause", "unallocated"): 1,
        ("longcase_cases_stalled_by_cause", "dormant"): 0,
        ("longcase_cases_stalled_by_risk", "very high"): 2,
        ("longcase_cases_stalled_by_standard", HOSTILE): 3,
        ("longcase_cases_counted_timestamp_seconds", ""): NOW / 1_000_000,
    }
    assert ("longcase_cases_open", "") in samples(exposition(BUSY, BEHIND, NOW, "1", CASES), prometheus)
    assert "_cases_" not in exposition(BUSY, BEHIND, NOW, "1")
