"""``longcase inspection show``, ``form`` and ``grade``: a round case by case, and its grades by the hundred."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cli.input.options import reading, recording
from cli.input.parameters import GRADER, name
from cli.output.streams import Shape, present, receipt, say
from cli.output.table import Column, or_else, red_if
from cli.session import stores
from cli.session.reading import looking
from cli.session.recording import envelope, refuse_version, reported_if_cut_off, told
from domain.errors import Refused
from exchange.imports.grades import FormOptions, grade_from_form
from presentation.flags import in_words
from presentation.formats import write_csv
from presentation.phrases import as_of_in_words, number
from projections.inspections.form import FORM, SAMPLED, FormOf, form, sampled
from projections.inspections.rounds import inspection_at
from projections.views.access import left_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    from cli.input.requests import RecordingOptions, View
    from domain.inspections.inspection import Inspection
    from exchange.imports.grades import FilledForm
    from presentation.look import Look
    from projections.views.case_view import Unread

_LINES: Final = 12
"""How many lines of a form are named that are refused for one reason."""


def _how_many(item: Mapping[str, Any], _zone: tzinfo) -> str:
    graded, missing = len(item["graded"]), len(item["missing"])
    return f"{graded} of {graded + missing}" if item["graded"] else ""


_COLUMNS: Final = (
    Column("reference", "case"),
    Column("category", "category", at_least=120),
    Column("risk", "risk", at_least=70),
    Column("sample", "sample", at_least=100),
    Column("force", "force", at_least=120),
    Column("inspectorate", "graded", or_else("-"), colour=red_if(lambda item: item["inspectorate"] is None)),
    Column("", "topics", _how_many, right=True, at_least=60),
    Column("missing", "not graded"),
)
_SHAPE: Final = Shape("cases", SAMPLED, _COLUMNS)
_TOPICS: Final = click.option(
    "--topic", "topics", metavar="T", multiple=True, help="What is to be graded; may be given again."
)


@click.command()
@name("inspection", metavar="I")
@_TOPICS
@click.option("--ungraded", is_flag=True, help="Only cases of which something is not graded.")
@reading(listing=True)
def show(view: View, inspection: str, *, topics: tuple[str, ...], ungraded: bool) -> None:
    """Show the sample of the round I, case by case: what the inspectorate has graded of it, and what not.

    What is to be graded is each --topic, else the topics on which it has graded any case of the round.
    """
    field, downwards = view.order(SAMPLED, "reference")
    unread: list[Unread] = []
    with looking(view) as look:
        found = _round(look, inspection)
        items = [] if found is None else sampled(look.scope, found, unread, topics)
        items.sort(key=lambda one: (one[field] is None, one[field]), reverse=downwards)
        shown = [one for one in items if one["missing"]] if ungraded else items
        if found is not None:
            whole = sum(not one["missing"] for one in items)
            say(f"{found.identifier}: {number(len(items), 'case', 'cases')} drawn, {whole:,} graded whole")
        present(shown, _SHAPE, view, look.as_of, total=len(shown))
        if unread:
            raise left_out(unread)


@click.command("form")
@name("inspection", metavar="I")
@_TOPICS
@click.option("--by", "grader", type=GRADER, default="inspectorate", show_default=True, help="Whose grades.")
@reading(formats=False)
def form_(view: View, inspection: str, *, topics: tuple[str, ...], grader: str) -> None:
    """Write a form to grade the round I with, as CSV: a row for each case drawn and each topic.

    The topics are each --topic, else those graded in the round, else those of the round that it follows; a last
    row is for the case as a whole, and may stay empty. Write grades, and grounds, into the form in any
    spreadsheet; longcase inspection grade I --from FILE records them. What is graded already stands under given.
    """
    asked = FormOf(grader, topics, [], [])
    with looking(view) as look:
        found = _round(look, inspection)
        rows: Iterator[Mapping[str, Any]] = iter(()) if found is None else form(look.scope, found, asked)
        sys.stdout.flush()
        write_csv(rows, FORM, look.zone, sys.stdout.buffer, readable=sys.stdout.isatty())
        if asked.withheld:
            say(f"left out, as restricted: {', '.join(asked.withheld)}")
        if asked.unread:
            raise left_out(asked.unread)


def _round(look: Look, inspection: str) -> Inspection | None:
    found = inspection_at(look.scope, inspection)
    if found is None:
        say(f"inspection {inspection} had not been opened, {as_of_in_words(look.as_of)}")
    return found


@click.command()
@name("inspection", metavar="I")
@click.option(
    "--from", "file", metavar="FILE", type=click.Path(path_type=Path), required=True, help="The form, filled in."
)
@click.option("--by", "grader", type=GRADER, default="inspectorate", show_default=True, help="Whose grades.")
@click.option("--new", is_flag=True, help="Topics are new ones, although spelt nearly like others.")
@click.option("--dry-run", is_flag=True, help="Say what would be recorded, and store nothing.")
@recording
def grade(entry: RecordingOptions, inspection: str, *, file: Path, **given: Any) -> int:
    """Record the grades of a form that longcase inspection form I wrote: all of them together, or none.

    Rows without a grade are left for later, and grades that are there already add nothing: give the form again as
    it fills. A row that is refused is told by its line, and nothing is recorded then; exits with 3. So is one
    whose grade has become another since the form was written.
    """
    asked = FormOptions(inspection, **given)
    refuse_version(entry, "a form")
    with stores.at_work(entry.store_path, entry.today) as app:
        by = envelope(entry, app)
        with reported_if_cut_off(lambda: "either all grades are recorded, or none", by.command_id):
            done = grade_from_form(app, file, asked, by)
        _answer(entry, done, asked)
    return Refused.exit_code if done.refused else 0


def _answer(entry: RecordingOptions, done: FilledForm, asked: FormOptions) -> None:
    nothing = bool(done.refused) or asked.dry_run
    recorded = 0 if nothing else len(done.recorded)
    fields = {
        "inspection": asked.inspection,
        "file": done.file,
        "recorded": recorded,
        "already_present": done.already_present,
        "blank": done.blank,
        "refused": [one._asdict() for one in done.refused],
        "flags": dict(_flags(done)),
        **({"dry_run": True, "would_be_recorded": len(done.recorded)} if asked.dry_run else {}),
    }
    would = f"{len(done.recorded):,} would be recorded" if asked.dry_run else f"{recorded:,} recorded"
    counts = f"{would}, {done.already_present:,} there already, {done.blank:,} without a grade"
    receipt(fields, f"{asked.inspection}: {counts}, {len(done.refused):,} refused", entry, UTC)
    if entry.format != "json":
        _say_refused(done)
    for flag, count in _flags(done).items():
        say(f"! {number(count, 'entry', 'entries')}: {in_words(flag)}")
    if nothing:
        why = "since a row was refused" if done.refused else "leave out --dry-run to have it done"
        say(f"nothing was recorded{',' if done.refused else ':'} {why}")


def _flags(done: FilledForm) -> Counter[str]:
    return Counter(flag for one in done.recorded for flag in told("", one, {}).fields["flags"])


def _say_refused(done: FilledForm) -> None:
    by_reason: dict[str, list[int]] = {}
    for one in done.refused:
        by_reason.setdefault(one.reason, []).append(one.line)
    for reason, lines in by_reason.items():
        say(f"  {_where(lines)}: {reason}")


def _where(lines: Sequence[int]) -> str:
    named = ", ".join(f"{line:,}" for line in lines[:_LINES])
    more = f" and {len(lines) - _LINES:,} more" if len(lines) > _LINES else ""
    return f"line{'s' if len(lines) > 1 else ''} {named}{more}"
