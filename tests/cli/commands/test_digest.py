"""``longcase digest``: a week on a few pages, with the figures that the commands of its lists have."""

from __future__ import annotations

import re
import shlex
import stat
from typing import TYPE_CHECKING, Any

import html5lib
import pytest

from cli.session import documents
from tests.cli.neglect import written_up
from tests.cli.terminal import Screen, lines

if TYPE_CHECKING:
    from pathlib import Path
    from xml.etree.ElementTree import Element

SVG = "{http://www.w3.org/2000/svg}"
WEEK = ("--week", "2016-W20")


AT_140 = """
# Week 2016-W20, so far, owner DC 2206

From 16 May 2016 00:00 to 20 May 2016 12:00. Only these cases: owner DC 2206. Times are those of Europe/London.

The beginning is as cases stood, and by what was known, at the end of 15 May 2016; the end at 20 May 2016 12:00, by what was known at 20 May
2016 12:00. What was recorded late, or corrected, in between is a change of these days.

## In figures

- **open cases**: 3 (at the beginning 3)
- **open cases that are stalled**: 2 (at the beginning 1)
- **closed cases that are stalled**: 0 (at the beginning 0)
- **newly stalled**: 1
- **stalled for something else**: 1
- **opened**: 1
- **changed hands**: 1
- **of another team**: 1
- **risk lowered**: 1
- **entries recorded**: 8 (1 of them over a day late)
- **decisions waited for**: 0
- **waits that fall due in the seven days that follow**: 1

## The worst first

- **case VH-2**
  - risk, owner, team: very high, DC 2206, Lernia
  - why it is stalled: no work on the case (dormant, 3 days), too long since 17 May 2016
- **case OLD-1**
  - risk, owner, team: low, DC 2206, Lernia
  - why it is stalled: no supervisor has looked at it (supervisor-review, 28 days), too long since 29 Mar 2016

## What changed

### Newly stalled

- **case VH-2**
  - risk, owner, team: very high, DC 2206, Lernia
  - what: no work on the case (dormant, 3 days), too long since 17 May 2016

### Stalled for something else

- **case OLD-1**
  - risk, owner, team: low, DC 2206, Lernia
  - what: ended: no work on the case (dormant, 30 days), too long since 1 Apr 2016

### Opened

- **case FIT-1**
  - risk, owner, team: high, DC 2206, Lernia
  - what: reported 16 May 2016 09:00

### Changed hands

- **case HIGH-1**
  - risk, owner, team: medium, DC 1417, Hydra
  - what: DC 2206 to DC 1417

### Of another team

- **case HIGH-1**
  - risk, owner, team: medium, DC 1417, Hydra
  - what: Lernia to Hydra

### Risk lowered

- **case HIGH-1**
  - risk, owner, team: medium, DC 1417, Hydra
  - what: high to medium

### Recorded over a day late

- **case and entry OLD-1 5**
  - happened: 11 May 2016 15:20
  - recorded: 20 May 2016 09:00
  - what: DC 2206: interview

## Waiting by team

- **team Lernia**
  - stalled: 2
  - longest over: 52 d
  - for what: 1 clock breached, 1 dormant

## Waiting by cause

- **cause clock breached**
  - stalled: 1
  - longest over: 52 d
- **cause dormant**
  - stalled: 1
  - longest over: 3 d

## What falls due in the seven days that follow

- **due 24 May 2016 10:00**
  - case: FIT-1
  - risk, owner, team: high, DC 2206, Lernia
  - what: no work on the case (dormant, 7 days)

## What waits for a decision

Nothing.
"""  # noqa: E501  (what a terminal of 140 cells shows)

AT_80 = """
# Week 2016-W20, so far, owner DC 2206

From 16 May 2016 00:00 to 20 May 2016 12:00. Only these cases: owner DC 2206.
Times are those of Europe/London.

The beginning is as cases stood, and by what was known, at the end of 15 May
2016; the end at 20 May 2016 12:00, by what was known at 20 May 2016 12:00. What
was recorded late, or corrected, in between is a change of these days.

## In figures

- **open cases**: 3 (at the beginning 3)
- **open cases that are stalled**: 2 (at the beginning 1)
- **closed cases that are stalled**: 0 (at the beginning 0)
- **newly stalled**: 1
- **stalled for something else**: 1
- **opened**: 1
- **changed hands**: 1
- **of another team**: 1
- **risk lowered**: 1
- **entries recorded**: 8 (1 of them over a day late)
- **decisions waited for**: 0
- **waits that fall due in the seven days that follow**: 1

## The worst first

- **case VH-2**
  - risk, owner, team: very high, DC 2206, Lernia
  - why it is stalled: no work on the case (dormant, 3 days), too long since 17
    May 2016
- **case OLD-1**
  - risk, owner, team: low, DC 2206, Lernia
  - why it is stalled: no supervisor has looked at it (supervisor-review, 28
    days), too long since 29 Mar 2016

## What changed

### Newly stalled

- **case VH-2**
  - risk, owner, team: very high, DC 2206, Lernia
  - what: no work on the case (dormant, 3 days), too long since 17 May 2016

### Stalled for something else

- **case OLD-1**
  - risk, owner, team: low, DC 2206, Lernia
  - what: ended: no work on the case (dormant, 30 days), too long since 1 Apr
    2016

### Opened

- **case FIT-1**
  - risk, owner, team: high, DC 2206, Lernia
  - what: reported 16 May 2016 09:00

### Changed hands

- **case HIGH-1**
  - risk, owner, team: medium, DC 1417, Hydra
  - what: DC 2206 to DC 1417

### Of another team

- **case HIGH-1**
  - risk, owner, team: medium, DC 1417, Hydra
  - what: Lernia to Hydra

### Risk lowered

- **case HIGH-1**
  - risk, owner, team: medium, DC 1417, Hydra
  - what: high to medium

### Recorded over a day late

- **case and entry OLD-1 5**
  - happened: 11 May 2016 15:20
  - recorded: 20 May 2016 09:00
  - what: DC 2206: interview

## Waiting by team

- **team Lernia**
  - stalled: 2
  - longest over: 52 d
  - for what: 1 clock breached, 1 dormant

## Waiting by cause

- **cause clock breached**
  - stalled: 1
  - longest over: 52 d
- **cause dormant**
  - stalled: 1
  - longest over: 3 d

## What falls due in the seven days that follow

- **due 24 May 2016 10:00**
  - case: FIT-1
  - risk, owner, team: high, DC 2206, Lernia
  - what: no work on the case (dormant, 7 days)

## What waits for a decision

Nothing.
"""

AT_40 = """
# Week 2016-W20, so far, owner DC 2206

From 16 May 2016 00:00 to 20 May 2016
12:00. Only these cases: owner DC 2206.
Times are those of Europe/London.

The beginning is as cases stood, and by
what was known, at the end of 15 May
2016; the end at 20 May 2016 12:00, by
what was known at 20 May 2016 12:00.
What was recorded late, or corrected, in
between is a change of these days.

## In figures

- **open cases**: 3 (at the beginning 3)
- **open cases that are stalled**: 2 (at
  the beginning 1)
- **closed cases that are stalled**: 0
  (at the beginning 0)
- **newly stalled**: 1
- **stalled for something else**: 1
- **opened**: 1
- **changed hands**: 1
- **of another team**: 1
- **risk lowered**: 1
- **entries recorded**: 8 (1 of them
  over a day late)
- **decisions waited for**: 0
- **waits that fall due in the seven
  days that follow**: 1

## The worst first

- **case VH-2**
  - risk, owner, team: very high, DC
    2206, Lernia
  - why it is stalled: no work on the
    case (dormant, 3 days), too long
    since 17 May 2016
- **case OLD-1**
  - risk, owner, team: low, DC 2206,
    Lernia
  - why it is stalled: no supervisor has
    looked at it (supervisor-review, 28
    days), too long since 29 Mar 2016

## What changed

### Newly stalled

- **case VH-2**
  - risk, owner, team: very high, DC
    2206, Lernia
  - what: no work on the case (dormant,
    3 days), too long since 17 May 2016

### Stalled for something else

- **case OLD-1**
  - risk, owner, team: low, DC 2206,
    Lernia
  - what: ended: no work on the case
    (dormant, 30 days), too long since 1
    Apr 2016

### Opened

- **case FIT-1**
  - risk, owner, team: high, DC 2206,
    Lernia
  - what: reported 16 May 2016 09:00

### Changed hands

- **case HIGH-1**
  - risk, owner, team: medium, DC 1417,
    Hydra
  - what: DC 2206 to DC 1417

### Of another team

- **case HIGH-1**
  - risk, owner, team: medium, DC 1417,
    Hydra
  - what: Lernia to Hydra

### Risk lowered

- **case HIGH-1**
  - risk, owner, team: medium, DC 1417,
    Hydra
  - what: high to medium

### Recorded over a day late

- **case and entry OLD-1 5**
  - happened: 11 May 2016 15:20
  - recorded: 20 May 2016 09:00
  - what: DC 2206: interview

## Waiting by team

- **team Lernia**
  - stalled: 2
  - longest over: 52 d
  - for what: 1 clock breached, 1
    dormant

## Waiting by cause

- **cause clock breached**
  - stalled: 1
  - longest over: 52 d
- **cause dormant**
  - stalled: 1
  - longest over: 3 d

## What falls due in the seven days that
follow

- **due 24 May 2016 10:00**
  - case: FIT-1
  - risk, owner, team: high, DC 2206,
    Lernia
  - what: no work on the case (dormant,
    7 days)

## What waits for a decision

Nothing.
"""


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys, tell=written_up)


@pytest.mark.parametrize(("width", "shown"), [(140, AT_140), (80, AT_80), (40, AT_40)])
def test_the_digest_at_every_width(
    screen: Screen, monkeypatch: pytest.MonkeyPatch, width: int, shown: str
) -> None:
    """At a terminal it is wrapped, and nothing is cut; without one it is not."""
    monkeypatch.setattr(documents, "is_terminal", lambda _stream: True)
    done = screen.typed("digest", *WEEK, "--owner", "DC 2206", width=width)
    assert (done.code, done.err) == (0, "")
    assert done.out.partition("\n## How to ask for more")[0].splitlines() == lines(shown)
    assert all(len(line) <= width for line in done.out.splitlines())


def figures(text: str) -> dict[str, str]:
    """Return the counts of a digest as text, by what they are of."""
    section = text.partition("## In figures")[2].partition("\n## ")[0]
    return dict(re.findall(r"- \*\*(.*?)\*\*: (.*)", section))


def count(screen: Screen, *words: str) -> Any:
    return screen.typed(*words, "--format", "json").json


@pytest.mark.parametrize("narrowed", [(), ("--team", "Hydra"), ("--team", "Lernia"), ("--risk", "high")])
def test_its_figures_are_those_of_the_lists(screen: Screen, narrowed: tuple[str, ...]) -> None:
    """Of what is stalled at both ends, of the changes, of what falls due and of what waits for a decision."""
    found = figures(screen.typed("digest", *WEEK, *narrowed).out)
    was = ("--as-at", "2016-05-15", "--known-at", "2016-05-15")
    before, after = (count(screen, "stalled", *narrowed, *axes) for axes in (was, ()))
    assert found["open cases"] == f"{after['open']} (at the beginning {before['open']})"
    ends = [sum(one["open"] for one in end["items"]) for end in (after, before)]
    assert found["open cases that are stalled"] == f"{ends[0]} (at the beginning {ends[1]})"
    changes = count(screen, "changes", "--since", "2016-05-16", *narrowed)["items"]
    for name in ("newly stalled", "changed hands", "closed"):
        assert int(found.get(name, 0)) == sum(one["change"] == name.replace(" ", "-") for one in changes)
    entries = sum(one["change"] == "recorded" for one in changes)
    assert found["entries recorded"].split()[0] == str(entries)
    due = count(screen, "due", "--within", "7d", *narrowed)["items"]
    waits = sum(len(one["causes"]) for one in due)
    assert int(found["waits that fall due in the seven days that follow"]) == waits
    assert int(found["decisions waited for"]) == count(screen, "waiting", *narrowed)["count"]


def test_what_was_not_known_at_an_end_is_not_in_it(screen: Screen) -> None:
    """The week before, the case that was reported late was not there, and the risk was what it was held to be."""
    found = screen.typed("digest", "--since", "2016-05-16", "--until", "2016-05-19").out
    assert found.startswith("# Digest from 16 May 2016 00:00 to the end of 19 May 2016\n")
    assert "LATE-1" not in found
    assert "by what was known at the end of 19 May 2016." in found
    assert "LATE-1" in screen.typed("digest", *WEEK).out


def tree_of(file: Path) -> Element:
    """Return an HTML file as a parser that follows the standard reads it, without an error."""
    parser = html5lib.HTMLParser(strict=True)
    tree: Element = parser.parse(file.read_bytes())
    assert parser.errors == []
    return tree


def test_html_has_bars_with_the_figures_of_the_table_beside_them(screen: Screen, tmp_path: Path) -> None:
    """Whole, for its maker alone, and in need of nothing beside it."""
    file = tmp_path / "week.html"
    assert screen.typed("digest", *WEEK, "--output", str(file)).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    tree, html = tree_of(file), "{http://www.w3.org/1999/xhtml}"
    assert not [one for one in tree.iter() if {"style", "src", "href", "onload"} & set(one.attrib)]
    tables = {"".join(one.find(f"{html}caption").itertext()): one for one in tree.iter(f"{html}table")}  # type: ignore[union-attr]  # every table has one
    pictures = list(tree.iter(f"{SVG}svg"))
    assert len(pictures) == 2
    for picture in pictures:
        (title,) = picture.iter(f"{SVG}title")
        drawn = [one.text for one in picture.iter(f"{SVG}text")]
        _, *rows = tables[title.text or ""].iter(f"{html}tr")
        assert ["".join(cell.itertext()) for row in rows for cell in list(row)[:2]] == drawn


def test_a_file_is_not_replaced_unless_asked(screen: Screen, tmp_path: Path) -> None:
    """And its name says the format."""
    file = tmp_path / "week.md"
    assert screen.typed("digest", *WEEK, "--output", str(file)).code == 0
    assert file.read_text().startswith("# Week 2016-W20, so far\n")
    assert screen.typed("digest", *WEEK, "--output", str(file)).code == 2
    assert screen.typed("digest", *WEEK, "--output", str(file), "--force").code == 0
    refused = screen.typed("digest", *WEEK, "--output", str(tmp_path / "week.pdf"))
    assert (refused.code, refused.err.splitlines()[0]) == (
        2,
        "longcase: nothing says in which format to write week.pdf",
    )


def test_a_week_that_is_over_is_whole(screen: Screen) -> None:
    """Its end is that of its Sunday, by what was known then."""
    done = screen.typed("digest", "--week", "2016-w19")
    assert done.out.startswith("# Week 2016-W19\n\nFrom 9 May 2016 00:00 to the end of 15 May 2016.")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "nothing says of which days"),
        ((*WEEK, "--since", "2016-05-16"), "--week says both ends"),
        (("--week", "2016-W53"), "--week: the year 2016 has no week 53"),
        (("--week", "2016-W21"), "--week 2016-W21: the instants asked about are not after that"),
        (("--until", "2016-05-16"), "nothing says of which days"),
        ((*WEEK, "--force"), "--force is for --output"),
        ((*WEEK, "--team", "Hydre"), "--team: no team in this store is called 'Hydre'"),
    ],
)
def test_what_cannot_be_meant_is_refused(screen: Screen, words: tuple[str, ...], why: str) -> None:
    """Before anything is written."""
    done = screen.typed("digest", *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"longcase: {why}")


def test_what_there_is_more_of_can_be_typed(screen: Screen) -> None:
    """The commands at its end are taken as they stand, and of the same instants."""
    told = screen.typed("digest", *WEEK, "--owner", "DC 2206").out.partition("## How to ask for more")[2]
    commands = re.findall(r": longcase (.*)", told)
    assert len(commands) == 4
    for command in commands:
        assert screen.typed(*shlex.split(command)).code == 0, command


def test_of_an_empty_store_it_says_that_nothing_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No table without a row, and no picture without a bar."""
    empty = Screen(tmp_path / "e.db", monkeypatch, capsys, tell=lambda store: store)
    file = tmp_path / "week.html"
    assert empty.typed("digest", "--week", "2016-W19", "--output", str(file)).code == 0
    assert not list(tree_of(file).iter(f"{SVG}svg"))
    said = empty.typed("digest", "--week", "2016-W19").out
    assert said.count("No case is stalled.") == 3
    assert "No case changed." in said
