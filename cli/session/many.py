"""One command on many cases: each recorded for itself, and what came of it told as it comes."""

from __future__ import annotations

import sys
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from application.groups import is_refusal, rehearse
from application.retries import for_case
from cli.errors import complain
from cli.output.layout import page
from cli.output.streams import say, say_out
from cli.output.table import Column, draw, or_else
from cli.session import stores
from cli.session.receipt_words import entry_in_words
from cli.session.recording import (
    envelope,
    fields_of,
    id_in_words,
    readable_by_actor,
    refuse_version,
    reported_if_cut_off,
    talk_of,
    told,
    told_beside,
)
from domain.cases.belief import believe
from domain.cases.fold import fold
from domain.errors import LongcaseError, Refused, StoreError, UsageProblem
from domain.identity import case_stream, known
from presentation.formats import json_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from cli.input.requests import RecordingOptions
    from cli.session.recording import Told

_COLUMNS: Final = (
    Column("reference", "case"),
    Column("risk", "risk", or_else("not assessed")),
    Column("owner", "owner", or_else("nobody")),
    Column("would", "would be recorded"),
)


_AGAIN: Final = "if this is cut off, give it again with"


class CaseCommand(NamedTuple):
    """What is to be done in each of many cases.

    ``carry_out`` does it in the case of a reference; ``cases`` returns the references, and raises
    ``UsageProblem`` for what would be refused in all of them.
    """

    carry_out: Callable[[Longcase, str, Envelope], Receipt]
    cases: Callable[[Longcase, Envelope], Sequence[str]]


class _Case(NamedTuple):
    reference: str
    by: Envelope
    work: Callable[[], Receipt]


def carry_out_many(entry: RecordingOptions, command: CaseCommand, *, preview: bool) -> int:
    """Carry out ``command`` in each of its cases, say what came of each and of all, and return the exit code.

    Each has its own entry, and a command id made of that of the whole: given again with that, it goes on where it
    was cut off. A ``preview`` records nothing. Raises ``StoreError`` if the store fails.
    """
    refuse_version(entry, "what is done in several cases, or shown beforehand,")
    with stores.at_work(entry.store_path, entry.today) as app:
        by = envelope(entry, app)
        cases = [_case(app, one, command, by) for one in command.cases(app, by)]
        answers = _CaseAnswers(entry.format, preview=preview)
        if preview:
            answers.rehearsed(cases, rehearse(app, [one.work for one in cases]))
        elif cases:
            say(f"cases: {len(cases):,}; {_AGAIN} --command-id {id_in_words(by.command_id)}")
            for case in cases:
                _record(app, case, by, answers)
        return answers.exit_code()


def named_once(app: Longcase, references: Sequence[str], last: str) -> Sequence[str]:
    """Return the references; raise ``UsageProblem`` if two name one case, or the ``last`` word is a case too."""
    seen: dict[bytes, str] = {}
    for reference in references:
        stream = known(case_stream, reference, app.entries)
        if stream in seen:
            raise UsageProblem(f"{reference} is named twice", hints=("name each case once",))
        seen[stream] = reference
    if app.entries(known(case_stream, last, app.entries)):
        raise UsageProblem(
            f"the last word is {last}, which is a case", hints=("cases come first, then the rest",)
        )
    return references


def open_cases_of(app: Longcase, by: Envelope, officer: str, category: Sequence[str]) -> Sequence[str]:
    """Return the open cases that an officer has when ``by`` says that it happens, in order of reference.

    Raises ``UsageProblem`` for an officer or a category that there never was in the store.
    """
    from cli.session.reading import up_to_date
    from domain.axes import Axes
    from presentation.questions.filters import check_names
    from projections.queries.cases import CaseQuery, cases

    now, _ = stores.now_of(app.ledger)
    axes = Axes(now if by.occurred_at is None else by.occurred_at, now)
    runner = up_to_date(app.ledger)
    check_names(runner, owner=(officer,), category=category, owner_option="--from")
    question = CaseQuery(axes, category=tuple(category), owner=(officer,), open=True, sort="reference")
    return [one["reference"] for one in cases(runner, question).items]


def _case(app: Longcase, reference: str, command: CaseCommand, by: Envelope) -> _Case:
    stream = known(case_stream, reference, app.entries)
    own = msgspec.structs.replace(by, command_id=for_case(by.command_id, stream))
    return _Case(reference, own, partial(command.carry_out, app, reference, own))


def _record(app: Longcase, case: _Case, by: Envelope, answers: _CaseAnswers) -> None:
    confirmed = app.clock_confirmed
    fate = f"{case.reference} may or may not be recorded, what was said before is, and nothing behind"
    with reported_if_cut_off(lambda: fate, by.command_id):
        try:
            done = case.work()
        except LongcaseError as error:
            if not is_refusal(error):
                raise _of_all(case, by, error) from error
            app.clock_confirmed = confirmed  # (what is refused carries no mark)
            answers.refused(case.reference, error)
        else:
            answers.recorded(case.reference, done)


def _of_all(case: _Case, by: Envelope, error: LongcaseError) -> LongcaseError:
    """Return why the store failed, with advice that names the id of the whole command."""
    own, whole = case.by.command_id.hex(), id_in_words(by.command_id)
    hints = tuple(hint.replace(own, whole) for hint in error.hints)
    return StoreError(f"{case.reference}: {error.message}", hints=hints)


class _CaseAnswers:
    """Says what came of each case, and counts."""

    def __init__(self, form: str, *, preview: bool) -> None:
        self._json, self._preview = form == "json", preview
        self._counts = {"recorded": 0, "recorded before": 0, "refused": 0}

    def recorded(self, reference: str, done: Receipt) -> None:
        """Say what was recorded in a case."""
        all_told = (told(reference, done, {}), *told_beside(done))
        if self._json:
            self._write(fields_of(all_told))
        else:
            for each in all_told:
                say_out(each.sentence())
        sys.stdout.flush()
        self._remark(reference, all_told, done)

    def _remark(self, reference: str, all_told: Sequence[Told], done: Receipt) -> None:
        self._counts["recorded before" if done.repeated else "recorded"] += 1
        for line in talk_of(all_told):
            say(f"! {reference} {line}")

    def refused(self, reference: str, error: LongcaseError) -> None:
        """Say why nothing was recorded in a case."""
        self._counts["refused"] += 1
        if self._json:
            fields = {"reference": reference, "refused": error.message, "hints": error.hints}
            self._write({**fields, "exit_code": error.exit_code})
            sys.stdout.flush()
        complain(f"{reference}: {error.message}", error.hints)

    def rehearsed(self, cases: Sequence[_Case], outcomes: Sequence[Receipt | LongcaseError]) -> None:
        """Say what would come of each case."""
        rows = []
        for case, found in zip(cases, outcomes, strict=True):
            if isinstance(found, LongcaseError):
                self.refused(case.reference, found)
                continue
            all_told = (told(case.reference, found, {}), *told_beside(found))
            if self._json:
                self._write(_without_position(fields_of(all_told)))
            rows.append(_row(case.reference, found))
            self._remark(case.reference, all_told, found)
        if rows and not self._json:
            sys.stderr.flush()
            for line in draw(_COLUMNS, rows, page(UTC)):
                sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def _write(self, fields: dict[str, Any]) -> None:
        sys.stdout.flush()
        sys.stdout.buffer.write(json_bytes({"preview": True, **fields} if self._preview else fields) + b"\n")

    def exit_code(self) -> int:
        """Say how many cases came to what, and return the exit code: 3 if one was refused."""
        would = "would be " if self._preview else ""
        counted = ", ".join(f"{count:,} {would}{what}" for what, count in self._counts.items() if count)
        say(f"cases: {counted or 'none'}")
        if self._preview:
            say("nothing was recorded: leave out --preview to have it done")
        return Refused.exit_code if self._counts["refused"] else 0


def _without_position(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a receipt without what only the ledger gives, when it takes the entry."""
    return {key: value for key, value in fields.items() if key not in {"position", "command_id"}}


def _row(reference: str, done: Receipt) -> dict[str, Any]:
    readable = readable_by_actor(done)
    before = fold(believe(done.before).entries)
    would = "; ".join(f"entry {each.version}: {entry_in_words(each, readable=readable)}" for each in done.entries)
    again = "nothing: it was recorded before"
    return {
        "reference": reference,
        "risk": before.risk if readable else "withheld",
        "owner": before.owner,
        "would": again if done.repeated else would,
    }
