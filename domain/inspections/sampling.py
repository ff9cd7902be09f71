"""A stratified sample that anybody can draw again: by proportion, and by a hash in place of chance.

Each stratum gives as many cases as its share of the population, by the largest remainders. Within a stratum
the cases stand in the order of a hash of the seed and their reference, and the first are taken. So a sample
depends on nothing but the seed, the size, the references and their strata: no version of Python, no order in
which a database answered, no state of a generator. Any language with SHA-256 gives the same one.
"""

from __future__ import annotations

from collections import defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

METHOD: Final = "largest remainder, sha256 v1"
"""The name of this way of drawing, kept with every sample: another way takes another name."""

Population = tuple[tuple[str, str], ...]
"""The cases that may be drawn: each reference once, with its stratum."""


class Sample(NamedTuple):
    """What was drawn: the references, sorted, and by stratum how many there were and how many were drawn."""

    cases: tuple[str, ...]
    population: dict[str, int]
    drawn: dict[str, int]


def lot(seed: int, reference: str) -> bytes:
    """Return the place of a case in the draw: the lowest of its stratum are taken."""
    return sha256(f"longcase sample v1\n{seed}\n{reference}".encode()).digest()


def shares(population: Mapping[str, int], size: int) -> dict[str, int]:
    """Return how many each stratum gives to a sample of ``size``, by the method of largest remainders.

    Of equal remainders that of the larger stratum comes first, then that of the first name. Raises
    ``Refused`` if the sample is larger than the population, or smaller than one.
    """
    total = sum(population.values())
    if not 1 <= size <= total:
        raise Refused(f"a sample of {size:,} cannot be drawn from {total:,}", hints=("give another --size",))
    found = {name: size * count // total for name, count in population.items()}
    left = size - sum(found.values())
    order = sorted(population, key=lambda name: (-(size * population[name] % total), -population[name], name))
    for name in order[:left]:
        found[name] += 1
    return dict(sorted(found.items()))


def draw(population: Iterable[tuple[str, str]], size: int, seed: int) -> Sample:
    """Return a sample of ``size`` cases; the order in which ``population`` comes plays no part.

    Raises ``Refused`` as ``shares`` does, and if a case comes twice.
    """
    strata: dict[str, list[str]] = defaultdict(list)
    for reference, stratum in population:
        strata[stratum].append(reference)
    counts = {name: len(strata[name]) for name in sorted(strata)}
    if len({one for found in strata.values() for one in found}) < sum(counts.values()):
        raise Refused("a case stands twice in the population that the sample is to be drawn from")
    given = shares(counts, size)
    by_lot = (sorted(strata[name], key=lambda one: (lot(seed, one), one))[: given[name]] for name in counts)
    return Sample(tuple(sorted(one for found in by_lot for one in found)), counts, given)
