"""The rulebook that ships: pinned, whole, and citing where each row comes from."""

from __future__ import annotations

import hashlib
import importlib.util
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from application.vocabulary import shipped as vocabulary
from domain.deadlines.standards import Laws
from domain.errors import StoreError
from domain.rulebook.default import FILES, default_of, default_rulebook, notes, proposed, shipped, title_of
from domain.rulebook.diff import changes
from domain.rulebook.model import CalendarData, Override, Rulebook, Standard, in_order
from domain.rulebook_toml.meaning import BY_RISK
from domain.rulebook_toml.reader import read, without_holidays
from domain.rulebook_toml.writer import to_toml

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "domain" / "data"
DIGESTS = {
    1: "e5e4eb212c8210a0dec67ceeea0e4521c0177ddf91e80b1ef484bbf1288d6550",
    2: "086d8e60c87623cff5615dd87a8e85467e1af6f6acbc564a6b2fda62d8edf297",
    3: "304c9cfacb1721dbd235f7eaa138017733f0b6fdac8eedd51cf2a40fea082d11",
}
"""Of what each edition says, however laid out. Stores that never adopted a rulebook keep theirs for ever."""

LIMITS: dict[str, Any] = {
    "record-crime": "24h",
    "allocate": "24h",
    "first-action": "5wd",
    "image-case-action": ["1d", "7d", "14d", "30d"],
    "warrant-life": "3mo",
    "escalation-answer": ["1d", "10wd"],
    "strategy-discussion": "1wd",
    "initial-conference": "15wd",
    "assessment": "45wd",
    "review-conference": ("3mo", "6mo"),
    "police-protection": "72h",
    "return-interview": "72h",
    "victim-update": "1wd",
    "detention-review": ("6h", "9h"),
    "child-accommodation": "1h",
    "offender-visit": ["1mo", "3mo", "6mo", "12mo"],
    "supervisor-review": ("28d", "28d"),
    "dormant": ["3d", "7d", "14d", "30d"],
}
"""What the design's table says: one limit, a first and a further one, or by risk or urgency."""

by_id = {one.id: one for one in default_rulebook().standards}


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_default", ROOT / "scripts" / "write_default_rulebook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("edition", FILES)
def test_each_edition_is_what_it_was(edition: int) -> None:
    """A better one ships beside it, under another title: changing this one would change who was late."""
    said = msgspec.json.encode(msgspec.to_builtins(shipped(edition)), order="deterministic")
    assert shipped(edition).title == title_of(edition) == f"Longcase default {edition}"
    assert hashlib.sha256(said).hexdigest() == DIGESTS[edition]


@pytest.mark.parametrize("name", FILES.values())
def test_the_two_files_of_an_edition_say_the_same(name: str) -> None:
    """``python scripts/write_default_rulebook.py`` makes one of the other, and of the bank holidays."""
    assert (DATA / f"{name}.json").read_bytes() == script().content(name)


@pytest.mark.parametrize("edition", FILES)
def test_each_edition_is_written_as_it_would_be_printed(edition: int) -> None:
    """So what ``rulebook show --toml`` prints of it is the file that ships."""
    written = (DATA / f"{FILES[edition]}.toml").read_text("utf-8")
    assert written == f"{notes()}\n{to_toml(shipped(edition))}"


def test_a_store_holds_the_edition_that_it_was_made_for_in_its_own_zone() -> None:
    """One that names none is of the days of the first, which counts the days of Europe/London everywhere."""
    assert default_of({"zone": "America/St_Johns"}) is default_rulebook() is shipped(1)
    second = {"rulebook": "Longcase default 2"}
    assert default_of(second) == default_of(second | {"zone": "Europe/London"}) == shipped(2)
    elsewhere = default_of(second | {"zone": "America/St_Johns"})
    assert elsewhere.calendar.zone == "America/St_Johns"
    assert proposed(2, None) == shipped(2)
    london = msgspec.structs.replace(elsewhere.calendar, zone="Europe/London")
    assert msgspec.structs.replace(elsewhere, calendar=london) == shipped(2)


def test_an_edition_of_a_later_version_is_refused() -> None:
    """Counting by another would answer, and be wrong."""
    with pytest.raises(StoreError, match="'Longcase default 99', which this version of Longcase does not have"):
        default_of({"rulebook": "Longcase default 99"})


def test_the_second_edition_says_of_every_limit_from_when_it_is_counted() -> None:
    """Beside that, and in sources, it differs in nothing from the first; a silence alone is in bare days."""
    found = [one for one in changes(shipped(1), shipped(2)) if one.field not in {"limit", "then", "source"}]
    assert [(one.what, one.before, one.after) for one in found] == [("title", title_of(1), title_of(2))]
    for one in shipped(2).standards:
        limits = [one.limit, *([] if one.then is None else [one.then])]
        texts = [text for limit in limits for text in ([limit] if isinstance(limit, str) else limit.values())]
        bare = [text for text in texts if text.endswith(("d", "w", "mo")) and not text.endswith("wd")]
        assert not bare or one.id == "dormant"
    lives = {one.id: one.limit for one in shipped(2).standards}
    assert (lives["warrant-life"], lives["police-protection"]) == ("3mo from date", "72h")


def test_the_third_edition_adds_a_limit_for_closures_and_nothing_else() -> None:
    """Whoever adopts it in the place of the second changes no clock that they had."""
    title, added = changes(shipped(2), shipped(3))
    assert (title.what, title.before, title.after) == ("title", title_of(2), title_of(3))
    (new,) = [one for one in shipped(3).standards if one not in shipped(2).standards]
    assert (added.what, new.id, new.confidence, new.limit) == (new.id, "closure-decision", "proposed", "5wd")


@pytest.mark.parametrize("name", LIMITS)
def test_every_row_of_the_table_is_in_the_default(name: str) -> None:
    """With the limit that it has there."""
    one, limit = by_id[name], LIMITS[name]
    if isinstance(limit, list):
        assert isinstance(one.limit, dict)
        assert list(in_order(one.limit).values())[: len(limit)] == limit
    elif isinstance(limit, tuple):
        assert (one.limit, one.then) == limit
    else:
        assert (one.limit, one.then) == (limit, None)


@pytest.mark.parametrize("name", by_id)
def test_every_standard_says_where_it_comes_from_and_what_is_missing(name: str) -> None:
    """A row that Longcase proposes says so; no other does."""
    one = by_id[name]
    assert one.unmet
    assert one.title
    proposed = one.source.startswith("no published limit") or one.source.endswith(" proposed")
    assert proposed == (one.confidence == "proposed")


def test_the_statutes_are_cited_by_section() -> None:
    """Each row that rests on one."""
    cited = {name: one.source for name, one in by_id.items() if one.confidence == "statute"}
    assert set(cited) == {"warrant-life", "police-protection", "detention-review"}
    assert all("section" in source for source in cited.values())


def test_every_category_needs_what_the_vocabulary_said_before() -> None:
    """And every category is one of the vocabulary."""
    needs = default_rulebook().needs
    assert set(needs) <= set(vocabulary().categories)
    assert {name for name, need in needs.items() if need == "offender-management"} == {"offender-management"}
    assert set(vocabulary().categories) - set(needs) == {"missing", "child-in-custody", "other"}


def test_the_default_can_be_made_ready_to_run() -> None:
    """Every limit and calendar can be read."""
    for edition in FILES:
        law = Laws([(0, shipped(edition))]).at(0)
        assert law.calendar.holidays
        assert [one.standard.id for one in law.standards] == [one.id for one in shipped(edition).standards]


def test_what_an_entry_leaves_out_means_the_same_for_ever() -> None:
    """An adopted rulebook is stored without what is as it is by default, so no default may ever change."""
    assert msgspec.structs.asdict(CalendarData()) == {
        "zone": "Europe/London",
        "hours": ("mon-fri 09:00-17:00",),
        "teams": {},
        "overrides": (),
        "holidays": {},
        "holidays_from": "",
        "first_year": 0,
        "last_year": 0,
    }
    assert msgspec.structs.asdict(Rulebook(title="t", standards=())) == {
        "title": "t",
        "standards": (),
        "calendar": CalendarData(),
        "attempts": ("contact-attempted",),
        "harms": ("evidence-lost", "further-harm"),
        "needs": {},
        "specialists": {},
    }
    required = {"id": "i", "title": "t", "starts": (), "stops": (), "limit": "1d", "source": "s"}
    defaults = {
        "confidence": "proposed",
        "unmet": "",
        "cause": "clock-breached",
        "ends": (),
        "together": False,
        "then": None,
        "per": "case",
        "categories": (),
        "risks": (),
        "pauses": "run",
        "warns": None,
    }
    plain: Any = required
    assert msgspec.structs.asdict(Standard(**plain, confidence="proposed")) == required | defaults


CALENDAR = CalendarData(
    zone="UTC",
    hours=("mon-thu 08:00-16:00", "fri 08:00-12:00"),
    overrides=(Override("2016-06-10", holiday=True, why='a "day"'),),
)


@pytest.mark.parametrize(
    "book",
    [
        without_holidays(default_rulebook()),
        without_holidays(shipped(2)),
        Rulebook(title="nothing", standards=()),
        Rulebook(title='a "b" \\ é\t\n\x7f\u202e\U000e0001', standards=(), attempts=(), harms=()),
        Rulebook(title="t", standards=(), calendar=CALENDAR, specialists={"a b": 3, "": 0}, needs={"x.y": "z"}),
        Rulebook(title="t", standards=tuple(by_id.values())[:1], needs={'"': "'", "é": ""}),
    ],
    ids=["default", "second", "empty", "letters", "calendar", "keys"],
)
def test_what_is_written_is_read_back(book: Rulebook) -> None:
    """Whatever letters stand in it."""
    text = to_toml(book)
    assert read(text) == book
    assert all(character.isprintable() or character == "\n" for character in text)
    assert tomllib.loads(f"{notes()}\n{text}")["title"] == book.title


def test_bank_holidays_are_not_written() -> None:
    """They are put in when a rulebook is adopted, as they are known on that day."""
    assert "Boxing Day" not in to_toml(default_rulebook())
    assert read(to_toml(default_rulebook())) == without_holidays(default_rulebook())


def test_limits_stand_in_the_order_of_urgency() -> None:
    """Whatever the order in which they were stored, and what nobody knows last."""
    mixed = {"unassessed": "1d", "zeal": "1d", "low": "1d", "very high": "1d", "medium": "1d", "high": "1d"}
    assert list(in_order(mixed)) == ["very high", "high", "medium", "low", "unassessed", "zeal"]
    assert list(in_order({"otherwise": "1d", "immediate": "1d"})) == ["immediate", "otherwise"]
    assert set(in_order(dict.fromkeys(BY_RISK, "1d"))) == set(BY_RISK)
