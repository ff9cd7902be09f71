"""A search over all cases: what was corrected or retracted, registers, one case, what cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from application.commands import amendments, cases, officers
from domain.errors import NotFound
from ledger import payloads
from projections.finding.find import FIELDS, Search, SearchFilter
from projections.finding.search_terms import SearchTerms
from projections.finding.texts import fields_named
from projections.views.access import Reader, Scope
from tests.projections.story_store import CASE, Store, warning, when


@pytest.fixture
def store() -> Store:
    """The story of the warning, a note that is corrected twice, and a case that is restricted."""
    told = warning(Store())
    note = {"outcome": "refused", "child": "Zoë"}
    told.at("2016-05-20T09:00", cases.act, CASE, "interview", text="The mother said: nothing.", **note)
    told.at("2016-05-20T10:00", amendments.correct, CASE, 10, {"outcome": "agreed"}, reason="misheard")
    told.at("2016-05-20T11:00", amendments.correct, CASE, 10, {"child": "Ann"}, reason="the other girl")
    told.at("2016-05-21T09:00", cases.report, "CSE-0083", category="other", summary="the mother of another")
    told.at("2016-05-21T10:00", cases.restrict, "CSE-0083", ["DI 7"], reason="the mother is known here")
    told.at("2016-05-21T11:00", officers.absent, "DC 2206", reason="a mother's funeral", actor="HR 1")
    return told


def search(store: Store, *typed: str, reader: Reader | None = None, **more: Any) -> Search:
    fields, newest = fields_named(more.pop("fields", ())), more.pop("newest_first", False)
    wanted = SearchFilter(SearchTerms.read(typed), fields, **more)
    return Search(Scope(store.ledger, reader=reader or Reader()), wanted, newest_first=newest)


def found(store: Store, *typed: str, **more: Any) -> list[tuple[str, int, str, bool]]:
    items = search(store, *typed, **more).items()
    return [(one["reference"], one["version"], one["field"], one["stands"]) for one in items]


def test_words_in_any_order_and_in_any_text_of_an_entry(store: Store) -> None:
    """An item for each text that has one of them."""
    assert found(store, "nothing", "mother") == [(CASE, 10, "text", True)]
    assert found(store, '"nothing mother"') == []
    both = [(CASE, 10, "outcome", False), (CASE, 10, "text", False)]
    assert found(store, "mother", "refused") == both


def test_a_correction_is_found_with_the_rest_of_what_it_corrects(store: Store) -> None:
    """As that read then: what was there before and what came later are of other entries."""
    agreed = [(CASE, 11, "outcome", True), (CASE, 11, "text", True)]
    assert sorted(found(store, "agreed", "mother")) == agreed
    assert sorted(found(store, "agreed", "zoe")) == [(CASE, 11, "child", False), (CASE, 11, "outcome", False)]
    assert sorted(found(store, "agreed", "ann")) == [(CASE, 12, "child", True), (CASE, 12, "outcome", True)]
    assert found(store, "refused", "ann") == []


def test_what_was_retracted_is_found_and_does_not_stand(store: Store) -> None:
    """The retraction, with its reason, stands."""
    store.at("2016-05-22T09:00", amendments.retract, CASE, 10, reason="of another mother")
    assert found(store, "mother", case=CASE) == [(CASE, 10, "text", False), (CASE, 13, "reason", True)]
    assert [one["retracted_by"] for one in search(store, "mother", case=CASE).items()] == [13, None]
    assert not any(stands for _, _, _, stands in found(store, "agreed"))


def test_restricted_cases_are_counted_whatever_they_hold(store: Store) -> None:
    """Whoever may not read them learns how many there are; whoever may finds what stands there."""
    kept_out, reader = search(store, "mother"), search(store, "mother", reader=Reader("DI 7"))
    assert [one["reference"] for one in kept_out.items()] == [CASE, "DC 2206"]
    assert kept_out.withheld() == 1
    assert search(store, "nowhere").withheld() == 1
    assert [one["reference"] for one in reader.items()] == [CASE, "CSE-0083", "CSE-0083", "DC 2206"]
    assert reader.withheld() == 0


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("page", [1, 3, 1_000])
def test_a_search_that_is_left_early_counts_them_all_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch, page: int, *, newest_first: bool
) -> None:
    """In any order, and whatever the size of a page."""
    monkeypatch.setattr(payloads, "PAGE", page)
    left = search(store, "risk", "agency's", newest_first=newest_first)
    assert next(left.items(), None) is None
    assert left.withheld() == 1
    left = search(store, "a", newest_first=newest_first)
    assert next(left.items())["position"] == (20 if newest_first else 6)
    assert left.withheld() == 1


def test_newest_first_is_the_other_way_round(store: Store) -> None:
    """The same entries, from the last position to the first."""
    places = [one["position"] for one in search(store, "the").items()]
    turned = [one["position"] for one in search(store, "the", newest_first=True).items()]
    assert sorted(places) == places
    assert sorted(turned, reverse=True) == turned
    assert sorted(turned) == places


def test_in_some_fields_of_one_case_and_of_one_time(store: Store) -> None:
    """All that is asked for must hold; words of lists are looked in where they are named."""
    assert found(store, "mother", fields=["reason"]) == [("DC 2206", 2, "reason", True)]
    assert found(store, "interview") == []
    assert found(store, "interview", fields=["kind"]) == [(CASE, 10, "kind", True)]
    assert found(store, "mother", since=when("2016-05-20T10:00")) == [("DC 2206", 2, "reason", True)]
    assert found(store, "mother", until=when("2016-05-20T10:00")) == [(CASE, 10, "text", True)]
    with pytest.raises(NotFound):
        found(store, "mother", case="IMG-9999")


def test_what_is_usual_and_so_not_in_a_payload_is_found(store: Store) -> None:
    """A category that nobody named, and a kind of warrant, among others words."""
    assert found(store, "other", "another", fields=["category", "summary"]) == []
    usual = search(store, "other", "another", fields=["category", "summary"], reader=Reader("DI 7"))
    assert [(one["version"], one["field"]) for one in usual.items()] == [(1, "category"), (1, "summary")]
    assert found(store, "search", "magistrates", fields=["kind", "court"]) == [
        (CASE, 8, "kind", True),
        (CASE, 8, "court", True),
    ]


def test_what_cannot_be_read_is_told_and_not_passed_over(store: Store) -> None:
    """An event that this version does not know may hold anything."""
    store.ledger.connection.execute("DROP TRIGGER entry_update")
    store.ledger.connection.execute("UPDATE entry SET topic = 'case.unheard-of' WHERE position = 9")
    asked = search(store, "zyzzyva")
    assert list(asked.items()) == []
    assert [one.position for one in asked.unread] == [9]


def test_what_cannot_be_read_of_a_restricted_case_tells_nothing_of_its_words(store: Store) -> None:
    """Whether its bytes hold a word is not told to those who may not read it; its readers are told."""
    store.at("2016-05-22T09:00", cases.act, "CSE-0083", "interview", text="quassia")
    store.ledger.connection.execute("DROP TRIGGER entry_update")
    store.ledger.connection.execute("UPDATE entry SET payload = substr(payload, 2) WHERE position = 21")
    for word in ("quassia", "another"):
        asked = search(store, word)
        assert (list(asked.items()), asked.unread, asked.withheld()) == ([], [], 1)
    read = search(store, "quassia", reader=Reader("DI 7"))
    assert list(read.items()) == []
    assert [one.position for one in read.unread] == [21]


def test_an_item_has_the_fields_of_the_contract(store: Store) -> None:
    """And the words with what stands around them, on one line."""
    (item,) = search(store, "nothing").items()
    assert tuple(item) == FIELDS
    assert item["context"] == "The mother said: nothing."
    assert item["marks"] == [[17, 24]]
    assert item["corrected_by"] == [11, 12]
