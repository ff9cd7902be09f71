"""The beginning of a case and the daily work on it: report, assess, allocate, return, act."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from application.commands import cases
from cli.input.many import CHOSEN, NotOfLines, many, sorted_out
from cli.input.options import recording, with_options
from cli.input.parameters import RISK, prose
from cli.session.one_or_many import on_cases
from cli.session.recording import case_command
from domain.errors import UsageProblem
from domain.identity import same_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from cli.input.requests import RecordingOptions

report = case_command(
    "report",
    cases.report,
    click.option("--category", metavar="C", required=True, help="What it is about: longcase words categories."),
    click.option("--risk", type=RISK, help="The first assessment, recorded as an entry of its own."),
    click.option("--source", metavar="S", help="Who or what told the force."),
    prose("--summary", help="What was told; - reads it from standard input."),
    click.option("--children", metavar="N", type=click.IntRange(min=0), help="How many children it concerns."),
    click.option(
        "--age", "ages", metavar="YEARS", type=click.IntRange(0, 130), multiple=True, help="Of each child."
    ),
    click.option("--new", is_flag=True, help="It is a new case, although another's reference is spelt alike."),
    click.option("--crime-reference", metavar="C", help="The crime's own reference, once it is recorded."),
    summary="Open the case REF: somebody told the force.",
)
assess = case_command(
    "assess",
    cases.assess,
    click.argument("risk", metavar="RISK", type=RISK),
    prose("--subject", help="For whom, if not for the case as a whole."),
    click.option("--tool", metavar="T", help="The tool that was used to judge it."),
    summary="Record the RISK that was judged: low, medium, high or very-high.",
)


@click.command()
@partial(with_options, many("to", "OFFICER"))
@click.option(
    "--from",
    CHOSEN,
    metavar="ID",
    cls=NotOfLines,
    is_eager=True,
    help="Every open case of this officer, in the place of REF...",
)
@click.option(
    "--category",
    multiple=True,
    metavar="C",
    cls=NotOfLines,
    help="With --from: of this category, to the letter; may be given again.",
)
@click.option("--team", metavar="T", help="For which team.  [default: the officer's own]")
@recording
def allocate(  # noqa: PLR0913  (what the command line may say)
    entry: RecordingOptions,
    *,
    reference: str,
    to: str | None,
    more: tuple[str, ...],
    preview: bool,
    held_by: str | None,
    category: tuple[str, ...],
    team: str | None,
) -> int:
    """Give each case REF to OFFICER; what makes them unfit for it is recorded too, and said.

    With --from ID the cases are those open ones that the officer ID has. Each case has an entry of its own. Where
    there are several cases, one that is refused leaves the others, and the exit code is 3.
    """
    references, officer = sorted_out(reference, to, more)
    give = partial(cases.allocate, team=team, held_by=held_by)
    if held_by is not None and not held_by.strip():
        raise UsageProblem("--from is empty", hints=("say whose cases",))
    if held_by is None and category:
        raise UsageProblem("--category is for --from")
    if held_by is None:
        return on_cases(entry, references, officer, give, preview=preview)
    if references:
        raise UsageProblem("--from names the cases, and so does REF", hints=("leave one of them out",))
    if same_name(officer, held_by):
        raise UsageProblem(f"the cases are with {held_by} already")
    from cli.session.many import CaseCommand, carry_out_many, open_cases_of

    def chosen(app: Longcase, by: Envelope) -> Sequence[str]:
        return open_cases_of(app, by, held_by, category)

    command = CaseCommand(lambda app, one, by: give(app, one, officer, by), chosen)
    return carry_out_many(entry, command, preview=preview)


return_ = case_command(
    "return", cases.return_case, summary="Put the case back into the queue; --reason says why."
)


@click.command()
@partial(with_options, many("kind", "KIND"))
@click.option("--child", metavar="NAME", help="Which child it is about, if not all of them.")
@prose("--outcome", help="What came of it; - reads it from standard input.")
@prose("--text", help="What was done; - reads it from standard input.")
@recording
def act(
    entry: RecordingOptions,
    *,
    reference: str,
    kind: str,
    more: tuple[str, ...],
    preview: bool,
    **given: Any,
) -> int:
    """Record an action, of a KIND that the vocabulary knows: child-seen, arrest; longcase words kinds.

    Each case REF has an entry of its own. Where there are several, one that is refused leaves the others, and the
    exit code is 3.
    """
    references, what = sorted_out(reference, kind, more)

    def check(app: Longcase) -> None:
        if what == "note" and not (given["text"] or given["outcome"]):
            raise UsageProblem(
                "a note needs a text: an empty one would stay for ever", hints=("give --text TEXT",)
            )
        app.vocabulary.kind(what)

    def command(app: Longcase, one: str, what: str, by: Envelope) -> Receipt:
        check(app)
        return cases.act(app, one, what, by, **given)

    return on_cases(entry, references, what, command, check, preview=preview)
