"""Compare with Go at length: ``python -m tests.oracle [--scale 0.1] [--seed N]``, or ``make oracle``.

First a log in memory, then one in a store in a file, then one in a store on a server. The exit code is 1 if
the readers differ, or if there is no Go to compare with.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.oracle.building import NoGo
from tests.oracle.comparing import LEAVES, Amounts, compare
from tests.oracle.stores import compare_store, locations

WHOLE = Amounts(checkpoints=200, proofs=10_000, mutations=2_000)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    given = parser.parse_args()
    amounts = Amounts(*(max(2, int(amount * given.scale)) for amount in WHOLE))
    try:
        _compare(amounts, given.seed)
    except NoGo as error:
        print(error, file=sys.stderr)  # noqa: T201  (why nothing was compared)
        return 1
    except AssertionError:
        print(f"seed {given.seed}", file=sys.stderr)  # noqa: T201  (with which it can be seen again)
        raise
    return 0


def _compare(amounts: Amounts, seed: int) -> None:
    print(compare(amounts, seed))  # noqa: T201  (what it is run for)
    with tempfile.TemporaryDirectory() as folder, locations(Path(folder)) as stores:
        for engine, location in zip(("in a file", "on a server"), stores, strict=True):
            print(f"{engine}: {compare_store(location, LEAVES, amounts, seed)}")  # noqa: T201  (what it is run for)


if __name__ == "__main__":
    sys.exit(main())
