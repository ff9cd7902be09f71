"""A case with an entry that cannot be read: the rest is shown, and nothing is recorded in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from domain.cases.restrictions import WITHHELD
from domain.identity import case_stream
from exchange.exports.write import FORMATS
from ledger.entry import StoredEntry
from ledger.sqlite.connection import create
from ledger.stores import open_reader, open_recorder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

WHICH = "entry 2 at position 2 cannot be read, and is left out: "


def planted(store: Path, version: int, topic: str, payload: bytes) -> None:
    """Put an entry into case A that no command of this version makes."""
    recorder = open_recorder(str(store))
    at = 1463734800000000
    row = StoredEntry(
        0, case_stream("A"), version, topic, 1, "DC 1", "", at, 0, version.to_bytes(16, "big"), b"", b"", payload
    )
    recorder.insert_events([row])
    recorder.close()


@pytest.fixture(params=["case.unheard-of", "case.entry-corrected"])
def topic(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def case(longcase: Callable[..., Ran], store: Path, topic: str) -> str:
    assert longcase("report", "A", "--category", "other").code == 0
    planted(store, 2, topic, b'{"entry":"some other","values":{}}')
    return "A"


COMMANDS = (
    "timeline A",
    "show A",
    "explain A",
    "replay A",
    "diff A 2016-05-01 2016-05-20T12:00",
    "diff A 2016-05-01 2016-05-20T12:00 --known",
    "audit --case A",
    "audit",
)


@pytest.mark.parametrize("command", [*COMMANDS, "find other --in category"])
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_what_can_be_read_is_shown_and_what_cannot_is_named(
    longcase: Callable[..., Ran], case: str, command: str, form: str
) -> None:
    """With its position and the reason; the exit code is that of a store with something wrong, as before."""
    ran = longcase("--role", "auditor", *command.split(), "--format", form)
    assert ran.code == 5
    assert WHICH in ran.err
    assert "reported" in ran.out


def test_what_may_have_restricted_the_case_keeps_its_text_from_others(
    longcase: Callable[..., Ran], case: str, topic: str
) -> None:
    """A correction that does not say of what may be of a restriction: its owner and overseers alone see it."""
    ran = longcase("timeline", case)
    assert ran.code == (3 if topic == "case.entry-corrected" else 5)
    assert ("reported" in ran.out) == (topic != "case.entry-corrected")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("topic", ["case.entry-corrected"], indirect=True)
def test_why_it_cannot_be_read_is_for_its_readers(longcase: Callable[..., Ran], case: str, command: str) -> None:
    """The reason may quote what stands in the entry."""
    ran = longcase(*command.split())
    assert ran.code in {3, 5}
    assert case in ran.out + ran.err
    assert "the payload is no" not in ran.out + ran.err
    assert WITHHELD in ran.err


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_changes_name_what_cannot_be_read(longcase: Callable[..., Ran], case: str, form: str, topic: str) -> None:
    """Once the tables leave it out; what may have restricted the case keeps its text from others."""
    words = ("changes", "--since", "2016-05-01", "--format", form)
    assert longcase(*words).code == 5
    assert longcase("projections", "skip", "2", "--reason", "of a later version").code == 0
    ran = longcase("--role", "auditor", *words)
    assert (ran.code, WHICH in ran.err) == (5, True)
    assert "reported: other" in ran.out
    others = longcase(*words)
    assert ("reported: other" in others.out) == (topic != "case.entry-corrected")
    assert (WITHHELD in others.err) == (topic == "case.entry-corrected")
    assert others.code == 5


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_has_the_entry_as_it_is_stored_and_says_so(
    longcase: Callable[..., Ran], case: str, form: str, tmp_path: Path, topic: str
) -> None:
    """Whoever takes the file back is told by its line: this version cannot read it, and nothing is left out."""
    out = tmp_path / f"out.{form}"
    ran = longcase("--role", "auditor", "export", "--case", case, "--output", str(out))
    assert ran.code == 5
    assert "exported 2 entries of 1 case" in ran.err
    assert f"entry 2 of {case}, at position 2, is in the file as it is stored: " in ran.err
    assert "longcase: 1 entry cannot be read\n" in ran.err
    assert topic in out.read_text()
    other = tmp_path / "other.db"
    create(str(other), {"zone": "Europe/London"}).close()
    back = longcase("import", str(out), "--store", str(other), "--format", "json")
    taken = json.loads(back.out)
    assert (back.code, taken["cases"], taken["entries"]) == (3, 1, 1)
    (refused,) = taken["refused"]
    assert "cannot be read" in refused["reason"] or topic in refused["reason"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("payload", [b"\xff\xfe", b"[1]", b'{"entry":', b""])
def test_what_no_file_can_hold_is_said_not_to_be_in_it(
    longcase: Callable[..., Ran], store: Path, form: str, payload: bytes
) -> None:
    """An entry is never left out without a word."""
    longcase("report", "A", "--category", "other")
    planted(store, 2, "case.unheard-of", payload)
    ran = longcase("--role", "auditor", "export", "--format", form)
    assert ran.code == 5
    assert "exported 1 entry of 1 case" in ran.err
    assert "entry 2 of A, at position 2, is NOT in the file: " in ran.err
    assert "1 entry cannot be read, and 1 of them not in the file" in ran.err


def test_a_case_whose_report_cannot_be_read_is_named_in_an_export(
    longcase: Callable[..., Ran], store: Path
) -> None:
    """Nothing of it can be written: a file without a case's report is refused whole."""
    planted(store, 1, "case.reported", b'{"category":"other"}')
    assert longcase("report", "B", "--category", "other").code == 0
    ran = longcase("--role", "auditor", "export", "--format", "jsonl")
    assert ran.code == 5
    assert "entry 1 of a case whose report cannot be read, at position 1, is NOT in the file" in ran.err
    assert '"reference":"B"' in ran.out


def test_a_line_of_json_stays_one_line(longcase: Callable[..., Ran], store: Path) -> None:
    """Whatever white space the payload was stored with."""
    longcase("report", "A", "--category", "other")
    planted(store, 2, "case.unheard-of", b'{"a":\n1,\r\n"b":"=x"}')
    ran = longcase("--role", "auditor", "export", "--format", "jsonl")
    assert [json.loads(line)["payload"] for line in ran.out.splitlines()][1] == {"a": 1, "b": "=x"}


def test_what_was_left_out_is_counted_and_its_positions_are_named(
    longcase: Callable[..., Ran], store: Path
) -> None:
    """With the reason of the first."""
    longcase("report", "A", "--category", "other")
    for version in range(2, 30):
        planted(store, version, "case.unheard-of", b"{}")
    ran = longcase("timeline", "A")
    positions = ", ".join(map(str, range(3, 23)))
    assert f"entry 2 at position 2 cannot be read, nor 27 more (at {positions}, ...), and is left out" in ran.err


LISTS = ("missing", "detained", "visits", "officers")


@pytest.mark.parametrize("command", LISTS)
def test_a_list_shows_what_can_be_read_once_the_tables_go_on(
    longcase: Callable[..., Ran], store: Path, command: str
) -> None:
    """What was skipped is missing from its case for ever, and is named as often as the case is read."""
    longcase("officer", "enrol", "DC 1417", "--at", "2016-05-01")
    longcase("officer", "absent", "DC 1417", "--at", "2016-05-02")
    longcase("report", "A", "--category", "offender-management", "--age", "13")
    longcase("allocate", "A", "DC 1417")
    for kind in ("missing-reported", "detained"):
        longcase("act", "A", kind)
    planted(store, 5, "case.unheard-of", b"{}")
    stopped = longcase(command)
    assert (stopped.code, stopped.out) == (5, "")
    position = open_reader(str(store)).head()[0]
    assert longcase("projections", "skip", str(position), "--reason", "nobody knows it").code == 0
    ran = longcase(command)
    assert ran.code == 5
    assert "DC 1417" in ran.out
    assert f"entry 5 at position {position} cannot be read, and is left out" in ran.err


@pytest.mark.parametrize("form", ["table", "json", "csv"])
@pytest.mark.parametrize("where", ["case.unheard-of", "case.graded", "case.escalated"])
def test_a_report_of_a_round_shows_what_can_be_read(
    longcase: Callable[..., Ran], store: Path, form: str, where: str
) -> None:
    """A grade that cannot be read may be of any round, in whatever case it stands."""
    theirs = ("--role", "inspectorate")
    longcase("inspection", "open", "round-1", *theirs)
    longcase("report", "A", "--category", "other")
    longcase("grade", "A", "good", "--by", "inspectorate", "--inspection", "round-1", *theirs)
    assert longcase("inspection", "report", "round-1").code == 0
    planted(store, 3, where, b'{"by":"nobody"}')
    ran = longcase("inspection", "report", "round-1", "--format", form)
    assert ran.code == 5
    assert "good" in ran.out
    assert "entry 3 at position 4 cannot be read, and is left out" in ran.err


def test_a_grade_that_cannot_be_read_is_named_though_its_case_is_on_no_list(
    longcase: Callable[..., Ran], store: Path
) -> None:
    """It may have put the case there."""
    longcase("inspection", "open", "round-1", "--role", "inspectorate")
    longcase("report", "A", "--category", "other")
    planted(store, 2, "case.graded", b'{"by":"nobody"}')
    ran = longcase("inspection", "report", "round-1")
    assert ran.code == 5
    assert "entry 2 at position 3 cannot be read" in ran.err


@pytest.mark.parametrize("topic", ["case.unheard-of"], indirect=True)
def test_nothing_is_recorded_beside_what_may_forbid_it(longcase: Callable[..., Ran], case: str) -> None:
    """And it is said for certain that nothing was."""
    ran = longcase("assess", case, "low")
    assert ran.code == 5
    assert (
        "nothing was recorded: entry 2, at position 2, cannot be read, and what it says may forbid this"
        in ran.err
    )
    assert "may or may not" not in ran.err


@pytest.mark.parametrize("topic", ["officer.unheard-of", "officer.enrolled"])
@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("cases", "--owner", "DC 9"), "--owner"),
        (("stalled", "--team", "lyra"), "--team"),
        (("due", "--category", "nosuch"), "--category"),
        (("officers", "--officer", "DC 9"), "--officer"),
        (("officers", "--accreditation", "diver"), "--accreditation"),
        (("audit", "--by", "DC 9"), "--by"),
    ],
)
def test_whether_nobody_is_called_so_cannot_be_told(
    longcase: Callable[..., Ran], store: Path, words: tuple[str, ...], option: str, topic: str
) -> None:
    """An entry that cannot be read may name whoever is asked about: that they are not there is not said."""
    longcase("report", "A", "--category", "other")
    planted(store, 2, topic, b'{"on_behalf_of":"DC 9","side":"neither"}')
    assert longcase("cases").code == 5
    position = str(open_reader(str(store)).head()[0])
    assert longcase("projections", "skip", position, "--reason", "nobody knows it").code == 0
    ran = longcase(*words)
    assert (ran.code, ran.out) == (5, "")
    assert f"{option}: {words[-1]!r} stands in no entry that can be read" in ran.err
    assert f"the one at position {position}, which cannot" in ran.err


def test_who_acted_is_told_as_far_as_it_can_be(longcase: Callable[..., Ran], store: Path) -> None:
    """Whom an entry was for that cannot be read is not known: what can be read is shown, and it is named."""
    longcase("report", "A", "--category", "other", "--actor", "DC 1")
    planted(store, 2, "case.unheard-of", b'{"on_behalf_of":"DC 9"}')
    ran = longcase("audit", "--by", "PS 0088")
    assert (ran.code, ran.out) == (5, "")
    ran = longcase("audit", "--by", "DC 1")
    assert (ran.code, "reported" in ran.out, WHICH in ran.err) == (5, True, True)
