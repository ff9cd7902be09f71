"""Laws of a batch: it is its commands one by one, however grouped, and given again adds nothing twice."""

from __future__ import annotations

import io
import json
import shlex
import sys
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.input.lines import lines_of
from cli.main import main
from cli.session import stores
from ledger.stores import open_recorder
from tests.clock import START
from tests.entries import unsalted
from tests.laws.test_laws import law_of_tables, on_server_too

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.projections.engines import OnServer, Place

law = settings(law_of_tables, max_examples=max(25, law_of_tables.max_examples // 4))

REFERENCES = st.sampled_from(["R-1", "R-1", "R-2"])
OWN_IDS = ["5b0e7a52-64a5-4d8c-9d3c-0c6f7e0b3c11", "5b0e7a52-64a5-4d8c-9d3c-0c6f7e0b3c12"]
BESIDE = {
    "at": st.sampled_from(["2016-01-03", "2016-02-01T10:00", "2016-02-12"]),
    "actor": st.sampled_from(["DC 1417", "DC 2206", "PS 0088"]),
    "role": st.sampled_from(["inspectorate", "investigator"]),
    "reason": st.just("as told"),
    "command_id": st.sampled_from(OWN_IDS),
}
SUBJECTS = ("reference", "name", "kind", "risk", "to", "other", "grade", "version", "values")
"""The keys of what stands without a name on the command line, in its order."""

ACTS = st.sampled_from(["child-seen", "arrest", "missing-reported", "no-such-kind"])
COMMANDS: list[tuple[str, dict[str, st.SearchStrategy[Any]]]] = [
    ("report", {"category": st.just("other"), "risk": st.sampled_from(["low", "very-high", None])}),
    ("act", {"kind": ACTS, "child": st.sampled_from([None, None, "Ann", "Ben"])}),
    ("act", {"kind": ACTS}),
    ("allocate", {"to": st.sampled_from(["DC 1417", "DC 2206"])}),
    ("return", {}),
    ("pause", {}),
    ("resume", {}),
    ("warrant seek", {}),
    ("warrant grant", {}),
    ("warrant execute", {}),
    ("correct", {"version": st.integers(1, 6), "values": st.sampled_from([["kind=interview"], ["risk=low"]])}),
    ("correct", {"version": st.integers(1, 6), "values": st.just(["occurred_at=2016-01-02"])}),
    ("retract", {"version": st.integers(1, 6)}),
    ("link", {"other": st.just("R-2"), "as": st.sampled_from(["same-suspect", "duplicate-of", "no-such"])}),
    ("unlink", {"other": st.just("R-1")}),
    ("grade", {"grade": st.just("good"), "by": st.sampled_from(["force", "inspectorate"])}),
    ("request-closure", {"outcome": st.just("charged")}),
    ("resolve", {}),
    ("reopen", {}),
    ("restrict", {"to": st.just(["PS 0088", "DC 1417"])}),
    ("unrestrict", {}),
    ("officer enrol", {}),
    ("officer absent", {}),
]


class Came(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


@st.composite
def commands(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw the lines of a batch: reports first, mostly, then anything on two cases, some of it refused."""
    found = [{"command": "report", "reference": name, "category": "other"} for name in ("R-1", "R-2")]
    found = found if draw(st.integers(0, 4)) else []
    for words, parameters in draw(st.lists(st.sampled_from(COMMANDS), min_size=1, max_size=9)):
        line = {"command": words}
        if words.startswith("officer"):
            line["name"] = draw(BESIDE["actor"])
        else:
            line["reference"] = draw(REFERENCES)
        line |= {key: draw(values) for key, values in parameters.items()}
        few = st.lists(st.sampled_from(sorted(BESIDE)), max_size=2, unique=True)
        line |= {key: draw(BESIDE[key]) for key in draw(few)}
        found.append(line)
    return found


def text_of(lines: Sequence[dict[str, Any]]) -> bytes:
    """Return the lines of a batch as a file has them."""
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def typed(line: dict[str, Any]) -> list[str]:
    """Return a line as the words of a command line."""
    alone, named = [], []
    for key in sorted(line, key=lambda one: SUBJECTS.index(one) if one in SUBJECTS else -1):
        values = line[key] if isinstance(line[key], list) else [line[key]]
        option = key not in SUBJECTS or (line["command"], key) in {("report", "risk"), ("restrict", "to")}
        for value in map(str, values if key != "command" and line[key] is not None else []):
            if option:
                named += [f"--{key.replace('_', '-')}", value]
            else:
                alone.append(value)
    # New texts, as a process has them: msgspec leaves out of a payload what is the very object of a default.
    return shlex.split(shlex.join([*line["command"].split(), *alone, *named]))


def run(location: str, *args: str, stdin: bytes = b"") -> Came:
    """Run ``longcase`` in this process, over the store at ``location``."""
    before, out, err = (sys.stdin, sys.stdout, sys.stderr), io.TextIOWrapper(io.BytesIO()), io.StringIO()
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin)), out, err
    try:
        code = main([*args, "--store", location])
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    out.seek(0)
    return Came(code, out.read(), err.getvalue())


LOOKED_UP = ("until", "deputy", "holds", "paused", "falls_due", "deputy_for")
"""What is looked up beside an entry of the register, which no batch waits for."""


def batch(location: str, lines: Sequence[dict[str, Any]], *how: str) -> tuple[int, list[dict[str, Any]]]:
    """Give a batch, and return its exit code and its answers."""
    came = run(location, "batch", "-", *how, stdin=text_of(lines))
    assert came.code in {0, 3}, came.err
    return came.code, [json.loads(line) for line in came.out.splitlines()]


def refusal(came: Came) -> dict[str, Any]:
    """Return what a command said that was refused, under the names of an answer of many."""
    said = json.loads(came.err)
    assert said["exit_code"] == came.code
    return {"refused": said["error"], "hints": said["hints"], "exit_code": came.code}


def one_by_one(location: str, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each line as a command of its own, under the id that it has in a batch, and return the answers."""
    found = []
    for number, (line, read) in enumerate(zip(lines, lines_of(io.BytesIO(text_of(lines))), strict=True), 1):
        words = typed({"command_id": str(UUID(bytes=read.command_id))} | line)
        came = run(location, *words, "--format", "json")
        if came.code:
            found.append({"line": number} | refusal(came))
        else:
            answer = json.loads(came.out)
            found.append({"line": number} | {key: value for key, value in answer.items() if key not in LOOKED_UP})
    return found


def entries(location: str, *, timed: bool) -> list[tuple[Any, ...]]:
    """Return the rows of a store, on a server without what its own clock says."""
    recorder = open_recorder(location)
    rows = unsalted(recorder)
    recorder.close()
    if timed:
        return [tuple(row) for row in rows]
    return [
        tuple(
            row._replace(
                recorded_at=0, leaf=b"", salt=b"", occurred_at=0 if row.occurred_at == row.recorded_at else 1
            )
        )
        for row in rows
    ]


@pytest.fixture(scope="module", autouse=True)
def _standing_clock() -> Iterator[None]:
    """Let time stand, and remember nothing of a server, whose one database is emptied for each store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stores, "now", lambda: START)
        patch.setattr(stores, "state_folder", None)
        patch.setenv("LONGCASE_ACTOR", "PS 0088")
        yield


class Laws:
    """The laws, of a store wherever it is."""

    def __init__(self, place: Place) -> None:
        """Try them on the stores of ``place``."""
        self._place = place
        self._timed = place.engine == "sqlite"

    def once(self, lines: Sequence[dict[str, Any]], *how: str) -> tuple[list[dict[str, Any]], list[Any]]:
        """Return the answers and the rows of a batch given once to a new store."""
        location = self._place.location()
        _, answers = batch(location, lines, *how)
        return answers, entries(location, timed=self._timed)

    def grouped(self, lines: Sequence[dict[str, Any]], size: int) -> None:
        """Groups of any size give the rows and the answers of the commands one by one."""
        location = self._place.location()
        answers, rows = one_by_one(location, lines), entries(location, timed=self._timed)
        for how in ((), ("--group", str(size))):
            answered, recorded = self.once(lines, *how)
            assert answered == answers, how
            assert recorded == rows, how

    def twice(self, lines: Sequence[dict[str, Any]], before: int, size: int) -> None:
        """A batch cut off after any line and given again is the batch given once, and again adds nothing."""
        answers, rows = self.once(lines)
        kept = [line for line, answer in zip(lines, answers, strict=True) if "refused" not in answer]
        _, rows = self.once(kept)
        location = self._place.location()
        batch(location, kept[:before])
        batch(location, kept, "--group", str(size))
        assert entries(location, timed=self._timed) == rows
        code, again = batch(location, kept)
        assert code == 0
        assert all(answer["repeated"] for answer in again)
        assert entries(location, timed=self._timed) == rows

    def all_or_none(self, lines: Sequence[dict[str, Any]]) -> None:
        """Where nothing is refused it is the batch; where anything is, nothing is recorded."""
        answers, rows = self.once(lines)
        refused = [answer for answer in answers if "refused" in answer]
        found, together = self.once(lines, "--all-or-none")
        assert together == ([] if refused else rows)
        assert found[:1] == refused[:1] if refused else found == answers


@law
@given(commands(), st.integers(2, 12))
def test_a_batch_is_its_commands_one_by_one(
    place_of_files: Place, lines: list[dict[str, Any]], size: int
) -> None:
    """However it is grouped: the same rows, answers and refusals."""
    Laws(place_of_files).grouped(lines, size)


@law
@given(commands(), st.integers(0, 12), st.integers(1, 12))
def test_a_batch_given_again_adds_nothing_twice(
    place_of_files: Place, lines: list[dict[str, Any]], before: int, size: int
) -> None:
    """Wherever it was cut off the first time, and however it is grouped."""
    Laws(place_of_files).twice(lines, before, size)


@law
@given(commands())
def test_all_or_none(place_of_files: Place, lines: list[dict[str, Any]]) -> None:
    """Either all of it or nothing."""
    Laws(place_of_files).all_or_none(lines)


@on_server_too
@given(commands(), st.integers(2, 12), st.integers(0, 12))
def test_the_same_on_a_server(on_server: OnServer, lines: list[dict[str, Any]], size: int, before: int) -> None:
    """Whose own clock says when."""
    laws = Laws(on_server)
    laws.grouped(lines, size)
    laws.twice(lines, before, size)
    laws.all_or_none(lines)


@pytest.fixture(scope="module")
def place_of_files(tmp_path_factory: pytest.TempPathFactory) -> Place:
    from tests.projections.engines import Place

    return Place(tmp_path_factory.mktemp("stores"))
