"""The packages of the project: what goes into a wheel and is held to its style."""

from __future__ import annotations

from typing import Final

PACKAGES: Final = (
    "application",
    "cli",
    "domain",
    "exchange",
    "ledger",
    "longcase_verify",
    "presentation",
    "projections",
    "transparency",
    "web",
    "witness",
)
