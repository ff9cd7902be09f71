"""Rows are compared whole with what is stored: there already, differing, new for certain, or not to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.commands.amendments import correct, retract
from application.commands.cases import act, restrict
from application.envelope import Envelope
from domain.cases.belief import AMENDING, believe
from domain.cases.events import ActionRecorded
from domain.codec import entry_of
from domain.identity import case_stream
from exchange.imports.command import Asked, import_file
from exchange.imports.foreign import Importer
from exchange.imports.importer import Taker
from exchange.imports.known import Known
from exchange.mapping.mapping import check
from tests.entries import unsalted
from tests.exchange.stores import Store

if TYPE_CHECKING:
    from pathlib import Path

    from domain.event import Entry
    from exchange.imports.command import FileOutcome

HEAD = "case id,activity,timestamp,resource,outcome\n"
MAPPING = check(
    {
        "source": "desk",
        "actor": "resource",
        "rule": [
            {
                "when": {"activity": "Give"},
                "event": "case.allocated",
                "fields": {"officer": {"from": "outcome"}},
            },
            {
                "when": {"activity": "See"},
                "event": "case.action-recorded",
                "fields": {"kind": "child-seen", "outcome": {"from": "outcome"}},
            },
        ],
    },
    "m.toml",
)
GIVEN = "C,Give,2016-02-02T09:00:00Z,DS 1,DC 1\n"
SEEN = "C,See,2016-02-03T09:00:00Z,DC 1,seen\n"
VISITED = "C,visited,2016-02-04T09:00:00Z,DC 1,\n"


def take(store: Store, folder: Path, rows: str) -> FileOutcome:
    path = folder / "desk.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return store.take(path, MAPPING)


def case(store: Store, reference: str = "C") -> list[Entry]:
    return [entry_of(row) for row in store.ledger.stream(case_stream(reference))]


def believed(store: Store) -> list[tuple[str, int]]:
    entries = believe(case(store)).entries
    return [(one.topic, one.occurred_at) for one in entries if not isinstance(one.event, AMENDING)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store()
    take(store, tmp_path, GIVEN + SEEN + VISITED)
    return store


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (SEEN, SEEN.replace(",seen", ",not seen"), "outcome: 'seen' is stored, 'not seen' is in the file"),
        (SEEN, SEEN.replace(",seen", ","), "outcome: 'seen' is stored, nothing is in the file"),
        (GIVEN, GIVEN.replace("DC 1\n", "DC 2\n"), "officer: 'DC 1' is stored, 'DC 2' is in the file"),
        (VISITED, VISITED.replace("DC 1", "DC 3"), "actor: 'DC 1' is stored, 'DC 3' is in the file"),
        (VISITED, VISITED.replace("DC 1", ""), "actor: 'DC 1' is stored, 'unknown' is in the file"),
        (VISITED, VISITED.replace("visited", "rang"), "kind: 'visited' is stored, 'rang' is in the file"),
        (
            VISITED,
            VISITED.replace("04T09", "04T10"),
            "occurred_at: '2016-02-04T09:00:00+00:00' is stored, '2016-02-04T10:00:00+00:00' is in the file",
        ),
    ],
)
def test_a_row_that_differs_is_refused_with_both_values(
    store: Store, tmp_path: Path, before: str, after: str, said: str
) -> None:
    """Whatever of it differs; the others are there already, and nothing is added."""
    count = store.count()
    outcome = take(store, tmp_path, (GIVEN + SEEN + VISITED).replace(before, after))
    assert (outcome.entries, outcome.already_present, outcome.differing) == (0, 3, 1)
    [refusal] = outcome.refused
    assert refusal.reason.startswith("it differs from entry ")
    assert said in refusal.reason
    assert store.count() == count


def test_a_row_about_another_child_differs(tmp_path: Path) -> None:
    """The child is compared as every other field is; another spelling of the same letters is none other."""
    store, path = Store(), tmp_path / "desk.csv"
    about = check({"source": "desk", "child": "outcome"}, "m.toml")
    for name, said in (
        ("Zo\u00eb", None),
        (" Zoe\u0308 ", None),
        ("Zora", "child: 'Zo\u00eb' is stored, 'Zora' is in the file"),
        ("", "child: 'Zo\u00eb' is stored, nothing is in the file"),
    ):
        path.write_text(f"{HEAD}C,child-seen,2016-02-03T09:00:00Z,DC 1,{name}\n", encoding="utf-8")
        refused = [one.reason for one in store.take(path, about).refused]
        assert [one.partition("'desk': ")[2] for one in refused] == ([said] if said else [])
    [act] = [entry.event for entry in case(store) if isinstance(entry.event, ActionRecorded)]
    assert act.child == "Zo\u00eb"


def test_an_event_that_another_mapping_makes_of_a_row_differs(store: Store, tmp_path: Path) -> None:
    outcome = store.take(tmp_path / "desk.csv", check({"source": "desk"}, "m.toml"))
    assert (outcome.entries, outcome.differing) == (0, 2)
    assert "event: 'case.allocated' is stored, 'case.action-recorded' is in the file" in outcome.refused[0].reason


def test_a_value_put_right_keeps_no_new_row_out(store: Store, tmp_path: Path) -> None:
    """The row is that of the entry still: the same thing at the same instant."""
    more = "C,rang,2016-02-05T09:00:00Z,DC 1,\n"
    outcome = take(store, tmp_path, GIVEN.replace("DC 1\n", "DC 2\n") + SEEN + VISITED + more)
    assert (outcome.entries, outcome.already_present, outcome.differing) == (1, 3, 1)


def test_rows_that_have_moved_are_known_by_what_they_say(store: Store, tmp_path: Path) -> None:
    """An export with its newest line on top, then the next one: each event is there once."""
    newest = "C,rang,2016-02-05T09:00:00Z,DC 1,\n"
    outcome = take(store, tmp_path, newest + VISITED + SEEN + GIVEN)
    assert (outcome.entries, outcome.already_present, outcome.refused) == (1, 4, [])
    assert [entry.name for entry in case(store)].count("action-recorded") == 3
    again = take(store, tmp_path, newest + VISITED + SEEN + GIVEN)
    assert (again.entries, again.already_present, again.refused) == (0, 5, [])
    assert take(store, tmp_path, GIVEN + SEEN + newest + VISITED).refused == []


def test_a_row_put_in_and_another_put_right_are_both_told(store: Store, tmp_path: Path) -> None:
    rows = "C,rang,2016-02-01T12:00:00Z,DC 1,\n" + GIVEN + SEEN.replace(",seen", ",not seen") + VISITED
    outcome = take(store, tmp_path, rows)
    assert (outcome.entries, outcome.differing, [one.line for one in outcome.refused]) == (2, 1, [4])
    assert [entry.name for entry in case(store)][-2:] == ["entry-corrected", "action-recorded"]


def test_exact_duplicates_are_counted(store: Store, tmp_path: Path) -> None:
    outcome = take(store, tmp_path, VISITED + GIVEN + SEEN + VISITED)
    assert (outcome.entries, outcome.already_present, outcome.refused) == (1, 4, [])


def test_where_a_row_is_missing_nothing_new_of_its_case_is_taken(store: Store, tmp_path: Path) -> None:
    """A place that no longer fits proves nothing for those after it; other cases go on."""
    rows = GIVEN + "C,rang,2016-02-03T12:00:00Z,DC 1,\n" + VISITED + "C,met,2016-02-06T09:00:00Z,DC 1,\n"
    count = store.count()
    outcome = take(store, tmp_path, rows + "D,met,2016-02-06T09:00:00Z,DC 1,\n")
    assert [one.line for one in outcome.refused] == [3, 5]
    assert "may be what entry 3 of the case, imported from 'desk', says otherwise" in outcome.refused[1].reason
    assert (outcome.entries, store.count() - count) == (2, 2)


def test_a_prefix_of_what_is_stored_is_there_already(store: Store, tmp_path: Path) -> None:
    outcome = take(store, tmp_path, GIVEN + SEEN)
    assert (outcome.entries, outcome.already_present, outcome.refused) == (0, 3, [])


def test_an_event_before_the_first_moves_the_report_that_was_made_of_it(tmp_path: Path) -> None:
    """The report is the import's own; it stands where it would stand had all been imported at once."""
    whole, parts = Store(), Store()
    rows = VISITED, "C,rang,2016-02-01T09:00:00Z,DC 1,\n"
    take(whole, tmp_path, "".join(rows))
    take(parts, tmp_path, rows[0])
    assert take(parts, tmp_path, "".join(rows)).refused == []
    assert believed(parts) == believed(whole)


def test_what_was_put_right_here_is_no_difference(store: Store, tmp_path: Path) -> None:
    """Neither the row as it was imported, nor the row as the entry stands now."""
    correct(store.app, "C", 3, {"outcome": "not seen"}, Envelope("DS 1"))
    assert take(store, tmp_path, GIVEN + SEEN + VISITED).refused == []
    assert take(store, tmp_path, GIVEN + SEEN.replace(",seen", ",not seen") + VISITED).refused == []
    assert take(store, tmp_path, GIVEN + SEEN.replace(",seen", ",moved") + VISITED).differing == 1


def test_what_was_retracted_here_is_there_already(store: Store, tmp_path: Path) -> None:
    retract(store.app, "C", 3, Envelope("DS 1"))
    outcome = take(store, tmp_path, GIVEN + SEEN + VISITED)
    assert (outcome.entries, outcome.already_present, outcome.refused) == (0, 4, [])
    assert take(store, tmp_path, GIVEN + VISITED + "C,met,2016-02-06T09:00:00Z,DC 1,\n").entries == 1


def test_what_others_recorded_in_the_case_plays_no_part(store: Store, tmp_path: Path) -> None:
    act(store.app, "C", "interview", Envelope("DC 1"))
    assert take(store, tmp_path, GIVEN + SEEN + VISITED).already_present == 4


def test_a_file_is_no_way_to_read_a_restricted_case(store: Store, tmp_path: Path) -> None:
    """That a row differs is told, and not what is stored."""
    restrict(store.app, "C", ["DS 1"], Envelope("DS 1"))
    for rows in (GIVEN + SEEN.replace(",seen", ",x") + VISITED, SEEN + VISITED + "C,x,2016-02-06T09:00:00Z,x,\n"):
        outcome = take(store, tmp_path, rows)
        assert outcome.refused
        told = " ".join(one.reason for one in outcome.refused)
        assert "'seen'" not in told
        assert "allocated" not in told


def test_a_case_that_comes_again_to_the_letter_is_not_read(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That nothing is new or differs is told by what is stored of it, before anything is made of that."""
    before = store.count()
    monkeypatch.setattr(Known, "compare", lambda *_: pytest.fail("the rows were compared"))
    for _ in range(2):
        outcome = take(store, tmp_path, GIVEN + SEEN + VISITED)
        assert (outcome.entries, outcome.already_present, outcome.refused) == (0, 4, [])
    assert store.count() == before


row = st.builds(
    "C{},{},2016-02-0{}T09:00:00Z,DC {},{}\n".format,
    st.sampled_from("12"),
    st.sampled_from(("Give", "See", "visited", "rang")),
    st.sampled_from("234"),
    st.sampled_from("12"),
    st.sampled_from(("", "seen", "DC 1")),
)
"""A row of one of two cases; an allocation to nobody, or a time before another's, is among them."""


@given(
    first=st.lists(row, min_size=1, max_size=6),
    edits=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1), st.lists(row, max_size=1)), max_size=2),
    amend=st.booleans(),
)
def test_a_case_that_comes_again_is_taken_as_one_that_is_compared(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[str],
    edits: list[tuple[int, int, list[str]]],
    amend: bool,
) -> None:
    """Whatever the second file is, the short way says and stores what comparing every row does."""
    second = list(first)
    for at, out, into in edits:
        second[at : at + out] = into
    path = tmp_path_factory.mktemp("again") / "desk.csv"
    found: list[object] = []
    for short in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            if not short:
                patch.setattr(Importer, "repeats", Taker.repeats)
            store = Store()
            asked = Asked(amend=amend)
            for rows in (first, second, second):
                path.write_text(HEAD + "".join(rows), encoding="utf-8")
                by = Envelope("DC 9", reason="the file is right" if asked.amend else None)
                found.append(import_file(store.app, path, MAPPING, by, lambda _: None, asked))
            found.append(unsalted(store.ledger))
            store.ledger.close()
    assert found[:4] == found[4:]
