"""Drawing a sample for a round of inspection, and drawing it again to compare."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from application.commands import inspections
from cli.input.options import recording
from cli.input.parameters import RISK, name
from cli.output.streams import receipt, say
from cli.session import stores
from cli.session.reading import up_to_date
from cli.session.recording import carry_out
from domain.axes import Axes
from domain.errors import UsageProblem
from domain.inspections.inspection import LARGEST_SEED, MAIN
from presentation.instants import parse_axes
from presentation.questions.filters import check_names
from projections.inspections.rounds import inspection_at
from projections.queries.sample_check import STRATA, check_sample, population
from projections.views.access import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from cli.input.requests import RecordingOptions
    from domain.inspections.inspection import Sampled
    from projections.queries.sample_check import SampleCheck

DIFFERENT: Final = 1
"""The exit code of ``--verify`` where another sample comes out than the one that is kept."""

_SHOWN: Final = 8
_SEED_BYTES: Final = 4


class SampleOptions(NamedTuple):
    """How a sample is to be drawn, as typed."""

    size: int | None
    seed: int | None
    strata: str
    as_at: str | None
    known_at: str | None
    is_open: bool | None
    category: tuple[str, ...]
    risk: tuple[str, ...]
    team: tuple[str, ...]

    def among(self) -> dict[str, tuple[str, ...]]:
        """Return the filters that were given, by name."""
        state = () if self.is_open is None else ("open" if self.is_open else "closed",)
        given = {"category": self.category, "risk": self.risk, "team": self.team, "state": state}
        return {name: tuple(sorted(set(values))) for name, values in given.items() if values}


@click.command()
@name("inspection", metavar="I")
@click.option("--size", metavar="N", type=click.IntRange(min=1), help="How many cases to draw.")
@click.option("--seed", metavar="S", type=click.IntRange(0, LARGEST_SEED), help="[default: by chance]")
@click.option("--by", "strata", type=click.Choice(STRATA), default=STRATA[0], show_default=True)
@click.option("--as-at", metavar="T", help="From the cases as they were at T.  [default: --known-at]")
@click.option("--known-at", metavar="T", help="By what had been recorded by T.  [default: now]")
@click.option("--open/--closed", "is_open", default=None, help="Only those open, or only those closed.")
@click.option(
    "--category", multiple=True, metavar="C", help="Of this category, to the letter; may be given again."
)
@click.option("--risk", multiple=True, type=RISK, help="Of this risk; may be given again.")
@click.option("--team", multiple=True, metavar="T", help="Of this team, to the letter; may be given again.")
@click.option("--additional", metavar="NAME", help="A further sample, of cases not drawn before.")
@click.option("--verify", is_flag=True, help="Draw it again, and compare; exit with 1 if it differs.")
@recording
def sample(
    entry: RecordingOptions, inspection: str, *, additional: str | None, verify: bool, **given: Any
) -> int:
    """Draw the sample of the round I, by proportion from each category, and keep how it was drawn.

    The same seed, size and instants of the same store give the same sample, in any order and on any machine.
    """
    options = SampleOptions(**given)
    if verify:
        return _verify(entry, inspection, additional or MAIN)
    if options.size is None:
        raise UsageProblem("how many cases are to be drawn was not said", hints=("give --size N",))

    def command(app: Longcase, by: Envelope) -> Receipt:
        with _frame(app, options, inspections.drawn_by(app, inspection, by.command_id)) as frame:
            done = inspections.draw_sample(app, inspection, frame, by, additional=additional)
        _say_drawn(done.entry.event)
        return done

    carry_out(entry, inspection, command)
    return 0


@contextmanager
def _frame(app: Longcase, options: SampleOptions, before: Sampled | None) -> Iterator[inspections.Frame]:
    """Lend what to draw from; a command that drew ``before`` draws as it did, by the same seed."""
    axes = _axes(app, options, before)
    seed = options.seed
    if seed is None:
        seed = int.from_bytes(os.urandom(_SEED_BYTES), "big") if before is None else before.seed
    runner = up_to_date(app.ledger)
    check_names(runner, team=options.team, category=options.category)
    with population(runner, axes, options.strata, options.among()) as found:
        yield inspections.Frame(axes, options.size or 0, seed, options.strata, found, options.among())


def _axes(app: Longcase, options: SampleOptions, before: Sampled | None) -> Axes:
    if before is not None and options.as_at is None and options.known_at is None:
        return Axes(before.as_at, before.known_at)
    now, ahead = stores.now_of(app.ledger)
    zone = stores.zone(app.ledger)
    found = parse_axes(options.as_at, options.known_at, zone=zone, now=now, ahead=ahead).axes
    if before is not None and options.known_at is None:
        return Axes(found.as_at, before.known_at)
    return Axes(*found)


def _say_drawn(event: Any) -> None:
    total = sum(event.population.values())
    say(f"drawn {len(event.cases):,} of {total:,}, with the seed {event.seed}:")
    for stratum, count in event.population.items():
        say(f"  {event.drawn[stratum]:>5,} of {count:>6,}  {stratum}")


def _verify(entry: RecordingOptions, inspection: str, called: str) -> int:
    with stores.lent_to_read(entry.store_path) as ledger, stores.explained(entry.store_path):
        now = max(stores.now_of(ledger)[0], ledger.head()[1])
        found = inspection_at(Scope(ledger, Axes(now, now)), inspection)
        if found is None:
            raise UsageProblem(f"inspection {inspection} has not been opened yet")
        again = check_sample(up_to_date(ledger), found, called)
        receipt(_fields(inspection, again), _verdict(inspection, again), entry, stores.zone(ledger))
    return 0 if again.agrees else DIFFERENT


def _fields(inspection: str, again: SampleCheck) -> dict[str, Any]:
    return {
        "inspection": inspection,
        "sample": again.name,
        "agrees": again.agrees,
        "as_at": again.kept.as_at,
        "known_at": again.kept.known_at,
        "seed": again.kept.seed,
        "size": again.kept.size,
        "missing": list(again.missing),
        "added": list(again.added),
        "population": {"kept": again.kept.population, "now": again.population},
    }


def _verdict(inspection: str, again: SampleCheck) -> str:
    what = f"sample {again.name} of {inspection}"
    if again.agrees:
        return f"{what}: drawn again, and the same in all {len(again.kept.cases):,}"
    then, now = (sum(counts.values()) for counts in (again.kept.population, again.population))
    return (
        f"{what}: DIFFERENT, {_some('not drawn now', again.missing)}, {_some('new now', again.added)},"
        f" from {now:,} cases where it was drawn from {then:,}"
    )


def _some(what: str, references: tuple[str, ...]) -> str:
    more = ", ..." if len(references) > _SHOWN else ""
    names = f" ({', '.join(references[:_SHOWN])}{more})" if references else ""
    return f"{len(references):,} {what}{names}"
