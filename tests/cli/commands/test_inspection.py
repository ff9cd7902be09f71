"""``longcase inspection``: the report of a round, the list of rounds, and a sample drawn again."""

from __future__ import annotations

import csv
import io
import json
import stat
from typing import TYPE_CHECKING, Any

import html5lib
import pytest

from application.mapper import to_stored
from cli.commands.sample import SampleOptions
from domain.cases import events as ev
from domain.event import Entry, Origin
from domain.identity import case_stream
from ledger.sqlite.recorder import SQLiteRecorder
from projections.inspections.report import FIELDS
from projections.inspections.rounds import CASE_FIELDS
from tests.cli.terminal import lines
from tests.rounds import rounds_on_disk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Clock, Ran

PAGE = r"""
round-1: the inspectorate inspects the force
as at the end of 25 Nov 2016, by what was known at the end of 25 Nov 2016

  opened       15 Feb 2016 09:00, for 2016-02-15 to 2016-05-27, closed 21 Nov
               2016 16:00
  drawn        384 of 480 cases, by category, seed 20160001, as at 21 Feb 2016
               23:59
  examined     374 of 384; 10 not: NCP-0035, NCP-0059, NCP-0141, NCP-0155,
               NCP-0239, NCP-0289, NCP-0294, NCP-0390, NCP-0420, NCP-0439

Grades by the inspectorate
  GRADE                 CASES   SHARE
  good                     96  25.7 %
  requires improvement    129  34.5 %
  inadequate              149  39.8 %
  below good              278  74.3 %
"""
MATRIX = r"""
The force's own grade (lines) and the inspectorate's (columns): 132 cases
  FORCE                 GOOD  REQUIRES IMPROVEMENT  INADEQUATE  ALL
  good                    18                     6          52   76
  requires improvement     3                     2          27   32
  inadequate               1                     1          22   24
  all                     22                     9         101  132
  agreed on 42 of 132 (31.8 %)
  bias +0.99: so many steps lower, on average, than the force's own grade
  Cohen's kappa 0.09, with linear weights 0.11

Graded otherwise by each: 90
  CASE      STEPS  FORCE  INSPECTORATE
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rounds_on_disk(tmp_path_factory.mktemp("rounds") / "rounds.db")


@pytest.fixture
def typed(
    made: Path, longcase: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> Callable[..., Ran]:
    monkeypatch.setenv("LONGCASE_STORE", str(made))
    monkeypatch.setenv("COLUMNS", "80")
    clock.set("2018-06-01T09:00:00Z")
    return longcase


PUBLISHED = ("--as-at", "2016-11-25", "--known-at", "2016-11-25")


def test_the_page_of_a_round(typed: Callable[..., Ran]) -> None:
    """What was drawn, how it was graded, and the force's own grades beside that."""
    ran = typed("inspection", "report", "round-1", *PUBLISHED)
    shown = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    expected = lines(PAGE)
    assert shown[: len(expected)] == expected
    start = shown.index("The force's own grade (lines) and the inspectorate's (columns): 132 cases")
    matrix = lines(MATRIX)
    assert shown[start : start + len(matrix)] == matrix
    assert "Referred back: 38, a child at immediate risk in 13; 28 accepted, 4 answered, 4" in shown
    assert "  80 more: --all shows them" in shown
    assert "  28 more: --all shows them" in shown
    assert all(len(line) <= 80 for line in shown)


def test_all_shows_every_case_of_a_list(typed: Callable[..., Ran]) -> None:
    """Ninety disagreements and thirty-eight referrals."""
    out = typed("inspection", "report", "round-1", "--all", *PUBLISHED).out
    assert "more: --all" not in out
    assert sum(line.startswith("  NCP-") for line in out.splitlines()) == 90 + 38


def test_a_round_beside_the_one_that_it_follows(typed: Callable[..., Ran]) -> None:
    """Shares in two pairs of columns, and the cases examined in both."""
    out = typed("inspection", "report", "round-2").out
    assert "Grades by the inspectorate, beside those of round-1" in out
    assert "  good                     10   7.4 %      96  25.7 %" in out
    assert "Examined in round-1 too: 37, of them 9 better, 13 the same, 15 worse" in out
    assert "Referred back: none" in out


def test_json_is_one_item_with_its_parts(typed: Callable[..., Ran]) -> None:
    """Instants with their offset, lengths of time in seconds."""
    found: Any = json.loads(typed("inspection", "report", "round-1", "--format", "json", *PUBLISHED).out)
    assert found["count"] == 1
    (item,) = found["items"]
    assert tuple(item) == FIELDS
    assert item["samples"][0]["known_at"] == "2016-02-21T23:59:59.999999+00:00"
    assert item["agreement"]["matrix"] == [[18, 6, 52], [3, 2, 27], [1, 1, 22]]
    referral = item["referrals"]["items"][0]
    assert referral["escalated_at"].endswith("+01:00")
    assert referral["answers"][0]["answered_at"].startswith("2016-")


def test_csv_has_one_line_a_case(typed: Callable[..., Ran]) -> None:
    """With the grade of the round before, where there was one."""
    rows = list(csv.DictReader(io.StringIO(typed("inspection", "report", "round-2", "--format", "csv").out)))
    assert len(rows) == 135
    assert tuple(rows[0]) == CASE_FIELDS
    assert sum(bool(row["before"]) for row in rows) == 37
    assert sum(row["inspectorate"] == "inadequate" for row in rows) == 61


def test_the_list_of_rounds(typed: Callable[..., Ran]) -> None:
    """In the order in which they were opened, as at any day."""
    out = typed("inspection", "list").out.splitlines()
    assert [line.split()[0] for line in out[1:]] == ["round-1", "round-2", "round-3"]
    early = typed("inspection", "list", "--as-at", "2017-01-01", "--format", "jsonl").out.splitlines()
    assert [json.loads(line)["inspection"] for line in early] == ["round-1"]


def test_before_it_was_opened_there_is_no_report(typed: Callable[..., Ran]) -> None:
    """And never was one of a name that nobody gave."""
    ran = typed("inspection", "report", "round-2", "--known-at", "2016-11-25")
    assert (ran.code, ran.out) == (0, "")
    assert "inspection round-2 had not been opened" in ran.err
    ran = typed("inspection", "report", "round-9")
    assert (ran.code, ran.out) == (3, "")
    assert "there is no inspection round-9" in ran.err


def test_a_sample_that_comes_out_otherwise_is_told(
    tmp_path: Path, longcase: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1; programs get the references."""
    path = rounds_on_disk(tmp_path / "more.db")
    monkeypatch.setenv("LONGCASE_STORE", str(path))
    _import_more(path)
    ran = longcase("inspection", "sample", "round-1", "--verify")
    assert ran.code == 1
    assert ran.out.startswith("sample main of round-1: DIFFERENT, ")
    assert "from 490 cases where it was drawn from 480" in ran.out
    found = json.loads(longcase("inspection", "sample", "round-1", "--verify", "--format", "json").out)
    assert not found["agrees"]
    assert len(found["missing"]) == len(found["added"]) > 0
    assert sum(found["population"]["now"].values()) == 490
    assert longcase("inspection", "sample", "round-2", "--verify").code == 1


def _import_more(path: Path) -> None:
    """Put in ten cases that a source says it knew in 2015."""
    recorder = SQLiteRecorder.open(str(path))
    at = 1_433_000_000_000_000
    for number in range(10):
        name = f"OLD-{number}"
        event = ev.Reported(reference=name, category="missing", origin=Origin("log", name, 0, recorded_at=at))
        command = number.to_bytes(16, "big")
        entry = Entry(0, case_stream(name), 1, at, 0, "importer", "", command, event)
        recorder.insert_events([to_stored(entry)])
    recorder.close()


def test_a_retry_with_the_same_command_id_draws_nothing_anew(
    longcase: Callable[..., Ran], store: Path, clock: Clock
) -> None:
    """Though time has passed, a case has come, and no seed was given: the first sample is what was drawn."""
    for number in range(9):
        longcase("report", f"C-{number}", "--category", "missing")
    longcase("inspection", "open", "round-1", "--role", "inspectorate")
    draw = ("inspection", "sample", "round-1", "--size", "3", "--role", "inspectorate", "--command-id", "7" * 32)
    first = longcase(*draw)
    clock.set("2016-05-21T09:00:00Z")
    longcase("report", "C-9", "--category", "missing")
    again = longcase(*draw)
    assert (first.code, again.code) == (0, 0)
    assert "(recorded before: nothing was added)" in again.out
    assert first.err == again.err
    assert longcase(*draw[:4], "4", *draw[5:]).code == 4


def test_filters_are_kept_in_order_and_only_where_given() -> None:
    """So that the same options in another order are the same sample."""
    wanted = SampleOptions(3, 1, "category", None, None, None, ("b", "a", "b"), (), ("t",))
    assert wanted.among() == {"category": ("a", "b"), "team": ("t",)}
    assert wanted._replace(is_open=False).among()["state"] == ("closed",)


def test_a_report_to_be_printed_has_the_figures_of_the_report(typed: Callable[..., Ran], tmp_path: Path) -> None:
    """Every case drawn, the matrix of both graders, whole concerns; a strict parser reads it."""
    file = tmp_path / "round-1.html"
    ran = typed("inspection", "report", "round-1", *PUBLISHED, "--output", str(file))
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(file.read_bytes())
    rows = [["".join(cell.itertext()) for cell in row if cell.tag in {"td", "th"}] for row in tree.iter("tr")]
    assert ["inadequate", "149", "39.8 %"] in rows
    assert ["good", "18", "6", "52", "76"] in rows
    item = json.loads(typed("inspection", "report", "round-1", *PUBLISHED, "--format", "json").out)["items"][0]
    assert {one["reference"] for one in item["cases"]} <= {row[0] for row in rows if row}
    concerns = {row[2] for row in rows if len(row) == 6}
    assert all(one["concern"] in concerns for one in item["referrals"]["items"])
    assert [one.text for one in tree.iter("h2")][:3] == [
        "The round",
        "Grades by the inspectorate",
        "The force's own grades beside them",
    ]


def test_a_report_in_markdown_stands_beside_the_round_before(typed: Callable[..., Ran], tmp_path: Path) -> None:
    """The name of the file says in which format; the same instants give the same bytes."""
    written = []
    for name in ("one.md", "two.markdown"):
        assert typed("inspection", "report", "round-2", "--output", str(tmp_path / name)).code == 0
        written.append((tmp_path / name).read_text("utf-8"))
    assert written[0] == written[1]
    assert written[0].startswith("# round-2: the inspectorate inspects the force\n")
    assert "## Beside round-1" in written[0]
    assert "Examined in round-1 too: " in written[0]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--output", "x.pdf"), "nothing says in which format to write x.pdf"),
        (("--output", "x.md", "--format", "json"), "--output is HTML or Markdown"),
        (("--force",), "--force is for --output"),
    ],
)
def test_a_report_that_cannot_be_printed_so(typed: Callable[..., Ran], words: tuple[str, ...], why: str) -> None:
    """It is refused before anything is read."""
    ran = typed("inspection", "report", "round-1", *words)
    assert ran.code == 2
    assert why in ran.err


def test_a_round_without_anything_can_be_printed(
    longcase: Callable[..., Ran], store: Path, tmp_path: Path
) -> None:
    """It says so of each part."""
    assert longcase("inspection", "open", "spring", "--role", "inspectorate").code == 0
    file = tmp_path / "spring.md"
    assert longcase("inspection", "report", "spring", "--output", str(file)).code == 0
    text = file.read_text("utf-8")
    for said in ("no sample has been drawn", "No case was graded by the force as well", "No case has been drawn"):
        assert said in text
    again = longcase("inspection", "report", "spring", "--output", str(file))
    assert again.code == 2
    assert longcase("inspection", "report", "spring", "--output", str(file), "--force").code == 0
    assert store.exists()


def test_a_topic_on_which_nothing_was_examined_has_no_heading(longcase: Callable[..., Ran], store: Path) -> None:
    """What the force had graded by itself before is no finding of a round that has only begun."""
    assert longcase("report", "R-1", "--category", "other").code == 0
    assert longcase("grade", "R-1", "good", "--by", "force", "--topic", "investigation").code == 0
    for words in (["open", "spring"], ["sample", "spring", "--size", "1"]):
        assert longcase("inspection", *words, "--role", "inspectorate").code == 0
    assert "On investigation" not in longcase("inspection", "report", "spring").out
    assert store.exists()
