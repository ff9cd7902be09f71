"""``longcase stalled`` and ``longcase due``: what waits too long, whose it is, and what soon will."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from application.commands import amendments, cases, officers
from cli.main import main
from domain.instant import parse
from presentation.stalled import FIELDS
from projections.queries.stalled_counts import FIELDS as COUNTED
from tests.cli.neglect import OTHER, neglected
from tests.cli.terminal import Screen, Shown, lines
from tests.projections.story_store import OWNER, SERGEANT, Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[[Callable[[Store], Store]], Screen]

AT_100 = """
6 of 7 open cases are stalled, as at now, by what is known now
CASE    RISK          OWNER    WAITING  OVER BY  WHY
VH-2    very high     DC 2206      6 d      3 d  no work on the case (dormant, 3 days)
IMG-1   very high     DC 1417      2 d      1 d  no warrant executed, nobody arrested
                                                 (image-case-action, 1 day)
                                   2 d     12 h  nobody asked about the risk to each child
                                                 (risk-to-each-child-assessed, 1 working day)
HIGH-1  high          DC 2206      8 d      1 d  no work on the case (dormant, 7 days)
                                   8 d     12 h  nothing but failed contacts since it was allocated
                                                 (first-action, 5 working days)
NEW-1   not assessed  nobody      10 d      9 d  nobody has been given the case (allocate, 24 hours)
                                  10 d      3 d  no work on the case (dormant, 7 days)
HARM-1  medium        DC 1417     30 d     16 d  no work on the case (dormant, 14 days)
                                  30 d      2 d  no supervisor has looked at it (supervisor-review,
                                                 28 days)
                                                 ! evidence lost, 5 May 2016
OLD-1   low           DC 2206     80 d     52 d  no supervisor has looked at it (supervisor-review,
                                                 28 days)
                                  79 d     49 d  no work on the case (dormant, 30 days)
"""

DUE_AT_100 = """
1 case due within 7d, as at now, by what is known now
CASE   RISK       OWNER    WAITING  LEFT  WHY
IMG-1  very high  DC 1417      2 d  21 h  no work on the case (dormant, 3 days)
                               2 d   5 d  nothing has been done since it was allocated
                                          (first-action, 5 working days)
"""

LEFT = "not shown in 100 columns: team; --format lines has all\n"
BY_TEAM = """
stalled cases by team, as at now, by what is known now; harm since the beginning of the month
TEAM    STALLED  LONGEST OVERDUE  OVERDUE IN ALL  HARM COME TO LIGHT  FOR WHAT
Lernia        3             52 d            56 d                      3 dormant, 1 attempts only, 1 clock breached
Hydra         2             16 d            17 d  1 evidence lost     2 clock breached, 1 dormant, 1 step missing
none          1              9 d             9 d                      1 dormant, 1 unallocated
"""


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Make:
    return lambda tell: Screen(tmp_path / "s.db", monkeypatch, capsys, tell=tell)


@pytest.fixture
def screen(make: Make) -> Screen:
    return make(neglected)


def items(screen: Screen, *words: str) -> list[dict[str, Any]]:
    shown = screen.typed(*words, "--format", "json")
    assert shown.err == ""
    return list(shown.json["items"])


def found(screen: Screen, *words: str) -> str:
    """Return the references that a command finds, in its order."""
    return " ".join(item["reference"] for item in items(screen, *words))


def causes(screen: Screen, *words: str) -> dict[str, list[str]]:
    """Return the causes of each case that a command finds."""
    return {item["reference"]: [one["cause"] for one in item["causes"]] for item in items(screen, *words)}


def groups(screen: Screen, by: str, *words: str) -> dict[str | None, int]:
    """Return how many stalled cases each group has, in the order shown."""
    return {item["group"]: item["stalled"] for item in items(screen, "stalled", "--by", by, *words)}


def test_a_person_sees_the_worst_first_and_why(screen: Screen) -> None:
    """By risk, a case not assessed before a medium one; among equals what has been overdue for longest."""
    shown = screen.typed("stalled", width=100)
    assert shown.out.splitlines() == lines(AT_100)
    assert shown.code == 0
    said = "Next: longcase explain VH-2, longcase stalled --by team, longcase due --within 7d\n"
    assert shown.err == f"{LEFT}{said}"


def test_every_next_command_is_one_that_there_is(screen: Screen) -> None:
    """What is suggested can be typed as it stands."""
    for words in (["stalled"], ["due"]):
        talk = screen.typed(*words, width=140).err.strip()
        suggested = talk.removeprefix("Next: ").split(", ")
        assert len(suggested) == 3
        for command in suggested:
            assert screen.typed(*command.split()[1:]).code == 0, command


@pytest.mark.parametrize("width", [64, 72, 80, 100, 109, 110, 140, 200])
def test_no_line_is_wider_than_the_terminal_and_no_reason_is_cut(screen: Screen, width: int) -> None:
    """The sentences are wrapped, whole."""
    shown = screen.typed("stalled", "--known-at", "2016-05-19", width=width).out
    assert max(map(len, shown.splitlines())) <= width
    assert "…" not in shown
    assert ("Hydra" in shown) == (width >= 110 or width <= 64)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "6 of 7 open cases are stalled, as at now, by what is known now"),
        (["--risk", "low"], "1 of 1 open case is stalled, as at now, by what is known now"),
        (["--risk", "medium"], "1 of 2 open cases is stalled, as at now, by what is known now"),
        (["--category", "offender-management"], "0 of 0 open cases are stalled, as at now, by what is known now"),
        (["--team", "Lernia"], "3 of 4 open cases are stalled, as at now, by what is known now"),
        (["--owner", "dc2206"], "3 of 4 open cases are stalled, as at now, by what is known now"),
        (["--owner", "DC 1417", "--owner", "DC 2206"], "5 of 6 open cases are stalled, as at now,"),
        (["--unallocated"], "1 of 1 open case is stalled, as at now, by what is known now"),
        (
            ["--cause", "unallocated"],
            "1 of 7 open cases is stalled (unallocated), as at now, by what is known now",
        ),
        (["--limit", "1"], "6 of 7 open cases are stalled, as at now, by what is known now"),
        (["--as-at", "2016-03-30"], "1 of 1 open case is stalled, as at the end of 30 Mar 2016,"),
        (["--as-at", "2016-03-29T10:59:59"], "0 of 1 open case is stalled, as at 29 Mar 2016 10:59,"),
        (["--known-at", "2016-05-11"], "3 of 3 open cases are stalled, as at the end of 11 May 2016,"),
    ],
)
def test_the_headline_counts_the_stalled_among_the_open_that_were_asked_for(
    screen: Screen, words: list[str], said: str
) -> None:
    """A cause leaves those without it among the open; a limit changes no count."""
    assert screen.typed("stalled", *words, width=140).out.splitlines()[0].startswith(said)


@pytest.mark.parametrize(
    ("words", "references"),
    [
        ([], "VH-2 IMG-1 HIGH-1 NEW-1 HARM-1 OLD-1"),
        (["--risk", "very high", "--risk", "low"], "VH-2 IMG-1 OLD-1"),
        (["--category", "missing", "--category", "indecent-images"], "IMG-1 NEW-1"),
        (["--team", "Hydra"], "IMG-1 HARM-1"),
        (["--owner", " dc  1417"], "IMG-1 HARM-1"),
        (["--unallocated"], "NEW-1"),
        (["--cause", "dormant"], "VH-2 HIGH-1 NEW-1 HARM-1 OLD-1"),
        (["--cause", "attempts-only", "--cause", "step-missing"], "IMG-1 HIGH-1"),
        (["--cause", "warrant-lapsed"], ""),
        (["--standard", "supervisor-review"], "HARM-1 OLD-1"),
        (["--standard", "allocate", "--standard", "first-action"], "HIGH-1 NEW-1"),
        (["--standard", "dormant", "--cause", "clock-breached", "--team", "Hydra"], "HARM-1"),
        (["--sort", "overdue"], "OLD-1 HARM-1 NEW-1 VH-2 HIGH-1 IMG-1"),
        (["--sort", "-overdue"], "IMG-1 HIGH-1 VH-2 NEW-1 HARM-1 OLD-1"),
        (["--sort", "waiting"], "OLD-1 HARM-1 NEW-1 HIGH-1 VH-2 IMG-1"),
        (["--sort", "reference"], "HARM-1 HIGH-1 IMG-1 NEW-1 OLD-1 VH-2"),
        (["--sort", "owner"], "NEW-1 IMG-1 HARM-1 VH-2 HIGH-1 OLD-1"),
        (["--sort", "team"], "NEW-1 IMG-1 HARM-1 VH-2 HIGH-1 OLD-1"),
        (["--sort", "-severity"], "OLD-1 HARM-1 NEW-1 HIGH-1 IMG-1 VH-2"),
        (["--limit", "2"], "VH-2 IMG-1"),
        (["--limit", "1", "--sort", "overdue"], "OLD-1"),
        (["--as-at", "2016-05-16"], "NEW-1 HARM-1 OLD-1"),
        (["--known-at", "2016-05-16"], "NEW-1 HARM-1 OLD-1"),
    ],
)
def test_what_was_asked_for_is_what_is_found(screen: Screen, words: list[str], references: str) -> None:
    """Filters, orders and the two instants; a case that has one of the causes is shown with all of them."""
    assert found(screen, "stalled", *words) == references


def test_a_case_is_stalled_from_the_very_instant_on_which_its_limit_runs_out(screen: Screen) -> None:
    """Not a microsecond before."""
    assert found(screen, "stalled", "--as-at", "2016-05-11T08:59:59.999999", "--unallocated") == ""
    assert causes(screen, "stalled", "--as-at", "2016-05-11T09:00", "--unallocated") == {"NEW-1": ["unallocated"]}


def test_a_closed_case_is_stalled_no_more(screen: Screen) -> None:
    """And was, before it was closed."""
    assert "GONE-1" in found(screen, "stalled", "--as-at", "2016-03-04T09:59")
    assert "GONE-1" not in found(screen, "stalled", "--as-at", "2016-03-04T10:00")


def test_an_exit_code_for_scripts(screen: Screen) -> None:
    """1 if there are any, 0 if there are none, whatever the limit or the format; otherwise always 0."""
    assert screen.typed("stalled", "--exit-code").code == 1
    assert screen.typed("stalled", "--exit-code", "--limit", "1", "--format", "jsonl").code == 1
    assert screen.typed("stalled", "--exit-code", "--by", "team").code == 1
    assert screen.typed("stalled", "--exit-code", "--category", "offender-management").code == 0
    assert screen.typed("stalled", "--exit-code", "--category", "offender-management", "--by", "team").code == 0
    assert screen.typed("due", "--exit-code").code == 1
    assert screen.typed("due", "--exit-code", "--within", "1h").code == 0
    assert screen.typed("stalled").code == screen.typed("due").code == 0


def test_the_envelope_and_an_item_of_json(screen: Screen) -> None:
    """Instants with their offset, lengths in seconds, and how many cases were open."""
    told = screen.typed("stalled", "--team", "Hydra", "--format", "json").json
    assert list(told) == ["as_at", "known_at", "count", "open", "items"]
    assert (told["as_at"], told["count"], told["open"]) == ("2016-05-20T12:00:00+01:00", 2, 2)
    assert [tuple(item) for item in told["items"]] == [FIELDS] * 2
    harmed = told["items"][1]
    assert harmed == {
        "reference": "HARM-1",
        "category": "other",
        "risk": "medium",
        "owner": OWNER,
        "team": "Hydra",
        "age_seconds": 4_244_400,
        "causes": [
            {
                "cause": "dormant",
                "standard": "dormant",
                "child": None,
                "unnamed": False,
                "since": "2016-04-20T10:00:00+01:00",
                "due": "2016-05-04T10:00:00+01:00",
                "overdue_seconds": 1_389_600,
                "explanation": "no work on the case (dormant, 14 days)",
            },
            {
                "cause": "clock-breached",
                "standard": "supervisor-review",
                "child": None,
                "unnamed": False,
                "since": "2016-04-20T10:00:00+01:00",
                "due": "2016-05-18T10:00:00+01:00",
                "overdue_seconds": 180_000,
                "explanation": "no supervisor has looked at it (supervisor-review, 28 days)",
            },
        ],
        "harm": [{"kind": "evidence-lost", "at": "2016-05-05T10:00:00+01:00"}],
        "open": True,
    }


def test_json_lines_and_csv_hold_the_same(screen: Screen) -> None:
    """A list is JSON in its cell."""
    whole = items(screen, "stalled")
    assert screen.typed("stalled", "--format", "jsonl").rows == whole
    head, *rows = csv.reader(io.StringIO(screen.typed("stalled", "--format", "csv").out))
    assert tuple(head) == FIELDS
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    assert [cell["reference"] for cell in cells] == [item["reference"] for item in whole]
    assert [json.loads(cell["causes"]) for cell in cells] == [item["causes"] for item in whole]
    assert (cells[3]["risk"], cells[3]["owner"], cells[3]["harm"]) == ("", "", "[]")


@pytest.mark.parametrize("command", [["stalled"], ["due"], ["stalled", "--by", "team"]])
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_nothing_found_is_no_error(screen: Screen, command: list[str], form: str) -> None:
    """In every format; nothing is suggested then."""
    shown = screen.typed(*command, "--category", "offender-management", "--format", form)
    assert shown.code == 0
    assert "Next" not in shown.err


@pytest.mark.parametrize("command", ["stalled", "due"])
def test_a_mistyped_name_does_not_pass_for_good_news(screen: Screen, command: str) -> None:
    """A standard that no rulebook has is refused, and so is a team, an owner and a category that never was.

    That a team which there is has no open case is said, and is no error.
    """
    shown = screen.typed(command, "--standard", "dormant", "--standard", "dorment")
    assert (shown.code, shown.out) == (3, "")
    assert "no rulebook has a standard 'dorment'\n  hint: did you mean: dormant\n" in shown.err
    for option, name, near in (
        ("--team", "hydra", "Hydra"),
        ("--owner", "DC 1471", "DC 1417"),
        ("--category", "indecent-image", "indecent-images"),
    ):
        shown = screen.typed(command, option, name, "--exit-code")
        assert (shown.code, shown.out) == (2, "")
        assert f"{name!r}\n  hint: did you mean: {near}" in shown.err
    none = "offender-management"
    said = f"no open case is of {none!r}; categories and teams are taken to the letter, capitals and all\n"
    for form in ("table", "json"):
        shown = screen.typed(command, "--category", none, "--exit-code", "--format", form)
        assert (shown.code, shown.err) == (0, said)
    assert "no open case" not in screen.typed(command, "--team", "Hydra", "--cause", "unallocated").err


def test_a_table_that_was_cut_says_how_many_more_and_the_other_formats_are_whole(make: Make) -> None:
    """Fifty cases are enough for a screen, not for a program."""

    def sixty(store: Store) -> Store:
        for number in range(60):
            store.at("2016-05-01T09:00", cases.report, f"C-{number:02}", category="other")
        return store

    screen = make(sixty)
    shown = screen.typed("stalled", width=140)
    assert shown.out.startswith("60 of 60 open cases are stalled, ")
    assert sum(line.startswith("C-") for line in shown.out.splitlines()) == 50
    assert shown.err.startswith("10 more (--limit 0 shows all). Next: longcase explain C-00, ")
    assert screen.typed("stalled", "--limit", "0", width=140).err.startswith("Next: ")
    assert screen.typed("stalled", "--limit", "60", width=140).err.startswith("Next: ")
    assert screen.typed("stalled", "--limit", "7", width=140).err.startswith("53 more (")
    assert len(screen.typed("stalled", "--format", "jsonl").rows) == 60
    cut = screen.typed("stalled", "--format", "json", "--limit", "7")
    assert (cut.json["count"], cut.json["open"], cut.err) == (7, 60, "")


def test_an_allocation_recorded_late_is_a_wait_as_known_and_none_as_it_was(make: Make) -> None:
    """``--known-at`` shows what this program would have shown on that day."""

    def late(store: Store) -> Store:
        store.at("2016-05-02T09:00", cases.report, "A", category="other")
        store.at("2016-05-13T09:00", cases.allocate, "A", OWNER, occurred="2016-05-02T10:00")
        return store

    screen = make(late)
    assert causes(screen, "stalled", "--as-at", "2016-05-08") == {}
    assert causes(screen, "stalled", "--known-at", "2016-05-08") == {"A": ["unallocated"]}
    assert "unallocated" not in str(causes(screen, "stalled", "--known-at", "2016-05-13"))


def test_time_runs_on_beyond_what_was_known(screen: Screen) -> None:
    """As known on the 10th, what falls due by the 20th is stalled on the 20th, as nobody knew better."""
    then = ["--as-at", "2016-05-20T12:00", "--known-at", "2016-05-10T12:00"]
    assert causes(screen, "stalled", *then)["NEW-1"] == ["unallocated", "dormant"]
    (new,) = (item for item in items(screen, "stalled", *then) if item["reference"] == "NEW-1")
    assert new["age_seconds"] == (parse("2016-05-20T11:00:00Z") - parse("2016-05-10T08:00:00Z")) // 1_000_000
    assert found(screen, "due", *then[2:], "--within", "1d") == "NEW-1"


def test_what_is_due_soon_is_not_yet_stalled(screen: Screen) -> None:
    """The soonest first; what is too long already is left to the other list."""
    shown = screen.typed("due", width=100)
    assert shown.out.splitlines() == lines(DUE_AT_100)
    assert shown.err == f"{LEFT}Next: longcase explain IMG-1, longcase stalled --by team, longcase stalled\n"
    (item,) = items(screen, "due")
    assert [one["overdue_seconds"] for one in item["causes"]] == [-75_600, -475_200]


@pytest.mark.parametrize(
    ("words", "references"),
    [
        (["--within", "20h"], ""),
        (["--within", "21h"], "IMG-1"),
        (["--within", "2w"], "IMG-1 FIT-1"),
        (["--within", "5wd"], "IMG-1"),
        (["--within", "6wd"], "IMG-1 FIT-1"),
        (["--within", "1mo"], "IMG-1 FIT-1 HIGH-1 VH-2"),
        (["--within", "2w", "--sort", "reference"], "FIT-1 IMG-1"),
        (["--within", "2w", "--owner", "DC 2206"], "FIT-1"),
        (["--within", "2w", "--cause", "untouched"], "IMG-1"),
        (["--within", "2w", "--standard", "dormant", "--team", "Lernia"], "FIT-1"),
        (["--as-at", "2016-05-10T12:00", "--within", "1d"], "NEW-1"),
        (["--known-at", "2016-05-14T12:00", "--within", "3d"], "NEW-1 VH-2"),
    ],
)
def test_due_within_some_time(screen: Screen, words: list[str], references: str) -> None:
    """Elapsed or working time, from the instant asked about; due at its very end counts."""
    assert found(screen, "due", *words) == references


def test_counted_by_team(screen: Screen) -> None:
    """The team with most waiting cases first; how long, what harm, and for what. No share of anything."""
    shown = screen.typed("stalled", "--by", "team", width=130)
    assert shown.out.splitlines() == lines(BY_TEAM)
    assert (shown.code, shown.err) == (0, "")
    assert "%" not in shown.out


@pytest.mark.parametrize(
    ("by", "counts"),
    [
        ("team", {"Lernia": 3, "Hydra": 2, None: 1}),
        ("owner", {OTHER: 3, OWNER: 2, None: 1}),
        ("supervisor", {"PS 0088": 4, "INSP 7": 1, None: 1}),
        ("category", {"other": 4, "indecent-images": 1, "missing": 1}),
        ("risk", {"very high": 2, "high": 1, "low": 1, "medium": 1, None: 1}),
        (
            "cause",
            {
                "dormant": 5,
                "clock-breached": 3,
                "attempts-only": 1,
                "step-missing": 1,
                "unallocated": 1,
                None: 0,
            },
        ),
    ],
)
def test_counted_by_each_of_what_cases_have_in_common(
    screen: Screen, by: str, counts: dict[str | None, int]
) -> None:
    """A case with several causes counts under each; harm is of no cause and stands by itself."""
    found = groups(screen, by)
    assert found == counts
    assert list(found) == list(counts)
    harm = {item["group"]: item["harm"] for item in items(screen, "stalled", "--by", by) if item["harm"]}
    group = {"team": "Hydra", "owner": OWNER, "supervisor": "PS 0088", "category": "other", "risk": "medium"}
    assert harm == {group.get(by): {"evidence-lost": 1}}


def test_counts_take_the_filters_too(screen: Screen) -> None:
    """Of the harm as well, as far as it has what is asked for."""
    assert groups(screen, "team", "--risk", "very high") == {"Hydra": 1, "Lernia": 1}
    assert groups(screen, "owner", "--owner", "dc 2206") == {OTHER: 3}
    assert groups(screen, "cause", "--owner", "dc 2206") == {
        "dormant": 3,
        "attempts-only": 1,
        "clock-breached": 1,
    }
    assert groups(screen, "team", "--unallocated") == {None: 1}
    assert groups(screen, "category", "--cause", "unallocated", "--team", "Lernia") == {}


def test_counted_at_the_end_of_each_month(screen: Screen) -> None:
    """The last instant of the month in the store's zone; of the last month, the instant asked about."""
    found = items(screen, "stalled", "--months", "3")
    assert [tuple(item) for item in found] == [COUNTED] * 3
    assert [(item["month"], item["at"], item["stalled"], item["harm"]) for item in found] == [
        ("2016-03", "2016-03-31T23:59:59.999999+01:00", 1, {}),
        ("2016-04", "2016-04-30T23:59:59.999999+01:00", 1, {}),
        ("2016-05", "2016-05-20T12:00:00+01:00", 6, {"evidence-lost": 1}),
    ]
    for item in found:
        assert len(items(screen, "stalled", "--as-at", item["at"])) == item["stalled"]
    table = screen.typed("stalled", "--months", "3", width=160).out.splitlines()
    assert table[0] == "stalled cases at the end of each month, the last as at now, by what is known now"
    assert [line.split()[:2] for line in table[2:]] == [["2016-03", "1"], ["2016-04", "1"], ["2016-05", "6"]]


def test_of_more_months_than_a_table_holds_the_latest_are_shown(screen: Screen) -> None:
    """What is cut off is what is longest ago, and that is said."""
    words = ["stalled", "--months", "3", "--by", "owner", "--limit", "2"]
    whole = items(screen, *words[:-2])
    shown = screen.typed(*words, width=160)
    assert [line.split()[0] for line in shown.out.splitlines()[2:]] == ["2016-05", "2016-05"]
    assert shown.err == f"2 of {len(whole)} lines are shown; --limit 0 shows all\n"
    assert items(screen, *words) == whole[-2:]


@pytest.mark.parametrize(
    ("by", "called"), [("owner", "nobody"), ("supervisor", "nobody"), ("risk", "not assessed"), ("team", "none")]
)
def test_a_group_without_a_name_is_called_as_in_the_lists(screen: Screen, by: str, called: str) -> None:
    """NEW-1 is nobody's, and nobody has assessed it."""
    assert screen.typed("stalled", "--by", by, "--category", "missing").out.splitlines()[-1].startswith(called)


def test_months_by_group_as_known_at_a_day(screen: Screen) -> None:
    """Each month by what was known on that day, which the headline says."""
    words = ["stalled", "--months", "2", "--by", "owner", "--known-at", "2016-05-04"]
    assert [(one["month"], one["group"], one["stalled"]) for one in items(screen, *words)] == [
        ("2016-04", OTHER, 1),
        ("2016-05", OWNER, 1),
        ("2016-05", OTHER, 1),
    ]
    assert screen.typed(*words, width=160).out.splitlines()[0] == (
        "stalled cases by owner at the end of each month, the last as at the end of 4 May 2016,"
        " by what was known at the end of 4 May 2016"
    )


def test_harm_counts_for_whose_the_case_was_and_in_the_month_in_which_it_came_to_light(make: Make) -> None:
    """Not for those who have it now; a month has its last microsecond and not the first of the next."""

    def harmed(store: Store) -> Store:
        at = store.at
        at("2016-01-04T09:00", officers.enrol, OWNER, team="Hydra", actor="HR 1", role="registrar")
        store.enrol(SERGEANT)
        at("2016-03-01T09:00", cases.report, "A", category="other")
        at("2016-03-01T10:00", cases.allocate, "A", OWNER)
        at("2016-03-31T23:59:59.999999", cases.act, "A", "further-harm")
        at("2016-04-01T00:00", cases.act, "A", "evidence-lost")
        at("2016-04-02T10:00", cases.allocate, "A", OTHER, team="Lernia")
        at("2016-04-30T10:00", cases.act, "A", "further-harm")
        at("2016-05-02T10:00", amendments.retract, "A", 6, reason="another case")
        at("2016-05-09T10:00", cases.resolve, "A", outcome="no further action")
        return store

    screen = make(harmed)
    words = ["stalled", "--months", "4", "--by", "team"]
    harm = [(one["month"], one["group"], one["harm"]) for one in items(screen, *words) if one["harm"]]
    assert harm == [("2016-03", "Hydra", {"further-harm": 1}), ("2016-04", "Hydra", {"evidence-lost": 1})]
    known = items(screen, *words, "--known-at", "2016-05-01")
    assert [(one["group"], one["harm"]) for one in known if one["month"] == "2016-04" and one["harm"]] == [
        ("Lernia", {"further-harm": 1}),
        ("Hydra", {"evidence-lost": 1}),
    ]


@pytest.mark.parametrize("command", ["stalled", "due"])
def test_what_stands_in_the_store_cannot_steer_the_terminal(make: Make, command: str) -> None:
    """An owner and a team from a file of somebody else's making; a spreadsheet is not made to reckon either."""
    owner, team = "=cmd|' /C calc'!A0 \x1b[2J", "\x1b]0;x\x07\u202eHydra\nNEW-2"

    def hostile(store: Store) -> Store:
        store.at("2016-05-13T09:00", cases.report, "A", category="other", risk="high")
        store.at("2016-05-13T10:00", allocated_to, owner, team)
        return store

    screen = make(hostile)
    words = [command, *(["--within", "1mo"] if command == "due" else [])]
    shown = screen.typed(*words, width=200)
    assert "calc" in shown.out
    assert not {"\x1b", "\x07", "\u202e"} & set(shown.out + shown.err)
    assert not any(line.startswith("NEW-2") for line in shown.out.splitlines())
    (row,) = csv.DictReader(io.StringIO(screen.typed(*words, "--format", "csv").out))
    assert row["owner"].startswith("'=")
    assert items(screen, *words)[0]["owner"].startswith("=cmd")


def allocated_to(app: Any, owner: str, team: str, by: Any) -> Any:
    """Record an allocation as a source may bring it, without the register's own checks of names."""
    from application.recording import record
    from domain.cases import events as ev
    from domain.identity import case_stream

    event = ev.Allocated(officer=owner, team=team)
    return record(app, case_stream("A"), ev.Allocated, lambda _history, _at: [event], lambda *_: None, by)


def test_a_restricted_case_stays_in_the_lists_without_text(make: Make) -> None:
    """A case that vanished from the list would be one that nobody notices standing still."""

    def restricted(store: Store) -> Store:
        store.at("2016-05-01T09:00", cases.report, "A", category="other", summary="a constable's brother")
        store.at("2016-05-03T09:00", cases.act, "A", "further-harm", outcome="at the brother's", text="again")
        store.at("2016-05-03T10:00", cases.restrict, "A", ["PSD 1"])
        return store

    screen = make(restricted)
    for form in ("table", "json", "jsonl", "csv"):
        shown = screen.typed("stalled", "--format", form)
        assert "brother" not in shown.out
        assert "again" not in shown.out
        assert "A" in shown.out
        assert "further" in shown.out
    assert found(screen, "stalled") == "A"
    assert groups(screen, "team") == {None: 1}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stalled", "--sort", "name"], "--sort: 'name' cannot be sorted by"),
        (["stalled", "--cause", "bad-luck"], "bad-luck"),
        (["stalled", "--by", "postcode"], "postcode"),
        (["stalled", "--months", "0"], "0"),
        (["stalled", "--months", "601"], "601"),
        (["stalled", "--months", "5", "--as-at", "0001-01-01"], "5 months lead back before the year 0001"),
        (["stalled", "--risk", "enormous"], "enormous"),
        (["stalled", "--as-at", "yesterday-ish"], "yesterday-ish"),
        (["stalled", "--limit", "-1"], "-1"),
        (["stalled", "--force"], "--force is for --svg"),
        (["stalled", "--svg", "x.svg", "--by", "team"], "--svg draws the cases themselves"),
        (["due", "--within", "soon"], "--within"),
        (["due", "--within", ""], "--within"),
        (["due", "--within", "9999999d"], "outside the years"),
        (["due", "--by", "team"], "--by"),
    ],
)
def test_what_cannot_be_understood_is_a_usage_problem(screen: Screen, words: list[str], said: str) -> None:
    """Exit code 2, nothing on standard output."""
    shown = screen.typed(*words)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The store that ``longcase demo`` makes."""
    path = str(tmp_path_factory.mktemp("demo") / "demo.db")
    assert main(["demo", "--store", path]) == 0
    return path


def typed(demo: str, capsys: pytest.CaptureFixture[str], *words: str) -> Shown:
    capsys.readouterr()
    return Shown(main(["--store", demo, *words]), *capsys.readouterr())


def test_the_demo_shows_the_warning_that_waited_first(demo: str, capsys: pytest.CaptureFixture[str]) -> None:
    """98 days on 20 May 2016; every case is stalled for something, since before, and explained in a sentence."""
    told = typed(demo, capsys, "stalled", "--as-at", "2016-05-20", "--format", "json").json
    first = told["items"][0]
    assert (first["reference"], first["owner"], first["age_seconds"] // 86_400) == ("IMG-0417", OWNER, 98)
    assert first["causes"][0]["standard"] == "image-case-action"
    assert 0 < told["count"] < told["open"]
    for item in told["items"]:
        assert item["causes"]
        for cause in item["causes"]:
            assert cause["since"] <= cause["due"] <= told["as_at"]
            assert cause["overdue_seconds"] >= 0
            assert cause["explanation"]


def test_the_demo_on_both_axes_and_by_month(demo: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is asked in different ways is answered alike."""
    day = ["--as-at", "2016-05-20", "--format", "json"]
    stalled = typed(demo, capsys, "stalled", *day).json
    (month,) = typed(demo, capsys, "stalled", "--months", "1", *day).json["items"]
    assert month["stalled"] == stalled["count"]
    teams = typed(demo, capsys, "stalled", "--by", "team", *day).json["items"]
    assert sum(one["stalled"] for one in teams) == stalled["count"]
    later = typed(demo, capsys, "due", "--within", "5wd", *day).json
    assert later["open"] == stalled["open"]
    assert all(cause["overdue_seconds"] < 0 for item in later["items"] for cause in item["causes"])
    known = typed(demo, capsys, "stalled", "--known-at", "2016-05-20", "--format", "json").json
    assert known["as_at"] == known["known_at"] == stalled["as_at"]
