"""What verifying costs beside hashing the same bytes: processor time, each in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.measure import Result, limited, medians, within
from benchmarks.process import run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.plan import Plan

HASHING: Final = "reading and hashing"
MOST: Final = 3.0
"""How many times as much of the processor's time verifying may take."""
MOST_MIB: Final = 250


def beside_hashing(
    plan: Plan,
    about: tuple[str, str],
    ours: tuple[str, Sequence[str]],
    hashing: Sequence[str],
    check: Callable[[str, str], None],
) -> Result:
    """Run a verifier and what only hashes in turn, and return the comparison.

    ``about`` is the result's name and what was verified, ``ours`` the verifier's name and command. ``check`` is
    given what both printed, and raises ``AssertionError`` if that is not of the same bytes.
    """
    name, command = ours
    taken: dict[str, list[float]] = {name: [], HASHING: []}
    peaks: list[float | None] = []
    for _ in range(plan.rounds(3)):
        done, other = run(list(command), watched=True), run(list(hashing))
        check(done.output, other.output)
        taken[name].append(done.processor)
        taken[HASHING].append(other.processor)
        peaks.append(done.peak)
    result = Result(*about, "s", medians(taken, scale=1), len(peaks))
    within(result, taken, name, HASHING, MOST)
    peak = None if None in peaks else max(peak for peak in peaks if peak is not None)
    return limited(result, "peak of memory in MiB", peak, MOST_MIB)
