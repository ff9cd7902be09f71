"""Adopting a rulebook: for a day to come, whole, once, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from application import bank_holidays
from application.commands import cases, officers, rulebooks
from application.recording import AHEAD
from domain.axes import Axes
from domain.errors import Conflict, Refused, UsageProblem
from domain.identity import rulebook_stream
from domain.instant import DAY, EARLIEST
from domain.rulebook.default import default_rulebook
from domain.rulebook.events import Adopted
from domain.rulebook.model import Override, Rulebook
from projections.views.rulebooks import history, in_force, rulebook_versions
from tests.application.actions import OTHER, OWNER, REF, RULES, by, opened
from tests.clock import START, Clock

if TYPE_CHECKING:
    from application.app import Longcase

ID = bytes(range(16))
STRICTER = RULES.replace('"8wh"', '"4wh"')
HOLIDAY = '[[calendar.overrides]]\nday = "2016-06-10"\nholiday = true\nwhy = "the force\'s day"\n'
NEEDY = f'{RULES}[needs]\nindecent-images = "detective"\n'


def last_adopted(app: Longcase) -> Adopted:
    event = app.entries(rulebook_stream())[-1].event
    assert isinstance(event, Adopted)
    return event


@pytest.fixture
def app() -> Longcase:
    return opened(Clock())


def report(app: Longcase, reference: str = REF) -> None:
    cases.report(app, reference, by(), category="indecent-images", risk="high")


def test_what_is_adopted_holds_from_its_instant_and_not_before(app: Longcase) -> None:
    """For the application as for whoever reads."""
    rulebooks.adopt(app, RULES, START, by())
    for books in (rulebooks.versions(app), rulebook_versions(app.ledger)):
        assert books.at(START - 1) == default_rulebook()
        assert books.at(START).title == "ours"


@pytest.mark.parametrize(("said", "zone"), [("", "America/St_Johns"), ('zone = "UTC"', "UTC")])
def test_a_rulebook_that_names_no_zone_counts_the_days_of_the_store(
    app: Longcase, monkeypatch: pytest.MonkeyPatch, said: str, zone: str
) -> None:
    """The zone is stored with it; one that is named is kept."""
    settings = {"zone": "America/St_Johns"}
    monkeypatch.setattr(type(app.ledger), "setting", lambda _ledger, name: settings.get(name))
    rulebooks.adopt(app, f"{RULES}\n[calendar]\n{said}\n", START, by(command_id=ID))
    assert last_adopted(app).rulebook.calendar.zone == zone
    assert rulebooks.adopt(app, f"{RULES}\n[calendar]\n{said}\n", START, by(command_id=ID)).repeated


def test_a_rulebook_that_was_adopted_without_a_zone_keeps_its_meaning() -> None:
    """It is stored without what is as it is by default, and that is Europe/London for ever."""
    stored = msgspec.json.decode(b'{"title": "old", "standards": [], "calendar": {}}', type=Rulebook)
    assert stored.calendar.zone == "Europe/London"


def test_bank_holidays_are_stored_day_by_day_with_where_they_come_from(app: Longcase) -> None:
    """So nothing is worked out anew when it is read."""
    rulebooks.adopt(app, RULES + HOLIDAY, START, by())
    calendar = last_adopted(app).rulebook.calendar
    assert calendar.holidays == dict(
        sorted({**bank_holidays.shipped().holidays, "2016-06-10": "the force's day"}.items())
    )
    assert calendar.overrides == (Override("2016-06-10", holiday=True, why="the force's day"),)
    assert calendar.holidays_from.startswith("holidays 0.")
    assert (calendar.first_year, calendar.last_year) == (bank_holidays.FIRST_YEAR, bank_holidays.LAST_YEAR)


def test_a_text_with_problems_is_not_adopted_and_each_is_named(app: Longcase) -> None:
    """By the file's name and the line."""
    text = STRICTER.replace('"4wh"', '"soon"').replace('allocated"]', 'alocated"]')
    with pytest.raises(UsageProblem, match=r"own\.toml cannot be adopted as it is") as caught:
        rulebooks.adopt(app, text, START, by(), source="own.toml")
    assert [hint.partition(" ")[0] for hint in caught.value.hints] == ["own.toml:8:", "own.toml:9:"]
    assert app.entries(rulebook_stream()) == []


@pytest.mark.parametrize("days", [-4000, -1, 0])
def test_with_a_case_on_record_only_a_day_to_come_will_do(app: Longcase, days: int) -> None:
    """Clocks that run keep the rules under which they started, so nobody was late for what came later."""
    report(app)
    with pytest.raises(Refused, match="takes effect on a day to come"):
        rulebooks.adopt(app, RULES, START + days * DAY, by())
    assert app.entries(rulebook_stream()) == []


def test_a_day_to_come_begins_later_than_anything_can_have_occurred(app: Longcase) -> None:
    """An entry may be given an instant five minutes ahead of the clock, and no more."""
    report(app)
    with pytest.raises(Refused, match="takes effect on a day to come"):
        rulebooks.adopt(app, RULES, START + AHEAD, by())
    rulebooks.adopt(app, RULES, START + AHEAD + 1, by())
    assert last_adopted(app).effective_from == START + AHEAD + 1


@pytest.mark.parametrize("since", [EARLIEST, START - DAY, START])
def test_without_a_case_any_day_will_do(app: Longcase, since: int) -> None:
    """Officers and inspections wait for nothing, and a force can begin with the rules of its old cases."""
    officers.enrol(app, OWNER, by())
    rulebooks.adopt(app, RULES, since, by())
    assert rulebooks.versions(app).at(since).title == "ours"


def test_a_case_of_the_same_unit_of_work_is_a_case(app: Longcase) -> None:
    """Though it has not been inserted yet."""
    with app.unit_of_work():
        rulebooks.adopt(app, RULES, START, by())
        report(app)
        with pytest.raises(Refused, match="takes effect on a day to come"):
            rulebooks.adopt(app, STRICTER, START, by())
    assert len(app.entries(rulebook_stream())) == 1


def test_a_retry_finds_what_was_adopted_although_a_case_was_reported_since(app: Longcase) -> None:
    """It is the same command, and its day is past by now."""
    first = rulebooks.adopt(app, RULES, START, by(command_id=ID))
    report(app)
    again = rulebooks.adopt(app, RULES, START, by(command_id=ID))
    assert again.repeated
    assert again.entries == first.entries


def test_a_retry_finds_what_was_adopted_with_the_bank_holidays_of_then(
    app: Longcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another version of their package, in between, makes no other command of it."""
    rulebooks.adopt(app, RULES, START, by(command_id=ID))
    monkeypatch.setattr(bank_holidays, "bank_holidays", lambda _overrides=(): ({}, "holidays 99"))
    assert rulebooks.adopt(app, RULES, START, by(command_id=ID)).repeated


@pytest.mark.parametrize(("text", "since"), [(STRICTER, START), (RULES, START + DAY), (RULES + HOLIDAY, START)])
def test_the_same_id_with_another_rulebook_or_day_is_a_conflict(app: Longcase, text: str, since: int) -> None:
    """Or what was meant would be lost without a word."""
    rulebooks.adopt(app, RULES, START, by(command_id=ID))
    with pytest.raises(Conflict, match="was used for something else"):
        rulebooks.adopt(app, text, since, by(command_id=ID))


def given_to(app: Longcase, reference: str, at: int) -> tuple[str, ...]:
    who = msgspec.structs.replace(by(), occurred_at=at)
    return cases.allocate(app, reference, OWNER, who).entry.event.flags


def test_who_is_fit_for_a_case_goes_by_the_rulebook_in_force_when_it_is_given(app: Longcase) -> None:
    """Also where that is recorded late."""
    officers.enrol(app, by().actor, by())
    officers.enrol(app, OWNER, by())
    officers.accredit(app, OWNER, "child-protection", by())
    report(app)
    report(app, OTHER)
    rulebooks.adopt(app, NEEDY, START + DAY, by())
    app.clock = Clock(START + 2 * DAY)
    assert given_to(app, REF, START + DAY - 1) == ()
    assert given_to(app, OTHER, START + DAY) == ("owner-unaccredited",)


def adopted(app: Longcase, *adoptions: tuple[str, int]) -> None:
    for text, since in adoptions:
        rulebooks.adopt(app, text, since, by())


def test_what_is_in_force_is_told_with_its_day_and_entry(app: Longcase) -> None:
    """The same as the books say, at every instant and in whatever order it was adopted."""
    adopted(app, (STRICTER, 10), (RULES, 0), (NEEDY, 10), (RULES, -5))
    for at in (EARLIEST, -6, -5, -1, 0, 9, 10, 11):
        found = in_force(app.ledger, at)
        assert found.rulebook == rulebook_versions(app.ledger).at(at)
    assert [in_force(app.ledger, at).effective_from for at in (-6, -5, 0, 10)] == [None, -5, 0, 10]
    entry = in_force(app.ledger, 10).entry
    assert entry is not None
    assert entry.version == 3
    assert in_force(app.ledger, -6).entry is None


def test_history_tells_what_each_adoption_changed(app: Longcase) -> None:
    """Of what would have been in force on its day without it."""
    adopted(app, (RULES, 0), (STRICTER + HOLIDAY, 10), (NEEDY, 5))
    items: list[dict[str, Any]] = history(app.ledger, Axes(START, START))
    assert [item["effective_from"] for item in items] == [0, 10, 5]
    first, second, third = items
    assert first["added"] == []
    assert first["changed"] == ["allocate"]
    assert len(first["removed"]) == len(default_rulebook().standards) - 1
    assert (second["changed"], second["others"]) == (["allocate"], ["calendar", "holidays"])
    assert (third["changed"], third["others"]) == ([], ["needs"])
    assert history(app.ledger, Axes(START - 1, START)) == []
    assert history(app.ledger, Axes(START, START - 1)) == []
