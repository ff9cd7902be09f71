"""A stratified sample that anybody can draw again: by proportion, and by a hash in place of chance.

Each stratum gives as many cases as its share of the population, by the largest remainders. Within a stratum
the cases stand in the order of a hash of the seed and their reference, and the first are taken. So a sample
depends on nothing but the seed, the size, the references and their strata: no version of Python, no order in
which a database answered, no state of a generator. Any language with SHA-256 gives the same one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

METHOD: Final = "largest remainder, sha256 v1"
"""The name of this way of drawing, kept with every sample: another way takes another name."""

Population = Iterable[tuple[str, str]]
"""The cases that may be drawn: each reference once, with its stratum. It can be gone through again.

It comes in the order of the references, or is a sequence in any.
"""


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


def draw(population: Population, size: int, seed: int, without: Container[str] = ()) -> Sample:
    """Return a sample of ``size`` cases that are not in ``without``.

    Of each stratum no more are held than twice as many as may be drawn. Raises ``Refused`` as ``shares`` does,
    and if a case comes twice.
    """
    strata: dict[str, _Stratum] = defaultdict(lambda: _Stratum(size))
    for reference, stratum in _each_once(population):
        if reference not in without:
            strata[stratum].add(lot(seed, reference), reference)
    counts = {name: strata[name].count for name in sorted(strata)}
    given = shares(counts, size)
    drawn = (strata[name].first(given[name]) for name in counts)
    return Sample(tuple(sorted(one for found in drawn for one in found)), counts, given)


def _each_once(population: Population) -> Iterator[tuple[str, str]]:
    """Yield the cases in order, so that one that comes twice comes twice on end."""
    before = None
    for reference, stratum in sorted(population) if isinstance(population, Sequence) else population:
        if reference == before:
            raise Refused("a case stands twice in the population that the sample is to be drawn from")
        before = reference
        yield reference, stratum


class _Stratum:
    """The cases of one stratum: how many there are, and those of the lowest lots."""

    def __init__(self, size: int) -> None:
        self.count = 0
        self._size = max(size, 1)
        self._lowest: list[tuple[bytes, str]] = []

    def add(self, place: bytes, reference: str) -> None:
        self.count += 1
        self._lowest.append((place, reference))
        if len(self._lowest) >= 2 * self._size:
            self._lowest = sorted(self._lowest)[: self._size]

    def first(self, number: int) -> list[str]:
        """Return the first ``number`` by lot, of which there are no more than the size of the sample."""
        return [reference for _, reference in sorted(self._lowest)[:number]]
