"""Laws of a command on many cases: it is the commands one by one, and given again adds nothing twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.retries import for_case
from cli.session import stores
from domain.identity import case_stream
from tests.clock import START
from tests.laws.test_batch import Came, batch, entries, refusal, run
from tests.laws.test_laws import law_of_tables, on_server_too

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.projections.engines import OnServer, Place

law = settings(law_of_tables, max_examples=max(25, law_of_tables.max_examples // 4))

WHOLE = "5b0e7a52-64a5-4d8c-9d3c-0c6f7e0b3c11"
THERE = ("R-1", "R-2", "R-3", "R-4")
PREPARED: list[list[dict[str, Any]]] = [
    [{"command": "allocate", "to": "DC 1417"}],
    [{"command": "allocate", "to": "DC 2206", "at": "2016-01-03"}],
    [{"command": "restrict", "to": ["DC 1417"], "reason": "x"}],
    [{"command": "resolve", "outcome": "charged"}],
    [{"command": "act", "kind": "detained"}, {"command": "act", "kind": "missing-reported", "child": "Ann"}],
]


class Given(NamedTuple):
    """What was recorded before, and the command: its words, the references, the last word and the options."""

    before: list[dict[str, Any]]
    command: str
    references: list[str]
    last: str
    options: list[str]

    def whole(self, references: list[str] | None = None) -> list[str]:
        """Return the words of the command on all its cases, or on some."""
        chosen = self.references if references is None else references
        return [self.command, *chosen, self.last, *self.options, "--command-id", WHOLE, "--format", "json"]


@st.composite
def given_commands(draw: st.DrawFn) -> Given:
    """Draw what stands in up to four cases, and a command on two or more, some of which may not be there."""
    before: list[dict[str, Any]] = [
        {"command": "report", "reference": one, "category": "other"}
        for one in draw(st.sets(st.sampled_from(THERE)))
    ]
    for one in draw(st.lists(st.sampled_from(THERE), max_size=6)):
        before += [{**line, "reference": one} for line in draw(st.sampled_from(PREPARED))]
    references = draw(st.lists(st.sampled_from(THERE), min_size=2, unique=True))
    acting = ["--actor", draw(st.sampled_from(["PS 0088", "DC 1417"]))]
    at = draw(st.sampled_from([[], ["--at", "2016-01-04"]]))
    command, last = draw(st.sampled_from([("act", "child-seen"), ("act", "found"), ("allocate", "DC 2206")]))
    return Given(before, command, references, last, [*acting, *at])


def answers(came: Came) -> list[dict[str, Any]]:
    """Return what was answered about each case."""
    assert came.code in {0, 3}, came.err
    return [json.loads(line) for line in came.out.splitlines()]


def one_by_one(location: str, asked: Given) -> list[dict[str, Any]]:
    """Give the command for each case by itself, with the id that its case has in the whole."""
    found = []
    for one in asked.references:
        own = str(UUID(bytes=for_case(UUID(WHOLE).bytes, case_stream(one))))
        words = [asked.command, one, asked.last, *asked.options, "--command-id", own, "--format", "json"]
        came = run(location, *words)
        if not came.code:
            found.append(json.loads(came.out))
            continue
        found.append({"reference": one} | refusal(came))
    return found


def check(place: Place | OnServer, asked: Given, cut: int) -> None:
    """Compare the command on many cases with its commands one by one, and with itself cut off and given again."""
    timed = place.engine == "sqlite"
    apart = place.location()
    batch(apart, asked.before)
    expected, rows = one_by_one(apart, asked), entries(apart, timed=timed)
    together = place.location()
    batch(together, asked.before)
    recorded = entries(together, timed=timed)
    shown = run(together, *asked.whole(), "--preview")
    assert entries(together, timed=timed) == recorded, "a preview recorded something"
    came = run(together, *asked.whole())
    assert answers(came) == expected
    assert came.code == shown.code == (3 if any("refused" in one for one in expected) else 0)
    assert [_beforehand(one) for one in expected] == answers(shown)
    assert entries(together, timed=timed) == rows
    run(together, *asked.whole())
    assert entries(together, timed=timed) == rows, "given again, something was added"
    parts = place.location()
    batch(parts, asked.before)
    if cut > 1:
        run(parts, *asked.whole(asked.references[:cut]))
    run(parts, *asked.whole())
    assert entries(parts, timed=timed) == rows, "cut off and given again, it came to something else"


def _beforehand(answer: dict[str, Any]) -> dict[str, Any]:
    return {"preview": True} | {key: answer[key] for key in answer if key not in {"position", "command_id"}}


@law
@given(given_commands(), st.integers(0, 4))
def test_many_at_once_are_one_by_one(place_of_files: Place, asked: Given, cut: int) -> None:
    """With the same answers and entries; a preview records nothing, and says beforehand what comes of each."""
    check(place_of_files, asked, cut)


@on_server_too
@given(given_commands(), st.integers(0, 4))
def test_many_at_once_are_one_by_one_on_a_server(on_server: OnServer, asked: Given, cut: int) -> None:
    """As in a file."""
    check(on_server, asked, cut)


@pytest.fixture(scope="module")
def place_of_files(tmp_path_factory: pytest.TempPathFactory) -> Place:
    from tests.projections.engines import Place

    return Place(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="module", autouse=True)
def _standing_clock() -> Iterator[None]:
    """Let time stand, and remember nothing of a server, whose one database is emptied for each store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stores, "now", lambda: START)
        patch.setattr(stores, "state_folder", None)
        patch.setenv("LONGCASE_ACTOR", "PS 0088")
        yield
