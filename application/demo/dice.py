"""Chance that falls the same way every time, on every version of Python."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")


class Chance:
    """Draws from a seed. All rests on ``Random.random``, whose numbers Python promises never to change."""

    def __init__(self, seed: int) -> None:
        """Begin anew with ``seed``."""
        self._random = Random(seed)  # noqa: S311  (invented cases need no secrecy)

    def happens(self, probability: float) -> bool:
        """Say whether something of this probability (0 to 1) happens."""
        return self._random.random() < probability

    def between(self, least: int, most: int) -> int:
        """Return a whole number from ``least`` to ``most``, both included."""
        return least + int(self._random.random() * (most - least + 1))

    def one_of(self, choices: Sequence[T]) -> T:
        """Return one of ``choices``, each as likely as the others."""
        return choices[self.between(0, len(choices) - 1)]

    def weighted(self, weights: Mapping[T, int]) -> T:
        """Return one of the keys, each as likely as its weight says."""
        rest = self.between(1, sum(weights.values()))
        for choice, weight in weights.items():
            rest -= weight
            if rest <= 0:
                return choice
        raise AssertionError  # the weights add up to the highest number drawn
