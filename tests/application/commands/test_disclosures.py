"""Giving cases away: an entry in each, all or nothing, for whoever may read them, up to a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.commands import cases, disclosures
from application.commands import inspections as rounds
from domain.cases.belief import believe
from domain.cases.events import Disclosed
from domain.cases.flags import flags
from domain.errors import Conflict, Forbidden, NotFound, Refused
from domain.identity import case_stream
from domain.inspections.inspection import CasesDisclosed, fold, inspection_stream
from tests.application.actions import COURT, FRAME, OTHER, REF, ROUND, by, opened, state

if TYPE_CHECKING:
    from application.app import Longcase
    from application.envelope import Envelope, Receipt

ID = bytes(range(16))
WHY = by("DI 5", reason="ordered by the court", command_id=ID)
THE_ROUND = COURT._replace(inspection=ROUND, recipient="the inspectorate")
INSPECTOR = by("HMI 1", role="inspectorate")


@pytest.fixture
def app() -> Longcase:
    """Two cases, of which both are in the sample of a round that is closed."""
    made = opened()
    cases.report(made, REF, by(), category="indecent-images")
    cases.report(made, OTHER, by(), category="other")
    rounds.open_inspection(made, ROUND, INSPECTOR, body="the body", force="the force")
    rounds.draw_sample(made, ROUND, FRAME._replace(size=2), INSPECTOR)
    rounds.close_inspection(made, ROUND, INSPECTOR)
    return made


def topics(first: Receipt) -> list[str]:
    return [one.entry.topic for one in disclosures.receipts(first)]


def test_each_case_has_an_entry_that_says_to_whom_why_and_with_which_checkpoint(app: Longcase) -> None:
    """The first has the command's own id, the others ids that follow from it."""
    done = disclosures.disclose(app, [OTHER, REF], COURT, WHY)
    assert topics(done) == ["case.disclosed", "case.disclosed"]
    entry = app.entries(case_stream(OTHER))[-1]
    assert entry.command_id == ID
    assert isinstance(entry.event, Disclosed)
    given = ("the Crown Court at Elsewhere", "the whole record", COURT.log, COURT.size, None)
    event = entry.event
    assert (event.recipient, event.what, event.log, event.size, event.inspection) == given
    assert event.reason == "ordered by the court"


def test_a_disclosure_for_a_round_is_an_entry_in_the_round_too(app: Longcase) -> None:
    """Also after the round was closed, and recorded by the force: nothing is irregular about that."""
    done = disclosures.disclose(app, [OTHER, REF], THE_ROUND, WHY)
    assert topics(done) == ["inspection.disclosed", "case.disclosed", "case.disclosed"]
    event = app.entries(inspection_stream(ROUND))[-1].event
    assert isinstance(event, CasesDisclosed)
    assert (event.cases, event.size, event.flags) == ((OTHER, REF), COURT.size, ())
    assert fold(app.entries(inspection_stream(ROUND))).disclosed == [COURT.size]


def test_the_same_command_again_adds_nothing(app: Longcase) -> None:
    """It is known by its id, in the round and in every case."""
    disclosures.disclose(app, [OTHER, REF], THE_ROUND, WHY)
    head = app.ledger.head()
    again = disclosures.disclose(app, [OTHER, REF], THE_ROUND, WHY)
    assert all(one.repeated for one in disclosures.receipts(again))
    assert app.ledger.head() == head


@pytest.mark.parametrize("others", [[OTHER], [REF], [OTHER, REF, "THIRD"]])
def test_the_same_command_for_other_cases_is_a_conflict(app: Longcase, others: list[str]) -> None:
    """Whether they are fewer, others or more."""
    cases.report(app, "THIRD", by(), category="other")
    disclosures.disclose(app, [OTHER, REF], COURT, WHY)
    head = app.ledger.head()
    with pytest.raises(Conflict):
        disclosures.disclose(app, others, COURT, WHY)
    assert app.ledger.head() == head


def test_what_a_command_disclosed_is_found_by_its_id(app: Longcase) -> None:
    """So that the bundle can be made again with the same checkpoint."""
    assert disclosures.recorded_by(app, ID) is None
    disclosures.disclose(app, [REF], COURT, WHY)
    found = disclosures.recorded_by(app, ID)
    assert found is not None
    assert isinstance(found.event, Disclosed)
    report = app.entries(case_stream(REF))[0]
    with pytest.raises(Conflict, match=r"was used for something else: case\.reported"):
        disclosures.recorded_by(app, report.command_id)


def test_a_checkpoint_that_does_not_cover_a_case_is_refused(app: Longcase) -> None:
    """With the command that makes one, and without an entry in the other case."""
    head = app.ledger.head()
    with pytest.raises(Refused, match=f"the newest checkpoint ends at position 1, and {OTHER} has an entry at 2"):
        disclosures.disclose(app, [REF, OTHER], COURT._replace(size=1), WHY)
    assert app.ledger.head() == head


@pytest.mark.parametrize("reason", [None, ""])
def test_a_disclosure_says_why(app: Longcase, reason: str | None) -> None:
    """In a case and in a round."""
    without = by("DI 5", reason=reason)
    for given in (COURT, THE_ROUND):
        with pytest.raises(Refused, match="a disclosure says why"):
            disclosures.disclose(app, [REF], given, without)


def test_a_round_without_cases_is_not_disclosed(app: Longcase) -> None:
    """Nothing is."""
    rounds.open_inspection(app, "empty", INSPECTOR, body="the body", force="the force")
    with pytest.raises(Refused, match="the inspection has no cases yet"):
        disclosures.disclose(app, [], THE_ROUND._replace(inspection="empty"), WHY)


def test_what_is_not_there_is_not_disclosed(app: Longcase) -> None:
    """A case or a round."""
    with pytest.raises(NotFound, match="there is no case NONE"):
        disclosures.disclose(app, [REF, "NONE"], COURT, WHY)
    with pytest.raises(NotFound, match="there is no inspection round-9"):
        disclosures.disclose(app, [REF], THE_ROUND._replace(inspection="round-9"), WHY)
    with pytest.raises(NotFound, match="there is no case NONE"):
        disclosures.recorded_names(app, [REF, "NONE"])


def test_cases_are_named_as_they_were_recorded_each_once(app: Longcase) -> None:
    """In the order of their references."""
    assert disclosures.recorded_names(app, [f" {REF} ", OTHER, REF]) == [OTHER, REF]


RESTRICTED: list[tuple[Envelope, bool]] = [
    (by("DI 7", reason="asked"), True),
    (by("DC 1417", reason="asked"), True),
    (by("AUD 1", role="auditor", reason="asked"), True),
    (by("HMI 1", role="inspectorate", reason="asked"), True),
    (by("PS 0088", reason="asked"), False),
    (by("DC 9", reason="asked"), False),
]


@pytest.mark.parametrize(("who", "may"), RESTRICTED, ids=[one.actor for one, _ in RESTRICTED])
def test_a_restricted_case_is_disclosed_by_those_who_may_read_it(app: Longcase, who: Envelope, may: bool) -> None:
    """By its readers, its owner, the inspectorate and auditors, and not by who gave it to its owner."""
    cases.allocate(app, REF, "DC 1417", by("PS 0088"))
    cases.restrict(app, REF, ["DI 7"], by("DC 1417"))
    if may:
        assert topics(disclosures.disclose(app, [REF], COURT, who)) == ["case.disclosed"]
    else:
        with pytest.raises(Forbidden, match=f"{REF}: the case is restricted") as refused:
            disclosures.disclose(app, [OTHER, REF], COURT, who)
        names = "those whom the restriction names, by its owner DC 1417, by the inspectorate, or by an auditor"
        assert refused.value.hints == (f"it can be done by {names}",)
        assert app.entries(case_stream(OTHER))[-1].topic == "case.reported"


def test_a_disclosure_is_no_work_on_the_case(app: Longcase) -> None:
    """It sets no clock back and does not make a case look looked after."""
    before = state(app, REF)
    disclosures.disclose(app, [REF], COURT, WHY)
    after = state(app, REF)
    assert (after.last_activity, after.last_activity_at) == (before.last_activity, before.last_activity_at)


def test_a_closed_case_is_disclosed_without_a_flag(app: Longcase) -> None:
    """Courts and inspectorates ask for cases that are over."""
    cases.resolve(app, REF, by(), outcome="charged")
    disclosures.disclose(app, [REF], COURT, WHY)
    assert flags(believe(app.entries(case_stream(REF)))) == {}


def test_what_came_before_a_disclosure_is_known(app: Longcase) -> None:
    """For a command that is given again: the visits before it, not its own."""
    disclosures.disclose(app, [REF], THE_ROUND._replace(size=500), by("DI 5", reason="the first visit"))
    disclosures.disclose(app, [REF], THE_ROUND, WHY)
    found = disclosures.recorded_by(app, ID)
    assert disclosures.round_before(app, ROUND, found).disclosed == [500]
    assert disclosures.round_before(app, ROUND, None).disclosed == [500, 1_000]


def test_a_case_that_cannot_be_disclosed_is_named(app: Longcase) -> None:
    """Such as one that had not been reported by then; nothing is recorded in the others."""
    head = app.ledger.head()
    reported = app.entries(case_stream(OTHER))[0].occurred_at
    early = by("DI 5", reason="ordered", occurred_at=reported - 1)
    with pytest.raises(Refused, match=f"{OTHER}: the case had not been reported by then"):
        disclosures.disclose(app, [REF, OTHER], COURT, early)
    assert app.ledger.head() == head
