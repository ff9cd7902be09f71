"""What is found by its words is what a naive reader finds, in any history and at any two instants."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from domain.axes import Axes
from domain.cases import events as ev
from domain.instant import FOREVER
from projections.finding.find import Search, SearchFilter
from projections.finding.search_terms import SearchTerms
from projections.finding.texts import LISTED, fields_named
from projections.views.access import Reader, Scope
from tests import naive
from tests.laws.test_clock_tables import Store
from tests.laws.test_laws import law_of_tables, on_server_too
from tests.strategies import ANYTHING, CHILDREN, TEXTS, histories, instants

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.event import Entry, Event
    from tests.projections.engines import OnServer

FEW = st.sampled_from(["a", "b", "child"])
"""Words that stand in one text or another of most of what was done, and are corrected in either."""

MANY = st.sampled_from(["a", "c", "DC", "act", "charged", "further", "child", "2", "court", "inspec", "w1", "t"])
NOTES = st.builds(
    ev.ActionRecorded,
    kind=st.just("interview"),
    outcome=st.sampled_from(["a", "b", "c"]),
    child=CHILDREN,
    reason=TEXTS,
)
CORRECTED = "case.entry-corrected"
OWN = {"on_behalf_of", "via", "origin", "short_origin", "flags"}


def texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts among the values of fields, lists as one text."""
    found = {
        name: ", ".join(one) if isinstance(one, list | tuple) else one for name, one in plain(values).items()
    }
    return {name: text for name, text in found.items() if isinstance(text, str) and text and name not in LISTED}


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in values.items() if name not in OWN and name not in {"ages", "values"}}


def written(event: Event) -> dict[str, str]:
    """Return what an entry says; of a correction, what it puts in the place of something."""
    values = {name: getattr(event, name) for name in event.__struct_fields__}
    return texts(values | getattr(event, "values", {}))


def values_of(correction: Entry) -> dict[str, Any]:
    found: dict[str, Any] = getattr(correction.event, "values", {})
    return found


def has(word: str, found: Mapping[str, str]) -> bool:
    return any(
        token.startswith(word.lower())
        for text in found.values()
        for token in re.findall("[a-z0-9]+", text.lower())
    )


class Model:
    """A case at two instants, in the slowest way."""

    def __init__(self, entries: list[Entry], as_at: int, known_at: int) -> None:
        self.seen = [one for one in entries if naive.known(one) <= known_at]
        self.shown = [one for one in self.seen if self.at(one) <= min(as_at, known_at)]

    def corrections(self, version: int, among: list[Entry]) -> list[Entry]:
        return [one for one in among if one.topic == CORRECTED and getattr(one.event, "entry", 0) == version]

    def standing(self, version: int) -> list[Entry]:
        return [one for one in self.corrections(version, self.seen) if naive.stands(one.version, self.seen)]

    def at(self, entry: Entry) -> int:
        made = [values_of(one) for one in self.standing(entry.version)]
        times = [values["occurred_at"] for values in made if "occurred_at" in values]
        return int(times[-1]) if times else entry.occurred_at

    def reads(self, entry: Entry, corrections: list[Entry]) -> dict[str, str]:
        """Return what an entry says with some corrections made."""
        values = {name: getattr(entry.event, name) for name in entry.event.__struct_fields__}
        for one in corrections:
            values |= values_of(one)
        return texts(values)

    def found(self, words: list[str]) -> Iterator[tuple[int, str, bool]]:
        """Yield the version, the field and whether the words stand, of all that is found."""
        for entry in self.shown:
            own, then = written(entry.event), written(entry.event)
            if entry.topic == CORRECTED:
                then = self.with_the_rest(entry) | own
                if not any(has(word, own) for word in words):
                    continue
            if all(has(word, then) for word in words):
                for field, text in then.items():
                    if any(has(word, {field: text}) for word in words):
                        yield entry.version, field, self.stands(entry, words)

    def target(self, entry: Entry) -> list[Entry]:
        return [one for one in self.shown if one.version == getattr(entry.event, "entry", 0)]

    def with_the_rest(self, entry: Entry) -> dict[str, str]:
        """Return what a correction made of an entry, but for its reason."""
        for one in self.target(entry):
            before = [each for each in self.shown if each.version <= entry.version]
            read = self.reads(one, self.corrections(one.version, before))
            return {name: text for name, text in read.items() if name not in {"reason", *values_of(entry)}}
        return {}

    def stands(self, entry: Entry, words: list[str]) -> bool:
        if not naive.stands(entry.version, self.seen):
            return False
        if entry.topic != CORRECTED:
            read = self.reads(entry, self.standing(entry.version))
            return all(has(word, read) for word in words)
        reason = {"why": entry.event.reason or ""}
        for one in self.target(entry):
            read = self.reads(one, self.standing(one.version)) | reason
            return naive.stands(one.version, self.seen) and all(has(word, read) for word in words)
        return False


@law_of_tables
@given(st.data())
def test_a_search_finds_what_a_naive_reader_finds(data: st.DataObject) -> None:
    """Corrected and retracted entries too, late ones, and those that are not known yet."""
    with closing(Store()) as store:
        check(data, store)


@on_server_too
@given(data=st.data())
def test_on_postgresql_it_does_as_well(on_server: OnServer, data: st.DataObject) -> None:
    """The same law, of fewer histories."""
    with closing(Store(on_server.recorder())) as store:
        check(data, store)


def check(data: st.DataObject, store: Store) -> None:
    happened, some = data.draw(st.sampled_from([(ANYTHING, MANY), (NOTES, FEW)]))
    entries = data.draw(histories(happened=happened))
    store.add(*entries)
    restricted = bool(naive.state(entries, FOREVER, FOREVER)["restricted_to"])
    for _ in range(4):
        as_at, known = (data.draw(st.just(FOREVER) | instants(entries)) for _ in range(2))
        words = data.draw(st.lists(some, min_size=1, max_size=3, unique=True))
        model = Model(entries, as_at, known)
        expected = sorted(model.found(words))
        assert found(store, words, Axes(as_at, known), Reader("A 1", "auditor")) == (expected, 0)
        kept_out = ([], int(bool(model.shown))) if restricted else (expected, 0)
        assert found(store, words, Axes(as_at, known), Reader()) == kept_out


def found(store: Store, words: list[str], axes: Axes, reader: Reader) -> Any:
    """Return what is found, each with where it is, and at last how many cases were not looked in."""
    search = Search(Scope(store.ledger, axes, reader), SearchFilter(SearchTerms.read(words), fields_named(())))
    items = [(one["version"], one["field"], one["stands"]) for one in search.items()]
    assert [version for version, _, _ in items] == sorted(version for version, _, _ in items)
    return sorted(items), search.withheld()
