"""How a run is made: where its stores are, how long it takes, which inputs and other programs it may use."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

import msgspec

PROJECT = Path(__file__).resolve().parent.parent


class Population(NamedTuple):
    """A large store, what it holds, and how many seconds it took to make."""

    path: Path
    cases: int
    entries: int
    seconds: float


class Plan(msgspec.Struct, frozen=True):
    """What a benchmark needs to know; ``share`` scales the number of rounds.

    ``kept`` is where large stores stay between runs, if anywhere. ``cases`` is how many cases the large store has
    if that is not left to each; ``rivals_python`` is a Python that has pandas, polars and DuckDB. ``before`` is a
    checkout of Longcase as it was.
    """

    stores: Path
    share: float = 1.0
    pm4py_python: str | None = None
    kept: Path | None = None
    cases: int | None = None
    rivals_python: str | None = None
    before: Path | None = None

    def folder(self, name: str) -> Path:
        """Return the folder for one benchmark's stores, made if need be."""
        folder = self.stores / name
        folder.mkdir(exist_ok=True)
        return folder

    def large(self, cases: int) -> Population:
        """Return the store of as many invented cases as was asked for, else of ``cases``."""
        return self.population(self.cases or cases)

    def population(self, cases: int) -> Population:
        """Return the store of so many invented cases, made if it is not there yet, its tables not current."""
        from benchmarks import population

        folder = self.kept or self.folder("population")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"population-{cases}.db"
        told = path.with_suffix(".json")
        if not told.exists():
            path.unlink(missing_ok=True)
            told.write_bytes(msgspec.json.encode(population.store(path, cases)))
        return Population(path, *msgspec.json.decode(told.read_bytes(), type=population.Made))

    def rounds(self, full: int) -> int:
        """Return how many rounds to measure where a full run measures ``full``: three at least."""
        return max(3, round(full * self.share))


class Skipped(Exception):
    """A benchmark cannot be run here; the text says why."""


def data() -> Path:
    """Return the folder of event logs: ``LONGCASE_DATA``, else ``../shared/data``."""
    return Path(os.environ.get("LONGCASE_DATA") or PROJECT.parent / "shared" / "data")


def longcase(store: Path) -> list[str]:
    """Return the beginning of a command line for ``store``: the installed program, else the checkout's."""
    program = Path(sys.executable).with_name("longcase")
    if program.exists():
        return [str(program), "--store", str(store)]
    run = "import sys; from cli.main import main; sys.exit(main())"
    return [sys.executable, "-c", run, "--store", str(store)]
