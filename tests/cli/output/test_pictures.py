"""``timeline --svg`` and ``stalled --svg``: what the picture holds, that it is safe, and where it goes."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from application.commands import cases, warrants
from domain.duration import in_words
from tests.cli.terminal import Screen
from tests.projections.story_store import CASE, OWNER, Store, on_disk, warning

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "s.db", monkeypatch, capsys)


class Seen:
    """A picture, taken apart."""

    def __init__(self, path: Path) -> None:
        self.raw = path.read_text(encoding="utf-8")
        self.root = ET.fromstring(self.raw)  # noqa: S314  (our own, and it is what is tested)
        named = ((found.get("id", "").removeprefix("picture-"), found) for found in self.root.iter(f"{SVG}g"))
        self.groups = {name: found for name, found in named if name}

    @property
    def texts(self) -> list[str]:
        return [found.text or "" for found in self.root.iter(f"{SVG}text")]

    @property
    def lanes(self) -> dict[str, str]:
        """How each lane stands, by its name."""
        rows = [name.removeprefix("name-") for name in self.groups if name.startswith("name-")]
        return {
            self._words(f"name-{row}"): self._words(f"end-{row}") if f"end-{row}" in self.groups else ""
            for row in rows
        }

    def of(self, *kinds: str) -> list[str]:
        """Return the words of all parts of a class, in the order of the picture."""
        return [self._words(name) for name, found in self.groups.items() if found.get("class") == " ".join(kinds)]

    def described(self, tag: str) -> str:
        return self.root.findtext(f"{SVG}{tag}") or ""

    def _words(self, name: str) -> str:
        return self.groups[name].findtext(f"{SVG}title") or ""


def drawn(screen: Screen, path: Path, *words: str) -> Seen:
    shown = screen.typed(*words, "--svg", str(path))
    assert (shown.code, shown.out) == (0, ""), shown.err
    assert shown.err.startswith(f"drawn into {path}: ")
    return Seen(path)


def test_a_case_has_a_lane_for_each_thing_that_went_on(screen: Screen, tmp_path: Path) -> None:
    """Owner, actions, warrant, escalation, then the clocks that run, the longest overdue first."""
    lanes = drawn(screen, tmp_path / "a.svg", "timeline", CASE).lanes
    names = [name.partition(" (")[0] for name in lanes]
    assert names[:4] == ["owner", "actions", "warrant W1", "escalation E1"]
    assert names[-1] == "recorded late"
    assert names.index("image-case-action") < names.index("supervisor-review") < names.index("allocate")
    assert lanes["owner"] == f"{OWNER}, 81 d"
    assert lanes["warrant W1"] == "sought, 2 d"
    assert lanes["escalation E1"] == "unanswered, 1 d"
    assert lanes[f"image-case-action ({in_words('1d')})"] == "over by 97 d"
    assert lanes[f"allocate ({in_words('24h')})"] == "met 16 d late"


def test_what_is_over_its_limit_stands_out(screen: Screen, tmp_path: Path) -> None:
    """A breach is a part of its own with its times; that nobody had the case, too; both are hatched."""
    seen = drawn(screen, tmp_path / "a.svg", "timeline", CASE)
    assert seen.of("bar", "nobody") == ["nobody had the case: 12 Feb 2016 09:12 to 29 Feb 2016 11:00"]
    assert any("13 Feb 2016 09:12 to 20 May 2016 12:00" in words for words in seen.of("bar", "breach"))
    for name in ("nobody", "breach"):
        (group, *_) = (one for one in seen.groups.values() if one.get("class") == f"bar {name}")
        assert 'fill="url(#' in ET.tostring(group, encoding="unicode")
    assert "over by 97 d" in seen.of("grave")


def test_what_lies_after_the_instant_is_not_drawn(screen: Screen, tmp_path: Path) -> None:
    """The line of the instant is there; the warrant, sought later, is not."""
    seen = drawn(screen, tmp_path / "a.svg", "timeline", CASE, "--as-at", "2016-03-05")
    assert "as-at" in seen.groups
    assert "known-at" not in seen.groups
    assert "warrant W1" not in seen.lanes
    assert "as at the end of 5 Mar 2016" in seen.texts
    assert not any("sought" in words for words in seen.of("mark", "turn"))


def test_what_was_not_known_is_not_drawn(screen: Screen, tmp_path: Path) -> None:
    """Of two instants each has its line, and time runs on from the earlier to the later."""
    axes = ["--as-at", "2016-03-20", "--known-at", "2016-03-10"]
    seen = drawn(screen, tmp_path / "a.svg", "timeline", CASE, *axes)
    assert {"as-at", "known-at"} <= set(seen.groups)
    assert seen.of("mark", "attempt") == []
    assert "recorded late" not in seen.lanes
    assert seen.lanes["owner"] == f"{OWNER}, 20 d"


def test_what_was_recorded_late_has_a_lane(screen: Screen, tmp_path: Path) -> None:
    """From when it happened until it was known, but not beyond the instant asked about."""
    (late,) = drawn(screen, tmp_path / "a.svg", "timeline", CASE).of("bar", "late")
    assert late.endswith("recorded 9 d late: 4 Mar 2016 15:20 to 13 Mar 2016 15:20")
    (cut,) = drawn(screen, tmp_path / "b.svg", "timeline", CASE, "--as-at", "2016-03-06").of("bar", "late")
    assert cut.endswith("to 6 Mar 2016 23:59")


def test_the_axis_is_marked_at_round_days(screen: Screen, tmp_path: Path) -> None:
    """By the calendar of the store's zone, and with the year."""
    texts = [text.strip() for text in drawn(screen, tmp_path / "a.svg", "timeline", CASE).texts]
    assert {"15 Feb", "29 Feb", "14 Mar", "28 Mar", "11 Apr", "25 Apr", "9 May", "2016"} <= set(texts)


def test_attempts_are_told_from_work(screen: Screen, tmp_path: Path) -> None:
    """A failed contact is hollow; what was retracted is not there."""
    seen = drawn(screen, tmp_path / "a.svg", "timeline", CASE)
    assert seen.of("mark", "attempt") == ["4 Mar 2016 15:20: contact attempted: no answer, by DC 1417"]
    assert not any("child seen" in words for words in seen.of("mark", "work"))
    assert seen.lanes["actions"] == "1 action, 1 attempt"


def test_a_picture_says_what_it_is(screen: Screen, tmp_path: Path) -> None:
    """For a reader of screens there are a title and a description, and text is text."""
    seen = drawn(screen, tmp_path / "a.svg", "timeline", CASE)
    assert seen.root.get("role") == "img"
    assert seen.described("title") == f"{CASE} · indecent images · very high risk · {OWNER}, Hydra"
    assert "owner: DC 1417, 81 d; " in seen.described("desc")
    assert "as at 20 May 2016 12:00, by what was known then; times in Europe/London" in seen.described("desc")
    assert seen.described("title") in seen.texts


def test_the_same_picture_is_the_same_to_the_byte(screen: Screen, tmp_path: Path) -> None:
    """Neither a date nor chance gets in."""
    one = drawn(screen, tmp_path / "a.svg", "timeline", CASE).raw
    assert drawn(screen, tmp_path / "b.svg", "timeline", CASE).raw == one


def test_a_picture_needs_no_style_no_script_and_nothing_from_elsewhere(screen: Screen, tmp_path: Path) -> None:
    """So a page that forbids them shows it as it is; every reference is to something in the picture itself."""
    for words in (["timeline", CASE], ["stalled"]):
        seen = drawn(screen, tmp_path / f"{words[0]}.svg", *words)
        found = [*seen.root.iter()]
        assert not {f"{SVG}{tag}" for tag in ("style", "script", "image", "use", "a")} & {
            one.tag for one in found
        }
        named = [(name, value) for one in found for name, value in one.attrib.items()]
        assert not [name for name, _ in named if name == "style" or name.startswith("on") or "href" in name]
        links = [value.removeprefix("url(#").removesuffix(")") for _, value in named if "url(" in value]
        assert links
        assert set(links) <= {one.get("id") for one in found}


def hostile(store: Store) -> Store:
    bad = "$\\frac{1}{2}$ <script>alert(1)</script> & \x1b[31m\u202e\ufffe 漢字 ]]>"
    store.at("2016-05-01T09:00", cases.report, "<b>&$x$", category="other", summary=bad, actor="D$1$ <i>")
    store.at("2016-05-02T09:00", warrants.seek, "<b>&$x$", warrant="W<&$1$", court=bad)
    store.at("2016-05-03T09:00", cases.allocate, "<b>&$x$", "DC <&$9$")
    return store


def test_text_from_outside_is_made_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither markup nor a formula nor a control character; letters of any script stay."""
    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=hostile)
    seen = drawn(screen, tmp_path / "a.svg", "timeline", "<b>&$x$")
    assert "<script" not in seen.raw
    assert not {"\x1b", "\u202e", "\ufffe"} & set(seen.raw)
    assert any(text.startswith("<b>&$x$ · other") for text in seen.texts)
    assert "DC <&$9$" in " ".join(seen.texts)
    assert any("\\x1b[31m" in words and "漢字" in words for words in seen.of("mark", "turn"))


@pytest.mark.parametrize("as_at", ["2016-02-12T09:12", "2016-02-12", "0001-01-01", "9999-12-31"])
def test_any_instant_can_be_asked_about(screen: Screen, tmp_path: Path, as_at: str) -> None:
    """At the very report, long after it, at the end of the calendar; before it there is nothing to draw."""
    path = tmp_path / "a.svg"
    shown = screen.typed("timeline", CASE, "--as-at", as_at, "--svg", str(path))
    assert shown.code == 0
    assert path.exists() == (as_at > "2016")
    assert ("had not been reported" in shown.err) == (not path.exists())


def endless(store: Store) -> Store:
    store.at("2016-05-01T09:00", cases.report, CASE, category="other", occurred="0001-01-02T00:00")
    return store


@pytest.mark.parametrize("as_at", ["0001-01-02T12:00", "0001-06-01", "2016-05-20", "9999-12-31"])
def test_a_case_may_be_as_old_as_the_calendar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], as_at: str
) -> None:
    """And go on to its end; its axis has marks."""
    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=endless)
    seen = drawn(screen, tmp_path / "a.svg", "timeline", CASE, "--as-at", as_at)
    assert {"tick-0", "tick-1", "tick-2"} <= set(seen.groups)


def closed(store: Store) -> Store:
    store.at("2010-01-01T09:00", cases.report, CASE, category="other")
    store.at("2010-02-01T09:00", cases.resolve, CASE, outcome="no offence")
    return store


def test_what_lies_long_after_the_end_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A case that is over keeps its width, and the line says how much later the instant is."""
    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=closed)
    seen = drawn(screen, tmp_path / "a.svg", "timeline", CASE)
    (told,) = (text for text in seen.texts if "further on" in text)
    assert told.startswith("as at 20 May 2016 12:00, 22")
    assert seen.lanes["owner"] == "closed"
    assert seen.lanes["closure"] == "resolved 1 Feb 2010"
    assert any(text.startswith("closed after 31 d") for text in seen.texts)


def restricted(store: Store) -> Store:
    warning(store)
    store.at("2016-05-20T09:00", cases.restrict, CASE, ["DI 7"])
    return store


def test_a_restricted_case_is_drawn_for_its_readers_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written for anybody else; the picture says that it is restricted."""
    screen = Screen(tmp_path / "s.db", monkeypatch, capsys, tell=restricted)
    path = tmp_path / "a.svg"
    assert screen.typed("--actor", "DC 5", "timeline", CASE, "--svg", str(path)).code == 3
    assert not path.exists()
    assert screen.typed("--actor", "DI 7", "timeline", CASE, "--svg", str(path)).code == 0
    assert Seen(path).described("title").endswith(" · restricted")


def test_a_file_that_is_there_is_not_replaced_unasked(screen: Screen, tmp_path: Path) -> None:
    """With --force it is, but never the store; nothing is left behind beside it."""
    path = tmp_path / "a.svg"
    path.write_text("mine")
    refused = screen.typed("timeline", CASE, "--svg", str(path))
    assert (refused.code, path.read_text()) == (2, "mine")
    assert "--force replaces it" in refused.err
    assert screen.typed("timeline", CASE, "--svg", str(path), "--force").code == 0
    assert Seen(path).lanes
    store = (tmp_path / "s.db").read_bytes()
    assert screen.typed("timeline", CASE, "--svg", str(tmp_path / "s.db"), "--force").code == 2
    assert (tmp_path / "s.db").read_bytes() == store
    assert screen.typed("timeline", CASE, "--svg", str(tmp_path / "no" / "a.svg")).code == 2
    assert not list(tmp_path.glob("*.part"))


def test_a_picture_is_for_its_owner_s_eyes(screen: Screen, tmp_path: Path) -> None:
    """As every file that holds what a case is about."""
    drawn(screen, tmp_path / "a.svg", "timeline", CASE)
    assert (tmp_path / "a.svg").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("words", [["--format", "json"], ["--all"]])
def test_a_picture_has_no_other_form(screen: Screen, tmp_path: Path, words: list[str]) -> None:
    """What would be ignored is refused."""
    shown = screen.typed("timeline", CASE, "--svg", str(tmp_path / "a.svg"), *words)
    assert shown.code == 2
    assert "--svg draws a picture" in shown.err


def test_force_alone_means_nothing(screen: Screen) -> None:
    """It is refused where there is no file."""
    assert screen.typed("timeline", CASE, "--force").code == 2


def test_words_are_told_without_loading_what_draws(tmp_path: Path) -> None:
    """Nothing that draws is loaded, nor what knows of other scripts."""
    store = on_disk(tmp_path / "s.db")
    code = (
        f"import sys; from cli.main import main; main(['--store', {str(store)!r}, 'timeline', {CASE!r}]);"
        "print([one for one in sys.modules if one.startswith(('wcwidth', "
        "'presentation.lanes', 'presentation.drawing', 'cli.output.pictures'))], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert CASE in done.stdout
    assert done.stderr.strip() == "[]"


def test_a_picture_on_standard_output(tmp_path: Path) -> None:
    """For - it is all that is written there, with no talk."""
    store = on_disk(tmp_path / "s.db")
    code = f"from cli.main import main; main(['--store', {str(store)!r}, 'timeline', {CASE!r}, '--svg', '-'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert ET.fromstring(done.stdout).tag == f"{SVG}svg"  # noqa: S314  (as above)
    assert done.stdout.startswith(b"<?xml version='1.0' encoding='utf-8'?>")


def test_the_stalled_cases_by_cause_and_age(screen: Screen, tmp_path: Path) -> None:
    """A cell for each risk, cause and length of time; how many of how many, and never a share."""
    seen = drawn(screen, tmp_path / "a.svg", "stalled")
    assert seen.described("title") == "1 of 1 open case is stalled"
    assert "clock-breached, over 90 days overdue, very high: 1" in seen.of("cell", "very-high")
    assert "%" not in " ".join(seen.texts)
    assert "escalation-unanswered" in seen.texts
    assert "as at 20 May 2016 12:00, by what was known then" in seen.texts


def test_no_stalled_case_is_a_picture_too(screen: Screen, tmp_path: Path) -> None:
    """It says so."""
    seen = drawn(screen, tmp_path / "a.svg", "stalled", "--as-at", "2016-02-12T09:15")
    assert seen.described("title") == "0 of 1 open case are stalled"
    assert "No case is stalled." in seen.described("desc")
