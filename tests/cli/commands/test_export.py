"""``longcase export``: which cases, in which format, where to."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def recorded(longcase: Callable[..., Any], store: Path, clock: Any) -> Callable[..., Any]:
    clock.set("2016-05-01T09:00:00Z")
    longcase("report", "A", "--category", "missing", "--risk", "high")
    longcase("report", "B", "--category", "other")
    longcase("allocate", "B", "DC 1417", "--team", "Hydra")
    clock.set("2016-05-10T09:00:00Z")
    longcase("act", "A", "interview", "--at", "2016-05-02T09:00:00Z")
    clock.set("2016-05-20T09:00:00Z")
    return longcase


def references(out: str) -> list[str]:
    return list(dict.fromkeys(json.loads(line)["reference"] for line in out.splitlines()))


def test_everything_goes_to_standard_output_in_one_format(recorded: Callable[..., Any]) -> None:
    done = recorded("export", "--format", "jsonl")
    assert done.code == 0
    assert [json.loads(line)["event"] for line in done.out.splitlines()] == [
        "case.reported",
        "case.risk-assessed",
        "case.action-recorded",
        "case.reported",
        "case.allocated",
    ]
    assert "exported 5 entries of 2 cases, as at now, by what is known now" in done.err
    assert recorded("export", "--format", "xes").out.startswith("<?xml")
    rows = list(csv.DictReader(io.StringIO(recorded("export", "--format", "csv").out, newline="")))
    assert [row["reference"] for row in rows] == ["A", "A", "A", "B", "B"]
    assert rows[2]["flags"] == '["late"]'
    assert rows[0]["occurred_at"] == "2016-05-01T10:00:00+01:00"


def test_cases_are_chosen_by_name_or_by_what_holds_of_them(recorded: Callable[..., Any]) -> None:
    def chosen(*options: str) -> list[str]:
        done = recorded("export", "--format", "jsonl", *options)
        assert done.code == 0
        return references(done.out)

    assert chosen("--case", "B", "--case", "A") == ["B", "A"]
    assert chosen("--category", "missing") == ["A"]
    assert chosen("--risk", "high", "--risk", "low") == ["A"]
    assert chosen("--owner", "dc1417") == ["B"]
    assert chosen("--team", "Hydra", "--open") == ["B"]
    assert chosen("--unallocated") == ["A"]
    assert chosen("--closed") == []
    assert chosen("--idle-over", "17d") == ["A", "B"]
    assert chosen("--idle-over", "18d") == ["B"]
    assert chosen("--idle-over", "20d") == []


def test_the_two_axes_decide(recorded: Callable[..., Any]) -> None:
    late = recorded("export", "--format", "jsonl", "--case", "A", "--as-at", "2016-05-05")
    assert len(late.out.splitlines()) == 3
    unknown = recorded("export", "--format", "jsonl", "--case", "A", "--known-at", "2016-05-05")
    assert len(unknown.out.splitlines()) == 2
    assert "by what was known at the end of 5 May 2016" in unknown.err


def test_a_file_says_its_format_by_its_name(recorded: Callable[..., Any], tmp_path: Path) -> None:
    for name in ("x.jsonl", "x.csv", "x.xes", "x.xes.gz"):
        assert recorded("export", "--output", str(tmp_path / name)).code == 0
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert gzip.decompress((tmp_path / "x.xes.gz").read_bytes()) == (tmp_path / "x.xes").read_bytes()
    done = recorded("export", "--output", str(tmp_path / "x.txt"))
    assert done.code == 2
    assert "in which format" in done.err
    assert recorded("export").code == 2


def test_a_file_is_replaced_only_when_asked_and_the_store_never(
    recorded: Callable[..., Any], tmp_path: Path, store: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("precious")
    done = recorded("export", "--output", str(path))
    assert (done.code, path.read_text()) == (2, "precious")
    assert "--force" in done.err
    assert recorded("export", "--output", str(path), "--force").code == 0
    assert path.read_text() != "precious"
    before = store.stat().st_ino
    assert recorded("export", "--output", str(store), "--format", "csv", "--force").code == 2
    assert store.stat().st_ino == before
    assert recorded("cases").code == 0


def test_a_restricted_case_is_left_out_and_counted(recorded: Callable[..., Any]) -> None:
    recorded("restrict", "A", "--to", "DC 7", "--reason", "why")
    done = recorded("export", "--format", "jsonl")
    assert references(done.out) == ["B"]
    assert "left out: 1 restricted case, not for PS 0088" in done.err
    named = recorded("export", "--format", "jsonl", "--case", "A")
    assert (named.code, named.out) == (3, "")
    assert references(recorded("--actor", "DC 7", "export", "--format", "jsonl").out) == ["A", "B"]


def test_a_case_and_a_filter_do_not_go_together(recorded: Callable[..., Any]) -> None:
    for option in (
        ("--category", "other"),
        ("--open",),
        ("--closed",),
        ("--unallocated",),
        ("--idle-over", "1d"),
    ):
        assert recorded("export", "--format", "csv", "--case", "A", *option).code == 2
    assert recorded("export", "--format", "csv", "--case", "NONE").code == 3


def test_nothing_is_left_behind_when_it_is_refused(recorded: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert recorded("export", "--case", "NONE", "--output", str(tmp_path / "out" / "x.csv")).code == 3
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("form", ["jsonl", "csv", "xes"])
def test_an_export_that_comes_back_adds_nothing(recorded: Callable[..., Any], tmp_path: Path, form: str) -> None:
    path = tmp_path / f"x.{form}"
    recorded("export", "--output", str(path))
    done = recorded("import", str(path), "--format", "json")
    assert done.code == 0
    assert done.err == ""
    counts = json.loads(done.out)
    assert (counts["entries"], counts["already_present"]) == (0, 5)
    assert counts["files"][0]["own"] is True


def test_a_mapping_plays_no_part_in_what_comes_back(recorded: Callable[..., Any], tmp_path: Path) -> None:
    recorded("export", "--output", str(tmp_path / "x.csv"))
    (tmp_path / "map.toml").write_text('case = "actor"\nactivity = "event"\ntime = "occurred_at"\n')
    done = recorded("import", str(tmp_path / "x.csv"), "--mapping", str(tmp_path / "map.toml"))
    assert done.code == 0
    assert "an export of Longcase, so the mapping plays no part" in done.err


def test_a_dash_is_standard_output(recorded: Callable[..., Any], tmp_path: Path, monkeypatch: Any) -> None:
    """As everywhere else, a dash is no file of that name."""
    monkeypatch.chdir(tmp_path)
    done = recorded("export", "--format", "jsonl", "--output", "-")
    assert references(done.out) == ["A", "B"]
    assert not (tmp_path / "-").exists()
