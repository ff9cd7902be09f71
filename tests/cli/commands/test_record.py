"""``longcase record``: one case whole, for whoever may read it, as HTML, Markdown or text."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING, Any

import html5lib
import pytest

from domain.identity import case_stream
from ledger.sqlite.recorder import SQLiteRecorder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REF = "IMG-0901"
NEW = ("--category", "indecent-images", "--children", "2", "--summary")
TEXT = "tells <b>of</b> a man\n\nand of *two* children"


@pytest.fixture
def case(longcase: Callable[..., Any], store: Path, clock: Any) -> str:
    """A case with a late entry, a correction, a retraction, a link, a clock that was met, and a long text."""
    acts = [
        (
            "2016-05-03T09:00:00Z",
            "report",
            REF,
            "--category",
            "indecent-images",
            "--summary",
            TEXT,
            "--children",
            "2",
        ),
        ("2016-05-03T09:30:00Z", "report", "DVW-0902", "--category", "domestic-abuse"),
        ("2016-05-03T10:00:00Z", "allocate", REF, "DC 1417", "--role", "supervisor"),
        ("2016-05-04T10:00:00Z", "act", REF, "child-seen", "--outcome", "well", "--on-behalf-of", "DC 7"),
        ("2016-05-05T10:00:00Z", "correct", REF, "3", "outcome=unwell", "--reason", "misheard"),
        ("2016-05-06T10:00:00Z", "act", REF, "contact-attempted", "--at", "2016-05-03T11:00"),
        ("2016-05-06T11:00:00Z", "retract", REF, "5", "--reason", "another case"),
        ("2016-05-07T10:00:00Z", "link", REF, "DVW-0902", "--as", "same-child"),
    ]
    for at, *words in acts:
        clock.set(at)
        assert longcase(*words).code == 0, words
    return REF


def said(ran: Any) -> str:
    assert (ran.code, ran.err) == (0, "")
    return str(ran.out)


def test_it_has_everything_that_was_written(longcase: Callable[..., Any], case: str, store: Path) -> None:
    """Who, as what, for whom, when it happened and was recorded; amendments beside what they amend."""
    found = said(longcase("record", case))
    leaf = SQLiteRecorder.open(str(store)).stream(case_stream(case))[-1].leaf.hex()
    for part in (
        f"# Record of case {REF}",
        "- **entry 3**\n  - occurred: 4 May 2016 11:00\n  - recorded: 4 May 2016 11:00\n    at position 4\n",
        "  - by whom: PS 0088\n    in no role\n    on behalf of DC 7\n",
        "  - what was recorded: child seen: unwell\n    kind: child-seen\n    counts: yes\n",
        "  - what became of it: corrected by entry 4, PS 0088, 5 May 2016 11:00: misheard\n",
        "    as recorded at first: outcome well\n",
        "  - what was recorded: ~~contact attempted~~\n",
        "  - what became of it: ! recorded 3 d late\n",
        "    retracted by entry 6, PS 0088, 6 May 2016 12:00: another case\n",
        "reported: tells \\<b\\>of\\</b\\> a man\n\n    and of \\*two\\* children\n",
        "    children: 2\n",
        "### allocate: met in time\n",
        "- **days 3 May 2016**\n  - counted: 14 h\n",
        "- **lane owner**\n  - from: 3 May 2016 10:00\n  - until: 3 May 2016 11:00\n",
        "- **other case DVW-0902**\n  - this case is to it: same child\n  - since: 7 May 2016 11:00\n",
        f"- **last entry**: 7, at position 8\n- **leaf**: {leaf}\n",
        "longcase doctor --deep",
        "longcase log verify",
        "longcase-verify",
        "everybody: it is not restricted",
    ):
        assert part in found, part


def test_it_is_as_at_one_instant_and_as_known_at_another(longcase: Callable[..., Any], case: str) -> None:
    """Its last entry is the last that was known by then."""
    found = said(longcase("record", case, "--known-at", "2016-05-04"))
    assert "As at the end of 4 May 2016, by what was known at the end of 4 May 2016." in found
    assert "child seen: well" in found
    assert "- **last entry**: 3, at position 4\n" in found
    ran = longcase("record", case, "--as-at", "2016-05-01")
    assert (ran.code, ran.out) == (0, "")
    assert f"case {REF} had not been reported" in ran.err


@pytest.mark.parametrize("name", ["case.html", "case.HTM", "case.md", "case.markdown"])
def test_a_file_is_written_for_its_owner_alone_and_never_over_another(
    longcase: Callable[..., Any], case: str, tmp_path: Path, name: str
) -> None:
    """Its name says in which format; --force replaces it."""
    file = tmp_path / name
    said(longcase("record", case, "--output", str(file)))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = file.read_text("utf-8")
    assert ("<!DOCTYPE html>" in written) == name.casefold().startswith("case.h")
    again = longcase("record", case, "--output", str(file))
    assert (again.code, file.read_text("utf-8")) == (2, written)
    said(longcase("record", case, "--output", str(file), "--force"))


def test_html_is_read_without_an_error_and_has_what_the_text_has(
    longcase: Callable[..., Any], case: str, tmp_path: Path
) -> None:
    """By a parser that follows the standard."""
    file = tmp_path / "case.html"
    said(longcase("record", case, "--output", str(file)))
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(file.read_bytes())
    cells = ["\n".join(one.itertext()) for one in tree.iter("td")]
    assert "reported: tells <b>of</b> a man\nand of *two* children\nreference: IMG-0901\ncategory: " in "".join(
        one for one in cells if one.startswith("reported: tells")
    )
    amended = "corrected by entry 4, PS 0088, 5 May 2016 11:00: misheard"
    assert f"{amended}\nas recorded at first: outcome well" in cells
    assert [one.text for one in tree.iter("h2")] == [
        "The case",
        "How it stands",
        "What was recorded",
        "Clocks",
        "What went on side by side",
        "Links to other cases",
        "How to check this record",
    ]


def test_the_same_record_has_the_same_bytes(longcase: Callable[..., Any], case: str, tmp_path: Path) -> None:
    """Where it is made as of the same instants."""
    for name in ("one.html", "two.html"):
        said(longcase("record", case, "--output", str(tmp_path / name)))
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


@pytest.mark.parametrize("name", ["case.pdf", "case"])
def test_a_format_that_there_is_not_is_refused(
    longcase: Callable[..., Any], case: str, tmp_path: Path, name: str
) -> None:
    """With those that there are."""
    ran = longcase("record", case, "--output", str(tmp_path / name))
    assert ran.code == 2
    assert "nothing says in which format" in ran.err
    assert ".html" in ran.err
    assert longcase("record", case, "--force").code == 2


def test_a_restricted_case_is_for_those_who_may_read_it(
    longcase: Callable[..., Any], case: str, clock: Any
) -> None:
    """Nobody else has a word of it, and for them it says whose it is to read."""
    clock.set("2016-05-08T10:00:00Z")
    assert longcase("restrict", case, "--to", "DI 7", "--reason", "a colleague").code == 0
    ran = longcase("--actor", "DC 9", "record", case)
    assert (ran.code, ran.out) == (3, "")
    assert "is restricted" in ran.err
    found = said(longcase("--actor", "DI 7", "record", case))
    assert "> This case is restricted. It is for those who may read it" in found
    assert "- **who may read it**: DI 7, its owner, the inspectorate and auditors" in found


def test_no_line_is_longer_than_the_terminal(
    longcase: Callable[..., Any], case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From 40 columns on; each is wrapped under its own beginning."""
    monkeypatch.setattr("cli.session.documents.is_terminal", lambda _out: True)
    for columns in (40, 80, 140):
        monkeypatch.setenv("COLUMNS", str(columns))
        lines = said(longcase("record", case)).splitlines()
        leaf = re.compile("[0-9a-f]{20,}")
        assert [line for line in lines if len(line) > columns and not leaf.search(line)] == []
        assert "" in lines


def test_there_must_be_a_case(longcase: Callable[..., Any], store: Path) -> None:
    """As for every command that reads one."""
    ran = longcase("record", "NONE")
    assert (ran.code, ran.out) == (3, "")
    assert "there is no case NONE" in ran.err
