"""The faults, one after the other, and a table of what they came to.

``python -m tests.faults [NAME ...] [--scale 0.1] [--seed N]``. The exit code is 1 if any of them failed, or
could not be run.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from importlib import import_module
from typing import NamedTuple

from tests.faults.outcome import NotRun

FAULTS = {
    "sigkill": ("tests.faults.sigkill", 1_000),
    "batched": ("tests.faults.batched", 200),
    "many": ("tests.faults.many", 100),
    "injected": ("tests.faults.injected", 1_200),
    "diskfull": ("tests.faults.diskfull", 20),
    "bitflip": ("tests.faults.bitflip", 300),
    "clockjump": ("tests.faults.clockjump", 20),
    "backups": ("tests.faults.backups", 20),
    "leftovers": ("tests.faults.leftovers", 2_000),
    "amended": ("tests.faults.amended", 600),
    "crowd": ("tests.faults.crowd", 500),
    "feed": ("tests.faults.feed", 50),
    "postmaster": ("tests.faults.postmaster", 10),
    "failover": ("tests.faults.failover", 5),
    "cut": ("tests.faults.cut", 50),
    "setups": ("tests.faults.setups", 20),
    "signing": ("tests.faults.signing", 300),
    "tampering": ("tests.faults.tampering", 50),
    "parsers": ("tests.faults.parsers", 100_000),
    "posted": ("tests.faults.posted", 100_000),
    "witness": ("tests.faults.witness", 100),
    "machine": ("tests.faults.machine", 500),
}
"""Each fault by its name: its module, and how often it is made."""


class Line(NamedTuple):
    """A line of the table."""

    name: str
    times: int
    result: str
    seconds: float
    figures: str


def one(name: str, scale: float, seed: int) -> Line:
    """Run a fault and return what it came to."""
    module, full = FAULTS[name]
    count = max(1, round(full * scale))
    began = time.monotonic()
    try:
        outcome = import_module(module).run(count, seed)
        result, figures = "ok", ", ".join(f"{value} {what}" for what, value in outcome.figures.items())
    except NotRun as why:
        result, figures = "NOT RUN", str(why)
    except Exception as error:  # noqa: BLE001  (a fault that fails must not keep the others from running)
        traceback.print_exc()
        result, figures = "FAILED", f"{type(error).__name__}: {error}".partition("\n")[0]
    return Line(name, count, result, time.monotonic() - began, figures)


def shown(line: Line) -> str:
    """Return the line of a fault."""
    return f"{line.name:<12}{line.times:>6}  {line.result:<8}{line.seconds:>7.1f} s  {line.figures}"


def main() -> int:
    """Run the faults named, or all; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__.partition("\n")[0])
    parser.add_argument("names", metavar="NAME", nargs="*", help=", ".join(FAULTS))
    parser.add_argument("--scale", type=float, default=1.0, help="so many times as often [1.0]")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    given = parser.parse_args()
    unknown = set(given.names) - set(FAULTS)
    if unknown:
        parser.error(f"no fault is named {', '.join(sorted(unknown))}; there are {', '.join(FAULTS)}")
    sys.stdout.write(f"seed {given.seed}\n")
    done = []
    for name in given.names or FAULTS:
        done.append(one(name, given.scale, given.seed))
        sys.stdout.write(f"{shown(done[-1])}\n")
        sys.stdout.flush()
    if len(done) > 1:
        sys.stdout.write("".join(["\n", *(f"{each.name:<12}{each.times:>6}  {each.result}\n" for each in done)]))
    return 0 if all(each.result == "ok" for each in done) else 1


if __name__ == "__main__":
    sys.exit(main())
