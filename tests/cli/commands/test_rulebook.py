"""``longcase rulebook``: the rules in force, others tried, adopted, and every adoption."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cli.commands import rulebook as command
from domain.rulebook.default import DATA, default_rulebook
from domain.rulebook.model import FIELDS, Standard
from domain.rulebook_toml.reader import read
from projections.views.rulebooks import HISTORY
from tests.application.actions import RULES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Clock, Ran

    Longcase = Callable[..., Ran]

OWN = f"""{RULES}
[needs]
child-abuse = "detective"

[specialists]
detective = 12

[calendar]
hours = ["mon-fri 08:00-18:00"]

[calendar.teams.Hydra]
hours = ["mon-sun 00:00-24:00"]

[[calendar.overrides]]
day = "2016-06-10"
holiday = true
why = "the force's day"
"""
ADOPTED = "2016-06-01"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    path = tmp_path / "own.toml"
    path.write_text(OWN, "utf-8")
    return path


@pytest.mark.usefixtures("store")
def test_show_lists_the_standards_and_what_holds_beside_them(
    longcase: Longcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line each, in the order of the rulebook, whatever their number."""
    monkeypatch.setenv("COLUMNS", "80")
    ran = longcase("rulebook", "show")
    lines = ran.out.splitlines()
    assert lines[:3] == [
        "Longcase default 1, which holds until another is adopted: 22 standards, as at",
        "now",
        "STANDARD                     LIMIT          SAYS",
    ]
    names = [line.partition(" ")[0] for line in lines[3:25]]
    assert names == [one.id for one in default_rulebook().standards]
    assert lines[6] == "image-case-action            1d to 30d      proposed"
    assert lines[26] == "working time   mon-fri 09:00-17:00 (Europe/London)"
    assert all(len(line) <= 80 for line in lines)
    later = "a later edition ships: longcase rulebook show --edition 3, and --toml to adopt it\n"
    left = "not shown in 80 columns: from -> to, applies to, source; --format lines has all\n"
    assert (ran.code, ran.err) == (0, left + later)


@pytest.mark.usefixtures("store")
def test_one_standard_is_shown_whole(longcase: Longcase, monkeypatch: pytest.MonkeyPatch) -> None:
    """What starts and stops it, its limits by risk, and where it comes from."""
    monkeypatch.setenv("COLUMNS", "100")
    ran = longcase("rulebook", "show", "--standard", "warrant-life")
    assert ran.out.splitlines()[1:] == [
        "warrant-life   warrant executed",
        "from, to       warrant-granted -> warrant-executed",
        "ends           warrant-withdrawn",
        "applies to     every warrant",
        "limit          3 months",
        "counted        in calendar months, to the same time of day",
        "pauses         change nothing",
        "warns          14 days before: warrant-expiring",
        "stalled for    warrant-lapsed",
        "unmet          the warrant was never executed",
        "statute        Police and Criminal Evidence Act 1984, section 16(3): within three months of issue",
        "               (one month before the Serious Organised Crime and Police Act 2005, section 114)",
    ]
    by_risk = longcase("rulebook", "show", "--standard", "dormant").out
    assert (
        "limit          very high 3 days, high 7 days, medium 14 days, low 30 days, unassessed 7 days" in by_risk
    )
    review = longcase("rulebook", "show", "--standard", "detention-review").out
    assert "limit          6 hours" in review
    assert "then           9 hours" in review


@pytest.mark.usefixtures("store")
def test_a_standard_that_is_not_there_is_named_with_the_nearest(longcase: Longcase) -> None:
    """It is a matter of what was typed."""
    ran = longcase("rulebook", "show", "--standard", "dormnt")
    assert (ran.code, ran.out) == (2, "")
    assert "no standard in force is called 'dormnt'; did you mean dormant?" in ran.err


@pytest.mark.usefixtures("store")
def test_show_as_data_holds_every_field_of_the_contract(longcase: Longcase) -> None:
    """An item a standard, and the rest of the rulebook beside the items."""
    assert set(FIELDS) == set(Standard.__struct_fields__)
    found = json.loads(longcase("rulebook", "show", "--format", "json").out)
    assert list(found) == ["as_at", "known_at", "count", "rulebook", "items"]
    assert found["count"] == len(default_rulebook().standards) == len(found["items"])
    assert all(tuple(item) == FIELDS for item in found["items"])
    assert found["rulebook"]["effective_from"] is None
    assert found["rulebook"]["calendar"]["holidays"]["2016-12-27"] == "Christmas Day (observed)"
    rows = longcase("rulebook", "show", "--format", "csv").out.splitlines()
    assert rows[0] == ",".join(FIELDS)
    assert len(longcase("rulebook", "show", "--format", "jsonl").out.splitlines()) == found["count"]


@pytest.mark.usefixtures("store")
def test_what_show_prints_as_a_file_is_the_file_that_ships(longcase: Longcase) -> None:
    """To the byte, so that a force edits what it sees; and it is sound."""
    printed = longcase("rulebook", "show", "--toml").out
    with open(f"{DATA}/rulebook.toml", encoding="utf-8") as file:  # noqa: PTH123  (as domain.rulebook.default reads it)
        assert printed == file.read()
    ran = longcase("rulebook", "check", "-", stdin=printed.encode())
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == (
        "-: nothing is wrong with its 22 standards; no change,"
        " compared with the rulebook in force, 'Longcase default 1'\n"
    )


@pytest.mark.usefixtures("store")
def test_an_edition_that_ships_is_shown_and_printed_to_be_adopted(
    longcase: Longcase, clock: Clock, tmp_path: Path
) -> None:
    """Whatever is in force, and with the days of the store; from the day on which it is adopted it holds."""
    shown = longcase("rulebook", "show", "--edition", "2")
    assert shown.out.startswith("Longcase default 2, which ships with Longcase: 22 standards\n")
    whole = longcase("rulebook", "show", "--edition", "2", "--standard", "warrant-life").out
    assert "limit          3 months from the date" in whole
    assert "counted        from the date of the start, which does not count, to the end of the last day" in whole
    mixed = longcase("rulebook", "show", "--edition", "2", "--standard", "escalation-answer").out
    assert "counted        from the instant of the start; in working days after that of the start, to" in mixed
    path = tmp_path / "second.toml"
    path.write_text(longcase("rulebook", "show", "--edition", "2", "--toml").out)
    clock.set("2016-02-01T09:00:00Z")
    assert longcase("rulebook", "adopt", str(path), "--from", "2016-03-01").code == 0
    later = longcase("rulebook", "show", "--as-at", "2016-03-02")
    assert later.out.startswith("Longcase default 2, in force from 1 Mar 2016 00:00")
    assert later.err == ""


@pytest.mark.usefixtures("store")
def test_a_file_is_printed_whole_and_in_one_form(longcase: Longcase) -> None:
    """Half a rulebook could be adopted by mistake."""
    assert longcase("rulebook", "show", "--toml", "--standard", "dormant").code == 2
    assert longcase("rulebook", "show", "--toml", "--format", "json").code == 2


@pytest.mark.usefixtures("store")
def test_what_was_adopted_comes_back_as_a_file(longcase: Longcase, own: Path) -> None:
    """Without the bank holidays, with what was changed of them; hidden characters are escapes."""
    hidden = OWN.replace('"ours"', '"ours \\u202e\\u3164 café"').replace("force's day", "day \\\\ \\u0007")
    own.write_text(hidden, "utf-8")
    assert longcase("rulebook", "adopt", str(own), "--from", ADOPTED).code == 0
    printed = longcase("rulebook", "show", "--toml", "--as-at", ADOPTED).out
    assert read(printed) == read(hidden)
    assert "\u202e" not in printed
    assert "\u3164" not in printed
    assert "café" in printed


@pytest.mark.usefixtures("store")
def test_check_names_every_problem_by_file_and_line(longcase: Longcase, own: Path) -> None:
    """And exits with 2; nothing else is said."""
    own.write_text(OWN.replace('"8wh"', '"soon"').replace('"detective"', '" "'), "utf-8")
    ran = longcase("rulebook", "check", "own.toml")
    assert ran.code == 2
    assert ran.err == ""
    assert [line.partition(" ")[0] for line in ran.out.splitlines()] == ["own.toml:9:", "own.toml:15:"]
    data = json.loads(longcase("rulebook", "check", "own.toml", "--format", "json").out)
    assert (data["count"], data["sound"], data["changes"]) == (2, False, [])
    assert [tuple(item) for item in data["items"]] == [("file", "line", "message")] * 2
    assert data["items"][0]["line"] == 9


@pytest.mark.usefixtures("store")
def test_check_says_what_a_sound_file_would_change(longcase: Longcase, own: Path) -> None:
    """Of the rulebook that is in force, line by line."""
    ran = longcase("rulebook", "check", str(own))
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert {
        "title: was Longcase default 1, is ours",
        "needs: child-abuse was child-protection, is detective",
        "needs: domestic-abuse was child-protection, is nothing",
        "specialists: detective was nothing, is 12",
        "calendar: hours was mon-fri 09:00-17:00, is mon-fri 08:00-18:00",
        "calendar: teams was nothing, is Hydra hours mon-sun 00:00-24:00",
        "calendar: overrides was nothing, is day 2016-06-10, holiday yes, why the force's day",
        "allocate: limit was 24h, is 8wh",
        "dormant: removed",
    } <= set(lines)
    assert "compared with the rulebook in force, 'Longcase default 1'" in ran.err
    data = json.loads(longcase("rulebook", "check", str(own), "--format", "json").out)
    assert data["sound"]
    assert {"what": "allocate", "field": "limit", "before": "24h", "after": "8wh"} in data["changes"]
    assert len(data["changes"]) == len(lines)


def test_check_needs_no_store(longcase: Longcase, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rulebook can be written before there is one."""
    monkeypatch.setenv("LONGCASE_STORE", "nowhere.db")
    ran = longcase("rulebook", "check", str(own))
    assert ran.code == 0
    assert "compared with the rulebook that ships, since there is no store yet" in ran.err


@pytest.mark.parametrize("verb", [("check",), ("adopt", "--from", ADOPTED)])
@pytest.mark.usefixtures("store", "own")
def test_a_file_that_cannot_be_read_is_a_matter_of_usage(
    longcase: Longcase, tmp_path: Path, verb: tuple[str, ...]
) -> None:
    """Missing, not UTF-8, or far too long."""
    (tmp_path / "latin.toml").write_bytes('title = "x"\n# caf\xe9\n'.encode("latin-1"))
    (tmp_path / "long.toml").write_bytes(b"#" * (command.LARGEST + 1))
    for file, words in {
        "none.toml": "none.toml cannot be read: No such file",
        "latin.toml": "latin.toml:2: it is not UTF-8",
        "long.toml": "long.toml is longer than 500,000 bytes",
    }.items():
        ran = longcase("rulebook", verb[0], file, *verb[1:])
        assert (ran.code, ran.out) == (2, "")
        assert words in ran.err


@pytest.mark.usefixtures("store")
def test_a_file_of_another_system_is_read(longcase: Longcase, own: Path) -> None:
    """With a mark of its byte order and other line ends, and problems still on their lines."""
    own.write_bytes(b"\xef\xbb\xbf" + OWN.replace('"8wh"', '"soon"').replace("\n", "\r\n").encode())
    assert longcase("rulebook", "check", "own.toml").out.startswith("own.toml:9: allocate: 'soon'")


@pytest.mark.usefixtures("store")
def test_adopt_says_what_changes_and_from_when(longcase: Longcase, own: Path) -> None:
    """The receipt goes to standard output, the rest to standard error."""
    ran = longcase("rulebook", "adopt", str(own), "--from", ADOPTED, "--reason", "agreed on 19 May")
    assert (ran.code, ran.out) == (0, "rulebook entry 1: adopted, position 1\n")
    lines = ran.err.splitlines()
    assert lines[0] == "'ours' takes effect on 1 Jun 2016 00:00; of 'Longcase default 1' it changes:"
    assert "  allocate: limit was 24h, is 8wh" in lines
    assert lines[-1] == "  bank holidays: 1 day is different"
    again = longcase("rulebook", "adopt", str(own), "--from", "2016-07-01")
    assert again.err == "'ours' takes effect on 1 Jul 2016 00:00; it says what 'ours' says\n"


@pytest.mark.usefixtures("store")
def test_adopt_twice_with_one_id_adopts_once(longcase: Longcase, own: Path) -> None:
    """As every command that records."""
    words = (
        "rulebook",
        "adopt",
        str(own),
        "--from",
        ADOPTED,
        "--command-id",
        "5b0e7a52-64a5-4d8c-9d3c-0c6f7e0b3c11",
    )
    assert longcase(*words).code == 0
    again = longcase(*words, "--format", "json")
    assert json.loads(again.out)["repeated"]
    assert again.err == ""
    assert len(longcase("rulebook", "history", "--format", "jsonl").out.splitlines()) == 1


@pytest.mark.usefixtures("store")
def test_what_cannot_be_adopted_is_told_with_every_problem(longcase: Longcase, own: Path) -> None:
    """Nothing is recorded."""
    own.write_text(OWN.replace('"8wh"', '"soon"'), "utf-8")
    ran = longcase("rulebook", "adopt", "own.toml", "--from", ADOPTED)
    assert (ran.code, ran.out) == (2, "")
    assert "longcase: own.toml cannot be adopted as it is\n  hint: own.toml:9: allocate: 'soon'" in ran.err
    assert longcase("rulebook", "history").err == "no adoptions\n"


@pytest.mark.usefixtures("store")
def test_a_day_that_is_past_is_refused_once_there_is_a_case(longcase: Longcase, own: Path) -> None:
    """By a rule, with its reason."""
    assert longcase("rulebook", "adopt", str(own), "--from", "2016-01-01").code == 0
    assert longcase("report", "A-1", "--category", "other").code == 0
    ran = longcase("rulebook", "adopt", str(own), "--from", "2016-05-20")
    assert ran.code == 3
    assert "a rulebook takes effect on a day to come" in ran.err


@pytest.mark.usefixtures("store")
def test_show_tells_what_was_and_will_be_in_force(longcase: Longcase, own: Path) -> None:
    """By the day, whenever it was adopted."""
    longcase("rulebook", "adopt", str(own), "--from", ADOPTED)
    told = {
        day: longcase("rulebook", "show", "--as-at", day).out.partition(":")[0] for day in ("2016-05-31", ADOPTED)
    }
    assert told["2016-05-31"] == "Longcase default 1, which holds until another is adopted"
    assert (
        told[ADOPTED] == "ours, in force from  1 Jun 2016 00"
        or told[ADOPTED] == "ours, in force from 1 Jun 2016 00"
    )
    shown = longcase("rulebook", "show", "--as-at", ADOPTED).out
    for line in (
        "               Hydra: mon-sun 00:00-24:00",
        "               2016-06-10 is one: the force's day",
        "needs          child-abuse: detective",
        "specialists    12 detective",
    ):
        assert line in shown.splitlines()


def items(longcase: Longcase, *words: str) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in longcase("rulebook", "history", "--format", "jsonl", *words).out.splitlines()
    ]


@pytest.mark.usefixtures("store")
def test_history_lists_every_adoption(longcase: Longcase, own: Path, clock: Clock) -> None:
    """With who, when, why, from when, and what it changed."""
    longcase("rulebook", "adopt", str(own), "--from", ADOPTED, "--reason", "agreed", "--role", "administrator")
    clock.set("2016-05-21T09:00:00Z")
    own.write_text(OWN.replace('"8wh"', '"4wh"').replace('"ours"', '"ours, second"'), "utf-8")
    longcase("rulebook", "adopt", str(own), "--from", "2016-07-01")
    first, second = items(longcase)
    assert tuple(first) == HISTORY
    assert first["effective_from"] == "2016-06-01T00:00:00+01:00"
    assert (first["actor"], first["role"], first["reason"]) == ("PS 0088", "administrator", "agreed")
    assert first["changed"] == ["allocate"]
    assert "dormant" in first["removed"]
    assert (second["title"], second["changed"], second["others"]) == ("ours, second", ["allocate"], ["title"])
    assert len(items(longcase, "--known-at", "2016-05-20")) == 1
    lines = longcase("rulebook", "history").out.splitlines()
    assert lines[0].split() == ["IN", "FORCE", "FROM", "ADOPTED", "BY", "TITLE", "STANDARDS", "CHANGED"]
    assert any("ours, second          1  changed allocate; title" in line for line in lines)


@pytest.mark.usefixtures("store")
def test_an_adoption_stands_in_the_audit(longcase: Longcase, own: Path) -> None:
    """In words, under the register of that name, with the instant as such."""
    longcase("rulebook", "adopt", str(own), "--from", ADOPTED)
    (entry,) = (json.loads(line) for line in longcase("audit", "--format", "jsonl").out.splitlines())
    assert (entry["register"], entry["reference"]) == ("rulebook", "rulebook")
    assert entry["summary"] == "rulebook adopted: ours; 1 standard"
    assert entry["details"]["effective_from"] == "2016-06-01T00:00:00+01:00"
