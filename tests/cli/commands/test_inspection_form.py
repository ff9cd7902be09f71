"""``longcase inspection show``, ``form`` and ``grade``: what fits the terminal, and what a form comes to."""

from __future__ import annotations

import csv
import io
import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from application.commands import cases
from domain.errors import StoreError
from ledger.errors import Lost
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.stores import open_recorder
from projections.inspections.form import FORM, SAMPLED
from tests.rounds import rounds_on_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Clock, Ran

    Longcase = Callable[..., Ran]

HMI = ("--actor", "HMI 3", "--role", "inspectorate")
TOPICS = ("risk", "the child's voice", "supervision")
CASES = tuple(f"R-{number}" for number in range(1, 6))
GRADES = ("good", "requires-improvement", "inadequate")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rounds_on_disk(tmp_path_factory.mktemp("rounds") / "rounds.db")


@pytest.fixture
def typed(made: Path, longcase: Longcase, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Longcase:
    monkeypatch.setenv("LONGCASE_STORE", str(made))
    clock.set("2018-06-01T09:00:00Z")
    return longcase


@pytest.mark.parametrize("width", [40, 80, 140])
def test_the_sample_of_a_round_fits_the_terminal(
    typed: Longcase, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """Which case, how it was graded, and what is not graded stand there at any width."""
    monkeypatch.setenv("COLUMNS", str(width))
    ran = typed("inspection", "show", "round-1", "--ungraded", "--topic", "overall")
    head, *rows = ran.out.splitlines()
    assert head.split()[0] == "CASE"
    assert head.endswith("NOT GRADED")
    assert len(rows) == 10
    assert all(row.endswith("overall") for row in rows)
    assert all(wcswidth(line) <= width for line in (head, *rows))
    assert "round-1: 384 cases drawn, 374 graded whole" in ran.err


def test_the_sample_for_programs(typed: Longcase) -> None:
    """It has every case drawn, on both axes; sorted as asked."""
    items = json.loads(typed("inspection", "show", "round-1", "--topic", "overall", "--format", "json").out)[
        "items"
    ]
    assert len(items) == 384
    assert tuple(items[0]) == SAMPLED
    assert sum(bool(one["missing"]) for one in items) == 10
    early = typed("inspection", "show", "round-1", "--as-at", "2016-02-23", "--format", "jsonl").out.splitlines()
    assert sum(json.loads(one)["inspectorate"] is not None for one in early) == 0
    last = typed("inspection", "show", "round-1", "--sort", "-reference", "--limit", "1", "--format", "csv").out
    assert last.splitlines()[1].startswith(max(one["reference"] for one in items))


def test_a_form_has_the_grades_that_stand(typed: Longcase) -> None:
    """Under given; it is for one grader's grades, and nothing is filled in."""
    rows = list(csv.DictReader(io.StringIO(typed("inspection", "form", "round-1").out)))
    assert tuple(rows[0]) == FORM
    assert len({row["reference"] for row in rows if row["given"]}) == 374
    assert not any(row["grade"] or row["grounds"] for row in rows)
    own = list(csv.DictReader(io.StringIO(typed("inspection", "form", "round-1", "--by", "force").out)))
    assert {row["reference"] for row in own} == {row["reference"] for row in rows}


@pytest.fixture
def rounds_of_five(store: Path, longcase: Longcase) -> Callable[[str], str]:
    """Return what makes a store with a round of five cases, by its name."""

    def make(called: str) -> str:
        path = store.with_name(called)
        path.unlink(missing_ok=True)
        create(str(path), {"zone": "UTC"}).close()
        for number in range(1, 6):
            assert longcase("report", f"R-{number}", "--category", "other", "--store", str(path)).code == 0
        for words in (["open", "autumn"], ["sample", "autumn", "--size", "5", "--seed", "1"]):
            assert longcase("inspection", *words, *HMI, "--store", str(path)).code == 0
        return str(path)

    return make


def payloads(location: str) -> list[tuple[Any, ...]]:
    recorder = open_recorder(location)
    rows = recorder.select_notifications(None, 1 << 40)
    recorder.close()
    return [(row.stream, row.version, row.topic, row.actor, row.role, row.payload) for row in rows]


def filled(form: str, grades: dict[tuple[str, str], str], grounds: str) -> str:
    """Return a form with some of its rows filled in."""
    rows = list(csv.DictReader(io.StringIO(form)))
    out = io.StringIO()
    writer = csv.DictWriter(out, FORM)
    writer.writeheader()
    for row in rows:
        grade = grades.get((row["reference"], row["topic"]), "")
        writer.writerow(row | {"grade": grade, "grounds": grounds if grade else ""})
    return out.getvalue()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(CASES), st.sampled_from([*TOPICS, "overall"])),
        st.sampled_from(GRADES),
        max_size=12,
    ),
    st.sampled_from(["=not asked", "two\nlines", 'it\'s late; "again"']),
)
def test_a_form_is_its_grades_one_by_one(
    longcase: Longcase, rounds_of_five: Callable[[str], str], grades: dict[tuple[str, str], str], grounds: str
) -> None:
    """In the order of its rows; given again, or after half of it, it adds nothing twice."""
    apart, together = rounds_of_five("apart.db"), rounds_of_five("together.db")
    topics = [word for topic in TOPICS for word in ("--topic", topic)]
    written = longcase("inspection", "form", "autumn", *topics, "--store", together)
    order = [(row["reference"], row["topic"]) for row in csv.DictReader(io.StringIO(written.out))]
    for reference, topic in sorted(grades, key=order.index):
        of = [] if topic == "overall" else ["--topic", topic]
        words = ["grade", reference, grades[reference, topic], "--by", "inspectorate", "--inspection", "autumn"]
        assert longcase(*words, *of, "--grounds", grounds, *HMI, "--store", apart).code == 0
    half = dict(sorted(grades.items(), key=lambda one: order.index(one[0]))[: len(grades) // 2])
    said = [_given(longcase, filled(written.out, each, grounds), together) for each in (half, grades, grades)]
    assert f"0 recorded, {len(grades)} there already" in said[-1]
    assert payloads(together) == payloads(apart)


def _given(longcase: Longcase, form: str, location: str) -> str:
    path = Path(location).with_name("form.csv")
    path.write_text(form, "utf-8", newline="")
    ran = longcase("inspection", "grade", "autumn", "--from", str(path), *HMI, "--store", location)
    assert ran.code == 0, ran.err
    return ran.out


def test_a_store_that_fails_on_the_way_has_nothing_of_the_form(
    longcase: Longcase, rounds_of_five: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """All grades are recorded together, or none."""
    location = rounds_of_five("failing.db")
    before = payloads(location)
    form = tmp_path / "form.csv"
    written = longcase("inspection", "form", "autumn", "--store", location).out
    form.write_text(filled(written, {(f"R-{n}", "overall"): "good" for n in range(1, 6)}, ""), "utf-8")
    recorded = cases.grade

    def failing(app: Any, reference: str, *args: Any, **values: Any) -> Any:
        if reference == "R-4":
            raise StoreError("the store failed")
        return recorded(app, reference, *args, **values)

    words = ("inspection", "grade", "autumn", "--from", str(form), *HMI, "--store", location)
    with monkeypatch.context() as patch:
        patch.setattr(cases, "grade", failing)
        assert longcase(*words).code == 5
    assert payloads(location) == before
    assert longcase(*words).code == 0
    assert len(payloads(location)) == len(before) + 5


def test_a_connection_that_is_lost_loses_nothing_of_a_form(
    longcase: Longcase, rounds_of_five: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Lost behind the commit: the form is given again, finds its grades there, and adds nothing twice."""
    location = rounds_of_five("lost.db")
    before = payloads(location)
    form = tmp_path / "form.csv"
    written = longcase("inspection", "form", "autumn", "--store", location).out
    form.write_text(filled(written, {(one, "overall"): "good" for one in CASES}, ""), "utf-8")
    transaction, times = SQLiteRecorder.transaction, []

    @contextmanager
    def losing(recorder: SQLiteRecorder) -> Iterator[None]:
        with transaction(recorder):
            yield
        times.append(1)
        if len(times) == 1:
            raise Lost("gone")

    monkeypatch.setattr(SQLiteRecorder, "transaction", losing)
    monkeypatch.setattr(SQLiteRecorder, "reconnect", lambda _recorder: None)
    ran = longcase("inspection", "grade", "autumn", "--from", str(form), *HMI, "--store", location)
    assert (ran.code, len(times)) == (0, 2)
    assert "0 recorded, 5 there already" in ran.out
    assert len(payloads(location)) == len(before) + 5


def test_a_clock_that_is_doubted_is_told_in_words(
    longcase: Longcase, rounds_of_five: Callable[[str], str], clock: Clock, tmp_path: Path
) -> None:
    """Nothing is recorded, nothing is said to be uncertain, and the day confirms the clock."""
    location = rounds_of_five("doubted.db")
    before = payloads(location)
    form = tmp_path / "form.csv"
    written = longcase("inspection", "form", "autumn", "--store", location).out
    form.write_text(filled(written, {("R-1", "overall"): "good"}, ""), "utf-8")
    clock.set("2026-05-20T09:00:00Z")
    words = ("inspection", "grade", "autumn", "--from", str(form), *HMI, "--store", location)
    ran = longcase(*words)
    assert ran.code == 5
    assert ran.err.startswith("longcase: nothing was recorded: this machine's clock says 2026-05-20")
    assert payloads(location) == before
    assert longcase(*words, "--today", "2026-05-20").code == 0
    assert len(payloads(location)) == len(before) + 1
