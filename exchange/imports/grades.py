"""Grades of a round of inspection from the form that was written for it: all of them, or none.

A row is a case and a topic. One without a grade is left for later, and one whose grade stands already adds
nothing, so that a form can be given again as it fills. A row whose grade has become another since the form was
written is refused: whoever filled it in did not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from application.commands import cases
from application.commands.rounds import RoundTopics, drawn_cases
from application.envelope import Receipt
from application.recording import while_connected
from application.retries import for_case
from domain.cases.belief import believe
from domain.cases.events import Graded
from domain.cases.fold import fold
from domain.cases.restrictions import may_read
from domain.errors import LongcaseError, Refused, UsageProblem
from domain.identity import case_stream, known
from domain.inspections.grading import GRADES, OVERALL, standing, topic_named
from exchange.readers.first_rows import FirstRows
from exchange.source.trace import ImportRefused, Refusal
from presentation.escaping import guard_cell, unguard_cell

if TYPE_CHECKING:
    from pathlib import Path

    from application.app import Longcase
    from application.envelope import Envelope
    from domain.cases.events import Grade, Grader

NEEDED: Final = ("reference", "topic", "given", "grade")
HEADINGS: Final = ("reference", "sample", "category", "risk", "topic", "given", "grade", "grounds")
"""The headings of such a form; those of ``NEEDED`` it must have."""


class FilledForm(msgspec.Struct):
    """What came of a form: a receipt of each grade, counts of what was there already and of rows without one.

    Where ``refused`` has any, nothing was recorded.
    """

    file: str
    recorded: list[Receipt] = []
    already_present: int = 0
    blank: int = 0
    refused: list[Refusal] = []


class FormOptions(NamedTuple):
    """For which round, as whose grades; whether topics may be ``new``, and whether it is only tried."""

    inspection: str
    grader: Grader
    new: bool = False
    dry_run: bool = False


class _FormRow(NamedTuple):
    reference: str
    topic: str
    given: str | None
    grade: str
    grounds: str | None


def grade_from_form(app: Longcase, path: Path, asked: FormOptions, by: Envelope) -> FilledForm:
    """Record the grades of a form in one transaction, or nothing if one of its rows is refused.

    Raises ``ImportRefused`` for a file that is no such form, and ``NotFound`` for a round that there is not.
    """
    rows = FirstRows(path, most=None)
    _check_headings(path, rows.headings)
    advice = "give the same form again: what was stored adds nothing"
    return while_connected(app, lambda: _attempt(app, rows, FilledForm(str(path)), asked, by), advice)


def _attempt(app: Longcase, rows: FirstRows, done: FilledForm, asked: FormOptions, by: Envelope) -> FilledForm:
    done.refused += rows.refused
    with app.unit_of_work() as unit:
        _Form(app, asked, by, done).take(rows)
        if done.refused or asked.dry_run:
            unit.abandon()
    return done


def _check_headings(path: Path, headings: list[str]) -> None:
    unknown = [name for name in headings if name not in HEADINGS]
    missing = [name for name in NEEDED if name not in headings]
    if unknown or missing:
        why = f"{unknown[0]!r} is no heading of a form" if unknown else f"no column is called {missing[0]!r}"
        hints = ("longcase inspection form I writes one", f"the headings are {', '.join(HEADINGS)}")
        raise ImportRefused(Refusal(str(path), 1, why), hints=hints)


class _Form:
    """Takes the rows of one form, one after the other."""

    def __init__(self, app: Longcase, asked: FormOptions, by: Envelope, done: FilledForm) -> None:
        self._app, self._asked, self._by, self._done = app, asked, by, done
        self._drawn = drawn_cases(app, asked.inspection)
        self._topics = RoundTopics(app, asked.inspection)
        self._lines: dict[tuple[bytes, str], int] = {}

    def take(self, rows: FirstRows) -> None:
        """Record what the rows say, and note those that are refused."""
        for line, values in rows.lines:
            try:
                row = _row({name: text.strip() for name, text in values.items()})
                if row is None:
                    self._done.blank += 1
                else:
                    self._take(line, row)
            except (Refused, UsageProblem) as error:
                self._done.refused.append(Refusal(self._done.file, line, _why(error)))

    def _take(self, line: int, row: _FormRow) -> None:
        stream = known(case_stream, row.reference, self._app.entries)
        topic = topic_named(row.topic)
        first = self._lines.setdefault((stream, topic), line)
        if first != line:
            raise Refused(f"line {first:,} grades {row.reference} on {row.topic} too")
        if stream not in self._drawn:
            raise Refused(f"{row.reference} was not drawn for {self._asked.inspection}")
        if topic != OVERALL and not self._asked.new:
            self._topics.check(row.topic)
        if self._is_new(stream, topic, row):
            self._done.recorded.append(self._record(row, for_case(self._by.command_id, stream, topic)))
        else:
            self._done.already_present += 1

    def _is_new(self, stream: bytes, topic: str, row: _FormRow) -> bool:
        """Say whether the grade is not there yet; raise ``Refused`` if another was given since the form."""
        believed = believe(self._app.entries(stream)).entries
        if not may_read(fold(believed), self._by.actor, self._by.role):
            raise Refused(f"{row.reference} is restricted, and {self._by.actor} is not among its readers")
        there = standing(believed, self._asked.grader, self._asked.inspection).get(topic)
        event = there.event if there else None
        grade, grounds = (event.grade, event.grounds) if isinstance(event, Graded) else (None, None)
        if grade == row.grade and row.grounds in {None, grounds}:
            return False
        if grade != row.given:
            now = "has no grade" if there is None else f"was graded {grade} by {there.actor}"
            said = row.given or "that it had no grade"
            raise Refused(f"{row.reference} {now} on {row.topic}, and the form says {said}: write the form anew")
        return True

    def _record(self, row: _FormRow, command_id: bytes) -> Receipt:
        grade: Grade = row.grade  # type: ignore[assignment]  # looked up among them
        return cases.grade(
            self._app,
            row.reference,
            grade,
            msgspec.structs.replace(self._by, command_id=command_id),
            grader=self._asked.grader,
            topic=None if topic_named(row.topic) == OVERALL else row.topic,
            inspection=self._asked.inspection,
            grounds=row.grounds,
            new=True,  # (looked at above, once for the whole form)
        )


def _row(values: dict[str, str]) -> _FormRow | None:
    """Return what a row says; ``None`` without a grade. Raises ``Refused`` where it cannot be understood."""
    reference, topic = _unguarded(values.get("reference", "")), _unguarded(values.get("topic", ""))
    grounds = _unguarded(values.get("grounds", "")) or None
    if not values.get("grade"):
        if grounds is not None:
            raise Refused("it has grounds and no grade")
        return None
    if not reference or not topic:
        raise Refused(f"it has a grade and no {'topic' if reference else 'reference'}")
    given = _grade(values["given"]) if values.get("given") else None
    return _FormRow(reference, topic, given, _grade(values["grade"]), grounds)


def _grade(text: str) -> str:
    """Return a grade as it is stored; hyphens, spaces and capitals do not count. Raises ``Refused`` for none."""
    found = " ".join(text.replace("-", " ").casefold().split())
    if found not in GRADES:
        raise Refused(f"{text!r} is no grade: write {', '.join(GRADES[:-1])} or {GRADES[-1]}")
    return found


def _unguarded(cell: str) -> str:
    """Return what a cell said before it was guarded against being taken for a formula."""
    bare = unguard_cell(cell)
    return bare if guard_cell(bare) == cell else cell


def _why(error: LongcaseError) -> str:
    return "; ".join([error.message, *(hint for hint in error.hints if not hint.startswith("longcase "))])
