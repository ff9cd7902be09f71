"""What a sample is drawn from, by the population tables; and the same sample drawn again, to be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domain.axes import Axes
from domain.errors import NotFound, Refused, UsageProblem
from domain.inspections.sampling import METHOD, draw
from projections.queries.cases import CaseQuery, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.inspections.inspection import Inspection, Sampled
    from ledger.workers.spool import Aside
    from projections.runner.runner import Runner

_TOGETHER: Final = "nothing"
_ALL: Final = "all"
STRATA: Final = ("category", "risk", "team", _TOGETHER)
"""What a sample may be stratified by."""

UNKNOWN: Final = "not known"
"""The stratum of a case that has no risk or team."""

_FILTERS: Final = ("category", "risk", "team")
_STATES: Final = {"open": True, "closed": False}


class SampleCheck(NamedTuple):
    """A sample as it is kept and as it comes out now: what is missing from it now, and what is new in it.

    ``population`` counts by stratum what it would be drawn from now.
    """

    name: str
    kept: Sampled
    population: dict[str, int]
    missing: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Say whether the same cases come out, from a population of the same size in every stratum."""
        return not self.missing and not self.added and self.population == self.kept.population


def population(
    runner: Runner, axes: Axes, strata: str, among: Mapping[str, tuple[str, ...]]
) -> Aside[tuple[str, str]]:
    """Return the cases that a sample may be drawn from, each with its stratum, in the order of their references.

    However many they are, they are not held in memory. ``among`` holds the filters by name: category, risk,
    team, and state (open or closed). The tables must be up to date. Raises ``UsageProblem`` for a stratum or
    state there is not.
    """
    if strata not in STRATA:
        raise UsageProblem(f"a sample cannot be stratified by {strata!r}", hints=(f"{', '.join(STRATA)}",))
    filters: dict[str, Any] = {name: among.get(name, ()) for name in _FILTERS}
    question = CaseQuery(axes, open=_state(among.get("state", ())), sort="reference", **filters)
    columns = ("reference",) if strata == _TOGETHER else ("reference", strata)
    return named(runner, question, columns, _with_stratum)


def _with_stratum(row: Sequence[str | None]) -> tuple[str, str]:
    """Return a case with its stratum, as the tables have it; without one asked for, all are in one."""
    reference, stratum = (*row, _ALL)[:2]
    return str(reference), UNKNOWN if stratum is None else stratum


def _state(given: tuple[str, ...]) -> bool | None:
    unknown = set(given) - set(_STATES)
    if unknown:
        raise UsageProblem(f"a case cannot be {', '.join(sorted(unknown))}", hints=("open or closed",))
    return _STATES[given[0]] if len(set(given)) == 1 else None


def check_sample(runner: Runner, inspection: Inspection, name: str) -> SampleCheck:
    """Draw a sample again, as of the instants that it was drawn as of at first, and compare the two.

    Raises ``NotFound`` if there is no such sample, ``Refused`` if it was drawn in a way that this version
    does not know, or can be drawn no more because too few cases are left.
    """
    if name not in inspection.samples:
        raise NotFound(f"inspection {inspection.identifier} has no sample {name}", hints=_names(inspection))
    kept = inspection.samples[name].sample
    if kept.method != METHOD:
        raise Refused(f"this version cannot draw by {kept.method!r}", hints=(f"it draws by {METHOD!r}",))
    before = _drawn_before(inspection, name)
    with population(runner, Axes(kept.as_at, kept.known_at), kept.strata, kept.among) as found:
        again = draw(found, kept.size, kept.seed, without=before)
    old, new = set(kept.cases), set(again.cases)
    return SampleCheck(name, kept, again.population, tuple(sorted(old - new)), tuple(sorted(new - old)))


def _names(inspection: Inspection) -> tuple[str, ...]:
    return (f"it has: {', '.join(inspection.samples)}",) if inspection.samples else ()


def _drawn_before(inspection: Inspection, name: str) -> set[str]:
    """Return the cases of the samples that were drawn before this one, and so could not be in it."""
    drawings = inspection.samples.values()
    earlier = [one.sample for one in drawings if one.version < inspection.samples[name].version]
    return {reference for sample in earlier for reference in sample.cases}
