"""The steps about rounds of inspection: samples, grades of both sides, referrals, rounds compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from domain.axes import Axes
from domain.instant import FOREVER
from projections.inspections.report import report
from projections.inspections.rounds import inspection_at
from projections.queries.sample_check import Redrawn, redraw
from projections.queries.stalled import StalledQuery, stalled
from projections.views.access import Scope
from tests.features.queries import rows, up_to_date
from tests.features.words import instant
from tests.rounds import rounds

if TYPE_CHECKING:
    from application.app import Longcase

GRADES = ("good", "requires improvement", "inadequate")


@given("the three rounds of inspection", target_fixture="performed")
def performed() -> Longcase:
    return rounds()


@when(
    parsers.re(r"the report of (?P<name>\S+) is read as at (?P<day>[^,]+)(, as known at (?P<known>.+))?"),
    target_fixture="found",
)
def read(performed: Longcase, name: str, day: str, known: str | None) -> dict[str, Any]:
    at = instant(day)
    found = report(Scope(performed.ledger, Axes(at, instant(known) if known else at)), name)
    assert found is not None
    return {**found, "read_at": at}


@then(parsers.parse("{drawn:d} cases were drawn and {examined:d} examined"))
def counted(found: dict[str, Any], drawn: int, examined: int) -> None:
    assert (found["drawn"], found["examined"]) == (drawn, examined)


@then(parsers.parse("{count:d} cases that were drawn are named as not examined"))
def not_examined(found: dict[str, Any], count: int) -> None:
    assert len(set(found["not_examined"])) == count == found["drawn"] - found["examined"]


@then("these grades were given")
def grades(found: dict[str, Any], datatable: list[list[str]]) -> None:
    for row in rows(datatable):
        share = found["grades"][row["grade"].replace(" ", "_")]
        assert (share["count"], share["percent"]) == (int(row["cases"]), float(row["percent"])), row


@when(parsers.parse("the sample of {name} is drawn again"), target_fixture="redrawn")
def drawn_again(performed: Longcase, name: str) -> Redrawn:
    inspection = inspection_at(Scope(performed.ledger, Axes(FOREVER, FOREVER)), name)
    assert inspection is not None
    (sample,) = inspection.samples
    return redraw(up_to_date(performed), inspection, sample)


@then(parsers.parse("it is the sample that was drawn: {size:d} cases"))
def the_same_sample(redrawn: Redrawn, size: int) -> None:
    assert redrawn.agrees
    assert len(redrawn.kept.cases) == size


@then(parsers.parse("{count:d} cases were graded by both"))
def graded_by_both(found: dict[str, Any], count: int) -> None:
    assert found["agreement"]["cases"] == count


@then("the force's grades are the lines, and the inspectorate's the columns")
def matrix(found: dict[str, Any], datatable: list[list[str]]) -> None:
    both = found["agreement"]
    lines = [[*row, sum(row)] for row in both["matrix"]]
    lines.append([*both["inspectorate"], both["cases"]])
    assert datatable[0] == ["force", *GRADES, "all"]
    assert [[int(one) for one in row[1:]] for row in datatable[1:]] == lines


@then(parsers.parse("the bias is {bias:g} grades and Cohen's kappa {kappa:g}"))
def bias_and_kappa(found: dict[str, Any], bias: float, kappa: float) -> None:
    assert (found["agreement"]["bias"], found["agreement"]["kappa"]) == (bias, kappa)


@then(parsers.parse("{count:d} cases are listed in which the two differ"))
def differing(found: dict[str, Any], count: int) -> None:
    assert len({one["reference"] for one in found["disagreements"]}) == count


@then("there is no bias and no kappa")
def undefined(found: dict[str, Any]) -> None:
    assert (found["agreement"]["bias"], found["agreement"]["kappa"]) == (None, None)


@then(parsers.parse("{count:d} cases were referred back, {urgent:d} of them with a child at immediate risk"))
def referred_back(found: dict[str, Any], count: int, urgent: int) -> None:
    assert (found["referrals"]["count"], found["referrals"]["immediate"]) == (count, urgent)


@then(
    parsers.parse(
        "of the answers {accepted:d} were accepted, {rejected:d} are rejected, {waiting:d} await a verdict"
        " and {none:d} never came"
    )
)
def verdicts(found: dict[str, Any], accepted: int, rejected: int, waiting: int, none: int) -> None:
    names = ("accepted", "rejected", "answered", "unanswered")
    assert [found["referrals"][name] for name in names] == [accepted, rejected, waiting, none]


@then(parsers.parse("{count:d} answers were rejected in all"))
def rejected(found: dict[str, Any], count: int) -> None:
    assert found["referrals"]["rejections"] == count


@then('the referrals without an answer that holds are the cases that are stalled for "escalation-unanswered"')
def stalled_for_an_answer(performed: Longcase, found: dict[str, Any]) -> None:
    at = found["read_at"]
    wanted = StalledQuery(Axes(at, at), causes=("escalation-unanswered",))
    unanswered = {one["reference"] for one in found["referrals"]["items"] if one["state"] in {"rejected", "open"}}
    assert {one.reference for one in stalled(up_to_date(performed), wanted).cases} == unanswered
    assert unanswered


@then(parsers.parse("it follows {before}, in which {below:d} of {examined:d} cases were below good"))
def follows(found: dict[str, Any], before: str, below: int, examined: int) -> None:
    earlier = found["comparison"]
    assert (earlier["inspection"], earlier["examined"]) == (before, examined)
    assert earlier["grades"]["below_good"]["count"] == below


@then(
    parsers.parse("of the cases examined in both {better:d} were better, {same:d} the same and {worse:d} worse")
)
def compared(found: dict[str, Any], better: int, same: int, worse: int) -> None:
    earlier = found["comparison"]
    assert (earlier["better"], earlier["same"], earlier["worse"]) == (better, same, worse)
    assert len(earlier["both"]) == better + same + worse
