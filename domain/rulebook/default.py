"""The rulebook that holds until a force adopts one: read, once a process, from the domain's own data.

``data/rulebook.toml`` is what a person reads and edits; ``data/rulebook.json`` is the same with the bank
holidays in it, made by ``scripts/write_default_rulebook.py``, since reading TOML would cost every command.
"""

from __future__ import annotations

import os
from functools import cache
from itertools import takewhile
from typing import Final

import msgspec

from domain.rulebook.model import Rulebook

DATA: Final = os.path.join(os.path.dirname(os.path.dirname(__file__)), "data")  # noqa: PTH118, PTH120  (pathlib costs a cold start 12 ms)


@cache
def default_rulebook() -> Rulebook:
    """Return the rulebook that ships; stores that never adopted one keep it."""
    with open(os.path.join(DATA, "rulebook.json"), "rb") as file:  # noqa: PTH118, PTH123  (as above)
        return msgspec.json.decode(file.read(), type=Rulebook)


def notes() -> str:
    """Return the remarks, in comments of TOML, at the top of the rulebook that ships: what each key means."""
    with open(os.path.join(DATA, "rulebook.toml"), encoding="utf-8") as file:  # noqa: PTH118, PTH123  (as above)
        return "".join(takewhile(lambda line: line.startswith("#"), file))
