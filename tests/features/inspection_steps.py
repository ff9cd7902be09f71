"""The steps that ask what a round of inspection came to: sample, grades, referrals, and the round before."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pytest_bdd import parsers, then, when

from domain.axes import Axes
from domain.instant import FOREVER
from projections.inspections.report import report
from projections.inspections.rounds import inspection_at
from projections.queries.sample_check import SampleCheck, check_sample
from projections.views.access import Scope
from tests.features.queries import as_table, report_of, rows, up_to_date

if TYPE_CHECKING:
    from collections.abc import Iterable

    from application.app import Longcase
    from projections.views.timeline import Item
    from tests.features.words import Picture

GRADES = ("good", "requires improvement", "inadequate")


@then(parsers.parse("in the round {name} {drawn:d} cases were drawn, {examined:d} of them examined"))
def were_examined(app: Longcase, picture: Picture, name: str, drawn: int, examined: int) -> None:
    found = report_of(app, name, picture)
    assert (found["drawn"], found["examined"]) == (drawn, examined)
    assert len(set(found["not_examined"])) == drawn - examined


@then(parsers.parse("in the round {name} these cases were not examined"))
def were_not_examined(app: Longcase, picture: Picture, name: str, datatable: list[list[str]]) -> None:
    assert [{"case": case} for case in report_of(app, name, picture)["not_examined"]] == rows(datatable)


@then(parsers.parse("in the round {name} these cases were drawn"))
def were_drawn(app: Longcase, picture: Picture, name: str, datatable: list[list[str]]) -> None:
    (sample,) = report_of(app, name, picture)["samples"]
    found = [[one, str(count), str(sample["drawn"][one])] for one, count in sample["population"].items()]
    assert found == datatable[1:]
    assert datatable[0] == ["category", "there were", "drawn"]


@then(parsers.parse("in the round {name} these grades were given"))
def were_given(app: Longcase, picture: Picture, name: str, datatable: list[list[str]]) -> None:
    shares = report_of(app, name, picture)["grades"]
    found = [
        {"grade": grade.replace("_", " "), "cases": str(share["count"]), "percent": str(share["percent"])}
        for grade, share in shares.items()
    ]
    assert as_table(found, datatable) == rows(datatable)


@when(parsers.parse("the sample of the round {name} is drawn again"), target_fixture="redrawn")
def drawn_again(app: Longcase, name: str) -> SampleCheck:
    inspection = inspection_at(Scope(app.ledger, Axes(FOREVER, FOREVER)), name)
    assert inspection is not None
    (sample,) = inspection.samples
    return check_sample(up_to_date(app), inspection, sample)


@then(parsers.parse("it is the same {size:d} cases"))
def is_the_same(redrawn: SampleCheck, size: int) -> None:
    assert redrawn.agrees
    assert len(redrawn.kept.cases) == size


@then(parsers.parse("in the round {name} the force's grades are the lines, and the inspectorate's the columns"))
def matrix(app: Longcase, picture: Picture, name: str, datatable: list[list[str]]) -> None:
    both = report_of(app, name, picture)["agreement"]
    lines = [[*row, sum(row)] for row in both["matrix"]]
    lines.append([*both["inspectorate"], both["cases"]])
    assert datatable[0] == ["force", *GRADES, "all"]
    assert [row[0] for row in datatable[1:]] == [*GRADES, "all"]
    assert [[int(one) for one in row[1:]] for row in datatable[1:]] == lines


@then(parsers.parse("in the round {name} {count:d} cases were graded by both"))
def were_graded_by_both(app: Longcase, picture: Picture, name: str, count: int) -> None:
    assert report_of(app, name, picture)["agreement"]["cases"] == count


@then(parsers.parse("in the round {name} the force and the inspectorate disagree on these cases"))
def disagree(app: Longcase, picture: Picture, name: str, datatable: list[list[str]]) -> None:
    found = map(apart, report_of(app, name, picture)["disagreements"])
    assert as_table(found, datatable) == rows(datatable)


def apart(one: Item) -> dict[str, Any]:
    """Return what a table can show of a case that was graded otherwise by each; worse by steps below good."""
    return {
        "case": one["reference"],
        "force": one["force"],
        "inspectorate": one["inspectorate"],
        "worse by": f"{one['steps']} steps" if one["steps"] != 1 else "1 step",
    }


@then(parsers.parse("in the round {name} they disagree on no case"))
def agree(app: Longcase, picture: Picture, name: str) -> None:
    assert report_of(app, name, picture)["disagreements"] == []


@then(parsers.parse("in the round {name} the two differ on so many cases"))
def differ(app: Longcase, picture: Picture, name: str, datatable: list[list[str]]) -> None:
    found = report_of(app, name, picture)["disagreements"]
    assert counted(found, ("force", "inspectorate")) == as_counted(datatable)


def counted(found: Iterable[dict[str, str]], names: tuple[str, str]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(one[name] for name in names) for one in found)


def as_counted(table: list[list[str]]) -> dict[tuple[str, ...], int]:
    """Return the last column of a table by what stands before it."""
    return {tuple(row[:-1]): int(row[-1]) for row in table[1:]}


@then(parsers.parse("in the round {name} the bias is {bias:g} grades and Cohen's kappa {kappa:g}"))
def bias_and_kappa(app: Longcase, picture: Picture, name: str, bias: float, kappa: float) -> None:
    found = report_of(app, name, picture)["agreement"]
    assert (found["bias"], found["kappa"]) == (bias, kappa)


@then(parsers.parse("in the round {name} there is no bias and no kappa"))
def undefined(app: Longcase, picture: Picture, name: str) -> None:
    found = report_of(app, name, picture)["agreement"]
    assert (found["bias"], found["kappa"]) == (None, None)


@then(
    parsers.parse(
        "in the round {name} {count:d} cases were referred back,"
        " {urgent:d} of them with a child at immediate risk"
    )
)
def were_referred_back(app: Longcase, picture: Picture, name: str, count: int, urgent: int) -> None:
    found = report_of(app, name, picture)["referrals"]
    assert (found["cases"], found["immediate"]) == (count, urgent)


@then(
    parsers.parse(
        "in the round {name} {accepted:d} of them have an answer that was accepted, {rejected:d} one that was"
        " rejected, {waiting:d} one that awaits a verdict and {none:d} no answer"
    )
)
def verdicts(
    app: Longcase, picture: Picture, name: str, accepted: int, rejected: int, waiting: int, none: int
) -> None:
    found = report_of(app, name, picture)["referrals"]
    assert [found[state] for state in ("accepted", "rejected", "answered", "unanswered")] == [
        accepted,
        rejected,
        waiting,
        none,
    ]


@then(parsers.parse("in the round {name} {count:d} answers were rejected in all"))
def were_rejected(app: Longcase, picture: Picture, name: str, count: int) -> None:
    assert report_of(app, name, picture)["referrals"]["rejections"] == count


@then(
    parsers.parse("the round {name} follows {before}, in which {below:d} of {examined:d} cases were below good")
)
def follows(app: Longcase, picture: Picture, name: str, before: str, below: int, examined: int) -> None:
    earlier = report_of(app, name, picture)["comparison"]
    assert (earlier["inspection"], earlier["examined"]) == (before, examined)
    assert earlier["grades"]["below_good"]["count"] == below


@then(parsers.parse("of the cases examined in {before} and again in {name} so many were graded"))
def moved(app: Longcase, picture: Picture, before: str, name: str, datatable: list[list[str]]) -> None:
    earlier = report_of(app, name, picture)["comparison"]
    assert datatable[0] == [f"in {before}", f"in {name}", "cases"]
    assert counted(earlier["both"], ("before", "now")) == as_counted(datatable)


@then(
    parsers.parse(
        "in the round {name} {better:d} cases were better than before, {same:d} the same and {worse:d} worse"
    )
)
def compared(app: Longcase, picture: Picture, name: str, better: int, same: int, worse: int) -> None:
    earlier = report_of(app, name, picture)["comparison"]
    assert (earlier["better"], earlier["same"], earlier["worse"]) == (better, same, worse)


@then(parsers.parse("the round {name} had not been opened"))
def not_opened(app: Longcase, picture: Picture, name: str) -> None:
    assert report(Scope(app.ledger, Axes(*picture)), name) is None
