"""What was written can be read back: one entry whole, all texts whole, what a correction put in whose place."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG = "line 1 of a long statement\n\n" + "what was seen. " * 40 + "\nEND-OF-TEXT"
CORRECTED = """IMG-0901 entry 3: entry-corrected 2, position 3
  before: text the mother, at home
  after: text the father,
    at work
"""


@pytest.fixture
def case(longcase: Callable[..., Any], store: Path) -> str:
    """Report a case in which a long note was made; each command has a day of its own."""
    longcase("report", "IMG-0901", "--category", "indecent-images", "--at", "2016-03-01T09:00")
    longcase("act", "IMG-0901", "note", "--text", "-", "--at", "2016-03-01T10:00", stdin=LONG.encode())
    return "IMG-0901"


def test_an_entry_is_shown_whole(case: str, longcase: Callable[..., Any]) -> None:
    """Every paragraph stands on lines of its own, and nothing of the text is left out."""
    done = longcase("show", case, "2")
    assert done.code == 0
    assert done.out.startswith("entry 2 of IMG-0901, position 2: action recorded\n")
    assert done.out.count("what was seen.") == 40
    text = [line.strip() for line in done.out.splitlines()]
    assert "text      line 1 of a long statement" in text
    assert "END-OF-TEXT" in text
    assert "who       PS 0088" in text


def test_an_entry_for_programs(case: str, longcase: Callable[..., Any]) -> None:
    """It is the item that the timeline has of it, with the reference beside it."""
    whole = json.loads(longcase("timeline", case, "--format", "json").out)["items"]
    envelope = json.loads(longcase("show", case, "2", "--format", "json").out)
    assert [{"reference": envelope["reference"], **one} for one in envelope["items"]] == [whole[1]]


def test_what_became_of_an_entry(case: str, longcase: Callable[..., Any]) -> None:
    """It says by whom it was corrected and retracted, when and why, and what stood there before."""
    longcase("correct", case, "2", "text=short", "--reason", "too long")
    longcase("retract", case, "2", "--reason", "of another case")
    said = longcase("show", case, "2").out
    assert re.search(r"corrected +by entry 3, PS 0088, .*: too long\n", said)
    assert re.search(r"retracted +by entry 4, PS 0088, .*: of another case\n", said)
    assert "before: text" in said
    assert "END-OF-TEXT" in said


@pytest.mark.parametrize("when", [(), ("--as-at", "2016-03-01T09:30")])
def test_an_entry_that_there_is_not(when: tuple[str, ...], case: str, longcase: Callable[..., Any]) -> None:
    """A number that no entry had by then is refused, with both instants."""
    done = longcase("show", case, "2" if when else "3", *when)
    assert (done.code, done.out) == (3, "")
    assert "has no entry" in done.err
    assert "as at" in done.err


def test_a_timeline_says_which_texts_are_cut(case: str, longcase: Callable[..., Any]) -> None:
    """A text that is cut has its sign, and the way to the rest; with --full none is cut."""
    done = longcase("timeline", case)
    assert "END-OF-TEXT" not in done.out
    assert "…" in done.out
    assert "1 text is cut (…): longcase timeline IMG-0901 --full shows all whole" in done.err
    whole = longcase("timeline", case, "--full")
    assert (whole.out.count("what was seen."), whole.err) == (40, "")
    assert [line.strip() for line in whole.out.splitlines()].count("END-OF-TEXT") == 1
    assert "1 text is cut" in longcase("replay", case).err


def test_no_picture_is_full(case: str, longcase: Callable[..., Any]) -> None:
    """A picture has no texts to show whole."""
    assert longcase("timeline", case, "--full", "--svg", "-").code == 2


def test_a_correction_reads_a_text_and_shows_both(longcase: Callable[..., Any], store: Path) -> None:
    """A hyphen stands for standard input; the answer has what stood there before, and what stands there now."""
    longcase("report", "IMG-0901", "--category", "indecent-images")
    longcase("act", "IMG-0901", "interview", "--text", "the mother, at home")
    done = longcase("correct", "IMG-0901", "2", "text=-", "--reason", "r", stdin=b"the father,\nat work\n")
    assert (done.code, done.out) == (0, CORRECTED)
    done = longcase("correct", "IMG-0901", "2", "text=x", "--reason", "r", "--format", "json")
    receipt = json.loads(done.out)
    assert (receipt["before"], receipt["after"]) == ({"text": "the father,\nat work"}, {"text": "x"})


def test_two_texts_cannot_be_read(case: str, longcase: Callable[..., Any]) -> None:
    """Standard input is one text."""
    done = longcase("correct", case, "2", "text=-", "outcome=-", stdin=b"x")
    assert done.code == 2
    assert "text and outcome cannot both be read" in done.err


def test_a_correction_that_changes_nothing_is_refused(case: str, longcase: Callable[..., Any]) -> None:
    """It is refused by what stands, which may itself be corrected; the same command given again is not."""
    repeat = ("correct", case, "2", "text=short", "--command-id", "00112233-4455-6677-8899-aabbccddeeff")
    assert longcase(*repeat).code == 0
    again = longcase(*repeat)
    assert (again.code, "recorded before" in again.out) == (0, True)
    done = longcase("correct", case, "2", "text=short")
    assert done.code == 3
    assert "entry 2 says that already" in done.err
    assert longcase("correct", case, "2", "text=other").code == 0


def test_an_empty_note_is_refused(case: str, longcase: Callable[..., Any]) -> None:
    """It would stay for ever and say nothing; what came of something is enough."""
    done = longcase("act", case, "note")
    assert (done.code, "a note needs a text" in done.err) == (2, True)
    assert longcase("act", case, "note", "--outcome", "left a card").code == 0


def test_every_table_that_cuts_a_text_says_how_it_is_read(case: str, longcase: Callable[..., Any]) -> None:
    """The audit of all cases, a comparison and clocks too; what programs read is whole and needs no word."""
    said = longcase("audit")
    assert "…" in said.out
    assert "1 text is cut (…): longcase show REF N shows one whole" in said.err
    assert longcase("audit", "--format", "jsonl").err == ""
    longcase("act", case, "interview", "--text", "-", "--at", "2016-03-02T10:00", stdin=LONG.encode())
    assert "1 text is cut" in longcase("explain", case, "--standard", "dormant").err
    compared = longcase("diff", case, "2016-02-01", "now")
    assert f"2 texts are cut (…): longcase timeline {case} --full" in compared.err


@pytest.mark.parametrize(
    "words",
    [
        ("act", "IMG-0901", "interview", "--outcome"),
        ("act", "IMG-0901", "interview", "--reason"),
        ("request-closure", "IMG-0901", "--outcome"),
        ("resolve", "IMG-0901", "--outcome"),
        ("retract", "IMG-0901", "2", "--reason"),
    ],
)
def test_a_hyphen_reads_every_text(words: tuple[str, ...], case: str, longcase: Callable[..., Any]) -> None:
    """Nowhere is a hyphen stored in the place of what stands on standard input; nothing there is refused."""
    assert longcase(*words, "-", stdin=b"").code == 2
    assert longcase(*words, "-", stdin=b"the mother was there").code == 0
    assert "the mother was there" in longcase("show", case, "3").out


def test_blanks_are_no_text(case: str, longcase: Callable[..., Any]) -> None:
    """An empty note would stay for ever, and so would one of blanks; what must be said is not said with them."""
    assert longcase("act", case, "note", "--text", " \t").code == 2
    assert "--outcome is empty" in longcase("request-closure", case, "--outcome", "  ").err
    assert longcase("unrestrict", case, "--reason", " ").code == 2
