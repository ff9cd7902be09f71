"""``longcase audit``: who acted when, over all cases and registers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from application.commands import cases
from projections.views.audit import FIELDS
from tests.cli.terminal import Screen, lines
from tests.projections.story_store import CASE, Store, warning

if TYPE_CHECKING:
    from collections.abc import Callable

AT_80 = r"""
NO  OCCURRED           WHO            CASE           WHAT
 1   4 Jan 2016 09:00  HR 1           DC 1417        enrolled in Hydra
 2   4 Jan 2016 09:00  HR 1           PS 0088        enrolled
 3   4 Jan 2016 09:00  HR 1           referral desk  enrolled
 4   4 Jan 2016 09:00  HR 1           DC 2206        enrolled
 5   4 Jan 2016 09:00  HR 1           HMI 3          enrolled, as one of the
                                                     inspectorate
 6  12 Feb 2016 09:12  referral desk  IMG-0417       reported: an agency's
                                                     warning about uploads
 7  12 Feb 2016 09:40  PS 0088        IMG-0417       corrected by entry 7 | risk
                                                     assessed: very high
 8  29 Feb 2016 11:00  PS 0088        IMG-0417       ! owner not accredited |
                                                     allocated to DC 1417, Hydra
 9   4 Mar 2016 15:20  DC 1417        IMG-0417       recorded 9 d late | contact
                                                     attempted: no answer
10  14 Mar 2016 10:00  DC 2206        IMG-0417       retracted by entry 6 |
                                                     child seen
11  15 Mar 2016 10:00  PS 0088        IMG-0417       ! amends what somebody else
                                                     recorded | entry 5
                                                     retracted
12  20 Mar 2016 10:00  PS 0088        IMG-0417       entry 2 corrected: risk
13  18 May 2016 10:30  DC 1417        IMG-0417       search warrant W1 sought:
                                                     magistrates' court
14  19 May 2016 10:30  HMI 3          IMG-0417       escalated as E1, a child at
                                                     immediate risk: 96 days
                                                     without a warrant
15  20 May 2016 09:00  referral desk  CSE-0083       withheld: the case is
                                                     restricted
16  20 May 2016 10:00  PS 0088        CSE-0083       withheld: the case is
                                                     restricted
"""


def tell(store: Store) -> Store:
    warning(store)
    store.at(
        "2016-05-20T09:00",
        cases.report,
        "CSE-0083",
        category="other",
        summary="a secret",
        actor="referral desk",
    )
    store.at("2016-05-20T10:00", cases.restrict, "CSE-0083", ["DI 7"])
    return store


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=tell)


def test_a_person_reads_it_at_80_columns(screen: Screen) -> None:
    """What is wrong with an entry stands in front, and all that happened is whole."""
    shown = screen.typed("audit")
    assert shown.out.splitlines() == lines(AT_80)
    left = "not shown in 80 columns: recorded, role, for, entry; --format lines has all\n"
    assert shown.err == f"{left}the text of 2 entries was left out: their cases are restricted\n"
    assert shown.code == 0


def test_more_columns_where_there_is_room(screen: Screen) -> None:
    """At 140 columns: when it was recorded, in which role, for whom, which entry of the case."""
    head, *rows = screen.typed("audit", "--by", "HMI 3", width=140).out.splitlines()
    assert head.split() == ["NO", "OCCURRED", "RECORDED", "WHO", "ROLE", "FOR", "CASE", "ENTRY", "WHAT"]
    assert "19 May 2016 10:30  19 May 2016 10:30  HMI 3  inspectorate" in rows[0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--case", CASE, "--late"], [9]),
        (["--flag", "late", "--flag", "Owner-Unaccredited"], [8, 9]),
        (["--flag", "corrected-by-another"], [11]),
        (["--flag", "no-reason"], []),
        (["--by", "dc1417"], [9, 10, 13]),
        (["--by", "HMI 3", "--by", "HR 1"], [1, 2, 3, 4, 5, 14]),
        (["--role", "inspectorate"], [14]),
        (["--event", "case.reported", "--event", "enrolled"], [1, 2, 3, 4, 5, 6, 15]),
        (["--since", "2016-03-04", "--until", "2016-03-14"], [9, 10]),
        (["--corrected"], [7, 10]),
        (["--irregular"], [7, 8, 9, 10, 11]),
        (["--known-at", "2016-03-01"], [1, 2, 3, 4, 5, 6, 7, 8]),
        (["--sort", "-position", "--limit", "2"], [16, 15]),
        (["--sort", "-late_seconds", "--limit", "2"], [9, 1]),
        (["--recorded-since", "2016-03-13", "--recorded-until", "2016-03-14"], [9, 10]),
        (["--recorded-since", "2016-03-13", "--until", "2016-03-05"], [9]),
        (["--after", "14"], [15, 16]),
        (["--after", "12", "--limit", "2"], [13, 14]),
        (["--after", "16"], []),
    ],
)
def test_filters(screen: Screen, words: list[str], expected: list[int]) -> None:
    """Each option lets through what it says; a day alone in --until counts through its end."""
    rows = screen.typed("audit", *words, "--format", "jsonl").rows
    assert [row["position"] for row in rows] == expected


def test_a_program_gets_the_contract(screen: Screen) -> None:
    """As a timeline's items, with whose they are."""
    found = screen.typed("audit", "--format", "json").json
    assert [tuple(item) for item in found["items"]] == [FIELDS] * 16
    assert found["items"][0]["register"] == "officer"
    assert "a secret" not in str(found)
    read = screen.typed("--role", "auditor", "audit", "--format", "json")
    assert "a secret" in read.out
    assert read.err == ""


def test_csv_has_the_fields_as_its_head(screen: Screen) -> None:
    """One row an entry."""
    head, *rows = screen.typed("audit", "--format", "csv").out.splitlines()
    assert head == ",".join(FIELDS)
    assert len(rows) == 16


def test_a_table_that_was_cut_says_so(screen: Screen) -> None:
    """On standard error, with what shows the rest."""
    shown = screen.typed("audit", "--limit", "3")
    assert len(shown.out.splitlines()) == 4
    assert "only the first 3 entries are shown; --limit 0 shows all" in shown.err


def test_an_event_that_does_not_exist(screen: Screen) -> None:
    """Exit code 2, with the nearest names."""
    shown = screen.typed("audit", "--event", "alocated")
    assert shown.code == 2
    assert "hint: did you mean allocated" in shown.err


def test_nothing_found(screen: Screen) -> None:
    """An empty answer is an answer."""
    shown = screen.typed("audit", "--by", "PS 0088", "--until", "1999-01-01")
    assert (shown.code, shown.out, shown.err) == (0, "", "no entries\n")


def test_a_name_that_nobody_has_is_no_empty_answer(screen: Screen) -> None:
    """Somebody for whom nobody acted and a role that nobody had are refused, with the names most like them."""
    shown = screen.typed("audit", "--by", "PS 0088", "--by", "PS 0089")
    assert (shown.code, shown.out) == (2, "")
    assert "--by: nobody acted in this store who is called 'PS 0089'\n  hint: did you mean: PS 0088" in shown.err
    shown = screen.typed("audit", "--role", "inspectrate")
    assert (shown.code, shown.out) == (2, "")
    assert "nobody acted in this store as 'inspectrate'" in shown.err
    assert "did you mean: inspectorate" in shown.err


def test_every_flag_of_the_manual_can_be_asked_for(longcase: Callable[..., Any], store: Path) -> None:
    """Nought is an answer; that there is no such flag would be none."""
    manual = (Path(__file__).parents[3] / "docs" / "auditors.md").read_text("utf-8")
    table = manual.partition("| flag | means |")[2].partition("\n\n")[0]
    flags = re.findall(r"`([a-z-]+)", "\n".join(line.split("|")[1] for line in table.splitlines() if "`" in line))
    assert len(flags) > 20
    for flag in flags:
        assert (flag, longcase("audit", "--flag", flag).code) == (flag, 0)


def test_what_imports_brought_is_not_cleared_by_the_register(
    longcase: Callable[..., Any], store: Path, tmp_path: Path
) -> None:
    """It was not asked of them: nought for a flag of the register says how many entries that leaves out."""
    rows = tmp_path / "desk.csv"
    rows.write_text("case id,activity,timestamp,resource\nC,seen,2016-02-01T09:00:00Z,DC 9\n")
    longcase("officer", "enrol", "PS 0088")
    assert longcase("import", str(rows)).code == 0
    asked = longcase("audit", "--flag", "actor-not-enrolled")
    assert "2 besides came by imports, of which the register was not asked" in asked.err
    assert "besides" not in longcase("audit", "--flag", "actor-not-enrolled", "--by", "PS 0088").err
    assert "besides" not in longcase("audit", "--flag", "late").err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--known-at", "2016-03-01"], 2, "takes no --as-at or --known-at"),
        (["--as-at", "2016-03-01"], 2, "--recorded-until T ends it"),
        (["--sort", "-position"], 2, "--after goes by position: leave out --sort"),
        (["--after", "17"], 5, "--after 17: the last entry is at position 16"),
    ],
)
def test_a_feed_that_would_miss_something_is_refused(
    screen: Screen, words: list[str], code: int, said: str
) -> None:
    """What leaves entries out, or a store that ends before what was read from it, is no empty answer."""
    shown = screen.typed("audit", "--after", "3", *words, "--format", "jsonl")
    assert (shown.code, shown.out) == (code, "")
    assert said in shown.err


@pytest.mark.parametrize("width", [40, 80, 140])
def test_lines_fit_the_terminal(screen: Screen, width: int) -> None:
    """Nothing is wider than the terminal, and the latest entry comes first."""
    shown = screen.typed("audit", "--sort", "-late_seconds", "--recorded-since", "2016-03-01", width=width)
    rows = shown.out.splitlines()
    assert max(map(len, rows)) <= width
    assert rows[1 if width > 40 else 0].removeprefix("no: ").split()[0].strip(";") == "9"
